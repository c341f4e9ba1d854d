"""Starting and ending the program: over a real profile, over none, and what it remembers."""

from __future__ import annotations

import gc
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.application import run_desktop
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.self_test import check_windows
from meditrack_desktop.ui.widgets import Banner
from tests.conftest import PASSWORDS, ClinicSite


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logger = logging.getLogger("meditrack")
    handlers, propagates = list(logger.handlers), logger.propagate
    yield
    for handler in set(logger.handlers) - set(handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = propagates
    gc.enable()


def test_the_program_opens_signs_in_and_remembers(site: ClinicSite, qapp: QApplication) -> None:
    seen: dict[str, object] = {}

    def ready(window: MainWindow) -> None:
        seen["before"] = window.login.isVisible()

        def leave() -> None:
            assert window.frame is not None
            seen["person"] = window.frame.sidebar.person.accessibleName()
            window.tasks.wait_idle()
            theme.current().set(scheme="dark", text_size=125)
            window.resize(1100, 700)
            window.close()

        window.entered.connect(lambda: QTimer.singleShot(100, leave))

    code = run_desktop(site.folder, open_clinic, sign_in=("reception", PASSWORDS["reception"]), ready=ready)
    assert code == 0
    assert seen == {"before": True, "person": "Rosa Ontwerp, Receptionist. Account menu"}
    assert "dark" in (site.folder / "desk.ini").read_text()

    def again(window: MainWindow) -> None:
        seen["dark"], seen["size"] = theme.current().dark, theme.current().text_size
        QTimer.singleShot(200, window.close)

    run_desktop(site.folder, open_clinic, ready=again)
    assert (seen["dark"], seen["size"]) == (True, 125)


def test_a_clinic_that_does_not_open_is_said_on_the_card(site: ClinicSite, qapp: QApplication) -> None:
    tried: list[Path] = []
    said: list[str] = []

    def broken(folder: Path) -> Clinic:
        tried.append(folder)
        raise Unavailable(ErrorCode.KEYRING_UNUSABLE)

    def ready(window: MainWindow) -> None:
        window.tasks.wait_idle()
        banner = window.login.findChild(Banner)
        said.append(banner.accessibleName())
        assert banner.action is not None
        banner.action.click()
        window.tasks.wait_idle()
        QTimer.singleShot(0, window.close)

    assert run_desktop(site.folder, broken, ready=ready) == 0
    assert tried == [site.folder, site.folder]
    assert "does not hand out the clinic's key" in said[0]


@pytest.mark.parametrize("damaged", [False, True])
def test_without_a_clinic_the_program_says_so_and_ends(
    tmp_path: Path, qapp: QApplication, qtbot: QtBot, damaged: bool
) -> None:
    if damaged:
        (tmp_path / "clinic.json").write_text(json.dumps({"format": 1}))
    said: list[str] = []

    def look() -> None:
        window = next(window for window in qapp.topLevelWidgets() if window.isVisible())
        said.extend(
            child.accessibleName() for child in window.findChildren(QWidget) if child.accessibleName()
        )
        window.close()

    QTimer.singleShot(200, look)
    assert run_desktop(tmp_path, open_clinic) == 1
    expected = (
        "A file that the clinic needs to open is damaged." if damaged else "There is no clinic here yet."
    )
    assert expected in said


def test_the_installation_check_finds_everything(qapp: QApplication) -> None:
    assert check_windows() == [("window fonts", ""), ("window icons", ""), ("every control paints", "")]


def test_the_sign_in_card_needs_nothing_heavy() -> None:
    """The database, its drivers and the validation of commands are loaded behind the painted card."""
    program = "import sys, meditrack_desktop.ui.application; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sqlalchemy", "pydantic", "cryptography", "pyrage", "phonenumbers"} & set(loaded)
