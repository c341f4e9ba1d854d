"""The inbox page over real services in a window, and papers that name people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.incoming import IncomingFile, IncomingSource, TakeIn
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.inbox.filing_form import FilingForm
from meditrack_desktop.ui.inbox.page import InboxPage
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.tasks import Tasks
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.people import a_patient

PLAIN = Qt.KeyboardModifier.NoModifier


def a_report(name: str, born: str, *, number: str = "", pages: int = 1, about: str = "Ferritin") -> bytes:
    """A report that says whose it is, as laboratories do."""
    target = BytesIO()
    paper = canvas.Canvas(target, pagesize=A4, invariant=1)
    for page in range(1, pages + 1):
        if page == 1:
            for line, words in enumerate(
                (f"Patient: {name}", f"Born: {born}", f"MRN: {number}" if number else "")
            ):
                paper.drawString(72, 700 - 20 * line, words)
        paper.drawString(72, 500, f"{about}, page {page}")
        paper.showPage()
    paper.save()
    return target.getvalue()


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def mara(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1988-04-05"))


@pytest.fixture
def jonas(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient("Testholm", "Jonas", birth_date="2020-06-30"))


@pytest.fixture
def take(clinic: Clinic, reception: Actor) -> Callable[..., IncomingFile]:
    """Puts bytes into the inbox."""

    def taken(data: bytes, name: str = "scan.pdf") -> IncomingFile:
        command = TakeIn(file_name=name, source=IncomingSource.DROPPED)
        return clinic.incoming.take_in(reception, command, BytesIO(data))

    return taken


@pytest.fixture
def hers(take: Callable[..., IncomingFile], mara: Patient) -> IncomingFile:
    """A report that names Mara by number and birth date."""
    return take(a_report("Mara Fictanova", "1988-04-05", number=mara.mrn), "SCAN_0001.pdf")


@pytest.fixture
def his(take: Callable[..., IncomingFile], hers: IncomingFile, jonas: Patient) -> IncomingFile:
    """One that names Jonas, taken in after hers."""
    return take(a_report("Jonas Testholm", "2020-06-30", number=jonas.mrn), "SCAN_0002.pdf")


@dataclass
class Window:
    """A window with the inbox in it; what it said, and where it wished to go."""

    window: QWidget
    desk: Desk
    qtbot: QtBot
    page: InboxPage = field(init=False)
    said: list[tuple[str, Callable[[], None] | None]] = field(default_factory=list)
    registering: list[tuple[str, Callable[[Patient], None]]] = field(default_factory=list)

    @property
    def form(self) -> FilingForm:
        return self.page.form

    def settle(self) -> None:
        """Everything asked is answered and has been on the screen long enough to be read."""
        for _ in range(3):
            assert self.desk.tasks.wait_idle(20_000)
            self.qtbot.wait(150)
        assert self.desk.tasks.wait_idle(20_000)

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        """One key to whatever has the focus; nobody waits."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)

    def chosen_id(self) -> UUID | None:
        """The patient whom Enter would file with."""
        chosen = self.form.chosen
        return chosen.id if chosen is not None else None

    def ready(self) -> bool:
        return self.form.ready

    def is_open(self) -> bool:
        """Whether bytes of a file are held for the preview."""
        return self.page.pane.reading is not None

    def type(self, field: QWidget, text: str) -> None:
        for letter in text:
            QTest.keyClicks(field, letter)

    def waiting(self) -> list[str]:
        return [one.file_name for one in self.desk.clinic.incoming.list(self.desk.actor)]

    def of(self, patient: Patient) -> tuple[Document, ...]:
        return self.desk.clinic.documents.of_patient(self.desk.actor, patient.id)


@pytest.fixture
def inbox(
    qtbot: QtBot, clinic: Clinic, reception: Actor, clock: FixedClock
) -> Iterator[Callable[..., Window]]:
    """Opens a window on the inbox; `settled=False` leaves it as it is while the first answers are on their way."""
    made: list[Window] = []

    def opened(*, settled: bool = True, width: int = 1240, services: Any = None) -> Window:
        window = QWidget()
        tasks = Tasks(window)
        found = Window(window, None, qtbot)  # type: ignore[arg-type]
        found.desk = Desk(
            services or clinic,
            reception,
            clinic.settings.clinic(reception),
            tasks,
            Live(clinic.changes, window),
            Navigator(window),
            clock,
            lambda text, undo=None: found.said.append((text, undo)),
        )
        found.desk.go.registerRequested.connect(lambda name, then: found.registering.append((name, then)))
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        found.page = InboxPage(found.desk)
        column.addWidget(found.page)
        window.resize(width, 800)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        found.page.load()
        found.page.setFocus()
        made.append(found)
        if settled:
            found.settle()
        return found

    yield opened
    for each in made:
        each.desk.tasks.wait_idle()
        each.desk.live.close()
        each.page.hide()
        each.page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        each.desk.tasks.close()
        each.window.hide()
        each.window.deleteLater()
