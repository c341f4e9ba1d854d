"""A day's hours drawn as bars whose edges are moved by arrow keys or by the mouse, one slot at a time."""

from collections.abc import Sequence
from datetime import time

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.domain.scheduling import SLOT_MINUTES
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.doctors.affected import count_words
from meditrack_desktop.ui.doctors.bar_edges import DAY_END, Edges, Span, spans_of, stretches_of, without
from meditrack_desktop.ui.doctors.hours_text import Stretch
from meditrack_desktop.ui.widgets import announce, paint_tag, painting, tag_size

FIRST, LAST = 7 * 60, 19 * 60
ROW = 48
_GRAB = 7


class HoursBar(QWidget):
    """`edited` carries the stretches after an edge moved; `leftUp` is -1 or 1 for the day above or below.

    Left and Right move the edge that is marked, Space marks the next one, Insert adds a stretch, Delete takes the
    marked one away. The field beside it carries the same hours in words.
    """

    edited = Signal(object)
    leftUp = Signal(int)

    def __init__(self, day: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edges = Edges(())
        self.editable = True
        self._day = day
        self._saved: tuple[Span, ...] = ()
        self._range = (FIRST, LAST)
        self._beside = 0
        self._dragged: int | None = None
        self.setAccessibleName(self.tr("Bars of {day}").format(day=day))
        self.setToolTip(
            self.tr(
                "Arrows move an edge, Space goes to the next edge, Insert adds hours, Delete takes them away"
            )
        )
        self.setProperty("ownFocusEdge", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.current().changed.connect(self._on_theme)

    def show_stretches(self, stretches: Sequence[Stretch], saved: Sequence[Stretch], beside: int = 0) -> None:
        """Draw these. Of what is kept and would go, hatched boxes stay; `beside` visits lie there, all told."""
        self.edges = Edges(spans_of(stretches), self.edges.marked)
        self._saved, self._beside = spans_of(saved), beside
        self._describe()
        self.update()

    def set_range(self, first: int, last: int) -> None:
        """Which minutes of the day the width stands for."""
        self._range = (first, last)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(240), theme.current().px(ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(120), theme.current().px(ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.leftUp.emit(-1 if key == Qt.Key.Key_Up else 1)
            return
        if not self.editable or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        turned = -1 if painting.mirrored(self) else 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._take(self.edges.moved((-1 if key == Qt.Key.Key_Left else 1) * turned))
        elif key == Qt.Key.Key_Space:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.edges = self.edges.next(-1 if back else 1)
            self._speak()
        elif key in (Qt.Key.Key_Insert, Qt.Key.Key_Plus):
            self._take(self.edges.with_one_more())
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take(self.edges.without_marked())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.editable or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        edge = self._edge_at(event.position())
        if edge is None:
            here = round(self._minute_at(event.position().x()) / SLOT_MINUTES) * SLOT_MINUTES
            begun = self.edges.begun_at(here)
            if begun is not None:
                self._take(begun)
                edge = begun.marked
        if edge is not None:
            self._dragged = edge
            self.edges = Edges(self.edges.spans, edge)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None:
            over = self.editable and self._edge_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.ArrowCursor)
            return
        self._take(self.edges.put(round(self._minute_at(event.position().x()))), spoken=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._speak()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        for hour in range(self._range[0] // 60, self._range[1] // 60 + 1):
            painter.fillRect(QRectF(round(self._x(hour * 60)), 0, 1, self.height()), t.line)
        going = without(self._saved, self.edges.spans)
        # The number is the whole day's: said once, where there is most room.
        widest = max(going, key=lambda span: span[1] - span[0], default=None)
        for span in going:
            self._paint_going(painter, self._rect(*span), told=span == widest)
        for number, span in enumerate(self.edges.spans):
            self._paint_span(painter, self._rect(*span), number)
        if self.hasFocus() and not self.edges.spans:
            area = QRectF(self.rect()).adjusted(1, 4, -1, -4)
            painting.box(painter, area, 5, None, t.focus, 2)
            words = self.tr("Insert adds hours") if self.editable else ""
            painting.line_text(
                painter, area.adjusted(8, 0, -8, 0), words, theme.current().font("small"), t.text2
            )
        painter.end()

    def _paint_span(self, painter: QPainter, rect: QRectF, number: int) -> None:
        t = theme.current().tokens
        painting.box(painter, rect, 5, t.accent_soft, t.accent)
        if not self.editable or rect.width() < 14:
            return
        for side in (0, 1):
            marked = self.hasFocus() and self.edges.marked == 2 * number + side
            width, inset = (5, 2) if marked else (3, 4)
            x = rect.left() + inset if side == 0 else rect.right() - inset - width
            grip = QRectF(x, rect.top() + (4 if marked else 9), width, rect.height() - (8 if marked else 18))
            painting.box(painter, grip, width / 2, t.focus if marked else t.accent)

    def _paint_going(self, painter: QPainter, rect: QRectF, *, told: bool) -> None:
        t = theme.current().tokens
        painting.box(painter, rect, 5, t.closed)
        painting.hatching(painter, rect, 5, t.hatch)
        painting.box(painter, rect, 5, None, t.warn, 1, Qt.PenStyle.DashLine)
        if not self._beside or not told:
            return
        words = count_words(self._beside)
        if tag_size(words).width() > rect.width():
            words = str(self._beside)
        size = tag_size(words)
        spot = rect.center() - QPointF(size.width() / 2, size.height() / 2)
        paint_tag(painter, QRectF(spot, QSizeF(size)), words, "warn")

    def _rect(self, starts: int, ends: int) -> QRectF:
        height = min(theme.current().px(32), self.height() - 8)
        left, right = round(self._x(starts)), round(self._x(ends))
        return QRectF(left, (self.height() - height) / 2, max(3, right - left), height)

    def _x(self, minute: float) -> float:
        first, last = self._range
        share = min(1.0, max(0.0, (minute - first) / (last - first)))
        return _inset() + (self.width() - 1 - 2 * _inset()) * share

    def _minute_at(self, x: float) -> float:
        first, last = self._range
        share = (x - _inset()) / max(1, self.width() - 1 - 2 * _inset())
        share = 1 - share if painting.mirrored(self) else share
        return min(float(DAY_END), max(0.0, first + share * (last - first)))

    def _edge_at(self, spot: QPointF) -> int | None:
        x = self.width() - spot.x() if painting.mirrored(self) else spot.x()
        ends = [end for span in self.edges.spans for end in span]
        near = sorted((abs(self._x(end) - x), number) for number, end in enumerate(ends))
        return near[0][1] if near and near[0][0] <= _GRAB else None

    def _take(self, edges: Edges, *, spoken: bool = True) -> None:
        changed, self.edges = edges.spans != self.edges.spans, edges
        self._describe()
        self.update()
        if spoken:
            self._speak()
        if changed:
            self.edited.emit(stretches_of(edges.spans))

    def _describe(self) -> None:
        self.setAccessibleDescription(self._words())

    def _speak(self) -> None:
        if self.hasFocus():
            announce(self, self._words())
        self.update()

    def _words(self) -> str:
        at = self.edges.moment()
        if at is None:
            return self.tr("Closed")
        words = self.tr("From {time}") if self.edges.marked % 2 == 0 else self.tr("Until {time}")
        return words.format(time=f"{at // 60:02}:{at % 60:02}")

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class HoursScale(QWidget):
    """The hours over the bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range = (FIRST, LAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    def set_range(self, first: int, last: int) -> None:
        """As the bars below."""
        self._range = (first, last)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(240), theme.current().px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        painter = painting.start_mirrored(self)
        first, last = self._range[0] // 60, self._range[1] // 60
        room = (self.width() - 1 - 2 * _inset()) / (last - first)
        step = next((hours for hours in (1, 2, 3, 4, 6, 12) if room * hours > current.px(44)), 24)
        width = current.px(44)
        for hour in range(first, last + 1, step):
            words = time(hour % 24).strftime("%H:%M") if hour < 24 else "24:00"
            area = QRectF(_inset() + (hour - first) * room - width / 2, 0, width, self.height())
            painting.line_text(
                painter, area, words, current.font("micro"), current.tokens.text2, painting.CENTRE
            )
        painter.end()


def _inset() -> int:
    """Room at both ends, so that the first and the last hour stand over their lines."""
    return theme.current().px(17)
