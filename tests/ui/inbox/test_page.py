"""The inbox page: files in and out of it, by hand and by refusal, over real services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, DocumentStatus, DocumentType, NameCheck
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.incoming import IncomingFile, IncomingSource, IncomingState
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.sources import chosen_on
from meditrack_desktop.ui.inbox.discard_dialog import DiscardDialog
from meditrack_desktop.ui.inbox.split_sheet import SplitSheet
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog
from tests.makers.people import a_patient
from tests.ui.inbox.conftest import Window, a_report

ENTER = Qt.Key.Key_Return


def test_both_identifiers_stand_where_it_is_filed(
    inbox: Callable[..., Window], hers: IncomingFile, mara: Patient
) -> None:
    desk = inbox(width=900)
    assert "Mara Fictanova" in desk.form.who.text()
    assert "5 Apr 1988" in desk.form.who.text() and mara.mrn in desk.form.who.text()
    assert desk.form.who.isVisible() and desk.form.file.isVisible()
    assert desk.form.check.isVisible() and not desk.form.check.differences


def test_what_is_typed_goes_with_the_document(
    inbox: Callable[..., Window], hers: IncomingFile, mara: Patient
) -> None:
    desk = inbox()
    desk.form.name.setText("Blood count")
    desk.form.kind.set_value(DocumentType.LAB_REPORT)
    desk.form.source.setText("Example Lab")
    desk.form.day.set_value(date(2026, 11, 16))
    desk.form.add_note.click()
    desk.form.note.setPlainText("Original on paper")
    desk.page.list.table.setFocus()
    desk.press(ENTER)
    desk.settle()
    (document,) = desk.of(mara)
    assert (document.title, document.type, document.source) == (
        "Blood count",
        DocumentType.LAB_REPORT,
        "Example Lab",
    )
    assert (document.document_date, document.note) == (date(2026, 11, 16), "Original on paper")
    assert document.name_check is NameCheck.MATCHES
    assert any("Mara Fictanova" in words for words, _undo in desk.said)


def test_a_newer_version_takes_the_place_of_the_older(
    inbox: Callable[..., Window], clinic: Clinic, reception: Actor, mara: Patient, hers: IncomingFile
) -> None:
    from io import BytesIO

    older = clinic.documents.attach(
        reception,
        AttachDocument(patient_id=mara.id, file_name="old.pdf", type=DocumentType.LAB_REPORT),
        BytesIO(a_report("Mara Fictanova", "1988-04-05", number=mara.mrn, about="Old")),
    )
    desk = inbox()
    desk.form.kind.set_value(DocumentType.LAB_REPORT)
    desk.form.links.show_kind(DocumentType.LAB_REPORT)
    assert older.id in [option.value for option in desk.form.links.older.options()]
    desk.form.links.older.set_value(older.id)
    desk.press(ENTER)
    desk.settle()
    (now,) = desk.of(mara)
    assert now.id != older.id
    assert clinic.documents.get(reception, older.id).status is DocumentStatus.SUPERSEDED


def test_a_file_that_names_another_is_filed_only_after_both_were_compared(
    inbox: Callable[..., Window], hers: IncomingFile, jonas: Patient, mara: Patient
) -> None:
    desk = inbox()
    desk.form.focus_patient()
    desk.type(desk.form.pick.search, "testholm")
    desk.settle()
    desk.press(ENTER)
    desk.settle()
    assert desk.chosen_id() == jonas.id
    assert desk.form.check.differences
    desk.press(ENTER)
    desk.settle()
    assert not desk.of(jonas)
    dialog = desk.window.findChild(AnotherNameDialog)
    assert dialog is not None and dialog.people.right.name.text() == "Jonas Testholm"
    assert jonas.mrn in dialog.people.right.about.text() and not dialog.file.isEnabled()
    dialog.sure.click()
    dialog.file.click()
    desk.settle()
    (document,) = desk.of(jonas)
    assert document.name_check is NameCheck.CONFIRMED and not desk.of(mara)


def test_a_patient_who_is_archived_meanwhile_is_refused_in_words(
    inbox: Callable[..., Window],
    clinic: Clinic,
    reception: Actor,
    hers: IncomingFile,
    mara: Patient,
    admin: Actor,
) -> None:
    from meditrack_desktop.domain.patients import ArchivePatient

    desk = inbox()
    clinic.patients.archive(
        admin, ArchivePatient.model_validate({"id": mara.id, "version": mara.version, "reason": "Moved away"})
    )
    desk.settle()
    desk.press(ENTER)
    desk.settle()
    assert desk.waiting() == ["SCAN_0001.pdf"] and not desk.of(mara)
    assert desk.form.refusal.isVisible()
    words = desk.form.refusal.accessibleName()
    assert "archived" in words.lower()


def test_somebody_new_is_registered_from_here_and_chosen(
    inbox: Callable[..., Window], clinic: Clinic, reception: Actor, take: Callable[..., IncomingFile]
) -> None:
    take(a_report("Nova Neuling", "2001-02-03"), "new.pdf")
    desk = inbox()
    desk.page.register()
    ((name, then),) = desk.registering
    assert name == "Nova Neuling"
    made = clinic.patients.register(reception, a_patient("Neuling", "Nova", birth_date="2001-02-03"))
    then(made)
    desk.settle()
    assert desk.chosen_id() == made.id
    desk.press(ENTER)
    desk.settle()
    assert len(desk.of(made)) == 1


def test_several_refused_at_once_are_each_told_and_the_good_one_is_kept(
    inbox: Callable[..., Window], tmp_path: Path
) -> None:
    (tmp_path / "good.pdf").write_bytes(a_report("N N", "1950-01-01"))
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "notes.docx").write_bytes(b"PK\x03\x04 no document of ours")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    desk = inbox()
    files = chosen_on(sorted(tmp_path.glob("*.*")))
    desk.page.bring([one for one in files if one.paths[0].is_file()], IncomingSource.DROPPED)
    desk.settle()
    assert desk.waiting() == ["good.pdf"]
    assert desk.page.refused.isVisible()
    assert {name for name, _why in desk.page.refused.lines} == {"empty.pdf", "notes.docx", "broken.pdf"}
    assert all(why for _name, why in desk.page.refused.lines)
    assert all((tmp_path / name).exists() for name, _why in desk.page.refused.lines)


def test_files_and_pictures_are_pasted(inbox: Callable[..., Window], tmp_path: Path, qapp: object) -> None:
    paper = tmp_path / "pasted.pdf"
    paper.write_bytes(a_report("N N", "1950-01-01"))
    desk = inbox()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(paper))])
    QGuiApplication.clipboard().setMimeData(data)
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.waiting() == ["pasted.pdf"]
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkCyan)
    QGuiApplication.clipboard().setImage(picture)
    desk.page.list.table.setFocus()
    desk.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    QGuiApplication.clipboard().clear()
    assert len(desk.waiting()) == 2


def test_a_file_is_cut_by_keys_with_its_pages_drawn_and_made_whole_again(
    inbox: Callable[..., Window], take: Callable[..., IncomingFile], mara: Patient
) -> None:
    take(a_report("Mara Fictanova", "1988-04-05", number=mara.mrn, pages=4), "four.pdf")
    desk = inbox()
    desk.press(Qt.Key.Key_S)
    desk.settle()
    sheet = desk.window.findChild(SplitSheet)
    assert sheet is not None and not sheet.split.isEnabled()
    assert sheet.strip.picture(0) is not None and sheet.strip.picture(1) is not None
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Space)
    assert sheet.strip.cuts == (2, 4)
    desk.press(ENTER)
    desk.settle()
    waiting = desk.desk.clinic.incoming.list(desk.desk.actor)
    assert sorted(one.pages for one in waiting) == [1, 1, 2]
    desk.page.take_back()
    desk.settle()
    assert desk.waiting() == ["four.pdf"]


def test_turning_stays(inbox: Callable[..., Window], hers: IncomingFile, mara: Patient) -> None:
    desk = inbox()
    desk.press(Qt.Key.Key_R)
    desk.settle()
    (file,) = desk.desk.clinic.incoming.list(desk.desk.actor)
    assert file.turn == 90 and desk.ready()
    desk.press(ENTER)
    desk.settle()
    assert desk.of(mara)[0].turn == 90


def test_discarding_asks_why_and_the_bin_says_when_it_leaves(
    inbox: Callable[..., Window], hers: IncomingFile
) -> None:
    desk = inbox()
    desk.press(Qt.Key.Key_Delete)
    desk.settle()
    dialog = desk.window.findChild(DiscardDialog)
    assert dialog is not None
    dialog.reasons[1].click()
    dialog.act.click()
    desk.settle()
    assert desk.waiting() == []
    desk.page.tabs.button(IncomingState.DISCARDED).click()
    desk.settle()
    assert "Scanned twice" in desk.page.room.about.text()
    assert "leaves the bin on" in desk.page.room.about.text()
    assert desk.page.room.again.isVisible() and not desk.form.isVisible()
    desk.page.list.table.setFocus()
    desk.press(Qt.Key.Key_W)
    desk.settle()
    assert desk.waiting() == ["SCAN_0001.pdf"]


def test_a_filing_is_taken_back_in_the_filed_tab_with_a_reason(
    inbox: Callable[..., Window], hers: IncomingFile, mara: Patient
) -> None:
    desk = inbox()
    desk.press(ENTER)
    desk.settle()
    desk.page.tabs.button(IncomingState.FILED).click()
    desk.settle()
    assert not desk.form.isVisible()
    desk.page.list.table.setFocus()
    desk.press(Qt.Key.Key_W)
    desk.settle()
    dialog = desk.window.findChild(ReasonDialog)
    assert dialog is not None and desk.waiting() == []
    dialog.reason.setPlainText("Another Mara")
    dialog.act.click()
    desk.settle()
    assert desk.waiting() == ["SCAN_0001.pdf"] and not desk.of(mara)


def test_the_preview_is_let_go_while_the_page_is_hidden(
    inbox: Callable[..., Window], hers: IncomingFile
) -> None:
    """As behind a lock, or on another page; back here it is opened anew."""
    desk = inbox()
    assert desk.is_open() and desk.page.pane.view.drawn(0) is not None
    desk.page.hide()
    assert not desk.is_open() and desk.page.pane.view.drawn(0) is None
    desk.form.name.setText("Typed before")
    desk.page.show()
    desk.settle()
    assert desk.page.pane.view.drawn(0) is not None and desk.form.name.text() == "Typed before"


def test_an_outage_keeps_what_is_shown(inbox: Callable[..., Window], hers: IncomingFile) -> None:
    desk = inbox()
    desk.page.show_trouble(Unavailable(ErrorCode.DATABASE_UNREACHABLE))
    assert desk.page.notices.banner is not None and desk.page.list.model.rowCount() == 1
    desk.page.refresh()
    desk.settle()
    assert desk.page.notices.banner is None


def test_letters_do_nothing_while_something_is_typed(
    inbox: Callable[..., Window], hers: IncomingFile
) -> None:
    desk = inbox()
    desk.form.name.setFocus()
    desk.type(desk.form.name, "rswp")
    desk.settle()
    assert desk.form.name.text().endswith("rswp")
    (file,) = desk.desk.clinic.incoming.list(desk.desk.actor)
    assert file.turn == 0
