"""The strip under the image: play, a slider through the series, and where one is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSlider, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.dicom.image_painter import on_black
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting

HEIGHT = 44
FRAME_MS = 80
_KNOB = 6


class PlayButton(QAbstractButton):
    """Plays and stops; light on the dark strip in both themes."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(self._name)
        self._name()

    def sizeHint(self) -> QSize:
        extent = theme.current().px(28)
        return QSize(extent, extent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        tokens = on_black()
        if self.underMouse() and self.isEnabled():
            painting.box(painter, QRectF(self.rect()), 6, tokens.surface3)
        size = theme.current().px(16)
        colour = tokens.text if self.isEnabled() else tokens.text_disabled
        name = "pause" if self.isChecked() else "play"
        draw_icon(painter, (self.width() - size) / 2, (self.height() - size) / 2, name, size, colour)

    def _name(self) -> None:
        words = self.tr("Stop") if self.isChecked() else self.tr("Play")
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({self.tr('Space')})")
        self.update()


class FrameSlider(QSlider):
    """A click goes straight to that place."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPageStep(10)

    def sizeHint(self) -> QSize:
        return QSize(120, theme.current().px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        tokens, middle = on_black(), self.height() / 2
        groove = QRectF(_KNOB, middle - 2, self.width() - 2 * _KNOB, 4)
        painting.box(painter, groove, 2, tokens.line_strong)
        x = groove.left() + groove.width() * self._share()
        painting.box(painter, QRectF(groove.left(), groove.top(), x - groove.left(), 4), 2, tokens.accent)
        painting.box(painter, QRectF(x - _KNOB, middle - _KNOB, 2 * _KNOB, 2 * _KNOB), _KNOB, tokens.accent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _go(self, event: QMouseEvent) -> None:
        room = max(1, self.width() - 2 * _KNOB)
        share = min(1.0, max(0.0, (event.position().x() - _KNOB) / room))
        self.setValue(round(self.minimum() + share * (self.maximum() - self.minimum())))

    def _share(self) -> float:
        span = self.maximum() - self.minimum()
        return (self.value() - self.minimum()) / span if span else 0.0


class PlayStrip(QWidget):
    """`chosen` carries an index from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Images of the series"))
        self.button = PlayButton()
        self.button.toggled.connect(self._on_toggled)
        self.slider = FrameSlider()
        self.slider.setAccessibleName(self.tr("Image"))
        self.slider.valueChanged.connect(self._on_moved)
        self._place = ""
        self._setting = False
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)
        self._shown = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 14, 0)
        row.setSpacing(10)
        row.addWidget(self.button)
        row.addWidget(self.slider, 1)
        self._row = row
        theme.current().changed.connect(self._dress)
        self._dress()

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def show_place(self, index: int, count: int) -> None:
        """`12 / 24`; the strip is there for more than one image only."""
        self._setting = True
        self.slider.setRange(0, max(0, count - 1))
        self.slider.setValue(index)
        self._setting = False
        self._place = f"{index + 1} / {count}"
        self.setVisible(count > 1)
        self.update()

    def arrived(self, index: int) -> None:
        """An image is on the screen; playing goes on from it, never ahead of what was seen."""
        self._shown = index

    def play(self, on: bool) -> None:
        """Through the series, again from its start at the end."""
        self.button.setChecked(on)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        tokens, current = on_black(), theme.current()
        painter.fillRect(self.rect(), tokens.surface)
        font = current.font("emphasis")
        width = current.px(86)
        rect = QRectF(self.width() - width - 14, 0, width, self.height())
        painting.line_text(painter, rect, self._place, font, tokens.text, painting.RIGHT)

    def _on_moved(self, value: int) -> None:
        if not self._setting:
            self.chosen.emit(value)

    def _on_toggled(self, on: bool) -> None:
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    def _tick(self) -> None:
        if self._shown == self.slider.value():
            last = self.slider.maximum()
            self.chosen.emit(0 if self._shown >= last else self._shown + 1)

    def _dress(self) -> None:
        current = theme.current()
        self.setFixedHeight(current.px(HEIGHT))
        self._row.setContentsMargins(10, 0, 14 + current.px(86), 0)
        self.update()
