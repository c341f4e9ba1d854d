"""Time off, out now, and other hours on single days: what is affected is listed first, and nothing is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.working_time import (
    Absence,
    AbsenceKind,
    AddAbsence,
    EndAbsence,
    OpenTime,
    SetClosure,
    SetSpecialDay,
    TimeOfDay,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors.absence_sheet import AbsenceSheet
from meditrack_desktop.ui.doctors.affected import AffectedDialog
from meditrack_desktop.ui.doctors.record_sheet import put
from meditrack_desktop.ui.doctors.special_day_sheet import SpecialDaySheet, forget_special_day
from meditrack_desktop.ui.doctors.words import span_words
from meditrack_desktop.ui.widgets import Button, Label
from tests.makers.visits import Room
from tests.ui.doctors.sight import Sight

TODAY = date(2026, 11, 18)
CONTROL = Qt.KeyboardModifier.ControlModifier


def absences(clinic: Clinic, actor: Actor, doctor: Practitioner) -> tuple[Absence, ...]:
    return clinic.absences.list(actor, (doctor.id,), TODAY - timedelta(days=2), TODAY + timedelta(days=300))


def type_into(sight: Sight, sheet: AbsenceSheet | SpecialDaySheet, name: str, text: str) -> None:
    field = sheet.form.fields[name].field
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    sight.qtbot.keyClicks(field, text)


def worklists(sight: Sight) -> list[object]:
    """Which absences somebody was led to work off."""
    asked: list[object] = []
    assert sight.window.desk is not None
    sight.window.desk.go.absenceWorklistRequested.connect(asked.append)
    return asked


def test_days_off_are_typed_in_any_form_and_shown(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    sight.page.pane.add_time_off.click()
    sheet = sight.layer(AbsenceSheet)
    assert sheet.form.fields["first"].field.hasFocus()
    type_into(sight, sheet, "first", "24.11.")
    type_into(sight, sheet, "last", "+1w")
    type_into(sight, sheet, "note", "Skiing")
    sight.qtbot.keyClick(sheet.form.fields["note"].field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    sight.settle()
    [kept] = absences(clinic, admin, doctors[0])
    assert (kept.wall_start, kept.wall_end) == (datetime(2026, 11, 24), datetime(2026, 11, 26))
    assert (kept.kind, kept.note) == (AbsenceKind.VACATION, "Skiing")
    assert sight.none_open(AbsenceSheet)
    sight.page.pane.show_tab("time off")
    [row] = sight.page.pane.time_off.absences.rows
    assert (row.text, row.second) == ("24 to 25 Nov 2026", "Vacation, Skiing")
    assert "Time off, 1" in sight.page.pane.tabs.button("time off").accessibleName()
    sight.window.undo()
    sight.settle()
    assert absences(clinic, admin, doctors[0]) == ()


def test_an_end_before_the_beginning_and_a_missing_day_are_said_beside_their_fields(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    sight.page.pane.add_absence()
    sheet = sight.layer(AbsenceSheet)
    sheet.save.click()
    assert sheet.form.fields["first"].error == "First day away is needed."
    type_into(sight, sheet, "first", "tomorrow")
    type_into(sight, sheet, "last", "today")
    sheet.save.click()
    assert sheet.form.fields["last"].error == "The end comes before the beginning."
    type_into(sight, sheet, "last", "nonsense")
    sheet.save.click()
    sight.settle()
    assert sheet.form.fields["last"].error.startswith("This is not a date.")
    assert absences(clinic, admin, doctors[0]) == ()
    sheet.close_layer()


def test_visits_in_time_off_are_listed_first_and_lead_to_the_worklist(
    sight: Sight, booked: Room, clinic: Clinic, admin: Actor
) -> None:
    visits = [booked.book(f"2026-11-19 {when}") for when in ("09:00", "14:00")]
    booked.book("2026-11-20 09:00")
    asked = worklists(sight)
    sight.page.pane.add_absence()
    sheet = sight.layer(AbsenceSheet)
    type_into(sight, sheet, "first", "19 Nov")
    sheet.save.click()
    sight.settle()
    listed = sight.layer(AffectedDialog)
    assert listed.accessibleName() == "2 booked visits affected"
    assert len(listed.rows) == 2
    assert absences(clinic, admin, booked.doctor) == (), "nothing is kept before it was listed"
    listed.keep.click()
    assert sheet.isVisible()
    sheet.save.click()
    sight.settle()
    sight.layer(AffectedDialog).go_on.click()
    sight.settle()
    [kept] = absences(clinic, admin, booked.doctor)
    assert asked == [kept.id]
    for visit in visits:
        now = clinic.scheduling.get(booked.desk, visit.id)
        assert (now.wall_start, now.practitioner_id, now.version) == (
            visit.wall_start,
            visit.practitioner_id,
            visit.version,
        )


def test_out_now_without_visits_is_done_at_once_and_taken_back(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    """It is 10:42."""
    sight.page.pane.out_now.click()
    sight.settle()
    [kept] = absences(clinic, admin, doctors[0])
    assert (kept.kind, kept.wall_start, kept.wall_end) == (
        AbsenceKind.OUT_NOW,
        datetime(2026, 11, 18, 10, 42),
        datetime(2026, 11, 19),
    )
    assert sight.said[-1] == "Dr. Ines Modelo is out for today"
    [row] = sight.page.pane.time_off.absences.rows
    assert row.second == "Out now"
    sight.window.undo()
    sight.settle()
    assert absences(clinic, admin, doctors[0]) == ()


def test_out_now_with_visits_lists_them_first(
    sight: Sight, booked: Room, clinic: Clinic, admin: Actor
) -> None:
    booked.book("2026-11-18 14:00")
    asked = worklists(sight)
    sight.page.pane.out_now.click()
    sight.settle()
    listed = sight.layer(AffectedDialog)
    assert absences(clinic, admin, booked.doctor) == ()
    words = [button.text() for button in listed.findChildren(Button)]
    assert words[-3:] == ["Keep editing", "Out now, work off later", "Out now, work off"]
    listed.go_on.click()
    sight.settle()
    assert asked == [absences(clinic, admin, booked.doctor)[0].id]


def test_who_is_back_earlier_is_back_now(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    def away(starts: datetime, ends: datetime) -> AddAbsence:
        return AddAbsence(practitioner_id=doctors[0].id, wall_start=starts, wall_end=ends)

    clinic.absences.add(admin, away(datetime(2026, 11, 17), datetime(2026, 11, 21)))
    clinic.absences.add(admin, away(datetime(2026, 12, 1), datetime(2026, 12, 2)))
    sight.settle()
    sight.page.pane.show_tab("time off")
    rows = sight.page.pane.time_off.absences.rows
    assert [acts(row) for row in rows] == [["Visits", "Is back"], ["Visits", "Remove"]]
    for word in ("Is back", "Remove"):
        rows = sight.page.pane.time_off.absences.rows
        next(one for row in rows for one in row.findChildren(Button) if one.text() == word).click()
        sight.settle()
    [kept] = absences(clinic, admin, doctors[0])
    assert kept.wall_end == datetime(2026, 11, 18, 10, 42)


def acts(row: object) -> list[str]:
    return [button.text() for button in row.findChildren(Button)]  # type: ignore[attr-defined]


def test_other_hours_on_a_day_are_set_changed_and_forgotten(
    sight: Sight, booked: Room, clinic: Clinic, admin: Actor
) -> None:
    day = date(2026, 11, 19)
    booked.book("2026-11-19 09:00")
    sight.page.pane.show_tab("time off")
    tab = sight.page.pane.time_off
    tab.add_special.click()
    sheet = sight.layer(SpecialDaySheet)
    type_into(sight, sheet, "day", "19 Nov")
    type_into(sight, sheet, "hours", "13 to")
    sheet.save.click()
    assert sheet.form.fields["hours"].error.startswith("These are no times.")
    type_into(sight, sheet, "hours", "13-19")
    sheet.save.click()
    sight.settle()
    listed = sight.layer(AffectedDialog)
    assert len(listed.rows) == 1
    assert clinic.working_times.of_days(admin, (booked.doctor.id,), day, day)[0].special is None
    listed.go_on.click()
    sight.settle()
    [kept] = clinic.working_times.of_days(admin, (booked.doctor.id,), day, day)
    assert kept.open == (OpenTime(13 * 60, 19 * 60),)
    [row] = tab.special.rows
    assert (row.text, row.second) == ("Thu 19 Nov 2026", "13:00 to 19:00")
    assert kept.special is not None and sight.window.desk is not None
    forget_special_day(sight.window.desk, tab, kept.special)
    sight.settle()
    assert clinic.working_times.of_days(admin, (booked.doctor.id,), day, day)[0].special is None
    sight.window.undo()
    sight.settle()
    assert clinic.working_times.of_days(admin, (booked.doctor.id,), day, day)[0].special is not None
    # A day that has other hours already is not given them a second time unseen.
    tab.add_special.click()
    again = sight.layer(SpecialDaySheet)
    type_into(sight, again, "day", "19 Nov")
    again.form.fields["hours"].field.setFocus()
    sight.settle()
    assert again.form.fields["hours"].field.text() == "13:00 to 19:00"
    type_into(sight, again, "hours", "13-20")
    again.save.click()
    sight.settle()
    sight.layer(AffectedDialog).go_on.click()
    sight.settle()
    [kept] = clinic.working_times.of_days(admin, (booked.doctor.id,), day, day)
    assert kept.open == (OpenTime(13 * 60, 20 * 60),)


def test_what_is_ahead_stands_beside_the_hours(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    doctor = doctors[0].id
    clinic.working_times.set_closure(
        admin, SetClosure(day=date(2026, 12, 25), name="Christmas", opens=time(8), closes=time(12))
    )
    clinic.working_times.set_special_day(
        admin,
        SetSpecialDay(
            practitioner_id=doctor,
            day=date(2026, 12, 1),
            stretches=(TimeOfDay(starts=time(9), ends=time(11)),),
        ),
    )
    clinic.absences.add(
        admin,
        AddAbsence(
            practitioner_id=doctor,
            wall_start=datetime(2026, 11, 26, 14),
            wall_end=datetime(2026, 11, 27),
            kind=AbsenceKind.TRAINING,
        ),
    )
    sight.settle()
    side = sight.page.pane.side
    labels = [label for label in side.findChildren(Label) if label.isVisible()]
    by_height = sorted((label.mapTo(side, label.rect().topLeft()).y(), label.text()) for label in labels)
    words = [text for _, text in by_height]
    assert words[words.index("Next time off") + 1 :] == [
        "Thu 26 Nov 2026, from 14:00",
        "Training",
        "Tue 1 Dec 2026",
        "09:00 to 11:00",
        "Fri 25 Dec 2026",
        "Christmas",
    ]
    [closure] = sight.page.pane.time_off.closures.rows
    assert closure.second == "Open 08:00 to 12:00 only"


def test_a_receptionist_adds_time_off_and_a_colleague_reads_no_reason(
    look: Callable[[Actor], Sight],
    clinic: Clinic,
    reception: Actor,
    doctor: Actor,
    doctors: list[Practitioner],
) -> None:
    clinic.absences.add(
        reception,
        AddAbsence(
            practitioner_id=doctors[0].id,
            wall_start=datetime(2026, 11, 24),
            wall_end=datetime(2026, 11, 25),
            kind=AbsenceKind.SICK,
            note="Operation",
        ),
    )
    sight = look(doctor)
    sight.page.choose(doctors[0].id)
    sight.settle()
    [row] = sight.page.pane.time_off.absences.rows
    assert row.second == "Away"
    assert acts(row) == []
    assert not sight.page.pane.add_time_off.isVisible()


def test_time_off_that_was_not_kept_is_said_and_stays_typed(
    sight: Sight, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, admin: Actor, doctors: list[Practitioner]
) -> None:
    def down(*about: object, **more: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    sight.page.pane.add_absence()
    sheet = sight.layer(AbsenceSheet)
    put(sheet.form.fields["first"].field, date(2026, 12, 1))
    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.absences), "add", down)
        sheet.save.click()
        sight.settle()
    assert sheet.isVisible()
    assert sheet.form.values()["first"] == date(2026, 12, 1)
    sheet.save.click()
    sight.settle()
    assert len(absences(clinic, admin, doctors[0])) == 1


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (datetime(2026, 11, 24), datetime(2026, 11, 25), "Tue 24 Nov 2026"),
        (datetime(2026, 11, 24), datetime(2026, 11, 26), "24 to 25 Nov 2026"),
        (datetime(2026, 11, 30), datetime(2026, 12, 3), "30 Nov 2026 to 2 Dec 2026"),
        (datetime(2026, 11, 26, 14), datetime(2026, 11, 27), "Thu 26 Nov 2026, from 14:00"),
        (datetime(2026, 11, 26, 14), datetime(2026, 11, 26, 16), "Thu 26 Nov 2026, 14:00 to 16:00"),
        (datetime(2026, 11, 26, 14), datetime(2026, 11, 28, 9), "26 Nov 2026, 14:00, to 28 Nov 2026, 09:00"),
    ],
)
def test_a_span_in_words(starts: datetime, ends: datetime, words: str) -> None:
    assert span_words(starts, ends) == words


def away(clinic: Clinic, actor: Actor, doctor: Practitioner, begins: str, ends: str) -> Absence:
    command = AddAbsence(
        practitioner_id=doctor.id,
        wall_start=datetime.fromisoformat(begins),
        wall_end=datetime.fromisoformat(ends),
    )
    return clinic.absences.add(actor, command).absence


@pytest.mark.parametrize(
    ("stretches", "said"),
    [
        ([("2026-11-18 09:00", "2026-11-18 14:00")], "Away until 14:00"),
        ([("2026-11-18 09:00", "2026-11-19 00:00")], "Away until 24:00"),
        ([("2026-11-17 00:00", "2026-11-21 00:00")], "Away until 20 Nov"),
        ([("2026-11-18 08:00", "2026-11-20 12:00")], "Away until 20 Nov"),
        (
            [("2026-11-18 12:00", "2026-11-18 15:00"), ("2026-11-18 09:00", "2026-11-18 12:00")],
            "Away until 15:00",
        ),
        ([("2026-11-18 08:00", "2027-01-05 12:00")], "Away until 5 Jan 2027"),
        ([("2026-11-18 11:00", "2026-11-18 14:00")], "Taking visits"),
        ([("2026-11-18 08:00", "2026-11-18 10:42")], "Taking visits"),
    ],
)
def test_beside_the_name_stands_whether_the_doctor_is_away_right_now(
    look: Callable[[Actor], Sight],
    clinic: Clinic,
    admin: Actor,
    doctors: list[Practitioner],
    stretches: list[tuple[str, str]],
    said: str,
) -> None:
    for begins, ends in stretches:
        away(clinic, admin, doctors[0], begins, ends)
    sight = look(admin)
    assert sight.page.pane.state.accessibleName() == said
    sight.page.choose(doctors[1].id)
    assert sight.page.pane.state.accessibleName() == "Taking visits", (
        "not for a moment what is true of another"
    )


def test_an_absence_that_comes_and_goes_meanwhile_is_said_beside_the_name(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    kept = away(clinic, admin, doctors[0], "2026-11-18 09:00", "2026-11-18 14:00")
    sight.settle()
    assert sight.page.pane.state.accessibleName() == "Away until 14:00"
    clinic.absences.end(admin, EndAbsence(id=kept.id, version=kept.version))
    sight.settle()
    assert sight.page.pane.state.accessibleName() == "Taking visits"


def test_undo_takes_time_off_back_after_its_toast_is_gone(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    kept = away(clinic, admin, doctors[0], "2026-11-24", "2026-11-26")
    sight.settle()
    assert sight.said == []
    sight.qtbot.keyClick(sight.window, Qt.Key.Key_Z, CONTROL)
    sight.settle()
    assert absences(clinic, admin, doctors[0]) == ()
    assert sight.said == ["Time off taken back"]
    sight.qtbot.keyClick(sight.window, Qt.Key.Key_Z, CONTROL)
    sight.settle()
    assert sight.said[-1] == "There is nothing to take back."
    kept = away(clinic, admin, doctors[0], "2026-11-24", "2026-11-26")
    clinic.absences.end(admin, EndAbsence(id=kept.id, version=kept.version))
    sight.window.undo()
    sight.settle()
    assert [one.id for one in absences(clinic, admin, doctors[0])] == [kept.id]
    assert sight.said[-1] == "The time off is as it was"


def test_undo_leaves_a_visit_alone_where_it_is_not_seen(
    look: Callable[[Actor], Sight], clinic: Clinic, reception: Actor, booked: Room
) -> None:
    visit = booked.book("2026-11-19 09:00")
    sight = look(reception)
    sight.window.undo()
    sight.settle()
    assert sight.said == [
        "There is nothing to take back here. What you did last is taken back in the calendar."
    ]
    assert clinic.scheduling.get(reception, visit.id) == visit
