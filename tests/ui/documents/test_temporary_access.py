"""Giving somebody access until a day, taking it back, and what the one who got it sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt

from meditrack_desktop.domain.access_grants import AccessGrant, EndAccess, GiveAccess
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.documents.opening import OpenDocument
from meditrack_desktop.ui.documents.viewer import DocumentPage
from meditrack_desktop.ui.privacy import given_bar
from meditrack_desktop.ui.privacy.access_sheet import AccessSheet, open_access_grants
from meditrack_desktop.ui.widgets import Button
from tests.makers.people import a_patient
from tests.ui.documents import papers
from tests.ui.documents.conftest import Window

DeskWindow = Callable[..., Window]
Lend = Callable[[timedelta], AccessGrant]


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


@pytest.fixture
def lent(clinic: Clinic, reception: Actor) -> Document:
    """Of a patient who is not in the doctor's care."""
    other = clinic.patients.register(reception, a_patient("Beispiel", "Bruno"))
    command = AttachDocument(patient_id=other.id, file_name="report.pdf", type=DocumentType.LAB_REPORT)
    return clinic.documents.attach(reception, command, BytesIO(papers.a_pdf()))


@pytest.fixture
def lend(clinic: Clinic, admin: Actor, doctor: Actor, clock: FixedClock, lent: Document) -> Lend:
    def given(lasts: timedelta) -> AccessGrant:
        command = GiveAccess(
            account_id=doctor.account_id,
            patient_id=lent.patient_id,
            expires_at=clock.now() + lasts,
            reason="stands in",
        )
        return clinic.access_grants.give(admin, command)

    return given


def _reader(desk_window: DeskWindow, clinic: Clinic, reception: Actor, lent: Document) -> Window:
    window = desk_window()
    window.patient = clinic.patients.get(reception, lent.patient_id)
    return window


def _told(page: DocumentPage) -> list[str]:
    """Words of documents that stand in the list."""
    said = "Ferritin on page"
    return [said for row in page.list.rows if said in row.accessibleName()]


def test_who_was_given_access_reads_under_a_bar_that_says_until_when(
    desk_window: DeskWindow, clinic: Clinic, reception: Actor, admin: Actor, lent: Document, lend: Lend
) -> None:
    window = _reader(desk_window, clinic, reception, lent)
    page = window.show(lent.id)
    assert not page.pane.showing_pages() and not page.given.isVisible()
    lend(timedelta(days=2))
    page = window.show(lent.id)
    assert page.pane.showing_pages() and page.pane.view.count == 3
    assert page.given.isVisible() and admin.name in page.given.banner.accessibleName()


def test_access_that_ends_takes_the_document_off_the_screen(
    desk_window: DeskWindow,
    clinic: Clinic,
    reception: Actor,
    clock: FixedClock,
    lent: Document,
    lend: Lend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At its end, which nobody has to look for, with the page open all the time."""
    monkeypatch.setattr(given_bar, "TICK_MS", 20)
    lend(timedelta(hours=2))
    window = _reader(desk_window, clinic, reception, lent)
    page = window.show(lent.id)
    clock.advance(timedelta(hours=1, minutes=59))
    window.settle()
    assert page.pane.showing_pages() and page.given.isVisible()
    clock.advance(timedelta(minutes=1))
    window.qtbot.waitUntil(lambda: page.pane.stack.currentWidget() is page.pane.state)
    window.settle()
    assert page.pane.reading is None and page.pane.view.kept_bytes == 0
    assert not page.given.isVisible() and not page.acts.may_hand_out()


def test_access_taken_back_takes_the_document_off_the_screen(
    desk_window: DeskWindow, clinic: Clinic, reception: Actor, admin: Actor, lent: Document, lend: Lend
) -> None:
    given = lend(timedelta(days=2))
    window = _reader(desk_window, clinic, reception, lent)
    page = window.show(lent.id)
    assert page.pane.showing_pages()
    page.list.search.setText("Ferritin")
    window.qtbot.waitUntil(lambda: _told(page) == ["Ferritin on page"])
    page.hide()
    assert _told(page) == [], "nor is a word of it there behind the lock"
    page.show()
    window.qtbot.waitUntil(lambda: _told(page) == ["Ferritin on page"])
    window.settle()
    clinic.access_grants.end(admin, EndAccess(id=given.id, version=given.version))
    window.qtbot.waitUntil(lambda: page.pane.stack.currentWidget() is page.pane.state)
    assert not page.given.isVisible()
    window.settle()
    assert _told(page) == [], "nor does the list tell its words any more"


def test_access_taken_back_stops_a_document_that_is_being_opened(
    desk_window: DeskWindow,
    clinic: Clinic,
    reception: Actor,
    admin: Actor,
    lent: Document,
    lend: Lend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = lend(timedelta(days=2))
    window = _reader(desk_window, clinic, reception, lent)
    let_in, goes_on = Event(), Event()
    real = type(clinic.documents).open

    def slow(*told: Any) -> OpenDocument:
        opened = real(*told)
        let_in.set()
        assert goes_on.wait(60)
        return opened

    monkeypatch.setattr(type(clinic.documents), "open", slow)
    window.page = page = DocumentPage(window.desk, window.patient.id, lent.id)
    window.column.addWidget(page)
    page.show()
    page.load()
    window.qtbot.waitUntil(lambda: let_in.is_set() and page.given.isVisible())
    clinic.access_grants.end(admin, EndAccess(id=given.id, version=given.version))
    page.given.load()
    window.qtbot.waitUntil(lambda: not page.given.isVisible())
    goes_on.set()
    window.settle()
    assert page.pane.stack.currentWidget() is page.pane.state and page.pane.reading is None
    assert page.pane.view.kept_bytes == 0


def test_past_its_end_access_opens_nothing_while_nobody_can_be_asked(
    desk_window: DeskWindow,
    clinic: Clinic,
    reception: Actor,
    clock: FixedClock,
    lent: Document,
    lend: Lend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lend(timedelta(hours=2))
    window = _reader(desk_window, clinic, reception, lent)
    page = window.show(lent.id)

    def away(*_: object) -> None:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)

    monkeypatch.setattr(type(clinic.access_grants), "own", away)
    page.given.look()
    page.given.load()
    window.settle()
    assert page.given.isVisible() and page.pane.showing_pages()
    clock.advance(timedelta(hours=2))
    page.given.look()
    window.settle()
    assert not page.given.isVisible() and not page.pane.showing_pages()
