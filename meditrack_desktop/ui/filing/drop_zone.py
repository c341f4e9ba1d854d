"""Where files are dropped to be added."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.filing.sources import TAKEN, local_paths
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.tool_tip import plain_tip


class DropZone(QAbstractButton):
    """A dashed field: files are dropped on it (`dropped` carries their paths), and a click chooses some."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = False
        self._words, self._act = self.tr("Drop files here or"), self.tr("choose")
        self._kinds = self.tr("PDF, pictures or DICOM")
        self.setAccessibleName(self.tr("Add documents: drop files here or choose them"))
        self.setAccessibleDescription(TAKEN)
        self.setToolTip(plain_tip(TAKEN))
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.updateGeometry)

    @property
    def kinds(self) -> str:
        """What may be dropped: every format by its name where there is room for it."""
        fits = painting.text_width(TAKEN, theme.current().font("micro")) <= self.width() - 12
        return TAKEN if fits else self._kinds

    def sizeHint(self) -> QSize:
        current = theme.current()
        lines = current.line_height("small") + current.line_height("micro")
        return QSize(current.px(160), current.px(40) + lines + 8)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.acceptProposedAction()
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        if paths := local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        hot = self._over or self.underMouse()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        pen = QPen(t.accent if self._over else t.line_strong, 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(t.accent_soft if self._over else t.surface2 if hot else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 6, 6)
        size, line, font = current.px(18), current.line_height("small"), current.font("small")
        hint = current.line_height("micro")
        top = (self.height() - size - line - hint - 4) / 2
        draw_icon(painter, (self.width() - size) / 2, top, "file-up", size, t.text2)
        strong = current.font("small_strong")
        first, second = painting.text_width(self._words + " ", font), painting.text_width(self._act, strong)
        left = max(6.0, (self.width() - first - second) / 2)
        below = top + size + 4
        painting.line_text(painter, QRectF(left, below, first, line), self._words, font, t.text2)
        painting.line_text(painter, QRectF(left + first, below, second, line), self._act, strong, t.link)
        under = QRectF(6, below + line, self.width() - 12, hint)
        painting.line_text(painter, under, self.kinds, current.font("micro"), t.text2, painting.CENTRE)
        painter.end()

    def _show_over(self, over: bool) -> None:
        self._over = over
        self.update()
