"""A clinic on a local file and a page of the privacy windows in a window of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.live import Live
from meditrack_desktop.ui.navigation import Navigator
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Dialog
from tests.conftest import ClinicSite, ClinicTemplate


@pytest.fixture
def site(sqlite_template: ClinicTemplate, tmp_path: Path) -> ClinicSite:
    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@dataclass
class Room:
    """A window, and what was said and wished for in it."""

    window: QWidget
    desk: Desk
    said: list[str] = field(default_factory=list)
    charts: list[object] = field(default_factory=list)

    def show(self, widget: QWidget) -> None:
        layout = self.window.layout()
        assert layout is not None
        layout.addWidget(widget)
        widget.show()

    def settle(self, qtbot: QtBot) -> None:
        for _ in range(3):
            assert self.desk.tasks.wait_idle(20_000)
            qtbot.wait(20)

    def dialog(self) -> Dialog:
        return next(one for one in reversed(self.window.findChildren(Dialog)) if one.isVisible())


@pytest.fixture
def room(qtbot: QtBot, clinic: Clinic, clock: FixedClock) -> Iterator[Callable[[Actor], Room]]:
    made: list[Room] = []

    def opened(actor: Actor) -> Room:
        window = QWidget()
        QVBoxLayout(window)
        said: list[str] = []
        desk = Desk(
            clinic,
            actor,
            clinic.settings.clinic(actor),
            Tasks(window),
            Live(clinic.changes, window),
            Navigator(window),
            clock,
            lambda text, undo=None: said.append(text),
        )
        found = Room(window, desk, said)
        desk.go.patientRequested.connect(found.charts.append)
        window.resize(1100, 700)
        window.show()
        window.activateWindow()
        made.append(found)
        return found

    yield opened
    for each in made:
        each.desk.tasks.wait_idle()
        each.desk.live.close()
        each.desk.tasks.close()
        each.window.hide()
        each.window.deleteLater()
