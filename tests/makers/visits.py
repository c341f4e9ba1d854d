"""Makes a bookable world: a doctor, a patient, and the commands of a day at the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment, MoveAppointment
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient


@dataclass(frozen=True)
class Room:
    """A clinic with one doctor and one patient, and the receptionist who books."""

    clinic: Clinic
    desk: Actor
    doctor: Practitioner
    patient: Patient

    def wants(self, when: str, minutes: int = 30, **details: Any) -> BookAppointment:
        """`when` like "2026-11-19 09:30", on the clinic's clock."""
        details.setdefault("patient_id", self.patient.id)
        details.setdefault("practitioner_id", self.doctor.id)
        return BookAppointment(wall_start=datetime.fromisoformat(when), minutes=minutes, **details)

    def book(self, when: str, minutes: int = 30, **details: Any) -> Appointment:
        return self.clinic.scheduling.book(self.desk, self.wants(when, minutes, **details))

    def move(self, visit: Appointment, when: str, **details: Any) -> Appointment:
        return self.clinic.scheduling.move(self.desk, a_move(visit, when, **details))


def a_move(visit: Appointment, when: str, **details: Any) -> MoveAppointment:
    return MoveAppointment(
        id=visit.id, version=visit.version, wall_start=datetime.fromisoformat(when), **details
    )


def a_room(clinic: Clinic, desk: Actor, admin: Actor, **doctor: Any) -> Room:
    return Room(
        clinic,
        desk,
        clinic.practitioners.add(admin, a_doctor(**doctor)),
        clinic.patients.register(desk, a_patient("Beispiel", "Greta", "+44 20 7946 0958")),
    )
