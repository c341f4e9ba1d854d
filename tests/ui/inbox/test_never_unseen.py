"""Nothing is filed with anybody whom nobody saw: with answers that come late, and with another desk at work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.incoming import FileIncoming, Guess, IncomingFile, IncomingSource, TakeIn
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient
from tests.ui.inbox.conftest import Window, a_report

ENTER = Qt.Key.Key_Return


class Slow:
    """The inbox's service, with guesses that come when they are let go."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.gates: dict[object, threading.Event] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def guess(self, actor: Actor, incoming_id: Any, open_patient_id: Any = None) -> tuple[Guess, ...]:
        found: tuple[Guess, ...] = self._real.guess(actor, incoming_id, open_patient_id)
        gate = self.gates.get(incoming_id)
        if gate is not None:
            assert gate.wait(20)
        return found


def with_service(clinic: Clinic, service: Any) -> Clinic:
    return replace(clinic, incoming=service)


@pytest.fixture
def slow(clinic: Clinic) -> Iterator[Slow]:
    made = Slow(clinic.incoming)
    yield made
    for gate in made.gates.values():
        gate.set()


def test_enter_before_the_guess_came_files_nothing(
    inbox: Callable[..., Window], clinic: Clinic, slow: Slow, hers: IncomingFile, mara: Patient
) -> None:
    slow.gates[hers.id] = threading.Event()
    desk = inbox(settled=False, services=with_service(clinic, slow))
    desk.qtbot.waitUntil(lambda: desk.page.list.chosen is not None)
    desk.qtbot.wait(600)
    desk.press(ENTER)
    desk.qtbot.wait(100)
    assert desk.chosen_id() is None and desk.waiting() == ["SCAN_0001.pdf"] and not desk.of(mara)
    slow.gates[hers.id].set()
    desk.settle()
    assert desk.chosen_id() == mara.id
    assert desk.waiting() == ["SCAN_0001.pdf"], "the key that was pressed before is not remembered"
    desk.press(ENTER)
    desk.settle()
    assert desk.waiting() == [] and len(desk.of(mara)) == 1


def test_a_guess_that_comes_late_is_not_shown_for_another_file(
    inbox: Callable[..., Window],
    clinic: Clinic,
    slow: Slow,
    hers: IncomingFile,
    his: IncomingFile,
    jonas: Patient,
) -> None:
    slow.gates[hers.id] = threading.Event()
    desk = inbox(settled=False, services=with_service(clinic, slow))
    desk.qtbot.waitUntil(lambda: desk.page.list.chosen is not None)
    desk.press(Qt.Key.Key_Down)
    desk.qtbot.waitUntil(lambda: desk.chosen_id() is not None)
    slow.gates[hers.id].set()
    desk.settle()
    assert desk.form.file_id == his.id
    assert desk.chosen_id() == jonas.id
    assert [row.guess.patient_id for row in desk.form.guesses.rows] == [jonas.id]


def test_an_answer_for_another_file_changes_nothing(
    inbox: Callable[..., Window], hers: IncomingFile, his: IncomingFile, clinic: Clinic, reception: Actor
) -> None:
    desk = inbox()
    before = desk.chosen_id()
    desk.form.show_guesses(his.id, clinic.incoming.guess(reception, his.id))
    assert desk.chosen_id() == before and before is not None


def test_a_guess_that_is_not_sure_is_offered_and_not_chosen(
    inbox: Callable[..., Window], take: Callable[..., IncomingFile], mara: Patient
) -> None:
    take(a_report("Mara Fictanova", ""), "letter.pdf")
    desk = inbox()
    (row,) = desk.form.guesses.rows
    assert row.guess.patient_id == mara.id and not row.guess.sure
    assert desk.chosen_id() is None and not row.isChecked()
    desk.press(ENTER)
    desk.settle()
    assert desk.waiting() == ["letter.pdf"] and not desk.of(mara)
    assert desk.form.pick.search.hasFocus()


def test_a_row_that_slips_under_the_key_is_not_filed_by_it(
    inbox: Callable[..., Window],
    clinic: Clinic,
    reception: Actor,
    hers: IncomingFile,
    his: IncomingFile,
    mara: Patient,
    jonas: Patient,
) -> None:
    """Another desk files the first one; the key pressed for it comes after the second took its place."""
    desk = inbox()
    assert desk.form.file_id == hers.id and desk.ready()
    clinic.incoming.file(reception, FileIncoming(id=hers.id, version=hers.version, patient_id=mara.id))
    desk.qtbot.waitUntil(lambda: desk.form.file_id == his.id)
    desk.settle()
    assert desk.form.held.isVisible() and not desk.ready()
    desk.press(ENTER)
    desk.settle()
    assert desk.waiting() == ["SCAN_0002.pdf"] and not desk.of(jonas)
    assert not desk.form.held.isVisible()
    desk.press(ENTER)
    desk.settle()
    assert desk.waiting() == [] and len(desk.of(jonas)) == 1


def test_the_key_pressed_while_the_list_still_shows_what_another_desk_filed(
    inbox: Callable[..., Window],
    clinic: Clinic,
    reception: Actor,
    hers: IncomingFile,
    his: IncomingFile,
    mara: Patient,
    jonas: Patient,
) -> None:
    desk = inbox()
    clinic.incoming.file(reception, FileIncoming(id=hers.id, version=hers.version, patient_id=mara.id))
    desk.press(ENTER)
    desk.settle()
    assert len(desk.of(mara)) == 1 and not desk.of(jonas)
    assert desk.waiting() == ["SCAN_0002.pdf"] and desk.form.file_id == his.id


def test_one_key_pressed_twice_or_held_files_one_file(
    inbox: Callable[..., Window], hers: IncomingFile, his: IncomingFile, mara: Patient, jonas: Patient
) -> None:
    desk = inbox()
    desk.press(ENTER)
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: desk.form.file_id == his.id)
    desk.press(ENTER)
    for _ in range(30):
        desk.qtbot.wait(30)
        target = QApplication.focusWidget() or desk.window
        held = QKeyEvent(QEvent.Type.KeyPress, ENTER, Qt.KeyboardModifier.NoModifier, "\r", autorep=True)
        QApplication.sendEvent(target, held)
    desk.settle()
    assert len(desk.of(mara)) == 1 and not desk.of(jonas) and desk.waiting() == ["SCAN_0002.pdf"]


def test_a_namesake_is_warned_of_before_anything_is_filed(
    inbox: Callable[..., Window], clinic: Clinic, reception: Actor, hers: IncomingFile, mara: Patient
) -> None:
    clinic.patients.register(reception, a_patient("Fictanova", "Mara", birth_date="1990-01-02"))
    desk = inbox()
    assert desk.chosen_id() == mara.id
    warned = " ".join(label.text() for label in desk.form.pick.findChildren(QLabel))
    assert "same name" in warned and mara.mrn in warned and "1988" in warned


def test_the_next_guess_is_there_before_the_next_file(
    inbox: Callable[..., Window],
    clinic: Clinic,
    slow: Slow,
    hers: IncomingFile,
    his: IncomingFile,
    jonas: Patient,
) -> None:
    desk = inbox(services=with_service(clinic, slow))
    slow.gates[his.id] = threading.Event()
    desk.press(ENTER)
    desk.qtbot.waitUntil(lambda: desk.form.file_id == his.id)
    assert desk.chosen_id() == jonas.id


def test_a_file_brought_by_another_desk_leaves_this_one_where_it_is(
    inbox: Callable[..., Window], clinic: Clinic, reception: Actor, his: IncomingFile
) -> None:
    desk = inbox()
    desk.press(Qt.Key.Key_Down)
    desk.settle()
    desk.form.name.setText("Typed title")
    clinic.incoming.take_in(
        reception,
        TakeIn(file_name="b.pdf", source=IncomingSource.DROPPED),
        BytesIO(a_report("N N", "1950-01-01")),
    )
    desk.settle()
    assert desk.form.file_id == his.id and desk.form.name.text() == "Typed title"
    assert desk.page.list.model.rowCount() == 3
