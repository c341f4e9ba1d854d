"""Doctors & hours: the list, who comes and goes, what a role may not touch, and how faults are said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, NotAllowed, Unavailable
from meditrack_desktop.domain.practitioner_profiles import SaveCredential
from meditrack_desktop.domain.practitioners import (
    AddPractitioner,
    EditPractitioner,
    Practitioner,
    SetPractitionerActive,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors.doctor_sheet import DoctorSheet
from meditrack_desktop.ui.doctors.page import DoctorsPage
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, Button
from tests.ui.doctors.sight import Sight


def names(sight: Sight) -> list[str]:
    return [row.accessibleName() for row in sight.page.list.rows]


def test_the_list_tells_who_works_here_and_how_much(sight: Sight) -> None:
    assert names(sight) == [
        "Dr. Ines Modelo, General practice, 36 h 15, Profile 14 % complete",
        "Dr. Mei Shili, Pediatrics, 0 h, Profile 0 % complete",
    ]
    assert sight.page.pane.name.text() == "Dr. Ines Modelo"
    assert sight.hours[0] == "08:00 to 12:00, 12:45 to 16:00"
    assert sight.hours[5] == ""
    assert not sight.page.pane.hours.bar.isVisible()


def test_a_licence_that_runs_out_is_said_in_the_list(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    """Today is 18 November 2026."""
    for doctor, until in zip(doctors, (date(2026, 12, 20), date(2026, 11, 1)), strict=True):
        command = SaveCredential(practitioner_id=doctor.id, name="Licence", number="EX-1", expires_on=until)
        clinic.practitioner_profiles.save_credential(admin, command)
    sight.settle()
    assert "Licence valid to 20 Dec 2026" in names(sight)[0]
    assert "Licence expired on 1 Nov 2026" in names(sight)[1]
    assert sight.page.pane.about.text() == "General practice   Licence EX-1, valid to 20 Dec 2026"


def test_who_left_stands_last_and_is_called_inactive(
    sight: Sight, clinic: Clinic, admin: Actor, doctors: list[Practitioner]
) -> None:
    command = SetPractitionerActive(id=doctors[0].id, version=doctors[0].version, active=False)
    clinic.practitioners.set_active(admin, command)
    sight.settle()
    assert names(sight)[-1].startswith("Dr. Ines Modelo") and "Inactive" in names(sight)[-1]


def test_who_opens_the_page_has_the_keys_in_its_list(sight: Sight) -> None:
    assert sight.page.list.rows[0].hasFocus()


def test_arrows_go_through_the_list_which_is_one_stop(sight: Sight) -> None:
    rows = sight.page.list.rows
    rows[0].setFocus()
    sight.qtbot.keyClick(rows[0], Qt.Key.Key_Down)
    assert sight.page.pane.name.text() == "Dr. Mei Shili"
    assert rows[1].hasFocus(), sight.window.focusWidget()
    stops = [row for row in rows if row.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [rows[1]]


def test_a_doctor_is_added_and_chosen(sight: Sight) -> None:
    qtbot = sight.qtbot
    sight.page.add.click()
    sheet = sight.layer(DoctorSheet)
    assert sheet.form.fields["given"].field.hasFocus()
    assert not sheet.dirty()
    qtbot.keyClicks(sheet.form.fields["given"].field, "Tom")
    qtbot.keyClick(sheet.form.fields["given"].field, Qt.Key.Key_Return)
    assert sheet.form.fields["family"].error == "Family name is needed."
    qtbot.keyClicks(sheet.form.fields["family"].field, "Fixture")
    assert sheet.dirty()
    qtbot.keyClick(sheet.form.fields["family"].field, Qt.Key.Key_Return)
    sight.settle()
    assert sight.page.pane.name.text() == "Dr. Tom Fixture"
    assert len(sight.page.list.rows) == 3


def test_details_are_edited_and_a_title_can_be_emptied(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    sight.page.edit_doctor()
    sheet = sight.layer(DoctorSheet)
    sheet.form.fields["prefix"].field.clear()
    sheet.form.fields["room"].field.setText("Room 1")
    sheet.save.click()
    sight.settle()
    saved = clinic.practitioners.get(admin, doctors[0].id)
    assert (saved.prefix, saved.room, saved.hours) == ("", "Room 1", doctors[0].hours)
    assert sight.page.pane.about.text() == "General practice   Room 1"


def test_a_change_of_somebody_else_is_told_and_the_entries_stay(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    sight.page.edit_doctor()
    sheet = sight.layer(DoctorSheet)
    clinic.practitioners.edit(
        admin, EditPractitioner(id=doctors[0].id, version=doctors[0].version, family="Modelo", room="Room 9")
    )
    sheet.form.fields["room"].field.setText("Room 1")
    sheet.save.click()
    sight.settle()
    assert sheet.isVisible()
    assert sheet.form.fields["room"].field.text() == "Room 1"
    banner = next(one for one in sheet.findChildren(Banner) if one.isVisible())
    assert "Somebody else changed this" in banner.accessibleName()
    assert sheet.form.fields["given"].field.text() == "", "what nobody touched is theirs"
    sheet.save.click()
    sight.settle()
    assert clinic.practitioners.get(admin, doctors[0].id).room == "Room 1"


def test_a_doctor_is_deactivated_and_undo_brings_them_back(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    sight.page.pane.activityAsked.emit(False)
    sight.settle()
    assert not clinic.practitioners.get(admin, doctors[0].id).active
    assert sight.page.pane.state.accessibleName() == "Inactive"
    assert not sight.page.pane.out_now.isVisible(), "who does not work here is not out"
    sight.window.undo()
    sight.settle()
    assert clinic.practitioners.get(admin, doctors[0].id).active
    assert sight.page.pane.state.accessibleName() == "Taking visits"


def test_a_change_at_another_desk_shows_without_moving_the_choice(
    sight: Sight, doctors: list[Practitioner], clinic: Clinic, admin: Actor
) -> None:
    sight.page.choose(doctors[1].id)
    clinic.practitioners.add(admin, AddPractitioner(family="Beispiel", given="Lukas"))
    sight.settle()
    assert len(sight.page.list.rows) == 3
    assert sight.page.pane.name.text() == "Dr. Mei Shili"


def test_a_hidden_page_asks_again_when_it_is_shown(sight: Sight, clinic: Clinic, admin: Actor) -> None:
    assert sight.window.frame is not None
    sight.window.frame.open(Place("calendar"))
    sight.settle()
    clinic.practitioners.add(admin, AddPractitioner(family="Beispiel", given="Lukas"))
    sight.settle()
    assert len(sight.page.list.rows) == 2
    sight.window.frame.open(Place("doctors"))
    sight.settle()
    assert len(sight.page.list.rows) == 3


def test_a_receptionist_sets_hours_and_time_off_and_changes_nothing_else(
    look: Callable[[Actor], Sight], reception: Actor
) -> None:
    sight = look(reception)
    pane = sight.page.pane
    assert not sight.page.add.isVisible()
    assert not pane.more.isVisible()
    for button in (pane.add_time_off, pane.out_now, pane.hours.copy, pane.side.add):
        assert button.isVisible()
    assert all(not row.field.isReadOnly() and row.bar.editable for row in pane.hours.editor.rows)
    assert names(sight)[0] == "Dr. Ines Modelo, General practice, 36 h 15", (
        "profiles are not hers to complete"
    )
    pane.show_tab("profile")
    sight.settle()
    assert not pane.profile.credentials.add.isVisible()
    for word in ("visit types", "assets", "groups", "specialties"):
        sight.page.open_place(word)
        sight.settle()
        place = sight.page.place(word)
        offered = [button for button in place.findChildren(Button) if button.isVisible()]
        assert offered == [], word
    sight.page.open_place("closures")
    sight.settle()
    assert sight.page.place("closures").empty.findChildren(Button)


def test_a_doctor_types_over_their_own_hours_only(
    look: Callable[[Actor], Sight], doctors: list[Practitioner], doctor: Actor
) -> None:
    own, other = doctors
    sight = look(replace(doctor, practitioner_id=own.id))
    pane = sight.page.pane
    for chosen, editable in ((own, True), (other, False)):
        sight.page.choose(chosen.id)
        sight.settle()
        for row in pane.hours.editor.rows:
            assert row.field.isReadOnly() is not editable
            assert row.bar.editable is editable
        for control in (pane.hours.copy, pane.add_time_off, pane.out_now, pane.side.add, pane.time_off.add):
            assert control.isVisibleTo(control.parentWidget()) is editable
        assert pane.hours.editor.choice.turn.isVisible() is editable
    sight.page.save()
    assert sight.page.can_leave()


def test_a_clinic_without_doctors_says_how_to_begin(
    enter: Callable[[Actor], MainWindow], admin: Actor, tasks: Tasks
) -> None:
    frame = enter(admin).frame
    assert frame is not None
    page = frame.open(Place("doctors"))
    assert isinstance(page, DoctorsPage)
    assert tasks.wait_idle()
    assert page.empty.isVisible()
    assert [button.text() for button in page.empty.findChildren(Button)] == ["Add doctor"]


def test_an_unreachable_clinic_is_said_in_the_page(
    sight: Sight, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.practitioners), "list", down)
        sight.page.refresh()
        sight.settle()
    banner = next(one for one in sight.page.pane.findChildren(Banner) if one.isVisible())
    assert "does not answer" in banner.accessibleName()
    assert len(sight.page.list.rows) == 2, "what was shown stays"
    assert banner.action is not None
    banner.action.click()
    sight.settle()
    assert not any(one.isVisible() for one in sight.page.findChildren(Banner))


def test_a_clinic_that_is_away_from_the_first_says_so_with_the_way_on(
    enter: Callable[[Actor], MainWindow],
    admin: Actor,
    tasks: Tasks,
    clinic: Clinic,
    doctors: list[Practitioner],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = enter(admin).frame
    assert frame is not None
    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.practitioners), "list", down)
        page = frame.open(Place("doctors"))
        assert isinstance(page, DoctorsPage)
        assert tasks.wait_idle()
        assert page.failed.isVisible()
    [again] = [one for one in page.failed.findChildren(Button) if one.isVisible()]
    assert again.text() == "Try again"
    again.click()
    assert tasks.wait_idle()
    assert page.pane.isVisible()


def test_who_may_not_look_is_told_so(
    enter: Callable[[Actor], MainWindow],
    admin: Actor,
    tasks: Tasks,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*about: object, **more: object) -> None:
        raise NotAllowed(ErrorCode.NOT_PERMITTED)

    frame = enter(admin).frame
    assert frame is not None
    monkeypatch.setattr(type(clinic.practitioners), "list", refuse)
    page = frame.open(Place("doctors"))
    assert isinstance(page, DoctorsPage)
    assert tasks.wait_idle()
    assert page.failed.isVisible()
    assert page.failed.title.text() == "Your role does not allow this."


def test_everything_has_a_name(sight: Sight) -> None:
    for tab in ("hours", "offered", "time off", "profile"):
        sight.page.pane.show_tab(tab)
        sight.settle()
        assert nameless(sight.page) == [], tab
    for word in sight.page.places.lines:
        sight.page.open_place(word)
        sight.settle()
        assert nameless(sight.page) == [], word


def nameless(page: QWidget) -> list[str]:
    return [
        type(widget).__name__
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]


def down(*about: object, **more: object) -> None:
    raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)


def names_by_tab(sight: Sight, count: int) -> list[str]:
    found = []
    for _ in range(count):
        focused = QApplication.focusWidget()
        assert focused is not None
        found.append(focused.accessibleName())
        sight.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return found


def test_tab_goes_as_the_eye_does_also_over_what_was_made_later(sight: Sight) -> None:
    sight.page.pane.hours.editor.take_turns(2)
    sight.settle()
    sight.page.list.focus_chosen()
    assert names_by_tab(sight, 12)[1:] == [
        "Holidays and closures",
        "Out now",
        "Add time off",
        "More",
        "Hours",
        "How the weeks repeat",
        "Copy Monday to",
        "Week 1",
        "Which week this one is",
        "Hours on Monday",
        "Hours on Tuesday",
    ]
    sight.page.pane.hours.editor.rows[6].field.setFocus()
    assert names_by_tab(sight, 5)[1:] == ["Bars of Monday", "Add a rule", "All time off", "Discard"]


def test_the_clinics_lists_are_one_stop_with_arrows_inside(sight: Sight) -> None:
    lines = list(sight.page.places.lines.values())
    lines[0].setFocus()
    sight.qtbot.keyClick(lines[0], Qt.Key.Key_Down)
    assert lines[1].hasFocus()
    sight.qtbot.keyClick(lines[1], Qt.Key.Key_Return)
    sight.settle()
    assert sight.page.place("visit types").isVisible()
    assert not any(row.isChecked() for row in sight.page.list.rows)
    sight.page.list.rows[0].click()
    sight.settle()
    assert sight.page.pane.isVisible()
    assert not any(line.isChecked() for line in lines)
