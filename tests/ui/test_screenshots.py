"""Pictures of every window: each room has its states, and each state becomes its files."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.ui import screenshots, theme
from meditrack_desktop.ui.doctors import screens as doctors
from meditrack_desktop.ui.first_run import screens as set_up
from tests.conftest import PASSWORDS, ClinicSite


def test_pictures_are_drawn_in_both_themes_and_sizes(
    site: ClinicSite, clock: FixedClock, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshots, "DESK_ROOMS", {"doctors": "doctors"})
    monkeypatch.setattr(screenshots, "READING_ROOMS", {})
    monkeypatch.setattr(screenshots, "OFFICE_ROOMS", {})
    monkeypatch.setattr(set_up, "SCREENS", set_up.SCREENS[:1])
    monkeypatch.setattr(doctors, "SCREENS", doctors.SCREENS[:1])
    folder = tmp_path / "pictures"
    files = screenshots.render_all(
        site.folder, partial(open_clinic, clock=clock), [("reception", PASSWORDS["reception"])], folder, clock
    )
    theme.current().set(scheme="light")
    assert sorted(files) == sorted(folder.iterdir())
    names = {file.stem for file in files}
    for state in (
        "login-normal",
        "login-wrong",
        "login-paused",
        "doctors-normal",
        "lock-normal",
        "search-results",
        "first-run-language",
    ):
        assert {
            f"{state}-{scheme}-{width}" for scheme in ("light", "dark") for width in (1440, 1024)
        } <= names
    light, dark = (QImage(str(folder / f"doctors-normal-{scheme}-1024.png")) for scheme in ("light", "dark"))
    assert light.size() == dark.size() and light.size().toTuple() == (1024, 640)
    assert light.pixelColor(500, 20).lightness() > 200 > 60 > dark.pixelColor(500, 20).lightness()
    first, wrong = (QImage(str(folder / f"login-{state}-light-1440.png")) for state in ("normal", "wrong"))
    assert first != wrong


@pytest.mark.parametrize(
    "room", screenshots.DESK_ROOMS | screenshots.READING_ROOMS | screenshots.OFFICE_ROOMS
)
def test_every_room_names_its_states(room: str) -> None:
    states = [
        (window, state) for window, state, _ in import_module(f"meditrack_desktop.ui.{room}.screens").SCREENS
    ]
    assert states
    assert len(states) == len(set(states))
    assert all(part.replace("-", "").isalnum() and part.islower() for state in states for part in state)


def test_the_set_up_names_its_states_once() -> None:
    states = [state for _, state, _ in set_up.SCREENS]
    assert len(states) == len(set(states)) and {"here", "server", "kit", "join", "restore"} <= set(states)
