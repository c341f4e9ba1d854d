"""Writes what patients are found by: words and record numbers, tails of phones, and how names are spelled.

The one place that does. Whoever changes a patient's name, number, phones or standing (archived, merged, purged)
takes `terms_of` before and calls `replace_terms` after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session, object_session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.bulk import insert_rows
from meditrack_desktop.database.tables.patient_search import PatientTailRow, SpellingRow
from meditrack_desktop.database.tables.patients import PatientRow, PatientTermRow
from meditrack_desktop.domain.search_terms import ARCHIVED_MARK, FIRST_NAME_TERM, stored_tails, stored_terms
from meditrack_desktop.domain.spellings import LETTERS, near

SEARCHED = ("id", "search_text", "archived_at", "purged_at", "merged_into", "sort_name")
AT_ONCE = 500


Term = tuple[str, str, str]
"""A row of the table of words and record numbers; the id as 32 hex digits, which sort as ids do."""
Tail = tuple[str, str, str, str]
"""A row of the table of phones; the patient's sort_name stands last."""


class Terms(NamedTuple):
    """All that one patient, or many, are found by."""

    terms: frozenset[Term]
    tails: frozenset[Tail]


def terms_of(row: PatientRow) -> Terms:
    """The search terms that belong to the row as it is now; none if it was purged or merged away."""
    return _terms([{name: getattr(row, name) for name in SEARCHED}])


def add_terms(session: Session, row: PatientRow) -> None:
    """Let a new patient be found."""
    _add(session, terms_of(row))


def insert_terms(session: Session, patients: Sequence[Mapping[str, Any]]) -> None:
    """Let thousands of new patients be found. `patients` are the columns of their rows."""
    _add(session, _terms(patients))


def replace_terms(row: PatientRow, before: Terms) -> None:
    """Bring the stored terms of a row that is in a session from `before` to what it says now."""
    session = object_session(row)
    if session is None:
        raise ValueError("the row is in no session")
    now = terms_of(row)
    _delete(session, PatientTermRow, before.terms - now.terms)
    _delete(session, PatientTailRow, before.tails - now.tails)
    _add(session, Terms(now.terms - before.terms, now.tails - before.tails))
    _forget(session, _words(before.terms) - _words(now.terms))


def _terms(patients: Iterable[Mapping[str, Any]]) -> Terms:
    terms: set[Term] = set()
    tails: set[Tail] = set()
    for columns in patients:
        if columns.get("purged_at") is not None or columns.get("merged_into") is not None:
            continue
        archived = columns.get("archived_at") is not None
        text, sorted_as, id_ = columns["search_text"], columns["sort_name"], columns["id"].hex
        terms.update((term, sorted_as, id_) for term in stored_terms(text, archived=archived))
        tails.update((tail, before, id_, sorted_as) for tail, before in stored_tails(text, archived=archived))
    return Terms(frozenset(terms), frozenset(tails))


def _add(session: Session, more: Terms) -> None:
    # In the order of the index, which then grows page by page instead of everywhere at once.
    insert_rows(session, PatientTermRow, sorted(more.terms))
    insert_rows(session, PatientTailRow, sorted(more.tails))
    _learn(session, _words(more.terms))


def _delete(session: Session, kind: type[Base], old: Collection[tuple[str, ...]]) -> None:
    if old:
        names = [column.key for column in kind.__table__.columns]
        key = {column.key for column in kind.__table__.primary_key}
        statement = delete(kind).where(
            *(getattr(kind, name) == bindparam(f"_{name}") for name in names if name in key)
        )
        values = [dict(zip(names, one, strict=True)) for one in sorted(old)]
        session.connection().execute(
            statement,
            [
                {
                    f"_{name}": UUID(value) if name == "patient_id" else value
                    for name, value in one.items()
                    if name in key
                }
                for one in values
            ],
        )


def _words(terms: Iterable[Term]) -> set[str]:
    """The words of names, whether or not their patients are archived."""
    plain = (term.removeprefix(ARCHIVED_MARK) for term, *_ in terms)
    return {word for word in plain if word >= FIRST_NAME_TERM}


def _learn(session: Session, words: Collection[str]) -> None:
    """Keep how these words are spelled, unless they are known."""
    spelled = {word: near(word) for word in words}
    new = sorted(word for word, ways in spelled.items() if ways)
    known: set[str] = set()
    for start in range(0, len(new), AT_ONCE):
        # A word itself is always one of its ways; asking for that row is one step in the index.
        some = {word[:LETTERS] for word in new[start : start + AT_ONCE]}
        known.update(session.scalars(select(SpellingRow.word).where(SpellingRow.near.in_(some))))
    rows = sorted((way, word) for word in new if word not in known for way in spelled[word])
    insert_rows(session, SpellingRow, rows, known_already=True)


def _forget(session: Session, words: Collection[str]) -> None:
    """Drop the spelling of words that no patient has any more.

    Another desk that registers such a name in this very moment may lose it: its spelling comes back with the
    next patient of that name, and until then only typing it wrong finds nobody.
    """
    for word in words:
        held = session.scalar(
            select(
                exists().where(PatientTermRow.term == word)
                | exists().where(PatientTermRow.term == ARCHIVED_MARK + word)
            )
        )
        if not held and (ways := near(word)):
            session.connection().execute(
                delete(SpellingRow).where(SpellingRow.near.in_(sorted(ways)), SpellingRow.word == word)
            )
