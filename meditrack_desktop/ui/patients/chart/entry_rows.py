"""One entry of a chart in a column: its words, a quieter second line, and an edge when it can be opened."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.painted_row import PaintedRow
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import Divider, painting
from meditrack_desktop.ui.widgets.badge import paint_tag, tag_size

INSET = 6


class EntryRow(PaintedRow):
    """`struck` for what was entered in error, `danger` for what warns, `quiet` for what is over.

    Whoever cannot open it sees it all the same. `key` names the entry, so that a row made anew can keep the focus.
    """

    def __init__(
        self,
        text: str,
        second: str = "",
        *,
        icon: str = "",
        tag: str = "",
        danger: bool = False,
        struck: bool = False,
        quiet: bool = False,
        key: object = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._second, self._icon, self._tag = second, icon, tag
        self._danger, self._struck, self._quiet = danger, struck, quiet
        self.key = key
        self.setText(painting.literal(text))
        self.setAccessibleName(", ".join(part for part in (text, second, tag) if part))
        self.setToolTip(text if not second else f"{text}\n{second}")

    @property
    def struck(self) -> bool:
        return self._struck

    def sizeHint(self) -> QSize:
        current = theme.current()
        lines = current.line_height("body") + (current.line_height("small") if self._second else 0)
        return QSize(current.px(160), max(24, lines + 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = self.ground()
        x = float(INSET)
        body, small = current.line_height("body"), current.line_height("small")
        top = (self.height() - body - (small if self._second else 0)) / 2
        if self._icon:
            size = current.px(15)
            ink = t.danger if self._danger else t.text2
            draw_icon(painter, x, top + (body - size) / 2, self._icon, size, ink)
            x += size + 8
        right = self.width() - float(INSET)
        words = painting.words_of(self)
        font = QFont(current.font("body"))
        font.setStrikeOut(self._struck)
        ink = t.text3 if self._struck else t.danger if self._danger else t.text2 if self._quiet else t.text
        room = right - x
        if self._tag:
            size_of = tag_size(self._tag)
            room -= size_of.width() + 8
            width = min(room, painting.text_width(words, font))
            area = QRectF(
                x + width + 8, top + (body - size_of.height()) / 2, size_of.width(), size_of.height()
            )
            paint_tag(painter, area, self._tag, "accent")
        painting.line_text(painter, QRectF(x, top, room, body), words, font, ink)
        if self._second:
            area = QRectF(x, top + body, right - x, small)
            painting.line_text(painter, area, self._second, current.font("small"), t.text2)
        painter.end()


def inset_line() -> QHBoxLayout:
    """A line between groups of entries, in line with their words."""
    row = QHBoxLayout()
    row.setContentsMargins(INSET, 0, INSET, 0)
    row.addWidget(Divider())
    return row


def release_keys(within: QWidget) -> object:
    """The entry whose row has the focus, before the rows are made anew; None if none of them has it."""
    found = None
    for row in within.findChildren(EntryRow):
        if row.hasFocus():
            found = row.key
        row.key = None
    return found


def focus_key(within: QWidget, key: object) -> bool:
    """Give the row of this entry the focus; False if there is none."""
    for row in within.findChildren(EntryRow) if key is not None else ():
        if row.key == key:
            row.show()  # one just made has its place, but is not shown yet
            row.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
    return False
