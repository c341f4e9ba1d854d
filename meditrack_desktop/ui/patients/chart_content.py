"""Everything a chart or its preview shows of one patient, read at once as far as the role may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.care_team import CareTeamMember
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.patients import Patient, PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import CHANGEABLE, Appointment
from meditrack_desktop.services.clinic import Clinic


@dataclass(frozen=True, slots=True)
class ChartContent:
    """Visits and documents newest first. Parts which the role may not see are empty."""

    patient: Patient
    visits: tuple[Appointment, ...] = ()
    documents: tuple[Document, ...] = ()
    team: tuple[CareTeamMember, ...] = ()
    namesakes: tuple[PatientLine, ...] = ()

    @property
    def usual_doctor(self) -> str:
        return next((member.practitioner_name for member in self.team if member.usual), "")

    def coming(self, today: date) -> list[Appointment]:
        """Visits of today and later, the next one first; today's stay here until the day is over."""
        return sorted((v for v in self.visits if v.day >= today), key=lambda v: v.starts_at)

    def next_visit(self, now: datetime) -> Appointment | None:
        """The first visit still to come."""
        ahead = [v for v in self.visits if v.starts_at >= now and v.status in CHANGEABLE]
        return min(ahead, key=lambda v: v.starts_at, default=None)


def gather(clinic: Clinic, actor: Actor, patient_id: UUID) -> ChartContent:
    """Read a chart's content; for a working thread. NotFound, NotAllowed."""
    patient = clinic.patients.get(actor, patient_id)
    return ChartContent(
        patient,
        clinic.scheduling.of_patient(actor, patient_id) if actor.may(Permission.VIEW_CALENDAR) else (),
        clinic.documents.of_patient(actor, patient_id) if actor.may(Permission.LIST_DOCUMENTS) else (),
        clinic.care_team.of_patient(actor, patient_id) if actor.may(Permission.VIEW_CARE_TEAM) else (),
        clinic.patients.same_name(actor, patient_id),
    )
