"""A real clinic on SQLite, a window, and the calendar page in it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.scheduling.page import SchedulingPage
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Toasts
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.visits import Room, a_room


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def other_desk(doctor: Actor) -> Actor:
    """Somebody at another desk who may book as well."""
    return doctor


@pytest.fixture
def room(clinic: Clinic, reception: Actor, admin: Actor) -> Room:
    """Dr. Ines Modelo, weekdays 9 to 13 and 14 to 17, and Greta Beispiel."""
    return a_room(clinic, reception, admin)


class Gate:
    """Holds the answers of a method back until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self._open = threading.Event()
        real = getattr(owner, name)

        def waiting(*args: object, **kwargs: object) -> object:
            assert self._open.wait(10)
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, waiting)

    def open(self) -> None:
        self._open.set()


@dataclass
class CalendarWindow:
    """The page in a window, with what it said."""

    window: QWidget
    page: SchedulingPage
    desk: Desk
    qtbot: QtBot
    said: list[tuple[str, Callable[[], None] | None]] = field(default_factory=list)

    def settle(self) -> None:
        """Wait until everything asked has been answered and shown, news included."""
        for _ in range(3):
            assert self.desk.tasks.wait_idle()
            self.qtbot.wait(70)
        assert self.desk.tasks.wait_idle()

    def press(
        self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """A key to whatever has the focus."""
        target = self.window.focusWidget() or self.window
        if isinstance(key, str):
            self.qtbot.keyClicks(target, key, modifier)
        else:
            self.qtbot.keyClick(target, key, modifier)

    def undo(self) -> None:
        """Take back what was said last."""
        back = self.said[-1][1]
        assert back is not None
        back()
        self.settle()


@pytest.fixture
def open_calendar(
    qtbot: QtBot, clinic: Clinic, reception: Actor, clock: FixedClock
) -> Iterator[Callable[..., CalendarWindow]]:
    """Opens the calendar of a desk at the given size; for the receptionist unless told otherwise."""
    made: list[CalendarWindow] = []

    def opened(
        width: int = 1240, height: int = 840, actor: Actor | None = None, load: bool = True
    ) -> CalendarWindow:
        window = QWidget()
        tasks = Tasks(window)
        live = Live(clinic.changes, window)
        facts = clinic.settings.clinic(actor or reception)
        said: list[tuple[str, Callable[[], None] | None]] = []
        desk = Desk(
            clinic,
            actor or reception,
            facts,
            tasks,
            live,
            Navigator(window),
            clock,
            lambda text, undo=None: said.append((text, undo)),
        )
        Toasts(window)
        page = SchedulingPage(desk)
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        window.resize(width, height)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        found = CalendarWindow(window, page, desk, qtbot, said)
        made.append(found)
        if load:
            page.load()
            found.settle()
            page.view.grid.setFocus(Qt.FocusReason.TabFocusReason)
        return found

    yield opened
    for each in made:
        each.desk.live.close()
        each.desk.tasks.close()


@pytest.fixture
def calendar(room: Room, open_calendar: Callable[..., CalendarWindow]) -> CalendarWindow:
    """The receptionist's calendar on Wednesday 18 November 2026, 10:42; nothing is booked."""
    return open_calendar()
