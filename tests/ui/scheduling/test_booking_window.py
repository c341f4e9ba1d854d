"""The booking window over a real clinic: holds, kinds of visits, rooms, rules, series, and what is found free."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.booking_rules import BookingRuleInput, RuleKind, SetBookingRules
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.holds import Hold, PlaceHold
from meditrack_desktop.domain.scheduling import CalendarRange
from meditrack_desktop.domain.series import Scope
from meditrack_desktop.domain.visit_types import AssetKind, SaveAsset, SaveVisitType, VisitType
from meditrack_desktop.domain.working_time import AbsenceKind, AddAbsence, SetClosure
from meditrack_desktop.services.free_time import FreeTime
from meditrack_desktop.ui.scheduling.booking_draft import Draft
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.cancel_dialog import CancelDialog
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.grid_painter import rect_of
from meditrack_desktop.ui.scheduling.occurrence_rows import Choice
from meditrack_desktop.ui.scheduling.series_sheet import BookingSheet
from meditrack_desktop.ui.widgets import Button, Layer, Option, Toasts
from meditrack_desktop.ui.widgets.option_list import option_width
from tests.makers.people import a_doctor, a_patient
from tests.makers.visits import Room, a_move
from tests.ui.scheduling.conftest import CalendarWindow, Gate

TODAY = "2026-11-18"
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


def holds(room: Room, of: Actor | None = None) -> tuple[Hold, ...]:
    day = datetime(2026, 11, 18).date()
    return room.clinic.holds.of_days(of or room.desk, day, day + timedelta(days=40))


def open_at(calendar: CalendarWindow, minute: int = 11 * 60) -> BookingPopover:
    calendar.page.view.set_cursor_at(Cursor(0, minute))
    calendar.press(Key.Key_Return)
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None and booking.isVisible()
    return booking


def choose(calendar: CalendarWindow, booking: BookingPopover, typed: str) -> None:
    """Type into the patient box and pick the first."""
    booking.patient.setFocus(Qt.FocusReason.TabFocusReason)
    calendar.press(typed)
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booking.patient_field.patient is not None


def booked(room: Room, day: str = TODAY) -> list[datetime]:
    at = datetime.fromisoformat(day).date()
    visits = room.clinic.scheduling.calendar(room.desk, CalendarRange(first=at, last=at))
    return sorted(visit.wall_start for visit in visits if visit.status.takes_time)


def a_kind(room: Room, admin: Actor, name: str, minutes: int = 30, **details: object) -> VisitType:
    return room.clinic.visit_types.save(admin, SaveVisitType(name=name, minutes=minutes, **details))  # type: ignore[arg-type]


# The slot is held


def test_the_slot_is_held_while_its_window_is_open_and_let_go_by_escape(
    room: Room, calendar: CalendarWindow, other_desk: Actor
) -> None:
    booking = open_at(calendar)
    [hold] = holds(room, other_desk)
    assert (hold.wall_start, hold.minutes, hold.mine) == (datetime(2026, 11, 18, 11), 30, False)
    assert booking.hold_tag.tag.accessibleName() == "Held 2:00"
    calendar.press(Key.Key_Escape)
    calendar.settle()
    assert holds(room) == ()


def test_the_hold_follows_the_place_and_does_not_block_its_holder(
    room: Room, calendar: CalendarWindow, other_desk: Actor
) -> None:
    booking = open_at(calendar)
    booking.where.take_time(datetime(2026, 11, 18, 12))
    calendar.settle()
    assert [hold.wall_start.hour for hold in holds(room, other_desk)] == [12]
    choose(calendar, booking, "beisp")
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 12)]
    assert holds(room) == ()


def test_a_hold_warns_before_it_runs_out_is_extended_by_one_key_and_ends(
    room: Room, calendar: CalendarWindow, clock: FixedClock
) -> None:
    booking = open_at(calendar)
    clock.advance(timedelta(seconds=101))
    calendar.qtbot.waitUntil(lambda: booking.hold_tag.extend.isVisible())
    assert booking.hold_tag.tag.accessibleName() == "Held 0:19"
    calendar.press(Key.Key_F2)
    calendar.settle()
    assert booking.hold_tag.tag.accessibleName() == "Held 2:00"
    assert not booking.hold_tag.extend.isVisible()
    clock.advance(timedelta(seconds=121))
    calendar.qtbot.waitUntil(lambda: booking.hold.held is None)
    assert booking.hold_tag.tag.accessibleName() == "Not held"
    choose(calendar, booking, "beisp")
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 11)]


def test_a_room_that_another_desk_holds_is_said_before_anything_is_entered(
    room: Room, calendar: CalendarWindow, other_desk: Actor, admin: Actor
) -> None:
    clinic, at = room.clinic, datetime(2026, 11, 18, 11)
    clinic.assets.save(admin, SaveAsset(name="Scanner", group="Scanners"))
    scan = clinic.visit_types.save(admin, SaveVisitType(name="Scan", needs=("Scanners",)))
    colleague = clinic.practitioners.add(admin, a_doctor("Muster", "Jon"))
    clinic.holds.place(
        other_desk, PlaceHold(practitioner_id=colleague.id, wall_start=at, visit_type_id=scan.id)
    )
    calendar.settle()
    calendar.page.flow.new.open(Draft(room.doctor.id, at, 30, visit_type="Scan", visit_type_id=scan.id))
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None and booking.notice.text.startswith(
        "Dr. Ines Modelo is booking Scanners for 11:00"
    )
    assert "Next free: 11:30" in booking.notice.text and booking.hold.held is None
    booking.close_layer()


def test_a_slot_held_elsewhere_is_said_at_once_and_the_next_is_offered(
    room: Room, calendar: CalendarWindow, other_desk: Actor
) -> None:
    room.clinic.holds.place(
        other_desk, PlaceHold(practitioner_id=room.doctor.id, wall_start=datetime(2026, 11, 18, 11))
    )
    calendar.settle()
    booking = open_at(calendar)
    assert booking.notice.banner is not None
    said = booking.notice.banner.accessibleName()
    assert "is booking 11:00 at" in said and "Your entries are kept. Next free: 11:30" in said
    assert not booking.reason_field.isVisible()
    choose(calendar, booking, "beisp")
    action = booking.notice.banner.action
    assert action is not None and action.text() == "Book 11:30"
    action.click()
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 11, 30)]


def test_a_window_set_aside_lets_go_and_holds_again(room: Room, calendar: CalendarWindow) -> None:
    booking = open_at(calendar)
    booking.set_aside()
    calendar.settle()
    assert holds(room) == ()
    booking.bring_back()
    calendar.settle()
    assert len(holds(room)) == 1
    booking.close_layer()
    calendar.settle()


# What it is, how long and where


def test_a_kind_of_visit_brings_length_price_and_preparation(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    a_kind(room, admin, "Follow-up", position=1)
    echo = a_kind(room, admin, "Echo", 45, position=2, price=12_000, preparation="Nothing to eat for 4 hours")
    room.book("2026-11-16 09:00")
    calendar.settle()
    booking = open_at(calendar)
    choose(calendar, booking, "beisp")
    assert booking.visit_type.text() == "Follow-up"
    booking.visit_type.setFocus(Qt.FocusReason.TabFocusReason)
    booking.visit_type.selectAll()
    calendar.press("ech")
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booking.where.type_field.kind == echo and booking.where.minutes() == 45
    assert "120" in booking.where.type_field._help and booking.where.preparation.isVisible()
    booking.book.click()
    calendar.settle()
    visit = calendar.page.view.calendar.blocks[0].visit
    assert (visit.visit_type_id, visit.visit_type, visit.minutes) == (echo.id, "Echo", 45)


def test_the_usual_kind_is_the_clinics_first_and_not_one_that_few_offer(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    a_kind(room, admin, "Follow-up", position=1)
    a_kind(room, admin, "Ultrasound", position=2, practitioner_ids=(room.doctor.id,))
    calendar.settle()
    assert open_at(calendar).visit_type.text() == "Follow-up"


def test_of_somebody_new_the_kind_for_new_patients_is_usual_and_no_longer_than_the_gap(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    a_kind(room, admin, "Follow-up", position=1)
    new = a_kind(room, admin, "New patient", 45, position=2, for_new_patients=True)
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    room.book(f"{TODAY} 11:30", patient_id=other.id)
    calendar.settle()
    booking = open_at(calendar)
    assert booking.visit_type.text() == "Follow-up"
    choose(calendar, booking, "beisp")
    assert booking.where.type_field.kind == new
    assert booking.where.minutes() == 30 and booking.where.length_field._help == "Usually 45 min"
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 11), datetime(2026, 11, 18, 11, 30)]


def test_a_room_is_found_or_chosen_and_a_taken_one_wants_a_reason(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    asset = room.clinic.assets.save(
        admin, SaveAsset(name="Ultrasound 1", kind=AssetKind.EQUIPMENT, group="Ultrasound")
    )
    kind = a_kind(room, admin, "Ultrasound", needs=("Ultrasound",))
    second = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    room.book(f"{TODAY} 11:00", patient_id=other.id, practitioner_id=second.id, visit_type_id=kind.id)
    calendar.settle()
    booking = open_at(calendar)
    choose(calendar, booking, "beisp")
    assert booking.where.room_field.isVisible()
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booking.notice.banner is not None and booking.reason_field.isVisible()
    assert "Ultrasound is in use at 11:00." in booking.notice.banner.accessibleName()
    booking.reason.setText("Both in one room")
    booking.book.click()
    calendar.settle()
    own = next(b.visit for b in calendar.page.view.calendar.blocks if b.visit.patient_id == room.patient.id)
    assert own.overbooked and own.asset_ids in ((), (asset.id,))


def test_a_rule_that_is_broken_is_said_and_wants_a_reason(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    room.clinic.booking_rules.set(
        admin,
        SetBookingRules(
            practitioner_id=room.doctor.id,
            version=room.doctor.version,
            rules=(BookingRuleInput(kind=RuleKind.NO_NEW_PATIENTS),),
        ),
    )
    booking = open_at(calendar)
    choose(calendar, booking, "beisp")
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booking.notice.banner is not None
    assert "takes no new patients at Wed 18 Nov, 11:00." in booking.notice.banner.accessibleName()
    booking.reason.setText("Asked by Dr. Modelo")
    booking.book.click()
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 11)]


# The doctor is not there


def test_an_absence_is_said_as_the_window_opens_and_a_reason_is_asked(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    absence = AddAbsence(
        practitioner_id=room.doctor.id,
        wall_start=datetime(2026, 11, 18, 11),
        wall_end=datetime(2026, 11, 18, 15),
        kind=AbsenceKind.TRAINING,
    )
    room.clinic.absences.add(admin, absence)
    calendar.settle()
    booking = open_at(calendar, 12 * 60)
    banner = booking.notice.banner
    assert banner is not None and booking.reason_field.isVisible()
    assert booking.notice.text == "Dr. Ines Modelo is away at Wed 18 Nov, 12:00: Training until 15:00."
    booking.where.take_time(datetime(2026, 11, 18, 16))
    calendar.settle()
    assert booking.notice.banner is None and not booking.reason_field.isVisible()
    booking.where.take_time(datetime(2026, 11, 18, 10, 45))  # It begins while the doctor is still there.
    calendar.settle()
    assert "is away at Wed 18 Nov, 11:00" in booking.notice.text
    choose(calendar, booking, "beisp")
    booking.reason.setText("Only the stitches come out")
    booking.book.click()
    calendar.settle()
    assert datetime(2026, 11, 18, 10, 45) in booked(room)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-18 13:00", "Dr. Ines Modelo does not work at Wed 18 Nov, 13:00: Lunch."),
        ("2026-11-18 12:45", "Dr. Ines Modelo does not work at Wed 18 Nov, 13:00: Lunch."),
        ("2026-11-18 20:00", "Dr. Ines Modelo does not work at Wed 18 Nov, 20:00."),
        ("2026-11-21 10:00", "Dr. Ines Modelo does not work at Sat 21 Nov, 10:00."),
        ("2026-11-18 12:30", ""),
    ],
)
def test_time_in_which_nobody_works_is_said_whatever_the_calendar_shows(
    room: Room, calendar: CalendarWindow, when: str, said: str
) -> None:
    booking = open_at(calendar)
    assert booking.notice.banner is None
    booking.where.take_time(datetime.fromisoformat(when))
    calendar.settle()
    assert (booking.notice.text, booking.reason_field.isVisible()) == (said, bool(said))


# Nobody is mixed up


def test_another_visit_that_day_is_said_beside_who_it_is_and_stops_a_hasty_enter(
    room: Room, calendar: CalendarWindow
) -> None:
    room.book(f"{TODAY} 15:00")
    calendar.settle()
    booking = open_at(calendar)
    booking.patient.setFocus(Qt.FocusReason.TabFocusReason)
    calendar.press("beisp")
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Key.Key_Return)
    calendar.press(Key.Key_Return)  # before the warning can have been read
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 15)]
    assert booking.patient_field.warnings[1] == "Has another visit that day: 15:00 with Dr. Ines Modelo"
    assert booking.patient_field._help  # the birth date stays
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert len(booked(room)) == 2


def test_a_namesake_that_could_not_be_looked_for_is_not_taken_for_none(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    monkeypatch.setattr(type(room.clinic.patients), "same_name", away)
    booking = open_at(calendar)
    booking.patient.setFocus(Qt.FocusReason.TabFocusReason)
    calendar.press("beisp")
    calendar.qtbot.waitUntil(lambda: booking.patient.opened)
    calendar.press(Key.Key_Return)
    calendar.press(Key.Key_Return)  # before the warning can have been read
    calendar.settle()
    assert booked(room) == []
    assert "could not be looked up" in booking.patient_field.warnings[0]
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert len(booked(room)) == 1


# Free times


def test_all_times_of_the_day_show_the_taken_ones_struck_through(
    room: Room, calendar: CalendarWindow
) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    room.book(f"{TODAY} 12:00", patient_id=other.id)
    calendar.settle()
    booking = open_at(calendar)
    booking.where.others._show_all()
    calendar.settle()
    free = {chip.moment.strftime("%H:%M"): chip.isEnabled() for chip in booking.where.others.chips._chips}
    assert (free["11:00"], free["11:45"], free["12:00"], free["12:30"]) == (True, False, False, True)
    assert "13:00" not in free
    booking.close_layer()
    calendar.settle()


def test_f3_in_the_window_steps_through_free_times_and_back(room: Room, calendar: CalendarWindow) -> None:
    booking = open_at(calendar)
    for key, modifier, minute in ((Key.Key_F3, None, 15), (Key.Key_F3, None, 30), (Key.Key_F3, SHIFT, 15)):
        calendar.press(key, modifier or Qt.KeyboardModifier.NoModifier)
        calendar.settle()
        assert booking.when.when() == datetime(2026, 11, 18, 11, minute)
    assert [hold.wall_start.minute for hold in holds(room)] == [15]
    booking.close_layer()
    calendar.settle()


def test_find_a_time_looks_for_a_kind_steps_and_books_there(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    second = room.clinic.practitioners.add(admin, a_doctor("Zander", "Tom"))
    only = a_kind(room, admin, "Bonding", 60, practitioner_ids=(second.id,))
    room.book("2026-11-16 09:00")
    calendar.settle()
    calendar.press(Key.Key_F, CONTROL)
    calendar.settle()
    finding = calendar.page.flow.finding
    assert finding is not None and finding.isVisible()
    finding.kind.set_value(only.id)
    finding.look()
    calendar.settle()
    assert {slot.practitioner_id for slot in finding._slots} == {second.id}
    calendar.press(Key.Key_F3)
    calendar.settle()
    at = finding._slots[1].wall_start
    calendar.press(Key.Key_Return)
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None and booking.where.type_field.kind == only
    choose(calendar, booking, "beisp")
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert booked(room) == [at]


def test_enter_after_choosing_a_kind_books_the_time_found_for_it(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    only = a_kind(room, admin, "Ultrasound", 60)
    calendar.settle()
    calendar.press(Key.Key_F, CONTROL)
    calendar.settle()
    finding = calendar.page.flow.finding
    assert finding is not None
    finding.kind.setFocus(Qt.FocusReason.TabFocusReason)
    calendar.press("ultra")
    calendar.press(Key.Key_Return)
    assert finding.kind.value() == only.id
    calendar.press(Key.Key_Return)  # What is marked was found for any kind: not yet.
    assert calendar.page.flow.booking is None
    calendar.settle()
    calendar.press(Key.Key_Return)
    calendar.settle()
    booking = calendar.page.flow.booking
    assert booking is not None and booking.isVisible() and booking.where.type_field.kind == only


def test_find_a_time_does_not_lie_over_what_it_offers(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    others = [
        room.clinic.practitioners.add(admin, a_doctor(name, "Tom")) for name in ("Xaver", "Young", "Zander")
    ]
    calendar.settle()
    calendar.press(Key.Key_F, CONTROL)
    calendar.settle()
    finding = calendar.page.flow.finding
    assert finding is not None
    view = calendar.page.view
    for doctor in (room.doctor.id, others[-1].id):
        finding.doctor.set_value(doctor)
        finding.look()
        calendar.settle()
        at = view.cursor_at
        assert at is not None and view.model.columns[at.column].practitioner_id == doctor
        offered = view.anchor(rect_of(view.calendar.cell(at.column, at.minute, 15)))
        assert not finding.panel_rect(calendar.window.rect()).intersects(offered)


# What is offered while an answer is under way


def test_times_of_another_day_cannot_be_picked_before_that_day_is_known(
    room: Room, calendar: CalendarWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = open_at(calendar)
    others = booking.where.others
    others._show_all()
    [chip] = [one for one in others.chips._chips if one.moment.strftime("%H:%M") == "14:00"]
    beside = [one for one in others.findChildren(Button) if one.isVisible()]
    assert chip.isEnabled() and beside
    gate = Gate(monkeypatch, FreeTime, "of_day")
    booking.where.take_time(datetime(2026, 11, 19, 11))
    assert not chip.isEnabled() and not any(one.isEnabled() for one in beside)
    chip.click()
    assert booking.when.when() == datetime(2026, 11, 19, 11)
    gate.open()
    calendar.settle()
    assert any(one.isEnabled() for one in others.chips._chips)
    booking.close_layer()
    calendar.settle()


def test_doctors_and_what_is_listed_are_not_cut_off(calendar: CalendarWindow) -> None:
    booking = open_at(calendar)
    booking.where.doctor.setFocus(Qt.FocusReason.TabFocusReason)
    booking.where.doctor.set_options([Option("long", "Dr. Anastasia Beispielmann-Modelo", avatar="AB")])
    booking.where.doctor.open_list()
    dropped = booking.where.doctor._list
    assert dropped is not None
    view = dropped.view
    assert view.viewport().width() >= option_width(dropped.model.option(0)) - 24
    assert view.viewport().width() > booking.where.doctor.width()
    booking.close_layer()
    calendar.settle()


# Series


def open_series(calendar: CalendarWindow, booking: BookingPopover) -> BookingSheet:
    booking.more.click()
    sheets = [one for one in calendar.window.findChildren(Layer) if isinstance(one, BookingSheet)]
    [sheet] = sheets
    sheet.repeats.setChecked(True)
    calendar.settle()
    return sheet


def test_a_series_shows_every_date_with_what_is_in_its_way(
    room: Room, admin: Actor, calendar: CalendarWindow
) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    room.book("2026-11-25 11:00", patient_id=other.id)
    day = datetime(2026, 12, 2).date()
    room.clinic.working_times.set_closure(admin, SetClosure(day=day, name="Founders day"))
    calendar.settle()
    booking = open_at(calendar)
    choose(calendar, booking, "beisp")
    sheet = open_series(calendar, booking)
    sheet.rule.count.set_value(4)
    sheet._look()
    calendar.settle()
    assert [choice.value() for choice in sheet.rows.choices] == [
        Choice.BOOK,
        Choice.PROPOSED,
        Choice.SKIP,
        Choice.BOOK,
    ]
    names = [choice.accessibleName() for choice in sheet.rows.choices]
    assert len({choice.width() for choice in sheet.rows.choices}) == 1
    assert names[1].endswith("Taken") and names[2].endswith("Closed: Founders day")
    assert sheet.act.text() == "Book 3 visits"
    assert sheet.summary.text() == "4 dates, 1 at another time, 1 skipped"
    sheet.act.click()
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 11)]
    assert len(booked(room, "2026-11-25")) == 2 and booked(room, "2026-12-02") == []
    assert booked(room, "2026-12-09") == [datetime(2026, 12, 9, 11)]
    assert calendar.page.flow.booking is None and holds(room) == ()
    assert calendar.said[-1][0] == "3 visits of Greta Beispiel booked, the first for Wed 18 Nov, 11:00"
    calendar.undo()
    assert booked(room) == [] and booked(room, "2026-12-09") == []


def test_overbooking_a_date_of_a_series_wants_a_reason(room: Room, calendar: CalendarWindow) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    room.book("2026-11-25 11:00", patient_id=other.id)
    calendar.settle()
    booking = open_at(calendar)
    choose(calendar, booking, "beisp")
    sheet = open_series(calendar, booking)
    sheet.rule.count.set_value(2)
    sheet._look()
    calendar.settle()
    sheet.rows.choices[1].set_value(Choice.OVERBOOK)
    sheet.rows.changed.emit()
    assert sheet.reason_field.isVisible()
    sheet.act.click()
    calendar.settle()
    assert sheet.reason_field.error and booked(room) == []
    sheet.reason.setText("Has to be seen every week")
    sheet.act.click()
    calendar.settle()
    assert booked(room, "2026-11-25") == [datetime(2026, 11, 25, 11)] * 2


def a_series(room: Room, calendar: CalendarWindow, count: int = 3) -> None:
    booking = open_at(calendar)
    choose(calendar, booking, "beisp")
    sheet = open_series(calendar, booking)
    sheet.rule.count.set_value(count)
    sheet._look()
    calendar.settle()
    sheet.act.click()
    calendar.settle()


@pytest.mark.parametrize(("digit", "left"), [("1", [0, 1, 1]), ("2", [0, 0, 0]), ("3", [0, 0, 0])])
def test_a_series_is_moved_for_this_the_following_or_all(
    room: Room, calendar: CalendarWindow, digit: str, left: list[int]
) -> None:
    a_series(room, calendar)
    calendar.press("m")
    calendar.press(Key.Key_Down)
    calendar.press(Key.Key_Down)
    calendar.press(Key.Key_Return)
    calendar.settle()
    calendar.press(digit)
    calendar.press(Key.Key_Return)
    calendar.settle()
    days = (TODAY, "2026-11-25", "2026-12-02")
    assert [booked(room, day).count(datetime.fromisoformat(f"{day} 11:00")) for day in days] == left
    assert all(len(booked(room, day)) == 1 for day in days)
    calendar.undo()
    assert [booked(room, day) for day in days] == [[datetime.fromisoformat(f"{day} 11:00")] for day in days]


def test_cancelling_a_series_asks_which_visits(room: Room, calendar: CalendarWindow) -> None:
    a_series(room, calendar)
    calendar.press("x")
    calendar.settle()
    [dialog] = [one for one in calendar.window.findChildren(Layer) if isinstance(one, CancelDialog)]
    assert dialog.scope_field.isVisible()
    dialog.scope.set_value(Scope.FOLLOWING)
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert [booked(room, day) for day in (TODAY, "2026-11-25", "2026-12-02")] == [[], [], []]


def test_a_late_cancellation_is_said_before_and_after(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 16:00")
    calendar.settle()
    calendar.page.view.choose(visit.id)
    calendar.press("x")
    calendar.settle()
    [dialog] = [one for one in calendar.window.findChildren(Layer) if isinstance(one, CancelDialog)]
    assert dialog.late_notice.isVisible()
    calendar.press("3")
    assert not dialog.late_notice.isVisible()
    calendar.press("1")
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert calendar.said[-1][0] == "Visit of Greta Beispiel cancelled late"
    assert room.clinic.scheduling.get(room.desk, visit.id).late_cancel


def test_what_is_more_goes_back_into_the_window(room: Room, calendar: CalendarWindow) -> None:
    booking = open_at(calendar)
    choose(calendar, booking, "beisp")
    booking.more.click()
    [sheet] = [one for one in calendar.window.findChildren(QWidget) if isinstance(one, BookingSheet)]
    sheet.note.setPlainText("Comes with an interpreter")
    sheet.act.click()
    calendar.settle()
    assert booking.note_field.isVisible()
    calendar.press(Key.Key_Return)
    calendar.settle()
    assert calendar.page.view.calendar.blocks[0].visit.reason == "Comes with an interpreter"


# In hand


def test_a_visit_that_cannot_be_dropped_stays_in_hand_for_another_place(
    room: Room, calendar: CalendarWindow
) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    visit = room.book(f"{TODAY} 11:00")
    room.book(f"{TODAY} 11:30", patient_id=other.id)
    calendar.settle()
    calendar.page.view.choose(visit.id)
    calendar.press(Key.Key_X, CONTROL)
    calendar.press(Key.Key_Down)
    calendar.press(Key.Key_Down)
    calendar.press(Key.Key_V, CONTROL)
    calendar.settle()
    ghost = calendar.page.view.grid.ghost
    assert ghost is not None and ghost.refused and calendar.page.view.moves.carrying
    assert booked(room) == [datetime(2026, 11, 18, 11), datetime(2026, 11, 18, 11, 30)]
    for _ in range(2):
        calendar.press(Key.Key_Down)
    calendar.press(Key.Key_V, CONTROL)
    calendar.settle()
    assert booked(room) == [datetime(2026, 11, 18, 11, 30), datetime(2026, 11, 18, 12)]
    assert not calendar.page.view.moves.carrying and calendar.page.view.grid.ghost is None


def test_undo_takes_what_could_not_be_done_out_of_sight(room: Room, calendar: CalendarWindow) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    calendar.page.view.choose(visit.id)
    calendar.press(Key.Key_X, CONTROL)
    calendar.page.view.moves.show_at(visit, 0, 13 * 60, 30)
    calendar.press(Key.Key_V, CONTROL)
    calendar.settle()
    assert calendar.page.view.moves.carrying
    calendar.page.take_back()
    calendar.settle()
    assert calendar.page.view.grid.ghost is None and not calendar.page.view.moves.carrying
    assert calendar.said[-1][0] == "Undone: booking of Greta Beispiel, Wed 18 Nov, 11:00"


def test_undo_names_what_was_changed_since_and_changes_nothing(
    room: Room, calendar: CalendarWindow, other_desk: Actor
) -> None:
    visit = room.book(f"{TODAY} 11:00")
    calendar.settle()
    room.clinic.scheduling.move(other_desk, a_move(visit, f"{TODAY} 12:00"))
    calendar.settle()
    calendar.page.take_back()
    calendar.settle()
    toasts = calendar.window.findChild(Toasts)
    assert toasts is not None
    assert [toast.text for toast in toasts.shown][-1].startswith("This was changed since")
    assert booked(room) == [datetime(2026, 11, 18, 12)]
    calendar.page.take_back()
    calendar.settle()
    assert calendar.said[-1][0] == "There is nothing to take back."


def test_an_older_toast_does_not_take_back_a_newer_deed(room: Room, calendar: CalendarWindow) -> None:
    other = room.clinic.patients.register(room.desk, a_patient("Stubson", "Noah"))
    first = room.book(f"{TODAY} 11:00")
    room.book(f"{TODAY} 12:00", patient_id=other.id)
    calendar.settle()
    calendar.page.flow.acts.undoing.take_back(first.id)
    calendar.settle()
    assert len(booked(room)) == 2
    assert calendar.said[-1][0] == "Something else was done since. Ctrl+Z takes that back first."
