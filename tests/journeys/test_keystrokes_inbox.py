"""How many keys it takes to file what the scanner sent, from anywhere in the program.

Every key goes to whatever has the focus, through the window; nothing is called, set or clicked by the test. The
files are put into the scan folder, as a scanner does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.incoming import IncomingState
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.inbox.page import InboxPage
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from tests.journeys.hands import CONTROL, Hands
from tests.makers.people import a_patient
from tests.ui.conftest import enter, site, tasks, window
from tests.ui.inbox.conftest import a_report

__all__ = ["enter", "site", "tasks", "window"]

NEXT_FILE_S = 5.0
"""Many times what is meant: other tests run beside this one."""


@pytest.fixture
def people(clinic: Clinic, reception: Actor) -> list[Patient]:
    return [
        clinic.patients.register(reception, a_patient(family, given, birth_date=born))
        for family, given, born in (
            ("Fictanova", "Mara", "1988-04-05"),
            ("Testholm", "Jonas", "2020-06-30"),
            ("Beispiel", "Ada", "1951-01-17"),
        )
    ]


@pytest.fixture
def scanned(
    clinic: Clinic, reception: Actor, admin: Actor, people: list[Patient], tmp_path: Path, clock: FixedClock
) -> None:
    """A report of each lies in the inbox, taken out of the desk's scan folder."""
    folder = tmp_path / "scans"
    folder.mkdir()
    clinic.incoming.set_scan_folder(admin, folder)
    for number, patient in enumerate(people, start=1):
        born = str(patient.birth_date)
        report = a_report(patient.name, born, number=patient.mrn, about=f"Report {number}")
        (folder / f"SCAN_000{number}.pdf").write_bytes(report)
    deadline = time.monotonic() + 20
    while clinic.incoming.count(reception) < len(people) and time.monotonic() < deadline:
        clinic.incoming.collect(reception)
        clock.advance(timedelta(seconds=2))
        time.sleep(1.1)
    assert clinic.incoming.count(reception) == len(people) and not list(folder.iterdir())


@pytest.fixture
def hands(
    qtbot: QtBot, scanned: None, enter: Callable[[Actor], MainWindow], reception: Actor, tasks: Tasks
) -> Hands:
    found = Hands(qtbot, enter(reception), tasks)
    found.look()
    return found


def inbox_page(hands: Hands) -> InboxPage:
    page = hands.page()
    assert isinstance(page, InboxPage)
    return page


def read(hands: Hands) -> None:
    """Look until the file in hand could be filed: a person reads whom it would go to."""
    hands.look()
    hands.qtbot.waitUntil(lambda: inbox_page(hands).form.ready)


def test_two_keys_from_anywhere_and_one_for_each_next(
    hands: Hands, clinic: Clinic, reception: Actor, people: list[Patient]
) -> None:
    assert not isinstance(hands.page(), InboxPage)
    hands.press(Qt.Key.Key_4, CONTROL)
    read(hands)
    page = inbox_page(hands)
    assert page.form.chosen is not None and page.form.chosen.id == people[0].id
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert hands.keys == ["4", "Return"]
    assert [len(clinic.documents.of_patient(reception, one.id)) for one in people] == [1, 0, 0]
    assert page.form.chosen is not None and page.form.chosen.id == people[1].id
    for _ in people[1:]:
        read(hands)
        hands.press(Qt.Key.Key_Return)
        hands.look()
    assert hands.keys == ["4", "Return", "Return", "Return"]
    assert [len(clinic.documents.of_patient(reception, one.id)) for one in people] == [1, 1, 1]
    assert clinic.incoming.count(reception) == 0


def test_the_next_file_stands_there_at_once(hands: Hands) -> None:
    """Its guess and its first page; in between the one before is encrypted anew and filed."""
    hands.press(Qt.Key.Key_4, CONTROL)
    read(hands)
    page = inbox_page(hands)
    took = []
    for _ in range(2):
        before = page.form.file_id
        began = time.perf_counter()
        hands.press(Qt.Key.Key_Return)
        while time.perf_counter() - began < 10:
            QApplication.processEvents()
            if (
                page.form.file_id != before
                and page.form.chosen is not None
                and page.pane.view.drawn(0) is not None
            ):
                break
        took.append(time.perf_counter() - began)
        read(hands)
    assert min(took) < NEXT_FILE_S, took


def test_one_key_takes_the_filing_back(
    hands: Hands, clinic: Clinic, reception: Actor, people: list[Patient]
) -> None:
    hands.press(Qt.Key.Key_4, CONTROL)
    read(hands)
    hands.press(Qt.Key.Key_Return)
    hands.look()
    hands.begin()
    hands.press(Qt.Key.Key_Z, CONTROL)
    hands.look()
    assert hands.keys == ["Z"] and clinic.incoming.count(reception) == len(people)
    assert not clinic.documents.of_patient(reception, people[0].id)


def test_discarding_is_two_keys_and_so_is_bringing_it_back(
    hands: Hands, clinic: Clinic, reception: Actor
) -> None:
    hands.press(Qt.Key.Key_4, CONTROL)
    read(hands)
    hands.begin()
    hands.press(Qt.Key.Key_Delete)
    hands.look()
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert hands.keys == ["Delete", "Return"]
    (gone,) = clinic.incoming.list(reception, IncomingState.DISCARDED)
    assert gone.end_reason == "Blank or unreadable"
    hands.begin()
    hands.press(Qt.Key.Key_Z, CONTROL)
    hands.look()
    assert hands.keys == ["Z"] and not clinic.incoming.list(reception, IncomingState.DISCARDED)


def test_somebody_else_is_searched_and_filed_by_keys_alone(
    hands: Hands, clinic: Clinic, reception: Actor, people: list[Patient]
) -> None:
    """The file names Mara: filed with Jonas only after both were compared and the box was ticked."""
    hands.press(Qt.Key.Key_4, CONTROL)
    read(hands)
    hands.begin()
    hands.press(Qt.Key.Key_P)
    hands.type("testholm")
    hands.look()
    hands.press(Qt.Key.Key_Return)
    hands.look()
    page = inbox_page(hands)
    assert page.form.chosen is not None and page.form.chosen.id == people[1].id
    assert page.form.check.differences
    read(hands)
    hands.press(Qt.Key.Key_Return)
    hands.look()
    assert not clinic.documents.of_patient(reception, people[1].id)
    hands.press(Qt.Key.Key_Return)  # what stands first in the question is not to file
    hands.look()
    assert not clinic.documents.of_patient(reception, people[1].id)
    assert clinic.incoming.count(reception) == len(people)
    assert hands.keys == ["P", "Return", "Return", "Return"]


def test_files_dropped_where_no_patient_is_open_come_into_the_inbox(
    hands: Hands, clinic: Clinic, reception: Actor, tmp_path: Path
) -> None:
    letter = tmp_path / "dropped letter.pdf"
    letter.write_bytes(a_report("Nobody Known", "1900-01-01"))
    frame = hands.window.frame
    assert frame is not None and not isinstance(hands.page(), InboxPage)
    data, copy = QMimeData(), Qt.DropAction.CopyAction
    data.setUrls([QUrl.fromLocalFile(str(letter))])
    middle, left = QPoint(frame.width() // 2, frame.height() // 2), Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(frame, QDragEnterEvent(middle, copy, data, left, none))
    QApplication.sendEvent(frame, QDropEvent(QPointF(middle), copy, data, left, none))
    hands.look()
    page = inbox_page(hands)
    assert "dropped letter.pdf" in [one.file_name for one in clinic.incoming.list(reception)]
    assert page.list.chosen is not None and page.list.chosen.file_name == "dropped letter.pdf"
