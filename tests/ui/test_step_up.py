"""The password once more: one dialog for every page, what was refused is done again, and Cancel keeps what is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.step_up import PasswordDialog
from meditrack_desktop.ui.tasks import Tasks
from tests.conftest import PASSWORDS

Enter = Callable[[Actor], MainWindow]


@pytest.fixture
def later(enter: Enter, admin: Actor, clock: FixedClock) -> MainWindow:
    """An administrator's desk, a quarter of an hour after the password was typed."""
    window = enter(admin)
    for _ in range(15):
        clock.advance(timedelta(minutes=1))
        window.watch.touch()
    return window


def dialog_of(window: MainWindow) -> PasswordDialog:
    dialog = window.guard.step_up.dialog
    assert dialog is not None and dialog.isVisible()
    return dialog


def change(window: MainWindow, owner: QWidget, minutes: int, heard: list[object]) -> None:
    desk = window.desk
    assert desk is not None
    command = ChangeSettings(idle_lock_minutes=minutes)
    desk.tasks.change(
        owner,
        partial(desk.clinic.settings.change, desk.actor, command),
        done=heard.append,
        failed=heard.append,
        always=lambda: heard.append("end"),
    )


def test_typing_the_password_does_what_was_refused(
    later: MainWindow, clinic: Clinic, admin: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    heard: list[object] = []
    change(later, later, 7, heard)
    assert tasks.wait_idle()
    dialog = dialog_of(later)
    assert heard == [], "nobody is told before the answer"
    assert dialog.password.hasFocus()
    assert clinic.settings.read(admin).idle_lock_minutes == 10
    qtbot.keyClicks(dialog.password, PASSWORDS["admin"])
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert clinic.settings.read(admin).idle_lock_minutes == 7
    assert isinstance(heard[0], ClinicSettings) and heard[1:] == ["end"]
    assert later.guard.step_up.dialog is None
    change(later, later, 8, heard)
    assert tasks.wait_idle()
    assert later.guard.step_up.dialog is None, "it was typed a moment ago"
    assert clinic.settings.read(admin).idle_lock_minutes == 8


def test_a_wrong_password_is_said_and_typed_again(
    later: MainWindow, clinic: Clinic, admin: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    heard: list[object] = []
    change(later, later, 7, heard)
    assert tasks.wait_idle()
    dialog = dialog_of(later)
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert dialog.field.error == "Type your password."
    qtbot.keyClicks(dialog.password, "not the password")
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert dialog.field.error == "That is not your password."
    assert not later.locked and heard == []
    qtbot.keyClicks(dialog.password, PASSWORDS["admin"])
    qtbot.keyClick(dialog.password, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert clinic.settings.read(admin).idle_lock_minutes == 7


def test_cancel_keeps_what_was_typed_and_changes_nothing(
    later: MainWindow, clinic: Clinic, admin: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    heard: list[object] = []
    page = later.frame.sheet.current()
    draft = QLineEdit("half a sentence", page)
    draft.show()
    draft.setFocus()
    change(later, page, 7, heard)
    assert tasks.wait_idle()
    qtbot.keyClick(dialog_of(later).password, Qt.Key.Key_Escape)
    assert isinstance(heard[0], ClinicError) and heard[0].code is ErrorCode.PASSWORD_AGAIN
    assert heard[1:] == ["end"]
    assert draft.text() == "half a sentence"
    assert QApplication.focusWidget() is draft
    assert clinic.settings.read(admin).idle_lock_minutes == 10


def test_one_dialog_serves_all_that_wait(later: MainWindow, tasks: Tasks, qtbot: QtBot) -> None:
    desk = later.desk
    heard: list[object] = []

    def slow(progress: OnProgress) -> ClinicSettings:
        progress(Progress(0, 1))
        return desk.clinic.settings.change(desk.actor, ChangeSettings(retention_years=11))

    task = desk.tasks.slow(later, slow, done=heard.append, title="Long work")
    task.finished.connect(lambda: heard.append("finished"))
    change(later, later, 7, [])
    assert tasks.wait_idle()
    assert len([found for found in later.findChildren(PasswordDialog) if found.isVisible()]) == 1
    assert heard == []
    qtbot.keyClicks(dialog_of(later).password, PASSWORDS["admin"])
    qtbot.keyClick(dialog_of(later).password, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert heard[0] == "finished" and isinstance(heard[1], ClinicSettings)
    settings = desk.clinic.settings.read(desk.actor)
    assert (settings.idle_lock_minutes, settings.retention_years) == (7, 11)


def test_nobody_is_asked_because_of_what_another_person_was_doing(later: MainWindow, tasks: Tasks) -> None:
    heard: list[object] = []
    change(later, later, 7, heard)
    tasks.session = new_id()
    assert tasks.wait_idle()
    assert later.guard.step_up.dialog is None
    assert isinstance(heard[0], ClinicError) and heard[0].code is ErrorCode.PASSWORD_AGAIN


def test_the_lock_takes_the_question_away(
    later: MainWindow, clinic: Clinic, admin: Actor, tasks: Tasks
) -> None:
    heard: list[object] = []
    change(later, later, 7, heard)
    assert tasks.wait_idle()
    dialog = dialog_of(later)
    later.lock()
    assert not dialog.isVisible()
    assert isinstance(heard[0], ClinicError) and heard[1:] == ["end"]
    assert tasks.wait_idle()
    later.lock_screen.credentials.password.setText(PASSWORDS["admin"])
    later.lock_screen.credentials.submit()
    assert tasks.wait_idle() and not later.locked
    assert not [found for found in later.findChildren(PasswordDialog) if found.isVisible()]
    assert clinic.settings.read(later.desk.actor).idle_lock_minutes == 10
