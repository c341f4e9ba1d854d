"""Questions of an import of charts: whose record is open, what is there already, and many rows at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries.patients import AT_ONCE
from meditrack_desktop.database.tables.around_patients import ConsentRow, RelatedPersonRow
from meditrack_desktop.database.tables.chart import AllergyRow, ConditionRow, MedicationRow, ObservationRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_Value = TypeVar("_Value")
Named = (
    type[AllergyRow] | type[ConditionRow] | type[MedicationRow] | type[ObservationRow] | type[AppointmentRow]
)
"""Rows that know what they were called where they came from."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a record may be written to."""

    archived: bool = False
    restricted: bool = False
    purged: bool = False
    merged: bool = False


def standings(session: Session, patient_ids: Iterable[UUID], *, hold: bool = True) -> dict[UUID, Standing]:
    """How each of these patients stands, held so until the transaction ends if `hold`; unknown ones are missing."""
    found: dict[UUID, Standing] = {}
    for some in _portions(sorted(set(patient_ids))):
        query = (
            select(
                PatientRow.id,
                PatientRow.archived_at,
                PatientRow.restricted_at,
                PatientRow.purged_at,
                PatientRow.merged_into,
            )
            .where(PatientRow.id.in_(some))
            .order_by(PatientRow.id)
        )
        for row in session.execute(query.with_for_update(read=True) if hold else query):
            found[row.id] = Standing(
                row.archived_at is not None,
                row.restricted_at is not None,
                row.purged_at is not None,
                row.merged_into is not None,
            )
    return found


def named(
    session: Session, kind: Named, names: Collection[tuple[UUID, str]]
) -> dict[tuple[UUID, str], Mapping[str, Any]]:
    """Which of these (patient, foreign id) are there, and what they say, by column.

    An entry that began here goes by its own id (`Condition/<uuid>`) in what this clinic hands out.
    """
    found: dict[tuple[UUID, str], Mapping[str, Any]] = {}
    for some in _portions(sorted(names)):
        query = select(kind.__table__).where(
            kind.patient_id.in_({patient_id for patient_id, _ in some}),
            kind.foreign_id.in_({foreign_id for _, foreign_id in some}),
        )
        for row in session.connection().execute(query):
            found[row.patient_id, row.foreign_id] = row._asdict()
        own = {UUID(id_): name for name in some if _UUID.fullmatch(id_ := name[1].partition("/")[2])}
        query = select(kind.__table__).where(kind.id.in_(list(own)), kind.foreign_id.is_(None))
        for row in session.connection().execute(query):
            found[row.patient_id, own[row.id][1]] = row._asdict()
    return {name: found[name] for name in names if name in found}


def of_patients(
    session: Session,
    kind: type[RelatedPersonRow] | type[ConsentRow] | type[DocumentRow],
    patient_ids: Iterable[UUID],
) -> list[Mapping[str, Any]]:
    """All rows of these patients, by column."""
    found: list[Mapping[str, Any]] = []
    for some in _portions(sorted(set(patient_ids))):
        query = select(kind.__table__).where(kind.patient_id.in_(some))
        found.extend(row._asdict() for row in session.connection().execute(query))
    return found


def insert_many(session: Session, kind: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert thousands at once. The caller reports them: the session does not see these rows."""
    if rows:
        session.connection().execute(insert(kind), rows)


def withdraw_none_known(session: Session, patient_ids: Iterable[UUID]) -> None:
    """These patients have an allergy after all: nobody shall read that they know of none."""
    for some in _portions(sorted(set(patient_ids))):
        session.connection().execute(
            update(PatientRow)
            .where(PatientRow.id.in_(some), PatientRow.no_allergies_at.is_not(None))
            .values(no_allergies_at=None, no_allergies_by=None)
        )


def _portions(values: Sequence[_Value]) -> Iterable[Sequence[_Value]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
