"""A chart in a window of its own: beside another it never mixes with, and hidden with the desk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.own_window import ChartWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.register import EditSheet
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Label
from tests.conftest import PASSWORDS
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient, an_edit

Enter = Callable[[Actor], MainWindow]


@pytest.fixture
def namesakes(clinic: Clinic, admin: Actor, doctor: Actor, reception: Actor) -> tuple[Patient, Patient]:
    """Two people whose names read the same, both in the doctor's care."""
    one = clinic.patients.register(
        reception, a_patient("Fictanova", "Mara", "020 7946 0142", birth_date="1988-04-05")
    )
    other = clinic.patients.register(
        reception, a_patient("Fictanova", "Mara", "020 7946 0999", birth_date="1961-03-30")
    )
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), one, other)
    return one, other


class SlowReads:
    """Answers about a patient wait until they are let go, in whatever order the test likes."""

    def __init__(self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
        self._gates: dict[UUID, threading.Event] = {}
        self._get = clinic.patients.get
        monkeypatch.setattr(clinic.patients, "get", self._slow)

    def hold(self, patient: Patient) -> None:
        self._gates[patient.id] = threading.Event()

    def let_go(self, patient: Patient) -> None:
        self._gates[patient.id].set()

    def let_all_go(self) -> None:
        for gate in self._gates.values():
            gate.set()

    def _slow(self, actor: Actor, patient_id: UUID) -> Patient:
        found = self._get(actor, patient_id)
        gate = self._gates.get(patient_id)
        if gate is not None:
            assert gate.wait(10)
        return found


@pytest.fixture
def slow(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowReads]:
    made = SlowReads(clinic, monkeypatch)
    yield made
    made.let_all_go()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 720, "A letter")
    canvas.save()
    return path


def settle(tasks: Tasks, qtbot: QtBot) -> None:
    for _ in range(3):
        assert tasks.wait_idle(10_000)
        qtbot.wait(70)
    assert tasks.wait_idle()


def open_own(window: MainWindow, patient: Patient) -> ChartWindow:
    """As Ctrl+Shift+Enter in the patient's chart does."""
    assert window.desk is not None and window.frame is not None
    window.desk.go.chart_window(patient.id)
    found = window.frame.own_windows.find(patient.id)
    assert isinstance(found, ChartWindow)
    return found


def words_in(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(Label) if label.isVisible())


def says_only(window: ChartWindow, own: Patient, other: Patient) -> None:
    """Everything in the window is its patient's."""
    shown = words_in(window)
    page = window.chart
    assert page.patient is not None and page.patient.id == own.id == window.patient_id
    assert str(own.birth_date.year if own.birth_date else "") in shown
    assert str(other.birth_date.year if other.birth_date else "") not in shown.replace(
        "Same name as another patient", ""
    )
    assert own.mrn in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert other.mrn not in shown.replace("\N{NO-BREAK SPACE}", " ")


def drop(page: ChartPage, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    middle = QPoint(page.width() // 2, page.height() // 2)
    QApplication.sendEvent(page, QDragEnterEvent(middle, Qt.DropAction.CopyAction, data, left, none))
    QApplication.sendEvent(page, QDropEvent(QPointF(middle), Qt.DropAction.CopyAction, data, left, none))


def test_two_namesakes_in_two_windows_never_cross(
    enter: Enter,
    doctor: Actor,
    reception: Actor,
    clinic: Clinic,
    namesakes: tuple[Patient, Patient],
    slow: SlowReads,
    tasks: Tasks,
    qtbot: QtBot,
    letter: Path,
) -> None:
    one, other = namesakes
    window = enter(doctor)
    slow.hold(one)
    slow.hold(other)
    first, second = open_own(window, one), open_own(window, other)
    # The one asked last is answered first.
    slow.let_go(other)
    qtbot.waitUntil(lambda: second.chart.patient is not None)
    says_only(second, other, one)
    assert first.chart.patient is None and one.mrn not in words_in(first)
    slow.let_go(one)
    settle(tasks, qtbot)
    says_only(first, one, other)
    says_only(second, other, one)

    # Both are edited at another desk while the answers wait; old answers come after new ones.
    slow.hold(one)
    slow.hold(other)
    first.chart.refresh()
    second.chart.refresh()
    clinic.patients.edit(reception, an_edit(one, email="first@patients.example"))
    clinic.patients.edit(reception, an_edit(other, email="second@patients.example"))
    qtbot.wait(120)
    slow.let_go(other)
    slow.let_go(one)
    settle(tasks, qtbot)
    first.chart.show_tab("details")
    second.chart.show_tab("details")
    says_only(first, one, other)
    says_only(second, other, one)
    assert "first@patients.example" in words_in(first) and "second@" not in words_in(first)
    assert "second@patients.example" in words_in(second) and "first@" not in words_in(second)

    # Notes, drops and forms go to the patient of the window in which they were made.
    first.chart.show_tab("overview")
    second.chart.show_tab("overview")
    first.chart.overview.note.text.setPlainText("About the first")
    second.chart.overview.note.text.setPlainText("About the second")
    second.chart.overview.note.draft.save()
    first.chart.overview.note.draft.save()
    drop(second.chart, letter)
    qtbot.wait(30)
    (sheet,) = second.findChildren(AddDocumentSheet)
    assert not first.findChildren(AddDocumentSheet) and not window.findChildren(AddDocumentSheet)
    assert sheet.who.text() == "Mara Fictanova, born 30 Mar 1961"
    sheet.add.click()
    settle(tasks, qtbot)
    assert [d.title for d in clinic.documents.of_patient(doctor, other.id)] == ["letter"]
    assert clinic.documents.of_patient(doctor, one.id) == ()
    assert [d.body for d in clinic.charts.of_patient(doctor, one.id).drafts] == ["About the first"]
    assert [d.body for d in clinic.charts.of_patient(doctor, other.id).drafts] == ["About the second"]
    first.chart.acts.edit()
    qtbot.wait(30)
    (form,) = first.findChildren(EditSheet)
    assert form.patient.id == one.id and not second.findChildren(EditSheet)
    form.close_layer()
    says_only(first, one, other)
    says_only(second, other, one)

    # A window that is closed while its answer waits hears nothing, and nobody else does.
    slow.hold(one)
    first.chart.refresh()
    first.close()
    slow.let_go(one)
    settle(tasks, qtbot)
    says_only(second, other, one)
    assert window.frame is not None and window.frame.own_windows.windows == [second]
    second.close()


def test_there_is_one_window_a_patient_and_no_name_in_its_title(
    enter: Enter, doctor: Actor, namesakes: tuple[Patient, Patient], tasks: Tasks, qtbot: QtBot
) -> None:
    window = enter(doctor)
    first = open_own(window, namesakes[0])
    settle(tasks, qtbot)
    assert open_own(window, namesakes[0]) is first
    assert first.windowTitle() == "Chart - MediTrack"
    assert first.chart.content is not None and not first.windowFilePath()
    menu = first.chart.header
    menu.open_menu()
    assert menu.menu is not None
    assert "Open in own window" not in [action.text().split("\t")[0] for action in menu.menu.actions()]
    menu.menu.close()
    first.close()


def test_a_key_opens_the_chart_in_its_own_window(
    enter: Enter, doctor: Actor, namesakes: tuple[Patient, Patient], tasks: Tasks, qtbot: QtBot
) -> None:
    window = enter(doctor)
    assert window.desk is not None and window.frame is not None
    window.desk.go.patient(namesakes[0].id)
    settle(tasks, qtbot)
    page = window.frame.sheet.current()
    assert isinstance(page, ChartPage)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page, Qt.Key.Key_Return, modifiers)
    found = window.frame.own_windows.find(namesakes[0].id)
    assert isinstance(found, ChartWindow)
    qtbot.waitUntil(found.isVisible)
    settle(tasks, qtbot)
    found.chart.acts.book()
    assert window.frame.history.present is not None
    assert window.frame.history.present.page == "calendar", "other pages open in the desk's window"
    assert found.chart.patient_id == namesakes[0].id
    found.close()


def test_the_lock_hides_every_window_in_the_same_event(
    enter: Enter,
    doctor: Actor,
    clinic: Clinic,
    namesakes: tuple[Patient, Patient],
    tasks: Tasks,
    qtbot: QtBot,
) -> None:
    from meditrack_desktop.ui.login.entering import SignedIn

    window = enter(doctor)
    first, second = (open_own(window, patient) for patient in namesakes)
    settle(tasks, qtbot)
    first.chart.overview.note.text.setPlainText("In the middle of a wo")
    first.chart.acts.show_allergies()
    second.say("Something about a patient")
    window.lock()
    assert not first.isVisible() and not second.isVisible()
    seen = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
    assert seen == [window]
    assert not second.toasts.shown
    settle(tasks, qtbot)
    drafts = clinic.charts.of_patient(doctor, namesakes[0].id).drafts
    assert [note.body for note in drafts] == ["In the middle of a wo"], "kept before the keys are gone"
    # What comes meanwhile shows nothing either.
    clinic.patients.edit(doctor, an_edit(namesakes[0], email="later@patients.example"))
    first.say("Late")
    settle(tasks, qtbot)
    assert [top for top in QApplication.topLevelWidgets() if top.isVisible()] == [window]
    assert window.lock_screen is not None and window.desk is not None
    window.lock_screen.unlocked.emit(SignedIn(doctor, window.desk.facts))
    settle(tasks, qtbot)
    assert first.isVisible() and second.isVisible()
    assert first.chart.overview.note.text.toPlainText() == "In the middle of a wo"
    assert first.chart.acts.allergies is not None and first.chart.acts.allergies.isVisible()
    first.chart.show_tab("details")
    assert first.chart.acts.allergies is not None
    first.chart.acts.allergies.close_layer()
    assert "later@patients.example" in words_in(first)
    for each in (first, second):
        each.close()


def test_signing_out_and_another_person_leave_no_window_behind(
    enter: Enter,
    doctor: Actor,
    reception: Actor,
    namesakes: tuple[Patient, Patient],
    tasks: Tasks,
    qtbot: QtBot,
) -> None:
    window = enter(doctor)
    open_own(window, namesakes[0])
    settle(tasks, qtbot)
    window.switch_user()
    settle(tasks, qtbot)
    assert [top for top in QApplication.topLevelWidgets() if isinstance(top, ChartWindow)] == []
    window.login.sign_in_as("reception", PASSWORDS["reception"])
    settle(tasks, qtbot)
    assert window.desk is not None and window.desk.actor.account_id == reception.account_id
    assert [top for top in QApplication.topLevelWidgets() if top.isVisible()] == [window]
    assert window.frame is not None and window.frame.own_windows.windows == []
    open_own(window, namesakes[1])
    settle(tasks, qtbot)
    window.sign_out()
    settle(tasks, qtbot)
    assert [top for top in QApplication.topLevelWidgets() if isinstance(top, ChartWindow)] == []


def test_closing_the_desks_window_closes_the_others(
    enter: Enter, doctor: Actor, namesakes: tuple[Patient, Patient], tasks: Tasks, qtbot: QtBot
) -> None:
    window = enter(doctor)
    open_own(window, namesakes[0])
    settle(tasks, qtbot)
    window.close()
    qtbot.wait(20)
    assert [top for top in QApplication.topLevelWidgets() if top.isVisible()] == []


def test_whoever_works_in_the_other_window_is_there(
    enter: Enter,
    doctor: Actor,
    clock: FixedClock,
    namesakes: tuple[Patient, Patient],
    tasks: Tasks,
    qtbot: QtBot,
) -> None:
    window = enter(doctor)
    own = open_own(window, namesakes[0])
    settle(tasks, qtbot)
    clock.advance(timedelta(minutes=9))
    qtbot.keyClick(own, Qt.Key.Key_Shift)
    clock.advance(timedelta(minutes=9))
    window.watch.check()
    assert not window.locked, "somebody typed there 9 minutes ago"
    clock.advance(timedelta(minutes=2))
    window.watch.check()
    assert window.locked and not own.isVisible()
