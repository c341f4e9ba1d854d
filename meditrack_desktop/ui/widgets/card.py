"""Grounds and headings: the card, the line between groups, and the heading over a list."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainterPath, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import FontRole, icon_pixmap
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.badge import Badge
from meditrack_desktop.ui.widgets.button import Button
from meditrack_desktop.ui.widgets.label import Label


class Card(QWidget):
    """A sheet with rounded corners and a thin line; put content into `body`.

    `padding` 0 suits lists and tables, which then fill the sheet up to its line and rounded corners.
    """

    def __init__(self, title: str = "", *, padding: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground: QWidget = self
        if not padding:
            frame = QVBoxLayout(self)
            frame.setContentsMargins(1, 1, 1, 1)
            ground = _Rounded()
            frame.addWidget(ground)
        self.body = QVBoxLayout(ground)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(12 if padding else 0)
        self.heading: Label | None = None
        if title:
            self.heading = Label(title, "strong")
            self.body.addWidget(self.heading)
            self.setAccessibleName(title)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), 10, t.surface, t.line)
        painter.end()


class _Rounded(QWidget):
    """Content cut to the inner corners of a card; Qt does not clip children to a parent's radius."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), 9, 9)
        self.setMask(QRegion(path.toFillPolygon().toPolygon()))


class Divider(QWidget):
    """A line of one pixel between groups; `vertical` stands it up."""

    def __init__(self, *, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if vertical else free, free if vertical else fixed)
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        theme.current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.start(self)
        painter.fillRect(self.rect(), theme.current().tokens.line)
        painter.end()


class IconLabel(QLabel):
    """A decorative icon which follows the theme; what it says must also stand in words beside it.

    `line` makes it as tall as a line of that role, to stand beside the first line of a wrapped text.
    """

    def __init__(
        self,
        name: str,
        size: int = 16,
        colour: str = "text2",
        *,
        line: FontRole | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._line = line
        self._name, self._size, self._colour = name, size, colour
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._dress()
        theme.current().changed.connect(self._dress)

    def set_icon(self, name: str, colour: str = "") -> None:
        """Change the picture and, if given, its colour token."""
        self._name, self._colour = name, colour or self._colour
        self._dress()

    def _dress(self) -> None:
        current = theme.current()
        size = current.px(self._size)
        self.setFixedSize(size, size if self._line is None else current.line_height(self._line))
        self.setPixmap(icon_pixmap(self._name, size, current.colour(self._colour)))


class SectionHeading(QWidget):
    """Heading of a section: icon, words, count, and at the far end a note or one quiet act."""

    actionTriggered = Signal()

    def __init__(
        self,
        text: str,
        *,
        count: int | None = None,
        icon: str = "",
        note: str = "",
        action: str = "",
        large: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        if icon:
            row.addWidget(IconLabel(icon, 16, "text2"))
        self.label = Label(text, "section" if large else "strong")
        row.addWidget(self.label)
        self.badge = Badge("" if count is None else str(count))
        row.addWidget(self.badge)
        self.badge.setVisible(count is not None)
        row.addStretch(1)
        self.note = Label(note, "small", tone="text3")
        row.addWidget(self.note)
        self.note.setVisible(bool(note))
        self.action: Button | None = None
        if action:
            self.action = Button(action, "link", size="small")
            self.action.clicked.connect(self.actionTriggered)
            row.addWidget(self.action)

    def set_count(self, count: int | None) -> None:
        """Show a number beside the words, or none."""
        self.badge.set_text("" if count is None else str(count))
        self.badge.setVisible(count is not None)

    def set_note(self, text: str) -> None:
        """Change the small remark at the far end."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
