"""The record table: selection, keys, sorting, columns by width, check boxes, paging."""

from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Cell, CellTag, Column, RecordModel, RecordTable, TextField, painting
from meditrack_desktop.ui.widgets.record_table import paint_cell

COLUMNS = (
    Column("name", "Name", 180, stretch=True),
    Column("mrn", "MRN", 100, priority=2),
    Column("phone", "Phone", 140, priority=3),
    Column("balance", "Balance", 90, priority=1, align_right=True),
)


def cell(record: tuple[int, str], key: str) -> Cell:
    number, name = record
    if key == "name":
        return Cell(
            name, avatar=name, mark="circle-alert", mark_meaning="Allergy", tags=(CellTag("New", "accent"),)
        )
    return Cell(f"{key} {number}")


def people(count: int) -> list[tuple[int, str]]:
    return [(number, f"Person {number}") for number in range(count)]


def table(count: int = 30, **more: Any) -> RecordTable:
    model = RecordModel(COLUMNS, cell, identity=lambda record: record[0], **more)
    model.set_records(people(count))
    made = RecordTable(model, "Patients")
    made.setMinimumHeight(400)
    return made


def test_the_model_behaves(qtmodeltester: ModelTester, qapp: object) -> None:
    model = RecordModel(COLUMNS, cell, checkable=True)
    model.set_records(people(3), total=5)
    qtmodeltester.check(model)


def test_arrows_move_enter_opens_and_space_previews(show, qtbot: QtBot) -> None:
    grid = table()
    show(TextField(name="Search"), grid)
    rows: list[int] = []
    grid.rowChanged.connect(rows.append)
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert rows == [0, 1, 29, 0]
    with qtbot.waitSignal(grid.opened) as opened:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    with qtbot.waitSignal(grid.previewed) as previewed:
        qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert (opened.args, previewed.args) == ([0], [0])


def test_the_table_is_one_tab_stop_and_tab_chooses_the_first_row(show, qtbot: QtBot) -> None:
    before, grid, after = TextField(name="Before"), table(), TextField(name="After")
    show(before, grid, after)
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert grid.hasFocus() and grid.current_row() == 0
    qtbot.keyClick(grid, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_letters_are_left_to_the_page(show, qtbot: QtBot) -> None:
    grid = table()
    window = show(grid)
    heard: list[str] = []
    window.keyPressEvent = lambda event: heard.append(event.text())
    grid.setFocus()
    grid.select_row(2)
    qtbot.keyClick(grid, Qt.Key.Key_B)
    assert heard == ["b"]
    assert grid.current_row() == 2


def test_the_selected_row_wears_an_accent_bar_of_three_pixels(show, qtbot: QtBot) -> None:
    grid = table()
    show(grid)
    grid.select_row(1)
    y = grid.rowViewportPosition(1) + 10
    picture = grid.viewport().grab().toImage()
    accent, ground = theme.current().tokens.accent, theme.current().tokens.selected
    assert [picture.pixelColor(x, y) for x in (0, 2, 3)] == [accent, accent, ground]


def test_a_narrow_table_drops_the_least_important_columns_first(show) -> None:
    grid = table()
    window = show(grid)

    def shown() -> list[str]:
        return [column.key for at, column in enumerate(COLUMNS) if not grid.isColumnHidden(at)]

    assert shown() == ["name", "mrn", "phone", "balance"]
    for width, keys in ((500, ["name", "mrn", "balance"]), (380, ["name", "balance"]), (240, ["name"])):
        window.resize(width, 600)
        assert shown() == keys
    window.resize(900, 600)
    assert sum(grid.columnWidth(at) for at in range(4)) == grid.viewport().width()


def test_the_head_asks_for_sorting_and_turns_it_round(show, qtbot: QtBot) -> None:
    grid = table()
    show(grid)
    asked: list[tuple[str, bool]] = []
    grid.sortRequested.connect(lambda key, down: asked.append((key, down)))
    grid.head.sectionClicked.emit(1)
    grid.head.sectionClicked.emit(1)
    grid.head.sectionClicked.emit(0)
    assert asked == [("mrn", False), ("mrn", True), ("name", False)]


def test_boxes_tick_rows_without_moving_the_selection(show, qtbot: QtBot) -> None:
    grid = table(3, checkable=True)
    show(grid)
    grid.select_row(0)
    spot = grid.visualRect(grid.records.index(2, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert [record[0] for record in grid.records.checked()] == [2]
    assert grid.current_row() == 0
    assert grid.records.check_state() == Qt.CheckState.PartiallyChecked
    grid.head.sectionClicked.emit(0)
    assert len(grid.records.checked()) == 3
    grid.head.sectionClicked.emit(0)
    assert grid.records.checked() == []
    qtbot.keyClick(grid, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert [record[0] for record in grid.records.checked()] == [0]


def test_ticks_follow_the_record_and_go_with_it(qapp: object) -> None:
    model = RecordModel(COLUMNS, cell, identity=lambda record: record[0], checkable=True)
    model.set_records(people(3))
    model.toggle(1)
    model.set_records(list(reversed(people(3))))
    assert model.checked() == [(1, "Person 1")]
    model.set_records(people(1))
    assert model.checked() == []


def test_more_is_asked_for_once_per_page(show) -> None:
    grid = table(0)
    asked: list[int] = []
    grid.records.moreWanted.connect(asked.append)
    grid.records.set_records(people(20), total=45)
    show(grid)
    grid.scrollToBottom()
    grid.scrollToBottom()
    assert asked == [20]
    grid.records.append([(number, "later") for number in range(20, 45)])
    assert grid.records.rowCount() == 45
    assert not grid.records.canFetchMore(grid.rootIndex())


def test_a_cell_is_spoken_with_what_its_signs_mean(qapp: object) -> None:
    model = RecordModel(COLUMNS, cell)
    model.set_records(people(1))
    spoken = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Person 0, Allergy, New"


@pytest.mark.parametrize(("density", "height"), [("comfortable", 40), ("compact", 32)])
def test_rows_have_one_height(show, density: str, height: int) -> None:
    theme.current().set(density=density)
    grid = table()
    show(grid)
    assert {grid.rowHeight(row) for row in range(30)} == {height}


def test_a_hundred_thousand_rows_cost_what_is_seen_of_them(show, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(record: tuple[int, str], key: str) -> Cell:
        asked.append(record[0])
        return cell(record, key)

    grid = table(0)
    monkeypatch.setattr(grid.records, "_cell", counted)
    show(grid)
    grid.records.set_records(people(100_000))
    grid.viewport().grab()
    seen = grid.viewport().height() // grid.rowHeight(0) + 2
    assert 0 < len(asked) <= 2 * seen * len(COLUMNS)
    asked.clear()
    grid.scrollTo(grid.records.index(60_000, 0))
    grid.viewport().grab()
    assert 0 < len(set(asked)) <= 2 * seen and min(asked) > 50_000


@pytest.mark.parametrize(("width", "tags"), [(400, ["Allergy", "New"]), (180, [])])
def test_a_name_is_not_cut_for_the_tags_beside_it(
    qapp: object, monkeypatch: pytest.MonkeyPatch, width: int, tags: list[str]
) -> None:
    painted: dict[str, float] = {}
    real = painting.line_text

    def noted(painter: QPainter, area: QRectF, text: str, *rest: Any) -> None:
        painted[text] = area.width()
        real(painter, area, text, *rest)

    monkeypatch.setattr(painting, "line_text", noted)
    canvas = QPixmap(width, 40)
    painter = QPainter(canvas)
    both = (CellTag("Allergy", "danger", "circle-alert"), CellTag("New", "neutral"))
    paint_cell(painter, QRectF(0, 0, width, 40), Cell("Mara Fictanova", avatar="Mara Fictanova", tags=both))
    painter.end()
    assert painted["Mara Fictanova"] >= painting.text_width("Mara Fictanova", theme.current().font("body"))
    assert [text for text in painted if text in ("Allergy", "New")] == tags
