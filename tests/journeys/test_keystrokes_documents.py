"""How many keys it takes to read the newest report of a patient, and to file one dropped on the chart.

Every key goes to whatever has the focus, through the window; nothing is called, set or clicked by the test, but
for the drop itself, which is the mouse's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.page import PatientsPage
from meditrack_desktop.ui.tasks import Tasks
from tests.journeys.hands import CONTROL, Hands
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.ui.conftest import enter, site, tasks, window
from tests.ui.documents.papers import a_pdf

__all__ = ["enter", "site", "tasks", "window"]

FIRST_PAGE_S = 1.5
"""Five times what is meant: other tests run beside this one."""


@pytest.fixture
def mara(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> Patient:
    """In the doctor's care."""
    made = clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1988-04-05"))
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), made)
    return made


@pytest.fixture
def filed(clinic: Clinic, reception: Actor, mara: Patient) -> list[Document]:
    """Newest first, by the date on the paper and not by when it was added."""
    return [
        clinic.documents.attach(
            reception,
            AttachDocument(
                patient_id=mara.id, file_name=f"{name}.pdf", type=DocumentType.LAB_REPORT, document_date=day
            ),
            BytesIO(a_pdf()),
        )
        for name, day in (
            ("blood-panel", date(2026, 11, 17)),
            ("thyroid-panel", date(2025, 2, 4)),
            ("old-panel", date(2021, 5, 28)),
        )
    ]


@pytest.fixture
def hands(qtbot: QtBot, enter: Callable[[Actor], MainWindow], doctor: Actor, tasks: Tasks) -> Hands:
    found = Hands(qtbot, enter(doctor), tasks)
    found.look()
    return found


def open_chart(hands: Hands, mara: Patient) -> None:
    hands.press(Qt.Key.Key_K, CONTROL)
    hands.type("m fict")
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert hands.chart().id == mara.id
    hands.begin()


def document_page(hands: Hands) -> DocumentPage:
    page = hands.page()
    assert isinstance(page, DocumentPage)
    return page


def read_now(hands: Hands) -> Document:
    """What is on the screen, with its first page drawn."""
    page = document_page(hands)
    assert page._document is not None and page.pane.showing_pages()
    image = page.pane.view.drawn(0)
    assert image is not None and not image.isNull()
    return page._document


def test_one_key_from_the_chart_to_the_newest_report_and_one_to_each_before(
    hands: Hands, mara: Patient, filed: list[Document]
) -> None:
    open_chart(hands, mara)
    hands.press(Qt.Key.Key_O)
    hands.look()
    assert read_now(hands).id == filed[0].id
    assert hands.keys == ["O"]
    for document in filed[1:]:
        hands.press(Qt.Key.Key_PageDown)
        hands.look()
        assert read_now(hands).id == document.id
    hands.press(Qt.Key.Key_PageUp)
    hands.look()
    assert read_now(hands).id == filed[1].id
    assert hands.keys == ["O", "PageDown", "PageDown", "PageUp"]


def test_one_key_from_the_list_of_patients(hands: Hands, mara: Patient, filed: list[Document]) -> None:
    hands.window.desk.go.patients("fictanova")  # type: ignore[union-attr]
    hands.look()
    page = hands.page()
    assert isinstance(page, PatientsPage)
    page.table.setFocus()
    page.table.select_row(0)
    hands.look()
    hands.press(Qt.Key.Key_O)
    hands.look()
    assert read_now(hands).id == filed[0].id and hands.keys == ["O"]


def test_the_first_page_is_there_at_once(hands: Hands, mara: Patient, filed: list[Document]) -> None:
    """Once before, so that the libraries are loaded, as they are after the first report of a morning."""
    open_chart(hands, mara)
    hands.press(Qt.Key.Key_O)
    hands.look()
    took = []
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        before = document_page(hands)
        began = time.perf_counter()
        hands.press(key)
        while time.perf_counter() - began < 5:
            QApplication.processEvents()
            page = hands.page()
            if isinstance(page, DocumentPage) and page is not before and page.pane.view.drawn(0) is not None:
                break
        took.append(time.perf_counter() - began)
    assert min(took) < FIRST_PAGE_S, took


def test_a_report_dropped_on_the_chart_is_filed_with_enter(
    hands: Hands, clinic: Clinic, doctor: Actor, mara: Patient, tmp_path: Path
) -> None:
    letter = tmp_path / "referral letter.pdf"
    letter.write_bytes(a_pdf(1))
    open_chart(hands, mara)
    chart = hands.page()
    assert isinstance(chart, ChartPage)
    data, copy = QMimeData(), Qt.DropAction.CopyAction
    data.setUrls([QUrl.fromLocalFile(str(letter))])
    middle, left = QPoint(chart.width() // 2, chart.height() // 2), Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(chart, QDragEnterEvent(middle, copy, data, left, none))
    QApplication.sendEvent(chart, QDropEvent(QPointF(middle), copy, data, left, none))
    hands.look()
    hands.press(Qt.Key.Key_Return)
    hands.look()
    (document,) = clinic.documents.of_patient(doctor, mara.id)
    assert (document.title, document.type) == ("referral letter", DocumentType.REFERRAL)
    assert hands.keys == ["Return"]
