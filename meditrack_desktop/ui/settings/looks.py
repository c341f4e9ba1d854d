"""Small pictures of how the program would look, to choose from: themes and densities, and the text size slider."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import TEXT_SIZES, Density, Scheme
from meditrack_desktop.ui.theme.tokens import Tokens, load_tokens
from meditrack_desktop.ui.widgets import Radio, painting


class Picture(QAbstractButton):
    """A picture that can be chosen; the radio button below it says the words. Not a tab stop of its own."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self._size = (width, height)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        return QSize(*(theme.current().px(side) for side in self._size))

    def nextCheckState(self) -> None:
        """The radio button decides."""

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        inside = QPainterPath()
        inside.addRoundedRect(place, 8, 8)
        painter.save()
        painter.setClipPath(inside)
        self.paint_content(painter, place)
        painter.restore()
        chosen = self.isChecked()
        painting.box(painter, place, 8, None, t.accent if chosen else t.line_mid, 2 if chosen else 1)
        painter.end()

    def paint_content(self, painter: QPainter, place: QRectF) -> None:
        """What the picture shows."""

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class ThemePicture(Picture):
    """A window in miniature; "system" shows half of each."""

    def __init__(self, scheme: Scheme) -> None:
        super().__init__(172, 87)
        self._scheme = scheme

    def paint_content(self, painter: QPainter, place: QRectF) -> None:
        if self._scheme == "system":
            half = place.width() / 2
            self._window(painter, QRectF(place.x(), place.y(), half, place.height()), load_tokens("light"))
            self._window(
                painter, QRectF(place.x() + half, place.y(), half, place.height()), load_tokens("dark")
            )
        else:
            self._window(painter, place, load_tokens(self._scheme))

    @staticmethod
    def _window(painter: QPainter, place: QRectF, t: Tokens) -> None:
        px = theme.current().px
        painter.fillRect(place, t.canvas)
        sheet = place.adjusted(px(9), px(11), -px(7), -px(9))
        painting.box(painter, sheet, 4, t.surface, t.line)
        x, width = sheet.x() + px(10), sheet.width() - px(20)
        bars = (
            (0, 0.28, t.text),
            (13, 0.86, t.accent_soft),
            (26, 0.76, t.surface3),
            (39, 0.22, t.accent),
        )
        for top, share, colour in bars:
            bar = QRectF(x, sheet.y() + px(10 + top), max(px(24), width * share), px(8))
            painting.box(painter, bar, 2, colour)


class DensityPicture(Picture):
    """Three rows of a list, as tall as they would be."""

    def __init__(self, density: Density) -> None:
        self._row = 40 if density == "comfortable" else 32
        super().__init__(266, 3 * self._row + 2)

    def paint_content(self, painter: QPainter, place: QRectF) -> None:
        current = theme.current()
        t = current.tokens
        painter.fillRect(place, t.surface)
        row = current.px(self._row)
        for number, time in enumerate(("10:45", "11:00", "11:30")):
            top = place.y() + number * row
            if number:
                painter.fillRect(QRectF(place.x(), top, place.width(), 1), t.line)
            words = QRectF(place.x() + 14, top, current.px(48), row)
            painting.line_text(painter, words, time, current.font("strong"), t.text)
            middle = top + row / 2
            name = QRectF(place.x() + current.px(64), middle - 4, current.px(78 + 14 * (number % 2)), 8)
            painting.box(painter, name, 4, t.surface3)
            tag = QRectF(
                place.right() - current.px(86), middle - current.px(9), current.px(72), current.px(18)
            )
            painting.box(painter, tag, 5, (t.info_soft, t.warn_soft, t.surface2)[number])


class Choice(QWidget):
    """A picture over its radio button; `picked` when either is pressed."""

    picked = Signal()

    def __init__(self, picture: Picture, text: str) -> None:
        super().__init__()
        self.picture, self.radio = picture, Radio(text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(picture)
        column.addWidget(self.radio)
        column.addStretch(1)
        picture.clicked.connect(self.radio.click)
        self.radio.toggled.connect(picture.setChecked)
        self.radio.clicked.connect(self.picked)


class TextSizeSlider(QWidget):
    """Six stops from 100 to 200 percent; arrows and clicks move between them. `picked` carries percent."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)
        self._on_theme()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(300), max(28, theme.current().px(28)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Home: -len(TEXT_SIZES),
            Qt.Key.Key_End: len(TEXT_SIZES),
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._pick(self._stop() + steps[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._at(event.position())

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start_mirrored(self)
        middle, left, step = self.height() / 2, 10.0, (self.width() - 20) / (len(TEXT_SIZES) - 1)
        at = left + self._stop() * step
        painting.box(painter, QRectF(left, middle - 2, self.width() - 20, 4), 2, t.surface3)
        painting.box(painter, QRectF(left, middle - 2, at - left, 4), 2, t.accent)
        for number in range(len(TEXT_SIZES)):
            painter.fillRect(QRectF(left + number * step - 0.75, middle - 7, 1.5, 14), t.text2)
        painting.box(painter, QRectF(at - 9, middle - 9, 18, 18), 9, t.surface, t.accent, 1.5)
        painting.box(painter, QRectF(at - 6, middle - 6, 12, 12), 6, t.accent)
        painter.end()

    def _at(self, position: QPointF) -> None:
        x = self.width() - position.x() if painting.mirrored(self) else position.x()
        self._pick(round((x - 10) / ((self.width() - 20) / (len(TEXT_SIZES) - 1))))

    def _pick(self, stop: int) -> None:
        size = TEXT_SIZES[max(0, min(len(TEXT_SIZES) - 1, stop))]
        if size != theme.current().text_size:
            self.picked.emit(size)

    def _stop(self) -> int:
        return min(range(len(TEXT_SIZES)), key=lambda at: abs(TEXT_SIZES[at] - theme.current().text_size))

    def _on_theme(self) -> None:
        self.setAccessibleName(self.tr("Text size, {n} %").format(n=theme.current().text_size))
        self.updateGeometry()
        self.update()
