"""Changes reach the windows merged, and on the GUI thread."""

from __future__ import annotations

import threading
from uuid import uuid4

from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.changes import EVERYTHING, Change, ChangeSet
from meditrack_desktop.services.changes import ChangeBus
from meditrack_desktop.ui.live import MERGE_MS, Live


def test_a_burst_from_many_threads_becomes_one_set_on_the_gui_thread(qtbot: QtBot) -> None:
    bus = ChangeBus()
    live = Live(bus)
    heard: list[tuple[ChangeSet, threading.Thread]] = []
    live.changed.connect(lambda changes: heard.append((changes, threading.current_thread())))
    changes = [Change("appointment", uuid4()) for _ in range(40)]
    threads = [
        threading.Thread(target=lambda part=part: [bus.announce(ChangeSet((change,))) for change in part])
        for part in (changes[:20], changes[20:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bus.announce(ChangeSet((changes[0],)))
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(MERGE_MS * 2)
    assert len(heard) == 1
    merged, thread = heard[0]
    assert set(merged.changes) == set(changes)
    assert len(merged.changes) == len(changes)
    assert thread is threading.main_thread()
    live.close()


def test_a_later_change_comes_by_itself(qtbot: QtBot) -> None:
    bus = ChangeBus()
    live = Live(bus)
    heard: list[ChangeSet] = []
    live.changed.connect(heard.append)
    bus.announce(ChangeSet((Change("patient", uuid4()),)))
    qtbot.waitUntil(lambda: len(heard) == 1)
    bus.announce(EVERYTHING)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard[1].everything
    live.close()


def test_after_closing_nothing_is_heard(qtbot: QtBot) -> None:
    bus = ChangeBus()
    live = Live(bus)
    heard: list[ChangeSet] = []
    live.changed.connect(heard.append)
    bus.announce(EVERYTHING)
    live.close()
    bus.announce(EVERYTHING)
    qtbot.wait(MERGE_MS * 3)
    assert heard == []
