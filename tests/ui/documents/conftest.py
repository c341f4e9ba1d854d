"""A patient with four documents in a real vault, and the page that reads them in a window."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.tasks import Tasks
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.ui.documents import papers

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def patient(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> Patient:
    """In the doctor's care."""
    made = clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1988-04-05"))
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), made)
    return made


@pytest.fixture
def attach(clinic: Clinic, reception: Actor, patient: Patient) -> Callable[..., Document]:
    """Files bytes with the patient."""

    def attached(
        data: bytes, name: str, kind: DocumentType = DocumentType.LAB_REPORT, day: date | None = None
    ) -> Document:
        command = AttachDocument(patient_id=patient.id, file_name=name, type=kind, document_date=day)
        return clinic.documents.attach(reception, command, BytesIO(data))

    return attached


@pytest.fixture
def filed(attach: Callable[..., Document]) -> dict[str, Document]:
    """pdf, png, jpeg, tiff: newest first in the list."""
    return {
        "pdf": attach(papers.a_pdf(), "blood-panel.pdf", day=date(2026, 11, 17)),
        "png": attach(papers.a_png(), "consent.png", DocumentType.CONSENT, date(2026, 11, 2)),
        "jpeg": attach(papers.a_turned_jpeg(), "skin.jpg", DocumentType.PHOTO, date(2025, 9, 9)),
        "tiff": attach(papers.a_tiff(), "fax.tif", DocumentType.LETTER, date(2024, 3, 4)),
    }


@dataclass
class Window:
    """A window that answers a document's wishes as the main window does."""

    window: QWidget
    desk: Desk
    qtbot: QtBot
    patient: Patient
    column: QVBoxLayout
    page: DocumentPage | None = None
    said: list[tuple[str, Callable[[], None] | None]] = field(default_factory=list)
    charts: list[UUID] = field(default_factory=list)

    @property
    def now(self) -> DocumentPage:
        assert self.page is not None
        return self.page

    def show(self, document_id: UUID) -> DocumentPage:
        self.close()
        self.page = page = DocumentPage(self.desk, self.patient.id, document_id)
        self.column.addWidget(page)
        page.show()
        page.load()
        self.settle()
        return page

    def close(self) -> None:
        """As the main window drops a page."""
        page, self.page = self.page, None
        if page is not None:
            page.hide()
            page.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def settle(self) -> None:
        for _ in range(3):
            assert self.desk.tasks.wait_idle(20_000)
            self.qtbot.wait(70)
        assert self.desk.tasks.wait_idle(20_000)

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = NO_KEY) -> None:
        self.qtbot.keyClick(self.window.focusWidget() or self.window, key, held)
        self.settle()


@pytest.fixture
def desk_window(
    qtbot: QtBot, clinic: Clinic, doctor: Actor, clock: FixedClock, patient: Patient
) -> Iterator[Callable[..., Window]]:
    """Opens a window for an actor (the doctor) at a size."""
    made: list[Window] = []

    def opened(actor: Actor | None = None, width: int = 1440, height: int = 860) -> Window:
        window = QWidget()
        tasks = Tasks(window)
        who = actor or doctor
        found = Window(window, None, qtbot, patient, QVBoxLayout(window))  # type: ignore[arg-type]
        found.desk = Desk(
            clinic,
            who,
            clinic.settings.clinic(who),
            tasks,
            Live(clinic.changes, window),
            Navigator(window),
            clock,
            lambda text, undo=None: found.said.append((text, undo)),
        )
        found.column.setContentsMargins(0, 0, 0, 0)
        found.desk.go.patientRequested.connect(found.charts.append)
        found.desk.go.documentRequested.connect(
            lambda _, document: found.show(document), Qt.ConnectionType.QueuedConnection
        )
        window.resize(width, height)
        window.show()
        window.activateWindow()
        made.append(found)
        return found

    yield opened
    for each in made:
        each.close()
        each.desk.tasks.wait_idle()
        each.desk.live.close()
        each.desk.tasks.close()
        each.window.hide()
        each.window.deleteLater()
