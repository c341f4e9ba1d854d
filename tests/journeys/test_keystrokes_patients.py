"""How many keys it takes to find a patient and to book a new caller, counted at the real window.

Every key goes to whatever has the focus, through the window; nothing is called, set or clicked by the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.page import PatientsPage
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.tasks import Tasks
from tests.journeys.hands import CONTROL, Hands
from tests.makers.people import a_patient
from tests.makers.visits import a_room
from tests.ui.conftest import enter, site, tasks, window

__all__ = ["enter", "site", "tasks", "window"]


@pytest.fixture
def mara(clinic: Clinic, reception: Actor) -> Patient:
    """Mara, among people whose names are like hers."""
    for given, family in (
        ("Marah", "Dummond"),
        ("Maria", "Ejemplo"),
        ("Tamara", "Beispiel"),
        ("Bruno", "Fictanova"),
    ):
        clinic.patients.register(reception, a_patient(family, given, "020 7946 0100"))
    return clinic.patients.register(
        reception, a_patient("Fictanova", "Mara", "020 7946 0142", birth_date="1988-04-05")
    )


@pytest.fixture
def hands(
    qtbot: QtBot,
    enter: Callable[[Actor], MainWindow],
    reception: Actor,
    admin: Actor,
    clinic: Clinic,
    tasks: Tasks,
) -> Iterator[Hands]:
    """The receptionist's window, on the page she starts with; Dr. Modelo works there."""
    a_room(clinic, reception, admin)
    found = Hands(qtbot, enter(reception), tasks)
    found.look()
    yield found


@pytest.mark.parametrize("typed", ["fict", "0142", "marf"[:3] + " f", "1988"])
def test_a_patient_is_found_and_opened_with_one_hotkey_four_letters_and_enter(
    hands: Hands, mara: Patient, typed: str
) -> None:
    if typed == "fict":
        typed = "m fi"
    hands.press(Qt.Key.Key_K, CONTROL)
    hands.type(typed)
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert hands.chart().id == mara.id
    assert hands.keys == ["K", "Return"] and len(hands.letters) <= 5


def test_enter_does_not_wait_for_the_answer_and_never_opens_somebody_else(
    hands: Hands, mara: Patient
) -> None:
    hands.press(Qt.Key.Key_K, CONTROL)
    hands.type("0142")
    hands.press(Qt.Key.Key_Return)  # nothing was looked at in between
    hands.look()
    assert hands.chart().id == mara.id


def test_the_patient_opened_last_is_two_keys_away(
    hands: Hands, clinic: Clinic, reception: Actor, mara: Patient
) -> None:
    other = clinic.patients.register(reception, a_patient("Stubson", "Noah"))
    for name in ("stubson", "mara f"):
        hands.press(Qt.Key.Key_K, CONTROL)
        hands.type(name)
        hands.press(Qt.Key.Key_Return)
        hands.look()
    hands.press(Qt.Key.Key_1, CONTROL)
    hands.look()
    hands.begin()
    hands.press(Qt.Key.Key_K, CONTROL)
    hands.look()
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert hands.chart().id == mara.id and hands.chart().id != other.id
    assert hands.keys == ["K", "Return"] and hands.letters == ""


def test_a_patient_is_found_in_the_list_by_keyboard_alone(hands: Hands, mara: Patient) -> None:
    hands.press(Qt.Key.Key_3, CONTROL)
    hands.look()
    assert isinstance(hands.page(), PatientsPage)
    hands.begin()
    hands.press(Qt.Key.Key_F, CONTROL)
    hands.type("fict m")
    hands.press(Qt.Key.Key_Return)
    hands.look()
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert hands.chart().id == mara.id
    assert hands.keys == ["F", "Return", "Return"]


def test_a_new_caller_is_booked_with_name_tab_phone_enter(
    hands: Hands, clinic: Clinic, reception: Actor
) -> None:
    hands.press(Qt.Key.Key_N, CONTROL)
    hands.look()
    hands.begin()
    hands.type("nova neu")
    hands.press(Qt.Key.Key_Tab)
    hands.type("020 7946 0999")
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert hands.keys == ["Tab", "Return"]
    (line,) = clinic.patients.find(reception, FindPatients(text="nova neu")).lines
    (visit,) = clinic.scheduling.of_patient(reception, line.id)
    assert line.provisional and line.phone == "020 7946 0999"
    assert isinstance(hands.page(), SchedulingPage) and visit.patient_name == "Nova Neu"


def test_typing_faster_than_the_answers_books_the_new_caller_all_the_same(
    hands: Hands, clinic: Clinic, reception: Actor, mara: Patient
) -> None:
    hands.press(Qt.Key.Key_N, CONTROL)
    hands.look()
    hands.type("mara neu")
    hands.press(Qt.Key.Key_Tab)
    hands.type("07400 111222")
    hands.press(Qt.Key.Key_Return)
    hands.look()
    (line,) = clinic.patients.find(reception, FindPatients(text="mara neu")).lines
    assert len(clinic.scheduling.of_patient(reception, line.id)) == 1
    assert clinic.scheduling.of_patient(reception, mara.id) == ()


def test_a_caller_is_taken_down_from_the_list_and_booked_next(
    hands: Hands, clinic: Clinic, reception: Actor, mara: Patient
) -> None:
    hands.press(Qt.Key.Key_3, CONTROL)
    hands.look()
    hands.type("Testhlom")
    hands.look()
    hands.begin()
    hands.press(Qt.Key.Key_Tab)
    for _ in range(12):
        focused = QApplication.focusWidget()
        if focused is not None and "Testhlom" in focused.accessibleName() + getattr(focused, "text", str)():
            break
        hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Space)
    hands.look()
    hands.type("07400 333444")
    hands.press(Qt.Key.Key_Return)
    hands.look()
    (line,) = clinic.patients.find(reception, FindPatients(text="testhlom")).lines
    assert line.provisional and line.phone == "07400 333444"
    assert isinstance(hands.page(), SchedulingPage)
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert len(clinic.scheduling.of_patient(reception, line.id)) == 1
