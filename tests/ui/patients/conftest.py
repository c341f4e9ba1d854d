"""A real clinic on SQLite, a window, and pages of the patients room in it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.audit.access_tab import access_tab
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.page import PatientsPage
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Toasts
from tests.conftest import ClinicSite, ClinicTemplate
from tests.makers.people import a_patient


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def people(clinic: Clinic, reception: Actor) -> dict[str, Patient]:
    """Four patients, by given name; two of them read the same."""
    commands = (
        a_patient("Fictanova", "Mara", "+44 20 7946 0142", birth_date="1988-04-05"),
        a_patient("Fictanova", "Bruno", "+44 20 7946 0142", birth_date="1985-12-17"),
        a_patient("Örnek", "Zeynep", "+44 7700 900123", birth_date="1990-02"),
        a_patient("Stubson", "Noah"),
    )
    return {command.given: clinic.patients.register(reception, command) for command in commands}


@dataclass
class DeskWindow:
    """A window with pages, what it said, and what was asked of the navigator."""

    window: QWidget
    desk: Desk
    qtbot: QtBot
    stack: QStackedWidget
    said: list[tuple[str, Callable[[], None] | None]] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def list(self) -> PatientsPage:
        """The patients page, loaded and in front."""
        return self.show(PatientsPage(self.desk))

    def chart(self, patient_id: UUID) -> ChartPage:
        """A chart, loaded and in front."""
        return self.show(ChartPage(self.desk, patient_id, access_tab))

    def show(self, page: Any) -> Any:
        """Bring a page to the front and load it."""
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        page.load()
        self.settle()
        # A control shown before it has its place is a window of its own and takes the focus away.
        assert QApplication.activeWindow() is self.window
        return page

    def settle(self) -> None:
        """Wait until everything asked has been answered and shown, news included."""
        for _ in range(3):
            assert self.desk.tasks.wait_idle()
            self.qtbot.wait(70)
        assert self.desk.tasks.wait_idle()

    def come_forward(self) -> None:
        """Make this the desk at which somebody types."""
        with self.qtbot.waitActive(self.window):
            self.window.activateWindow()
        self.stack.currentWidget().setFocus()

    def press(
        self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """A key, or typed letters, to whatever has the focus."""
        target = QApplication.focusWidget()
        assert target is not None and self.window.isAncestorOf(target)
        if isinstance(key, str):
            self.qtbot.keyClicks(target, key, modifier)
        else:
            self.qtbot.keyClick(target, key, modifier)


@pytest.fixture
def open_desk(
    qtbot: QtBot, clinic: Clinic, reception: Actor, clock: FixedClock
) -> Iterator[Callable[..., DeskWindow]]:
    """Opens a desk's window at the given size; for the receptionist unless told otherwise."""
    made: list[DeskWindow] = []

    def opened(actor: Actor | None = None, width: int = 1220, height: int = 820) -> DeskWindow:
        window = QWidget()
        who = actor or reception
        said: list[tuple[str, Callable[[], None] | None]] = []
        asked: list[tuple[Any, ...]] = []
        go = Navigator(window)
        desk = Desk(
            clinic,
            who,
            clinic.settings.clinic(who),
            Tasks(window),
            Live(clinic.changes, window),
            go,
            clock,
            lambda text, undo=None: said.append((text, undo)),
        )
        for name, signal in (
            ("patient", go.patientRequested),
            ("patients", go.patientsRequested),
            ("register", go.registerRequested),
            ("take_down", go.takeDownRequested),
            ("calendar", go.calendarRequested),
            ("book", go.bookRequested),
            ("document", go.documentRequested),
        ):
            signal.connect(lambda *what, name=name: asked.append((name, *what)))
        Toasts(window)
        stack = QStackedWidget()
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(stack)
        window.resize(width, height)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
        found = DeskWindow(window, desk, qtbot, stack, said, asked)
        made.append(found)
        return found

    yield opened
    for each in made:
        each.desk.live.close()
        each.desk.tasks.close()


class Gate:
    """Holds calls of one service method until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, service: Any, method: str) -> None:
        self._open = threading.Event()
        real = getattr(service, method)

        def held(*args: Any, **named: Any) -> Any:
            assert self._open.wait(10)
            return real(*args, **named)

        monkeypatch.setattr(service, method, held)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any, str], Gate]]:
    made: list[Gate] = []

    def held(service: Any, method: str) -> Gate:
        made.append(Gate(monkeypatch, service, method))
        return made[-1]

    yield held
    for gate in made:
        gate.open()


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Makes a method do its work once and answer as a server does whose answer is lost."""

    def lost(service: Any, method: str) -> None:
        real = getattr(service, method)
        told: list[bool] = []

        def once(*args: Any) -> Any:
            answer = real(*args)
            if not told:
                told.append(True)
                raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
            return answer

        monkeypatch.setattr(service, method, once)

    return lost


def away(*_args: object) -> None:
    raise Unavailable(ErrorCode.DATABASE_UNREACHABLE)
