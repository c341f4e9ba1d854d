"""Results taken together, as a small table: name, value, range, and what is outside it with arrow and word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.domain.observations import Interpretation, Observation, ObservationStatus
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting

ROW = 30
NAME, VALUE, RANGE = 0.34, 0.21, 0.26
"""Shares of the width; the rest says how it stands."""


class PanelTable(QWidget):
    """Painted, with every line in words for screen readers."""

    def __init__(self, values: Sequence[Observation], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = tuple(values)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Results"))
        self.setAccessibleDescription("; ".join(said(one) for one in self.values))
        self.setToolTip("\n".join(said(one) for one in self.values))
        theme.current().changed.connect(self._on_theme)

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(current.px(320), self._row() * len(self.values) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(200), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        painting.box(painter, QRectF(self.rect()), 8, t.surface, t.line)
        body, strong = current.font("body"), current.font("strong")
        inside, height = self.width() - 22.0, float(self._row())
        for number, one in enumerate(self.values):
            y = 1 + number * height
            if number:
                painter.fillRect(QRectF(1, y, self.width() - 2, 1), t.line)
            wrong = one.status is ObservationStatus.ENTERED_IN_ERROR
            outside = bool(chart_words.arrow_icon(one.interpretation)) and not wrong
            ink = t.text3 if wrong else t.danger if outside else t.text
            x = 11.0
            for share, text, font, colour in (
                (NAME, one.name, body, t.text3 if wrong else t.text),
                (VALUE, chart_words.value_text(one, unit=not _ranged(one)), strong, ink),
                (RANGE, chart_words.range_text(one) if _ranged(one) else "", body, t.text2),
            ):
                struck = font
                struck.setStrikeOut(wrong)
                painting.line_text(painter, QRectF(x, y, inside * share - 8, height), text, struck, colour)
                x += inside * share
            word = self.tr("In error") if wrong else chart_words.interpretation_word(one.interpretation)
            if outside:
                size = current.px(14)
                icon = chart_words.arrow_icon(one.interpretation)
                draw_icon(painter, x, y + (height - size) / 2, icon, size, t.danger)
                x += size + 4
            room = QRectF(x, y, self.width() - 8 - x, height)
            font = current.font("emphasis" if outside else "body")
            painting.line_text(painter, room, word, font, t.danger if outside else t.text2)
        painter.end()

    def _row(self) -> int:
        return max(theme.current().px(ROW), theme.current().line_height("body") + 8)

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


def said(one: Observation) -> str:
    """`Hemoglobin 10.9 g/dL, Low, 12.0 to 15.5 g/dL`."""
    parts = [f"{one.name} {chart_words.value_text(one)}"]
    if one.interpretation is not Interpretation.UNKNOWN:
        parts += [chart_words.interpretation_word(one.interpretation), chart_words.range_text(one)]
    if one.status is ObservationStatus.ENTERED_IN_ERROR:
        parts.append(QCoreApplication.translate("Chart", "entered in error"))
    return ", ".join(parts)


def _ranged(one: Observation) -> bool:
    """The unit stands with the range where there is one."""
    return one.low is not None or one.high is not None
