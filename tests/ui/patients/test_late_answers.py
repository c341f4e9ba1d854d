"""Answers that come late, keys pressed while one is under way: nothing crosses to another patient or onto the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.notes import LONGEST_NOTE, SaveDraft
from meditrack_desktop.domain.patient_merges import MergePatients
from meditrack_desktop.domain.patients import FindPatients, Patient, PatientLine, TakeDownPatient
from meditrack_desktop.domain.printing import LabelSize, PrintKind
from meditrack_desktop.domain.privacy import RestrictPatient
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
from meditrack_desktop.ui.widgets import Banner, Button, Layer, SectionHeading
from tests.makers.care import as_doctor, in_care
from tests.makers.charts import sign_note
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]
Enter = Callable[[Actor], MainWindow]


class Gate:
    """Holds calls of one service method until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, service: Any, method: str) -> None:
        self._open = threading.Event()
        real = getattr(service, method)

        def held(*args: Any, **named: Any) -> Any:
            assert self._open.wait(10)
            return real(*args, **named)

        monkeypatch.setattr(service, method, held)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any, str], Gate]]:
    made: list[Gate] = []

    def held(service: Any, method: str) -> Gate:
        made.append(Gate(monkeypatch, service, method))
        return made[-1]

    yield held
    for gate in made:
        gate.open()


@pytest.fixture
def mara(clinic: Clinic, admin: Actor, doctor: Actor, people: dict[str, Patient]) -> Patient:
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), people["Mara"])
    return people["Mara"]


def away(*_args: object) -> None:
    raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)


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


# Notes


def test_what_is_typed_while_a_draft_is_on_its_way_outlives_the_page(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, hold: Callable[[Any, str], Gate]
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    gate = hold(clinic.notes, "save_draft")
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    page.overview.note.draft.save()
    desk.press(" for 8 weeks")
    assert page.can_leave()
    desk.stack.removeWidget(page)
    page.deleteLater()
    desk.qtbot.wait(20)
    gate.open()
    desk.settle()
    kept = [note.body for note in clinic.charts.of_patient(doctor, mara.id).drafts]
    assert kept == ["Tired for 8 weeks"]


def test_what_is_typed_while_a_note_is_being_signed_is_not_lost(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, hold: Callable[[Any, str], Gate]
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    gate = hold(clinic.notes, "sign")
    desk.press(Qt.Key.Key_N)
    desk.press("Tired for 8 weeks")
    box.sign()
    box.text.setFocus()
    desk.press(" and pale")
    gate.open()
    desk.settle()
    assert [note.body for note in clinic.charts.of_patient(doctor, mara.id).notes] == ["Tired for 8 weeks"]
    assert box.text.toPlainText() == "and pale"
    assert page.can_leave()
    desk.settle()
    assert [note.body for note in clinic.charts.of_patient(doctor, mara.id).drafts] == ["and pale"]


def test_what_cannot_be_kept_leaves_the_note_to_be_signed_again(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    monkeypatch.setattr(clinic.notes, "save_draft", away)
    box.draft.save()
    box.sign()
    desk.settle()
    assert not box.sign_.busy


def test_a_draft_thrown_away_while_it_was_being_kept_does_not_come_back(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, hold: Callable[[Any, str], Gate]
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    gate = hold(clinic.notes, "save_draft")
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    page.overview.note.draft.save()
    page.overview.note._discard()
    gate.open()
    desk.settle()
    assert clinic.charts.of_patient(doctor, mara.id).drafts == ()


def test_a_note_that_is_too_long_is_never_signed_as_it_was_before(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    long = "Tired " + "x" * LONGEST_NOTE
    box.text.setPlainText(long)
    box.sign()
    desk.settle()
    assert clinic.charts.of_patient(doctor, mara.id).notes == ()
    assert box.text.toPlainText() == long
    assert not page.can_leave()


def test_an_addition_waits_until_the_note_before_it_is_kept(
    open_desk: OpenDesk,
    clinic: Clinic,
    doctor: Actor,
    mara: Patient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed = sign_note(clinic, doctor, mara.id, "All well")
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")

    monkeypatch.setattr(clinic.notes, "save_draft", away)
    box.amend(signed)
    desk.settle()
    assert box.text.toPlainText() == "Tired"
    assert box.draft.amends is None
    monkeypatch.undo()
    box.amend(signed)
    desk.settle()
    assert box.text.toPlainText() == "" and box.draft.amends == signed.id
    assert [note.body for note in clinic.charts.of_patient(doctor, mara.id).drafts] == ["Tired"]


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


def test_nobody_can_be_booked_for_while_their_record_is_restricted(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    clinic.restrictions.restrict(
        admin, RestrictPatient(patient_id=people["Mara"].id, reason="Asked for it in writing")
    )
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    headings = page.overview.findChildren(SectionHeading)
    offered = [button.text() for heading in headings for button in heading.findChildren(Button)]
    assert "Book" not in offered
    listed = desk.list()
    row = listed.model.row_of(people["Mara"].id)
    listed.table.select_row(row)
    desk.qtbot.wait(200)
    desk.settle()
    books = [b for b in listed.preview.findChildren(Button) if b.accessibleName().startswith("Book for")]
    assert [b.isEnabled() for b in books] == [False]
    listed.preview.book()
    assert not [one for one in desk.asked if one[0] == "book"]


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


# One way, said once


def test_a_merged_chart_says_once_where_its_record_went(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    kept, gone = people["Mara"], people["Bruno"]
    clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=kept.id,
            kept_version=kept.version,
            gone_id=gone.id,
            gone_version=gone.version,
            reason="One person, asked at the desk",
        ),
    )
    for actor, offered in ((admin, ["Open the kept chart", "Undo merge"]), (None, ["Open the kept chart"])):
        desk = open_desk(actor)
        page: ChartPage = desk.chart(gone.id)
        banners = [banner for banner in page.findChildren(Banner) if banner.isVisible()]
        acts = [button.text() for banner in banners for button in banner.findChildren(Button)]
        assert sorted(acts) == offered
        assert any(kept.mrn in banner.accessibleName() for banner in banners)


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


def test_a_note_signed_in_one_window_stands_in_no_box_of_another(
    enter: Enter, clinic: Clinic, doctor: Actor, mara: Patient, tasks: Tasks, qtbot: QtBot
) -> None:
    clinic.notes.save_draft(doctor, SaveDraft(patient_id=mara.id, body="Tired for 8 weeks"))
    window = enter(doctor)
    desk, frame = window.desk, window.frame
    assert desk is not None and frame is not None

    def settle() -> None:
        for _ in range(3):
            assert tasks.wait_idle()
            qtbot.wait(70)
        assert tasks.wait_idle()

    page = cast(ChartPage, frame.open(Place("patients", (mara.id,))))
    settle()
    desk.go.chart_window(mara.id)
    own = frame.own_windows.find(mara.id)
    assert isinstance(own, ChartWindow)
    settle()
    here, there = page.overview.note, own.chart.overview.note
    assert here.text.toPlainText() == there.text.toPlainText() == "Tired for 8 weeks"
    there.sign()
    settle()
    page.refresh()
    settle()
    assert (here.text.toPlainText(), there.text.toPlainText()) == ("", "")
    assert here.draft.is_empty
    own.close()


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


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Makes a method do its work once and answer as a server does whose answer is lost."""

    def lost(service: Any, method: str) -> None:
        real = getattr(service, method)
        told: list[bool] = []

        def once(*args: Any) -> Any:
            answer = real(*args)
            if not told:
                told.append(True)
                raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
            return answer

        monkeypatch.setattr(service, method, once)

    return lost


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


def test_the_care_team_of_a_restricted_record_is_not_offered_to_be_changed(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    clinic.restrictions.restrict(
        admin, RestrictPatient(patient_id=people["Mara"].id, reason="Asked for it in writing")
    )
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    offered = [b.accessibleName() for b in page.overview.team.findChildren(Button)]
    assert "Edit care team" not in offered


def test_the_tabs_of_a_restricted_record_offer_nothing_that_would_be_refused(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page: ChartPage = desk.chart(people["Mara"].id)
    page.show_tab("visits")
    assert [b.text() for b in page.visits.state.findChildren(Button)] == ["Book a visit"]
    assert [b.text() for b in page.documents.state.findChildren(Button)] == ["Add document"]
    clinic.restrictions.restrict(
        admin, RestrictPatient(patient_id=people["Mara"].id, reason="Asked for it in writing")
    )
    page.refresh()
    desk.settle()
    for state in (page.visits.state, page.documents.state):
        assert [b.text() for b in state.findChildren(Button)] == []
    page.visits._book()
    assert not [one for one in desk.asked if one[0] == "book"]
    assert page.documents.remove.isHidden()


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
