"""One measurement in a column: its name, and at the far end the value; outside its range with arrow and word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.observations import Interpretation
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart.entry_rows import INSET
from meditrack_desktop.ui.patients.painted_row import PaintedRow
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting

OUTSIDE = (Interpretation.LOW, Interpretation.HIGH)


class MeasureRow(PaintedRow):
    """Opens how it went over time. `when` stands below where it is older than its neighbours."""

    def __init__(
        self,
        name: str,
        value: str,
        found: Interpretation,
        *,
        when: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value, self._found, self._when = value, found, when
        self._word = chart_words.interpretation_word(found) if found in OUTSIDE else ""
        self.setText(painting.literal(name))
        said = (f"{name} {value}", self._word, when)
        self.setAccessibleName(", ".join(part for part in said if part))
        self.setToolTip(self.tr("{what}: show how it went over time").format(what=name))

    def sizeHint(self) -> QSize:
        current = theme.current()
        second = current.line_height("small") if self._when else 0
        return QSize(current.px(160), max(24, current.line_height("body") + second + 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = self.ground()
        body, small = current.line_height("body"), current.line_height("small")
        top = (self.height() - body - (small if self._when else 0)) / 2
        right = self.width() - float(INSET)
        ink = t.danger if self._word else t.text
        if self._word:
            font = current.font("small_medium")
            width = painting.text_width(self._word, font)
            area = QRectF(right - width, top, width, body)
            painting.line_text(painter, area, self._word, font, ink, painting.RIGHT)
            size = current.px(13)
            right -= width + size + 3
            draw_icon(painter, right, top + (body - size) / 2, chart_words.arrow_icon(self._found), size, ink)
            right -= 8
        font = current.font("strong")
        width = painting.text_width(self._value, font)
        area = QRectF(right - width, top, width, body)
        painting.line_text(painter, area, self._value, font, ink, painting.RIGHT)
        room = right - width - 8 - INSET
        name = painting.words_of(self)
        painting.line_text(painter, QRectF(INSET, top, room, body), name, current.font("body"), t.text2)
        if self._when:
            area = QRectF(INSET, top + body, self.width() - 2 * INSET, small)
            painting.line_text(painter, area, self._when, current.font("small"), t.text3, painting.RIGHT)
        painter.end()
