"""Questions about one patient or a few: by id, by record number, by the same name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session, object_session, selectinload

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.tables.clinic import CounterRow
from meditrack_desktop.database.tables.patients import (
    PatientIdentifierRow,
    PatientPhoneRow,
    PatientRow,
    PatientTermRow,
)
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Address, Identifier, Patient, Phone
from meditrack_desktop.domain.search_terms import stored_terms

COUNTER = "mrn"
AT_ONCE = 500
"""How many values one statement compares with: every database takes that many."""


@dataclass(frozen=True, slots=True)
class NewPatient:
    """All that is stored of one new patient, for inserting many at once. `columns` are the row's own."""

    columns: dict[str, Any]
    phones: tuple[Phone, ...]
    identifiers: tuple[Identifier, ...]


class Term(NamedTuple):
    """One row of the table that searches read."""

    term: str
    sort_name: str
    patient_id: UUID


_SEARCHED = ("search_text", "birth_date", "archived_at", "sort_name")
_SHOWN = (selectinload(PatientRow.phones), selectinload(PatientRow.identifiers))


def find(session: Session, patient_id: UUID) -> PatientRow | None:
    """The patient with phones and identifiers, archived or not."""
    return session.scalars(select(PatientRow).where(PatientRow.id == patient_id).options(*_SHOWN)).first()


def patient(session: Session, patient_id: UUID, version: int | None = None) -> PatientRow:
    """As `find`. NotFound; PATIENT_PURGED for one that was erased; ChangedMeanwhile if `version` is not the newest."""
    return _at(find(session, patient_id), version)


def closed(session: Session, patient_ids: Collection[UUID]) -> list[tuple[datetime | None, datetime | None]]:
    """When those of these patients that are restricted or purged became so: (restricted, purged)."""
    found: list[tuple[datetime | None, datetime | None]] = []
    ordered = list(patient_ids)
    for start in range(0, len(ordered), AT_ONCE):
        query = select(PatientRow.restricted_at, PatientRow.purged_at).where(
            PatientRow.id.in_(ordered[start : start + AT_ONCE]),
            or_(PatientRow.restricted_at.is_not(None), PatientRow.purged_at.is_not(None)),
        )
        found.extend((row.restricted_at, row.purged_at) for row in session.execute(query))
    return found


def several_for_change(session: Session, patient_ids: Collection[UUID]) -> dict[UUID, PatientRow]:
    """Those of these patients that exist, with all their parts, in a statement or so per 500."""
    found: dict[UUID, PatientRow] = {}
    ordered = list(patient_ids)
    for start in range(0, len(ordered), AT_ONCE):
        query = select(PatientRow).where(PatientRow.id.in_(ordered[start : start + AT_ONCE]))
        rows = session.scalars(query.options(*_SHOWN))
        found.update((row.id, row) for row in rows)
    return found


def insert_many(session: Session, patients: Sequence[NewPatient]) -> None:
    """Insert thousands at once. The caller reports them: the session does not see these rows.

    Conflict RECORD_NUMBER_TAKEN as for one.
    """
    _insert(session, PatientRow, [patient.columns for patient in patients])
    _insert(
        session,
        PatientPhoneRow,
        [
            {
                "patient_id": patient.columns["id"],
                "position": position,
                "value": phone.value,
                "e164": phone.e164,
                "use": phone.use,
            }
            for patient in patients
            for position, phone in enumerate(patient.phones)
        ],
    )
    _insert(
        session,
        PatientIdentifierRow,
        [
            {
                "id": new_id(),
                "patient_id": patient.columns["id"],
                "system": identifier.system,
                "value": identifier.value,
            }
            for patient in patients
            for identifier in patient.identifiers
        ],
    )
    _insert_terms(session, {term for patient in patients for term in _terms(patient.columns)})


def add_terms(session: Session, row: PatientRow) -> None:
    """Let a new patient be found."""
    _insert_terms(session, terms_of(row))


def terms_of(row: PatientRow) -> frozenset[Term]:
    """The search terms that belong to the row as it is now."""
    columns = {name: getattr(row, name) for name in ("id", *_SEARCHED)}
    return _terms(columns)


def replace_terms(row: PatientRow, before: frozenset[Term]) -> None:
    """Bring the stored terms of a row that is in a session from `before` to what it says now."""
    session = object_session(row)
    if session is None:
        raise ValueError("the row is in no session")
    now = terms_of(row)
    if gone := sorted(before - now):
        matching = PatientTermRow.__table__.c
        statement = delete(PatientTermRow).where(
            matching.term == bindparam("term"),
            matching.sort_name == bindparam("sort_name"),
            matching.patient_id == bindparam("patient_id"),
        )
        session.connection().execute(statement, [term._asdict() for term in gone])
    _insert_terms(session, now - before)


def _terms(columns: Mapping[str, Any]) -> frozenset[Term]:
    terms = stored_terms(
        columns["search_text"], columns["birth_date"], archived=columns["archived_at"] is not None
    )
    return frozenset(Term(term, columns["sort_name"], columns["id"]) for term in terms)


def _insert_terms(session: Session, terms: Collection[Term]) -> None:
    # In the order of the index, which then grows page by page instead of everywhere at once.
    _insert(session, PatientTermRow, [term._asdict() for term in sorted(terms)])


def _insert(session: Session, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(kind), rows)


def give_record_numbers(session: Session, count: int) -> list[str]:
    """The next record numbers nobody has, like `001-0204`. Given again if the transaction fails."""
    given: list[str] = []
    while len(given) < count:
        missing = count - len(given)
        last = session.execute(
            update(CounterRow)
            .where(CounterRow.name == COUNTER)
            .values(value=CounterRow.value + missing)
            .returning(CounterRow.value)
        ).scalar()
        if last is None:
            session.execute(insert(CounterRow).values(name=COUNTER, value=missing))
            last = missing
        numbers = [format_record_number(number) for number in range(last - missing + 1, last + 1)]
        taken = record_numbers_taken(session, numbers)
        given.extend(number for number in numbers if number not in taken)
    return given


def format_record_number(number: int) -> str:
    return f"{number // 10000:03d}-{number % 10000:04d}"


def record_numbers_taken(session: Session, numbers: Iterable[str]) -> set[str]:
    """Which of these record numbers some patient has already."""
    taken: set[str] = set()
    ordered = list(numbers)
    for start in range(0, len(ordered), AT_ONCE):
        query = select(PatientRow.mrn).where(PatientRow.mrn.in_(ordered[start : start + AT_ONCE]))
        taken.update(session.scalars(query))
    return taken


def record(row: PatientRow) -> Patient:
    return Patient(
        id=row.id,
        version=row.version,
        mrn=row.mrn,
        family=row.family,
        given=row.given,
        preferred_name=row.preferred_name,
        birth_date=BirthDate.parse(row.birth_date) if row.birth_date else None,
        gender=row.gender,
        phones=tuple(_phone(phone) for phone in sorted(row.phones, key=lambda phone: phone.position)),
        email=row.email,
        address=Address(row.street, row.city, row.postcode, row.country),
        language=row.language,
        note=row.note,
        identifiers=tuple(
            sorted(
                (Identifier(identifier.system, identifier.value) for identifier in row.identifiers),
                key=lambda identifier: (identifier.system, identifier.value),
            )
        ),
        deceased=row.deceased,
        archived_at=row.archived_at,
        archive_reason=row.archive_reason,
        created_at=row.created_at,
        created_by=row.created_by,
        restricted_at=row.restricted_at,
        legal_hold=bool(row.legal_hold),
    )


def _phone(row: PatientPhoneRow) -> Phone:
    return Phone(row.value, row.e164, row.use)


def _at(row: PatientRow | None, version: int | None) -> PatientRow:
    if row is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    if row.purged_at is not None:
        raise NotFound(ErrorCode.PATIENT_PURGED)
    if version is not None and row.version != version:
        raise ChangedMeanwhile()
    return row
