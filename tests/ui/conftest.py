"""One dressed application for all window tests, and a watch for what a test leaves behind."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool
from PySide6.QtWidgets import QApplication

from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.clock import FixedClock
    from meditrack_desktop.services.clinic import Clinic
    from meditrack_desktop.ui.main_window import MainWindow
    from tests.conftest import ClinicSite, ClinicTemplate

# Said by the offscreen platform for every window that is shown; it says nothing about our code.
_OFFSCREEN_NOISE = r"This plugin does not support "


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("qt_log_ignore", _OFFSCREEN_NOISE)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application with the theme applied and animations off."""
    theme.current().set_motion(False)
    theme.apply_theme(qapp, "light")
    return qapp


def _settle() -> None:
    """Let closed widgets and finished results go."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _working_threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if not thread.daemon and thread is not threading.main_thread()
    }


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail when a test leaves windows or threads behind; put the theme back to what it was."""
    if "qapp" not in request.fixturenames:
        yield
        return
    app: QApplication = request.getfixturevalue("qapp")
    _settle()
    windows = set(map(id, app.topLevelWidgets()))
    threads = _working_threads()
    yield
    _settle()
    current = theme.current()
    if (current.scheme, current.text_size, current.density, current.status_tints) != (
        "light",
        100,
        "comfortable",
        True,
    ):
        current.set(scheme="light", text_size=100, density="comfortable", status_tints=True)
    left = [window for window in app.topLevelWidgets() if id(window) not in windows and window.isVisible()]
    assert not left, f"windows left open: {left}"
    assert QThreadPool.globalInstance().activeThreadCount() == 0, "work still running in the thread pool"
    still = {thread for thread in _working_threads() - threads if thread.is_alive()}
    assert not still, f"threads left running: {still}"


@pytest.fixture
def real_crash() -> None:
    """Ask for this where the crash dialog itself is the matter."""


@pytest.fixture(autouse=True)
def no_crash(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail when work beside a window broke: the crash dialog would swallow the fault."""
    if "real_crash" in request.fixturenames or "qapp" not in request.fixturenames:
        yield
        return
    faults: list[BaseException] = []
    monkeypatch.setattr(errors, "crash", faults.append)
    yield
    assert not faults, f"broke beside the window: {[errors.describe(fault).details for fault in faults]}"


@pytest.fixture
def site(sqlite_template: "ClinicTemplate", tmp_path: Path) -> "ClinicSite":
    """Windows are tested over the encrypted file alone: services prove that Postgres answers the same."""
    from tests.conftest import ClinicSite

    folder = tmp_path / "profile"
    shutil.copytree(sqlite_template.folder, folder)
    return ClinicSite(folder, sqlite_template.secrets, sqlite_template.actors, "sqlite")


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    """The lanes of one window, ended with the test."""
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def window(qtbot: "QtBot", clinic: "Clinic", clock: "FixedClock", tasks: Tasks) -> Iterator["MainWindow"]:
    """The window at its design size, with the clinic open behind the sign-in card."""
    from meditrack_desktop.ui.main_window import MainWindow

    made = MainWindow(tasks, clinic.profile.facts(), clock, lambda: clinic, "0.1.0")
    made.resize(1440, 900)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.begin()
    assert tasks.wait_idle()
    yield made
    made.end()
    made.hide()
    made.deleteLater()


@pytest.fixture
def enter(window: "MainWindow", tasks: Tasks, clinic: "Clinic") -> Callable[["Actor"], "MainWindow"]:
    """Brings somebody's desk to the front without the half second that a password takes."""
    from meditrack_desktop.ui.login.credentials import SignedIn

    def come_in(actor: "Actor") -> "MainWindow":
        window.enter(SignedIn(actor, clinic.settings.clinic(actor)))
        assert tasks.wait_idle()
        return window

    return come_in
