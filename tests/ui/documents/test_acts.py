"""What is done with the open document: said, turned, reviewed, replaced, moved to the right patient, handed out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import (
    DeleteDocument,
    Document,
    DocumentStatus,
    DocumentType,
    NameCheck,
)
from meditrack_desktop.domain.errors import Stopped
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.privacy import DisclosureKind
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.documents import handing_out
from meditrack_desktop.ui.documents.edit_sheet import EditSheet
from meditrack_desktop.ui.documents.handing_out import PrintPagesDialog, SaveCopyDialog
from meditrack_desktop.ui.documents.reassign_dialog import ReassignDialog
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.sources import ChosenFile
from meditrack_desktop.ui.printing import page_printer
from meditrack_desktop.ui.widgets import KeySheet, Label
from tests.makers.people import a_patient
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

Key, Mod = Qt.Key, Qt.KeyboardModifier
DeskWindow = Callable[..., Window]
Attach = Callable[..., Document]
Filed = dict[str, Document]
Sheet = TypeVar("Sheet")


def the(window: Window, kind: type[Sheet]) -> Sheet:
    (found,) = [one for one in window.window.findChildren(kind) if one.isVisible()]  # type: ignore[type-var, attr-defined]
    return found


def now(clinic: Clinic, window: Window, document: Document) -> Document:
    return clinic.documents.get(window.desk.actor, document.id)


def test_what_is_said_of_it_is_changed_in_a_sheet(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    window.press(Key.Key_E)
    sheet = the(window, EditSheet)
    sheet.title.setText("Blood panel, ferritin")
    sheet.day.set_value(date(2026, 11, 16))
    sheet.note.setPlainText("Fasting")
    sheet.kind.set_value(DocumentType.CONSENT)
    sheet._on_kind(DocumentType.CONSENT)
    assert "front desk" in sheet.readers.accessibleName(), (
        "whom a kind of the other class lets in is said first"
    )
    sheet.kind.set_value(DocumentType.LAB_REPORT)
    sheet.save.click()
    window.settle()
    kept = now(clinic, window, filed["pdf"])
    assert (kept.title, kept.document_date, kept.note) == (
        "Blood panel, ferritin",
        date(2026, 11, 16),
        "Fasting",
    )
    assert page.details.rows.values["note"].text() == "Fasting"
    assert page.list.rows[0].document.title == "Blood panel, ferritin"


def test_the_pages_are_turned_for_everybody(desk_window: DeskWindow, filed: Filed, clinic: Clinic) -> None:
    window = desk_window()
    page = window.show(filed["png"].id)
    window.press(Key.Key_R)
    assert now(clinic, window, filed["png"]).turn == 0, "turning is for one's own eyes"
    page.acts.turn_for_all()
    window.settle()
    assert now(clinic, window, filed["png"]).turn == 90
    view = window.show(filed["png"].id).pane.view
    assert view.quarters == 1 and view._column is not None
    assert view._column.rect(0).height() > view._column.rect(0).width()


def test_a_doctor_says_that_it_was_read_and_takes_that_back(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, doctor: Actor
) -> None:
    window = desk_window()
    review = window.show(filed["pdf"].id).details.review
    assert review.banner.isVisible() and review.mark.isVisible()
    window.press(Key.Key_V)
    assert now(clinic, window, filed["pdf"]).reviewed_by_name == doctor.name, "by its key"
    window.press(Key.Key_V)
    assert now(clinic, window, filed["pdf"]).reviewed_at is not None, "which takes nothing back"
    window.press(Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    keys = the(window, KeySheet)
    assert "Mark as reviewed" in [label.text() for label in keys.findChildren(Label)]
    keys.close_layer()
    review.take_back.click()
    window.settle()
    review.mark.setFocus()
    review.mark.click()
    window.settle()
    assert now(clinic, window, filed["pdf"]).reviewed_by_name == doctor.name
    assert doctor.name in review.said.text() and not review.mark.isVisible()
    assert review.take_back.hasFocus(), "and not the button that deletes"
    review.take_back.click()
    window.settle()
    assert now(clinic, window, filed["pdf"]).reviewed_at is None and review.mark.isVisible()


def test_the_front_desk_reviews_nothing(desk_window: DeskWindow, filed: Filed, reception: Actor) -> None:
    page = desk_window(reception).show(filed["png"].id)
    assert not page.details.review.isVisible(), "a consent is no report"
    page = desk_window(reception).show(filed["pdf"].id)
    assert page.details.review.isVisible() and not page.details.review.mark.isVisible()
    page.acts.mark_reviewed()
    assert not page.bar.print.isVisible() and not page.bar.save.isVisible()


def test_a_newer_version_supersedes_and_each_leads_to_the_other(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    content = page._content
    assert content is not None
    sheet = AddDocumentSheet(
        window.desk,
        page,
        content.patient,
        [ChosenFile("corrected.pdf", data=papers.a_pdf(4))],
        page.acts._open_newer,
        replaces=content.document(filed["pdf"].id),
    )
    sheet.open_layer()
    assert (sheet.kind.value(), sheet.name.text()) == (DocumentType.LAB_REPORT, "blood-panel")
    sheet.add.click()
    window.settle()
    newer = window.now._document
    assert newer is not None and newer.replaces_id == filed["pdf"].id
    assert window.now.pane.view.count == 4
    assert now(clinic, window, filed["pdf"]).status is DocumentStatus.SUPERSEDED
    assert filed["pdf"].id not in [row.document.id for row in window.now.list.rows]
    assert "newer version" in window.now.list.rows[0].accessibleName()
    older = window.show(filed["pdf"].id)
    assert older.pane.view.count == 3 and older.details.versions.isVisible()
    older.details.versions.chosen.emit(newer.id)
    window.settle()
    assert window.now._document_id == newer.id


@pytest.fixture
def bruno(clinic: Clinic, reception: Actor, doctor: Actor, patient: Patient) -> Patient:
    return clinic.patients.register(reception, a_patient("Beispiel", "Bruno", birth_date="1971-03-04"))


def test_it_is_filed_with_the_patient_it_belongs_to(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, bruno: Patient, reception: Actor
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.acts.reassign()
    dialog = the(window, ReassignDialog)
    assert not dialog.act.isEnabled()
    window.qtbot.keyClicks(dialog.pick.search, "beispiel")
    window.settle()
    window.qtbot.keyClick(dialog.pick.search, Key.Key_Return)
    window.settle()
    left, right = dialog.people.left, dialog.people.right
    assert left.name.text() == "Mara Fictanova" and "5 Apr 1988" in left.about.text()
    assert right.name.text() == "Bruno Beispiel" and bruno.mrn in right.about.text()
    dialog.act.click()
    assert dialog.field.error, "not without a reason"
    dialog.reason.setText("Two patients of one morning")
    dialog.act.click()
    window.settle()
    (moved,) = clinic.documents.of_patient(reception, bruno.id)
    assert moved.title == "blood-panel" and moved.id != filed["pdf"].id
    assert filed["pdf"].id not in [row.document.id for row in window.now.list.rows]
    assert "no longer in the chart" in page.pane.state.title.text() and page.pane.reading is None


def a_report_of(name: str, born: str) -> bytes:
    from io import BytesIO

    from reportlab.pdfgen import canvas

    target = BytesIO()
    paper = canvas.Canvas(target, invariant=1)
    paper.drawString(72, 700, f"Patient: {name}")
    paper.drawString(72, 680, f"Born: {born}")
    paper.drawString(72, 640, "Ferritin 8 ng/mL")
    paper.save()
    return target.getvalue()


def _drop_report(window: Window, name: str, data: bytes) -> AddDocumentSheet:
    page = window.now
    page.files.take([ChosenFile(name, data=data)])
    return the(window, AddDocumentSheet)


def test_a_file_that_names_somebody_else_is_not_filed_by_enter(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, patient: Patient
) -> None:
    window = desk_window()
    window.show(filed["pdf"].id)
    before = len(clinic.documents.of_patient(window.desk.actor, patient.id))
    sheet = _drop_report(window, "lab.pdf", a_report_of("Bruno Beispiel", "1971-03-04"))
    sheet.add.click()
    window.settle()
    dialog = the(window, AnotherNameDialog)
    assert dialog.people.left.name.text() == "Bruno Beispiel"
    assert "4 Mar 1971" in dialog.people.left.about.text()
    assert dialog.people.right.name.text() == "Mara Fictanova"
    assert not dialog.file.isEnabled()
    window.press(Key.Key_Return)
    assert len(clinic.documents.of_patient(window.desk.actor, patient.id)) == before
    assert window.said[-1][0] == "lab.pdf was not filed"
    sheet = _drop_report(window, "lab.pdf", a_report_of("Bruno Beispiel", "1971-03-04"))
    sheet.add.click()
    window.settle()
    dialog = the(window, AnotherNameDialog)
    dialog.sure.click()
    dialog.file.click()
    window.settle()
    newest = max(clinic.documents.of_patient(window.desk.actor, patient.id), key=lambda one: one.created_at)
    assert (newest.title, newest.name_check) == ("lab", NameCheck.CONFIRMED)
    page = window.show(newest.id)
    assert page.details.named.isVisible()


def _kinds(clinic: Clinic, admin: Actor, patient: Patient) -> list[tuple[DisclosureKind, str]]:
    return [(one.kind, one.recipient) for one in clinic.disclosures.list(admin, patient.id)]


def test_a_copy_is_saved_with_one_enter_and_noted(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, admin: Actor, patient: Patient, tmp_path: Path
) -> None:
    window = desk_window()
    window.show(filed["pdf"].id)
    window.press(Key.Key_S, Mod.ControlModifier)
    dialog = the(window, SaveCopyDialog)
    target = tmp_path / "out.pdf"
    dialog.save_to(target)
    window.settle()
    assert target.read_bytes() == papers.a_pdf()
    assert _kinds(clinic, admin, patient) == [(DisclosureKind.SAVED_COPY, "The patient")]
    assert window.said[-1][0] == "Saved as out.pdf"


def test_a_copy_that_cannot_be_written_is_said_and_not_noted(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, admin: Actor, patient: Patient, tmp_path: Path
) -> None:
    window = desk_window()
    page = window.show(filed["pdf"].id)
    page.acts.save_copy()
    dialog = the(window, SaveCopyDialog)
    dialog.save_to(tmp_path / "no such folder" / "out.pdf")
    window.settle()
    assert dialog.isVisible() and dialog.refusal.isVisible() and dialog.refusal.accessibleName()
    assert _kinds(clinic, admin, patient) == []


def test_pages_are_printed_at_the_printers_dots_and_noted(
    desk_window: DeskWindow,
    filed: Filed,
    clinic: Clinic,
    admin: Actor,
    patient: Patient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To a printer that writes a PDF, which is then read again."""
    paper = tmp_path / "paper.pdf"

    def printer(_name: str) -> QPrinter:
        made = QPrinter(QPrinter.PrinterMode.HighResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(paper))
        made.setResolution(300)
        return made

    monkeypatch.setattr(page_printer, "open_printer", printer)
    monkeypatch.setattr(handing_out, "printer_names", lambda: ("Front desk",))
    window = desk_window()
    window.show(filed["pdf"].id)
    drawn: list[QImage] = []
    reading = window.now.pane.reading
    assert reading is not None
    draw = reading.draw

    def watched(page: int, width: int) -> QImage:
        drawn.append(draw(page, width))
        return drawn[-1]

    monkeypatch.setattr(reading, "draw", watched)
    window.press(Key.Key_P, Mod.ControlModifier)
    dialog = the(window, PrintPagesDialog)
    assert dialog.printer.value() == "Front desk" and dialog.act.isEnabled()
    window.press(Key.Key_Return)
    assert window.said[-1][0] == "Sent to Front desk"
    assert [image.width() for image in drawn] == [2480, 3508, 2480], (
        "A4 at 300 dots an inch, the second lying"
    )
    import pypdfium2

    sheets = pypdfium2.PdfDocument(paper)
    assert [round(sheets[page].get_size()[0]) > round(sheets[page].get_size()[1]) for page in range(3)] == [
        False,
        True,
        False,
    ]
    sheets.close()
    assert _kinds(clinic, admin, patient) == [(DisclosureKind.PRINT, "The patient")]


def test_a_document_let_go_of_while_it_is_printed_puts_no_empty_pages_on_paper(
    desk_window: DeskWindow, filed: Filed
) -> None:
    """As when the desk locks meanwhile."""
    window = desk_window()
    reading = window.show(filed["pdf"].id).pane.reading
    assert reading is not None
    pages = handing_out._drawn(reading, 100, 0, lambda _progress: None)
    assert not next(pages).image.isNull()
    reading.close()
    with pytest.raises(Stopped):
        next(pages)


def test_a_printer_that_is_gone_is_said(
    desk_window: DeskWindow, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_out, "printer_names", lambda: ("Front desk",))
    monkeypatch.setattr(page_printer, "open_printer", lambda _name: None)
    window = desk_window()
    window.show(filed["pdf"].id).acts.print()
    window.settle()
    dialog = the(window, PrintPagesDialog)
    dialog.act.click()
    window.settle()
    assert dialog.isVisible() and dialog.refusal.isVisible()


def test_the_bin_is_looked_into_and_left_again(
    desk_window: DeskWindow, filed: Filed, clinic: Clinic, doctor: Actor
) -> None:
    gone = filed["jpeg"]
    clinic.documents.delete(doctor, DeleteDocument(id=gone.id, version=gone.version, reason="twice in here"))
    window = desk_window()
    page = window.show(filed["pdf"].id)
    assert page.list.bin.text() == "In the bin: 1"
    page.list.bin.click()
    assert [row.document.id for row in page.list.rows] == [gone.id]
    page.list.rows[0].click()
    window.settle()
    assert "twice in here" in window.now.pane.state.text.text()
    window.now.acts.restore(window.now._document)  # type: ignore[arg-type]
    window.settle()
    assert not window.now.list.bin.isVisible() and len(window.now.list.rows) == 4


def test_what_is_on_the_clipboard_is_added(desk_window: DeskWindow, filed: Filed, tmp_path: Path) -> None:
    window = desk_window()
    window.show(filed["pdf"].id)
    QGuiApplication.clipboard().setImage(QImage(60, 40, QImage.Format.Format_RGB32))
    window.press(Key.Key_V, Mod.ControlModifier)
    sheet = the(window, AddDocumentSheet)
    assert sheet.name.text() == "Pasted picture" and sheet.kind.value() is DocumentType.PHOTO
    sheet.close_layer()
    window.settle()
    path = tmp_path / "referral.pdf"
    path.write_bytes(papers.a_pdf(1))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(data)
    window.press(Key.Key_V, Mod.ControlModifier)
    sheet = the(window, AddDocumentSheet)
    assert sheet.kind.value() is DocumentType.REFERRAL
    sheet.add.click()
    window.settle()
    assert "referral" in [row.document.title for row in window.now.list.rows]
    QGuiApplication.clipboard().clear()


def test_every_opening_is_counted(desk_window: DeskWindow, filed: Filed, clock: FixedClock) -> None:
    """The same person again within minutes is one line of the trail, and one opening."""
    window = desk_window()
    window.show(filed["pdf"].id)
    window.show(filed["pdf"].id)
    clock.advance(timedelta(minutes=8))
    page = window.show(filed["pdf"].id)
    page.refresh()
    window.settle()
    assert page.details.rows.values["opened"].text() == "2 times"
