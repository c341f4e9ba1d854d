"""Whom a file may belong to: each with two identifiers and the reason; the letters below are the choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.domain.incoming import Guess
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.inbox.words import reason_words, tr
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.tool_tip import plain_tip
from meditrack_desktop.ui.words import birth_words

MOST = 4


class GuessRow(QAbstractButton):
    """One patient who is offered."""

    def __init__(self, guess: Guess, today: date) -> None:
        super().__init__()
        self.guess = guess
        born = birth_words(guess.birth_date, today)
        self._second = ", ".join(part for part in (born, guess.record_number) if part)
        self._reason = reason_words(guess)
        said = f"{guess.name}, {self._second}, {self._reason}"
        self.setAccessibleName(tr("{who}, sure").format(who=said) if guess.sure else said)
        self.setToolTip(plain_tip(said))
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ownFocusEdge", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def nextCheckState(self) -> None:
        """The list decides who is chosen."""

    def sizeHint(self) -> QSize:
        current = theme.current()
        lines = current.line_height("strong") + current.line_height("small") * 2
        return QSize(current.px(180), lines + current.px(16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the list's and the page's
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start_mirrored(self)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        chosen = self.isChecked()
        edge = t.focus if self.hasFocus() else t.accent if chosen else t.line
        ground = t.selected if chosen else t.surface2 if self.underMouse() else t.surface
        painting.box(painter, area, 8, ground, edge, 2 if self.hasFocus() else 1)
        left, right = 12.0, float(self.width() - 12)
        if chosen:
            mark = current.px(16)
            draw_icon(painter, right - mark, (self.height() - mark) / 2, "circle-check", mark, t.accent)
            right -= mark + 8
        top = float(current.px(8))
        first, below = current.line_height("strong"), current.line_height("small")
        for text, height, font, ink in (
            (self.guess.name, first, current.font("strong"), t.text),
            (self._second, below, current.font("small"), t.text),
            (self._reason, below, current.font("small"), t.ok if self.guess.sure else t.text2),
        ):
            painting.line_text(painter, QRectF(left, top, right - left, height), text, font, ink)
            top += height
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class GuessList(QWidget):
    """`chosen` carries a guess. Arrows go through them."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[GuessRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    @property
    def rows(self) -> tuple[GuessRow, ...]:
        return tuple(self._rows)

    def show_guesses(self, guesses: Sequence[Guess], today: date) -> None:
        """Offer these, the likeliest first."""
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = []
        for guess in guesses[:MOST]:
            row = GuessRow(guess, today)
            row.clicked.connect(lambda _checked=False, guess=guess: self.choose(guess))
            self._column.addWidget(row)
            self._rows.append(row)
        self.setVisible(bool(self._rows))

    def choose(self, guess: Guess) -> None:
        """Take this one."""
        self.mark(guess.patient_id)
        self.chosen.emit(guess)

    def mark(self, patient_id: UUID | None) -> None:
        """Show who is chosen; nobody here if it is somebody else."""
        for row in self._rows:
            row.setChecked(row.guess.patient_id == patient_id)
            row.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        at = next((number for number, row in enumerate(self._rows) if row.hasFocus()), -1)
        if step and 0 <= at + step < len(self._rows):
            row = self._rows[at + step]
            row.setFocus(Qt.FocusReason.TabFocusReason)
            self.choose(row.guess)
            return
        event.ignore()
