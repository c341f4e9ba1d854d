"""Work beside the windows: where results land, in what order, and what happens to those nobody waits for."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, NotFound, Stopped
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.tasks import BUSY_AFTER_MS, Tasks


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def refuse(error: BaseException) -> None:
    raise error


def test_a_result_is_delivered_on_the_gui_thread(tasks: Tasks, owner: QWidget) -> None:
    threads: list[object] = []

    def work() -> str:
        threads.append(threading.current_thread())
        return "found"

    tasks.query(owner, work, lambda value: threads.extend([value, threading.current_thread()]))
    assert not tasks.idle()
    assert tasks.wait_idle()
    worker, value, deliverer = threads
    assert worker is not threading.main_thread()
    assert (value, deliverer) == ("found", threading.main_thread())
    assert QThread.currentThread() is owner.thread()


def test_the_window_stays_alive_while_a_change_is_written(tasks: Tasks, owner: QWidget) -> None:
    beats: list[float] = []
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: beats.append(time.monotonic()))
    timer.start()
    tasks.change(owner, lambda: time.sleep(0.3))
    assert tasks.wait_idle()
    timer.stop()
    assert len(beats) >= 10


def test_changes_keep_their_order(tasks: Tasks, owner: QWidget) -> None:
    done: list[int] = []
    for number in range(50):
        tasks.change(owner, lambda n=number: (time.sleep(0.002 if n % 7 else 0), n)[1], done=done.append)
    assert tasks.wait_idle()
    assert done == list(range(50))


def test_reads_run_side_by_side(tasks: Tasks, owner: QWidget) -> None:
    together = threading.Barrier(4, timeout=5)
    met: list[int] = []
    for _ in range(4):
        tasks.query(owner, together.wait, met.append)
    assert tasks.wait_idle()
    assert sorted(met) == [0, 1, 2, 3]


def test_a_refusal_goes_to_failed_and_is_announced(tasks: Tasks, owner: QWidget) -> None:
    heard: list[ClinicError] = []
    announced: list[ClinicError] = []
    ended: list[str] = []
    tasks.refused.connect(announced.append)
    error = NotFound(ErrorCode.PATIENT_NOT_FOUND)
    tasks.query(
        owner, lambda: refuse(error), lambda _: None, failed=heard.append, always=lambda: ended.append("x")
    )
    assert tasks.wait_idle()
    assert heard == announced == [error]
    assert ended == ["x"]


def test_a_refusal_that_nobody_takes_is_shown(
    tasks: Tasks, owner: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[QObject, ClinicError]] = []
    monkeypatch.setattr(errors, "show", lambda who, error: shown.append((who, error)))
    error = Conflict(ErrorCode.SLOT_NOT_AVAILABLE)
    tasks.change(owner, lambda: refuse(error))
    assert tasks.wait_idle()
    assert shown == [(owner, error)]


def test_a_fault_of_the_program_goes_to_the_crash_dialog(
    tasks: Tasks, owner: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes: list[BaseException] = []
    heard: list[object] = []
    monkeypatch.setattr(errors, "crash", crashes.append)
    tasks.change(
        owner, lambda: 1 // 0, done=heard.append, failed=heard.append, always=lambda: heard.append("end")
    )
    assert tasks.wait_idle()
    assert [type(fault) for fault in crashes] == [ZeroDivisionError]
    assert heard == ["end"]


def test_a_closed_owner_hears_nothing(tasks: Tasks, qtbot: QtBot) -> None:
    owner = QWidget()
    heard: list[object] = []
    go_on = threading.Event()
    tasks.query(owner, go_on.wait, heard.append, always=lambda: heard.append("always"))
    owner.deleteLater()
    qtbot.waitSignal(owner.destroyed, raising=False)
    qtbot.waitUntil(lambda: not _is_valid(owner))
    go_on.set()
    assert tasks.wait_idle()
    assert heard == []


def _is_valid(owner: QObject) -> bool:
    from shiboken6 import isValid

    return bool(isValid(owner))


def test_a_newer_question_replaces_an_older_one(tasks: Tasks, owner: QWidget) -> None:
    answers: list[str] = []
    go_on = threading.Event()
    ran: list[str] = []
    # Fill the lane, so that later questions wait in the queue.
    for _ in range(4):
        tasks.query(owner, lambda: go_on.wait(5), lambda _: None)

    def ask(text: str) -> None:
        tasks.query(owner, lambda: ran.append(text) or text, answers.append, replaces="search")

    for text in ("t", "te", "tes"):
        ask(text)
    go_on.set()
    assert tasks.wait_idle()
    assert answers == ["tes"]
    assert ran == ["tes"]


def test_a_late_answer_to_a_replaced_question_is_thrown_away(tasks: Tasks, owner: QWidget) -> None:
    answers: list[str] = []
    started, go_on = threading.Event(), threading.Event()
    tasks.query(owner, lambda: (started.set(), go_on.wait(5), "old")[-1], answers.append, replaces="search")
    assert started.wait(5)
    tasks.query(owner, lambda: "new", answers.append, replaces="search")
    go_on.set()
    assert tasks.wait_idle()
    assert answers == ["new"]


def test_questions_of_other_owners_and_other_words_are_not_replaced(
    tasks: Tasks, owner: QWidget, qtbot: QtBot
) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    answers: list[str] = []
    tasks.query(owner, lambda: "a", answers.append, replaces="search")
    tasks.query(owner, lambda: "b", answers.append, replaces="count")
    tasks.query(other, lambda: "c", answers.append, replaces="search")
    assert tasks.wait_idle()
    assert sorted(answers) == ["a", "b", "c"]


def test_an_owner_is_busy_only_after_a_moment(tasks: Tasks, owner: QWidget, qtbot: QtBot) -> None:
    told: list[tuple[QObject, bool]] = []
    tasks.busyChanged.connect(lambda who, busy: told.append((who, busy)))
    tasks.query(owner, lambda: None, lambda _: None)
    assert tasks.wait_idle()
    qtbot.wait(BUSY_AFTER_MS + 50)
    assert told == []
    go_on = threading.Event()
    tasks.query(owner, lambda: go_on.wait(5), lambda _: None)
    qtbot.waitUntil(lambda: told == [(owner, True)])
    go_on.set()
    assert tasks.wait_idle()
    assert told == [(owner, True), (owner, False)]


def test_a_slow_task_reports_progress_and_stops(tasks: Tasks, owner: QWidget) -> None:
    seen: list[Progress] = []
    failed: list[ClinicError] = []
    finished: list[bool] = []

    def work(progress: OnProgress) -> int:
        for step in range(1, 10_000):
            progress(Progress(step, 10_000))
            time.sleep(0.002)
        return step

    task = tasks.slow(
        owner, work, done=lambda _: pytest.fail("it was stopped"), failed=failed.append, progress=seen.append
    )
    task.finished.connect(lambda: finished.append(True))
    assert tasks.running() == (task,)
    while len(seen) < 3:
        tasks.wait_idle(20)
    task.stop()
    assert task.stopping
    assert tasks.wait_idle()
    assert isinstance(failed[0], Stopped)
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert finished == [True]
    assert tasks.running() == ()


def test_a_slow_task_that_ends_tells_its_last_step(tasks: Tasks, owner: QWidget) -> None:
    seen: list[Progress] = []
    results: list[str] = []

    def work(progress: OnProgress) -> str:
        for step in range(1, 101):
            progress(Progress(step, 100))
        return "done"

    started: list[object] = []
    tasks.slowStarted.connect(started.append)
    task = tasks.slow(owner, work, done=results.append, progress=seen.append, title="Import")
    assert started == [task]
    assert tasks.wait_idle()
    assert results == ["done"]
    assert seen[-1] == Progress(100, 100)
    assert len(seen) < 20


def test_three_thousand_tasks(tasks: Tasks, owner: QWidget) -> None:
    total: list[int] = []
    for number in range(3000):
        ask = tasks.query if number % 3 else tasks.change
        if ask == tasks.query:
            tasks.query(owner, lambda n=number: n, total.append)
        else:
            tasks.change(owner, lambda n=number: n, done=total.append)
    assert tasks.wait_idle(60_000)
    assert sorted(total) == list(range(3000))


def test_closing_finishes_changes_drops_questions_and_leaves_no_thread(qtbot: QtBot) -> None:
    tasks = Tasks()
    owner = QWidget()
    qtbot.addWidget(owner)
    written: list[int] = []
    for number in range(5):
        tasks.change(owner, lambda n=number: (time.sleep(0.01), written.append(n)))
    stopped = threading.Event()

    def endless(progress: OnProgress) -> None:
        try:
            while True:
                progress(Progress(0, None))
                time.sleep(0.005)
        finally:
            stopped.set()

    tasks.slow(owner, endless, done=lambda _: None)
    tasks.close()
    assert written == [0, 1, 2, 3, 4]
    assert stopped.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("meditrack-")]
    tasks.query(owner, lambda: written.append(99), lambda _: None)
    assert tasks.idle()
    assert 99 not in written


def test_waiting_gives_up_in_time(tasks: Tasks, owner: QWidget) -> None:
    go_on = threading.Event()
    tasks.query(owner, lambda: go_on.wait(5), lambda _: None)
    assert not tasks.wait_idle(50)
    go_on.set()
    assert tasks.wait_idle()
