"""The Today page in the receptionist's window over a real clinic: Wednesday 18 November 2026, 10:42."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, SetAppointmentStatus
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.today.lane import Lane
from meditrack_desktop.ui.today.page import TodayPage
from tests.makers.people import a_patient
from tests.makers.visits import Room, a_room


@dataclass
class Sight:
    """The page as somebody sees it, and what a test does with it."""

    window: MainWindow
    page: TodayPage
    tasks: Tasks
    qtbot: QtBot

    @property
    def said(self) -> list[str]:
        return [toast.text for toast in self.window.toasts.shown]

    def settle(self) -> None:
        """Wait until everything asked has been answered and shown, news included."""
        for _ in range(3):
            assert self.tasks.wait_idle()
            self.qtbot.wait(70)
        assert self.tasks.wait_idle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def names(self, lane: Lane) -> list[str]:
        """Who stands in a lane, from top to bottom."""
        return [card.visit.patient_name for card in lane.cards]

    def point_at(self, widget: QWidget) -> None:
        """The mouse goes there."""
        at = QPointF(widget.rect().center())
        QCoreApplication.sendEvent(widget, QEnterEvent(at, at, at))

    def leave(self, widget: QWidget) -> None:
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    """Dr. Ines Modelo, weekdays 9 to 13 and 14 to 17, and Greta Beispiel."""
    return a_room(clinic, reception, admin)


@pytest.fixture
def book(room: Room, clinic: Clinic, reception: Actor) -> Callable[..., Appointment]:
    """Books somebody new for a time of today, and leads the visit through some statuses."""

    def booked(name: str, at: str, *steps: AppointmentStatus, minutes: int = 15) -> Appointment:
        given, family = name.split()
        patient = clinic.patients.register(
            reception, a_patient(family, given, "020 7946 0142", birth_date="1988-04-05")
        )
        visit = room.book(f"2026-11-18 {at}", minutes, patient_id=patient.id)
        for step in steps:
            command = SetAppointmentStatus(id=visit.id, version=visit.version, status=step)
            visit = clinic.scheduling.set_status(reception, command)
        return visit

    return booked


@pytest.fixture
def look(enter: Callable[[Actor], MainWindow], tasks: Tasks, qtbot: QtBot) -> Callable[[Actor], Sight]:
    """Opens the page for somebody."""

    def opened(actor: Actor) -> Sight:
        window = enter(actor)
        assert window.frame is not None
        page = window.frame.open(Place("today"))
        assert isinstance(page, TodayPage)
        sight = Sight(window, page, tasks, qtbot)
        sight.settle()
        return sight

    return opened
