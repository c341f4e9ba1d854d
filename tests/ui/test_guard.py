"""What locks a desk: nobody there, sleep, a session ended elsewhere; and what must be gone once it is locked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import guard, heartbeat, session_lock
from meditrack_desktop.ui.clipboard import ClipboardWatch
from meditrack_desktop.ui.filing.ready import make_ready
from meditrack_desktop.ui.login.entering import SignedIn
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Menu, RecordTable
from tests.conftest import PASSWORDS, ClinicSite
from tests.makers.people import a_patient
from tests.services.doors import PNG

Enter = Callable[[Actor], MainWindow]


def unlock(window: MainWindow, tasks: Tasks, secret: str) -> None:
    window.lock_screen.credentials.password.setText(secret)
    window.lock_screen.credentials.submit()
    assert tasks.wait_idle()


def test_waking_from_sleep_locks_before_anything_is_painted(
    enter: Enter, reception: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = enter(reception)
    slept = session_lock.ticks() + 3600
    monkeypatch.setattr(session_lock, "ticks", lambda: slept)
    # The first thing a window is told after waking; its painting comes after.
    QApplication.sendEvent(window.windowHandle(), QEvent(QEvent.Type.UpdateRequest))
    assert window.locked


def test_the_touch_that_wakes_the_computer_is_nobody_at_the_desk(
    enter: Enter, reception: Actor, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = enter(reception)
    slept = session_lock.ticks() + 3600
    monkeypatch.setattr(session_lock, "ticks", lambda: slept)
    qtbot.mouseMove(window.windowHandle(), QPoint(37, 41))
    assert window.locked


def test_a_stalled_minute_without_sleep_does_not_lock(
    enter: Enter, reception: Actor, clock: FixedClock
) -> None:
    window = enter(reception)
    clock.advance(timedelta(minutes=5))
    window.watch.check()
    assert not window.locked


def test_the_clinic_says_how_long_a_desk_may_be_left_alone(
    window: MainWindow, clinic: Clinic, admin: Actor, clock: FixedClock, tasks: Tasks
) -> None:
    from meditrack_desktop.domain.settings import ClinicSettings

    window.enter(SignedIn(admin, clinic.settings.clinic(admin), ClinicSettings(idle_lock_minutes=2)))
    assert tasks.wait_idle()
    clock.advance(timedelta(seconds=99))
    window.watch.check()
    assert window.toasts.shown == ()
    clock.advance(timedelta(seconds=1))
    window.watch.check()
    assert len(window.toasts.shown) == 1
    clock.advance(timedelta(seconds=20))
    window.watch.check()
    assert window.locked


def test_nothing_floats_over_the_lock(enter: Enter, reception: Actor, qtbot: QtBot) -> None:
    window = enter(reception)
    menu = Menu(window)
    menu.add("Piotr Przyklad", lambda: None)
    menu.popup(window.mapToGlobal(QPoint(40, 40)))
    QToolTip.showText(window.mapToGlobal(QPoint(60, 60)), "Piotr Przyklad", window)
    QGuiApplication.clipboard().setText("Piotr Przyklad")
    window.lock()
    assert not menu.isVisible()
    assert QGuiApplication.clipboard().text() == ""
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    assert shown and not any("Piotr" in text for text in shown)
    assert window.windowTitle() == "MediTrack"


def test_what_is_on_the_screen_after_lock_was_painted_in_the_same_event(
    enter: Enter, reception: Actor, qtbot: QtBot
) -> None:
    window = enter(reception)
    painted: list[str] = []

    class Watcher(session_lock.QObject):
        def eventFilter(self, watched: object, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append("lock" if window.locked else "desk")
            return False

    watcher = Watcher()
    QApplication.instance().installEventFilter(watcher)
    window.lock()
    QApplication.instance().removeEventFilter(watcher)
    assert painted and set(painted) == {"lock"}


@pytest.fixture
def copied(qapp: QApplication) -> Iterator[ClipboardWatch]:
    watch = ClipboardWatch(clear_after_ms=60)
    yield watch
    watch.end()


def test_a_copy_leaves_the_clipboard_after_its_time(copied: ClipboardWatch, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("Piotr Przyklad")
    assert clipboard.text() == "Piotr Przyklad"
    assert clipboard.mimeData().hasFormat("x-kde-passwordManagerHint")
    qtbot.waitUntil(lambda: clipboard.text() == "")


def test_a_newer_copy_begins_a_time_of_its_own(copied: ClipboardWatch, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("first")
    qtbot.wait(40)
    clipboard.setText("second")
    qtbot.wait(40)
    assert clipboard.text() == "second"


def test_a_session_ended_elsewhere_locks_within_five_seconds(
    enter: Enter, reception: Actor, clinic: Clinic, qtbot: QtBot
) -> None:
    window = enter(reception)
    assert window.guard.heartbeat.beating
    assert heartbeat.BEAT_MS <= 3000, "an answer locks at once, so five seconds are kept"
    clinic.sessions.sign_out(reception)
    qtbot.waitUntil(lambda: window.locked, timeout=60_000)
    assert not window.guard.heartbeat.beating, "no questions while locked"


def test_an_ended_session_is_unlocked_by_password_alone(
    enter: Enter, reception: Actor, clinic: Clinic, tasks: Tasks
) -> None:
    window = enter(reception)
    page = window.frame.sheet.current()
    clinic.sessions.sign_out(reception)
    window.guard.heartbeat.beat()
    assert tasks.wait_idle() and window.locked
    assert window.lock_screen.credentials.field.label.text() == "Password"
    unlock(window, tasks, PASSWORDS["reception"])
    assert not window.locked
    assert window.frame.sheet.current() is page
    assert window.desk.actor.session_id != reception.session_id


def test_a_late_answer_of_somebody_elses_session_locks_nobody(
    enter: Enter, reception: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    """A's background work comes back with "session expired" when B has the desk."""
    window = enter(reception)
    heard: list[object] = []
    answer = threading.Event()

    def late() -> None:
        assert answer.wait(30)
        raise NotAuthenticated(ErrorCode.SESSION_EXPIRED)

    tasks.query(window, late, heard.append, failed=heard.append)
    window.switch_user()
    window.login.sign_in_as("doctor", PASSWORDS["doctor"])
    qtbot.waitUntil(
        lambda: window.desk is not None and window.desk.actor.username == "doctor", timeout=30_000
    )
    answer.set()
    assert tasks.wait_idle()
    assert len(heard) == 1
    assert window.desk.actor.username == "doctor" and not window.locked
    tasks.query(window, late, heard.append, failed=heard.append)
    assert tasks.wait_idle()
    assert window.locked, "the same answer in B's own session does lock"


def test_a_parked_page_that_asks_in_its_dead_session_locks_nobody(
    enter: Enter, reception: Actor, doctor: Actor, clinic: Clinic, tasks: Tasks
) -> None:
    window = enter(reception)
    page = window.frame.sheet.current()
    window.frame.sheet.blocking = lambda: [(None, page)]  # type: ignore[method-assign]
    window.switch_user()
    assert tasks.wait_idle()
    window.login.sign_in_as("doctor", PASSWORDS["doctor"])
    assert tasks.wait_idle()
    tasks.query(page, lambda: clinic.settings.clinic(reception), lambda _: None)
    assert tasks.wait_idle()
    assert window.desk.actor.username == "doctor" and not window.locked


def test_somebody_else_is_offered_after_switching(enter: Enter, doctor: Actor, tasks: Tasks) -> None:
    window = enter(doctor)
    window.lock()
    window.switch_user()
    assert tasks.wait_idle()
    assert window.login.people.username == "reception"


def test_who_leaves_without_drafts_comes_back_to_the_page(
    enter: Enter, reception: Actor, doctor: Actor, tasks: Tasks
) -> None:
    window = enter(reception)
    window.frame.sidebar.buttons["patients"].click()
    place = window.frame.history.present
    assert tasks.wait_idle()
    window.lock()
    window.switch_user()
    window.login.sign_in_as("doctor", PASSWORDS["doctor"])
    assert tasks.wait_idle()
    assert window.frame.history.present != place
    window.switch_user()
    window.login.sign_in_as("reception", PASSWORDS["reception"])
    assert tasks.wait_idle()
    assert window.frame.history.present == place


def test_the_focus_comes_back_with_the_desk(
    enter: Enter, reception: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    window = enter(reception)
    for place in ("calendar", "patients", "doctors"):
        window.frame.sidebar.buttons[place].click()
        assert tasks.wait_idle()
        window.frame.next_pane()
        focused = QApplication.focusWidget()
        window.lock()
        unlock(window, tasks, PASSWORDS["reception"])
        assert QApplication.focusWidget() is focused


def test_the_focus_is_seen_again_in_a_list_and_in_the_viewer(
    enter: Enter, reception: Actor, clinic: Clinic, tasks: Tasks
) -> None:
    patient = clinic.patients.register(reception, a_patient("Testholm", "Jonas"))
    command = AttachDocument(patient_id=patient.id, file_name="card.png", type=DocumentType.INSURANCE)
    document = clinic.documents.attach(reception, command, BytesIO(PNG))
    window = enter(reception)
    window.desk.go.patients()
    assert tasks.wait_idle()
    table = next(t for t in window.frame.sheet.current().findChildren(RecordTable) if t.isVisible())
    table.setFocus(Qt.FocusReason.MouseFocusReason)
    assert table.hasFocus() and not table.keyboard
    window.lock()
    unlock(window, tasks, PASSWORDS["reception"])
    assert QApplication.focusWidget() is table and table.keyboard
    window.desk.go.document(patient.id, document.id)
    assert tasks.wait_idle()
    view = window.frame.sheet.current().pane.view
    window.frame.setFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    window.lock()
    assert tasks.wait_idle()
    unlock(window, tasks, PASSWORDS["reception"])
    assert view.hasFocus() and view._by_keys


def test_what_was_half_typed_is_not_replaced_by_the_next_letter(
    enter: Enter, reception: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    window = enter(reception)
    search = window.frame.top_bar.search
    search.setFocus()
    qtbot.keyClicks(search, "Jon")
    window.lock()
    unlock(window, tasks, PASSWORDS["reception"])
    qtbot.keyClicks(QApplication.focusWidget(), "as")
    assert search.text() == "Jonas"


def test_locked_for_long_the_records_are_closed(
    enter: Enter, reception: Actor, clinic: Clinic, clock: FixedClock, tasks: Tasks, site: ClinicSite
) -> None:
    window = enter(reception)
    page = window.frame.sheet.current()
    window.lock()
    assert tasks.wait_idle()
    clock.advance(timedelta(minutes=29))
    window.guard.hard.check()
    assert tasks.wait_idle()
    assert not clinic.work.database.locked
    clock.advance(timedelta(minutes=2))
    window.guard.hard.check()
    assert tasks.wait_idle()
    assert clinic.work.database.locked
    assert window.lock_screen.credentials.field.label.text() == "Password"
    unlock(window, tasks, PASSWORDS["reception"])
    assert not window.locked
    assert window.frame.sheet.current() is page
    assert clinic.settings.clinic(window.desk.actor).name == "Example Street Clinic"


def test_closing_the_window_ends_the_session(
    qtbot: QtBot, clinic: Clinic, clock: FixedClock, reception: Actor, admin: Actor
) -> None:
    tasks = Tasks()
    window = MainWindow(tasks, clinic.profile.facts(), clock, lambda: clinic)
    qtbot.addWidget(window)
    window.use(clinic)
    window.enter(SignedIn(reception, clinic.settings.clinic(reception)))
    assert tasks.wait_idle()
    assert reception.session_id in {live.id for live in clinic.sessions.list(admin)}
    window.end()
    again = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    assert reception.session_id not in {live.id for live in clinic.sessions.list(again)}


def test_whoever_switches_while_the_desk_unlocks_leaves_no_session_behind(
    enter: Enter, reception: Actor, admin: Actor, clinic: Clinic, tasks: Tasks
) -> None:
    window = enter(reception)
    window.lock()
    assert tasks.wait_idle()
    window.lock_screen.credentials.password.setText(PASSWORDS["reception"])
    window.lock_screen.credentials.submit()
    window.switch_user()
    assert tasks.wait_idle(20_000)
    again = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    assert clinic.sessions.list(again, reception.account_id) == ()


def test_who_may_file_finds_the_examiner_ready(
    enter: Enter, reception: Actor, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Its libraries are loaded before anybody waits for them; never for a desk that was locked meanwhile."""
    made_ready: list[bool] = []
    monkeypatch.setattr(clinic.intake, "warm", lambda: made_ready.append(True))
    monkeypatch.setattr(guard, "READY_MS", 0)
    window = enter(reception)
    qtbot.waitUntil(lambda: made_ready == [True])
    window.guard.rest()
    window.guard._make_ready()
    assert window.tasks.wait_idle() and made_ready == [True]
    nobody = replace(reception, permissions=frozenset())
    make_ready(window.tasks, window, clinic, nobody)
    assert window.tasks.wait_idle() and made_ready == [True]
