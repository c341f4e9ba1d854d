"""How fast the calendar paints; `pytest --benchmark-only` runs it.

Goals: 10 doctors of 40 visits repaint in 16 ms, 2000 visits too, at most 10 times what 2000 bare rectangles cost
in the same run; a step of a drag in 16 ms.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.day_model import day_of_doctors, wall
from meditrack_desktop.ui.scheduling.layout import CalendarLayout, Measures
from tests.ui.scheduling import example_day

# Said by the offscreen platform for every window that is shown.
pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)")

FRAME_MS = 16.0
ROUNDS = 60


@pytest.fixture(scope="module", autouse=True)
def _dressed(qapp: Any) -> None:
    theme.current().set_motion(False)
    theme.apply_theme(qapp, "light")


def crowd(doctors: int, visits: int, minutes: int) -> tuple[list[Practitioner], list[Appointment]]:
    """So many doctors with so many visits in a row, in all looks."""
    samples = example_day.visits()
    people = [
        replace(example_day.doctors()[n % 6], id=UUID(int=n + 1), family=f"Doctor {n}")
        for n in range(doctors)
    ]
    made = []
    for number, doctor in enumerate(people):
        for place in range(visits):
            sample = samples[(number * 7 + place) % len(samples)]
            start = wall(example_day.DAY, 480 + place * minutes)
            made.append(
                replace(
                    sample,
                    id=UUID(int=1000 + number * visits + place),
                    practitioner_id=doctor.id,
                    wall_start=start,
                    starts_at=sample.starts_at + timedelta(minutes=1),
                    minutes=minutes,
                )
            )
    return people, made


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[..., CalendarView]:
    def show(doctors: int, visits: int, minutes: int) -> CalendarView:
        view = CalendarView()
        qtbot.addWidget(view)
        view.resize(1600, 1000)
        view.set_now(example_day.NOW, example_day.NOW.replace(tzinfo=None))
        people, made = crowd(doctors, visits, minutes)
        view.show_model(day_of_doctors(people, example_day.DAY, made))
        with qtbot.waitExposed(view):
            view.show()
        assert len(view.calendar.blocks) == doctors * visits
        return view

    return show


def p95(benchmark: Any, step: Callable[[], object]) -> float:
    """95th percentile in ms of one step, measured one by one."""
    taken: list[float] = []

    def once() -> None:
        begun = time.perf_counter()
        step()
        taken.append((time.perf_counter() - begun) * 1e3)

    once()
    taken.clear()
    benchmark.pedantic(once, rounds=ROUNDS)
    found = statistics.quantiles(taken, n=20)[-1]
    benchmark.extra_info.update(p50_ms=round(statistics.median(taken), 2), p95_ms=round(found, 2))
    return found


def test_ten_doctors_of_forty_visits_repaint(shown: Callable[..., CalendarView], benchmark: Any) -> None:
    view = shown(10, 40, 15)
    assert p95(benchmark, view.grid.repaint) <= FRAME_MS


def test_the_same_after_a_change(shown: Callable[..., CalendarView], benchmark: Any) -> None:
    """One visit changed: the still picture is put together again from the pictures of the visits."""
    view = shown(10, 40, 15)

    def changed() -> None:
        view.grid.scene.forget()
        view.grid.repaint()

    p95(benchmark, changed)
    assert benchmark.extra_info["p50_ms"] <= FRAME_MS


def test_two_thousand_visits_repaint(shown: Callable[..., CalendarView], benchmark: Any) -> None:
    view = shown(20, 100, 6)
    bare = QPixmap(1600, 1000)
    rects = [QRect(n % 50 * 32, n // 50 * 25, 30, 23) for n in range(2000)]

    def only_rectangles() -> None:
        painter = QPainter(bare)
        painter.setBrush(QColor("#E3EDFC"))
        painter.drawRects(rects)
        painter.end()

    limits: list[float] = []
    frames: list[float] = []

    def both() -> None:
        begun = time.perf_counter()
        only_rectangles()
        middle = time.perf_counter()
        view.grid.repaint()
        limits.append(middle - begun)
        frames.append(time.perf_counter() - middle)

    both()
    limits.clear()
    frames.clear()
    benchmark.pedantic(both, rounds=ROUNDS)
    times = statistics.median(frames) / statistics.median(limits)
    worst = statistics.quantiles(frames, n=20)[-1] * 1e3
    benchmark.extra_info.update(times_the_rectangles=round(times, 1), p95_ms=round(worst, 2))
    assert worst <= FRAME_MS
    assert times <= 10


def test_a_step_of_a_drag(shown: Callable[..., CalendarView], benchmark: Any) -> None:
    view = shown(10, 40, 15)
    grid = view.grid
    start = QPoint(60, view.calendar.y_of(600) + 4)
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=start)
    places = [QPoint(60 + n * 11 % 900, start.y() + n * 17 % 300) for n in range(ROUNDS + 2)]
    at = iter(places)

    def step() -> None:
        QTest.mouseMove(grid, next(at))
        QCoreApplication.processEvents()

    assert p95(benchmark, step) <= FRAME_MS
    assert grid.dragging
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=places[-1])


def test_laying_out_a_day(benchmark: Any) -> None:
    people, made = crowd(20, 100, 6)

    def lay_out() -> None:
        CalendarLayout(day_of_doctors(people, example_day.DAY, made), Measures(120))

    # Done once for each answer, not for each frame; the median, because one pause of the collector is longer.
    p95(benchmark, lay_out)
    assert benchmark.extra_info["p50_ms"] <= 3 * FRAME_MS
