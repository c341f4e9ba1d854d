"""Shows one image: on black, at the window somebody wants, moved and turned, with measures over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from meditrack_desktop.services.dicom_images import DicomFrame, Window, length_between, windowed
from meditrack_desktop.ui.documents.dicom import image_painter
from meditrack_desktop.ui.documents.dicom.image_painter import Corners, Measure
from meditrack_desktop.ui.documents.dicom.place import STEP, Place
from meditrack_desktop.ui.documents.dicom.words import length_words

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_NOTCH = 120
_NARROWEST = 1.0
_CRISP = 4.0
"""From this size on pixels are squares, not blurred into each other."""


class Tool(StrEnum):
    """What dragging does."""

    PAN = "pan"
    ZOOM = "zoom"
    WINDOW = "window"
    MEASURE = "measure"


class ImageView(QWidget):
    """Draws the frame that it was given and nothing else; who has it asks for others at `stepped`.

    `looked` comes when somebody changed how it is looked at: size, window, turn. Dragging with the middle button
    always moves, the wheel steps, with Ctrl it enlarges.
    """

    stepped = Signal(int)
    jumped = Signal(bool)
    looked = Signal()
    toolPicked = Signal(Tool)
    measured = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 120)
        self.setProperty("ownFocusEdge", True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.tool = Tool.WINDOW
        self.frame: DicomFrame | None = None
        self.place: Place | None = None
        self.inverted = False
        self.overlays = True
        self.corners = Corners()
        self.measures: list[Measure] = []
        self._window: Window | None = None
        self._series_window: Window | None = None
        self._image = QImage()
        self._drag: tuple[Qt.MouseButton, QPointF] | None = None
        self._pending: QPointF | None = None
        self._cross: QPointF | None = None
        self._wheel = 0
        self._by_keys = False
        self._set_cursor()

    @property
    def window_now(self) -> Window | None:
        """The window in force; None without a grey image."""
        if self.frame is None or self.frame.is_colour:
            return None
        return self._window or self._series_window or self.frame.windows[0]

    @property
    def picture(self) -> QImage:
        """What is drawn of the image, pixel by pixel, neither turned nor enlarged."""
        return self._image

    @property
    def own_window(self) -> Window | None:
        """What somebody chose; None while each image has its own."""
        return self._window

    def show_frame(self, frame: DicomFrame, measures: list[Measure]) -> None:
        """Another image of the series: size, turn and a chosen window stay."""
        self.frame, self.measures = frame, measures
        self._drag = self._pending = self._cross = None
        if not frame.is_colour:
            # Images without a window of their own share the first one's, or each step would flicker.
            if frame.has_own_window:
                self._series_window = None
            elif self._series_window is None:
                self._series_window = frame.windows[0]
        size = (frame.columns, frame.rows, frame.aspect)
        area = QSizeF(self.size())
        self.place = self.place.for_image(*size) if self.place else Place(*size, area).fitted()
        self._redraw()

    def clear(self) -> None:
        """Forget the image and how it was looked at."""
        self.frame = self.place = self._window = self._series_window = None
        self.measures, self.corners = [], Corners()
        self._image = QImage()
        self._drag = self._pending = self._cross = None
        self.inverted = False
        self.update()

    def forget_series(self) -> None:
        """The next image is of another series: it has its own window and size."""
        self._window = self._series_window = None
        self.place = None

    def set_window(self, window: Window | None) -> None:
        """Look through this window at all images; None gives each its own again."""
        self._window = window
        self._redraw()
        self.looked.emit()

    def set_tool(self, tool: Tool) -> None:
        """What dragging does from now on."""
        self.tool = tool
        self._pending = self._cross = None
        self._set_cursor()
        self.toolPicked.emit(tool)
        self.update()

    def invert(self) -> None:
        """Black for white."""
        self.inverted = not self.inverted
        self._redraw()
        self.looked.emit()

    def show_overlays(self, on: bool) -> None:
        """Draw what the file brings to lie over the image, or leave it out."""
        self.overlays = on
        self._redraw()

    def fit(self) -> None:
        self._look(self.place.fitted() if self.place else None)

    def zoom_to(self, factor: float) -> None:
        """1.0 is a point of the screen for each pixel across."""
        self._look(self.place.zoomed(factor) if self.place else None)

    def zoom_by(self, steps: float, around: QPointF | None = None) -> None:
        """Larger (positive) or smaller."""
        if self.place is not None:
            self._look(self.place.zoomed(self.place.factor * STEP**steps, around))

    def turn(self) -> None:
        self._look(self.place.turned() if self.place else None)

    def flip(self) -> None:
        self._look(self.place.flipped() if self.place else None)

    def reset(self) -> None:
        """As the document was opened; the measures of this image go too."""
        if self.frame is None:
            return
        self._window, self.inverted = None, False
        self.measures.clear()
        size = (self.frame.columns, self.frame.rows, self.frame.aspect)
        self.place = Place(*size, QSizeF(self.size())).fitted()
        self._redraw()
        self.looked.emit()

    def act_on(self, event: QKeyEvent) -> bool:
        """Do what a key of the viewer means here; False if it means nothing."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
        ctrl = Qt.KeyboardModifier.ControlModifier
        if (arrow := _ARROWS.get(key)) is not None:
            return self._arrow(arrow, held)
        letters: dict[int, Callable[[], object]] = {
            Qt.Key.Key_R: self.turn,
            Qt.Key.Key_I: self.invert,
            Qt.Key.Key_W: lambda: self.set_tool(Tool.WINDOW),
            Qt.Key.Key_L: lambda: self.set_tool(Tool.MEASURE),
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_Plus: lambda: self.zoom_by(1),
            Qt.Key.Key_Equal: lambda: self.zoom_by(1),
            Qt.Key.Key_Minus: lambda: self.zoom_by(-1),
            Qt.Key.Key_Home: lambda: self.jumped.emit(False),
            Qt.Key.Key_End: lambda: self.jumped.emit(True),
        }
        sizes = (Qt.Key.Key_0, Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus)
        allowed = (
            held == none or (held == ctrl and key in sizes) or (held == shift and key == Qt.Key.Key_Plus)
        )
        if key in letters and allowed:
            letters[key]()
            return True
        puts = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and held == none
        if puts and self.tool is Tool.MEASURE and self._cross is not None:
            self._put_end(self._cross)
            return True
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.measures:
            self.measures.pop()
            self.update()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self.frame is not None and self.act_on(event))
        if not event.isAccepted():
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.place is None or event.button() not in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.MiddleButton,
        ):
            return
        self._drag = (event.button(), event.position())
        if event.button() is Qt.MouseButton.LeftButton and self.tool is Tool.MEASURE:
            self._cross = None
            self._put_end(self.place.in_image(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.place is None or self._drag is None:
            return
        button, before = self._drag
        now = event.position()
        by = now - before
        tool = Tool.PAN if button is Qt.MouseButton.MiddleButton else self.tool
        if tool is Tool.MEASURE:
            if self._pending is not None:
                self._draw_to(self.place.in_image(now))
            return
        self._drag = (button, now)
        if tool is Tool.PAN:
            self._look(self.place.panned(by))
        elif tool is Tool.ZOOM:
            self.zoom_by(-by.y() / 40)
        else:
            self.change_window(by.x(), by.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is None or self.place is None or self.tool is not Tool.MEASURE or self._pending is None:
            return
        end = self.place.in_image(event.position())
        # A line was dragged; after a click alone its other end is still to come.
        if (event.position() - drag[1]).manhattanLength() > 3:
            self._put_end(end)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(turned / _NOTCH, event.position())
        else:
            self._wheel += turned
            steps = int(self._wheel / _NOTCH)
            self._wheel -= steps * _NOTCH
            if steps:
                self.stepped.emit(-steps)
        event.accept()

    def change_window(self, right: float, down: float) -> None:
        """Wider to the right, brighter upwards; a point of the screen is a small share of the width."""
        window = self.window_now
        if window is None:
            return
        share = max(window.width, _NARROWEST) / 300
        width = max(_NARROWEST if window.width >= _NARROWEST else 1e-6, window.width + right * share)
        self.set_window(
            replace(window, center=window.center + down * share, width=width, name="", table=None)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), image_painter.GROUND)
        area = QRectF(self.rect())
        if self.place is not None and not self._image.isNull():
            painter.save()
            smooth = self.place.factor * self.devicePixelRatioF() < _CRISP
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.setTransform(self.place.transform(), True)
            assert self.frame is not None
            painter.drawImage(QRectF(0, 0, self.frame.columns, self.frame.rows), self._image)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        image_painter.paint_corners(painter, area, self.corners)
        if self.place is not None and self.frame is not None:
            if self.frame.letters is not None:
                image_painter.paint_letters(painter, area, self.place.letters(self.frame.letters))
            if self.frame.spacing is not None:
                image_painter.paint_bar(painter, area, self.place.factor / self.frame.spacing.right)
            image_painter.paint_measures(painter, self.place, self.measures)
            if self._cross is not None:
                image_painter.paint_cross(painter, self.place.transform().map(self._cross))
        if self.hasFocus() and self._by_keys:
            painter.setPen(QPen(image_painter.on_black().focus, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.place is not None:
            fitted = self.place.fits
            self.place = self.place.resized(QSizeF(self.size()))
            if fitted:
                self.looked.emit()
            self._redraw()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keys = event.reason() in _BY_KEYS
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def _arrow(self, step: tuple[int, int], held: Qt.KeyboardModifier) -> bool:
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        if held & Qt.KeyboardModifier.AltModifier:
            return False
        if self.tool is Tool.MEASURE and not ctrl:
            self._move_cross(step, 10 if shift else 1)
        elif ctrl and self.place is not None:
            self._look(self.place.panned(QPointF(-24 * step[0], -24 * step[1])))
        elif shift:
            self.change_window(12 * step[0], 12 * step[1])
        else:
            self.stepped.emit(step[0] + step[1])
        return True

    def _move_cross(self, step: tuple[int, int], far: int) -> None:
        if self.place is None:
            return
        if self._cross is None:
            self._cross = QPointF(self.place.columns // 2, self.place.rows // 2)
        else:
            point = self.place.transform().map(self._cross)
            unit = max(1.0, self.place.factor)
            self._cross = self.place.in_image(point + QPointF(step[0], step[1]) * far * unit)
        if self._pending is not None:
            self._draw_to(self._cross)
        self.update()

    def _put_end(self, point: QPointF) -> None:
        """The first end of a measure, or its last."""
        if self._pending is None:
            self._pending = point
            self.measures.append(Measure(point, point))
        else:
            self._draw_to(point)
            self._pending = None
            self.measured.emit(self.measures[-1].words)
        self.update()

    def _draw_to(self, point: QPointF) -> None:
        if self.frame is None or not self.measures:
            return
        measure = self.measures[-1]
        measure.last = point
        first, last = measure.first, measure.last
        length = length_between(self.frame, (first.x(), first.y()), (last.x(), last.y()))
        measure.words = length_words(length)
        self.update()

    def _look(self, place: Place | None) -> None:
        if place is not None:
            self.place = place
            self.looked.emit()
            self.update()

    def _redraw(self) -> None:
        if self.frame is None:
            return
        drawn = windowed(self.frame, self.window_now, invert=self.inverted, overlays=self.overlays)
        kind = QImage.Format.Format_RGB888 if drawn.is_colour else QImage.Format.Format_Grayscale8
        bytes_a_row = drawn.columns * (3 if drawn.is_colour else 1)
        self._image = QImage(drawn.data, drawn.columns, drawn.rows, bytes_a_row, kind).copy()
        self.update()

    def _set_cursor(self) -> None:
        self.setCursor(
            {
                Tool.PAN: Qt.CursorShape.OpenHandCursor,
                Tool.ZOOM: Qt.CursorShape.SizeVerCursor,
                Tool.WINDOW: Qt.CursorShape.ArrowCursor,
                Tool.MEASURE: Qt.CursorShape.CrossCursor,
            }[self.tool]
        )


_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
}
