"""Questions about one patient or a few: by id, by record number, by the same name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session, object_session, selectinload

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.bulk import insert_rows
from meditrack_desktop.database.queries.patient_terms import insert_terms
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.clinic import CounterRow
from meditrack_desktop.database.tables.patients import (
    PatientIdentifierRow,
    PatientPhoneRow,
    PatientRow,
)
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Address, Identifier, Patient, Phone

COUNTER = "mrn"
AT_ONCE = 500
"""How many values one statement compares with: every database takes that many."""


@dataclass(frozen=True, slots=True)
class NewPatient:
    """All that is stored of one new patient, for inserting many at once. `columns` are the row's own."""

    columns: dict[str, Any]
    phones: tuple[Phone, ...]
    identifiers: tuple[Identifier, ...]


_SHOWN = (selectinload(PatientRow.phones), selectinload(PatientRow.identifiers))


def find(session: Session, patient_id: UUID) -> PatientRow | None:
    """The patient with phones and identifiers, archived or not."""
    return session.scalars(select(PatientRow).where(PatientRow.id == patient_id).options(*_SHOWN)).first()


def read_parts_again(session: Session, row: PatientRow) -> None:
    """Phones and identifiers as the database has them, after a flush, where they were not changed through the row."""
    session.expire(row, ["phones", "identifiers"])
    query = select(PatientRow).where(PatientRow.id == row.id).options(*_SHOWN)
    session.scalars(query.execution_options(populate_existing=True)).one()


def patient(session: Session, patient_id: UUID, version: int | None = None) -> PatientRow:
    """As `find`. NotFound; PATIENT_PURGED for one that was erased; ChangedMeanwhile if `version` is not the newest."""
    return _at(find(session, patient_id), version)


# Made once: every change that names a patient asks.
_CLOSED = select(PatientRow.restricted_at, PatientRow.purged_at, PatientRow.merged_into).where(
    PatientRow.id.in_(bindparam("ids", expanding=True)),
    or_(
        PatientRow.restricted_at.is_not(None),
        PatientRow.purged_at.is_not(None),
        PatientRow.merged_into.is_not(None),
    ),
)


def closed(
    session: Session, patient_ids: Collection[UUID]
) -> list[tuple[datetime | None, datetime | None, UUID | None]]:
    """Those of these patients that are restricted, purged or merged: (restricted at, purged at, merged into)."""
    found: list[tuple[datetime | None, datetime | None, UUID | None]] = []
    ordered = list(patient_ids)
    for start in range(0, len(ordered), AT_ONCE):
        rows = session.execute(_CLOSED, {"ids": ordered[start : start + AT_ONCE]})
        found.extend((row.restricted_at, row.purged_at, row.merged_into) for row in rows)
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


def insert_many(
    session: Session, patients: Sequence[NewPatient], tick: Callable[[], None] = lambda: None
) -> None:
    """Insert thousands at once. The caller reports them: the session does not see these rows.

    `tick` is called between the steps. Conflict RECORD_NUMBER_TAKEN as for one.
    """
    _insert(session, PatientRow, [patient.columns for patient in patients])
    tick()
    insert_rows(
        session,
        PatientPhoneRow,
        [
            (patient.columns["id"].hex, position, phone.value, phone.e164, phone.use)
            for patient in patients
            for position, phone in enumerate(patient.phones)
        ],
    )
    insert_rows(
        session,
        PatientIdentifierRow,
        [
            (patient.columns["id"].hex, identifier.system, identifier.value, new_id().hex)
            for patient in patients
            for identifier in patient.identifiers
        ],
    )
    tick()
    insert_terms(session, [patient.columns for patient in patients])
    tick()


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
        provisional=row.provisional,
        verified_at=row.verified_at,
        verified_by_name=_verified_by(row),
        contact_by=row.contact_by,
        interpreter=row.interpreter,
        preferences=row.preferences,
        photo_id=row.photo_id,
        merged_into=row.merged_into,
    )


def _verified_by(row: PatientRow) -> str:
    session = object_session(row)
    if row.verified_by is None or session is None:
        return ""
    account = session.get(AccountRow, row.verified_by)
    return account.name if account else ""


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
