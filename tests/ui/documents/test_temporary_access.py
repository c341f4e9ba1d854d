"""Giving somebody access until a day, taking it back, and what the one who got it sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.privacy.access_sheet import AccessSheet, open_access_grants
from meditrack_desktop.ui.widgets import Button
from tests.makers.people import a_patient
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

DeskWindow = Callable[..., Window]


def _sheet(window: Window, patient: Patient) -> AccessSheet:
    sheet = open_access_grants(window.desk, window.window, patient, f"{patient.name}, {patient.mrn}")
    window.settle()
    return sheet


def test_a_doctor_gives_a_colleague_access_and_takes_it_back(
    desk_window: DeskWindow, patient: Patient, clinic: Clinic, doctor: Actor, admin: Actor
) -> None:
    window = desk_window()
    sheet = _sheet(window, patient)
    window.qtbot.keyClicks(sheet.person, admin.name[:4])
    window.qtbot.keyClick(sheet.person, Qt.Key.Key_Return)
    assert sheet.person.value() == admin.account_id
    sheet.give.click()
    assert sheet.form.fields["reason"].error, "not without a reason"
    sheet.reason.setPlainText("Second opinion")
    sheet.until.set_value(date(2026, 11, 25))
    sheet.give.click()
    window.settle()
    (given,) = clinic.access_grants.of_patient(doctor, patient.id)
    assert given.account_id == admin.account_id and given.reason == "Second opinion"
    wall = given.expires_at.astimezone(window.desk.facts.tz)
    assert (wall.date(), wall.hour, wall.minute) == (date(2026, 11, 26), 0, 0), "to the end of that day"
    (end,) = [one for one in sheet.list.findChildren(Button) if one.text() == "End now"]
    end.click()
    window.settle()
    (given,) = clinic.access_grants.of_patient(doctor, patient.id)
    assert given.ended_at is not None
    assert not [one for one in sheet.list.findChildren(Button) if one.isVisible()]


def test_a_doctor_gives_nothing_for_somebody_elses_patient(
    desk_window: DeskWindow, clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor
) -> None:
    other = clinic.patients.register(reception, a_patient("Beispiel", "Bruno"))
    window = desk_window()
    sheet = _sheet(window, other)
    window.qtbot.keyClicks(sheet.person, admin.name[:4])
    window.qtbot.keyClick(sheet.person, Qt.Key.Key_Return)
    sheet.reason.setPlainText("Second opinion")
    sheet.give.click()
    window.settle()
    assert clinic.access_grants.of_patient(admin, other.id) == ()
    assert sheet.isVisible()


def test_who_was_given_access_reads_under_a_bar_that_says_until_when(
    desk_window: DeskWindow, clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor
) -> None:
    from datetime import timedelta
    from io import BytesIO

    from meditrack_desktop.domain.access_grants import GiveAccess
    from meditrack_desktop.domain.documents import AttachDocument, DocumentType

    other = clinic.patients.register(reception, a_patient("Beispiel", "Bruno"))
    command = AttachDocument(patient_id=other.id, file_name="report.pdf", type=DocumentType.LAB_REPORT)
    document: Document = clinic.documents.attach(reception, command, BytesIO(papers.a_pdf()))
    window = desk_window()
    window.patient = other
    page = window.show(document.id)
    assert not page.pane.showing_pages() and not page.given.isVisible()
    clinic.access_grants.give(
        admin,
        GiveAccess(
            account_id=doctor.account_id,
            patient_id=other.id,
            expires_at=window.desk.clock.now() + timedelta(days=2),
            reason="stands in",
        ),
    )
    page = window.show(document.id)
    assert page.pane.showing_pages() and page.pane.view.count == 3
    assert page.given.isVisible() and admin.name in page.given.banner.accessibleName()
