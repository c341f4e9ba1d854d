"""Documents in the search box of the window: below the patients, by their words, opened where those stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.document_search import Snippet
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.found_documents import brief, kinds_named
from meditrack_desktop.ui.frame.find_box import FindBox
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from tests.makers.care import as_doctor, in_care
from tests.makers.texts import keep_text

Enter = Callable[[Actor], MainWindow]


@pytest.fixture
def mara(clinic: Clinic, admin: Actor, doctor: Actor, people: dict[str, Patient]) -> Patient:
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), people["Mara"])
    return people["Mara"]


def typed(window: MainWindow, text: str, qtbot: QtBot, tasks: Tasks) -> FindBox:
    box: FindBox = window.findChildren(FindBox)[0]
    box.setFocus()
    QTest.keyClicks(box, text)
    qtbot.wait(200)
    assert tasks.wait_idle()
    qtbot.wait(20)
    return box


def lines(box: FindBox) -> list[str]:
    assert box.results is not None
    model = box.results.model
    return [model.option(row).text for row in range(model.rowCount())]


def test_enter_opens_a_found_document_at_its_page(
    enter: Enter, clinic: Clinic, doctor: Actor, mara: Patient, qtbot: QtBot, tasks: Tasks
) -> None:
    made = keep_text(clinic, doctor, mara.id, "Blood panel", "first page", "Ferritin 4 and more")
    window = enter(doctor)
    desk = window.desk
    assert desk is not None
    opened: list[object] = []
    desk.go.documentRequested.connect(lambda *ids: opened.append(ids))
    box = typed(window, "ferri", qtbot, tasks)
    assert lines(box)[:2] == ["Documents", "Blood panel"]
    assert box.results is not None
    option = box.results.model.option(1)
    assert option.second == "Mara Fictanova, 5 Apr 1988: Ferritin 4 and more"
    (start, length) = option.second_marks[0]
    assert option.second[start : start + length] == "Ferritin"
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert opened == [(mara.id, made)]


def test_patients_stay_chosen_when_documents_come(
    enter: Enter, clinic: Clinic, doctor: Actor, mara: Patient, qtbot: QtBot, tasks: Tasks
) -> None:
    keep_text(clinic, doctor, mara.id, "Letter about Mara")
    window = enter(doctor)
    box = typed(window, "mara", qtbot, tasks)
    shown = lines(box)
    assert shown[0] == "Mara Fictanova" and shown[-2:] == ["Documents", "Letter about Mara"]
    assert box.results is not None and box.results.chosen() == box.results.model.option(0)


def test_the_desk_is_told_of_no_clinical_document(
    enter: Enter, clinic: Clinic, reception: Actor, mara: Patient, qtbot: QtBot, tasks: Tasks
) -> None:
    keep_text(clinic, reception, mara.id, "Blood panel", "ferritin")
    keep_text(clinic, reception, mara.id, "Ferritin paper", type=DocumentType.CONSENT)
    window = enter(reception)
    shown = lines(typed(window, "ferri", qtbot, tasks))
    assert "Ferritin paper" in shown and "Blood panel" not in shown


def test_a_kind_is_found_by_its_word() -> None:
    assert kinds_named("lab ferritin") == ((DocumentType.LAB_REPORT,), "ferritin")
    assert kinds_named("la ferritin") == ((), "la ferritin")


def test_a_snippet_begins_where_the_word_stands() -> None:
    text = "Something long before it that nobody needs to read, then ferritin 4"
    at = text.index("ferritin")
    short = brief(Snippet(text, ((at, at + 8),), 3))
    (start, end) = short.marks[0]
    assert (
        short.text[start:end] == "ferritin" and start <= 30 and short.text.startswith("…") and short.page == 3
    )
