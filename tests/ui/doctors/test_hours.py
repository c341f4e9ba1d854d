"""Weekly hours: a week set by keyboard, bars, weeks in turn, what is booked, and what somebody else saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.practitioners import (
    EditPractitioner,
    Practitioner,
    SetWorkingHours,
    WorkingHours,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors import hours_bar
from meditrack_desktop.ui.doctors.affected import AffectedDialog
from meditrack_desktop.ui.doctors.hours_bar import HoursBar
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.widgets import Button, Dialog, TextField
from tests.makers.visits import Room
from tests.ui.doctors.sight import AFTERNOON, EVENING, MORNING, NOON, Sight, week

USUAL = "08:00 to 12:00, 12:45 to 16:00"
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_whole_week_is_set_by_keyboard(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    qtbot, page = sight.qtbot, sight.page
    page.list.rows[0].setFocus()
    qtbot.keyClick(page.list.rows[0], Qt.Key.Key_Down)
    assert page.pane.name.text() == "Dr. Mei Shili"
    editor = page.pane.hours.editor
    editor.rows[0].field.setFocus()
    keys = [
        Qt.Key.Key_Tab,
        Qt.Key.Key_Return,
        Qt.Key.Key_Down,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Tab,
    ]
    for typed, key in zip(("8-12, 1245-16", "9 to 13", "", "closed", "8 to 12", ""), keys, strict=True):
        field = QApplication.focusWidget()
        assert isinstance(field, TextField)
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, key)
    assert editor.rows[6].field.hasFocus()
    assert page.pane.hours.bar.words.text() == "3 unsaved changes"
    assert editor.rows[0].field.text() == USUAL
    qtbot.keyClick(editor.rows[6].field, Qt.Key.Key_S, CONTROL)
    sight.settle()
    assert clinic.practitioners.get(admin, doctors[1].id).hours == (
        WorkingHours(0, MORNING, NOON),
        WorkingHours(0, AFTERNOON, EVENING),
        WorkingHours(1, time(9), time(13)),
        WorkingHours(4, MORNING, NOON),
    )
    assert not page.pane.hours.bar.isVisible()
    assert page.can_leave()
    assert "15 h 15" in page.list.rows[1].accessibleName()


def test_a_week_is_set_by_the_bars_alone_and_by_keys(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    qtbot = sight.qtbot
    sight.page.choose(doctors[1].id)
    sight.settle()
    rows = sight.page.pane.hours.editor.rows
    rows[0].bar.setFocus(Qt.FocusReason.TabFocusReason)

    def press(*keys: Qt.Key) -> None:
        for key in keys:
            bar = QApplication.focusWidget()
            assert isinstance(bar, HoursBar)
            qtbot.keyClick(bar, key)

    press(Qt.Key.Key_Insert)
    assert sight.hours[0] == "08:00 to 12:00"
    press(Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert sight.hours[0] == "07:30 to 12:00", "an arrow is a slot of 15 minutes"
    assert rows[0].bar.accessibleDescription() == "From 07:30"
    press(Qt.Key.Key_Space, Qt.Key.Key_Right)
    assert sight.hours[0] == "07:30 to 12:15"
    assert rows[0].bar.accessibleDescription() == "Until 12:15"
    press(Qt.Key.Key_Insert, Qt.Key.Key_Right)
    assert sight.hours[0] == "07:30 to 12:15, 13:00 to 13:45"
    press(Qt.Key.Key_Down, Qt.Key.Key_Insert, Qt.Key.Key_Down, Qt.Key.Key_Insert, Qt.Key.Key_Delete)
    assert sight.hours[1:3] == ["08:00 to 12:00", ""]
    press(Qt.Key.Key_Up)
    assert rows[1].bar.hasFocus()
    qtbot.keyClick(rows[1].bar, Qt.Key.Key_S, CONTROL)
    sight.settle()
    assert clinic.practitioners.get(admin, doctors[1].id).hours == (
        WorkingHours(0, time(7, 30), time(12, 15)),
        WorkingHours(0, time(13), time(13, 45)),
        WorkingHours(1, MORNING, NOON),
    )


def test_an_edge_is_dragged_by_the_mouse_onto_a_slot(sight: Sight) -> None:
    bar = sight.page.pane.hours.editor.rows[0].bar
    noon, middle = round(bar._x(12 * 60)), bar.height() // 2
    target = QPoint(round(bar._x(10 * 60 + 37)), middle)
    sight.qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(noon, middle))
    sight.qtbot.mouseMove(bar, target)
    sight.qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=target)
    starts, ends = sight.hours[0].split(", ")[0].split(" to ")
    assert starts == "08:00"
    assert ends in ("10:30", "10:45")


def test_a_switch_closes_a_day_and_opens_it_as_it_was(sight: Sight) -> None:
    row = sight.page.pane.hours.editor.rows[1]
    row.switch.click()
    assert row.field.text() == ""
    assert row.state.isVisible() and row.state.text() == "Changed"
    row.switch.click()
    assert row.field.text() == USUAL
    assert not row.state.isVisible()
    assert sight.page.can_leave()


def test_a_day_that_cannot_be_read_is_marked_and_nothing_is_saved(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    editor = sight.page.pane.hours.editor
    editor.type_day(2, "8 to")
    editor.type_day(4, "12 to 8")
    sight.page.pane.hours.bar.save.click()
    sight.settle()
    assert editor.rows[2].field.hasFocus()
    assert editor.rows[2].field.accessibleDescription().startswith("These are no times.")
    assert editor.rows[4].field.accessibleDescription().startswith("The times overlap or end before")
    assert clinic.practitioners.get(admin, doctors[0].id).hours == doctors[0].hours


def test_what_is_typed_for_one_doctor_waits_while_another_is_looked_at(
    sight: Sight, doctors: list[Practitioner]
) -> None:
    page = sight.page
    page.pane.hours.editor.type_day(3, "8 to 12")
    page.choose(doctors[1].id)
    assert sight.hours[3] == ""
    assert not page.pane.hours.bar.isVisible()
    assert not page.can_leave()
    page.refresh()
    sight.settle()
    page.choose(doctors[0].id)
    assert sight.hours[3] == "08:00 to 12:00"
    page.pane.hours.bar.discard.click()
    assert sight.hours[3] == USUAL
    assert page.can_leave()


def test_leaving_the_desk_with_typed_hours_asks(sight: Sight) -> None:
    sight.page.pane.hours.editor.type_day(3, "8 to 12")
    sight.window.sign_out()
    dialog = sight.layer(Dialog)
    words = [button.text() for button in dialog.findChildren(Button) if button.isVisible()]
    assert words == ["Keep editing", "Sign out and discard"]
    dialog.close_layer()
    assert sight.hours[3] == "08:00 to 12:00"


def test_a_day_is_copied_to_others(sight: Sight) -> None:
    tab = sight.page.pane.hours
    tab.editor.type_day(2, "7 to 11")
    assert tab.copy.text() == "Copy Wednesday to"
    tab.editor.copy_day(2, 0, 1, 3, 4)
    assert sight.hours == ["07:00 to 11:00"] * 5 + ["", ""]
    assert tab.bar.words.text() == "5 unsaved changes"


def test_weeks_take_turns_and_this_week_is_one_of_them(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    """Today is Wednesday, 18 November 2026."""
    tab = sight.page.pane.hours
    editor = tab.editor
    editor.choice.turn.valueChanged.emit(2)
    assert editor.choice.isVisible()
    assert sight.hours[0] == USUAL
    editor.show_week(1)
    assert sight.hours[0] == USUAL, "a new week begins like the first"
    editor.type_day(0, "13 to 18")
    editor.type_day(4, "")
    editor.choice.now.valueChanged.emit(1)
    sight.page.save()
    sight.settle()
    saved = clinic.practitioners.get(admin, doctors[0].id)
    assert (saved.cycle_weeks, saved.cycle_from) == (2, date(2026, 11, 9))
    assert [(one.starts, one.ends) for one in saved.hours_on(date(2026, 11, 16))] == [(time(13), time(18))]
    assert saved.hours_on(date(2026, 11, 20)) == ()
    assert [one.starts for one in saved.hours_on(date(2026, 11, 23))] == [MORNING, AFTERNOON]
    assert [one.starts for one in saved.hours_on(date(2026, 11, 27))] == [MORNING, AFTERNOON]
    assert tab.editor.choice.now.value() == 1
    sight.page.choose(doctors[1].id)
    sight.page.choose(doctors[0].id)
    assert editor.week == 1, "another look at a doctor begins with the week of today"
    editor.choice.turn.valueChanged.emit(1)
    sight.page.save()
    sight.settle()
    saved = clinic.practitioners.get(admin, doctors[0].id)
    assert (saved.cycle_weeks, saved.cycle_from) == (1, None)
    assert saved.hours == doctors[0].hours, "the first week stays"


def test_visits_that_would_lie_outside_are_counted_and_listed_and_never_moved(
    sight: Sight, booked: Room, clinic: Clinic, reception: Actor
) -> None:
    """Thursday 19 November: one visit in the morning, two in the afternoon; one a week later, one that is over."""
    inside = booked.book("2026-11-19 09:00")
    outside = [booked.book(f"2026-11-{when}") for when in ("19 13:00", "19 14:30", "26 15:00")]
    booked.book("2026-11-20 13:00")
    sight.settle()
    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    sight.qtbot.waitUntil(tab.affected.isVisible)
    assert tab.affected.accessibleName().startswith("These hours leave 3 booked visits outside.")
    assert tab.editor.rows[3].bar._beside == 3
    assert tab.editor.rows[4].bar._beside == 0
    assert tab.affected.action is not None
    tab.affected.action.click()
    only_shown = sight.layer(AffectedDialog)
    assert len(only_shown.rows) == 3
    only_shown.close_layer()
    sight.page.save()
    sight.settle()
    asked = sight.layer(AffectedDialog)
    assert asked.accessibleName() == "3 booked visits affected"
    assert "Greta Beispiel" in asked.rows[0].accessibleName()
    assert "Thu 19 Nov 2026, 13:00" in asked.rows[0].accessibleName()
    assert asked.go_on is not None and asked.go_on.hasFocus(), "Enter answers"
    assert booked.doctor.hours == clinic.practitioners.get(reception, booked.doctor.id).hours, "not saved yet"
    asked.keep.click()
    sight.settle()
    assert sight.hours[3] == "08:00 to 12:00", "what is typed is kept"
    sight.page.save()
    sight.settle()
    focused = QApplication.focusWidget()
    assert focused is not None
    sight.qtbot.keyClick(focused, Qt.Key.Key_Return)
    sight.settle()
    saved = clinic.practitioners.get(reception, booked.doctor.id)
    assert [one.ends for one in saved.hours if one.weekday == 3] == [NOON]
    now = {one.id: one for one in clinic.scheduling.of_patient(reception, booked.patient.id)}
    for visit in (inside, *outside[:2]):
        assert (now[visit.id].wall_start, now[visit.id].version) == (visit.wall_start, visit.version)
    assert "Booked visits stay" in sight.said[-1]


def test_a_visit_that_is_booked_while_somebody_types_is_counted(sight: Sight, booked: Room) -> None:
    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    sight.settle()
    assert not tab.affected.isVisible()
    booked.book("2026-11-19 14:00")
    sight.qtbot.waitUntil(tab.affected.isVisible)
    assert tab.affected.accessibleName().startswith("These hours leave 1 booked visit outside.")
    tab.bar.discard.click()
    assert not tab.affected.isVisible()


def test_a_listed_visit_leads_to_the_calendar_and_what_is_typed_waits(sight: Sight, booked: Room) -> None:
    visit = booked.book("2026-11-19 14:00")
    sight.settle()
    sight.page.pane.hours.editor.type_day(3, "8 to 12")
    sight.page.save()
    sight.settle()
    went: list[tuple[object, object]] = []
    desk = sight.window.desk
    assert desk is not None and sight.window.frame is not None
    desk.go.calendarRequested.connect(lambda day, appointment: went.append((day, appointment)))
    sight.layer(AffectedDialog).rows[0].click()
    sight.settle()
    assert went == [(date(2026, 11, 19), visit.id)]
    sight.window.frame.open(Place("doctors"))
    assert sight.hours[3] == "08:00 to 12:00"


def test_what_somebody_else_saved_meanwhile_lies_below_what_is_typed(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, reception: Actor, admin: Actor
) -> None:
    """Both days are kept: theirs on Tuesday, ours on Thursday."""
    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    theirs = tuple(one for one in week((MORNING, NOON), (AFTERNOON, EVENING)) if one.weekday != 1)
    command = SetWorkingHours(id=doctors[0].id, version=doctors[0].version, hours=theirs)
    clinic.practitioners.set_hours(reception, command)
    sight.settle()
    assert sight.hours[1] == "", "what nobody typed over is theirs"
    assert sight.hours[3] == "08:00 to 12:00", "what is typed stays"
    assert tab._overtaken.isVisible()
    assert tab.bar.words.text() == "1 unsaved change"
    sight.page.save()
    sight.settle()
    saved = clinic.practitioners.get(admin, doctors[0].id)
    assert {one.weekday for one in saved.hours} == {0, 2, 3, 4}
    assert [one.ends for one in saved.hours if one.weekday == 3] == [NOON]
    assert not tab._overtaken.isVisible()


def test_a_stale_version_is_refused_and_nothing_typed_is_lost(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    """The news of the other desk has not come when Save is pressed."""
    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    sight.page._desk.live.changed.disconnect(sight.page._on_changed)
    hours = week((time(9), NOON))
    clinic.practitioners.set_hours(
        admin, SetWorkingHours(id=doctors[0].id, version=doctors[0].version, hours=hours)
    )
    sight.page.save()
    sight.settle()
    assert any("Somebody else changed this" in text for text in sight.said)
    assert sight.hours[3] == "08:00 to 12:00"
    assert sight.hours[0] == "09:00 to 12:00"
    sight.page.save()
    sight.settle()
    saved = clinic.practitioners.get(admin, doctors[0].id)
    assert [(one.weekday, one.starts) for one in saved.hours] == [
        (0, time(9)),
        (1, time(9)),
        (2, time(9)),
        (3, MORNING),
        (4, time(9)),
    ]


def test_another_change_of_the_doctor_does_not_disturb_what_is_typed(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    clinic.practitioners.edit(
        admin, EditPractitioner(id=doctors[0].id, version=doctors[0].version, family="Modelo", room="Room 9")
    )
    sight.settle()
    assert not tab._overtaken.isVisible()
    sight.page.save()
    sight.settle()
    saved = clinic.practitioners.get(admin, doctors[0].id)
    assert saved.room == "Room 9"
    assert [one.ends for one in saved.hours if one.weekday == 3] == [NOON]


def test_who_may_not_any_more_is_refused_and_keeps_what_was_typed(
    sight: Sight, clinic: Clinic, doctors: list[Practitioner], admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*about: object, **more: object) -> None:
        raise NotAllowed(ErrorCode.NOT_PERMITTED)

    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    monkeypatch.setattr(type(clinic.practitioners), "set_hours", refuse)
    sight.page.save()
    sight.settle()
    assert "Your role does not allow this." in sight.said[-1]
    assert sight.hours[3] == "08:00 to 12:00"
    assert not sight.page.can_leave()
    assert clinic.practitioners.get(admin, doctors[0].id).hours == doctors[0].hours


def test_one_doctor_is_refused_anothers_hours_by_the_clinic_itself(
    look: Callable[[Actor], Sight], clinic: Clinic, doctors: list[Practitioner], doctor: Actor, admin: Actor
) -> None:
    """Even where a window offered it: nothing is saved, what was typed stays."""
    sight = look(replace(doctor, practitioner_id=doctors[0].id))
    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    sight.page.save()
    sight.settle()
    assert "Your role does not allow this." in sight.said[-1], "the account is no doctor of this clinic"
    assert clinic.practitioners.get(admin, doctors[0].id).hours == doctors[0].hours


def test_hours_that_could_not_be_checked_are_not_saved(
    sight: Sight, clinic: Clinic, doctors: list[Practitioner], admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*about: object, **more: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    tab = sight.page.pane.hours
    tab.editor.type_day(3, "8 to 12")
    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.working_times), "affected_by_hours", down)
        sight.page.save()
        sight.settle()
    assert clinic.practitioners.get(admin, doctors[0].id).hours == doctors[0].hours
    assert sight.hours[3] == "08:00 to 12:00"
    sight.page.save()
    sight.settle()
    assert clinic.practitioners.get(admin, doctors[0].id).hours != doctors[0].hours


def test_how_many_visits_a_day_loses_is_said_once_however_it_is_cut(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[float, str]] = []
    monkeypatch.setattr(
        hours_bar, "paint_tag", lambda _painter, rect, words, _tone: told.append((rect.center().x(), words))
    )
    bar = HoursBar("Monday")
    qtbot.addWidget(bar)
    bar.resize(900, 48)
    bar.show_stretches([(time(9), time(11))], [(time(8), time(12)), (time(13), time(17))], 11)
    bar.grab()
    assert [words for _, words in told] == ["11 visits"]
    assert told[0][0] > bar.width() / 2, "in the widest part, the afternoon"
    told.clear()
    bar.show_stretches([(time(8), time(12)), (time(13), time(17))], [(time(8), time(12))], 0)
    bar.grab()
    assert told == []
