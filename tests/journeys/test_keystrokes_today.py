"""How many keys the day at the front desk takes, counted at the real window: checking in, no-shows, the waiting room
and tomorrow's calls.

Every key goes to whatever has the focus, through the window; nothing is called, set or clicked by the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.scheduling import (
    Appointment,
    AppointmentStatus,
    CalendarRange,
    Confirmation,
    SetAppointmentStatus,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.today.page import TodayPage
from meditrack_desktop.ui.worklists.confirm_page import ConfirmPage
from meditrack_desktop.ui.worklists.unresolved_page import UnresolvedPage
from tests.journeys.test_keystrokes_patients import CONTROL, Hands
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_room
from tests.ui.conftest import enter, site, tasks, window

__all__ = ["enter", "site", "tasks", "window"]

_S = AppointmentStatus
PEOPLE = ("Greta Beispiel", "Piotr Probe", "Hana Muster", "Luis Nullman")


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def visits(room: Room, clinic: Clinic, reception: Actor) -> dict[str, Appointment]:
    """Four of today from 11:00 on, each with Dr. Modelo, by the patient's name."""
    found = {}
    for number, name in enumerate(PEOPLE):
        given, family = name.split()
        patient = (
            room.patient if not number else clinic.patients.register(reception, a_patient(family, given))
        )
        when = f"2026-11-18 11:{number * 15:02d}"
        found[name] = room.book(when, 15, patient_id=patient.id)
    return found


@pytest.fixture
def hands(
    qtbot: QtBot,
    enter: Callable[[Actor], MainWindow],
    reception: Actor,
    visits: dict[str, Appointment],
    tasks: Tasks,
) -> Iterator[Hands]:
    """The receptionist's window, on the page she starts with."""
    found = Hands(qtbot, enter(reception), tasks)
    found.look()
    assert isinstance(found.page(), TodayPage)
    yield found


def status(clinic: Clinic, actor: Actor, visit: Appointment) -> AppointmentStatus:
    return clinic.scheduling.get(actor, visit.id).status


def arrive(clinic: Clinic, actor: Actor, visit: Appointment) -> Appointment:
    command = SetAppointmentStatus(id=visit.id, version=visit.version, status=_S.ARRIVED)
    return clinic.scheduling.set_status(actor, command)


def marked(hands: Hands) -> str:
    page = hands.page()
    assert isinstance(page, TodayPage) and page.lanes.marked is not None
    return page.lanes.marked.visit.patient_name


def test_who_is_next_is_checked_in_with_one_key(
    hands: Hands, clinic: Clinic, reception: Actor, visits: dict[str, Appointment]
) -> None:
    assert marked(hands) == "Greta Beispiel"
    hands.press(Qt.Key.Key_C)
    hands.look()
    assert hands.keys == ["C"] and hands.letters == ""
    assert status(clinic, reception, visits["Greta Beispiel"]) is _S.ARRIVED
    assert marked(hands) == "Piotr Probe", "the keys go on with the next"


def test_somebody_is_checked_in_by_name(
    hands: Hands, clinic: Clinic, reception: Actor, visits: dict[str, Appointment]
) -> None:
    """One hotkey, up to four letters, Enter, and C: as many as finding a patient, and one."""
    hands.press(Qt.Key.Key_F, CONTROL)
    hands.type("lui")
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_C)
    hands.look()
    assert hands.keys == ["F", "Return", "C"] and len(hands.letters) <= 4
    others = [status(clinic, reception, visits[name]) for name in PEOPLE[:3]]
    assert status(clinic, reception, visits["Luis Nullman"]) is _S.ARRIVED
    assert set(others) == {_S.BOOKED}


def test_somebody_found_like_any_patient_is_checked_in_with_one_more_key(
    hands: Hands, clinic: Clinic, reception: Actor, visits: dict[str, Appointment]
) -> None:
    hands.press(Qt.Key.Key_K, CONTROL)
    hands.type("null")
    hands.press(Qt.Key.Key_Return)
    hands.look()
    hands.press(Qt.Key.Key_C)
    hands.look()
    assert hands.keys == ["K", "Return", "C"] and len(hands.letters) <= 4
    assert status(clinic, reception, visits["Luis Nullman"]) is _S.ARRIVED
    hands.press(Qt.Key.Key_C)
    hands.look()
    assert "checked in already, for 11:45" in hands.window.toasts.shown[-1].text


def test_a_no_show_is_one_key(
    hands: Hands, clinic: Clinic, reception: Actor, room: Room, visits: dict[str, Appointment]
) -> None:
    """Of whom should be here; nobody is missed before their time."""
    hands.press(Qt.Key.Key_N)
    hands.look()
    assert status(clinic, reception, visits["Greta Beispiel"]) is _S.BOOKED, "not due yet"
    late = room.book("2026-11-18 10:30", 15, patient_id=visits["Luis Nullman"].patient_id)
    hands.look()
    hands.press(Qt.Key.Key_Up)
    assert marked(hands) == "Luis Nullman"
    hands.begin()
    hands.press(Qt.Key.Key_N)
    hands.look()
    assert hands.keys == ["N"]
    assert status(clinic, reception, late) is _S.NOSHOW


def test_who_waits_is_sent_in_and_finished_with_one_key_each(
    hands: Hands, clinic: Clinic, reception: Actor, visits: dict[str, Appointment]
) -> None:
    arrive(clinic, reception, visits["Hana Muster"])
    hands.look()
    hands.begin()
    hands.press(Qt.Key.Key_W)
    hands.look()
    assert hands.keys == ["W"]
    assert status(clinic, reception, visits["Hana Muster"]) is _S.CHECKED_IN
    hands.press(Qt.Key.Key_Right)
    assert marked(hands) == "Hana Muster"
    hands.begin()
    hands.press(Qt.Key.Key_F)
    hands.look()
    assert hands.keys == ["F"]
    assert status(clinic, reception, visits["Hana Muster"]) is _S.FULFILLED


def test_the_next_from_the_waiting_room_is_who_has_waited_longest_for_an_empty_room(
    hands: Hands,
    clinic: Clinic,
    reception: Actor,
    admin: Actor,
    clock: FixedClock,
    room: Room,
    visits: dict[str, Appointment],
) -> None:
    other = clinic.practitioners.add(admin, a_doctor("Shili", "Mei"))
    child = clinic.patients.register(reception, a_patient("Paradigma", "Nikos"))
    elsewhere = room.book("2026-11-18 11:00", patient_id=child.id, practitioner_id=other.id)
    first = arrive(clinic, reception, visits["Luis Nullman"])
    clock.advance(timedelta(minutes=5))
    arrive(clinic, reception, elsewhere)
    inside = arrive(clinic, reception, visits["Greta Beispiel"])
    clinic.scheduling.set_status(
        reception, SetAppointmentStatus(id=inside.id, version=inside.version, status=_S.CHECKED_IN)
    )
    hands.look()
    hands.press(Qt.Key.Key_W)
    hands.look()
    assert status(clinic, reception, elsewhere) is _S.CHECKED_IN
    assert status(clinic, reception, first) is _S.ARRIVED, "her doctor has somebody in the room"
    hands.press(Qt.Key.Key_W)
    hands.look()
    assert status(clinic, reception, first) is _S.ARRIVED


def test_tomorrows_visits_are_confirmed_with_one_key_each(
    hands: Hands, clinic: Clinic, reception: Actor, room: Room, visits: dict[str, Appointment]
) -> None:
    made = [
        room.book(f"2026-11-19 {9 + number:02d}:00", patient_id=visits[name].patient_id)
        for number, name in enumerate(PEOPLE)
    ]
    hands.look()
    _open_work(hands, "today/confirm")
    assert isinstance(hands.page(), ConfirmPage)
    hands.begin()
    for key in (Qt.Key.Key_C, Qt.Key.Key_L, Qt.Key.Key_N, Qt.Key.Key_C):
        hands.press(key)  # nothing is looked at in between
    hands.look()
    assert hands.keys == ["C", "L", "N", "C"], "one key a visit"
    found = [clinic.scheduling.get(reception, visit.id).confirmation for visit in made]
    wanted = Confirmation
    assert found == [wanted.CONFIRMED, wanted.MESSAGE_LEFT, wanted.UNCONFIRMED, wanted.CONFIRMED]
    page = hands.page()
    assert isinstance(page, ConfirmPage)
    left = {page.model.record(row).id for row in range(page.model.rowCount())}
    assert left == {made[1].id, made[2].id}, "who was not reached stays"


def test_visits_without_an_end_get_one_by_hand_only(
    hands: Hands, clinic: Clinic, reception: Actor, room: Room, visits: dict[str, Appointment]
) -> None:
    early = [
        room.book(f"2026-11-18 09:{number * 15:02d}", 15, patient_id=visits[name].patient_id)
        for number, name in enumerate(PEOPLE)
    ]
    arrive(clinic, reception, early[1])
    hands.look()
    _open_work(hands, "today/unresolved")
    page = hands.page()
    assert isinstance(page, UnresolvedPage) and page.model.rowCount() == 4
    hands.begin()
    hands.press(Qt.Key.Key_N)
    hands.press(Qt.Key.Key_F)
    hands.look()
    assert hands.keys == ["N", "F"]
    assert [status(clinic, reception, visit) for visit in early] == [
        _S.NOSHOW,
        _S.FULFILLED,
        _S.BOOKED,
        _S.BOOKED,
    ], "nothing is marked by itself"


def test_a_walk_in_is_booked_now_with_the_next_free_doctor(
    hands: Hands, clinic: Clinic, reception: Actor, visits: dict[str, Appointment]
) -> None:
    hands.press(Qt.Key.Key_W, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    hands.look()
    hands.type("nova neu")
    hands.press(Qt.Key.Key_Tab)
    hands.type("020 7946 0999")
    hands.press(Qt.Key.Key_Return)
    hands.look()
    day = date(2026, 11, 18)
    today = clinic.scheduling.calendar(reception, CalendarRange(first=day, last=day))
    made = [visit for visit in today if visit.patient_name == "Nova Neu"]
    assert len(made) == 1 and f"{made[0].wall_start:%H:%M}" == "12:00", "the first time that is free"
    assert hands.keys == ["W", "Tab", "Return"]


def _open_work(hands: Hands, page: str) -> None:
    """To the button of a worklist by Tab, and Enter."""
    today = hands.page()
    assert isinstance(today, TodayPage)
    wanted = today.tasks.acts[page]
    for _ in range(40):
        if QApplication.focusWidget() is wanted:
            break
        hands.press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is wanted, "reached by Tab"
    hands.press(Qt.Key.Key_Return)
    hands.look()
