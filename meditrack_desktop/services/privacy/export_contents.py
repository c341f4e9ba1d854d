"""Everything about one patient that one person may read: gathered in one look, before a byte is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from meditrack_desktop.database.queries import audit as audit_queries
from meditrack_desktop.database.queries import care_relation, care_team, disclosures
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.domain.audit import Access
from meditrack_desktop.domain.care_team import CareTeamMember
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.documents import Document, DocumentClass, ScanVerdict, StoredBlob
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import Disclosure
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.privacy import export_chart, export_front_desk
from meditrack_desktop.services.privacy.export_chart import ChartContents
from meditrack_desktop.services.privacy.export_front_desk import FrontDeskContents
from meditrack_desktop.services.work import Look

MOST_ACCESSES = 5000


@dataclass(frozen=True, slots=True)
class PatientContents:
    """`documents` are those that go along, `left_out` how many stay; who looked is there for who may see it."""

    at: datetime
    clinic: ClinicProfile
    by: str
    patient: Patient
    visits: tuple[Appointment, ...]
    team: tuple[CareTeamMember, ...]
    documents: tuple[Document, ...]
    left_out: int
    chart: ChartContents
    front_desk: FrontDeskContents
    disclosures: tuple[Disclosure, ...]
    accesses: tuple[Access, ...]
    accounts_left_out: bool
    blobs: dict[UUID, StoredBlob]
    keys: dict[UUID, document_queries.FileKey]


def gather(look: Look, patient_id: UUID) -> PatientContents:
    """By the reading rule: what the actor may not open does not go along. NotFound."""
    session, account = look.session, look.actor.account_id
    patient = patient_queries.record(patient_queries.patient(session, patient_id))
    clinical = reading_rule.may_read_clinical(look, patient_id)
    administrative = care_relation.roles_holding(session, account, Permission.OPEN_ADMINISTRATIVE_DOCUMENT)
    readable = {
        DocumentClass.CLINICAL: clinical,
        # Whoever may read the chart may hand on the insurance card that belongs to it.
        DocumentClass.ADMINISTRATIVE: bool(administrative) or clinical,
    }
    every = document_queries.of_patient(
        session, patient_id, include_deleted=False, portraits=True, superseded=True
    )
    infected = ScanVerdict.INFECTED
    chosen = tuple(one for one in every if readable[one.document_class] and one.verdict is not infected)
    in_care = clinical and care_relation.in_care(session, account, patient_id, look.now)
    accounts = in_care or bool(care_relation.roles_holding(session, account, Permission.VIEW_AUDIT))
    return PatientContents(
        at=look.now,
        clinic=clinic_queries.profile(session),
        by=look.actor.name,
        patient=patient,
        visits=tuple(visit_queries.of_patient(session, patient_id)),
        team=care_team.of_patient(session, patient_id, include_ended=True),
        documents=chosen,
        left_out=len(every) - len(chosen),
        chart=export_chart.gather(look, patient_id),
        front_desk=export_front_desk.gather(look, patient_id),
        disclosures=disclosures.of_patient(session, patient_id) if accounts else (),
        accesses=audit_queries.access(session, patient_id, MOST_ACCESSES) if accounts else (),
        accounts_left_out=not accounts,
        blobs={one.id: document_queries.blob(session, one.id) for one in chosen},
        keys=document_queries.file_keys(session, [one.id for one in chosen]),
    )
