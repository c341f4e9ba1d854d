"""What is said about a file is said of that file and of its patient, also when the answer comes late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO

from PySide6.QtCore import Qt

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.incoming import Guess, GuessReason, IncomingFile, IncomingSource, TakeIn
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.sources import ChosenFile
from meditrack_desktop.ui.inbox.guesses import GuessRow
from meditrack_desktop.ui.inbox.split_sheet import SplitSheet
from meditrack_desktop.ui.inbox.taking_in import take_in_all
from meditrack_desktop.ui.widgets import Label
from meditrack_desktop.ui.widgets.tool_tip import plain_tip
from tests.ui.inbox.conftest import Window, a_report

ENTER = Qt.Key.Key_Return


def choose(desk: Window, name: str) -> None:
    desk.form.focus_patient()
    desk.type(desk.form.pick.search, name)
    desk.settle()
    desk.press(ENTER)
    desk.settle()


def test_what_was_confirmed_is_said_of_the_patient_it_was_filed_with(
    inbox: Callable[..., Window], hers: IncomingFile, his: IncomingFile, mara: Patient, jonas: Patient
) -> None:
    """The question is answered while another file is in hand already."""
    desk = inbox()
    desk.page.list.choose(hers.id)
    desk.settle()
    choose(desk, "testholm")
    desk.press(ENTER)
    desk.page.list.choose(his.id)
    desk.settle()
    choose(desk, "fictanova")
    question = desk.window.findChild(AnotherNameDialog)
    assert question is not None and question.people.right.name.text() == "Jonas Testholm"
    question.sure.click()
    question.file.click()
    desk.settle()
    assert len(desk.of(jonas)) == 1 and not desk.of(mara)
    said = [words for words, _ in desk.said if "filed with" in words]
    assert said and said[-1].endswith("Jonas Testholm")


def test_not_filed_leads_back_to_the_file_it_was_about(
    inbox: Callable[..., Window], hers: IncomingFile, his: IncomingFile, jonas: Patient
) -> None:
    desk = inbox()
    desk.page.list.choose(hers.id)
    desk.settle()
    choose(desk, "testholm")
    desk.press(ENTER)
    desk.page.list.choose(his.id)
    desk.settle()
    question = desk.window.findChild(AnotherNameDialog)
    assert question is not None
    question.cancel.click()
    desk.settle()
    assert desk.form.file_id == hers.id, "the patient is searched for the file that was asked about"


class Away:
    """The inbox's service, that cannot say whose a file is."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def guess(self, actor: Actor, incoming_id: Any, open_patient_id: Any = None) -> tuple[Guess, ...]:
        raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)


def test_nobody_fits_is_not_said_where_nobody_could_be_asked(
    inbox: Callable[..., Window], clinic: Clinic, hers: IncomingFile
) -> None:
    """Whoever believes it registers the patient a second time."""
    away: Any = Away(clinic.incoming)
    desk = inbox(services=replace(clinic, incoming=away))
    assert desk.form.file_id == hers.id and desk.form.nobody.isVisible()
    assert "Nobody" not in desk.form.nobody.text()


def test_the_pages_to_be_cut_are_forgotten_behind_the_lock(
    inbox: Callable[..., Window], take: Callable[..., IncomingFile]
) -> None:
    take(a_report("Mara Fictanova", "1988-04-05", pages=4), "four.pdf")
    desk = inbox()
    desk.press(Qt.Key.Key_S)
    desk.settle()
    sheet = desk.window.findChild(SplitSheet)
    assert sheet is not None and sheet.strip.picture(0) is not None
    sheet.strip.toggle(3)
    sheet.set_aside()
    desk.settle()
    assert sheet.strip.picture(0) is None and sheet._reading.closed
    sheet.bring_back()
    desk.settle()
    assert sheet.strip.picture(0) is not None and sheet.strip.cuts == (3,)
    sheet.close_layer()


def test_a_name_with_brackets_is_letters_in_a_tooltip(inbox: Callable[..., Window]) -> None:
    guess = Guess(new_id(), "<b>Mara</b>", None, "M-1", (GuessReason.NAME,), False)
    row = GuessRow(guess, date(2026, 11, 21))
    assert "&lt;b&gt;Mara" in row.toolTip() and "<b>" not in row.toolTip()
    label = Label("", elide=True)
    label.setText("<b>A name that is far too long for so little room</b>.pdf")
    label.resize(40, 20)
    label.show()
    assert "&lt;b&gt;" in label.toolTip()
    label.setText("Another file whose name is far too long")
    assert label.toolTip() == plain_tip("Another file whose name is far too long"), (
        "not the name of the one before"
    )
    label.setText("a")
    assert label.toolTip() == ""
    label.hide()


def test_whoever_types_for_the_next_file_keeps_the_keys(
    inbox: Callable[..., Window], hers: IncomingFile, his: IncomingFile, mara: Patient
) -> None:
    """In the list the same letters would turn, split or throw away a file."""
    desk = inbox()
    desk.page.list.choose(hers.id)
    desk.settle()
    assert desk.chosen_id() == mara.id
    desk.press(ENTER)
    desk.page.list.choose(his.id)
    desk.form.focus_patient()
    desk.settle()
    assert len(desk.of(mara)) == 1
    assert desk.form.file_id == his.id and desk.form.pick.search.hasFocus()


def test_what_was_taken_in_before_the_outage_is_told_and_what_was_not_is_named(
    clinic: Clinic, reception: Actor
) -> None:
    class Failing:
        def take_in(self, actor: Actor, command: TakeIn, source: BinaryIO) -> IncomingFile:
            if command.file_name == "two.pdf":
                raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
            return clinic.incoming.take_in(actor, command, source)

    failing: Any = Failing()
    files = [ChosenFile(f"{name}.pdf", data=a_report(name, "1988-04-05")) for name in ("one", "two", "three")]
    brought = take_in_all(
        replace(clinic, incoming=failing), reception, files, IncomingSource.DROPPED, lambda _progress: None
    )
    assert [one.file_name for one in brought.taken] == ["one.pdf"]
    assert [name for name, _ in brought.refused] == ["two.pdf"] and brought.left == 1
