"""Shows one image: on black, at the window somebody wants, moved and turned, with measures over it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from meditrack_desktop.services.dicom_images import DicomFrame, Window, windowed
from meditrack_desktop.ui.documents.dicom import image_painter
from meditrack_desktop.ui.documents.dicom.image_painter import Corners, Measure
from meditrack_desktop.ui.documents.dicom.measuring import Measuring
from meditrack_desktop.ui.documents.dicom.place import STEP, Place
from meditrack_desktop.ui.documents.dicom.tool import Tool

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_NOTCH = 120
_NARROWEST = 1.0
_CRISP = 4.0
"""From this size on pixels are squares, not blurred into each other."""


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
        self.measuring = Measuring()
        self._window: Window | None = None
        self._series_window: Window | None = None
        self._image = QImage()
        self._drag: tuple[Qt.MouseButton, QPointF] | None = None
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
    def measures(self) -> list[Measure]:
        """Those over the image that is seen."""
        return self.measuring.lines

    @property
    def picture(self) -> QImage:
        """What is drawn of the image, pixel by pixel, neither turned nor enlarged."""
        return self._image

    @property
    def series_window(self) -> Window | None:
        """What images without a window of their own share."""
        return self._series_window

    @property
    def own_window(self) -> Window | None:
        """What somebody chose; None while each image has its own."""
        return self._window

    def show_frame(self, frame: DicomFrame, measures: list[Measure]) -> None:
        """Another image of the series: size, turn and a chosen window stay."""
        self.frame, self._drag = frame, None
        self.measuring.show(measures, frame)
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

    def look_again(
        self, place: Place, window: Window | None, series_window: Window | None, *, inverted: bool
    ) -> None:
        """Look at the image that is shown as at it, or another of its series, before."""
        if self.frame is None:
            return
        size = (self.frame.columns, self.frame.rows, self.frame.aspect)
        self.place = place.for_image(*size).resized(QSizeF(self.size()))
        self._window, self.inverted = window, inverted
        if series_window is not None and not self.frame.has_own_window:
            self._series_window = series_window
        self._redraw()
        self.looked.emit()

    def clear(self) -> None:
        """Forget the image and how it was looked at."""
        self.frame = self.place = self._window = self._series_window = None
        self.measuring.show([])
        self.corners, self._image = Corners(), QImage()
        self._drag, self.inverted = None, False
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
        self.measuring.stop()
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
        self.measuring.stop()
        size = (self.frame.columns, self.frame.rows, self.frame.aspect)
        self.place = Place(*size, QSizeF(self.size())).fitted()
        self._redraw()
        self.looked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.place is None or event.button() not in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.MiddleButton,
        ):
            return
        self._drag = (event.button(), event.position())
        if event.button() is Qt.MouseButton.LeftButton and self.tool is Tool.MEASURE:
            self.measuring.cross = None
            self.put_end(self.place.in_image(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.place is None or self._drag is None:
            return
        button, before = self._drag
        now = event.position()
        by = now - before
        tool = Tool.PAN if button is Qt.MouseButton.MiddleButton else self.tool
        if tool is Tool.MEASURE:
            self.measuring.draw_to(self.frame, self.place.in_image(now))
            self.update()
            return
        self._drag = (button, now)
        if tool is Tool.PAN:
            self.pan(by)
        elif tool is Tool.ZOOM:
            self.zoom_by(-by.y() / 40)
        else:
            self.change_window(by.x(), by.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        measures = self.tool is Tool.MEASURE and self.measuring.under_way
        if drag is None or self.place is None or not measures:
            return
        end = self.place.in_image(event.position())
        # A line was dragged; after a click alone its other end is still to come.
        if (event.position() - drag[1]).manhattanLength() > 3:
            self.put_end(end)

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
            if self.measuring.cross is not None:
                image_painter.paint_cross(painter, self.place.transform().map(self.measuring.cross))
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

    def pan(self, by: QPointF) -> None:
        """Move the image, in points of the screen."""
        self._look(self.place.panned(by) if self.place else None)

    def move_cross(self, step: tuple[int, int], *, far: bool) -> None:
        """Where keys put the next end of a measure."""
        if self.place is not None:
            self.measuring.move_cross(self.frame, self.place, step, far=far)
            self.update()

    def put_end(self, point: QPointF) -> None:
        """An end of a measure, in pixels of the image."""
        words = self.measuring.put_end(self.frame, point)
        if words:
            self.measured.emit(words)
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
