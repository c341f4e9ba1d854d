"""Dates, ages, names and what became of visits, as every sheet says them."""

from __future__ import annotations

from datetime import date, datetime

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.working_time import OpenTime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_text(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def partial_text(day: BirthDate | None) -> str:
    """`5 Apr 1988`, `Apr 1988`, `1988`; empty for None."""
    if day is None:
        return ""
    month = f"{MONTHS[day.month - 1]} " if day.month else ""
    return f"{day.day} {month}{day.year}" if day.day else f"{month}{day.year}"


def born_text(patient: Patient, today: date) -> str:
    """`5 Apr 1988 (38 y)`; `birth date not known`."""
    if patient.birth_date is None:
        return "birth date not known"
    return f"{partial_text(patient.birth_date)} ({patient.birth_date.age_on(today)} y)"


def moment_text(moment: datetime) -> str:
    """A moment already on the clinic's clock: `18 Nov 2026 10:42`."""
    return f"{day_text(moment.date())} {moment:%H:%M}"


def weekday_text(day: date) -> str:
    """`Wednesday, 18 Nov 2026`."""
    return f"{WEEKDAYS[day.weekday()]}, {day_text(day)}"


def stretch_text(stretch: OpenTime) -> str:
    """`09:00 to 12:30`; the end of a day is 24:00."""
    return " to ".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (stretch.starts, stretch.ends))


_STATUS = {
    AppointmentStatus.BOOKED: "Booked",
    AppointmentStatus.ARRIVED: "Waiting",
    AppointmentStatus.CHECKED_IN: "In room",
    AppointmentStatus.FULFILLED: "Completed",
    AppointmentStatus.NOSHOW: "No-show",
    AppointmentStatus.CANCELLED: "Cancelled",
}
_BOOKED = {Confirmation.CONFIRMED: "Confirmed", Confirmation.MESSAGE_LEFT: "Booked, message left"}


def status_text(visit: Appointment) -> str:
    """What became of a visit, in the window's own word: paper has no colours."""
    if visit.status is AppointmentStatus.BOOKED:
        return _BOOKED.get(visit.confirmation, "Booked")
    return _STATUS[visit.status]
