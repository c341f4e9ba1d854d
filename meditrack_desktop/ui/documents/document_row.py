"""One document in the list: icon by kind, title, what it is, its day, and what is unusual about it in words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from meditrack_desktop.domain.documents import Document
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.documents.words import day_of, icon_of, line_words, state_words
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import format_date, painting
from meditrack_desktop.ui.widgets.tool_tip import plain_tip


class DocumentRow(QAbstractButton):
    """`snippet` is what was found in its words, in place of what the file is."""

    def __init__(self, document: Document, zone: ZoneInfo, *, locked: bool, snippet: str = "") -> None:
        super().__init__()
        self.document = document
        self._locked = locked
        day = format_date(day_of(document, zone))
        self._day = day.rpartition(" ")[0]
        self._line = snippet or line_words(document)
        self._state = state_words(document)
        refused = ", " + self.tr("not for your role") if locked else ""
        state = f", {self._state}" if self._state else ""
        self.setAccessibleName(f"{document.title}, {self._line}, {day}{state}{refused}")
        self.setToolTip(plain_tip(document.title))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self.update)

    @property
    def day(self) -> str:
        return self._day

    def nextCheckState(self) -> None:
        """The list decides which row is the current one."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()  # the list's
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(current.px(180), current.px(46) + (current.line_height("micro") if self._state else 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        if self.isChecked():
            painter.fillRect(self.rect(), t.selected)
            painter.fillRect(0, 0, 3, self.height(), t.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), t.surface2)
        size = current.px(16)
        icon = "lock" if self._locked else icon_of(self.document.type)
        draw_icon(
            painter, 18, (self.height() - size) / 2, icon, size, t.accent if self.isChecked() else t.text2
        )
        small = current.font("small")
        right = float(self.width() - 14)
        width = painting.text_width(self._day, small)
        line, below = current.line_height("emphasis"), current.line_height("small")
        third = current.line_height("micro") if self._state else 0
        top = (self.height() - line - below - third) / 2
        painting.line_text(
            painter,
            QRectF(right - width, 0, width, self.height() - third),
            self._day,
            small,
            t.text2,
            painting.RIGHT,
        )
        left = 18.0 + size + 10
        font = current.font("strong" if self.isChecked() else "emphasis")
        words = QRectF(left, top, right - width - 8 - left, line)
        painting.line_text(painter, words, self.document.title, font, t.text)
        words = QRectF(left, top + line, right - width - 8 - left, below)
        painting.line_text(painter, words, self._line, small, t.text2)
        if third:
            words = QRectF(left, top + line + below, self.width() - 14 - left, third)
            painting.line_text(painter, words, self._state, current.font("micro"), t.text2)
        painter.end()
