"""Checking somebody in who stands at the desk and was found by name: today's next visit of theirs."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.today import words
from meditrack_desktop.ui.today.words import tr

_NAME = "arrivals"


def _acts(desk: Desk, frame: QWidget) -> VisitActs:
    """One for the frame: its Undo lives as long as the toast that offers it."""
    found = frame.findChild(VisitActs, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    if found is None:
        found = VisitActs(desk, frame)
        found.setObjectName(_NAME)
    return found


def check_in(desk: Desk, frame: QWidget, patient_id: UUID) -> None:
    """Check in, with Undo; what stands in the way is said and nothing is changed."""
    if not desk.actor.may(Permission.SET_APPOINTMENT_STATUS):
        desk.say(tr("Your role may not do this. An administrator can change it."))
        return
    today = desk.today()

    def found(visits: tuple[Appointment, ...]) -> None:
        here = sorted((one for one in visits if one.day == today), key=lambda one: one.starts_at)
        booked = [one for one in here if one.status is AppointmentStatus.BOOKED]
        if booked:
            _acts(desk, frame).set_status(booked[0], AppointmentStatus.ARRIVED)
            return
        there = next((one for one in here if one.status is AppointmentStatus.ARRIVED), None)
        if there is not None:
            text = tr("{name} is checked in already, for {time}.")
            desk.say(text.format(name=there.patient_name, time=words.clock(there.wall_start)))
        else:
            desk.say(tr("No visit is booked for today. B books one."))

    desk.tasks.query(
        frame, lambda: desk.clinic.scheduling.of_patient(desk.actor, patient_id), found, replaces="arrival"
    )
