"""The canary of decision 0005: a PySide6 that loses references to True aborts the desk after some hours."""

from __future__ import annotations

import sys

import PySide6
from PySide6.QtCore import QObject, Signal


class Bell(QObject):
    rung = Signal(bool)


def test_pyside_is_below_the_version_that_aborts() -> None:
    assert tuple(int(part) for part in PySide6.__version__.split(".")[:2]) < (6, 12)


def test_emitting_a_signal_leaves_true_alone() -> None:
    bell = Bell()
    heard: list[bool] = []
    bell.rung.connect(lambda value: heard.append(bool(value)))
    bell.rung.emit(True)
    heard.clear()
    before = sys.getrefcount(True)
    for _ in range(50):
        bell.rung.emit(False)
    after = sys.getrefcount(True)
    assert heard == [False] * 50
    assert after == before
