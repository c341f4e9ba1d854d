"""The worklists: what stands on them, what one key does, and what is taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.database.queries import follow_ups as follow_up_queries
from meditrack_desktop.database.queries import waitlist as waitlist_queries
from meditrack_desktop.domain.absence_worklists import ContactOutcome
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.front_desk import AddFollowUp, JoinWaitlist, Urgency
from meditrack_desktop.domain.scheduling import Appointment, CancelAppointment
from meditrack_desktop.domain.working_time import AbsenceKind, AddAbsence
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.worklists import follow_ups_page, waitlist_page
from meditrack_desktop.ui.worklists.absence_page import AbsencePage
from meditrack_desktop.ui.worklists.follow_ups_page import FollowUpsPage
from meditrack_desktop.ui.worklists.join_sheet import JoinSheet
from meditrack_desktop.ui.worklists.list_page import ListPage
from meditrack_desktop.ui.worklists.waitlist_page import WaitlistPage
from tests.makers.people import a_patient
from tests.makers.visits import Room, a_room


class Sight:
    """The receptionist's window and the worklist in it."""

    def __init__(self, window: MainWindow, tasks: Tasks, qtbot: QtBot) -> None:
        self.window, self.tasks, self.qtbot = window, tasks, qtbot

    def settle(self) -> None:
        for _ in range(3):
            assert self.tasks.wait_idle()
            self.qtbot.wait(70)
        assert self.tasks.wait_idle()

    def open(self, page: str, *ids: UUID) -> QWidget:
        assert self.window.frame is not None
        found = self.window.frame.open(Place(page, ids))
        self.settle()
        return found

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def names(self, page: ListPage) -> list[str]:
        return [page.cell(page.model.record(row), "patient").text for row in range(page.model.rowCount())]

    @property
    def said(self) -> list[str]:
        return [toast.text for toast in self.window.toasts.shown]


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    return a_room(clinic, reception, admin)


@pytest.fixture
def sight(
    room: Room, enter: Callable[[Actor], MainWindow], reception: Actor, tasks: Tasks, qtbot: QtBot
) -> Sight:
    found = Sight(enter(reception), tasks, qtbot)
    found.settle()
    return found


def _somebody(clinic: Clinic, actor: Actor, name: str) -> UUID:
    given, family = name.split()
    return clinic.patients.register(actor, a_patient(family, given, "020 7946 0142")).id


# The waitlist


def test_urgent_ones_stand_first_and_a_filter_leaves_who_fits(
    sight: Sight, clinic: Clinic, reception: Actor, room: Room
) -> None:
    first, second = _somebody(clinic, reception, "Piotr Probe"), _somebody(clinic, reception, "Hana Muster")
    clinic.waitlist.join(reception, JoinWaitlist(patient_id=first))
    clinic.waitlist.join(
        reception,
        JoinWaitlist(patient_id=second, practitioner_id=room.doctor.id, urgency=Urgency.URGENT),
    )
    page = sight.open("today/waitlist")
    assert isinstance(page, WaitlistPage)
    assert sight.names(page) == ["Hana Muster", "Piotr Probe"]
    page.search.setText("prob")
    page.search.searched.emit("prob")
    assert sight.names(page) == ["Piotr Probe"]


def test_somebody_is_taken_off_and_put_back(sight: Sight, clinic: Clinic, reception: Actor) -> None:
    entry = clinic.waitlist.join(
        reception, JoinWaitlist(patient_id=_somebody(clinic, reception, "Piotr Probe"))
    )
    page = sight.open("today/waitlist")
    assert isinstance(page, WaitlistPage)
    sight.press(Qt.Key.Key_X)
    sight.settle()
    assert clinic.waitlist.list(reception) == () and sight.names(page) == []
    sight.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    sight.settle()
    assert [one.id for one in clinic.waitlist.list(reception)] == [entry.id]
    assert sight.names(page) == ["Piotr Probe"]


def test_undo_takes_back_nothing_that_was_done_since(
    sight: Sight, clinic: Clinic, reception: Actor, room: Room
) -> None:
    clinic.waitlist.join(reception, JoinWaitlist(patient_id=_somebody(clinic, reception, "Piotr Probe")))
    sight.open("today/waitlist")
    sight.press(Qt.Key.Key_X)
    sight.settle()
    visit = room.book("2026-11-18 15:00")
    sight.window.undo()
    sight.settle()
    assert clinic.scheduling.get(reception, visit.id).id == visit.id, "the booking stays"
    assert clinic.waitlist.list(reception) == ()
    assert "Nothing was taken back" in sight.said[-1]


def test_who_waits_is_booked_and_no_longer_waits(sight: Sight, clinic: Clinic, reception: Actor) -> None:
    patient = _somebody(clinic, reception, "Piotr Probe")
    clinic.waitlist.join(reception, JoinWaitlist(patient_id=patient, minutes=45))
    sight.open("today/waitlist")
    sight.press(Qt.Key.Key_B)
    sight.settle()
    (booking,) = [one for one in sight.window.findChildren(BookingPopover) if one.isVisible()]
    assert booking.draft().patient is not None and booking.draft().patient.id == patient
    assert booking.draft().minutes == 45
    booking.book.click()
    sight.settle()
    (visit,) = clinic.scheduling.of_patient(reception, patient)
    assert visit.minutes == 45 and clinic.waitlist.list(reception) == ()


def test_a_visit_joins_the_waitlist_for_an_earlier_time(
    sight: Sight, clinic: Clinic, reception: Actor, room: Room
) -> None:
    visit = room.book("2026-11-27 10:00")
    sight.window.desk.go.join_waitlist(visit.patient_id, visit)
    sight.settle()
    (sheet,) = sight.window.findChildren(JoinSheet)
    assert sheet.patient.patient is not None and sheet.patient.patient.id == visit.patient_id
    assert sheet.doctor.value() == room.doctor.id
    sheet.submit()
    sight.settle()
    (entry,) = clinic.waitlist.list(reception)
    assert entry.appointment_id == visit.id and entry.practitioner_id == room.doctor.id
    assert sight.said[-1] == "Greta Beispiel waits for a place"


def test_without_a_patient_nobody_joins(sight: Sight, clinic: Clinic, reception: Actor) -> None:
    sight.window.desk.go.join_waitlist()
    sight.settle()
    (sheet,) = sight.window.findChildren(JoinSheet)
    sheet.submit()
    sight.settle()
    assert sheet.isVisible() and sheet.patient.error
    assert clinic.waitlist.list(reception) == ()
    sheet.close_layer()


# Follow-ups


def test_who_is_due_is_booked_or_dismissed(
    sight: Sight, clinic: Clinic, reception: Actor, room: Room
) -> None:
    late, soon, later = (
        clinic.follow_ups.add(
            reception,
            AddFollowUp(patient_id=_somebody(clinic, reception, name), due_on=due),
        )
        for name, due in (
            ("Piotr Probe", date(2026, 11, 10)),
            ("Hana Muster", date(2026, 11, 25)),
            ("Ivo Primer", date(2027, 3, 1)),
        )
    )
    page = sight.open("today/follow-ups")
    assert isinstance(page, FollowUpsPage)
    assert sight.names(page) == ["Piotr Probe", "Hana Muster"]
    assert page.cell(late, "due").tags[0].text == "overdue" and not page.cell(soon, "due").tags
    sight.press(Qt.Key.Key_X)
    sight.settle()
    assert sight.names(page) == ["Hana Muster"]
    sight.press(Qt.Key.Key_B)
    sight.settle()
    (booking,) = [one for one in sight.window.findChildren(BookingPopover) if one.isVisible()]
    assert booking.draft().when.date() >= date(2026, 11, 25), "not before they are due"
    booking.book.click()
    sight.settle()
    assert len(clinic.scheduling.of_patient(reception, soon.patient_id)) == 1
    assert [one.id for one in clinic.follow_ups.due(reception)] == [later.id]


# Absences


@pytest.fixture
def away(clinic: Clinic, admin: Actor, reception: Actor, room: Room) -> tuple[UUID, list[Appointment]]:
    """Dr. Modelo falls ill for today's afternoon, with three visits booked."""
    visits = [
        room.book(f"2026-11-18 {14 + number}:00", patient_id=_somebody(clinic, reception, name))
        for number, name in enumerate(("Piotr Probe", "Hana Muster", "Ivo Primer"))
    ]
    command = AddAbsence(
        practitioner_id=room.doctor.id,
        wall_start=datetime(2026, 11, 18, 13),
        wall_end=datetime(2026, 11, 18, 18),
        kind=AbsenceKind.SICK,
    )
    return clinic.absences.add(admin, command).absence.id, visits


def test_visits_of_an_absence_are_moved_all_at_once_and_taken_back_as_one(
    sight: Sight, clinic: Clinic, reception: Actor, away: tuple[UUID, list[Appointment]]
) -> None:
    absence, visits = away
    page = sight.open("today/absence", absence)
    assert isinstance(page, AbsencePage)
    assert sight.names(page) == ["Piotr Probe", "Hana Muster", "Ivo Primer"]
    assert page.mover.text() == "Move 3 visits"
    wanted = {item.visit.id: page.chosen_place(item).wall_start for item in page.worklist.items}
    sight.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    sight.settle()
    after = {visit.id: clinic.scheduling.get(reception, visit.id) for visit in visits}
    assert {one: visit.wall_start for one, visit in after.items()} == wanted
    assert page.done.text() == "3 of 3 done" and sight.names(page) == []
    sight.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    sight.settle()
    back = [clinic.scheduling.get(reception, visit.id).wall_start for visit in visits]
    assert back == [visit.wall_start for visit in visits]
    assert sight.names(page) == ["Piotr Probe", "Hana Muster", "Ivo Primer"]


def test_number_keys_choose_a_place_or_leave_a_visit(
    sight: Sight, clinic: Clinic, reception: Actor, away: tuple[UUID, list[Appointment]]
) -> None:
    absence, visits = away
    page = sight.open("today/absence", absence)
    assert isinstance(page, AbsencePage)
    second = page.worklist.items[0].proposals[1]
    sight.press(Qt.Key.Key_2)
    sight.press(Qt.Key.Key_0)
    assert page.chosen_place(page.worklist.items[0]) == second
    assert page.chosen_place(page.worklist.items[1]) is None
    assert page.mover.text() == "Move 2 visits"
    page.mover.click()
    sight.settle()
    found = [clinic.scheduling.get(reception, visit.id) for visit in visits]
    assert found[0].wall_start == second.wall_start
    assert found[1].wall_start == visits[1].wall_start, "left where it was"
    assert sight.names(page) == ["Hana Muster"] and page.done.text() == "2 of 3 done"


def test_a_call_is_noted_and_kept(
    sight: Sight, clinic: Clinic, reception: Actor, away: tuple[UUID, list[Appointment]]
) -> None:
    absence, _visits = away
    page = sight.open("today/absence", absence)
    assert isinstance(page, AbsencePage)
    for key in (Qt.Key.Key_R, Qt.Key.Key_L, Qt.Key.Key_N):
        sight.press(key)
    sight.settle()
    found = [item.contact.outcome for item in clinic.absence_worklists.of_absence(reception, absence).items]
    assert found == [ContactOutcome.REACHED, ContactOutcome.MESSAGE_LEFT, ContactOutcome.NO_ANSWER]
    said = [page.cell(item, "call").tags[0].text for item in page.worklist.items]
    assert said == ["Reached", "Message left", "No answer"]


def test_what_another_desk_moved_leaves_the_list_and_the_row_stays(
    sight: Sight, clinic: Clinic, reception: Actor, away: tuple[UUID, list[Appointment]], room: Room
) -> None:
    absence, visits = away
    page = sight.open("today/absence", absence)
    assert isinstance(page, AbsencePage)
    sight.press(Qt.Key.Key_Down)
    assert page.chosen().visit.id == visits[1].id
    command = CancelAppointment(id=visits[0].id, version=visits[0].version, reason="Called")
    clinic.scheduling.cancel(reception, command)
    sight.qtbot.waitUntil(lambda: sight.names(page) == ["Hana Muster", "Ivo Primer"])
    assert page.chosen().visit.id == visits[1].id


def test_the_doctors_page_leads_to_the_worklist(sight: Sight, away: tuple[UUID, list[Appointment]]) -> None:
    sight.window.desk.go.open_absence_worklist(away[0])
    sight.settle()
    assert isinstance(sight.window.frame.sheet.current(), AbsencePage)
    assert sight.window.frame.sidebar.buttons["today"].isChecked()


@pytest.mark.parametrize("most", [2, 3])
def test_a_list_that_is_cut_says_so(
    sight: Sight, clinic: Clinic, reception: Actor, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    for name in ("Piotr Probe", "Hana Muster"):
        patient = _somebody(clinic, reception, name)
        clinic.waitlist.join(reception, JoinWaitlist(patient_id=patient))
        clinic.follow_ups.add(reception, AddFollowUp(patient_id=patient, due_on=date(2026, 11, 18)))
    for module in (waitlist_page, follow_ups_page, follow_up_queries):
        monkeypatch.setattr(module, "MOST_LISTED", most)
    monkeypatch.setattr(waitlist_queries, "MOST", most)
    said = "The first 2 are shown; more may follow once these are worked off." if most == 2 else ""
    for word in ("today/waitlist", "today/follow-ups"):
        page = sight.open(word)
        assert isinstance(page, ListPage)
        assert page.note.text() == said
        assert page.model.rowCount() == 2
