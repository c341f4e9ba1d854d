"""Answers that come late, keys pressed while one is under way: nothing crosses to another patient or onto the lock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.patients import FindPatients, Patient, PatientLine, TakeDownPatient
from meditrack_desktop.domain.printing import LabelSize, PrintKind
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.callers import Callers
from meditrack_desktop.ui.frame.find_box import FindBox
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.own_window import ChartWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.chart.photo import set_photo
from meditrack_desktop.ui.patients.page import PatientsPage
from meditrack_desktop.ui.patients.register import EditSheet, open_register
from meditrack_desktop.ui.patients.row_menu import row_menu
from meditrack_desktop.ui.patients.take_down import open_take_down
from meditrack_desktop.ui.patients.twins.merge_dialog import MergeDialog, open_merge
from meditrack_desktop.ui.patients.words import two_identifiers
from meditrack_desktop.ui.printing import printers
from meditrack_desktop.ui.printing.print_dialog import Whose, open_print_dialog
from meditrack_desktop.ui.scheduling.new_caller import NewCaller
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Layer
from tests.makers.care import as_doctor, in_care
from tests.ui.patients.conftest import DeskWindow, Gate, away

OpenDesk = Callable[..., DeskWindow]
Enter = Callable[[Actor], MainWindow]


@pytest.fixture
def mara(clinic: Clinic, admin: Actor, doctor: Actor, people: dict[str, Patient]) -> Patient:
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), people["Mara"])
    return people["Mara"]


def shown(window: MainWindow) -> list[Layer]:
    return [layer for layer in window.findChildren(Layer) if layer.isVisible()]


# The lock


def test_a_form_asked_for_before_the_lock_opens_after_it(
    enter: Enter,
    clinic: Clinic,
    reception: Actor,
    people: dict[str, Patient],
    tasks: Tasks,
    hold: Callable[[Any, str], Gate],
) -> None:
    window = enter(reception)
    desk = window.desk
    assert desk is not None
    gate = hold(clinic.patients, "get")
    desk.go.complete(people["Mara"].id)
    window.lock()
    gate.open()
    assert tasks.wait_idle()
    assert shown(window) == []
    window._drop_lock()
    window._show_seat()
    assert [type(layer) for layer in shown(window)] == [EditSheet]


def test_giving_up_a_caller_asked_for_before_the_lock_asks_after_it(
    enter: Enter,
    clinic: Clinic,
    reception: Actor,
    tasks: Tasks,
    hold: Callable[[Any, str], Gate],
) -> None:
    caller = clinic.patients.take_down(
        reception, TakeDownPatient(name="Cara Callerson", phone={"value": "+44 7700 900456"})
    )
    window = enter(reception)
    frame, desk = window.frame, window.desk
    assert frame is not None and desk is not None
    page = cast(PatientsPage, frame.open(Place("patients")))
    page.search("Callerson")
    assert tasks.wait_idle()
    line = page.model.record(0)
    assert isinstance(line, PatientLine) and line.id == caller.id
    menu = row_menu(page, desk, line)
    gate = hold(clinic.patients, "get")
    next(act for act in menu.actions() if "Discard" in act.text()).trigger()
    window.lock()
    gate.open()
    assert tasks.wait_idle()
    assert shown(window) == []


# Acts on the one that was meant


def test_the_menu_of_a_row_edits_that_row_whoever_is_chosen_since(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.list()
    completed: list[object] = []
    desk.desk.go.completeRequested.connect(completed.append)
    page.table.select_row(0)
    first = page.chosen()
    assert first is not None
    menu = row_menu(page, desk.desk, first)
    page.table.select_row(1)
    desk.settle()
    next(action for action in menu.actions() if "Edit" in action.text()).trigger()
    menu.deleteLater()
    assert completed == [first.id]


def test_the_window_that_asks_for_a_photo_names_nobody(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    page.details._choose_photo()
    titles = [window.windowTitle() for window in QApplication.topLevelWidgets() if window.isVisible()]
    for window in QApplication.topLevelWidgets():
        if window is not desk.window and window.isVisible():
            window.close()
    assert not [title for title in titles if "Mara" in title or "Fictanova" in title]


def test_records_turned_round_are_not_merged_before_both_are_shown(
    open_desk: OpenDesk,
    clinic: Clinic,
    admin: Actor,
    people: dict[str, Patient],
    hold: Callable[[Any, str], Gate],
) -> None:
    desk = open_desk(admin)
    page = desk.list()
    open_merge(desk.desk, page, people["Mara"].id, people["Bruno"].id)
    desk.settle()
    dialog = desk.window.findChildren(MergeDialog)[0]
    dialog.reason.setPlainText("One person, asked at the desk")
    gate = hold(clinic.patient_merges, "preview")
    dialog.stays.set_value(people["Bruno"].id)
    dialog.stays.valueChanged.emit(people["Bruno"].id)
    dialog.act.click()
    assert not hasattr(dialog, "second")
    gate.open()
    desk.settle()
    now = next(each for each in desk.window.findChildren(MergeDialog) if each.isVisible())
    assert now.preview.kept.id == people["Bruno"].id
    assert now.reason.toPlainText() == "One person, asked at the desk"
    assert now.act.isEnabled()
    now.act.click()
    # The last word before it is done names both, each by two identifiers.
    for patient in (people["Mara"], people["Bruno"]):
        assert two_identifiers(patient) in now.second.text.text()
    assert people["Mara"].mrn in now.second.heading.text()


def test_a_new_caller_is_not_booked_for_once_somebody_else_was_chosen(
    open_desk: OpenDesk,
    clinic: Clinic,
    reception: Actor,
    people: dict[str, Patient],
    hold: Callable[[Any, str], Gate],
) -> None:
    desk = open_desk()
    caller = NewCaller(desk.desk, desk.window)
    kept: list[object] = []
    over: list[bool] = []
    caller.kept.connect(kept.append)
    caller.refused.connect(lambda: over.append(True))
    assert caller.ask("Cara Callerson")
    caller.phone.setText("+44 7700 900456")
    gate = hold(clinic.patients, "take_down")
    caller.take_down(lambda _error: None)
    caller.withdraw()  # somebody known was picked meanwhile
    gate.open()
    desk.settle()
    assert kept == [] and over == [True]


def test_a_sheet_of_another_size_is_printed_only_once_it_is_made(
    open_desk: OpenDesk,
    clinic: Clinic,
    people: dict[str, Patient],
    hold: Callable[[Any, str], Gate],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printers, "printer_names", lambda: ("Label printer",))
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    dialog = open_print_dialog(desk.desk, page, PrintKind.LABEL, Whose(people["Mara"].id, "Mara"))
    desk.settle()
    assert dialog.act.isEnabled() and dialog.save.isEnabled()
    gate = hold(clinic.printouts, "make")
    dialog._on_size(LabelSize.SMALL)
    assert not dialog.act.isEnabled() and not dialog.save.isEnabled()
    gate.open()
    desk.settle()
    assert dialog.act.isEnabled() and dialog.save.isEnabled()
    dialog.close_layer()


def test_enter_opens_whom_it_was_pressed_for_and_nobody_typed_since(
    enter: Enter,
    clinic: Clinic,
    reception: Actor,
    people: dict[str, Patient],
    tasks: Tasks,
    hold: Callable[[Any, str], Gate],
    qtbot: QtBot,
) -> None:
    window = enter(reception)
    frame = window.frame
    assert frame is not None
    box = window.findChildren(FindBox)[0]
    opened: list[object] = []
    assert window.desk is not None
    window.desk.go.patientRequested.connect(opened.append)
    box.setFocus()
    gate = hold(clinic.patients, "suggest")
    QTest.keyClicks(box, "Mara")
    QTest.keyClick(box, Qt.Key.Key_Return)
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, "Noah")
    gate.open()
    qtbot.wait(60)
    assert tasks.wait_idle()
    qtbot.wait(60)
    assert opened == []
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert opened == [people["Noah"].id]


def test_a_call_takes_no_keys_from_a_window_beside_the_desks(
    enter: Enter, clinic: Clinic, doctor: Actor, mara: Patient, tasks: Tasks, qtbot: QtBot
) -> None:
    window = enter(doctor)
    desk, frame = window.desk, window.frame
    assert desk is not None and frame is not None
    callers = Callers(window, window)
    page = frame.sheet.current()
    desk.go.chart_window(mara.id)
    own = frame.own_windows.find(mara.id)
    assert isinstance(own, ChartWindow)
    assert tasks.wait_idle()
    with qtbot.waitActive(own):
        own.activateWindow()
    own.chart.overview.note.text.setFocus()
    callers.take("+44 7700 900123")
    qtbot.wait(60)
    assert tasks.wait_idle()
    qtbot.wait(60)
    assert own.isActiveWindow()
    assert frame.sheet.current() is page
    assert len(own.toasts.shown) == 1
    action = own.toasts.shown[0].action
    assert action is not None
    action.click()
    assert frame.sheet.current() is not page or [
        each for each in window.findChildren(Layer) if each.isVisible()
    ]
    own.close()


# An answer that was lost, and somebody else typed since


def test_the_next_caller_is_not_the_one_whose_answer_was_lost(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, lose: Callable[[Any, str], None]
) -> None:
    lose(clinic.patients, "take_down")
    desk = open_desk()
    page = desk.list()
    kept: list[Patient] = []
    dialog = open_take_down(desk.desk, page, "Anna Callerson", "+44 7700 900456", kept.append)
    dialog.submit(book=False)
    desk.settle()
    assert kept == []
    dialog.submit(book=False)
    desk.settle()
    assert [each.given for each in kept] == ["Anna"]
    dialog = open_take_down(desk.desk, page, "Bert Ringer", "+44 7700 900457", kept.append)
    lose(clinic.patients, "take_down")
    dialog.submit(book=False)
    desk.settle()
    dialog.name.setText("Cleo Callsworth")
    dialog.phone.setText("+44 7700 900458")
    dialog.submit(book=False)
    desk.settle()
    assert [each.given for each in kept] == ["Anna", "Cleo"]
    assert len(clinic.patients.find(reception, FindPatients(text="Anna Callerson")).lines) == 1


def test_while_booking_the_next_caller_is_not_the_one_whose_answer_was_lost(
    open_desk: OpenDesk, clinic: Clinic, lose: Callable[[Any, str], None]
) -> None:
    lose(clinic.patients, "take_down")
    desk = open_desk()
    caller = NewCaller(desk.desk, desk.window)
    kept: list[PatientLine] = []
    caller.kept.connect(kept.append)
    assert caller.ask("Anna Callerson")
    caller.phone.setText("+44 7700 900456")
    caller.take_down(lambda _error: None)
    desk.settle()
    caller.phone.setText("+44 7700 900777")  # another of the same name
    caller.take_down(lambda _error: None)
    desk.settle()
    assert [line.phone[-3:] for line in kept] == ["777"]


def test_what_was_corrected_after_a_lost_answer_is_what_is_registered(
    open_desk: OpenDesk, clinic: Clinic, lose: Callable[[Any, str], None]
) -> None:
    lose(clinic.patients, "register")
    desk = open_desk()
    page = desk.list()
    kept: list[Patient] = []
    sheet = open_register(desk.desk, page, "Anna Callerson", kept.append)
    sheet.submit()
    desk.settle()
    sheet.fields.given.setText("Bert")
    sheet.submit()
    desk.settle()
    assert [each.given for each in kept] == ["Bert"]


def test_a_photo_that_could_not_be_had_comes_when_it_can(
    open_desk: OpenDesk,
    people: dict[str, Patient],
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    image = QImage(80, 80, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 40, 30))
    assert image.save(str(tmp_path / "mara.png"))
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    with monkeypatch.context() as patch:
        patch.setattr(clinic.photos, "get", away)
        set_photo(desk.desk, page, people["Mara"], tmp_path / "mara.png")
        desk.settle()
        assert page.header.avatar.picture is None
    page.refresh()
    desk.settle()
    assert page.header.avatar.picture is not None


@pytest.mark.parametrize("names", [("Label printer",), ()])
def test_keys_stay_in_the_print_dialog_while_its_sheet_is_made(
    open_desk: OpenDesk,
    people: dict[str, Patient],
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
) -> None:
    monkeypatch.setattr(printers, "printer_names", lambda: names)
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    dialog = open_print_dialog(desk.desk, page, PrintKind.LABEL, Whose(people["Mara"].id, "Mara"))
    focused = QApplication.focusWidget()
    assert focused is not None and dialog.isAncestorOf(focused)
    desk.settle()
    assert QApplication.focusWidget() is (dialog.act if names else dialog.save)
    dialog.close_layer()
