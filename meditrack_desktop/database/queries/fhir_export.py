"""Questions of an export in FHIR: everything about a page of patients, a statement or so a kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from meditrack_desktop.database.queries import allergies as allergy_queries
from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.queries import conditions as condition_queries
from meditrack_desktop.database.queries import consents as consent_queries
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import medications as medication_queries
from meditrack_desktop.database.queries import observations as observation_queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.queries import related_persons as related_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.around_patients import ConsentRow, RelatedPersonRow
from meditrack_desktop.database.tables.chart import AllergyRow, ConditionRow, MedicationRow, ObservationRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.allergies import Allergy
from meditrack_desktop.domain.conditions import Condition
from meditrack_desktop.domain.consents import Consent
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.medications import Medication
from meditrack_desktop.domain.observations import Observation
from meditrack_desktop.domain.patients import Identifier
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.related_persons import RelatedPerson
from meditrack_desktop.domain.scheduling import Appointment

R = TypeVar("R", AllergyRow, ConditionRow, MedicationRow, ObservationRow)


@dataclass(slots=True)
class Charts:
    """What is written about some patients: each record beside what it was called where it came from."""

    allergies: list[tuple[Allergy, str | None]] = field(default_factory=list)
    conditions: list[tuple[Condition, str | None]] = field(default_factory=list)
    medications: list[tuple[Medication, str | None]] = field(default_factory=list)
    observations: list[tuple[Observation, str | None]] = field(default_factory=list)


def charts(session: Session, patient_ids: Sequence[UUID]) -> Charts:
    """Allergies, conditions, medication and measurements, in the order of their ids."""
    allergies = _rows(session, AllergyRow, patient_ids)
    conditions = _rows(session, ConditionRow, patient_ids)
    medications = _rows(session, MedicationRow, patient_ids)
    observations = _rows(session, ObservationRow, patient_ids)
    by = {row.created_by for rows in (allergies, conditions, medications) for row in rows}
    called = entries.names(session, by)
    return Charts(
        [(allergy_queries.record(row, called), row.foreign_id) for row in allergies],
        [(condition_queries.record(row, called), row.foreign_id) for row in conditions],
        [(medication_queries.record(row, called), row.foreign_id) for row in medications],
        list(
            zip(
                observation_queries.records(session, observations),
                (row.foreign_id for row in observations),
                strict=True,
            )
        ),
    )


def visits(session: Session, patient_ids: Sequence[UUID]) -> list[tuple[Appointment, str | None]]:
    """All visits of these patients by their ids, cancelled ones included."""
    named = select(AppointmentRow.id, AppointmentRow.foreign_id).where(
        AppointmentRow.patient_id.in_(patient_ids), AppointmentRow.foreign_id.is_not(None)
    )
    names: dict[UUID, str | None] = {row.id: row.foreign_id for row in session.execute(named)}
    return [(visit, names.get(visit.id)) for visit in visit_queries.of_patients(session, patient_ids)]


def related_persons(session: Session, patient_ids: Sequence[UUID]) -> list[RelatedPerson]:
    query = select(RelatedPersonRow).where(RelatedPersonRow.patient_id.in_(patient_ids))
    return [related_queries.record(row) for row in session.scalars(query.order_by(RelatedPersonRow.id))]


def consents(session: Session, patient_ids: Sequence[UUID]) -> list[Consent]:
    query = (
        select(ConsentRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == ConsentRow.created_by)
        .where(ConsentRow.patient_id.in_(patient_ids))
        .order_by(ConsentRow.id)
    )
    return [consent_queries.record_by(row, name) for row, name in session.execute(query)]


def documents(session: Session, patient_ids: Sequence[UUID]) -> list[Document]:
    """Those that are not in the bin, former versions too."""
    found: list[Document] = []
    for patient_id in document_queries.with_documents(session, patient_ids):
        found += document_queries.of_patient(
            session, patient_id, include_deleted=False, portraits=True, superseded=True
        )
    return found


def doctors(session: Session) -> list[tuple[Practitioner, tuple[Identifier, ...]]]:
    """Every doctor there ever was, by id, with the numbers that others gave them."""
    query = select(PractitionerRow).options(
        selectinload(PractitionerRow.hours), selectinload(PractitionerRow.identifiers)
    )
    return [
        (
            practitioner_queries.record(row),
            tuple(Identifier(one.system, one.value) for one in row.identifiers),
        )
        for row in session.scalars(query.order_by(PractitionerRow.id))
    ]


def _rows(session: Session, kind: type[R], patient_ids: Iterable[UUID]) -> list[R]:
    query: Any = select(kind).where(kind.patient_id.in_(list(patient_ids))).order_by(kind.id)
    return list(session.scalars(query))
