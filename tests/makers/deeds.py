"""Deeds at the calendar in one line each, by whoever sits at a room's desk."""

from __future__ import annotations

from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CancelAppointment,
    ChangeAppointmentLength,
    Confirmation,
    SetAppointmentStatus,
    SetConfirmation,
)
from tests.makers.visits import Room

THURSDAY = "2026-11-19"


def status(room: Room, visit: Appointment, to: AppointmentStatus) -> Appointment:
    command = SetAppointmentStatus(id=visit.id, version=visit.version, status=to)
    return room.clinic.scheduling.set_status(room.desk, command)


def through(room: Room, visit: Appointment, *steps: AppointmentStatus) -> Appointment:
    for step in steps:
        visit = status(room, visit, step)
    return visit


def cancel(room: Room, visit: Appointment) -> Appointment:
    command = CancelAppointment(id=visit.id, version=visit.version, reason="cannot come")
    return room.clinic.scheduling.cancel(room.desk, command)


def lengthen(room: Room, visit: Appointment, minutes: int, why: str = "") -> Appointment:
    command = ChangeAppointmentLength(
        id=visit.id, version=visit.version, minutes=minutes, overbook_reason=why
    )
    return room.clinic.scheduling.change_length(room.desk, command)


def confirm(room: Room, visit: Appointment, confirmation: Confirmation) -> Appointment:
    command = SetConfirmation(id=visit.id, version=visit.version, confirmation=confirmation)
    return room.clinic.scheduling.set_confirmation(room.desk, command)


def at_nine(room: Room) -> Appointment:
    return room.book(f"{THURSDAY} 09:00")


def under_another(room: Room) -> Appointment:
    """A visit that another one was put over."""
    visit = room.book(f"{THURSDAY} 09:00", 60)
    room.book(f"{THURSDAY} 09:30", overbook_reason="fell in the street")
    return visit


def over_another(room: Room) -> Appointment:
    room.book(f"{THURSDAY} 09:00", 60)
    return room.book(f"{THURSDAY} 09:30", overbook_reason="fell in the street")
