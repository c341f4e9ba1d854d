"""Doctors & hours: typed weeks, people who come and go, and what a role may not touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.practitioners import (
    AddPractitioner,
    EditPractitioner,
    Practitioner,
    WorkingHours,
    WorkingHoursInput,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.doctors.doctor_sheet import DoctorSheet
from meditrack_desktop.ui.doctors.hours_text import (
    format_stretches,
    hours_words,
    minutes,
    parse_stretches,
)
from meditrack_desktop.ui.doctors.page import DoctorsPage
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, Button, StateView, TextField

MORNING, NOON, AFTERNOON, EVENING = time(8), time(12), time(12, 45), time(16)


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("", ()),
        ("closed", ()),
        ("  -  ", ()),
        ("8-12", ((MORNING, NOON),)),
        ("0800 to 1200, 12:45 to 16.00", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("12:45 – 4 pm and 8 to 12", ((MORNING, NOON), (AFTERNOON, EVENING))),
        ("8 to 12; 12 until 16", ((MORNING, NOON), (NOON, EVENING))),
    ],
)
def test_hours_are_read_as_people_type_them(text: str, stretches: tuple[tuple[time, time], ...]) -> None:
    assert parse_stretches(text) == stretches


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("8", "not_a_time"),
        ("8 to", "not_a_time"),
        ("8 to noon", "not_a_time"),
        ("8 to 12 to 16", "not_a_time"),
        ("25 to 26", "not_a_time"),
        ("12 to 8", "out_of_range"),
        ("8 to 8", "out_of_range"),
        ("8 to 12, 11:30 to 16", "out_of_range"),
        (", ".join(f"{hour} to {hour}:30" for hour in range(8, 15)), "out_of_range"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_stretches(text)


@given(st.lists(st.integers(0, 24 * 60 - 1), min_size=0, max_size=12, unique=True))
def test_what_is_written_is_read_again(cuts: list[int]) -> None:
    ordered = sorted(cuts)[: len(cuts) // 2 * 2]
    moments = [time(cut // 60, cut % 60) for cut in ordered]
    stretches = tuple(zip(moments[::2], moments[1::2], strict=True))
    assert parse_stretches(format_stretches(stretches)) == stretches
    assert minutes(stretches) == sum(b - a for a, b in zip(ordered[::2], ordered[1::2], strict=True))


def test_hours_a_week_in_words() -> None:
    assert hours_words(31 * 60) == "31 h"
    assert hours_words(31 * 60 + 5) == "31 h 05"


def week(*stretches: tuple[time, time]) -> tuple[WorkingHoursInput, ...]:
    return tuple(
        WorkingHoursInput(weekday=day, starts=starts, ends=ends)
        for day in range(5)
        for starts, ends in stretches
    )


@pytest.fixture
def doctors(clinic: Clinic, admin: Actor) -> list[Practitioner]:
    hours = week((MORNING, NOON), (AFTERNOON, EVENING))
    return [
        clinic.practitioners.add(
            admin, AddPractitioner(family="Modelo", given="Ines", specialty="General practice", hours=hours)
        ),
        clinic.practitioners.add(admin, AddPractitioner(family="Shili", given="Mei", specialty="Pediatrics")),
    ]


@pytest.fixture
def open_page(
    enter: Callable[[Actor], MainWindow], tasks: Tasks, qtbot: QtBot
) -> Iterator[Callable[[Actor], DoctorsPage]]:
    def opened(actor: Actor) -> DoctorsPage:
        frame = enter(actor).frame
        assert frame is not None
        page = frame.open(Place("doctors"))
        assert isinstance(page, DoctorsPage)
        assert tasks.wait_idle()
        return page

    yield opened


@pytest.fixture
def page(doctors: list[Practitioner], open_page: Callable[[Actor], DoctorsPage], admin: Actor) -> DoctorsPage:
    return open_page(admin)


def names(page: DoctorsPage) -> list[str]:
    return [row.accessibleName() for row in page.list.rows]


def settle(tasks: Tasks, qtbot: QtBot) -> None:
    for _ in range(2):
        assert tasks.wait_idle()
        qtbot.wait(70)
    assert tasks.wait_idle()


def test_the_list_tells_who_works_here_and_how_much(page: DoctorsPage) -> None:
    assert names(page) == ["Dr. Ines Modelo, General practice, 36 h 15", "Dr. Mei Shili, Pediatrics, 0 h"]
    assert page.name.text() == "Dr. Ines Modelo"
    assert page.editor.fields[0].text() == "08:00 to 12:00, 12:45 to 16:00"
    assert page.editor.fields[5].text() == ""
    assert not page.bar.isVisible()


def test_a_whole_week_is_set_by_keyboard(
    page: DoctorsPage, doctors: list[Practitioner], clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.list.rows[0].setFocus()
    qtbot.keyClick(page.list.rows[0], Qt.Key.Key_Down)
    assert page.name.text() == "Dr. Mei Shili"
    page.editor.fields[0].setFocus()
    for typed in ("8-12, 1245-16", "9 to 13", "", "closed", "8 to 12", "", ""):
        field = QApplication.focusWidget()
        assert isinstance(field, TextField)
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert page.unsaved.text() == "3 unsaved days"
    assert page.editor.fields[0].text() == "08:00 to 12:00, 12:45 to 16:00"
    page.editor.fields[0].setFocus()
    qtbot.keyClick(page.editor.fields[0], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(tasks, qtbot)
    saved = clinic.practitioners.get(admin, doctors[1].id)
    assert saved.hours == (
        WorkingHours(0, MORNING, NOON),
        WorkingHours(0, AFTERNOON, EVENING),
        WorkingHours(1, time(9), time(13)),
        WorkingHours(4, MORNING, NOON),
    )
    assert not page.bar.isVisible()
    assert page.can_leave()
    assert names(page)[1] == "Dr. Mei Shili, Pediatrics, 15 h 15"


def test_a_day_that_cannot_be_read_is_marked_and_nothing_is_saved(
    page: DoctorsPage, doctors: list[Practitioner], clinic: Clinic, admin: Actor, tasks: Tasks
) -> None:
    page.editor.type_day(2, "8 to")
    page.editor.type_day(4, "12 to 8")
    page.save.click()
    assert tasks.idle()
    assert page.editor.fields[2].hasFocus()
    assert page.editor.fields[2].accessibleDescription().startswith("These are no times.")
    assert page.editor.fields[4].accessibleDescription() == "Hours on Friday is outside what is possible."
    assert clinic.practitioners.get(admin, doctors[0].id).hours == doctors[0].hours


def test_what_is_typed_for_one_doctor_waits_while_another_is_looked_at(
    page: DoctorsPage, doctors: list[Practitioner], qtbot: QtBot, tasks: Tasks
) -> None:
    page.editor.type_day(3, "8 to 12")
    page.choose(doctors[1].id)
    assert page.editor.fields[3].text() == ""
    assert not page.bar.isVisible()
    assert not page.can_leave()
    page.refresh()
    settle(tasks, qtbot)
    page.choose(doctors[0].id)
    assert page.editor.fields[3].text() == "8 to 12"
    page.discard.click()
    assert page.editor.fields[3].text() == "08:00 to 12:00, 12:45 to 16:00"
    assert page.can_leave()


def test_monday_is_copied_to_the_other_weekdays(page: DoctorsPage) -> None:
    page.editor.type_day(0, "7 to 11")
    page.copy.click()
    assert [field.text() for field in page.editor.fields] == ["07:00 to 11:00"] * 5 + ["", ""]
    assert page.unsaved.text() == "5 unsaved days"


def test_a_doctor_is_added_and_chosen(page: DoctorsPage, qtbot: QtBot, tasks: Tasks) -> None:
    page.add.click()
    sheet = page.window().findChild(DoctorSheet)
    assert sheet.form.fields["given"].field.hasFocus()
    assert not sheet.dirty()
    qtbot.keyClicks(sheet.form.fields["given"].field, "Tom")
    qtbot.keyClick(sheet.form.fields["given"].field, Qt.Key.Key_Return)
    assert sheet.form.fields["family"].error == "Family name is needed."
    qtbot.keyClicks(sheet.form.fields["family"].field, "Fixture")
    assert sheet.dirty()
    qtbot.keyClick(sheet.form.fields["family"].field, Qt.Key.Key_Return)
    settle(tasks, qtbot)
    assert page.name.text() == "Dr. Tom Fixture"
    assert len(page.list.rows) == 3


def test_details_are_edited_and_a_title_can_be_emptied(
    page: DoctorsPage, doctors: list[Practitioner], clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.edit.click()
    sheet = page.window().findChild(DoctorSheet)
    sheet.form.fields["prefix"].field.clear()
    sheet.form.fields["room"].field.setText("Room 1")
    sheet.save.click()
    settle(tasks, qtbot)
    saved = clinic.practitioners.get(admin, doctors[0].id)
    assert (saved.prefix, saved.room, saved.hours) == ("", "Room 1", doctors[0].hours)
    assert page.about.text() == "General practice   Room 1"


def test_a_change_of_somebody_else_is_told_and_the_entries_stay(
    page: DoctorsPage, doctors: list[Practitioner], clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.edit.click()
    sheet = page.window().findChild(DoctorSheet)
    clinic.practitioners.edit(
        admin, EditPractitioner(id=doctors[0].id, version=doctors[0].version, family="Modelo", room="Room 9")
    )
    sheet.form.fields["room"].field.setText("Room 1")
    sheet.save.click()
    settle(tasks, qtbot)
    assert sheet.isVisible()
    assert sheet.form.fields["room"].field.text() == "Room 1"
    window = page.window()
    assert isinstance(window, MainWindow)
    assert "Somebody else changed this" in window.toasts.shown[-1].text
    sheet.close_layer()


def test_a_doctor_is_deactivated_and_undo_brings_them_back(
    page: DoctorsPage, doctors: list[Practitioner], clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.activity.click()
    settle(tasks, qtbot)
    assert not clinic.practitioners.get(admin, doctors[0].id).active
    assert names(page)[-1].endswith("Inactive")
    assert page.activity.text() == "Reactivate"
    window = page.window()
    assert isinstance(window, MainWindow)
    window.undo()
    settle(tasks, qtbot)
    assert clinic.practitioners.get(admin, doctors[0].id).active
    assert page.activity.text() == "Deactivate"


def test_a_change_at_another_desk_shows_without_moving_the_choice(
    page: DoctorsPage, doctors: list[Practitioner], clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    page.choose(doctors[1].id)
    clinic.practitioners.add(admin, AddPractitioner(family="Beispiel", given="Lukas"))
    settle(tasks, qtbot)
    assert len(page.list.rows) == 3
    assert page.name.text() == "Dr. Mei Shili"


def test_a_hidden_page_asks_again_when_it_is_shown(
    page: DoctorsPage, clinic: Clinic, admin: Actor, qtbot: QtBot, tasks: Tasks
) -> None:
    window = page.window()
    assert isinstance(window, MainWindow) and window.frame is not None
    window.frame.open(Place("calendar"))
    settle(tasks, qtbot)
    clinic.practitioners.add(admin, AddPractitioner(family="Beispiel", given="Lukas"))
    settle(tasks, qtbot)
    assert len(page.list.rows) == 2
    window.frame.open(Place("doctors"))
    settle(tasks, qtbot)
    assert len(page.list.rows) == 3


def test_a_receptionist_sets_hours_and_changes_nothing_else(
    doctors: list[Practitioner], open_page: Callable[[Actor], DoctorsPage], reception: Actor
) -> None:
    page = open_page(reception)
    for button in (page.add, page.edit, page.activity):
        assert not button.isVisible()
    assert page.copy.isVisible()
    assert not any(field.isReadOnly() for field in page.editor.fields)


def test_a_doctor_types_over_their_own_hours_only(
    doctors: list[Practitioner], open_page: Callable[[Actor], DoctorsPage], doctor: Actor
) -> None:
    own, other = doctors[:2]
    page = open_page(replace(doctor, practitioner_id=own.id))
    for chosen, editable in ((own, True), (other, False)):
        page._chosen = chosen.id
        page._show_chosen()
        assert all(field.isReadOnly() is not editable for field in page.editor.fields)
        assert page.copy.isVisible() is editable
    page.save_hours()
    assert page.can_leave()


def test_a_clinic_without_doctors_says_how_to_begin(
    open_page: Callable[[Actor], DoctorsPage], admin: Actor, reception: Actor
) -> None:
    page = open_page(admin)
    assert page.empty.isVisible()
    assert [button.text() for button in page.empty.findChildren(Button)] == ["Add doctor"]


def test_an_unreachable_clinic_is_said_in_the_page(
    page: DoctorsPage, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, tasks: Tasks, qtbot: QtBot
) -> None:
    def down(*about: object, **more: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as broken:
        broken.setattr(type(clinic.practitioners), "list", down)
        page.refresh()
        assert tasks.wait_idle()
        qtbot.wait(20)
    banner = next(banner for banner in page.findChildren(Banner) if banner.isVisible())
    assert "does not answer" in banner.accessibleName()
    assert len(page.list.rows) == 2, "what was shown stays"
    assert banner.action is not None
    banner.action.click()
    assert tasks.wait_idle()
    assert not any(banner.isVisible() for banner in page.findChildren(Banner))


def test_everything_has_a_name(page: DoctorsPage) -> None:
    nameless = [
        type(widget).__name__
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]
    assert nameless == []
    assert isinstance(page.empty, StateView)
