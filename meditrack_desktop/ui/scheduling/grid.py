"""The painted calendar itself: visits in their columns, the ghost of a drag, the cursor; mouse included."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.block_painter import Face, paint_grip, paint_ring
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import EMPTY, waited_minutes
from meditrack_desktop.ui.scheduling.gestures import Gesture, Ghost
from meditrack_desktop.ui.scheduling.grid_painter import rect_of
from meditrack_desktop.ui.scheduling.layout import CalendarLayout, Held, Hit, Measures, held_in_day, snap
from meditrack_desktop.ui.scheduling.over_painter import paint_cursor, paint_ghost, paint_hold, paint_new
from meditrack_desktop.ui.scheduling.scene import Scene
from meditrack_desktop.ui.scheduling.time_words import spoken_hold
from meditrack_desktop.ui.scheduling.words import spoken_visit
from meditrack_desktop.ui.widgets import painting

REFUSAL_SHOWN_MS = 5000


class CalendarGrid(QWidget):
    """Shows one layout. It decides nothing: what the mouse asked for leaves it as a signal."""

    visitPressed = Signal(object)
    visitOpened = Signal(object)
    slotPressed = Signal(int, int)
    slotClicked = Signal(int, int)
    dropped = Signal(object)
    keyPressed = Signal(object)
    menuRequested = Signal(object, QPoint)
    zoomed = Signal(int)
    focusMoved = Signal()
    gestureEnded = Signal()
    draggedTo = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.calendar = CalendarLayout(EMPTY, Measures(120))
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        self.now_wall: datetime | None = None
        self.cursor_at: Cursor | None = None
        self.chosen: UUID | None = None
        self.ghost: Ghost | None = None
        self.placeholder: Ghost | None = None
        self.carried: Appointment | None = None
        self.scene = Scene()
        self._gesture: Gesture | None = None
        self._hovered: UUID | None = None
        self._keyboard = False
        self._refusal = QTimer(self, singleShot=True, interval=REFUSAL_SHOWN_MS)
        self._refusal.timeout.connect(self.clear_ghost)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setProperty("ownFocusEdge", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.current().changed.connect(self._on_theme)

    def show_layout(self, calendar: CalendarLayout) -> None:
        """Show other visits, or the same at another size. A drag under way is given up."""
        self.calendar = calendar
        self.scene.forget()
        self._gesture = None
        if self._hovered is not None and calendar.block_of(self._hovered) is None:
            self._hovered = None
        self.update()

    def set_now(self, now: datetime, wall: datetime) -> None:
        """Tell the time: `now` an instant, `wall` the clinic's clock. A new minute is painted."""
        before = None if self.now_wall is None else self.now_wall.replace(second=0, microsecond=0)
        self.now, self.now_wall = now, wall
        if before != wall.replace(second=0, microsecond=0):
            self.scene.forget()
            self.update()

    def count_down(self, now: datetime) -> None:
        """A second has passed: what is on hold says how long still; nothing else is painted anew."""
        self.now = now
        for held in self.calendar.held:
            self.update(rect_of(held.box).adjusted(-4, -4, 4, 4))

    def set_cursor_at(self, cursor: Cursor | None) -> None:
        """Move the keyboard's place."""
        self.cursor_at = cursor
        self.update()

    def set_ghost(self, ghost: Ghost | None) -> None:
        """Show where something would be; only what changes is painted again."""
        if ghost == self.ghost:
            return
        dirty = self._ghost_rect(self.ghost).united(self._ghost_rect(ghost))
        self.ghost = ghost
        self.update(dirty)

    def refuse(self, ghost: Ghost, reason: str) -> None:
        """Show for a moment that it cannot be there, and why."""
        self.set_ghost(Ghost(ghost.visit, ghost.column, ghost.starts, ghost.minutes, reason))
        self._refusal.start()

    def clear_ghost(self) -> None:
        """Put back whatever was under way."""
        self._refusal.stop()
        self._gesture = None
        self.set_ghost(None)
        self.unsetCursor()
        self.update()

    @property
    def dragging(self) -> bool:
        """Whether a drag has really begun."""
        return self._gesture is not None and self._gesture.begun

    def rect_of_visit(self, appointment_id: UUID) -> QRect | None:
        """Place of a visit in the grid."""
        block = self.calendar.block_of(appointment_id)
        return None if block is None else rect_of(block.box)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        self.scene.paint(painter, event.rect(), self.calendar, self.size(), self.now, self.now_wall)
        self._paint_hovered(painter)
        self._paint_moving(painter)
        self._paint_over(painter)
        painter.end()

    def _paint_hovered(self, painter: QPainter) -> None:
        block = None if self._hovered is None else self.calendar.block_of(self._hovered)
        if block is None or self._gesture is not None:
            return
        face = Face(block.visit, waited_minutes(block.visit, self.now), hover=True)
        place, ratio = rect_of(block.box), self.devicePixelRatioF()
        painter.drawPixmap(
            place.topLeft(), self.scene.pictures.picture(face, place.width(), place.height(), ratio)
        )
        paint_grip(painter, QRectF(place), theme.current().tokens.status["booked"].mark)

    def _paint_moving(self, painter: QPainter) -> None:
        """Fade what is on its way to somewhere else."""
        ghost = self.ghost
        if ghost is None or ghost.refused or ghost.visit is None:
            return
        block = self.calendar.block_of(ghost.visit.id)
        if block is not None:
            veil = QColor(theme.current().tokens.surface)
            veil.setAlphaF(0.65)
            painter.fillRect(rect_of(block.box), veil)

    def _paint_over(self, painter: QPainter) -> None:
        t = theme.current().tokens
        for held in self.calendar.held:
            if not self._being_booked(held):
                paint_hold(painter, QRectF(rect_of(held.box)), held.hold, self.now)
        if self.placeholder is not None:
            paint_new(painter, self.calendar, self.placeholder)
        if self.chosen is not None and (block := self.calendar.block_of(self.chosen)) is not None:
            paint_ring(painter, QRectF(rect_of(block.box)), t.focus, t.surface)
        if self.cursor_at is not None and self.hasFocus() and not self._busy:
            paint_cursor(painter, self.calendar, self.cursor_at, self.chosen, keyboard=self._keyboard)
        if self.ghost is not None:
            paint_ghost(painter, self.calendar, self.ghost)

    @property
    def _busy(self) -> bool:
        return self.placeholder is not None or self.carried is not None

    def _being_booked(self, held: Held) -> bool:
        """One's own hold under the booking that it is for: that one is shown."""
        ghost = self.placeholder
        return held.hold.mine and ghost is not None and ghost.column == held.column

    def _ghost_rect(self, ghost: Ghost | None) -> QRect:
        if ghost is None:
            return QRect()
        rect = rect_of(ghost.box(self.calendar)).adjusted(-6, -6, 6, 6)
        if ghost.visit is not None and (block := self.calendar.block_of(ghost.visit.id)) is not None:
            rect = rect.united(rect_of(block.box).adjusted(-6, -6, 6, 6))
        return rect

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keyboard = False
        self._refusal.stop()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x, y = event.position().x(), event.position().y()
        hit = self.calendar.hit(x, y)
        if self.carried is not None:
            if self.ghost is not None and hit.kind not in ("none", "held"):
                self.dropped.emit(self.ghost)
            return
        self.set_ghost(None)
        if hit.kind in ("none", "held"):
            return
        self._gesture = Gesture(self.calendar, hit, x, y)
        if hit.block is not None:
            self.visitPressed.emit(hit.block.visit)
        else:
            self.slotPressed.emit(hit.column, hit.minute)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        gesture = self._gesture
        if gesture is not None and event.buttons() & Qt.MouseButton.LeftButton:
            ghost = gesture.move_to(x, y, fine=fine)
            if gesture.begun:
                if gesture.kind == "move":
                    self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.set_ghost(ghost)
                self.draggedTo.emit(int(x), int(y))
            return
        if self.carried is not None:
            self._carry_to(x, y, fine)
            return
        self._hover(x, y)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        self.unsetCursor()
        if gesture is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if gesture.changed:
            self.dropped.emit(gesture.ghost)
        elif gesture.begun:
            self.set_ghost(None)
        elif gesture.start.visit is not None:
            self.visitOpened.emit(gesture.start.visit)
        else:
            self.slotClicked.emit(gesture.start.column, gesture.start.starts)
        self.gestureEnded.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            hit = self.calendar.hit(event.pos().x(), event.pos().y())
            if hit.block is not None:
                self.visitPressed.emit(hit.block.visit)
                self.menuRequested.emit(hit.block.visit, event.globalPos())
        elif self.cursor_at is not None and self.cursor_at.visit is not None:
            block = self.calendar.block_of(self.cursor_at.visit)
            if block is not None:
                at = self.mapToGlobal(rect_of(block.box).center())
                self.menuRequested.emit(block.visit, at)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(self.calendar.hit(event.pos().x(), event.pos().y()), event.globalPos())
            return True
        return super().event(event)

    def _show_tip(self, hit: Hit, at: QPoint) -> None:
        if self.dragging or (hit.block is None and hit.held is None):
            QToolTip.hideText()
        elif hit.block is not None:
            QToolTip.showText(at, spoken_visit(hit.block.visit, self.now), self, rect_of(hit.block.box))
        elif hit.held is not None:
            doctor = self.calendar.model.columns[hit.column].practitioner.name
            QToolTip.showText(at, spoken_hold(hit.held.hold, doctor, self.now), self, rect_of(hit.held.box))

    def _hover(self, x: float, y: float) -> None:
        hit = self.calendar.hit(x, y)
        self._set_hovered(hit.block.visit.id if hit.block is not None else None)
        if hit.kind == "edge":
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        elif hit.kind == "visit":
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()

    def _set_hovered(self, appointment_id: UUID | None) -> None:
        if appointment_id == self._hovered:
            return
        for each in (self._hovered, appointment_id):
            place = None if each is None else self.rect_of_visit(each)
            if place is not None:
                self.update(place)
        self._hovered = appointment_id

    def _carry_to(self, x: float, y: float, fine: bool) -> None:
        carried = self.carried
        column = self.calendar.column_at(x)
        if carried is None or column < 0:
            return
        starts = held_in_day(snap(self.calendar.minute_at(y), fine), carried.minutes)
        self.set_ghost(Ghost(carried, column, starts, carried.minutes))

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keyboard = True
        under_way = self._gesture is not None or self.ghost is not None
        if event.key() == Qt.Key.Key_Escape and under_way and self.carried is None:
            self.clear_ghost()
            return
        event.ignore()
        self.keyPressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.focusMoved.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _on_theme(self) -> None:
        self.scene.forget(colours=True)
        self.update()
