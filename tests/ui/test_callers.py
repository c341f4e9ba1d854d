"""A phone rings: the number reaches the program that runs, and only a number does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.call_events import CallEvents
from meditrack_desktop.ui.callers import KEPT, Callers
from meditrack_desktop.ui.frame import find_box
from meditrack_desktop.ui.hand_over import HandOver, server_name
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.patients.chart.page import ChartPage
from meditrack_desktop.ui.patients.page import PatientsPage
from meditrack_desktop.ui.patients.take_down import TakeDownDialog
from meditrack_desktop.ui.tasks import Tasks
from tests.conftest import ROOT
from tests.makers.people import a_patient

Enter = Callable[[Actor], MainWindow]
NUMBER = "+44 20 7946 0142"


@pytest.fixture
def server(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HandOver]:
    # A socket's path has room for a hundred letters; a test's own folder may be longer.
    with TemporaryDirectory(prefix="run-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        made = HandOver(tmp_path / "profile")
        assert made.listen()
        yield made
        made.close()


def second_start(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "meditrack_desktop", "--profile", str(tmp_path / "profile"), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(qtbot: QtBot, process: subprocess.Popen[str]) -> tuple[int, str, str]:
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=30_000)
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.parametrize("arguments", [("tel:+44-20-7946-0142",), ("call", "tel:+44-20-7946-0142")])
def test_a_second_start_hands_the_number_over_and_ends(
    qtbot: QtBot, server: HandOver, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    heard: list[str] = []
    server.called.connect(heard.append)
    code, out, err = ended(qtbot, second_start(tmp_path, *arguments))
    assert (code, out, err) == (0, "", "")
    assert heard == ["+44-20-7946-0142"]


def test_a_link_that_is_no_number_is_refused_in_one_sentence(
    qtbot: QtBot, server: HandOver, tmp_path: Path
) -> None:
    heard: list[str] = []
    server.called.connect(heard.append)
    code, out, err = ended(qtbot, second_start(tmp_path, "tel:mara"))
    assert (code, out) == (1, "")
    assert err.strip() == "meditrack: that is no phone number. Example: tel:+15550142"
    assert heard == []


@pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")
@pytest.mark.parametrize(
    "said", [b"mara fictanova\n", b"\xff\xfe\n", b"1" * 5000, b"+44 20 7946 0142; rm -rf\n", b"\n", b""]
)
def test_the_socket_takes_nothing_but_a_number(
    qtbot: QtBot, server: HandOver, tmp_path: Path, said: bytes
) -> None:
    heard: list[str] = []
    server.called.connect(heard.append)
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(server_name(tmp_path / "profile"))
        visitor.setblocking(False)
        visitor.send(said)
        qtbot.wait(80)
    qtbot.wait(50)
    assert heard == []


@pytest.mark.skipif(sys.platform == "win32", reason="Unix permissions")
def test_the_socket_is_the_persons_alone(server: HandOver, tmp_path: Path) -> None:
    name = Path(server_name(tmp_path / "profile"))
    assert name.stat().st_mode & 0o077 == 0
    assert "profile" not in name.name


def test_a_socket_left_by_a_killed_program_is_taken_over(
    qtbot: QtBot, server: HandOver, tmp_path: Path
) -> None:
    second = HandOver(tmp_path / "profile")
    assert not second.listen()
    name = server_name(tmp_path / "profile")
    server.close()
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(name)
    assert second.listen()
    second.close()


@pytest.fixture
def mara(clinic: Clinic, reception: Actor) -> object:
    return clinic.patients.register(
        reception, a_patient("Fictanova", "Mara", NUMBER, birth_date="1988-04-05")
    ).id


def ring(window: MainWindow, tasks: Tasks, callers: Callers, number: str = "+442079460142") -> None:
    callers.take(number)
    assert tasks.wait_idle()


def shown(window: MainWindow) -> object:
    assert window.frame is not None
    return window.frame.sheet.current()


def test_a_known_number_opens_the_chart_and_says_who_it_is(
    enter: Enter, reception: Actor, tasks: Tasks, mara: object
) -> None:
    window = enter(reception)
    callers = Callers(window, window)
    ring(window, tasks, callers)
    page = shown(window)
    assert isinstance(page, ChartPage) and page.patient is not None and page.patient.id == mara
    assert window.toasts.shown[-1].text == "Caller +442079460142: Mara Fictanova, 5 Apr 1988 (38)"


def test_a_number_of_several_opens_the_list_of_them(
    enter: Enter, reception: Actor, clinic: Clinic, tasks: Tasks, mara: object
) -> None:
    clinic.patients.register(reception, a_patient("Fictanova", "Bruno", NUMBER))
    window = enter(reception)
    ring(window, tasks, Callers(window, window))
    page = shown(window)
    assert isinstance(page, PatientsPage) and page.bar.text == "+442079460142"


def test_a_call_during_something_else_waits_for_a_click(
    enter: Enter, reception: Actor, tasks: Tasks, mara: object
) -> None:
    window = enter(reception)
    before = shown(window)
    assert window.desk is not None
    window.desk.go.register("Hana")
    ring(window, tasks, Callers(window, window))
    assert shown(window) is before
    toast = window.toasts.shown[-1]
    assert toast.action is not None
    toast.action.click()
    assert tasks.wait_idle()
    assert isinstance(shown(window), ChartPage)


def test_a_call_never_changes_the_page_under_hands_that_type(
    enter: Enter, reception: Actor, tasks: Tasks, qtbot: QtBot, mara: object
) -> None:
    window = enter(reception)
    callers = Callers(window, window)
    before = shown(window)
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    ring(window, tasks, callers)
    assert shown(window) is before
    toast = window.toasts.shown[-1]
    assert toast.text.startswith("Caller +442079460142: Mara Fictanova") and toast.action is not None


def test_a_locked_desk_shows_nothing_of_it_until_it_is_unlocked(
    enter: Enter, reception: Actor, tasks: Tasks, mara: object
) -> None:
    window = enter(reception)
    callers = Callers(window, window)
    window.lock()
    assert tasks.wait_idle()
    ring(window, tasks, callers)
    assert callers.waiting == "+442079460142"
    assert not isinstance(shown(window), ChartPage)
    assert window.toasts.shown == ()


@pytest.mark.parametrize(
    ("late", "shows"), [(timedelta(minutes=1), True), (KEPT + timedelta(minutes=1), False)]
)
def test_a_call_waits_for_the_next_who_enters_but_not_for_long(
    window: MainWindow,
    enter: Enter,
    reception: Actor,
    tasks: Tasks,
    clock: FixedClock,
    mara: object,
    late: timedelta,
    shows: bool,
) -> None:
    callers = Callers(window, window)
    callers.take("+442079460142")
    clock.advance(late)
    enter(reception)
    assert tasks.wait_idle()
    assert isinstance(shown(window), ChartPage) is shows
    assert callers.waiting == ""


def test_whatever_is_no_number_is_ignored(enter: Enter, reception: Actor, tasks: Tasks) -> None:
    window = enter(reception)
    callers, before = Callers(window, window), shown(window)
    for text in ("mara", "tel:+442079460142", "1; DROP TABLE patient", ""):
        callers.take(text)
    assert tasks.wait_idle() and shown(window) is before and callers.waiting == ""


def copied(text: str) -> None:
    QApplication.clipboard().setText(text)


def options(window: MainWindow, qtbot: QtBot, tasks: Tasks) -> list[str]:
    """Ctrl+K, and what is offered then."""
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert tasks.wait_idle()
    assert window.frame is not None and window.frame.top_bar.search is not None
    found = window.frame.top_bar.search.results
    if found is None or not found.isVisible():
        return []
    rows = (found.model.option(row) for row in range(found.model.rowCount()))
    return [f"{row.text}; {row.second}" for row in rows]


def test_ctrl_k_offers_whose_number_was_copied_first_and_enter_opens_them(
    enter: Enter, reception: Actor, tasks: Tasks, qtbot: QtBot, mara: object
) -> None:
    window = enter(reception)
    copied("+44 20 7946 0142")
    assert options(window, qtbot, tasks)[0] == (
        "Caller Mara Fictanova; 5 Apr 1988 (38), +44 20 7946 0142, on the clipboard"
    )
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert isinstance(shown(window), ChartPage)


def test_a_copied_number_of_nobody_offers_to_take_the_caller_down(
    enter: Enter, reception: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    window = enter(reception)
    copied("tel:+442079460777")
    assert options(window, qtbot, tasks) == [
        "Caller +442079460777: nobody known, take down; The number on the clipboard"
    ]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    (dialog,) = window.findChildren(TakeDownDialog)
    assert dialog.phone.text() == "+442079460777" and dialog.name.hasFocus()
    dialog.close_layer()


@pytest.mark.parametrize("text", ["Mara Fictanova", "5.4.1988", "x" * 5000, "", "+44 20 7946 0142\nMara"])
def test_anything_else_that_was_copied_is_not_looked_at(
    enter: Enter, reception: Actor, tasks: Tasks, qtbot: QtBot, mara: object, text: str
) -> None:
    window = enter(reception)
    copied(text)
    assert options(window, qtbot, tasks) == []


def test_the_clipboard_is_read_when_the_search_is_reached_and_at_no_other_time(
    enter: Enter,
    reception: Actor,
    tasks: Tasks,
    qtbot: QtBot,
    mara: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[int] = []
    monkeypatch.setattr(find_box, "number_on_clipboard", lambda: read.append(1) or "")
    window = enter(reception)
    copied("+44 20 7946 0142")
    qtbot.wait(50)
    window.lock()
    assert tasks.wait_idle()
    assert read == []
    enter(reception)
    options(window, qtbot, tasks)
    assert read == [1]
    qtbot.keyClicks(QApplication.focusWidget(), "mara")
    qtbot.wait(200)
    assert tasks.wait_idle() and read == [1]


def test_a_link_that_the_system_sends_as_an_event_is_taken_and_others_are_left(qapp: QApplication) -> None:
    taken: list[str] = []
    events = CallEvents(taken.append, qapp)
    assert events.eventFilter(qapp, QFileOpenEvent(QUrl("tel:+15550142")))
    assert not events.eventFilter(qapp, QFileOpenEvent(QUrl("https://clinic.example/+15550142")))
    assert not events.eventFilter(qapp, QEvent(QEvent.Type.User))
    assert taken == ["+15550142"]
    events.deleteLater()
