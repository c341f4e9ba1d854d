"""Questions about allergies: a patient's own, and the worst warning of each patient of a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.tables.chart import AllergyRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.allergies import Allergy, AllergyList, AllergyStatus, worst_first
from meditrack_desktop.domain.chart import Recorded, Verification
from meditrack_desktop.domain.errors import ErrorCode, NotFound

WARNING = (
    AllergyRow.status == AllergyStatus.ACTIVE,
    AllergyRow.verification.in_([Verification.CONFIRMED, Verification.UNCONFIRMED]),
)
"""What an allergy must be to stand in the patient's band."""


def of_patient(session: Session, patient_id: UUID) -> AllergyList:
    """A patient's allergies, and whether somebody asked and there were none. NotFound PAT_001."""
    query = select(PatientRow.no_allergies_at, PatientRow.no_allergies_by).where(PatientRow.id == patient_id)
    asked = session.execute(query).first()
    if asked is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    rows = entries.all_of(session, AllergyRow, patient_id)
    people = {row.created_by for row in rows} | {asked.no_allergies_by} - {None}
    called = entries.names(session, people)
    none_known = None
    if asked.no_allergies_at is not None:
        by = asked.no_allergies_by
        none_known = Recorded(asked.no_allergies_at, by, called.get(by, ""))
    return AllergyList(patient_id, worst_first(record(row, called) for row in rows), none_known)


def record_of(session: Session, row: AllergyRow) -> Allergy:
    return record(row, entries.names(session, [row.created_by]))


def warns(session: Session, patient_id: UUID) -> bool:
    """Whether any allergy stands in the patient's band."""
    query = select(AllergyRow.id).where(AllergyRow.patient_id == patient_id, *WARNING).limit(1)
    return session.scalars(query).first() is not None


def warnings(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, int]]:
    """For those of these patients who are warned about: the worst allergy's substance, and how many there are."""
    query = select(
        AllergyRow.patient_id,
        AllergyRow.substance,
        AllergyRow.severity,
        AllergyRow.verification,
        AllergyRow.id,
    ).where(AllergyRow.patient_id.in_(ids), *WARNING)
    found: dict[UUID, list[tuple[int, int, str, str]]] = {}
    for row in session.execute(query):
        place = (
            -row.severity.rank,
            row.verification is not Verification.CONFIRMED,
            row.substance,
            row.id.hex,
        )
        found.setdefault(row.patient_id, []).append(place)
    return {patient_id: (min(places)[2], len(places)) for patient_id, places in found.items()}


def say_none_known(session: Session, patient_id: UUID, at: datetime | None, by: UUID | None) -> None:
    """Keep, or withdraw (`at` None), that there are none. It is no change of the patient's details: whoever has
    their form open is not told that somebody else was first."""
    session.execute(
        update(PatientRow)
        .where(PatientRow.id == patient_id)
        .values(no_allergies_at=at, no_allergies_by=by)
        .execution_options(synchronize_session=False)
    )


def record(row: AllergyRow, called: dict[UUID, str]) -> Allergy:
    return Allergy(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        substance=row.substance,
        coding=entries.coding(row),
        category=row.category,
        severity=row.severity,
        reaction=row.reaction,
        status=row.status,
        verification=row.verification,
        onset=entries.partial(row.onset),
        note=row.note,
        recorded=entries.recorded(row, called),
    )
