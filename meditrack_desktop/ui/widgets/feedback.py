"""What a page says about itself: the banner, and the view of a page with nothing to show."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.button import Button, ButtonKind
from meditrack_desktop.ui.widgets.label import Label

Tone = Literal["info", "warn", "danger", "ok"]
_TONE_ICON: dict[str, str] = {
    "info": "info",
    "warn": "triangle-alert",
    "danger": "octagon-alert",
    "ok": "circle-check",
}


class TwoWeightText(QWidget):
    """A paragraph whose beginning is bold: plain text, wrapped, painted."""

    def __init__(self, lead: str, text: str, ink: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead, self._text, self._ink = lead, text, ink
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self._whole())
        theme.current().changed.connect(self._on_theme)

    def set_text(self, lead: str, text: str) -> None:
        """Change both parts."""
        self._lead, self._text = lead, text
        self.setAccessibleName(self._whole())
        self._on_theme()

    def sizeHint(self) -> QSize:
        width = painting.text_width(self._whole(), theme.current().font("strong"))
        return QSize(
            min(width, theme.current().px(420)), self.heightForWidth(min(width, theme.current().px(420)))
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(80), theme.current().line_height("body"))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout, lines = self._layout(width)
        del layout
        return max(1, lines) * theme.current().line_height("body")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painter.setPen(theme.current().colour(self._ink))
        layout, _ = self._layout(self.width())
        layout.draw(painter, QPoint(0, 0).toPointF())
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()

    def _whole(self) -> str:
        return f"{self._lead} {self._text}" if self._lead and self._text else self._lead or self._text

    def _layout(self, width: int) -> tuple[QTextLayout, int]:
        current = theme.current()
        layout = QTextLayout(self._whole(), current.font("body"))
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        if painting.mirrored(self):
            option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        layout.setTextOption(option)
        if self._lead:
            bold = QTextLayout.FormatRange()
            bold.start, bold.length = 0, len(self._lead)
            weight = QTextCharFormat()
            weight.setFontWeight(QFont.Weight.DemiBold)
            bold.format = weight
            layout.setFormats([bold])
        height = current.line_height("body")
        layout.beginLayout()
        count = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(8, width))
            line.setPosition(QPoint(0, count * height).toPointF() + QPoint(0, 1).toPointF())
            count += 1
        layout.endLayout()
        return layout, count


class Banner(QWidget):
    """A notice inside a page: icon, sentence and one act. `lead` is its bold beginning.

    `stacked` puts the act under the words as a button, for errors which need room.
    """

    actionTriggered = Signal()

    def __init__(
        self,
        text: str,
        tone: Tone = "info",
        *,
        lead: str = "",
        action: str = "",
        icon: str = "",
        stacked: bool = False,
        square: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self._icon, self._square = icon, square
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(16)
        row.addSpacing(theme.current().px(16) + 12)
        self.words = TwoWeightText(lead, text, f"on_{tone}_soft")
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addStretch(1)
        words.addWidget(self.words)
        row.addLayout(words, 1)
        self.action: Button | None = None
        if action:
            self.action = Button(action, "secondary", size="small") if stacked else _BannerLink(action, tone)
            self.action.clicked.connect(self.actionTriggered)
            if stacked:
                words.addWidget(self.action, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        words.addStretch(1)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(f"{lead} {text}".strip())
        theme.current().changed.connect(self.update)

    def set_text(self, text: str, lead: str = "") -> None:
        """Change the sentence and its bold beginning."""
        self.words.set_text(lead, text)
        self.setAccessibleName(f"{lead} {text}".strip())
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        painter = painting.start_mirrored(self)
        painting.box(
            painter, QRectF(self.rect()), 0 if self._square else 8, current.colour(f"{self._tone}_soft")
        )
        size = current.px(16)
        y = self.words.geometry().top() + (current.line_height("body") - size) / 2
        draw_icon(
            painter,
            14,
            y,
            self._icon or _TONE_ICON[self._tone],
            size,
            current.colour(f"on_{self._tone}_soft"),
        )
        painter.end()


class _BannerLink(Button):
    """The act of a banner: underlined words in the banner's own ink."""

    def __init__(self, text: str, tone: str) -> None:
        super().__init__(text, "link")
        self._tone = tone
        self.forced_state = "hover"

    def _colours(self) -> tuple[QColor | None, QColor | None, QColor]:
        return None, None, theme.current().colour(f"on_{self._tone}_soft")

    def _font_role(self) -> theme.FontRole:
        return "strong"


StateKind = Literal["empty", "no_result", "no_permission", "error"]
_STATE_ICON: dict[str, str] = {
    "empty": "folder-open",
    "no_result": "search",
    "no_permission": "lock",
    "error": "triangle-alert",
}


class StateView(QWidget):
    """A page or pane with nothing to show: icon, one sentence, and what to do next."""

    def __init__(
        self, kind: StateKind, title: str, text: str = "", *, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(6)
        column.addStretch(1)
        self._picture = _StatePicture(icon or _STATE_ICON[kind])
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(6)
        self.title = Label(title, "section", wrap=True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.title)
        self.text = Label(text, "body", tone="text2", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.text)
        self.text.setVisible(bool(text))
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._row.addStretch(1)
        column.addSpacing(8)
        column.addLayout(self._row)
        column.addStretch(1)

    def set_state(self, kind: StateKind, title: str, text: str = "", *, icon: str = "") -> None:
        """Say something else; the acts stay until `clear_actions`."""
        self._picture.set_icon(icon or _STATE_ICON[kind])
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(title)

    def add_action(
        self, text: str, then: Callable[[], object], *, kind: ButtonKind = "secondary", icon: str = ""
    ) -> Button:
        """Offer a next step; one or two are enough."""
        button = Button(text, kind, icon=icon)
        button.clicked.connect(lambda _checked=False: then())
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    def clear_actions(self) -> None:
        """Remove every offered step."""
        for button in self.findChildren(Button):
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()


class _StatePicture(QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self._dress()
        theme.current().changed.connect(self._dress)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), 10, current.tokens.surface3)
        size = current.px(20)
        inset = (self.width() - size) / 2
        draw_icon(painter, inset, inset, self._icon, size, current.tokens.text2)
        painter.end()

    def _dress(self) -> None:
        size = theme.current().px(44)
        self.setFixedSize(size, size)
        self.update()
