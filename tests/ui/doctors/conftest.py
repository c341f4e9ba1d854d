"""Doctors & hours in the window, over a real clinic: two doctors, and somebody who looks at them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.practitioners import AddPractitioner, Practitioner
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors.page import DoctorsPage
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from tests.makers.people import a_patient
from tests.makers.visits import Room
from tests.ui.doctors.sight import AFTERNOON, EVENING, MORNING, NOON, Sight, week


@pytest.fixture
def doctors(clinic: Clinic, admin: Actor) -> list[Practitioner]:
    """Dr. Ines Modelo, Monday to Friday 8 to 12 and 12:45 to 16; Dr. Mei Shili, who has no hours yet."""
    hours = week((MORNING, NOON), (AFTERNOON, EVENING))
    return [
        clinic.practitioners.add(
            admin, AddPractitioner(family="Modelo", given="Ines", specialty="General practice", hours=hours)
        ),
        clinic.practitioners.add(admin, AddPractitioner(family="Shili", given="Mei", specialty="Pediatrics")),
    ]


@pytest.fixture
def booked(clinic: Clinic, reception: Actor, doctors: list[Practitioner]) -> Room:
    """Books with Dr. Ines Modelo, for Greta Beispiel."""
    patient = clinic.patients.register(reception, a_patient("Beispiel", "Greta", "+44 20 7946 0958"))
    return Room(clinic, reception, doctors[0], patient)


@pytest.fixture
def look(
    enter: Callable[[Actor], MainWindow], tasks: Tasks, qtbot: QtBot, doctors: list[Practitioner]
) -> Callable[[Actor], Sight]:
    """Opens Doctors & hours for somebody."""

    def opened(actor: Actor) -> Sight:
        window = enter(actor)
        assert window.frame is not None
        page = window.frame.open(Place("doctors"))
        assert isinstance(page, DoctorsPage)
        sight = Sight(window, page, tasks, qtbot)
        sight.settle()
        return sight

    return opened


@pytest.fixture
def sight(look: Callable[[Actor], Sight], admin: Actor) -> Sight:
    """The page as an administrator sees it."""
    return look(admin)
