"""Small parts of the chart and its preview: a row that opens something, a fact beside its icon, cleared columns."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.painted_row import PaintedRow
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import IconLabel, Label, painting
from meditrack_desktop.ui.widgets.badge import initials, paint_avatar


class OpenRow(PaintedRow):
    """A row that opens what it names: icon or avatar, words, a second line, and a note at the far end."""

    def __init__(
        self,
        text: str,
        *,
        second: str = "",
        note: str = "",
        icon: str = "",
        avatar: str = "",
        staff: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._second, self._note, self._icon = second, note, icon
        self._avatar, self._staff = avatar, staff
        self.setText(painting.literal(text))
        self.setAccessibleName(", ".join(part for part in (text, second, note) if part))

    def sizeHint(self) -> QSize:
        current = theme.current()
        return QSize(current.px(160), current.px(44 if self._second else 30))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = self.ground()
        x, middle = 0.0, self.height() / 2
        if self._avatar:
            size = current.px(28)
            paint_avatar(
                painter, QRectF(x, middle - size / 2, size, size), initials(self._avatar), staff=self._staff
            )
            x += size + 9
        elif self._icon:
            size = current.px(16)
            draw_icon(painter, x, middle - size / 2, self._icon, size, t.text2)
            x += size + 8
        right = self.width() - 1.0
        if self._note:
            small = current.font("small")
            width = painting.text_width(self._note, small)
            painting.line_text(
                painter,
                QRectF(right - width, 0, width, self.height()),
                self._note,
                small,
                t.text2,
                painting.RIGHT,
            )
            right -= width + 10
        line, below = current.line_height("body"), current.line_height("small")
        top = middle - (line + below) / 2 if self._second else middle - line / 2
        words = painting.words_of(self)
        painting.line_text(painter, QRectF(x, top, right - x, line), words, current.font("body"), t.text)
        if self._second:
            area = QRectF(x, top + line, right - x, below)
            painting.line_text(painter, area, self._second, current.font("small"), t.text2)
        painter.end()


def fact(icon: str, text: str) -> QWidget:
    """One selectable line beside an icon."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 2, 0, 2)
    row.setSpacing(8)
    row.addWidget(IconLabel(icon, 15, "text2", line="body"), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(text, "body", wrap=True, selectable=True), 1)
    return holder


def labelled_fact(label: str, text: str, *, width: int = 96) -> QWidget:
    """A small label and beside it what it names, selectable."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 2, 0, 2)
    row.setSpacing(10)
    name = Label(label, "body", tone="text2", wrap=True)
    name.setFixedWidth(theme.current().px(width))
    row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    value = Label(text, "body", wrap=True, selectable=True)
    value.setAccessibleName(f"{label}: {text}")
    row.addWidget(value, 1)
    return holder


def clear(layout: QLayout) -> None:
    """Take everything out of a column so that it can be filled anew."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def column(spacing: int = 6) -> QVBoxLayout:
    """A column without margins."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout
