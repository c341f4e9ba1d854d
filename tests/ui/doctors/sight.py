"""Doctors & hours as somebody sees it, and what tests do with it."""

from __future__ import annotations

from datetime import time
from typing import TypeVar

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.practitioners import WorkingHoursInput
from meditrack_desktop.ui.doctors.page import DoctorsPage
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks

MORNING, NOON, AFTERNOON, EVENING = time(8), time(12), time(12, 45), time(16)

T = TypeVar("T", bound=QWidget)


def week(*stretches: tuple[time, time]) -> tuple[WorkingHoursInput, ...]:
    return tuple(
        WorkingHoursInput(weekday=day, starts=starts, ends=ends)
        for day in range(5)
        for starts, ends in stretches
    )


class Sight:
    """The page in its window, and what a test does with it."""

    def __init__(self, window: MainWindow, page: DoctorsPage, tasks: Tasks, qtbot: QtBot) -> None:
        self.window, self.page, self.tasks, self.qtbot = window, page, tasks, qtbot

    @property
    def hours(self) -> list[str]:
        """The texts of the week that is shown."""
        return [row.field.text() for row in self.page.pane.hours.editor.rows]

    @property
    def said(self) -> list[str]:
        return [toast.text for toast in self.window.toasts.shown]

    def settle(self) -> None:
        """Wait until everything asked has been answered and shown, news included."""
        for _ in range(3):
            assert self.tasks.wait_idle()
            self.qtbot.wait(70)
        assert self.tasks.wait_idle()

    def layer(self, kind: type[T]) -> T:
        """The open sheet or dialog of a kind; exactly one."""
        found = [one for one in self.window.findChildren(kind) if one.isVisible()]
        assert len(found) == 1, f"{len(found)} of {kind.__name__}"
        return found[0]

    def none_open(self, kind: type[T]) -> bool:
        return not any(one.isVisible() for one in self.window.findChildren(kind))
