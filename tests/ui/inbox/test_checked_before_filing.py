"""What the window says of a file and a patient is what the clinic will say; what it could not ask, it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from threading import Event
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.incoming import IncomingFile
from meditrack_desktop.domain.name_check import Difference
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.inbox.filing_form import SEEN_MS
from meditrack_desktop.ui.widgets import Banner
from tests.makers.people import a_patient
from tests.ui.inbox.conftest import Window, a_report

ENTER = Qt.Key.Key_Return


class Failing:
    """A service of which one method does not answer while `away`."""

    def __init__(self, real: Any, method: str) -> None:
        self._real, self._method = real, method
        self.away = True

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name != self._method:
            return found

        def asked(*args: Any) -> Any:
            if self.away:
                raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
            return found(*args)

        return asked


class Slow:
    """A service of which one method answers when it is let go; `asked` says that somebody waits."""

    def __init__(self, real: Any, method: str) -> None:
        self._real, self._method = real, method
        self.gate, self.asked = Event(), Event()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name != self._method:
            return found

        def answered(*args: Any) -> Any:
            self.asked.set()
            assert self.gate.wait(30)
            return found(*args)

        return answered


def click(banner: Banner) -> None:
    assert banner.isVisible() and banner.action is not None
    banner.action.click()


def test_a_twin_is_told_apart_before_enter(
    inbox: Callable[..., Window], clinic: Clinic, reception: Actor, take: Callable[..., IncomingFile]
) -> None:
    """The family and the birth date agree; the service refuses it for the given name, so the window says so."""
    twin = clinic.patients.register(reception, a_patient("Fictanova", "Lena", birth_date="1988-04-05"))
    one = take(a_report("Mara Fictanova", "1988-04-05"), "SCAN_0001.pdf")
    desk = inbox()
    desk.form.focus_patient()
    desk.type(desk.form.pick.search, "lena")
    desk.settle()
    desk.press(ENTER)
    desk.settle()
    assert desk.chosen_id() == twin.id
    assert desk.form.check.compared == clinic.incoming.compare(reception, one.id, twin.id)
    assert desk.form.check.differences == (Difference.NAME,)
    said = " ".join(label.text() for label in desk.form.check.findChildren(QLabel) if label.isVisible())
    assert "differ: name." in said and "Mara Fictanova" in said and "Lena Fictanova" in said
    desk.press(ENTER)
    desk.settle()
    assert desk.window.findChild(AnotherNameDialog) is not None and not desk.of(twin)


def test_nothing_is_filed_with_who_could_not_be_checked(
    inbox: Callable[..., Window], clinic: Clinic, hers: IncomingFile, mara: Patient
) -> None:
    failing: Any = Failing(clinic.patients, "same_name")
    desk = inbox(services=replace(clinic, patients=failing))
    assert desk.chosen_id() == mara.id and not desk.ready()
    assert desk.form.check.compared is None, "no tick beside what was not compared"
    desk.press(ENTER)
    desk.settle()
    assert desk.waiting() == ["SCAN_0001.pdf"] and not desk.of(mara)
    failing.away = False
    click(desk.form.checking.trouble)
    desk.settle()
    assert desk.ready() and desk.form.check.compared is not None
    assert not desk.form.checking.trouble.isVisible()
    desk.press(ENTER)
    desk.settle()
    assert len(desk.of(mara)) == 1


def test_versions_that_could_not_be_looked_up_are_not_taken_for_none(
    inbox: Callable[..., Window], clinic: Clinic, reception: Actor, hers: IncomingFile, mara: Patient
) -> None:
    older = clinic.documents.attach(
        reception,
        AttachDocument(patient_id=mara.id, file_name="old.pdf", type=DocumentType.LAB_REPORT),
        BytesIO(a_report("Mara Fictanova", "1988-04-05", about="Old")),
    )
    failing: Any = Failing(clinic.documents, "of_patient")
    desk = inbox(services=replace(clinic, documents=failing))
    links = desk.form.links
    links.show_kind(DocumentType.LAB_REPORT)
    assert not links.older_field.isVisible() and "newer version" in links.trouble.accessibleName()
    failing.away = False
    click(links.trouble)
    desk.settle()
    assert not links.trouble.isVisible() and links.older_field.isVisible()
    assert older.id in [option.value for option in links.older.options()]


def test_a_warning_that_came_late_is_seen_before_enter(
    inbox: Callable[..., Window], clinic: Clinic, reception: Actor, hers: IncomingFile, mara: Patient
) -> None:
    """The patient stood there long enough, the namesake did not: the key was on its way before it was said."""
    clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1990-01-02"))
    slow: Any = Slow(clinic.patients, "same_name")
    desk = inbox(settled=False, services=replace(clinic, patients=slow))
    desk.qtbot.waitUntil(lambda: desk.chosen_id() == mara.id and slow.asked.is_set())
    desk.qtbot.wait(SEEN_MS + 200)
    slow.gate.set()
    desk.qtbot.waitUntil(lambda: desk.form.checking.done and desk.form.links.done)
    assert not desk.ready()
    desk.press(ENTER)
    desk.settle()
    assert desk.waiting() == ["SCAN_0001.pdf"] and not desk.of(mara)
    assert desk.ready()
