"""Who may be meant by a file: patients by record number, birth date and the words of their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.patients import PatientIdentifierRow, PatientRow, PatientTermRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.search_terms import ARCHIVED_MARK, RECORD_NUMBER_MARK, joined
from meditrack_desktop.domain.whose_file import Candidate

MOST = 300
"""Of each way of finding; where more fit nobody can be sure."""
_STANDING = (PatientRow.purged_at.is_(None), PatientRow.merged_into.is_(None))


def candidates(
    session: Session, numbers: Collection[str], dates: Collection[date], words: Collection[str]
) -> tuple[tuple[Candidate, ...], bool]:
    """Patients with one of the numbers, one of the birth dates, or two of the words; and whether those are all.

    Archived and restricted ones are among them: whoever they are, they may be meant. Numbers as `joined` gives them.
    """
    found: set[UUID] = set()
    complete = True
    for ids in (
        _by_number(session, numbers),
        _by_birth_date(session, dates),
        _by_words(session, words),
    ):
        complete = complete and len(ids) <= MOST
        found.update(ids[:MOST])
    return load(session, found), complete


def load(session: Session, ids: Iterable[UUID]) -> tuple[Candidate, ...]:
    """These patients, with the names and numbers of records merged into theirs; erased and merged ones left out."""
    wanted = list(ids)
    if not wanted:
        return ()
    rows = session.scalars(select(PatientRow).where(PatientRow.id.in_(wanted), *_STANDING)).all()
    merged: dict[UUID, list[PatientRow]] = {}
    for row in session.scalars(select(PatientRow).where(PatientRow.merged_into.in_(wanted))):
        if row.merged_into is not None:
            merged.setdefault(row.merged_into, []).append(row)
    owners = {row.id: row.id for row in rows}
    owners |= {each.id: kept for kept, others in merged.items() for each in others}
    foreign: dict[UUID, list[str]] = {}
    found = session.execute(
        select(PatientIdentifierRow.patient_id, PatientIdentifierRow.value).where(
            PatientIdentifierRow.patient_id.in_(list(owners))
        )
    )
    for patient_id, value in found:
        foreign.setdefault(owners[patient_id], []).append(value)
    return tuple(
        Candidate(
            patient_id=row.id,
            names=tuple((each.family, each.given) for each in (row, *merged.get(row.id, ()))),
            preferred=row.preferred_name,
            birth_date=BirthDate.parse(row.birth_date) if row.birth_date else None,
            numbers=(
                *(each.mrn for each in (row, *merged.get(row.id, ()))),
                *foreign.get(row.id, ()),
            ),
            open_to_filing=row.archived_at is None and row.restricted_at is None,
        )
        for row in rows
    )


def own_numbers(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The record number that each of these patients is known by."""
    found = session.execute(select(PatientRow.id, PatientRow.mrn).where(PatientRow.id.in_(list(ids))))
    return {row.id: row.mrn for row in found}


def _by_number(session: Session, numbers: Collection[str]) -> Sequence[UUID]:
    """By record number, present or former, and by the number of another system, however it is punctuated."""
    if not numbers:
        return ()
    terms = [mark + RECORD_NUMBER_MARK + number for number in numbers for mark in ("", ARCHIVED_MARK)]
    own = session.scalars(
        select(PatientTermRow.patient_id).where(PatientTermRow.term.in_(terms)).distinct().limit(MOST + 1)
    ).all()
    forms = {form for number in numbers for form in (number, number.upper())}
    foreign = session.scalars(
        select(PatientIdentifierRow.patient_id)
        .where(or_(PatientIdentifierRow.value.in_(forms)))
        .distinct()
        .limit(MOST + 1)
    ).all()
    return list(dict.fromkeys([*own, *foreign]))


def _by_birth_date(session: Session, dates: Collection[date]) -> Sequence[UUID]:
    if not dates:
        return ()
    written = [day.isoformat() for day in dates]
    query = select(PatientRow.id).where(PatientRow.birth_date.in_(written), *_STANDING)
    return session.scalars(query.limit(MOST + 1)).all()


def _by_words(session: Session, words: Collection[str]) -> Sequence[UUID]:
    if not words:
        return ()
    terms = [mark + word for word in words for mark in ("", ARCHIVED_MARK)]
    query = (
        select(PatientTermRow.patient_id)
        .where(PatientTermRow.term.in_(terms))
        .group_by(PatientTermRow.patient_id)
        .having(func.count() >= 2)
        .limit(MOST + 1)
    )
    return session.scalars(query).all()


def known_numbers(found: Iterable[Candidate]) -> dict[str, set[UUID]]:
    """Whose each record number is, as numbers are compared."""
    whose: dict[str, set[UUID]] = {}
    for candidate in found:
        for number in candidate.numbers:
            if (plain := joined(number)) != "":
                whose.setdefault(plain, set()).add(candidate.patient_id)
    return whose
