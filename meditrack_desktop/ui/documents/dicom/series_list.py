"""The series of a study, each with a small picture; arrows go through them, Enter or a click shows one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.examination import StudySeries
from meditrack_desktop.services.dicom_images import Picture
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.dicom.image_painter import GROUND
from meditrack_desktop.ui.documents.dicom.words import image_count_words, series_words
from meditrack_desktop.ui.widgets import painting

ROW = 62
SMALL = 48


class SeriesRow(QWidget):
    """One series."""

    chosen = Signal(int)
    stepped = Signal(int)

    def __init__(self, number: int, series: StudySeries) -> None:
        super().__init__()
        self._number = number
        self._title, self._second = series_words(series), image_count_words(series.frames)
        self._image = QImage()
        self._current = self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._describe()

    def set_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    def set_current(self, current: bool) -> None:
        self._current = current
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, theme.current().px(ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start_mirrored(self)
        current = theme.current()
        tokens = current.tokens
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._current:
            painting.box(painter, rect, 8, tokens.selected, tokens.accent)
        elif self._hovered:
            painting.box(painter, rect, 8, tokens.surface2)
        side = current.px(SMALL)
        small = QRectF(rect.left() + 6, rect.center().y() - side / 2, side, side)
        painting.box(painter, small, 4, QColor(GROUND), None)
        if not self._image.isNull():
            _draw_within(painter, small, self._image)
        left = small.right() + 11
        words = QRectF(left, rect.center().y() - current.px(19), rect.right() - left - 8, current.px(20))
        painting.line_text(painter, words, self._title, current.font("emphasis"), tokens.text)
        painting.line_text(
            painter, words.translated(0, current.px(19)), self._second, current.font("small"), tokens.text2
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self._number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._number)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(self._number + (1 if event.key() == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._hovered = event.type() == QEvent.Type.Enter
            self.update()
        return super().event(event)

    def _describe(self) -> None:
        words = f"{self._title}, {self._second}"
        self.setAccessibleName(self.tr("{series}, shown").format(series=words) if self._current else words)


class SeriesList(QWidget):
    """`chosen` carries the number of a series, from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Series"))
        self.rows: list[SeriesRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._column = column

    def show_series(self, series: Sequence[StudySeries]) -> None:
        """Replace what is listed."""
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [SeriesRow(number, one) for number, one in enumerate(series)]
        for row in self.rows:
            row.chosen.connect(self.chosen)
            row.stepped.connect(self._step)
            self._column.addWidget(row)

    def put(self, number: int, image: QImage) -> None:
        if 0 <= number < len(self.rows):
            self.rows[number].set_image(image)

    def mark(self, number: int) -> None:
        """Which one is shown; it alone is reached by Tab."""
        for place, row in enumerate(self.rows):
            row.set_current(place == number)
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place == number else Qt.FocusPolicy.ClickFocus)

    def _step(self, number: int) -> None:
        if 0 <= number < len(self.rows):
            self.rows[number].setFocus(Qt.FocusReason.TabFocusReason)


def small_image(picture: Picture | None) -> QImage:
    """A picture of the service as one of Qt; empty for none."""
    if picture is None:
        return QImage()
    kind = QImage.Format.Format_RGB888 if picture.is_colour else QImage.Format.Format_Grayscale8
    bytes_a_row = picture.columns * (3 if picture.is_colour else 1)
    return QImage(picture.data, picture.columns, picture.rows, bytes_a_row, kind).copy()


def _draw_within(painter: QPainter, rect: QRectF, image: QImage) -> None:
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    scale = min(rect.width() / image.width(), rect.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    target = QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)
    if painter.worldTransform().m11() < 0:
        # A picture is never turned round with the layout.
        painter.save()
        painter.translate(2 * target.center().x(), 0)
        painter.scale(-1, 1)
        painter.drawImage(target, image)
        painter.restore()
    else:
        painter.drawImage(target, image)
