"""One doctor's day as a row: bars by status, right now, and the next free time as a button."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from meditrack_desktop.domain.today import DoctorNow, RibbonRow, RibbonVisit, TodayBoard
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.today import words
from meditrack_desktop.ui.today.ribbon_columns import Columns
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import (
    Button,
    announce,
    initials,
    paint_avatar,
    paint_tag,
    painting,
    tag_size,
)

ROW = 32
_ICONS = {DoctorNow.IN_ROOM: "stethoscope", DoctorNow.WAITING: "armchair"}


class DoctorRow(QWidget):
    """Left and right walk its visits, Enter opens one. `visitOpened` carries its id, `freeChosen` doctor and time."""

    visitOpened = Signal(object)
    freeChosen = Signal(object, object)

    def __init__(self, *, may_book: bool) -> None:
        super().__init__()
        self._board: TodayBoard | None = None
        self._row: RibbonRow | None = None
        self._columns = Columns(0, 0, 0, 0, 0, 0, 1)
        self._at: UUID | None = None
        self._now: int | None = None
        self._drawn: tuple[object, QPixmap] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ownFocusEdge", True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.free = Button("", size="small", icon="plus", parent=self)
        self.free.clicked.connect(self._on_free)
        self._may_book = may_book
        theme.current().changed.connect(self._on_theme)

    @property
    def doctor_id(self) -> UUID | None:
        return self._row.doctor.id if self._row is not None else None

    def show_row(self, board: TodayBoard, row: RibbonRow) -> None:
        """Show a doctor of the board."""
        self._board, self._row = board, row
        self.setAccessibleName(words.spoken_row(row, board.day))
        self.setAccessibleDescription("; ".join(words.spoken_bar(visit) for visit in row.visits))
        if row.next_free is not None:
            shown = words.free_text(row.next_free, board.day)
            self.free.set_text(words.free_short(row.next_free, board.day))
            said = tr("Book {doctor}, {time}").format(doctor=row.doctor.name, time=shown)
            self.free.setAccessibleName(said)
            self.free.setToolTip(said)
        self.free.setVisible(row.next_free is not None and self._may_book)
        self._place()
        self._redraw()

    def set_columns(self, columns: Columns) -> None:
        """Where the columns stand."""
        self._columns = columns
        self._place()
        self._redraw()

    def set_now(self, minute: int | None) -> None:
        """Where the line of now stands; None on another day."""
        self._now = minute
        self._redraw()

    def set_off(self, why: str) -> None:
        """Switch booking off and say why, or on again."""
        self.free.setEnabled(not why)
        if why:
            self.free.setToolTip(why)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(600), theme.current().px(ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, theme.current().px(ROW))

    def resizeEvent(self, event: object) -> None:
        self._place()

    def visit_at(self, x: float) -> RibbonVisit | None:
        """Whose bar is there."""
        found = self._row.visits if self._row is not None else ()
        return next(
            (visit for visit in found if self._bar(visit).left() <= x <= self._bar(visit).right()), None
        )

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        visits = self._row.visits if self._row is not None else ()
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and visits:
            ids = [visit.id for visit in visits]
            step = 1 if (key == Qt.Key.Key_Right) != painting.mirrored(self) else -1
            at = ids.index(self._at) + step if self._at in ids else self._nearest()
            self._at = ids[max(0, min(len(ids) - 1, at))]
            shown = next(visit for visit in visits if visit.id == self._at)
            announce(self, words.spoken_bar(shown))
            QToolTip.showText(
                self.mapToGlobal(self._bar(shown).bottomLeft().toPoint()), words.spoken_bar(shown), self
            )
            self._redraw()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at is not None:
            self.visitOpened.emit(self._at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Plus) and self.free.isVisible():
            self.free.click()
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._at = None
        self._redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        found = self.visit_at(event.position().x())
        if found is not None:
            self._at = found.id
            self.visitOpened.emit(found.id)
        self._redraw()

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            found = self.visit_at(event.pos().x())
            said = words.spoken_bar(found) if found is not None else self.accessibleName()
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return bool(super().event(event))  # type: ignore[arg-type]

    def _on_free(self) -> None:
        if self._row is not None and self._row.next_free is not None:
            self.freeChosen.emit(self._row.doctor.id, self._row.next_free)

    def _nearest(self) -> int:
        visits = self._row.visits if self._row is not None else ()
        now = self._now if self._now is not None else 0
        return next((at for at, visit in enumerate(visits) if visit.starts + visit.minutes > now), 0)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """From a picture of the row: whatever opens and closes over the page uncovers it many times a minute."""
        ratio = self.devicePixelRatioF()
        state = (self.size(), ratio, self.hasFocus(), painting.mirrored(self))
        if self._drawn is None or self._drawn[0] != state:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(theme.current().tokens.surface)
            if self._row is not None and self._board is not None:
                self._draw(painting.start_on(picture, self), self._row, self._board)
            self._drawn = state, picture
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn[1])
        painter.end()

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    def _draw(self, painter: QPainter, row: RibbonRow, board: TodayBoard) -> None:
        columns, t = self._columns, theme.current().tokens
        rect = QRectF(self.rect())
        painter.fillRect(QRectF(0, 0, rect.width(), 1), t.line)
        self._name(painter, row, rect)
        for stretch in row.day.open:
            self._ground(painter, stretch.starts, stretch.ends, t.surface3)
        for absence in row.day.absences:
            span = absence.on(row.day.day)
            if span is not None:
                area = self._area(max(span.starts, board.shown.starts), min(span.ends, board.shown.ends))
                painting.box(painter, area, 4, t.closed)
                painting.hatching(painter, area, 4, t.line_mid)
        for visit in row.visits:
            self._visit(painter, visit)
        if self._now is not None:
            x = columns.x_of(self._now)
            painter.fillRect(QRectF(x - 1, 0, 2, rect.height()), t.now)
        self._right_now(painter, row, rect)
        if self.hasFocus() and self._at is None:
            painting.box(painter, rect.adjusted(2, 2, -2, -2), 6, None, t.focus, 2)
        painter.end()

    def _name(self, painter: QPainter, row: RibbonRow, rect: QRectF) -> None:
        current = theme.current()
        t = current.tokens
        size = current.px(20)
        face = QRectF(14, (rect.height() - size) / 2, size, size)
        paint_avatar(painter, face, initials(row.doctor.name), staff=True)
        left, right = face.right() + 8, float(self._columns.track_left - 10)
        if row.late:
            text, icon = words.late_text(row.late), "clock"
            tag = tag_size(text, icon)
            whole = painting.text_width(row.doctor.name, current.font("emphasis"))
            if left + whole + 8 + tag.width() > right:
                # Who it is comes first; the whole sentence stands in the tooltip and above the lanes.
                text, icon = f"+{row.late}", ""
                tag = tag_size(text, icon)
            place = QRectF(right - tag.width(), (rect.height() - tag.height()) / 2, tag.width(), tag.height())
            place.moveLeft(min(left + whole + 8, place.left()))
            paint_tag(painter, place, text, "warn", icon)
            right = place.left() - 6
        area = QRectF(left, 0, right - left, rect.height())
        painting.line_text(painter, area, row.doctor.name, current.font("emphasis"), t.text)

    def _right_now(self, painter: QPainter, row: RibbonRow, rect: QRectF) -> None:
        current = theme.current()
        t = current.tokens
        x = float(self._columns.now_left)
        icon = _ICONS.get(row.now, "")
        if icon:
            size = current.px(15)
            ink = t.accent if row.now is DoctorNow.IN_ROOM else t.warn
            draw_icon(painter, x, (rect.height() - size) / 2, icon, size, ink)
            x += size + 6
        area = QRectF(x, 0, self._columns.free_left - 8 - x, rect.height())
        colour = t.text if icon else t.text2
        painting.line_text(painter, area, words.right_now(row), current.font("body"), colour)

    def _ground(self, painter: QPainter, starts: int, ends: int, colour: object) -> None:
        painting.box(painter, self._area(starts, ends), 4, colour)  # type: ignore[arg-type]

    def _area(self, starts: int, ends: int) -> QRectF:
        left, right = self._columns.x_of(starts), self._columns.x_of(ends)
        height = theme.current().px(16)
        return QRectF(left, (self.height() - height) / 2, max(2.0, right - left), height)

    def _bar(self, visit: RibbonVisit) -> QRectF:
        return self._area(visit.starts, visit.starts + visit.minutes).adjusted(0.5, 0, -0.5, 0)

    def _visit(self, painter: QPainter, visit: RibbonVisit) -> None:
        t = theme.current().tokens
        look, rect = words.look_of(visit), self._bar(visit)
        colours = t.status[look]
        if look == "booked":
            painting.box(painter, rect, 3, t.surface, colours.mark, 1.1, Qt.PenStyle.DashLine)
        elif look == "noshow":
            painting.box(painter, rect, 3, colours.fill, colours.mark)
            painting.hatching(painter, rect, 3, colours.mark, 5)
        elif look == "completed":
            painting.box(painter, rect, 3, t.text_disabled, colours.mark)
        elif look == "inroom":
            painting.box(painter, rect.adjusted(0, -2, 0, 2), 3, colours.mark)
        else:
            painting.box(painter, rect, 3, colours.mark)
        if look == "arrived":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.surface)
            painter.drawEllipse(rect.center(), 2.5, 2.5)
        if self.hasFocus() and visit.id == self._at:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(t.focus, 2))
            painter.drawRoundedRect(rect.adjusted(-3, -4, 3, 4), 5, 5)

    def _place(self) -> None:
        hint = self.free.sizeHint()
        x = self._columns.free_left
        if painting.mirrored(self):
            x = self.width() - x - hint.width()
        self.free.setGeometry(x, (self.height() - hint.height()) // 2 + 1, hint.width(), hint.height())

    def _on_theme(self) -> None:
        self.updateGeometry()
        self._place()
        self._redraw()
