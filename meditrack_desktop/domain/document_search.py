"""What a search for documents gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.document_words import Asked, begins, words
from meditrack_desktop.domain.documents import Document

MOST_HITS = 100
BEFORE, AFTER = 60, 120
"""Characters of a snippet on both sides of the first word that was found."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a document's text on one line. `marks` are (start, end) within `text`; pages count from 1."""

    text: str
    marks: tuple[tuple[int, int], ...]
    page: int


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document that was found, and whose it is.

    `in_title`: all that was asked for stands in what is said about it. A hit in the text has a snippet, unless the
    vault is locked or its text cannot be read.
    """

    document: Document
    patient_name: str
    birth_date: BirthDate | None
    patient_active: bool
    in_title: bool
    snippet: Snippet | None = None


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """How the index and the documents agree. `behind` and `orphans` are mended by the next look after the vault;
    `lacking` are documents that would not be found by all of their words: only making the index anew mends them."""

    at: datetime
    documents: int
    behind: int
    orphans: int
    lacking: tuple[UUID, ...]
    unreadable: tuple[UUID, ...]

    @property
    def whole(self) -> bool:
        return not (self.behind or self.orphans or self.lacking or self.unreadable)


def snippet(pages: Sequence[str], asked: Sequence[Asked], region: str) -> Snippet | None:
    """The place in a text that has most of the words that were asked for; the first of them. None if none is there."""
    looked_for = {word for each in asked for word in each.words}
    best: tuple[int, int, list[tuple[int, int]]] | None = None
    for number, page in enumerate(pages, 1):
        found = [
            (one.text, one.start, one.end) for one in words(page, region) if begins(one.text, looked_for)
        ]
        for at, (_, start, _) in enumerate(found):
            near = [each for each in found[at : at + 40] if each[2] <= start + AFTER]
            score = sum(any(begins(word, each.words) for word, *_ in near) for each in asked)
            if best is None or score > best[0]:
                best = (score, number, [(first, last) for _, first, last in near])
            if score == len(asked):
                return _cut(page, number, best[2])
    return _cut(pages[best[1] - 1], best[1], best[2]) if best else None


def _cut(page: str, number: int, places: Collection[tuple[int, int]]) -> Snippet:
    first = min(start for start, _ in places)
    begin = max(0, first - BEFORE)
    if begin:
        blank = page.find(" ", begin, first)
        begin = blank + 1 if blank >= 0 else begin
    end = min(len(page), first + AFTER)
    piece = page[begin:end]
    # One character for another: the marks stay where they are.
    text = "".join(character if character.isprintable() else " " for character in piece)
    marks = sorted({(start - begin, min(last, end) - begin) for start, last in places})
    return Snippet(text, tuple(marks), number)
