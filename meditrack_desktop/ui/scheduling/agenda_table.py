"""The table of the agenda: a row for each visit with its next step as a button, and the line of now between them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.agenda_model import Entry, NowRow, same_entry
from meditrack_desktop.ui.scheduling.calendar_keys import VISIT_KEYS
from meditrack_desktop.ui.scheduling.day_model import look_of, minutes_of, waited_minutes
from meditrack_desktop.ui.scheduling.period_keys import PeriodKeys
from meditrack_desktop.ui.scheduling.words import birth_text, clock_text, length_text
from meditrack_desktop.ui.widgets import (
    Cell,
    CellTag,
    Column,
    RecordModel,
    RecordTable,
    paint_cell,
    painting,
    status_word,
)
from meditrack_desktop.ui.widgets.record_model import Index
from meditrack_desktop.ui.widgets.record_table import RecordDelegate

NOW_HEIGHT = 26
KEPT_CELLS = 3000
FIRST_PAD, PAD = 20, 12
"""As in every table."""
ACT = "act"
_Key = Qt.Key


class AgendaModel(RecordModel):
    """Rows of visits; that of now can be neither chosen nor reached by keys."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.record(index.row()), NowRow):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        now = index.isValid() and isinstance(self.record(index.row()), NowRow)
        if now and role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Now, {time}").format(time=clock_text(self.record(index.row()).minute))
        return super().data(index, role)


class AgendaTable(RecordTable):
    """`actChosen` carries a visit and the name of an act, from a letter or from its row's button."""

    actChosen = Signal(object, str)
    visitOpened = Signal(object)
    menuRequested = Signal(object, QPoint)

    def __init__(
        self, next_act: Callable[[Appointment], tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        self._next_act = next_act
        self._now: datetime | None = None
        self.rooms: dict[object, str] = {}
        model = AgendaModel(_columns(self.tr), self._cell, identity=same_entry)
        super().__init__(model, self.tr("Agenda"), parent=parent)
        self.going = PeriodKeys(self)
        self.pressed_act = -1
        self.hovered_act = -1
        self.setItemDelegate(AgendaDelegate(self))
        self.opened.connect(self._on_opened)
        self.previewed.connect(self._on_opened)

    def show_entries(self, entries: list[Entry], now: datetime) -> None:
        """Show these rows; the chosen visit stays chosen, and the place where it is. `now` is an instant."""
        self._now = now
        chosen, bar = self.current_visit(), self.verticalScrollBar().value()
        self.records.set_records(entries)
        current = theme.current()
        for row, entry in enumerate(entries):
            if isinstance(entry, NowRow):
                self.verticalHeader().resizeSection(row, current.px(NOW_HEIGHT))
        if chosen is not None:
            self.select_row(self.records.row_of(chosen.id))
        self.verticalScrollBar().setValue(bar)

    def current_visit(self) -> Appointment | None:
        """The visit of the chosen row."""
        row = self.current_row()
        found = self.records.record(row) if 0 <= row < self.records.rowCount() else None
        return found if isinstance(found, Appointment) else None

    def choose(self, appointment_id: object) -> bool:
        """Choose the row of a visit; False if it is not shown."""
        row = self.records.row_of(appointment_id)
        if row >= 0:
            self.select_row(row)
        return row >= 0

    def row_rect(self, row: int) -> QRect:
        """Place of a row in the window's coordinates."""
        place = self.visualRect(self.records.index(row, 0))
        place.setWidth(self.viewport().width())
        return QRect(self.viewport().mapTo(self.window(), place.topLeft()), place.size())

    def act_rect(self, row: int) -> QRectF:
        """Place of a row's button within the viewport; empty without one."""
        entry = self.records.record(row)
        column = len(self.records.columns) - 1
        if isinstance(entry, NowRow) or self.isColumnHidden(column):
            return QRectF()
        words = self._next_act(entry)[1]
        if not words:
            return QRectF()
        current = theme.current()
        place = self.visualRect(self.records.index(row, column))
        width = painting.text_width(words, current.font("small_medium")) + 20
        height = current.px(26)
        return QRectF(place.right() - 12 - width, place.center().y() - height / 2, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        visit = self.current_visit()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = _Key(event.key())
        if plain and visit is not None and key in VISIT_KEYS:
            self.actChosen.emit(visit, VISIT_KEYS[key])
        elif not self.going.take(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed_act = self._act_at(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row, self.pressed_act = self.pressed_act, -1
        super().mouseReleaseEvent(event)
        if row >= 0 and row == self._act_at(event.position().toPoint()):
            visit = self.records.record(row)
            self.actChosen.emit(visit, self._next_act(visit)[0])
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._act_at(event.position().toPoint()) < 0:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        row = self._act_at(event.position().toPoint())
        if row != self.hovered_act:
            self.hovered_act = row
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered_act = -1
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            row = self.indexAt(event.pos()).row()
            if row >= 0:
                self.select_row(row)
        visit = self.current_visit()
        if visit is not None:
            by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
            at = event.globalPos() if by_mouse else self.mapToGlobal(self.rect().center())
            self.menuRequested.emit(visit, at)

    def _act_at(self, at: QPoint) -> int:
        row = self.indexAt(at).row()
        if row < 0:
            return -1
        return row if self.act_rect(row).contains(at.toPointF()) else -1

    def _on_opened(self, row: int) -> None:
        found = self.records.record(row)
        if isinstance(found, Appointment):
            self.visitOpened.emit(found)

    def act_words(self, visit: Appointment) -> str:
        """What stands on a row's button."""
        return self._next_act(visit)[1]

    def _cell(self, entry: Entry, key: str) -> Cell:
        if isinstance(entry, NowRow):
            return Cell()
        visit = entry
        struck = look_of(visit) == "cancelled"
        tone = "text3" if struck else "text2"
        if key == "time":
            return Cell(clock_text(minutes_of(visit)[0]), strong=True)
        if key == "length":
            return Cell(length_text(visit.minutes), tone=tone)
        if key == "status":
            look = look_of(visit)
            waits = None if self._now is None else waited_minutes(visit, self._now)
            words = status_word(look)
            return Cell(status=look, status_text=words if waits is None else f"{words} {length_text(waits)}")
        if key == "patient":
            return Cell(visit.patient_name, avatar=visit.patient_name, struck=struck, tags=self._tags(visit))
        if key == "born":
            return Cell(birth_text(visit.patient_birth_date, visit.day), tone=tone)
        if key == "kind":
            return Cell(visit.visit_type, tone=tone)
        if key == "doctor":
            return Cell(visit.practitioner_name, tone=tone, avatar=visit.practitioner_name, staff=True)
        if key == "room":
            return Cell(self.rooms.get(visit.practitioner_id, ""), tone=tone)
        if key == "phone":
            return Cell(visit.patient_phone, tone=tone)
        # Painted as a button; the words are for who listens.
        return Cell(mark_meaning=self._next_act(visit)[1])

    def _tags(self, visit: Appointment) -> tuple[CellTag, ...]:
        found = []
        if visit.allergies:
            found.append(CellTag(self.tr("Allergy"), "danger", "circle-alert"))
        if visit.new_patient:
            found.append(CellTag(self.tr("New"), "neutral"))
        return tuple(found)


class AgendaDelegate(RecordDelegate):
    """Paints rows as every table does, the button of the next step, and the line of now.

    What stands in a cell is painted once into a picture: a row has ten cells with avatars and pills, and a screen
    twenty rows.
    """

    def __init__(self, table: AgendaTable) -> None:
        super().__init__(table)
        self._agenda = table
        self._kept: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        theme.current().changed.connect(self._forget)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        agenda = self._agenda
        row, column = index.row(), index.column()
        entry = agenda.records.record(row)
        rect: QRect = option.rect
        if isinstance(entry, NowRow):
            self._paint_now(painter, rect, index, entry.minute)
            return
        if painting.mirrored(agenda):
            super().paint(painter, option, index)
        else:
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            first = agenda.head.visualIndex(column) == 0
            self.paint_ground(painter, rect, row, selected=selected, first=first)
            left = FIRST_PAD if first else PAD
            size = QSize(rect.width() - left - PAD, rect.height() - 1)
            ratio = painter.device().devicePixelRatio()
            cell = agenda.records.cell_at(row, column)
            painter.drawPixmap(rect.left() + left, rect.top(), self._picture(cell, size, ratio, selected))
        if agenda.records.columns[column].key == ACT:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_act(painter, row, entry)
            painter.restore()

    def _forget(self) -> None:
        self._kept.clear()

    def _picture(self, cell: Cell, size: QSize, ratio: float, selected: bool) -> QPixmap:
        key = (cell, size.width(), size.height(), ratio, selected)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        made = QPixmap(QSize(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_cell(painter, QRectF(0, 0, size.width(), size.height()), cell, selected=selected)
        painter.end()
        self._kept[key] = made
        if len(self._kept) > KEPT_CELLS:
            self._kept.popitem(last=False)
        return made

    def _paint_act(self, painter: QPainter, row: int, visit: Appointment) -> None:
        rect = self._agenda.act_rect(row)
        if rect.isEmpty():
            return
        current = theme.current()
        t = current.tokens
        fill = t.surface
        if row == self._agenda.pressed_act:
            fill = t.surface3
        elif row == self._agenda.hovered_act:
            fill = t.surface2
        painting.box(painter, rect, 6, fill, t.line_mid)
        words = self._agenda.act_words(visit)
        painting.line_text(painter, rect, words, current.font("small_medium"), t.text, painting.CENTRE)

    def _paint_now(self, painter: QPainter, rect: QRect, index: Index, minute: int) -> None:
        current = theme.current()
        t = current.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = rect.center().y()
        painter.fillRect(QRect(rect.left(), middle - 1, rect.width(), 2), t.now)
        if self._agenda.head.visualIndex(index.column()) == 0:
            font = current.font("micro")
            font.setWeight(font.Weight.Bold)
            words = clock_text(minute)
            area = QRectF(
                rect.left() + 14,
                middle - current.px(9),
                painting.text_width(words, font) + 14,
                current.px(18),
            )
            painting.box(painter, area, 6, t.now)
            painting.line_text(painter, area, words, font, t.on_accent, painting.CENTRE)
        painter.restore()


def _columns(tr: Callable[[str], str]) -> list[Column]:
    return [
        Column("time", tr("Time"), 68, sortable=False),
        Column("length", tr("Length"), 70, priority=4, sortable=False),
        Column("status", tr("Status"), 148, sortable=False),
        Column("patient", tr("Patient"), 176, stretch=True, sortable=False),
        Column("born", tr("Born"), 146, priority=1, sortable=False),
        Column("kind", tr("Visit"), 130, priority=2, sortable=False),
        Column("doctor", tr("Doctor"), 168, priority=1, sortable=False),
        Column("room", tr("Room"), 80, priority=5, sortable=False),
        Column("phone", tr("Phone"), 146, priority=3, sortable=False),
        Column(ACT, "", 100, align_right=True, sortable=False),
    ]
