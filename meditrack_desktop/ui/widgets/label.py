"""Text on screen: one label class for the whole type scale, always plain text."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import FontRole
from meditrack_desktop.ui.widgets.tool_tip import plain_tip

Variant = Literal[
    "display",
    "title",
    "heading",
    "section",
    "body",
    "emphasis",
    "strong",
    "small",
    "small_medium",
    "small_strong",
    "micro",
    "hint",
]
_TONE: dict[str, str] = {"small": "text2", "micro": "text3", "hint": "text3"}


class Label(QLabel):
    """Plain text in one of the roles of the type scale; the tone is the name of a text token.

    `elide` shortens a line that does not fit and shows the whole text as a tool tip.
    """

    def __init__(
        self,
        text: str = "",
        variant: Variant = "body",
        *,
        tone: str = "",
        wrap: bool = False,
        elide: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role: FontRole = "small" if variant == "hint" else variant
        self._elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.set_tone(tone or _TONE.get(variant, "text"))
        if wrap:
            # Tall text must be able to push its neighbours down instead of being cut.
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.setText(text)
        self._dress()
        theme.current().changed.connect(self._dress)

    def set_tone(self, tone: str) -> None:
        """Change the colour; `tone` is a text token such as "text2", "danger", "on_warn_soft"."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            theme.restyle(self)

    def _dress(self) -> None:
        current = theme.current()
        self.setFont(current.font(self._role))
        self.setMinimumHeight(current.line_height(self._role))

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), theme.current().px(24)), hint.height()) if self._elide else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell_whole()

    def _tell_whole(self) -> None:
        """Of the text that stands here now, letter by letter."""
        if self._elide:
            cut = self.fontMetrics().horizontalAdvance(self.text()) > self.width()
            self.setToolTip(plain_tip(self.text()) if cut else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), shown)
