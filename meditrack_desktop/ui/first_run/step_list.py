"""The steps along the left: which are done, which one this is, which are to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting

_PITCH, _MARK = 40, 24


class StepList(QWidget):
    """Painted. Says its place to a screen reader ("Step 3 of 6: Where data lives")."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[str, ...] = ()
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    @property
    def now(self) -> int:
        """The number of the present step, from 0."""
        return self._now

    def show_steps(self, steps: Sequence[str], now: int) -> None:
        """Show these steps with `now` as the present one."""
        self._steps, self._now = tuple(steps), now
        words = self.tr("Step {now} of {all}: {name}")
        self.setAccessibleName(words.format(now=now + 1, all=len(steps), name=steps[now]))
        self._on_theme()

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(180), theme.current().px(_PITCH) * len(self._steps))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        painter = painting.start_mirrored(self)
        for number, words in enumerate(self._steps):
            top = number * current.px(_PITCH)
            mark = QRectF(0, top + current.px(8), current.px(_MARK), current.px(_MARK))
            self._paint_mark(painter, mark, number)
            ink = current.tokens.text2 if number > self._now else current.tokens.text
            font = current.font("strong" if number == self._now else "body")
            x = mark.right() + current.px(10)
            area = QRectF(x, mark.top(), self.width() - x, mark.height())
            painting.line_text(painter, area, words, font, ink)
        painter.end()

    def _paint_mark(self, painter: QPainter, mark: QRectF, number: int) -> None:
        current = theme.current()
        t, round_ = current.tokens, mark.height() / 2
        if number < self._now:
            painting.box(painter, mark, round_, t.accent_soft)
            size = current.px(13)
            middle = mark.center()
            draw_icon(painter, middle.x() - size / 2, middle.y() - size / 2, "check", size, t.accent)
            return
        here = number == self._now
        painting.box(painter, mark, round_, t.accent if here else None, None if here else t.line_strong)
        ink = t.on_accent if here else t.text2
        font = current.font("small_strong")
        painting.line_text(painter, mark, str(number + 1), font, ink, painting.CENTRE)

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()
