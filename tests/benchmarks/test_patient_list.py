"""Scrolling a list of a million patients beside Qt's own model under the same view (goal 19).

Both are painted by the same table and delegate, frame by frame, interleaved in one run: a step of the wheel,
then a repaint. The other model is a QStandardItemModel, which holds ready cells of every row.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patients import Gender, PatientLine
from meditrack_desktop.ui.patients.patient_table import PatientCells
from meditrack_desktop.ui.widgets import PAGE_ROWS, PagedModel, RecordTable
from meditrack_desktop.ui.widgets.record_model import CELL_ROLE
from tests.ui.conftest import qapp

__all__ = ["qapp"]

ROWS = 1_000_000
READY_ROWS = 20_000
FRAMES = 150
JUMPS = 100
MOST_OF_QT = 1.2
JUMP_P95_MS = 16.0
TODAY, ZONE = date(2026, 11, 18), ZoneInfo("Europe/London")
NEXT = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)


def line(row: int) -> PatientLine:
    return PatientLine(
        id=UUID(int=row + 1),
        mrn=f"{row // 10000:03d}-{row % 10000:04d}",
        family=f"Fictanova{row % 977}",
        given="Mara",
        birth_date=BirthDate(1930 + row % 90, 1 + row % 12, 1 + row % 28),
        gender=Gender.FEMALE,
        phone=f"+1 555 {row % 10000:04d}",
        active=True,
        deceased=row % 50 == 0,
        usual_doctor="Ines Modelo",
        next_visit=NEXT if row % 3 else None,
        allergies=row % 7 == 0,
        allergy="Penicillin",
    )


def page(number: int) -> list[PatientLine]:
    first = number * PAGE_ROWS
    return [line(row) for row in range(first, min(first + PAGE_ROWS, ROWS))]


@pytest.fixture
def tables(qtbot: QtBot, qapp: QApplication) -> tuple[RecordTable, RecordTable]:
    """Ours over a million rows whose pages come at once, and the same view over Qt's model."""
    cells = PatientCells(TODAY, ZONE)
    ours = cells.model()
    ours.pageWanted.connect(lambda number: ours.give(number, page(number)))
    ours.begin(page(0), ROWS)
    ready = QStandardItemModel(READY_ROWS, len(ours.columns))
    for row in range(READY_ROWS):
        record = line(row)
        for at, column in enumerate(ours.columns):
            item = QStandardItem(record.name if not at else "")
            item.setData(cells.cell(record, column.key), CELL_ROLE)
            ready.setItem(row, at, item)
    made = []
    for model in (ours, ready):
        table = RecordTable(ours, "Patients")
        if model is ready:
            table.setModel(model)
        table.resize(900, 720)
        qtbot.addWidget(table)
        table.show()
        qtbot.waitExposed(table)
        table._fit_columns()
        made.append(table)
    return made[0], made[1]


def frame(table: RecordTable, value: int) -> float:
    """Milliseconds of the processor for one scrolled and painted frame."""
    started = time.process_time()
    table.verticalScrollBar().setValue(value)
    table.viewport().repaint()
    spent = (time.process_time() - started) * 1000
    QApplication.sendPostedEvents(None, QEvent.Type.Timer)
    QApplication.processEvents()
    return spent


def scrolled(tables: tuple[RecordTable, RecordTable]) -> dict[str, float]:
    ours, ready = tables
    times: dict[str, list[float]] = {"ours": [], "qt": [], "jump": []}
    for number in range(FRAMES):
        times["qt"].append(frame(ready, number * 120))
        times["ours"].append(frame(ours, number * 120))
    bar = ours.verticalScrollBar()
    for number in range(JUMPS):
        times["jump"].append(frame(ours, bar.maximum() * (number * 37 % JUMPS) // JUMPS))
        times["jump"].append(frame(ours, bar.value() + 1))
    found = {f"{kind}_ms": round(statistics.median(spent), 2) for kind, spent in times.items()}
    found["ratio"] = round(statistics.median(times["ours"]) / statistics.median(times["qt"]), 2)
    found["jump_p95_ms"] = round(sorted(times["jump"])[int(len(times["jump"]) * 0.95)], 2)
    return found


@pytest.mark.timeout(300)
def test_a_million_rows_scroll_as_smoothly_as_qts_own(
    tables: tuple[RecordTable, RecordTable], benchmark: Any
) -> None:
    model = tables[0].records
    assert isinstance(model, PagedModel)
    found: dict[str, float] = benchmark.pedantic(scrolled, args=(tables,), rounds=1)
    benchmark.extra_info.update(found)
    assert tables[0].model().rowCount() == ROWS
    assert found["ratio"] <= MOST_OF_QT, found
    assert found["jump_p95_ms"] <= JUMP_P95_MS, found


@pytest.mark.timeout(300)
def test_a_million_rows_are_there_at_once(tables: tuple[RecordTable, RecordTable], benchmark: Any) -> None:
    """Another question resets the view: the million sections of its hidden head must not be felt."""
    model = tables[0].records
    assert isinstance(model, PagedModel)
    first = page(0)

    def begin() -> None:
        model.begin(first, ROWS)
        tables[0].viewport().repaint()

    benchmark.pedantic(begin, rounds=10, warmup_rounds=1)
    assert statistics.median(benchmark.stats.stats.data) <= 0.1
