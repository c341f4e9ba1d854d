"""A note between the keys and the records: what is typed meanwhile, refused, or goes on in another window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.notes import LONGEST_NOTE, SaveDraft
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.frame.history import Place
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.own_window import ChartWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.tasks import Tasks
from tests.makers.care import as_doctor, in_care
from tests.makers.charts import sign_note
from tests.ui.patients.conftest import DeskWindow, Gate, away

OpenDesk = Callable[..., DeskWindow]
Enter = Callable[[Actor], MainWindow]


@pytest.fixture
def mara(clinic: Clinic, admin: Actor, doctor: Actor, people: dict[str, Patient]) -> Patient:
    in_care(clinic, doctor, as_doctor(clinic, admin, doctor), people["Mara"])
    return people["Mara"]


def test_what_is_typed_while_a_draft_is_on_its_way_outlives_the_page(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, hold: Callable[[Any, str], Gate]
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    gate = hold(clinic.notes, "save_draft")
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    page.overview.note.draft.save()
    desk.press(" for 8 weeks")
    assert page.can_leave()
    desk.stack.removeWidget(page)
    page.deleteLater()
    desk.qtbot.wait(20)
    gate.open()
    desk.settle()
    kept = [note.body for note in clinic.charts.of_patient(doctor, mara.id).drafts]
    assert kept == ["Tired for 8 weeks"]


def test_what_is_typed_while_a_note_is_being_signed_is_not_lost(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, hold: Callable[[Any, str], Gate]
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    gate = hold(clinic.notes, "sign")
    desk.press(Qt.Key.Key_N)
    desk.press("Tired for 8 weeks")
    box.sign()
    box.text.setFocus()
    desk.press(" and pale")
    gate.open()
    desk.settle()
    assert [note.body for note in clinic.charts.of_patient(doctor, mara.id).notes] == ["Tired for 8 weeks"]
    assert box.text.toPlainText() == "and pale"
    assert page.can_leave()
    desk.settle()
    assert [note.body for note in clinic.charts.of_patient(doctor, mara.id).drafts] == ["and pale"]


def test_what_cannot_be_kept_leaves_the_note_to_be_signed_again(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    monkeypatch.setattr(clinic.notes, "save_draft", away)
    box.draft.save()
    box.sign()
    desk.settle()
    assert not box.sign_.busy


def test_a_draft_thrown_away_while_it_was_being_kept_does_not_come_back(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient, hold: Callable[[Any, str], Gate]
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    gate = hold(clinic.notes, "save_draft")
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    page.overview.note.draft.save()
    page.overview.note._discard()
    gate.open()
    desk.settle()
    assert clinic.charts.of_patient(doctor, mara.id).drafts == ()


def test_a_note_that_is_too_long_is_never_signed_as_it_was_before(
    open_desk: OpenDesk, clinic: Clinic, doctor: Actor, mara: Patient
) -> None:
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")
    long = "Tired " + "x" * LONGEST_NOTE
    box.text.setPlainText(long)
    box.sign()
    desk.settle()
    assert clinic.charts.of_patient(doctor, mara.id).notes == ()
    assert box.text.toPlainText() == long
    assert not page.can_leave()


def test_an_addition_waits_until_the_note_before_it_is_kept(
    open_desk: OpenDesk,
    clinic: Clinic,
    doctor: Actor,
    mara: Patient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed = sign_note(clinic, doctor, mara.id, "All well")
    desk = open_desk(doctor)
    page: ChartPage = desk.chart(mara.id)
    box = page.overview.note
    desk.press(Qt.Key.Key_N)
    desk.press("Tired")

    monkeypatch.setattr(clinic.notes, "save_draft", away)
    box.amend(signed)
    desk.settle()
    assert box.text.toPlainText() == "Tired"
    assert box.draft.amends is None
    monkeypatch.undo()
    box.amend(signed)
    desk.settle()
    assert box.text.toPlainText() == "" and box.draft.amends == signed.id
    assert [note.body for note in clinic.charts.of_patient(doctor, mara.id).drafts] == ["Tired"]


def test_a_note_signed_in_one_window_stands_in_no_box_of_another(
    enter: Enter, clinic: Clinic, doctor: Actor, mara: Patient, tasks: Tasks, qtbot: QtBot
) -> None:
    clinic.notes.save_draft(doctor, SaveDraft(patient_id=mara.id, body="Tired for 8 weeks"))
    window = enter(doctor)
    desk, frame = window.desk, window.frame
    assert desk is not None and frame is not None

    def settle() -> None:
        for _ in range(3):
            assert tasks.wait_idle()
            qtbot.wait(70)
        assert tasks.wait_idle()

    page = cast(ChartPage, frame.open(Place("patients", (mara.id,))))
    settle()
    desk.go.chart_window(mara.id)
    own = frame.own_windows.find(mara.id)
    assert isinstance(own, ChartWindow)
    settle()
    here, there = page.overview.note, own.chart.overview.note
    assert here.text.toPlainText() == there.text.toPlainText() == "Tired for 8 weeks"
    there.sign()
    settle()
    page.refresh()
    settle()
    assert (here.text.toPlainText(), there.text.toPlainText()) == ("", "")
    assert here.draft.is_empty
    own.close()
