"""A list of a million rows that holds the few pages somebody looked at."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui.widgets import Cell, Column, RecordTable
from meditrack_desktop.ui.widgets.paged_model import PAGE_ROWS, PAGES_KEPT, PagedModel
from meditrack_desktop.ui.widgets.record_model import CELL_ROLE

MILLION = 1_000_000


@dataclass
class Shelf:
    """Answers questions for pages, at once or when told to."""

    model: PagedModel
    rows: int
    asked: list[int]
    at_once: bool = True

    def page(self, number: int) -> list[str]:
        first = number * PAGE_ROWS
        return [f"row {row}" for row in range(first, min(first + PAGE_ROWS, self.rows))]

    def on_wanted(self, number: int) -> None:
        self.asked.append(number)
        if self.at_once:
            self.model.give(number, self.page(number))


def shelf(rows: int = MILLION, total: int | None = MILLION, *, at_once: bool = True) -> Shelf:
    model = PagedModel(
        [Column("name", "Name", stretch=True)], lambda record, _key: Cell(record), identity=lambda r: r
    )
    found = Shelf(model, rows, [], at_once)
    model.pageWanted.connect(found.on_wanted)
    model.begin(found.page(0), total)
    return found


@pytest.fixture
def table(qtbot: QtBot) -> tuple[Shelf, RecordTable]:
    found = shelf()
    made = RecordTable(found.model, "Rows")
    made.resize(400, 600)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return found, made


def seen(table: RecordTable) -> list[str]:
    first = table.rowAt(1)
    return [table.records.index(row, 0).data(CELL_ROLE).text for row in range(first, first + 10)]


def test_the_scroll_bar_knows_every_row_and_goes_anywhere(
    table: tuple[Shelf, RecordTable], qtbot: QtBot
) -> None:
    _, made = table
    bar = made.verticalScrollBar()
    assert made.model().rowCount() == MILLION
    for share in (0.5, 0.123456, 1.0, 0.0, 0.75):
        bar.setValue(int(bar.maximum() * share))
        qtbot.waitUntil(lambda: seen(made)[0] == f"row {made.rowAt(1)}")
        assert seen(made) == [f"row {row}" for row in range(made.rowAt(1), made.rowAt(1) + 10)]


def test_a_dragged_thumb_asks_for_where_it_stopped_and_not_for_the_way(
    table: tuple[Shelf, RecordTable], qtbot: QtBot
) -> None:
    found, made = table
    found.at_once, bar = False, made.verticalScrollBar()
    found.asked.clear()
    for step in range(200):
        bar.setValue(bar.maximum() * step // 300)
        made.viewport().repaint()
    QApplication.processEvents()
    assert 1 <= len(found.asked) <= 2
    assert made.rowAt(1) // PAGE_ROWS in found.asked
    # A question that went unanswered is asked again where its rows are seen again.
    for number in found.asked:
        found.model.failed(number)
    found.asked.clear()
    made.viewport().repaint()
    qtbot.waitUntil(lambda: bool(found.asked))


def test_no_more_than_64_pages_are_held(table: tuple[Shelf, RecordTable], qtbot: QtBot) -> None:
    found, made = table
    for number in range(0, 400, 2):
        made.verticalScrollBar().setValue(number * PAGE_ROWS * made.rowHeight(0))
        made.viewport().repaint()
        QApplication.processEvents()
    assert len(found.model.pages) == PAGES_KEPT
    assert found.model.record(398 * PAGE_ROWS + 3) == f"row {398 * PAGE_ROWS + 3}"
    assert found.model.record(3) is None


def test_a_row_that_has_not_come_is_nobody() -> None:
    found = shelf(at_once=False)
    assert found.model.record(999_999) is None
    assert found.model.index(999_999, 0).data(CELL_ROLE).waiting
    assert found.model.index(999_999, 0).data(Qt.ItemDataRole.DisplayRole) == ""
    with pytest.raises(IndexError):
        found.model.record(MILLION)


def test_while_a_list_is_asked_again_what_is_in_sight_stays(qtbot: QtBot) -> None:
    found = shelf(rows=600, total=600)
    found.at_once = False
    found.model.renew(601)
    assert found.model.rowCount() == 601
    assert found.model.index(3, 0).data(CELL_ROLE).text == "row 3"
    qtbot.waitUntil(lambda: found.asked == [0])
    found.model.give(0, ["new", *found.page(0)[:-1]])
    assert found.model.index(0, 0).data(CELL_ROLE).text == "new"
    assert found.model.row_of("row 3") == 4


def test_a_list_nobody_counted_grows_page_by_page_and_ends_where_it_ends(qtbot: QtBot) -> None:
    found = shelf(rows=PAGE_ROWS * 2 + 7, total=None)
    assert found.model.rowCount() == PAGE_ROWS * 2
    found.model.give(1, found.page(1))
    assert found.model.rowCount() == PAGE_ROWS * 3
    found.model.give(2, found.page(2))
    assert found.model.rowCount() == PAGE_ROWS * 2 + 7


def test_a_list_that_became_shorter_meanwhile_ends_with_its_last_page() -> None:
    found = shelf(rows=PAGE_ROWS + 9, total=PAGE_ROWS + 30)
    found.model.give(1, found.page(1))
    assert found.model.rowCount() == PAGE_ROWS + 9
