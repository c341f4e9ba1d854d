"""The list's search reaches into the documents: whose words have what was typed, with the words around it."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.domain.document_search import DocumentHit
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.document_list import DocumentList
from meditrack_desktop.ui.found_documents import SHORTEST, brief, find_documents

_MOST = 50


class FindingInside:
    """Asks for one patient's documents while somebody types in the list's box, and brings what is found there."""

    def __init__(self, desk: Desk, shown: DocumentList, patient_id: UUID) -> None:
        self._desk, self._list, self._patient_id = desk, shown, patient_id
        self._pages: dict[UUID, int] = {}
        shown.searched.connect(self.look)

    def page_of(self, document_id: UUID) -> int:
        """The page on which the words stand that are looked for; 0 if it was not found by its text."""
        return self._pages.get(document_id, 0)

    def look(self, text: str) -> None:
        """Look for `text`; the list shows it at once in titles, and then inside."""
        self._pages = {}
        if len(text.strip()) < SHORTEST:
            return
        desk, patient_id = self._desk, self._patient_id
        desk.tasks.query(
            self._list,
            lambda: find_documents(desk, text, patient_id, limit=_MOST),
            lambda hits: self._bring(text, hits),
            failed=self._failed,
            replaces="inside",
        )

    def forget(self) -> None:
        """Take the words of documents off the list: it is out of sight, or what opened them is over."""
        self._pages = {}
        self._list.show_hits(self._list.search.text(), {})

    def look_again(self) -> None:
        """Look for what stands in the box, as whoever looks may read now."""
        self.look(self._list.search.text())

    def _shown(self) -> bool:
        """Whether the page can be seen, though its list may be folded away."""
        page = self._list.parentWidget()
        return page is not None and page.isVisible()

    def _bring(self, text: str, hits: tuple[DocumentHit, ...]) -> None:
        if text != self._list.search.text() or not self._shown():
            return
        self._pages = {hit.document.id: hit.snippet.page for hit in hits if hit.snippet is not None}
        self._list.show_hits(
            text, {hit.document.id: brief(hit.snippet).text if hit.snippet else "" for hit in hits}
        )

    def _failed(self, error: ClinicError) -> None:
        errors.show(self._list, error)
