"""The system's own lock, user switch and sleep: on Linux over a real bus, elsewhere the messages as they come."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from ctypes import wintypes
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.system_lock.windows import WindowsLock, _Messages, takes_the_screen

FAKE = Path(__file__).with_name("fake_logind.py")


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    """A message bus of our own, as both buses of this process."""
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("dbus-daemon is not installed")
    started = subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    address = started.stdout.readline().strip()
    before = {name: os.environ.get(name) for name in ("DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS")}
    os.environ.update(dict.fromkeys(before, address))
    yield address
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    started.terminate()
    started.wait(10)


class FakeLogind:
    """Does what it is told; `said` are its answers so far."""

    def __init__(self) -> None:
        self._program = subprocess.Popen(
            [sys.executable, str(FAKE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.hear("ready")

    def hear(self, expected: str) -> None:
        assert self._program.stdout is not None
        assert self._program.stdout.readline().strip() == expected

    def tell(self, what: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(what + "\n")
        self._program.stdin.flush()

    def end(self) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait(10)


@pytest.fixture
def logind(bus: str) -> Iterator[FakeLogind]:
    fake = FakeLogind()
    yield fake
    fake.end()


@pytest.mark.skipif(sys.platform != "linux", reason="logind is Linux's")
def test_linux_locks_on_every_word_of_the_system(
    logind: FakeLogind, enter: Callable[[Actor], MainWindow], reception: Actor, qtbot: QtBot
) -> None:
    from meditrack_desktop.ui.system_lock.linux import LinuxLock

    window = enter(reception)
    system = window.guard.system
    assert isinstance(system, LinuxLock)
    qtbot.waitUntil(lambda: system.holds_sleep and bool(system.session))
    logind.hear("held sleep delay")
    for word in ("lock", "inactive", "saver", "wake"):
        logind.tell(word)
        qtbot.waitUntil(lambda: window.locked)
        again(window, reception)
    for word in ("other-lock", "no-saver", "active"):
        logind.tell(word)
    qtbot.wait(200)
    assert not window.locked, "another person's session, or a screen that comes back, is none of ours"


@pytest.mark.skipif(sys.platform != "linux", reason="logind is Linux's")
def test_linux_sleeps_only_once_the_desk_is_hidden(
    logind: FakeLogind, enter: Callable[[Actor], MainWindow], reception: Actor, qtbot: QtBot
) -> None:
    window = enter(reception)
    system = window.guard.system
    qtbot.waitUntil(lambda: system.holds_sleep)
    logind.hear("held sleep delay")
    order: list[str] = []
    window.guard.lockWanted.connect(lambda: order.append("locked" if window.locked else "open"))
    logind.tell("sleep")
    logind_let_go: list[bool] = []
    qtbot.waitUntil(lambda: window.locked)
    qtbot.waitUntil(lambda: not system.holds_sleep)
    logind.hear("let go")
    logind_let_go.append(True)
    assert order == ["locked"], "it was hidden within the word itself, before sleep was let go on"
    logind.tell("wake")
    qtbot.waitUntil(lambda: system.holds_sleep)


def again(window: MainWindow, actor: Actor) -> None:
    """Back at the desk, without the half second of a password."""
    from meditrack_desktop.ui.login.entering import SignedIn

    window.lock_screen.unlocked.emit(SignedIn(actor, window.desk.facts))
    assert not window.locked


@pytest.mark.parametrize(
    ("message", "detail", "locks"),
    [
        (0x02B1, 0x7, True),  # locked
        (0x02B1, 0x2, True),  # fast user switch
        (0x02B1, 0x4, True),  # remote desktop left
        (0x02B1, 0x8, False),  # unlocked
        (0x02B1, 0x5, False),  # signed on
        (0x0218, 0x4, True),  # going to sleep
        (0x0218, 0x12, True),  # awake
        (0x0218, 0xA, False),  # battery
        (0x0200, 0x7, False),  # a mouse move
    ],
)
def test_windows_messages(qapp: object, message: int, detail: int, locks: bool) -> None:
    assert takes_the_screen(message, detail) is locks
    window = QWidget()
    lock = WindowsLock(window)
    heard: list[bool] = []
    lock.locking.connect(lambda: heard.append(True))
    said = wintypes.MSG()
    said.message, said.wParam = message, detail
    passed_on = _Messages(lock).nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(said))
    assert passed_on == (False, 0), "Windows and Qt hear it as well"
    assert heard == ([True] if locks else [])
    _Messages(lock).nativeEventFilter(b"xcb_generic_event_t", ctypes.addressof(said))
    assert len(heard) <= 1
    window.deleteLater()
