"""The list of patients: found from scraps, opened by keyboard, and never stale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    FindPatients,
    Patient,
    PatientPage,
    TakeDownPatient,
)
from meditrack_desktop.domain.saved_filters import PatientFilter, SaveFilter, Standing
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.page import PAGE, PatientsPage
from meditrack_desktop.ui.patients.row_menu import row_menu
from meditrack_desktop.ui.widgets import Button, SideSheet
from tests.makers.crowd import fill
from tests.makers.crowd import people as a_crowd
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]
CONTROL = Qt.KeyboardModifier.ControlModifier


def names(page: PatientsPage) -> list[str]:
    return [page.model.record(row).name for row in range(page.model.rowCount())]


def actions(widget: QWidget) -> list[str]:
    return [button.text() for button in widget.findChildren(Button) if button.isVisible()]


def test_everybody_is_listed_by_family_name_with_the_total(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    page = open_desk().list()
    assert names(page) == ["Bruno Fictanova", "Mara Fictanova", "Zeynep Örnek", "Noah Stubson"]
    assert page.head.total.text() == "4"


@pytest.mark.parametrize("scraps", ["fict mar", "0142 mara", "5/4/1988", "mara 1988-04"])
def test_a_patient_is_found_from_scraps_and_opened_by_keyboard_alone(
    open_desk: OpenDesk, people: dict[str, Patient], scraps: str
) -> None:
    desk = open_desk()
    page = desk.list()
    desk.press(Qt.Key.Key_F, CONTROL)
    assert page.bar.search.hasFocus()
    desk.press(scraps)
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert page.table.hasFocus()
    desk.press(Qt.Key.Key_Return)
    assert desk.asked == [("patient", people["Mara"].id)]


def test_down_leaves_the_search_for_the_list_and_b_books(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    desk.list()
    desk.press(Qt.Key.Key_F, CONTROL)
    desk.press("ornek")
    desk.qtbot.wait(150)
    desk.settle()
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_B)
    assert desk.asked == [("book", people["Zeynep"].id)]


def test_letters_typed_into_the_search_are_never_acts(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    desk.press(Qt.Key.Key_F, CONTROL)
    desk.press("b")
    assert page.bar.text == "b"
    assert desk.asked == []


def test_nobody_found_offers_a_new_patient_with_the_typed_name(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    page.search("Testhlom")
    desk.settle()
    assert page.state.isVisible()
    assert "Testhlom" in page.state.title.text()
    assert actions(page.state) == ["Clear search", 'New patient "Testhlom"']
    page.state.findChildren(Button)[1].click()
    assert desk.asked[0][:3] == ("take_down", "Testhlom", "")
    page.state.findChildren(Button)[0].click()
    desk.settle()
    assert len(names(page)) == 4


def test_filters_that_hide_everybody_can_be_cleared_at_once(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    page.bar.today_chip.click()
    desk.settle()
    assert names(page) == []
    assert actions(page.state) == ["Clear filters"]
    page.state.findChildren(Button)[0].click()
    desk.settle()
    assert len(names(page)) == 4
    assert not page.bar.today_chip.active


def test_coming_today_and_doctor_narrow_the_list(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, reception: Actor, people: dict[str, Patient]
) -> None:
    doctor = clinic.practitioners.add(admin, a_doctor())
    clinic.scheduling.book(
        reception,
        BookAppointment(
            patient_id=people["Noah"].id, practitioner_id=doctor.id, wall_start=datetime(2026, 11, 18, 14)
        ),
    )
    desk = open_desk()
    page = desk.list()
    page.bar.today_chip.click()
    desk.settle()
    assert names(page) == ["Noah Stubson"]
    assert page.cells.cell(page.model.record(0), "next").text == "Today 14:00"
    assert page.bar.count.text() == "1 of 4"
    page.bar.doctor_chip.click()
    menu = page.bar.menu
    assert menu is not None
    next(action for action in menu.actions() if action.text() == doctor.name).trigger()
    menu.close()
    desk.settle()
    assert page.bar.doctor_chip.text() == doctor.name


def test_an_archived_patient_is_out_of_the_list_and_marked_where_asked_for(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    noah = people["Noah"]
    clinic.patients.archive(admin, ArchivePatient(id=noah.id, version=noah.version, reason="moved away"))
    desk = open_desk()
    page = desk.list()
    assert "Noah Stubson" not in names(page)
    page.bar.narrow(standing=Standing.ALL)
    desk.settle()
    row = names(page).index("Noah Stubson")
    assert [tag.text for tag in page.cells.cell(page.model.record(row), "name").tags] == ["Archived"]
    page.table.select_row(row)
    page.table.setFocus()
    desk.press(Qt.Key.Key_B)
    assert desk.asked == []


def test_the_head_sorts_in_the_database(open_desk: OpenDesk, people: dict[str, Patient]) -> None:
    desk = open_desk()
    page = desk.list()
    page.table.sortRequested.emit("born", True)
    desk.settle()
    assert names(page)[:2] == ["Zeynep Örnek", "Mara Fictanova"]


def test_many_patients_come_in_pages_and_the_scroll_bar_knows_them_all(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor
) -> None:
    fill(clinic, admin, list(a_crowd(4 * PAGE + 20)))
    desk = open_desk()
    page = desk.list()
    assert page.model.rowCount() == 4 * PAGE + 20
    assert page.model.pages == [0]
    page.table.scrollToBottom()
    desk.settle()
    assert len(page.model.pages) >= 2
    last = page.model.record(4 * PAGE + 19)
    everybody = clinic.patients.find(admin, FindPatients(limit=1, offset=4 * PAGE + 19))
    assert (last,) == everybody.lines
    page.table.setFocus()
    desk.press(Qt.Key.Key_Home)
    desk.press(Qt.Key.Key_End)
    desk.settle()
    chosen = page.chosen()
    assert chosen == last
    assert page.preview.content is not None and page.preview.content.patient.id == last.id


def test_a_change_at_another_desk_shows_without_moving_the_selection(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    page.table.select_row(2)
    clinic.patients.register(doctor, a_patient("Aaronson", "Abel"))
    clinic.patients.edit(doctor, an_edit(people["Zeynep"], family="Örnekova"))
    desk.settle()
    assert names(page)[0] == "Abel Aaronson"
    assert page.model.record(page.table.current_row()).name == "Zeynep Örnekova"


def test_nobody_takes_the_place_of_a_patient_who_left_the_list(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    page.table.select_row(1)
    page.table.setFocus()
    mara = people["Mara"]
    clinic.patients.archive(admin, ArchivePatient(id=mara.id, version=mara.version, reason="moved away"))
    desk.settle()
    assert "Mara Fictanova" not in names(page)
    assert page.table.current_row() == -1
    desk.press(Qt.Key.Key_B)
    desk.press(Qt.Key.Key_Return)
    assert desk.asked == []


def test_a_hidden_page_asks_when_it_is_shown_again(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    desk.chart(people["Mara"].id)
    clinic.patients.register(doctor, a_patient("Aaronson", "Abel"))
    desk.settle()
    assert "Abel Aaronson" not in names(page)
    desk.stack.setCurrentWidget(page)
    desk.settle()
    assert "Abel Aaronson" in names(page)


def test_the_preview_shows_two_identifiers_and_the_same_name_warning(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1955-01-01"))
    desk = open_desk()
    page = desk.list()
    page.table.select_row(names(page).index("Mara Fictanova"))
    desk.qtbot.wait(150)
    desk.settle()
    content = page.preview.content
    assert content is not None and content.patient.name == "Mara Fictanova"
    assert len(content.namesakes) == 1
    assert page.preview.isVisible()


def test_a_preview_that_cannot_be_read_leaves_nobody_elses_beside_the_row(
    open_desk: OpenDesk, people: dict[str, Patient], clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    page = desk.list()
    assert page.preview.content is not None

    def down(*_: object) -> Patient:
        raise Unavailable(ErrorCode.DATABASE_BUSY)

    monkeypatch.setattr(clinic.patients, "get", down)
    page.table.select_row(1)
    page.place.ask()
    desk.settle()
    assert page.preview.content is None


def test_in_a_narrow_window_space_opens_the_preview_over_the_list(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk(width=958, height=560)
    page = desk.list()
    assert not page.preview.isVisible()
    assert page.bar.filters_chip.isVisible() and not page.bar.doctor_chip.isVisible()
    page.table.setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.settle()
    (sheet,) = desk.window.findChildren(SideSheet)
    assert sheet.isVisible()
    desk.press(Qt.Key.Key_Return)
    assert desk.asked == [("patient", people["Bruno"].id)]
    desk.settle()


def test_an_empty_clinic_offers_the_first_steps(open_desk: OpenDesk) -> None:
    page = open_desk().list()
    assert page.state.title.text() == "No patients yet"
    assert actions(page.state) == ["New patient"]


def test_who_may_import_sees_the_button_and_others_do_not(open_desk: OpenDesk, admin: Actor) -> None:
    assert open_desk().list().head.import_button is None
    page = open_desk(admin).list()
    assert page.head.import_button is not None and page.head.import_button.isVisible()
    assert page.head.new_button is None


def test_what_was_shown_stays_when_the_server_does_not_answer(
    open_desk: OpenDesk, clinic: Clinic, people: dict[str, Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    page = desk.list()

    def unreachable(actor: Actor, command: FindPatients) -> PatientPage:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as patch:
        patch.setattr(clinic.patients, "find", unreachable)
        page.refresh()
        desk.settle()
        assert len(names(page)) == 4
        assert page._banner is not None and page._banner.isVisible()
    page._banner.actionTriggered.emit()
    desk.settle()
    assert page._banner is None


def test_a_first_failure_says_so_in_place_and_can_be_tried_again(
    open_desk: OpenDesk, clinic: Clinic, people: dict[str, Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()

    def unreachable(actor: Actor, command: FindPatients) -> PatientPage:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as patch:
        patch.setattr(clinic.patients, "find", unreachable)
        page = desk.list()
        assert page.state.isVisible()
        assert actions(page.state) == ["Try again"]
    page.state.findChildren(Button)[0].click()
    desk.settle()
    assert len(names(page)) == 4


def test_a_slip_of_the_pen_offers_the_spelling_that_somebody_has(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    page.search("mara fitcanova")
    desk.settle()
    assert page.state.isVisible()
    assert actions(page.state)[0] == 'Search for "mara Fictanova"'
    page.state.findChildren(Button)[0].click()
    desk.settle()
    assert names(page) == ["Mara Fictanova"] and page.bar.text == "mara Fictanova"


def test_filters_are_kept_under_a_key_and_come_back_with_it(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, reception: Actor, people: dict[str, Patient]
) -> None:
    clinic.patients.take_down(reception, TakeDownPatient(name="Piotr Przykład"))
    desk = open_desk()
    page = desk.list()
    page.bar.narrow(provisional=True)
    desk.settle()
    assert names(page) == ["Piotr Przykład"] and page.bar.more_chip.text() == "To be completed"
    dialog = page.saved.ask_name(page.bar.filter)
    desk.press("Callers")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert [one.name for one in clinic.saved_filters.list(reception)] == ["Callers"]
    page.bar.clear()
    desk.settle()
    assert len(names(page)) == 5
    page.table.setFocus()
    desk.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.settle()
    assert names(page) == ["Piotr Przykład"] and page.bar.more_chip.text() == "Callers"
    assert not isValid(dialog)


def test_a_name_that_is_taken_is_said_beside_the_field_and_typed_anew(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    kept = PatientFilter(created_by_me=True)
    clinic.saved_filters.save(reception, SaveFilter(name="Mine", filter=kept))
    desk = open_desk()
    page = desk.list()
    dialog = page.saved.ask_name(PatientFilter(provisional=True))
    desk.press("Mine")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert dialog.isVisible() and dialog.form.fields["name"].error
    desk.press("Ours")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert [one.name for one in page.bar.saved] == ["Mine", "MineOurs"]


def test_saved_filters_are_ordered_removed_and_brought_back(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    for name in ("a", "b", "c"):
        clinic.saved_filters.save(reception, SaveFilter(name=name, filter=PatientFilter(provisional=True)))
    desk = open_desk()
    page = desk.list()
    page.saved.manage()
    page.saved.move(2, -1)
    desk.settle()
    assert [one.name for one in page.bar.saved] == ["a", "c", "b"]
    page.saved.remove(page.bar.saved[1])
    desk.settle()
    assert [one.name for one in page.bar.saved] == ["a", "b"]
    said, undo = desk.said[-1]
    assert said == "c removed" and undo is not None
    undo()
    desk.settle()
    assert [one.name for one in page.bar.saved] == ["a", "c", "b"]


def test_an_allergy_is_marked_in_the_row_and_spoken(open_desk: OpenDesk, people: dict[str, Patient]) -> None:
    page = open_desk().list()
    line = replace(page.model.record(0), allergy="Penicillin", allergies=2)
    cell = page.cells.cell(line, "name")
    assert cell.mark == "circle-alert" and "Allergies: Penicillin and 1 more" in cell.spoken()


def test_paging_down_into_rows_that_have_not_come_chooses_whoever_is_there(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor
) -> None:
    fill(clinic, admin, list(a_crowd(3 * PAGE)))
    desk = open_desk()
    page = desk.list()
    first = page.chosen()
    page.table.setFocus()
    page.table.select_row(2 * PAGE + 7)
    assert page.chosen() is None
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_B)
    assert desk.asked == []
    desk.settle()
    assert page.chosen() == page.model.record(2 * PAGE + 7) != first
    assert page.table.current_row() == 2 * PAGE + 7


def test_the_menus_offer_what_the_role_may_do_with_this_row(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, reception: Actor, people: dict[str, Patient]
) -> None:
    clinic.patients.take_down(reception, TakeDownPatient(name="Aaron Aaronson"))

    def offered(actor: Actor, row: int) -> list[str]:
        desk = open_desk(actor)
        page = desk.list()
        page.table.select_row(row)
        line = page.chosen()
        assert line is not None
        menu = row_menu(page, desk.desk, line)
        words = [action.text().partition("\t")[0] for action in menu.actions()]
        menu.deleteLater()
        return words

    reading = ["Open chart", "Newest report"]
    assert offered(reception, 0) == [*reading, "Book a visit", "Complete the record", "Discard"]
    assert offered(reception, 1) == [*reading, "Book a visit", "Edit details"]
    assert offered(admin, 1) == reading


def test_the_menu_of_filters_ticks_what_is_on_and_takes_it_off_again(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()

    def choose(text: str) -> None:
        page.bar.add_chip.click()
        menu = page.bar.menu
        assert menu is not None
        next(action for action in menu.actions() if action.text().startswith(text)).trigger()
        menu.close()
        desk.settle()

    choose("No visit in a year")
    assert page.bar.filter.months_without_visit == 12 and len(names(page)) == 4
    choose("Created by me")
    assert page.bar.more_chip.text() == "2 more" and page.bar.count.text() == "4 of 4"
    choose("No visit in a year")
    assert page.bar.filter == PatientFilter(created_by_me=True)
    page.bar.more_chip.removed.emit()
    desk.settle()
    assert page.bar.filter == PatientFilter() and not page.bar.more_chip.isVisible()


def test_export_and_import_fold_into_a_menu_where_there_is_no_room(open_desk: OpenDesk, admin: Actor) -> None:
    wide, narrow = open_desk(admin).list(), open_desk(admin, width=958, height=560).list()
    assert wide.head.more is not None and not wide.head.more.isVisible()
    assert wide.head.export_button is not None and wide.head.export_button.isVisible()
    assert narrow.head.more is not None and narrow.head.more.isVisible()
    assert narrow.head.export_button is not None and not narrow.head.export_button.isVisible()
