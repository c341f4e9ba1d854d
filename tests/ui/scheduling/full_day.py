"""Fills a real clinic with the example day, through the services, as a desk would have done it."""

from __future__ import annotations

from datetime import timedelta

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.patients import PhoneInput, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner, WorkingHoursInput
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    Confirmation,
    SetAppointmentStatus,
    SetConfirmation,
)
from meditrack_desktop.services.clinic import Clinic
from tests.ui.scheduling import example_day

_S = AppointmentStatus
_STEPS = {
    _S.BOOKED: (),
    _S.ARRIVED: (_S.ARRIVED,),
    _S.CHECKED_IN: (_S.ARRIVED, _S.CHECKED_IN),
    _S.FULFILLED: (_S.CHECKED_IN, _S.FULFILLED),
    _S.NOSHOW: (_S.NOSHOW,),
    _S.CANCELLED: (),
}


def fill_clinic(
    clinic: Clinic, admin: Actor, desk: Actor, clock: FixedClock, whole_week: bool = False
) -> None:
    """Doctors, patients and visits of the example day (and of the week around it)."""
    for doctor in example_day.doctors():
        clinic.practitioners.add(
            admin,
            AddPractitioner(
                id=doctor.id,
                family=doctor.family,
                given=doctor.given,
                specialty=doctor.specialty,
                room=doctor.room,
                hours=tuple(
                    WorkingHoursInput(weekday=h.weekday, starts=h.starts, ends=h.ends) for h in doctor.hours
                ),
            ),
        )
    days = list(example_day.visits())
    if whole_week:
        days += [visit for visit in example_day.week_visits() if visit.day != example_day.DAY]
    for visit in days:
        given, _, family = visit.patient_name.rpartition(" ")
        born = visit.patient_birth_date
        if visit.patient_name == "Piotr Przykład":
            born = BirthDate(1971, 3, 4)
        clinic.patients.register(
            desk,
            RegisterPatient(
                id=visit.patient_id,
                family=family,
                given=given,
                birth_date=born,
                phones=(PhoneInput(value=visit.patient_phone),),
            ),
        )
        _book(clinic, desk, visit, clock)


def _book(clinic: Clinic, desk: Actor, visit: Appointment, clock: FixedClock) -> None:
    made = clinic.scheduling.book(
        desk,
        BookAppointment(
            id=visit.id,
            patient_id=visit.patient_id,
            practitioner_id=visit.practitioner_id,
            wall_start=visit.wall_start,
            minutes=visit.minutes,
            visit_type=visit.visit_type,
            reason="Prefers a step-free room." if visit.patient_name == "Piotr Przykład" else "",
            overbook_reason="Loose wire" if visit.patient_name == "Bo Dummond" else "",
        ),
    )
    if visit.confirmation is Confirmation.CONFIRMED:
        made = clinic.scheduling.set_confirmation(
            desk, SetConfirmation(id=made.id, version=made.version, confirmation=Confirmation.CONFIRMED)
        )
    if visit.status is _S.CANCELLED:
        clinic.scheduling.cancel(
            desk, CancelAppointment(id=made.id, version=made.version, reason="Is better")
        )
    now = clock.now()
    if visit.arrived_at is not None:
        clock.advance(visit.arrived_at - now)
    for status in _STEPS[visit.status]:
        made = clinic.scheduling.set_status(
            desk, SetAppointmentStatus(id=made.id, version=made.version, status=status)
        )
    clock.advance(now - clock.now() if clock.now() != now else timedelta(0))
