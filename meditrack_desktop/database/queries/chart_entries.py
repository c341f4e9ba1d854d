"""Questions that all entries of a chart share: conditions, medication, allergies and measurements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.chart import AllergyRow, ConditionRow, MedicationRow, ObservationRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.chart import Coding, PartialDate, Recorded
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound

EntryRow = AllergyRow | ConditionRow | MedicationRow | ObservationRow
R = TypeVar("R", AllergyRow, ConditionRow, MedicationRow, ObservationRow)


class Standing(NamedTuple):
    """What keeps a patient's record from being written to."""

    purged: bool
    merged: bool
    archived: bool
    restricted: bool


def knows(session: Session, patient_id: UUID) -> bool:
    """Whether there is such a patient, erased or not."""
    return session.scalars(select(PatientRow.id).where(PatientRow.id == patient_id)).first() is not None


def standing(session: Session, patient_id: UUID, *, hold: bool = False) -> Standing | None:
    """How the patient's record stands, None for an unknown one.

    `hold` keeps others from archiving, merging or restricting it until the transaction ends.
    """
    query = select(
        PatientRow.purged_at, PatientRow.merged_into, PatientRow.archived_at, PatientRow.restricted_at
    ).where(PatientRow.id == patient_id)
    if hold:
        query = query.with_for_update(key_share=True)
    found = session.execute(query).first()
    return Standing(*(value is not None for value in found)) if found else None


def find(session: Session, kind: type[R], entry_id: UUID) -> R | None:
    return session.scalars(select(kind).where(kind.id == entry_id)).first()


def row(session: Session, kind: type[R], entry_id: UUID, version: int) -> R:
    """The row to change, held. NotFound CHART_ENTRY_NOT_FOUND; ChangedMeanwhile if `version` is not the newest."""
    query = select(kind).where(kind.id == entry_id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(ErrorCode.CHART_ENTRY_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def all_of(session: Session, kind: type[R], patient_id: UUID) -> list[R]:
    """Everything of one kind in a patient's chart, in no order yet."""
    return list(session.scalars(select(kind).where(kind.patient_id == patient_id)))


def names(session: Session, accounts: Iterable[UUID]) -> dict[UUID, str]:
    """What the people behind these accounts are called."""
    wanted = set(accounts)
    if not wanted:
        return {}
    query = select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(wanted))
    return {row.id: row.name for row in session.execute(query)}


def recorded(row: EntryRow, called: dict[UUID, str]) -> Recorded:
    return Recorded(row.created_at, row.created_by, called.get(row.created_by, ""))


def coding(row: EntryRow) -> Coding:
    return Coding(row.system, row.code)


def partial(text: str | None) -> PartialDate | None:
    return BirthDate.parse(text) if text else None


def iso(value: PartialDate | None) -> str | None:
    return value.iso() if value is not None else None
