"""The record table: one selection, sortable head, columns by priority, painted rows of fixed height."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.badge import (
    initials,
    paint_avatar,
    paint_status_pill,
    paint_tag,
    status_pill_size,
    tag_size,
)
from meditrack_desktop.ui.widgets.record_model import CELL_ROLE, Cell, CellTag, Index, RecordModel
from meditrack_desktop.ui.widgets.status import status_word
from meditrack_desktop.ui.widgets.toggles import paint_check

_PAD = 12
_FIRST_PAD = 20


class RecordTable(QTableView):
    """A table of records. Enter or double click opens a row, Space previews it.

    `sortRequested(key, descending)` comes from the head; the caller sorts and gives the model new records.
    """

    opened = Signal(int)
    previewed = Signal(int)
    rowChanged = Signal(int)
    sortRequested = Signal(str, bool)

    def __init__(
        self, model: RecordModel, name: str, *, two_lines: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.records = model
        self.hovered_row = -1
        self.owned = False
        """Whether the view shows `records` themselves."""
        self.keyboard = False
        self._two_lines = two_lines
        self.head = RecordHead(model, self)
        self.setProperty("ownFocusEdge", True)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalHeader(self.head)
        self.setModel(model)
        self.setItemDelegate(RecordDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(self._on_double_click)
        self.head.sectionClicked.connect(self._on_head)
        model.modelReset.connect(self._fit_columns)
        model.checkedChanged.connect(self.head.viewport().update)
        self._dress()
        theme.current().changed.connect(self._dress)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.owned = model is self.records

    def select_row(self, row: int) -> None:
        """Make a row the current one; -1 clears the selection."""
        if 0 <= row < self.records.rowCount():
            self.setCurrentIndex(self.records.index(row, self._first_column()))
        else:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())

    def current_row(self) -> int:
        """The selected row, or -1."""
        return self.currentIndex().row()

    def set_sort(self, key: str, descending: bool = False) -> None:
        """Show by which column the records are sorted, without a signal."""
        self.head.sort_key, self.head.descending = key, descending
        self.head.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.rowChanged.emit(current.row())

    def keyboardSearch(self, search: str) -> None:
        """Letters belong to the page, which binds them to acts on the row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keyboard = True
        row = self.current_row()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0 and not control:
            self.opened.emit(row)
        elif event.key() == Qt.Key.Key_Space and row >= 0:
            if control and self.records.checkable:
                self.records.toggle(row)
            else:
                self.previewed.emit(row)
        elif event.key() == Qt.Key.Key_Home and self.records.rowCount():
            self.select_row(0)
        elif event.key() == Qt.Key.Key_End and self.records.rowCount():
            self.select_row(self.records.rowCount() - 1)
        elif event.text().isalpha() and not control:
            event.ignore()
        else:
            super().keyPressEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.keyboard = False
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.records.checkable and index.column() == 0:
            self.records.toggle(index.row())
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        # The item view's own handler would make a row current without selecting it.
        QAbstractScrollArea.focusInEvent(self, event)
        arrived = self.keyboard or event.reason() in (
            Qt.FocusReason.OtherFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        if arrived and self.current_row() < 0 and self.records.rowCount():
            self.select_row(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _hover(self, row: int) -> None:
        if row == self.hovered_row:
            return
        before, self.hovered_row = self.hovered_row, row
        for each in (before, row):
            top, height = self.rowViewportPosition(each), self.rowHeight(each)
            if each >= 0 and height > 0:
                self.viewport().update(0, top, self.viewport().width(), height)

    def _on_double_click(self, index: QModelIndex) -> None:
        if not (self.records.checkable and index.column() == 0):
            self.opened.emit(index.row())

    def _on_head(self, section: int) -> None:
        column = self.records.columns[section]
        if self.records.checkable and section == 0:
            self.records.check_all(self.records.check_state() != Qt.CheckState.Checked)
        elif column.sortable:
            descending = self.head.sort_key == column.key and not self.head.descending
            self.set_sort(column.key, descending)
            self.sortRequested.emit(column.key, descending)

    def _first_column(self) -> int:
        return 1 if self.records.checkable else 0

    def _dress(self) -> None:
        current = theme.current()
        height = current.row_height + (current.px(12) if self._two_lines else 0)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(height)
        self.head.setFixedHeight(current.px(31))
        self._fit_columns()
        self.viewport().update()

    def _fit_columns(self) -> None:
        """Drop columns by priority until the rest fit, and give the stretching one what is left."""
        current, columns = theme.current(), self.records.columns
        widths = [
            current.px(column.width) + (_FIRST_PAD - _PAD if at == 0 else 0)
            for at, column in enumerate(columns)
        ]
        room = self.viewport().width()
        shown = list(range(len(columns)))
        for at in sorted(shown, key=lambda number: (-columns[number].priority, -number)):
            if sum(widths[number] for number in shown) <= room or not columns[at].priority:
                break
            shown.remove(at)
        stretching = [at for at in shown if columns[at].stretch] or shown[-1:]
        spare = max(0, room - sum(widths[number] for number in shown))
        for at in range(len(columns)):
            self.setColumnHidden(at, at not in shown)
            if at in shown:
                extra = spare // len(stretching) if at in stretching else 0
                self.setColumnWidth(at, widths[at] + extra)


class RecordHead(QHeaderView):
    """The head: titles, an arrow at the sorted column, a box over the check boxes."""

    def __init__(self, model: RecordModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._records = model
        self.sort_key, self.descending = "", False
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(24)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        current = theme.current()
        t, column = current.tokens, self._records.columns[logicalIndex]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if painting.mirrored(self):
            painting.turn_round(painter, rect)
        painter.fillRect(rect, t.surface2)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.line)
        left = rect.left() + (_FIRST_PAD if self.visualIndex(logicalIndex) == 0 else _PAD)
        if not column.key:
            size = current.px(16)
            area = QRectF(left, rect.center().y() - size / 2 + 0.5, size, size)
            paint_check(painter, area, self._records.check_state(), enabled=True, hover=False)
        else:
            font = current.font("small_medium")
            area = QRectF(left, rect.top(), rect.right() - _PAD - left + 1, rect.height())
            align = painting.RIGHT if column.align_right else painting.LEFT
            painting.line_text(painter, area, column.title, font, t.text2, align)
            if column.key == self.sort_key:
                size = current.px(13)
                width = painting.text_width(column.title, font)
                x = area.right() - width - size - 5 if column.align_right else left + width + 6
                name = "arrow-down" if self.descending else "arrow-up"
                draw_icon(painter, x, rect.center().y() - size / 2, name, size, t.text2)
        painter.restore()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.current().px(31))


class RecordDelegate(QStyledItemDelegate):
    """Paints a cell: ground and accent bar of the row, then avatar, text, mark, tags or status."""

    def __init__(self, table: RecordTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if painting.mirrored(self._table):
            painting.turn_round(painter, rect)
        first = self._table.head.visualIndex(index.column()) == 0
        self.paint_ground(painter, rect, index.row(), selected=selected, first=first)
        left = rect.left() + (_FIRST_PAD if first else _PAD)
        area = QRectF(left, rect.top(), rect.right() - _PAD - left + 1, rect.height() - 1)
        records = self._table.records
        column = records.columns[index.column()]
        if not column.key:
            size = theme.current().px(16)
            box = QRectF(area.left(), area.center().y() - size / 2, size, size)
            state = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole))
            paint_check(painter, box, state, enabled=True, hover=False)
        else:
            # Straight from the model where it is ours: a hundred cells a frame go through here.
            cell = (
                records.cell_at(index.row(), index.column()) if self._table.owned else index.data(CELL_ROLE)
            )
            if cell.waiting:
                paint_waiting(painter, area, index.row(), avatar=first, align_right=column.align_right)
            else:
                paint_cell(painter, area, cell, align_right=column.align_right, selected=selected)
        painter.restore()

    def paint_ground(self, painter: QPainter, rect: QRect, row: int, *, selected: bool, first: bool) -> None:
        """The ground of one cell: selection, hover, the line below, the accent bar and the focus edge."""
        t = theme.current().tokens
        if selected:
            painter.fillRect(rect, t.selected)
        elif row == self._table.hovered_row:
            painter.fillRect(rect, t.surface2)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.line)
        if not selected:
            return
        if first:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), t.accent)
        if self._table.keyboard and self._table.hasFocus():
            for y in (rect.top(), rect.bottom() - 1):
                painter.fillRect(QRect(rect.left(), y, rect.width(), 2), t.focus)


def paint_waiting(
    painter: QPainter, area: QRectF, row: int, *, avatar: bool = False, align_right: bool = False
) -> None:
    """Paint the place of a cell that has not come: a bar, as in a skeleton, of a length that varies by row."""
    current = theme.current()
    ground = current.tokens.surface3
    height, middle, x = current.px(8), area.center().y(), area.left()
    if avatar:
        size = current.px(24)
        painting.box(painter, QRectF(x, round(middle - size / 2), size, size), size / 2, ground)
        x += size + 8
    width = min(area.right() - x, area.width() * (0.5 + 0.1 * (row * 7 % 4)))
    left = area.right() - width if align_right else x
    painting.box(painter, QRectF(left, round(middle - height / 2), width, height), 4, ground)


def paint_cell(
    painter: QPainter, area: QRectF, cell: Cell, *, align_right: bool = False, selected: bool = False
) -> None:
    """Paint one cell into `area`; `selected`: on the ground of a selected row."""
    current = theme.current()
    if cell.plain:
        font = current.font("strong" if cell.strong else "body")
        align = painting.RIGHT if align_right else painting.LEFT
        painting.line_text(painter, area, cell.text, font, current.colour(cell.tone), align)
        return
    t = current.tokens
    x, right, middle = area.left(), area.right(), area.center().y()
    if cell.status:
        size = status_pill_size(cell.status, cell.status_text)
        width = min(float(size.width()), right - x)
        pill = QRectF(x, round(middle - size.height() / 2), width, size.height())
        paint_status_pill(painter, pill, cell.status, cell.status_text or status_word(cell.status))
        return
    if cell.avatar:
        size_px = current.px(24)
        circle = QRectF(x, round(middle - size_px / 2), size_px, size_px)
        paint_avatar(painter, circle, initials(cell.avatar), staff=cell.staff, raised=selected)
        x += size_px + 8
    elif cell.icon:
        size_px = current.px(15)
        draw_icon(painter, x, middle - size_px / 2, cell.icon, size_px, current.colour(cell.tone))
        x += size_px + 8
    mark = current.px(15) + 8 if cell.mark else 0
    font = current.font("strong" if cell.strong else "body")
    font.setStrikeOut(cell.struck)
    wanted, tags = painting.text_width(cell.text, font), cell.tags
    if wanted + _width_of(tags) + mark > right - x:
        # A name is worth more than what stands beside it, which is read out in any case.
        tags = tuple(replace(tag, text="") for tag in tags if tag.icon)
    width = min(wanted, max(16, int(right - x - _width_of(tags) - mark)))
    line, small = current.line_height("body"), current.line_height("small")
    top = middle - (line + small) / 2 if cell.second else middle - line / 2
    start = right - width if align_right else x
    painting.line_text(painter, QRectF(start, top, width, line), cell.text, font, current.colour(cell.tone))
    if cell.second:
        below = QRectF(x, top + line, right - x, small)
        align = painting.RIGHT if align_right else painting.LEFT
        painting.line_text(painter, below, cell.second, current.font("small"), t.text2, align)
    x += width + 8 if cell.text else 0
    if cell.mark:
        size_px = current.px(15)
        draw_icon(painter, x, middle - size_px / 2, cell.mark, size_px, current.colour(cell.mark_tone))
        x += size_px + 8
    for tag in tags:
        size = tag_size(tag.text, tag.icon)
        if x + size.width() <= right + 1:
            spot = QRectF(x, round(top + line / 2 - size.height() / 2), size.width(), size.height())
            paint_tag(painter, spot, tag.text, tag.tone, tag.icon)
        x += size.width() + 6


def _width_of(tags: Sequence[CellTag]) -> int:
    return sum(tag_size(tag.text, tag.icon).width() + 8 for tag in tags)
