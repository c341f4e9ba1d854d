"""Notes: kept every two seconds, back after a crash, signed for a named visit, added to and marked wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.notes import DRAFT_EVERY_SECONDS, Note, NoteStatus, SaveDraft
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.patients.chart.note_box import NoteBox
from meditrack_desktop.ui.patients.chart.note_templates import note_templates
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog
from meditrack_desktop.ui.widgets import Label
from tests.makers.care import as_doctor, in_care
from tests.makers.charts import sign_note
from tests.ui.patients.conftest import DeskWindow

OpenDesk = Callable[..., DeskWindow]
WAIT_MS = round(DRAFT_EVERY_SECONDS * 1000)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ines(clinic: Clinic, admin: Actor, doctor: Actor) -> Practitioner:
    return as_doctor(clinic, admin, doctor)


@pytest.fixture
def mara(clinic: Clinic, doctor: Actor, ines: Practitioner, people: dict[str, Patient]) -> Patient:
    in_care(clinic, doctor, ines, people["Mara"])
    return people["Mara"]


@pytest.fixture
def visit(clinic: Clinic, reception: Actor, ines: Practitioner, mara: Patient) -> Appointment:
    return clinic.scheduling.book(
        reception,
        BookAppointment(
            patient_id=mara.id,
            practitioner_id=ines.id,
            wall_start=datetime(2026, 11, 18, 10, 30),
            visit_type="Lab results",
        ),
    )


def drafts(clinic: Clinic, doctor: Actor, patient: Patient) -> list[str]:
    return [note.body for note in clinic.charts.of_patient(doctor, patient.id).drafts]


def notes(clinic: Clinic, doctor: Actor, patient: Patient) -> tuple[Note, ...]:
    return clinic.charts.of_patient(doctor, patient.id).notes


def wait_for_draft(desk: DeskWindow) -> None:
    """Two seconds go by at the desk."""
    desk.qtbot.wait(WAIT_MS + 60)
    desk.settle()


def box(page: ChartPage) -> NoteBox:
    return page.overview.note


def test_what_is_typed_is_kept_within_two_seconds_and_says_when(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, visit: Appointment, clock: FixedClock
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    assert box(page).text.placeholderText() == (
        "Write the note for 10:30 Lab results. Drafts are kept as you type."
    )
    desk.press(Qt.Key.Key_N)
    assert QApplication.focusWidget() is box(page).text
    desk.press("Tired for 8 weeks")
    assert drafts(clinic, doctor, mara) == []
    clock.advance(timedelta(seconds=3))
    wait_for_draft(desk)
    assert drafts(clinic, doctor, mara) == ["Tired for 8 weeks"]
    assert box(page).state.text() == "Draft kept 10:42:03"
    assert page.can_leave()


def test_a_draft_is_back_after_a_crash(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, visit: Appointment
) -> None:
    clinic.notes.save_draft(
        doctor, SaveDraft(patient_id=mara.id, appointment_id=visit.id, body="Tired for 8 weeks")
    )
    page = open_desk(doctor).chart(mara.id)
    assert box(page).text.toPlainText() == "Tired for 8 weeks"
    assert box(page).state.text() == "Your draft of Today 10:42 is back."
    assert box(page).visit.value() == visit.id


def test_ctrl_s_signs_with_the_visit_and_the_note_stands_in_the_timeline(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, visit: Appointment
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    desk.press(Qt.Key.Key_N)
    desk.press("Hemoglobin is low.")
    who = "Today 10:30 Lab results, Mara Fictanova, born 5 Apr 1988"
    assert who in box(page).sign_.accessibleName()
    desk.press(Qt.Key.Key_S, CONTROL)
    desk.settle()
    (note,) = notes(clinic, doctor, mara)
    assert (note.status, note.body, note.appointment_id) == (
        NoteStatus.SIGNED,
        "Hemoglobin is low.",
        visit.id,
    )
    assert box(page).text.toPlainText() == "" and drafts(clinic, doctor, mara) == []
    assert any("Note signed for Mara Fictanova" in text for text, _undo in desk.said)
    shown = [label.text() for label in page.overview.timeline.findChildren(Label) if label.isVisible()]
    assert "Hemoglobin is low." in shown
    wait_for_draft(desk)
    assert len(notes(clinic, doctor, mara)) == 1 and drafts(clinic, doctor, mara) == []


def test_signing_while_a_draft_is_under_way_signs_once_and_all_of_it(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    desk.press(Qt.Key.Key_N)
    desk.press("First half")
    box(page).draft.save()
    desk.press(", second half")
    desk.press(Qt.Key.Key_S, CONTROL)
    desk.settle()
    assert [note.body for note in notes(clinic, doctor, mara)] == ["First half, second half"]
    assert drafts(clinic, doctor, mara) == []


def test_what_is_typed_is_kept_at_once_when_the_page_goes_out_of_sight(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    desk.press(Qt.Key.Key_N)
    desk.press("Locked in the middle of a wo")
    page.hide()
    desk.settle()
    assert drafts(clinic, doctor, mara) == ["Locked in the middle of a wo"]


def test_while_the_records_cannot_be_reached_the_text_stays_and_is_kept_later(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    desk.press(Qt.Key.Key_N)
    desk.press("Written offline")

    def unreachable(*_args: object) -> Note:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    with monkeypatch.context() as patched:
        patched.setattr(clinic.notes, "save_draft", unreachable)
        wait_for_draft(desk)
        assert box(page).state.text().startswith("Not kept yet:")
        assert not page.can_leave(), "leaving would lose it"
        desk.settle()
    assert box(page).text.toPlainText() == "Written offline"
    box(page).draft.save()
    desk.settle()
    assert drafts(clinic, doctor, mara) == ["Written offline"]
    assert page.can_leave()


def test_another_desks_newer_draft_is_not_overwritten_without_asking(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    desk.press(Qt.Key.Key_N)
    desk.press("Mine")
    box(page).draft.save()
    desk.settle()
    (kept,) = clinic.charts.of_patient(doctor, mara.id).drafts
    desk.press(", and more")
    clinic.notes.save_draft(
        doctor, SaveDraft(id=kept.id, version=kept.version, patient_id=mara.id, body="Theirs")
    )
    wait_for_draft(desk)
    assert box(page).mine.isVisible() and box(page).theirs.isVisible() and not box(page).sign_.isVisible()
    assert drafts(clinic, doctor, mara) == ["Theirs"]
    assert box(page).text.toPlainText() == "Mine, and more"
    box(page).mine.click()
    desk.settle()
    assert drafts(clinic, doctor, mara) == ["Mine, and more"]
    assert not box(page).mine.isVisible()


def test_a_discarded_draft_is_asked_about_and_does_not_come_back(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    from meditrack_desktop.ui.widgets import Button

    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    desk.press(Qt.Key.Key_N)
    desk.press("Never mind")
    box(page).draft.save()
    desk.settle()
    box(page).discard.click()
    desk.qtbot.wait(20)
    answer = next(
        b for b in desk.window.findChildren(Button) if b.text() == "Discard draft" and b.isVisible()
    )
    answer.click()
    desk.settle()
    assert drafts(clinic, doctor, mara) == [] and box(page).text.toPlainText() == ""
    page.refresh()
    desk.settle()
    assert box(page).text.toPlainText() == ""


def test_a_signed_note_is_added_to_and_never_changed(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    signed = sign_note(clinic, doctor, mara.id, "Tired for 8 weeks.")
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    page.overview.timeline.amendRequested.emit(signed)
    desk.press("Since ten weeks, not eight.")
    box(page).sign()
    desk.settle()
    by_body = {note.body: note for note in notes(clinic, doctor, mara)}
    assert by_body["Tired for 8 weeks."].status is NoteStatus.AMENDED
    assert by_body["Since ten weeks, not eight."].amends == signed.id
    shown = [label.text() for label in page.overview.timeline.findChildren(Label) if label.isVisible()]
    assert "Tired for 8 weeks." in shown and "Since ten weeks, not eight." in shown


def test_a_note_marked_wrong_stays_readable_with_its_reason(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    signed = sign_note(clinic, doctor, mara.id, "Broken left arm.")
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    page.overview.timeline.wrongRequested.emit(signed)
    (dialog,) = desk.window.findChildren(ReasonDialog)
    assert "Mara Fictanova, born 5 Apr 1988" in dialog.text.text()
    dialog.reason.setPlainText("Written in the wrong chart")
    dialog.act.click()
    desk.settle()
    (note,) = notes(clinic, doctor, mara)
    assert (note.status, note.body) == (NoteStatus.ENTERED_IN_ERROR, "Broken left arm.")
    labels = [label for label in page.overview.timeline.findChildren(Label) if label.isVisible()]
    (text,) = [label for label in labels if label.text() == "Broken left arm."]
    assert text.font().strikeOut()
    assert any("Written in the wrong chart" in label.text() for label in labels)


def test_a_template_goes_where_the_cursor_stands(open_desk: OpenDesk, doctor: Actor, mara: Patient) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    box(page)._insert(note_templates()[0].text)
    assert box(page).text.toPlainText().startswith("Reason: \nFindings: ")
    desk.press("cough")
    assert box(page).text.toPlainText().startswith("Reason: cough\nFindings: ")


def test_letters_in_a_note_start_nothing(open_desk: OpenDesk, doctor: Actor, mara: Patient) -> None:
    desk = open_desk(doctor)
    page = desk.chart(mara.id)
    desk.press(Qt.Key.Key_N)
    desk.press("beau")
    assert box(page).text.toPlainText() == "beau" and desk.asked == []
    assert page.acts.allergies is None
