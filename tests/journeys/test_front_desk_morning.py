"""A morning at the front desk, told with real windows on both databases.

Rosa signs in, finds a patient who came out of a file, books a visit, drags it to another time, files a report
and an insurance card and reads the card back; Dr. Modelo signs in at the same desk and reads the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas
from shiboken6 import isValid

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.practitioners import AddPractitioner, WorkingHoursInput
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.tasks import Tasks
from tests.conftest import PASSWORDS, ClinicSite
from tests.makers.care import as_doctor

ENTER = Qt.Key.Key_Return
PageT = TypeVar("PageT", bound=QWidget)


class Desk:
    """The window and the hands of whoever sits before it."""

    def __init__(self, qtbot: QtBot, window: MainWindow, clinic: Clinic) -> None:
        self.qtbot, self.window, self.clinic = qtbot, window, clinic

    def settle(self) -> None:
        """Until everything asked is answered and shown, news from the database included."""
        for _ in range(3):
            assert self.window.tasks.wait_idle(15_000)
            self.qtbot.wait(70)

    def type(self, text: str) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        self.qtbot.keyClicks(focused, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget() or self.window
        self.qtbot.keyClick(focused, key, modifier)

    def sign_in(self, username: str) -> None:
        login = self.window.login
        tile = next(tile for tile in login.people.tiles if tile.username == username)
        tile.setFocus()
        self.press(Qt.Key.Key_Space)
        login.credentials.password.setFocus()
        self.type(PASSWORDS[username])
        self.press(ENTER)
        self.settle()
        assert self.window.desk is not None and self.window.desk.actor.username == username

    def page(self, kind: type[PageT]) -> PageT:
        frame = self.window.frame
        assert frame is not None
        page = frame.sheet.current()
        assert isinstance(page, kind), f"the page in front is {type(page).__name__}"
        return page

    def find_and_open(self, scraps: str) -> ChartPage:
        """Ctrl+K, a few letters, Enter."""
        self.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        self.type(scraps)
        self.qtbot.wait(250)
        self.settle()
        self.press(ENTER)
        self.settle()
        return self.page(ChartPage)


@pytest.fixture
def file_of_patients(samples: Path) -> Path:
    return samples / "patients" / "csv-variants" / "utf8-bom-excel.csv"


@pytest.fixture
def desk(
    qtbot: QtBot, site: ClinicSite, clock: FixedClock, admin: Actor, doctor: Actor, file_of_patients: Path
) -> Iterator[Desk]:
    """A clinic with one doctor and the patients of a file; the window shows the sign-in card."""
    ready = site.open(clock)
    hours = tuple(WorkingHoursInput(weekday=day, starts=time(8), ends=time(17)) for day in range(5))
    ines = ready.practitioners.add(
        admin, AddPractitioner(given="Ines", family="Modelo", hours=hours, room="Room 1")
    )
    as_doctor(ready, admin, doctor, ines)
    report = ready.imports.run(admin, [file_of_patients])
    assert report.added > 1000
    ready.close()

    clinic = open_clinic(site.folder, clock)
    tasks = Tasks()
    window = MainWindow(tasks, clinic.profile.facts(), clock, lambda: clinic, "0.1.0")
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.begin()
    assert tasks.wait_idle()
    yield Desk(qtbot, window, clinic)
    window.end()
    window.hide()
    window.deleteLater()
    tasks.close()
    clinic.close()


def _pdf(path: Path, *lines: str) -> Path:
    target = BytesIO()
    canvas = Canvas(target)
    for number, line in enumerate(lines):
        canvas.drawString(80, 760 - 20 * number, line)
    canvas.save()
    path.write_bytes(target.getvalue())
    return path


def test_the_front_desk_morning(desk: Desk, admin: Actor, tmp_path: Path) -> None:
    desk.sign_in("reception")

    # A caller: "Perry, Sarah, born in December 1925." She came out of the file.
    chart = desk.find_and_open("perr sar")
    patient = chart.patient
    assert patient is not None
    assert (patient.family, patient.given) == ("Perry", "Sarah")
    assert patient.birth_date is not None and patient.birth_date.iso() == "1925-12-07"
    assert any(identifier.value == "P100000" for identifier in patient.identifiers)

    # "Tomorrow at nine?" In the calendar: the slot, a few letters, Enter, Enter.
    desk.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    calendar = desk.page(SchedulingPage)
    calendar.view.set_cursor_at(Cursor(0, 14 * 60))
    calendar.view.grid.setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(ENTER)
    desk.type("perr sar")
    booking = calendar.flow.booking
    assert booking is not None
    desk.qtbot.waitUntil(lambda: booking.patient.opened)
    desk.press(ENTER)
    desk.press(ENTER)
    desk.settle()
    [block] = calendar.view.calendar.blocks
    assert block.visit.patient_id == patient.id
    assert block.visit.wall_start == datetime(2026, 11, 18, 14, 0)

    # "Could it be an hour later?" One drag.
    _drag(desk, calendar, 14 * 60, 15 * 60)
    [block] = calendar.view.calendar.blocks
    assert block.visit.wall_start == datetime(2026, 11, 18, 15, 0)

    # The post: a lab report and an insurance card.
    chart = desk.find_and_open("perr sar")
    report = _pdf(tmp_path / "lab-report.pdf", "Ferritin 8 ng/mL")
    card = _pdf(tmp_path / "insurance.pdf", "Member 4711")
    _file(desk, chart, report, DocumentType.LAB_REPORT)
    _file(desk, chart, card, DocumentType.INSURANCE)
    documents = {d.title: d for d in desk.clinic.documents.of_patient(admin, patient.id)}
    assert set(documents) == {"lab-report", "insurance"}

    # Rosa reads the card back; the report is not hers to read.
    assert desk.window.desk is not None
    desk.window.desk.go.document(patient.id, documents["insurance"].id)
    desk.settle()
    viewer = desk.page(DocumentPage)
    assert viewer.pane.reading is not None and viewer.pane.showing_pages()
    desk.window.desk.go.document(patient.id, documents["lab-report"].id)
    desk.settle()
    viewer = desk.page(DocumentPage)
    assert viewer.pane.reading is None and viewer.pane.stack.currentWidget() is viewer.pane.state

    # Dr. Modelo takes the desk and reads it.
    desk.window.sign_out()
    desk.settle()
    desk.sign_in("doctor")
    chart = desk.find_and_open("perr sar")
    assert chart.patient is not None and chart.patient.id == patient.id
    desk.window.desk.go.document(patient.id, documents["lab-report"].id)
    desk.settle()
    viewer = desk.page(DocumentPage)
    assert viewer.pane.reading is not None and viewer.pane.showing_pages()

    # And the trail tells the morning, sealed.
    actions = [line.action for line in desk.clinic.audit.list(admin, patient_id=patient.id)]
    for action in ("appointment.booked", "appointment.moved", "document.attached", "document.opened"):
        assert action in actions, action
    assert desk.clinic.audit.check(admin).whole
    assert desk.clinic.patients.find(admin, FindPatients(text="perr sar")).lines[0].next_visit is not None


def _drag(desk: Desk, calendar: SchedulingPage, from_minute: int, to_minute: int) -> None:
    view = calendar.view
    x = view.calendar.column_x(0) + 40
    view.area.ensureVisible(x, view.calendar.y_of(to_minute))
    start = QPoint(x, view.calendar.y_of(from_minute) + 4)
    end = QPoint(x, view.calendar.y_of(to_minute) + 4)
    QTest.mousePress(view.grid, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.grid, (start + end) / 2)
    QTest.mouseMove(view.grid, end)
    QTest.mouseRelease(view.grid, Qt.MouseButton.LeftButton, pos=end)
    desk.settle()


def _file(desk: Desk, chart: ChartPage, path: Path, kind: DocumentType) -> None:
    chart.add_files([path])
    desk.settle()
    sheet = next(sheet for sheet in desk.window.findChildren(AddDocumentSheet) if sheet.isVisible())
    sheet.kind.set_value(kind)
    sheet.add.setFocus()
    desk.press(ENTER)
    desk.settle()
    assert not isValid(sheet) or not sheet.isVisible()
