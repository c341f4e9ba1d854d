"""How somebody looks at a document, kept while it is out of sight, and for nobody else.

Only what the person did: places as numbers, and the words they typed into the search. No byte, no picture and no
word of the document itself is in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from meditrack_desktop.ui.documents.beside import Beside
    from meditrack_desktop.ui.documents.dicom.image_look import ImageLook
    from meditrack_desktop.ui.documents.finding import Finding
    from meditrack_desktop.ui.documents.page_ground import Standing
    from meditrack_desktop.ui.documents.page_view import PageView
    from meditrack_desktop.ui.documents.text_selection import Chosen


@dataclass(frozen=True, slots=True)
class PagesLook:
    """At pages."""

    standing: Standing
    turned: bool
    """Whether they were turned by hand. If not, they are turned as the document is by then."""
    inverted: bool
    chosen: Chosen | None
    words: str
    """What is looked for in the text."""
    hit: int
    """Which place found was in front; -1 if none was."""
    beside: tuple[UUID, int] | None
    """The picture beside them: document and page."""


@dataclass(frozen=True, slots=True)
class Look:
    """At one document, by one person."""

    document_id: UUID
    account_id: UUID
    at: PagesLook | ImageLook

    def of(self, document_id: UUID, account_id: UUID) -> bool:
        """Whether it is this person's, at this document."""
        return (document_id, account_id) == (self.document_id, self.account_id)


def pages_look(view: PageView, finding: Finding, beside: Beside, quarters: int) -> PagesLook | None:
    """At the pages of a view, which lay `quarters` turned when they were opened; None where there are none."""
    standing = view.standing()
    if standing is None:
        return None
    return PagesLook(
        standing,
        turned=standing.quarters != quarters % 4,
        inverted=view.inverted,
        chosen=view.selection.chosen,
        words=finding.words,
        hit=finding.hit,
        beside=beside.shown,
    )


def look_again(view: PageView, finding: Finding, look: PagesLook) -> None:
    """Put pages that were opened anew as they were looked at."""
    standing = look.standing if look.turned else replace(look.standing, quarters=view.quarters)
    view.stand(standing)
    view.invert(look.inverted)
    view.selection.choose(look.chosen)
    if look.words:
        finding.find_again(look.words, look.hit)
