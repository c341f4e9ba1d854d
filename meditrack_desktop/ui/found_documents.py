"""Documents found by what is said about them and by their words, as lines of a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.domain.document_search import DocumentHit, Snippet
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.text import search_words
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.words import day_of, icon_of, type_words
from meditrack_desktop.ui.widgets import Option, format_date
from meditrack_desktop.ui.words import birth_words

SHORTEST = 3
"""Letters from which on documents are looked for."""
AHEAD = 14
"""Characters of a snippet before the first word that was found, where there is room for little."""


def find_documents(
    desk: Desk, text: str, patient_id: UUID | None = None, limit: int = 20
) -> tuple[DocumentHit, ...]:
    """What has all of `text`, and what is of a kind that one of its words names ("lab ferritin"). In a lane."""
    clinic: Clinic = desk.clinic
    hits = {
        hit.document.id: hit for hit in clinic.document_search.find(desk.actor, text, patient_id, limit=limit)
    }
    kinds, rest = kinds_named(text)
    if kinds and len(hits) < limit:
        for hit in clinic.document_search.find(desk.actor, rest, patient_id, kinds, limit=limit):
            hits.setdefault(hit.document.id, hit)
    return tuple(hits.values())[:limit]


def kinds_named(text: str) -> tuple[tuple[DocumentType, ...], str]:
    """The kinds of documents that a word of `text` begins, and the other words."""
    typed = text.split()
    kinds = {
        kind: search_words(type_words(kind)) for kind in DocumentType if kind is not DocumentType.PORTRAIT
    }
    named: dict[DocumentType, None] = {}
    rest = []
    for word in typed:
        folded = "".join(search_words(word))
        begun = [
            kind
            for kind, own in kinds.items()
            if len(folded) >= SHORTEST and any(w.startswith(folded) for w in own)
        ]
        named.update(dict.fromkeys(begun))
        if not begun:
            rest.append(word)
    return tuple(named), " ".join(rest)


def hit_option(hit: DocumentHit, then: Callable[[], object], today: date, zone: ZoneInfo) -> Option:
    """A hit as a line of a dropped list: title; whose it is, with two identifiers; the words around what was found."""
    document = hit.document
    born = birth_words(hit.birth_date, today).partition(" (")[0]
    said = [hit.patient_name, born]
    if hit.snippet is None:
        said += [type_words(document.type), format_date(day_of(document, zone))]
    second = ", ".join(part for part in said if part)
    marks: tuple[tuple[int, int], ...] = ()
    if hit.snippet is not None:
        piece = brief(hit.snippet)
        ahead = f"{second}: "
        marks = tuple((len(ahead) + start, end - start) for start, end in piece.marks)
        second = ahead + piece.text
    return Option(then, document.title, second, icon=icon_of(document.type), second_marks=marks)


def brief(snippet: Snippet) -> Snippet:
    """A snippet that begins shortly before the first word that was found."""
    first = min((start for start, _ in snippet.marks), default=0)
    if first <= AHEAD:
        return snippet
    cut = snippet.text.rfind(" ", 0, first - AHEAD // 2)
    cut = cut + 1 if cut >= first - AHEAD * 2 else first - AHEAD
    marks = tuple((start - cut + 1, end - cut + 1) for start, end in snippet.marks)
    return Snippet("…" + snippet.text[cut:], marks, snippet.page)
