"""The Today page: what it shows of the day, what keeps its place, and what can be done from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.front_desk import AddDeskTask
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, SetAppointmentStatus
from meditrack_desktop.domain.today import AttentionKind
from meditrack_desktop.domain.working_time import SetClosure
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.printing.sheet_dialog import SheetDialog
from meditrack_desktop.ui.scheduling.appointment_popover import AppointmentPopover
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.today.attention import AttentionSheet
from meditrack_desktop.ui.today.lane import Lane
from meditrack_desktop.ui.today.ribbon import hour_labels
from meditrack_desktop.ui.today.ribbon_columns import Columns
from meditrack_desktop.ui.today.tasks_card import AddTask
from tests.makers.visits import Room
from tests.ui.today.conftest import Sight

_S = AppointmentStatus
Book = Callable[..., Appointment]
Look = Callable[[Actor], Sight]


def _set(clinic: Clinic, actor: Actor, visit: Appointment, status: AppointmentStatus) -> Appointment:
    command = SetAppointmentStatus(id=visit.id, version=visit.version, status=status)
    return clinic.scheduling.set_status(actor, command)


def test_everybody_stands_in_the_lane_of_their_status(look: Look, book: Book, reception: Actor) -> None:
    book("Piotr Probe", "11:00")
    book("Hana Muster", "10:30", _S.ARRIVED)
    book("Ivo Primer", "10:00", _S.CHECKED_IN)
    book("Edith Standin", "09:00", _S.ARRIVED, _S.FULFILLED)
    book("Zoe Mockridge", "09:30", _S.NOSHOW)
    sight = look(reception)
    lanes = sight.page.lanes
    assert sight.names(lanes.due) == ["Piotr Probe"]
    assert sight.names(lanes.waiting) == ["Hana Muster"]
    assert sight.names(lanes.in_room) == ["Ivo Primer"]
    assert sight.names(lanes.check_out) == ["Edith Standin"]
    numbers = {kind: label.text() for kind, label in sight.page.head.numbers.items()}
    assert numbers == {"to_come": "1", "waiting": "1", "in_room": "1", "done": "1", "no_show": "1"}
    row = sight.page.ribbon.rows[0]
    assert "Dr. Ines Modelo" in row.accessibleName() and "with Ivo Primer" in row.accessibleName()
    assert "09:30 to 09:45, Zoe Mockridge, no-show" in row.accessibleDescription()


def test_a_card_names_its_patient_by_two_identifiers_and_tells_of_allergies(
    look: Look, book: Book, reception: Actor, clinic: Clinic
) -> None:
    book("Piotr Probe", "11:00")
    card = look(reception).page.lanes.due.cards[0]
    for words in ("11:00", "Piotr Probe", "5 Apr 1988 (38)", "Dr. Ines Modelo", "in 18 minutes"):
        assert words in card.accessibleName()
    assert "5 Apr 1988" in card.button.accessibleName(), "the button acts on a person, too"
    assert "allergies" not in card.accessibleName()


def test_a_click_checks_in_and_undo_takes_it_back(
    look: Look, book: Book, reception: Actor, clinic: Clinic
) -> None:
    visit = book("Piotr Probe", "11:00")
    sight = look(reception)
    sight.qtbot.mouseClick(sight.page.lanes.due.cards[0].button, Qt.MouseButton.LeftButton)
    sight.settle()
    assert clinic.scheduling.get(reception, visit.id).status is _S.ARRIVED
    assert sight.names(sight.page.lanes.waiting) == ["Piotr Probe"]
    assert sight.said == ["Piotr Probe checked in"]
    sight.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    sight.settle()
    assert clinic.scheduling.get(reception, visit.id).status is _S.BOOKED
    assert sight.names(sight.page.lanes.due) == ["Piotr Probe"]


def test_a_key_that_is_held_down_checks_in_one_person(
    look: Look, book: Book, reception: Actor, clinic: Clinic
) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QKeyEvent

    first, second = book("Piotr Probe", "11:00"), book("Hana Muster", "11:15")
    sight = look(reception)
    sight.press(Qt.Key.Key_C)
    for _ in range(5):
        held = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_C, Qt.KeyboardModifier.NoModifier, "c", autorep=True
        )
        QCoreApplication.sendEvent(QApplication.focusWidget(), held)
    sight.settle()
    assert clinic.scheduling.get(reception, first.id).status is _S.ARRIVED
    assert clinic.scheduling.get(reception, second.id).status is _S.BOOKED


def test_a_finished_visit_is_opened_again_by_its_menu_only(
    look: Look, book: Book, reception: Actor, clinic: Clinic
) -> None:
    over = book("Edith Standin", "09:00", _S.ARRIVED, _S.FULFILLED)
    sight = look(reception)
    deeds = sight.page.deeds
    assert not deeds.do(over, "send_in")
    sight.settle()
    assert clinic.scheduling.get(reception, over.id) == over
    assert deeds.do(over, "reopen")
    sight.settle()
    assert clinic.scheduling.get(reception, over.id).status is _S.CHECKED_IN


def test_a_change_at_another_desk_is_seen_and_moves_neither_focus_nor_mark(
    look: Look, book: Book, reception: Actor, clinic: Clinic, qtbot: object
) -> None:
    first, second = book("Piotr Probe", "11:00"), book("Hana Muster", "11:15")
    sight = look(reception)
    lanes = sight.page.lanes
    sight.press(Qt.Key.Key_Down)
    assert lanes.marked is lanes.due.cards[1] and lanes.marked.hasFocus()
    held = lanes.marked
    _set(clinic, reception, first, _S.ARRIVED)
    sight.qtbot.waitUntil(lambda: sight.names(lanes.waiting) == ["Piotr Probe"])
    assert lanes.marked is held and held.hasFocus() and held.visit.id == second.id
    assert sight.window.frame.sidebar.buttons["today"].badge == "1"


def test_who_has_the_focus_keeps_the_place_when_another_desk_takes_them_on(
    look: Look, book: Book, reception: Actor, clinic: Clinic
) -> None:
    """Nobody slips under the key: C must not meet the next patient."""
    first, second = book("Piotr Probe", "11:00"), book("Hana Muster", "11:15")
    sight = look(reception)
    lanes = sight.page.lanes
    assert lanes.marked.hasFocus() and lanes.marked.visit.id == first.id
    _set(clinic, reception, first, _S.ARRIVED)
    sight.settle()
    assert lanes.marked.visit.id == first.id and lanes.marked.settled == "Waiting"
    sight.press(Qt.Key.Key_C)
    sight.settle()
    assert clinic.scheduling.get(reception, second.id).status is _S.BOOKED
    sight.press(Qt.Key.Key_Down)
    sight.settle()
    assert sight.names(lanes.due) == ["Hana Muster"], "let go once the keys moved on"
    assert lanes.marked.visit.id == second.id


def test_nothing_moves_under_the_pointer(look: Look, book: Book, reception: Actor, clinic: Clinic) -> None:
    book("Piotr Probe", "11:00")
    second = book("Hana Muster", "11:15")
    sight = look(reception)
    lane = sight.page.lanes.due
    sight.point_at(lane)
    _set(clinic, reception, second, _S.ARRIVED)
    book("Ivo Primer", "10:45")
    sight.settle()
    assert sight.names(lane) == ["Piotr Probe", "Hana Muster", "Ivo Primer"], "the order stays, new ones last"
    assert [card.settled for card in lane.cards] == ["", "Waiting", ""]
    sight.leave(lane)
    assert sight.names(lane) == ["Ivo Primer", "Piotr Probe"]


def test_minutes_follow_the_clock_and_a_long_wait_needs_somebody(
    look: Look, book: Book, reception: Actor, clock: FixedClock
) -> None:
    visit = book("Piotr Probe", "10:45", _S.ARRIVED)
    sight = look(reception)
    card = sight.page.lanes.waiting.cards[0]
    assert card.minutes == 0 and not sight.page.attention.isVisible()
    clock.advance(timedelta(minutes=4))
    sight.page.tell_time(clock.now())
    assert card.minutes == 4 and "waiting 4 minutes" in card.accessibleName()
    clock.advance(timedelta(minutes=10))
    sight.page.refresh()
    sight.settle()
    assert sight.page.attention.isVisible()
    kinds = {one.kind for one in sight.page.attention.found}
    assert kinds == {AttentionKind.LONG_WAIT, AttentionKind.DOCTOR_LATE}
    assert sight.page.lanes.waiting.heading.note.text() == "longest 14 min"
    sight.page.review()
    (sheet,) = sight.window.findChildren(AttentionSheet)
    said = [button.text() for button in sheet.buttons]
    assert "Go to the card" in said
    sheet.buttons[said.index("Go to the card")].click()
    assert sight.page.lanes.marked.visit.id == visit.id and sight.page.lanes.marked.hasFocus()


def test_arrows_walk_the_lanes_and_enter_opens_the_visit(look: Look, book: Book, reception: Actor) -> None:
    book("Piotr Probe", "11:00")
    book("Ivo Primer", "10:00", _S.CHECKED_IN)
    sight = look(reception)
    sight.press(Qt.Key.Key_Right)
    lanes = sight.page.lanes
    assert lanes.marked is lanes.in_room.cards[0], "an empty lane is passed over"
    sight.press(Qt.Key.Key_Left)
    assert lanes.marked is lanes.due.cards[0]
    sight.press(Qt.Key.Key_Return)
    (details,) = sight.window.findChildren(AppointmentPopover)
    assert details.isVisible() and details.visit.patient_name == "Piotr Probe"


def test_next_free_begins_a_booking_there(look: Look, book: Book, reception: Actor) -> None:
    book("Piotr Probe", "11:00")
    sight = look(reception)
    row = sight.page.ribbon.rows[0]
    assert row.free.text() and "Book Dr. Ines Modelo" in row.free.accessibleName()
    row.free.click()
    sight.settle()
    assert isinstance(sight.window.frame.sheet.current(), SchedulingPage)
    (booking,) = [one for one in sight.window.findChildren(BookingPopover) if one.isVisible()]
    assert f"{booking.draft().when:%H:%M}" == row.free.text()
    booking.close_layer()


def test_offline_everything_stays_and_nothing_can_be_changed(
    look: Look, book: Book, reception: Actor, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = book("Piotr Probe", "11:00")
    sight = look(reception)

    def gone(*_args: object) -> object:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as away:
        away.setattr(clinic.today, "board", gone)
        sight.page.refresh()
        sight.qtbot.waitUntil(lambda: sight.page.notices.banner is not None)
    assert "No connection since 10:42" in sight.page.notices.banner.accessibleName()
    assert sight.names(sight.page.lanes.due) == ["Piotr Probe"]
    card = sight.page.lanes.due.cards[0]
    assert not card.button.isEnabled() and "No connection" in card.button.toolTip()
    assert not sight.page.head.walk_in.isEnabled()
    card.setFocus()
    sight.press(Qt.Key.Key_C)
    assert "No connection" in sight.said[-1]
    sight.page.refresh()
    sight.settle()
    assert sight.page.notices.banner is None and card.button.isEnabled()
    assert clinic.scheduling.get(reception, visit.id).status is _S.BOOKED


def test_without_permission_the_page_says_who_can_help(
    look: Look, book: Book, reception: Actor, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object) -> object:
        raise NotAllowed(ErrorCode.NOT_PERMITTED)

    monkeypatch.setattr(clinic.today, "board", refused)
    sight = look(reception)
    assert sight.page.stack.currentWidget() is sight.page.state
    assert sight.page.state.title.text()


def test_only_the_hour_that_lies_under_now_gives_way() -> None:
    columns = Columns(1000, 240, 240 + 66 * 10, 930, 1000, 8 * 60, 18 * 60)
    middle = columns.x_of(10 * 60 + 42)
    told = [minute // 60 for minute, _left in hour_labels(columns, 16.0, (middle - 25, middle + 25))]
    assert told == [8, 9, 10, 12, 13, 14, 15, 16, 17, 18]
    narrow = Columns(1000, 240, 240 + 48 * 10, 930, 1000, 8 * 60, 18 * 60)
    left_of = dict(hour_labels(narrow, 16.0, None))
    assert list(left_of) == [hour * 60 for hour in range(8, 19)]
    assert left_of[480] == narrow.x_of(480) - 16  # in the middle of its hour, as every other


def test_the_link_to_the_rest_of_a_lane_stands_as_far_in_as_its_cards(
    look: Look, book: Book, reception: Actor
) -> None:
    for at in ("09:00", "09:30"):
        book("Edith Standin", at, _S.ARRIVED, _S.FULFILLED)
    sight = look(reception)
    lane = next(one for one in sight.page.findChildren(Lane) if one.accessibleName() == "To check out")
    assert not lane.more.isVisible()
    for at in ("10:00", "11:00", "11:30"):
        book("Max Standin", at, _S.ARRIVED, _S.FULFILLED)
    sight.settle()
    assert lane.more.isVisible() and lane.more.text() == "2 more"
    assert lane.more.mapTo(lane.ground, lane.more.rect().topLeft()).x() == 13  # 12 and the card's line


def test_a_day_without_visits_tells_of_the_next_one(look: Look, room: Room, reception: Actor) -> None:
    room.book("2026-11-20 10:00")
    sight = look(reception)
    state = sight.page.state
    assert state.isVisible() and state.title.text() == "No visits today"
    assert "20 Nov 2026" in state.text.text()


def test_a_closed_day_says_why(
    look: Look, room: Room, reception: Actor, admin: Actor, clinic: Clinic
) -> None:
    clinic.working_times.set_closure(admin, SetClosure(day=date(2026, 11, 18), name="Founders day"))
    sight = look(reception)
    assert sight.page.state.title.text() == "The clinic is closed today: Founders day"


def test_a_task_is_added_ticked_and_taken_back(
    look: Look, book: Book, reception: Actor, clinic: Clinic
) -> None:
    book("Piotr Probe", "11:00")
    sight = look(reception)
    sight.page.tasks.add()
    (asking,) = sight.window.findChildren(AddTask)
    sight.qtbot.keyClicks(asking.text, "Order paper")
    sight.press(Qt.Key.Key_Return)
    sight.settle()
    (task,) = clinic.desk_tasks.list(reception)
    assert task.text == "Order paper" and task.id in sight.page.tasks.boxes
    sight.page.tasks.boxes[task.id].click()
    sight.settle()
    assert clinic.desk_tasks.list(reception)[0].done_at is not None
    assert sight.said[-1] == "Task done: Order paper"
    sight.window.undo()
    sight.settle()
    assert clinic.desk_tasks.list(reception)[0].done_at is None


def test_a_task_that_is_overdue_says_since_when(
    look: Look, book: Book, reception: Actor, clinic: Clinic
) -> None:
    book("Piotr Probe", "11:00")
    late = AddDeskTask(text="File a scan", due_at=datetime(2026, 11, 18, 9, 12))
    clinic.desk_tasks.add(reception, late)
    sight = look(reception)
    texts = [label.text() for label in sight.page.tasks.ground.findChildren(type(sight.page.head.title))]
    assert "since 09:12" in texts
    assert {one.kind for one in sight.page.attention.found} == {AttentionKind.TASKS_OVERDUE}


def test_the_day_list_is_previewed_before_it_is_printed(look: Look, book: Book, reception: Actor) -> None:
    book("Piotr Probe", "11:00")
    sight = look(reception)
    sight.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = sight.window.findChildren(SheetDialog)
    sight.qtbot.waitUntil(lambda: bool(dialog.preview.pages))
    assert dialog.save.isEnabled()
    dialog.close_layer()
    sight.settle()


def test_a_doctor_sees_the_page_without_what_the_role_may_not_do(
    look: Look, book: Book, doctor: Actor
) -> None:
    book("Piotr Probe", "11:00")
    sight = look(doctor)
    assert sight.names(sight.page.lanes.due) == ["Piotr Probe"]


def test_in_a_narrow_window_two_lanes_stand_beside_each_other(
    look: Look, book: Book, reception: Actor
) -> None:
    book("Piotr Probe", "11:00")
    sight = look(reception)
    sight.window.resize(1024, 640)
    sight.settle()
    lanes = sight.page.lanes
    assert lanes.due.y() == lanes.waiting.y() < lanes.in_room.y() == lanes.check_out.y()
    sight.window.resize(1440, 900)
    sight.settle()
    assert lanes.due.y() == lanes.check_out.y() < sight.page.tasks.y()
