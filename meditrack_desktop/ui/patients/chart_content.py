"""Everything a chart or its preview shows of one patient, read at once as far as the role may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import AllergyList
from meditrack_desktop.domain.care_team import CareTeamMember
from meditrack_desktop.domain.charts import Chart
from meditrack_desktop.domain.consents import Consent
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed
from meditrack_desktop.domain.patients import Patient, PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.related_persons import RelatedPerson
from meditrack_desktop.domain.scheduling import CHANGEABLE, Appointment
from meditrack_desktop.services.clinic import Clinic


@dataclass(frozen=True, slots=True)
class ChartContent:
    """Visits and documents newest first. Parts which the role may not see are empty.

    `chart` is the clinical part: None for who may not read it. `closed` is then the refusal, if this person could
    be let in. `kept` is the patient into whom this record was merged.
    """

    patient: Patient
    visits: tuple[Appointment, ...] = ()
    documents: tuple[Document, ...] = ()
    team: tuple[CareTeamMember, ...] = ()
    namesakes: tuple[PatientLine, ...] = ()
    allergies: AllergyList | None = None
    chart: Chart | None = None
    closed: ClinicError | None = None
    contacts: tuple[RelatedPerson, ...] = ()
    consents: tuple[Consent, ...] = ()
    kept: Patient | None = None

    @property
    def usual_doctor(self) -> str:
        return next((member.practitioner_name for member in self.team if member.usual), "")

    @property
    def open_to_change(self) -> bool:
        """Whether anything of this record may be changed: not archived, restricted or merged into another."""
        patient = self.patient
        return patient.active and patient.restricted_at is None and patient.merged_into is None

    def coming(self, today: date) -> list[Appointment]:
        """Visits of today and later, the next one first; today's stay here until the day is over."""
        return sorted((v for v in self.visits if v.day >= today), key=lambda v: v.starts_at)

    def next_visit(self, now: datetime) -> Appointment | None:
        """The first visit still to come."""
        ahead = [v for v in self.visits if v.starts_at >= now and v.status in CHANGEABLE]
        return min(ahead, key=lambda v: v.starts_at, default=None)


def gather(clinic: Clinic, actor: Actor, patient_id: UUID) -> ChartContent:
    """Read what a preview shows, which opens no chart; for a working thread. NotFound, NotAllowed."""
    patient = clinic.patients.get(actor, patient_id)
    return ChartContent(
        patient,
        clinic.scheduling.of_patient(actor, patient_id) if actor.may(Permission.VIEW_CALENDAR) else (),
        clinic.documents.of_patient(actor, patient_id) if actor.may(Permission.LIST_DOCUMENTS) else (),
        clinic.care_team.of_patient(actor, patient_id) if actor.may(Permission.VIEW_CARE_TEAM) else (),
        clinic.patients.same_name(actor, patient_id),
        clinic.allergies.of_patient(actor, patient_id),
    )


def gather_chart(clinic: Clinic, actor: Actor, patient_id: UUID) -> ChartContent:
    """Read all that the chart shows: as `gather`, and the clinical part where this person may read it."""
    content = gather(clinic, actor, patient_id)
    chart, closed = _clinical(clinic, actor, patient_id)
    merged_into = content.patient.merged_into
    return replace(
        content,
        chart=chart,
        closed=closed,
        contacts=clinic.related_persons.of_patient(actor, patient_id),
        consents=clinic.consents.of_patient(actor, patient_id),
        kept=None if merged_into is None else clinic.patients.get(actor, merged_into),
    )


def _clinical(clinic: Clinic, actor: Actor, patient_id: UUID) -> tuple[Chart | None, ClinicError | None]:
    """The chart, or why it stays closed; neither for a role that has no charts to read."""
    if not actor.may(Permission.VIEW_CHART):
        if not actor.may(Permission.BREAK_GLASS):
            return None, None
        if clinic.emergency.live(actor, patient_id) is None:
            return None, NotAllowed(ErrorCode.NOT_IN_CARE)
    try:
        return clinic.charts.of_patient(actor, patient_id), None
    except NotAllowed as refusal:
        if refusal.code not in (ErrorCode.NOT_IN_CARE, ErrorCode.NOT_PERMITTED):
            raise
        return None, refusal
