"""The day of every doctor at one glance: a head with the hours, a row each, and the line of now."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.domain.today import TodayBoard
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.words import clock_text
from meditrack_desktop.ui.today.ribbon_columns import Columns
from meditrack_desktop.ui.today.ribbon_row import DoctorRow
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import Card, painting


class Ribbon(Card):
    """Rows are one stop of Tab, up and down walk them."""

    visitOpened = Signal(object)
    freeChosen = Signal(object, object)

    def __init__(self, *, may_book: bool) -> None:
        super().__init__(padding=0)
        self.setAccessibleName(tr("The doctors' day"))
        self._may_book = may_book
        self._board: TodayBoard | None = None
        self._off = ""
        self.rows: list[DoctorRow] = []
        self.head = _Head()
        self.body.addWidget(self.head)
        theme.current().changed.connect(self._arrange)

    def show_board(self, board: TodayBoard) -> None:
        """Show every doctor of the board; rows are kept by doctor."""
        self._board = board
        kept = {row.doctor_id: row for row in self.rows}
        rows = [kept.pop(one.doctor.id) if one.doctor.id in kept else self._made() for one in board.doctors]
        for gone in kept.values():
            self.body.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, (row, one) in enumerate(zip(rows, board.doctors, strict=True), start=1):
            if self.body.indexOf(row) != place:
                self.body.insertWidget(place, row)
            row.show_row(board, one)
            row.set_off(self._off)
        self.rows = rows
        first = next((row for row in rows if row.focusPolicy() == Qt.FocusPolicy.StrongFocus), None)
        if first is None and rows:
            rows[0].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._arrange()
        self.tell_time(board.wall_now)

    def tell_time(self, wall_now: datetime) -> None:
        """Put the line of now where it belongs."""
        board = self._board
        if board is None:
            return
        minute = wall_now.hour * 60 + wall_now.minute
        inside = wall_now.date() == board.day and board.shown.starts <= minute <= board.shown.ends
        self.head.set_now(minute if inside else None)
        for row in self.rows:
            row.set_now(minute if inside else None)

    def set_off(self, why: str) -> None:
        """Switch booking off and say why, or on again."""
        self._off = why
        for row in self.rows:
            row.set_off(why)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((number for number, row in enumerate(self.rows) if row.hasFocus()), None)
        if at is None or event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
            return
        to = self.rows[max(0, min(len(self.rows) - 1, at + (1 if event.key() == Qt.Key.Key_Down else -1)))]
        for row in self.rows:
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is to else Qt.FocusPolicy.ClickFocus)
        to.setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self._board is None:
            return
        columns = Columns.of(self.width() - 2, self._board.shown)
        self.head.set_columns(columns)
        for row in self.rows:
            row.set_columns(columns)

    def _made(self) -> DoctorRow:
        row = DoctorRow(may_book=self._may_book)
        row.visitOpened.connect(self.visitOpened)
        row.freeChosen.connect(self.freeChosen)
        return row


def hour_labels(columns: Columns, half: float, taken: tuple[float, float] | None) -> list[tuple[int, float]]:
    """Minute and left edge of each hour's label, `half` as wide as it is long; none lies on what is `taken`."""
    hours = (columns.ends - columns.starts) // 60
    room = max(1.0, (columns.track_right - columns.track_left) / max(1, hours))
    step = 60 * max(1, -(-int(half * 2 + 6) // int(room)))
    found = []
    for minute in range(columns.starts, columns.ends + 1, step):
        # Middle on its hour, the first and the last, too: beside the track is room for half a label.
        left = columns.x_of(minute) - half
        if taken is None or left >= taken[1] + 2 or left + 2 * half <= taken[0] - 2:
            found.append((minute, left))
    return found


class _Head(QWidget):
    """Hours, and the time of now as a pill on its line."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = Columns(0, 0, 0, 0, 0, 0, 60)
        self._now: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_columns(self, columns: Columns) -> None:
        self._columns = columns
        self.update()

    def set_now(self, minute: int | None) -> None:
        self._now = minute
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(600), theme.current().px(31))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme.current().px(31))

    def paintEvent(self, event: QPaintEvent) -> None:
        current, columns = theme.current(), self._columns
        t = current.tokens
        painter = painting.start_mirrored(self)
        height = self.height()
        head, micro = current.font("small_medium"), current.font("micro")
        for x, text in (
            (14, tr("Doctor")),
            (columns.now_left, tr("Right now")),
            (columns.free_left, tr("Next free")),
        ):
            painting.line_text(painter, QRectF(x, 0, 140, height), text, head, t.text2)
        metrics = QFontMetrics(micro)
        half = metrics.horizontalAdvance("00:00") / 2
        pill = None
        if self._now is not None:
            wide = painting.text_width(clock_text(self._now), current.font("small_strong")) + 14
            middle = columns.x_of(self._now)
            pill = QRectF(middle - wide / 2, (height - current.px(20)) / 2 + 1, wide, current.px(20))
        taken = None if pill is None else (pill.left(), pill.right())
        for minute, left in hour_labels(columns, half, taken):
            area = QRectF(left, 0, 2 * half + 2, height)
            painting.line_text(painter, area, clock_text(minute), micro, t.text2)
        if pill is not None and self._now is not None:
            painter.fillRect(
                QRectF(columns.x_of(self._now) - 1, pill.bottom(), 2, height - pill.bottom()), t.now
            )
            painting.box(painter, pill, 5, t.accent)
            font = current.font("small_strong")
            painting.line_text(painter, pill, clock_text(self._now), font, t.on_accent, painting.CENTRE)
        painter.end()
