"""Answers that come late, and what happens to a document elsewhere: nothing is filed, shown or copied for another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytest import MonkeyPatch

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DeleteDocument, Document, DocumentType, ReassignDocument
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.documents import handing_out
from meditrack_desktop.ui.documents.handing_out import PrintPagesDialog
from meditrack_desktop.ui.documents.reading import Reading
from meditrack_desktop.ui.documents.reassign_dialog import ReassignDialog
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.sources import ChosenFile, local_paths
from meditrack_desktop.ui.printing import page_printer
from tests.makers.people import a_patient
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window
from tests.ui.documents.test_acts import a_report_of

DeskWindow = Callable[..., Window]
Attach = Callable[..., Document]
Filed = dict[str, Document]
Sheet = TypeVar("Sheet", bound=QWidget)


def the(window: Window, kind: type[Sheet]) -> Sheet:
    (found,) = [one for one in window.window.findChildren(kind) if one.isVisible()]
    return found


def test_a_patient_chosen_while_it_was_asked_for_another_does_not_get_the_file(
    desk_window: DeskWindow, attach: Attach, clinic: Clinic, reception: Actor
) -> None:
    """The names were compared with Bruno's: what is confirmed then is Bruno's, whoever stands in the field."""
    bruno = clinic.patients.register(reception, a_patient("Beispiel", "Bruno", birth_date="1971-03-04"))
    bodo = clinic.patients.register(reception, a_patient("Beispiel", "Bodo", birth_date="1999-09-09"))
    document = attach(a_report_of("Mara Fictanova", "1988-04-05"), "hers.pdf")
    window = desk_window()
    page = window.show(document.id)
    page.acts.reassign()
    dialog = the(window, ReassignDialog)
    window.qtbot.keyClicks(dialog.pick.search, "beispiel")  # type: ignore[no-untyped-call]  # pytest-qt has none
    window.settle()
    dialog.pick.search.picked.emit(bruno.id)
    dialog.reason.setText("Taken for his brother's")
    dialog.act.click()
    dialog.pick.search.picked.emit(bodo.id)
    window.settle()
    question = the(window, AnotherNameDialog)
    assert question.people.right.name.text() == "Bruno Beispiel"
    question.sure.click()
    question.file.click()
    window.settle()
    assert not clinic.documents.of_patient(reception, bodo.id)
    assert [one.title for one in clinic.documents.of_patient(reception, bruno.id)] == ["hers"]
    assert "Bruno" in window.said[-1][0]


def test_the_other_picture_goes_when_it_left_the_chart(
    desk_window: DeskWindow, attach: Attach, clinic: Clinic, reception: Actor, doctor: Actor
) -> None:
    """Filed with another patient at another desk: it does not stand under this one's name any more."""
    first = attach(papers.a_png(), "before.png", DocumentType.PHOTO, date(2026, 11, 17))
    other = attach(papers.a_turned_jpeg(), "after.jpg", DocumentType.PHOTO, date(2026, 11, 2))
    bruno = clinic.patients.register(reception, a_patient("Beispiel", "Bruno", birth_date="1971-03-04"))
    window = desk_window()
    pane = window.show(first.id).pane
    pane.bar.compare.click()
    window.settle()
    assert pane.compare is not None and pane.compare.choice.value() == (other.id, 0)
    clinic.documents.reassign(
        doctor,
        ReassignDocument(
            id=other.id, version=other.version, new_id=new_id(), patient_id=bruno.id, reason="Not hers"
        ),
    )
    window.now.refresh()
    window.settle()
    compare = pane.compare
    assert compare is None or (compare._reading is None and compare.view.count == 0)


def test_a_page_left_before_its_list_came_opens_when_it_is_come_back_to(
    desk_window: DeskWindow, filed: Filed
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.refresh()
    page.hide()
    window.settle()
    assert page.pane.reading is None
    page.show()
    window.settle()
    assert page.pane.view.count == 3 and page.pane.view.drawn(0) is not None


def test_letters_still_being_gathered_are_not_copied_once_the_document_is_gone(
    desk_window: DeskWindow, attach: Attach, monkeypatch: MonkeyPatch
) -> None:
    """The lock takes the clipboard away: what is gathered for it must not come afterwards."""
    document = attach(papers.a_pdf(30), "report.pdf")
    begun, go_on = threading.Event(), threading.Event()
    real = Reading.text

    def slow(self: Reading) -> str:
        found = real(self)
        begun.set()
        assert go_on.wait(20)
        return found

    monkeypatch.setattr(Reading, "text", slow)
    window = desk_window()
    page = window.show(document.id)
    QGuiApplication.clipboard().clear()
    page.pane.view.choose_all()
    page.pane.copying.copy()
    window.qtbot.waitUntil(begun.is_set)
    page.hide()
    go_on.set()
    window.settle()
    assert QGuiApplication.clipboard().text() == ""
    assert not [said for said, _ in window.said if "Copied" in said]


def test_a_drag_over_the_window_asks_no_disk(monkeypatch: MonkeyPatch) -> None:
    """A share that is away would hold the window for as long as it does not answer."""

    def asked(*_: object) -> bool:
        raise AssertionError("the disk was asked")

    monkeypatch.setattr("pathlib.Path.is_file", asked)
    monkeypatch.setattr("pathlib.Path.is_dir", asked)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/share/that/is/away/a.pdf")])
    assert [path.name for path in local_paths(data)] == ["a.pdf"]


def test_a_print_dialog_that_stood_while_the_desk_was_locked_prints_or_says_why_not(
    desk_window: DeskWindow, filed: Filed, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    """The lock let go of the pages; behind it they are opened anew."""
    paper = tmp_path / "paper.pdf"

    def printer(_name: str) -> QPrinter:
        made = QPrinter()
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(paper))
        made.setResolution(72)
        return made

    monkeypatch.setattr(page_printer, "open_printer", printer)
    monkeypatch.setattr(handing_out, "printer_names", lambda: ("Front desk",))
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.acts.print()
    window.settle()
    dialog = the(window, PrintPagesDialog)
    dialog.set_aside()
    page.hide()
    page.show()
    dialog.bring_back()
    window.settle()
    dialog.act.click()
    window.settle()
    assert window.said and window.said[-1][0] == "Sent to Front desk" and paper.exists()


def test_nothing_is_noted_as_printed_where_the_pages_are_gone(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, doctor: Actor, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_out, "printer_names", lambda: ("Front desk",))
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.acts.print()
    window.settle()
    dialog = the(window, PrintPagesDialog)
    clinic.documents.delete(
        doctor,
        DeleteDocument(id=filed["pdf"].id, version=filed["pdf"].version, reason="Scanned twice"),
    )
    page.refresh()
    window.settle()
    dialog.act.click()
    window.settle()
    assert dialog.refusal.isVisible(), "a person who pressed Print is told that nothing came of it"


def test_what_stood_there_when_add_was_pressed_goes_with_every_file(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.files.take(
        [ChosenFile("one.pdf", data=papers.a_pdf(1)), ChosenFile("two.pdf", data=papers.a_pdf(2))]
    )
    sheet = the(window, AddDocumentSheet)
    sheet.kind.set_value(DocumentType.LAB_REPORT)
    sheet.source.setText("Example Lab")
    sheet.add.click()
    sheet.kind.set_value(DocumentType.CONSENT)
    sheet.source.setText("The patient")
    window.settle()
    new = [
        one
        for one in clinic.documents.of_patient(window.desk.actor, window.patient.id)
        if one.title in ("one", "two")
    ]
    assert [(one.type, one.source) for one in new] == [(DocumentType.LAB_REPORT, "Example Lab")] * 2


def test_a_password_half_typed_is_forgotten_behind_the_lock(desk_window: DeskWindow, filed: Filed) -> None:
    page = desk_window().show(filed["pdf"].id)
    page.pane.ask_password(wrong=False)
    page.pane.password.password.setText("sesam")
    page.hide()
    assert page.pane.password.password.text() == ""
