"""The chart: one person on one page, documents dropped on it, the care team, and news from other desks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from reportlab.pdfgen.canvas import Canvas

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.filing.add_sheet import AddDocumentSheet
from meditrack_desktop.ui.filing.delete_dialog import DeleteDialog
from meditrack_desktop.ui.filing.sources import chosen_on
from meditrack_desktop.ui.patients.care_team_section import CareTeamSheet
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog
from meditrack_desktop.ui.widgets import Button, IconButton, Label, Tag
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]
COPY = Qt.DropAction.CopyAction


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A real PDF of two pages."""
    path = tmp_path / "referral-letter.pdf"
    canvas = Canvas(str(path))
    for page in (1, 2):
        canvas.drawString(72, 720, f"Referral, page {page}")
        canvas.showPage()
    canvas.save()
    return path


def drop(page: ChartPage, *files: Path) -> None:
    """Drag files from the desktop onto the middle of the chart."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    middle = QPoint(page.width() // 2, page.height() // 2)
    QApplication.sendEvent(page, QDragEnterEvent(middle, COPY, data, left, none))
    QApplication.sendEvent(page, QDropEvent(QPointF(middle), COPY, data, left, none))


def sheet_of(desk: DeskWindow) -> AddDocumentSheet:
    desk.qtbot.wait(20)
    return next(s for s in desk.window.findChildren(AddDocumentSheet) if s.isVisible())


def about(page: ChartPage) -> str:
    return page.header.about.text().replace("\N{NO-BREAK SPACE}", " ")


def shown_words(page: ChartPage) -> str:
    return " | ".join(label.text() for label in page.findChildren(Label) if label.isVisible())


def titles(page: ChartPage) -> list[str]:
    model = page.documents.model
    return [model.record(row).title for row in range(model.rowCount())]


def test_the_head_says_who_this_is(open_desk: OpenDesk, people: dict[str, Patient]) -> None:
    page = open_desk().chart(people["Mara"].id)
    assert page.header.name.text() == "Mara Fictanova"
    assert page.header.born.text() == "5 Apr 1988 (38)"
    for fact in ("female", "000-0001", "020 7946 0142"):
        assert fact in about(page)
    assert "Fictanova" not in page.title


def test_another_patient_of_the_same_name_is_warned_of(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient]
) -> None:
    clinic.patients.register(reception, a_patient("FICTANOVA", "mara"))
    page = open_desk().chart(people["Mara"].id)
    assert "Same name as another patient" in [
        tag.accessibleName() for tag in page.header.findChildren(Tag) if tag.isVisible()
    ]


def test_visits_stand_in_timeline_and_table_and_open_the_calendar(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, reception: Actor, people: dict[str, Patient]
) -> None:
    doctor = clinic.practitioners.add(admin, a_doctor())
    mara = people["Mara"]
    past, coming = (
        clinic.scheduling.book(
            reception,
            BookAppointment(patient_id=mara.id, practitioner_id=doctor.id, wall_start=when, visit_type=what),
        )
        for when, what in ((datetime(2026, 11, 17, 9), "Check-up"), (datetime(2026, 11, 19, 9), "Follow-up"))
    )
    desk = open_desk()
    page = desk.chart(mara.id)
    words = shown_words(page)
    assert "Visit: Check-up" in words and "17 Nov 09:00" in words
    assert "Follow-up, Dr. Ines Modelo" in words and "Visit: Follow-up" not in words
    page.show_tab("visits")
    assert page.visits.model.rowCount() == 2
    page.visits.table.select_row(1)
    page.visits.table.setFocus()
    desk.press(Qt.Key.Key_Return)
    assert desk.asked == [("calendar", past.day, past.id)]
    assert coming.day > past.day


def test_keys_book_and_edit(open_desk: OpenDesk, people: dict[str, Patient]) -> None:
    desk = open_desk()
    desk.chart(people["Mara"].id)
    desk.press(Qt.Key.Key_B)
    assert desk.asked == [("book", people["Mara"].id)]


def test_a_pdf_dropped_on_the_chart_is_filed_and_listed(
    open_desk: OpenDesk, clinic: Clinic, reception: Actor, people: dict[str, Patient], letter: Path
) -> None:
    desk = open_desk()
    mara = people["Mara"]
    page = desk.chart(mara.id)
    drop(page, letter)
    sheet = sheet_of(desk)
    assert sheet.who.text() == "Mara Fictanova, born 5 Apr 1988"
    assert sheet.kind.value() == DocumentType.REFERRAL
    assert sheet.name.text() == "referral-letter"
    sheet.name.setText("Referral to cardiology")
    sheet.day.setFocus()
    desk.press("2 Nov 2026")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    (document,) = clinic.documents.of_patient(reception, mara.id)
    assert (document.title, document.pages, document.type) == (
        "Referral to cardiology",
        2,
        DocumentType.REFERRAL,
    )
    assert document.document_date == date(2026, 11, 2)
    assert not any(s.isVisible() for s in desk.window.findChildren(AddDocumentSheet))
    page.show_tab("documents")
    assert titles(page) == ["Referral to cardiology"]
    assert "Referral to cardiology added" in [text for text, _undo in desk.said]
    page.documents.table.select_row(0)
    page.documents.table.setFocus()
    desk.press(Qt.Key.Key_Return)
    assert desk.asked == [("document", mara.id, document.id)]


def test_a_refused_file_is_said_in_words_and_the_next_one_goes_on(
    open_desk: OpenDesk, people: dict[str, Patient], letter: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "notes.pdf"
    wrong.write_bytes(b"MZ this is a program, whatever its name says")
    desk = open_desk()
    page = desk.chart(people["Mara"].id)
    drop(page, wrong, letter)
    sheet = sheet_of(desk)
    assert sheet.add.text() == "Add 2 documents"
    sheet.add.click()
    desk.settle()
    said = [row.said.text() for row in sheet.files.rows.values()]
    assert said[1] == "Added" and "Files of this kind are not taken" in said[0]
    assert "TIFF" in said[0] and "stays where it is" in said[0]
    assert sheet.ending.isVisible() and not sheet.add.isVisible(), "the same file would be refused again"
    assert sheet.ending.accessibleName().startswith(
        "1 of 2 added. 1 was not: it says why, and lies where it was."
    )
    assert sheet.another.hasFocus() and sheet.stop.text() == "Close"
    assert titles(page) == ["referral-letter"]
    second = tmp_path / "sonography.pdf"
    second.write_bytes(letter.read_bytes() + b"% another")
    sheet.take_others(chosen_on([second]))
    desk.settle()
    assert not sheet.ending.isVisible() and sheet.add.text() == "Add document"
    sheet.add.click()
    desk.settle()
    assert titles(page) == ["sonography", "referral-letter"]
    assert not any(one.isVisible() for one in desk.window.findChildren(AddDocumentSheet))


def test_a_doctor_deletes_a_document_with_a_reason_and_takes_it_back(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, doctor: Actor, people: dict[str, Patient], letter: Path
) -> None:
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), people["Mara"])
    desk = open_desk(doctor)
    page = desk.chart(people["Mara"].id)
    drop(page, letter)
    sheet_of(desk).add.click()
    desk.settle()
    page.show_tab("documents")
    page.documents.table.select_row(0)
    page.documents.table.setFocus()
    desk.press(Qt.Key.Key_Delete)
    (dialog,) = desk.window.findChildren(DeleteDialog)
    assert "Mara Fictanova, born 5 Apr 1988" in dialog.text.text()
    desk.press(Qt.Key.Key_Return)
    assert dialog.field.error and titles(page) == ["referral-letter"]
    dialog.reason.setText("Wrong patient")
    desk.press(Qt.Key.Key_Return)
    desk.settle()
    assert titles(page) == []
    text, undo = desk.said[-1]
    assert text == "referral-letter deleted" and undo is not None
    undo()
    desk.settle()
    assert titles(page) == ["referral-letter"]


def test_a_receptionist_cannot_delete_documents(open_desk: OpenDesk, people: dict[str, Patient]) -> None:
    page = open_desk().chart(people["Mara"].id)
    page.show_tab("documents")
    assert not page.documents.remove.isVisible()


def menu_words(page: ChartPage) -> list[str]:
    page.header.open_menu()
    menu = page.header.menu
    assert menu is not None
    words = [action.text().split("\t")[0].replace("&", "") for action in menu.actions()]
    menu.close()
    return words


OF_PRIVACY = (
    "Hand out a copy…",
    "To whom it was given",
    "Give access…",
    "Restrict the record…",
    "Set a legal hold…",
    "Ask for erasure…",
)
"""What an administrator's menu holds of it."""
TO_PRINT = (
    "Print label",
    "Print appointment card",
    "Print chart summary…",
    "Preview label…",
    "Preview appointment card…",
)


def test_the_menu_holds_what_the_role_may(
    open_desk: OpenDesk, admin: Actor, people: dict[str, Patient]
) -> None:
    assert menu_words(open_desk().chart(people["Mara"].id)) == [
        "Open in own window",
        "Check in for today",
        "Edit details",
        *TO_PRINT,
        "Hand out a copy…",
    ]
    assert menu_words(open_desk(admin).chart(people["Mara"].id)) == [
        "Open in own window",
        "Archive patient",
        "Who opened this chart",
        *TO_PRINT,
        *OF_PRIVACY,
    ]


def test_archiving_asks_a_reason_turns_acts_off_and_can_be_undone(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, people: dict[str, Patient], letter: Path
) -> None:
    mara = people["Mara"]
    front = open_desk()
    chart = front.chart(mara.id)
    desk = open_desk(admin)
    page = desk.chart(mara.id)
    page.acts.archive()
    (dialog,) = desk.window.findChildren(ReasonDialog)
    dialog.reason.setPlainText("Moved to another town")
    dialog.act.click()
    desk.settle()
    front.settle()
    assert not clinic.patients.get(admin, mara.id).active
    assert chart.header.book is not None and not chart.header.book.isEnabled()
    assert chart.header.book.toolTip()
    assert chart._banner is not None and "Moved to another town" in chart._banner.accessibleName()
    drop(chart, letter)
    front.come_forward()
    front.press(Qt.Key.Key_B)
    assert front.asked == []
    assert not front.window.findChildren(AddDocumentSheet)
    assert menu_words(page) == [
        "Open in own window",
        "Restore patient",
        "Who opened this chart",
        *TO_PRINT,
        *OF_PRIVACY,
    ]
    page.acts.restore()
    desk.settle()
    front.settle()
    assert chart.header.book.isEnabled()
    assert chart._banner is None


def test_a_change_at_another_desk_shows_in_an_open_chart(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.chart(people["Noah"].id)
    clinic.patients.edit(doctor, an_edit(people["Noah"], family="Stubsen", email="noah@patients.example"))
    desk.settle()
    assert page.header.name.text() == "Noah Stubsen"
    assert "noah@patients.example" in shown_words(page)


def test_news_of_other_patients_ask_nothing(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, people: dict[str, Patient]
) -> None:
    desk = open_desk()
    page = desk.chart(people["Noah"].id)
    before = page.content
    clinic.patients.edit(doctor, an_edit(people["Mara"], email="mara@patients.example"))
    desk.settle()
    assert page.content is before


def test_a_patient_nobody_knows_says_so_in_place(open_desk: OpenDesk, people: dict[str, Patient]) -> None:
    page = open_desk().chart(people["Noah"].created_by)
    assert page.state.isVisible()
    assert page.state.title.text() == "This patient is not in the records."


def pick_doctor(desk: DeskWindow, sheet: CareTeamSheet, typed: str) -> None:
    sheet.doctor.setFocus()
    desk.press(typed)
    desk.qtbot.wait(150)
    desk.press(Qt.Key.Key_Return)


def test_a_care_team_is_assigned_made_usual_and_ended(
    open_desk: OpenDesk, clinic: Clinic, admin: Actor, reception: Actor, people: dict[str, Patient]
) -> None:
    ines = clinic.practitioners.add(admin, a_doctor("Modelo", "Ines", specialty="General practice"))
    tom = clinic.practitioners.add(admin, a_doctor("Fixture", "Tom", specialty="Neurology"))
    mara = people["Mara"]
    desk = open_desk()
    page = desk.chart(mara.id)
    page.overview.team.edit()
    desk.settle()
    sheet = page.overview.team.sheet
    assert sheet is not None and sheet.who.text() == "Mara Fictanova, born 5 Apr 1988"
    pick_doctor(desk, sheet, "modelo")
    assert sheet.usual.isChecked()
    sheet.assign.click()
    desk.settle()
    assert "Dr. Ines Modelo" in about(page)
    pick_doctor(desk, sheet, "neuro")
    sheet.part.setText("Migraine")
    sheet.assign.click()
    desk.settle()
    team = clinic.care_team.of_patient(reception, mara.id)
    assert [(m.practitioner_id, m.usual, m.part) for m in team] == [
        (ines.id, True, ""),
        (tom.id, False, "Migraine"),
    ]
    next(b for b in sheet.findChildren(Button) if b.text() == "Make usual").click()
    desk.settle()
    assert "Dr. Tom Fixture" in about(page)
    end = next(
        b for b in sheet.findChildren(IconButton) if "Ines Modelo" in b.accessibleName() and b.isVisible()
    )
    end.click()
    desk.settle()
    assert [m.practitioner_id for m in clinic.care_team.of_patient(reception, mara.id)] == [tom.id]
    text, undo = desk.said[-1]
    assert "Ines Modelo" in text and undo is not None
    undo()
    desk.settle()
    assert len(clinic.care_team.of_patient(reception, mara.id)) == 2
    sheet.dismiss()


def test_a_narrow_chart_keeps_everything_in_two_columns(
    open_desk: OpenDesk, people: dict[str, Patient]
) -> None:
    page = open_desk(width=958, height=560).chart(people["Mara"].id)
    assert not page.overview._left.isVisible()
    assert page.overview.contact.isVisibleTo(page)
