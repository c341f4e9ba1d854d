"""The sidebar: the pages of this person's role, and below who is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.frame.brand import Brand
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import IconButton, Label, Menu, painting
from meditrack_desktop.ui.widgets.badge import initials

WIDE, NARROW = 212, 56


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page as the sidebar offers it. `key` is its shortcut, shown in the tool tip."""

    page: str
    text: str
    icon: str
    group: str
    key: str = ""


class NavButton(QAbstractButton):
    """One page in the sidebar."""

    def __init__(self, item: NavItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item = item
        self._compact = False
        self._badge = ""
        self.setCheckable(True)
        self.setAccessibleName(item.text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_compact(False)
        theme.current().changed.connect(self._on_theme)

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone; the words move into the tool tip."""
        self._compact = compact
        key = f" ({self.item.key})" if self.item.key else ""
        self.setToolTip(f"{self.item.text}{key}" if compact or key else "")
        self.update()

    def set_badge(self, text: str, meaning: str) -> None:
        """A number beside the words, or none; `meaning` says what it counts."""
        self._badge = text
        self.setAccessibleName(f"{self.item.text}, {meaning}" if text else self.item.text)
        self.setAccessibleDescription(meaning if text else "")
        self.update()

    @property
    def badge(self) -> str:
        return self._badge

    def sizeHint(self) -> QSize:
        return QSize(NARROW - 16, theme.current().px(36))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def nextCheckState(self) -> None:
        """A click asks for the page; the mark follows the page, not the click."""

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, chosen = current.tokens, self.isChecked()
        painter = painting.start(self)
        rect = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        mirrored = painting.mirrored(self)
        if chosen:
            painting.box(painter, rect, 6, t.surface, t.line)
            mark = QRectF(self.width() - 3 if mirrored else 0, rect.center().y() - 9, 3, 18)
            painting.box(painter, mark, 1.5, t.accent)
        elif self.underMouse():
            painting.box(painter, rect, 6, t.surface3)
        size = current.px(18)
        ink = t.accent if chosen else t.text2
        left = (self.width() - size) / 2 if self._compact else 12.0
        x = self.width() - left - size if mirrored and not self._compact else left
        draw_icon(painter, x, (self.height() - size) / 2, self.item.icon, size, ink)
        if not self._compact:
            words = QRectF(left + size + 10, 0, self.width() - left - size - 18, self.height())
            if mirrored:
                words.moveRight(self.width() - left - size - 10)
            font = current.font("strong" if chosen else "emphasis")
            align = painting.RIGHT if mirrored else painting.LEFT
            painting.line_text(painter, words, self.item.text, font, t.text if chosen else t.text2, align)
        if self._badge:
            self._paint_badge(painter, rect, mirrored)
        painter.end()

    def _paint_badge(self, painter: QPainter, rect: QRectF, mirrored: bool) -> None:
        current = theme.current()
        t, font = current.tokens, current.font("small_strong")
        high = current.px(16 if self._compact else 20)
        wide = max(high, painting.text_width(self._badge, font) + current.px(8 if self._compact else 12))
        top = 1.0 if self._compact else rect.center().y() - high / 2
        x = 10.0 if mirrored else rect.width() - wide - 10
        if self._compact:
            x = 0.0 if mirrored else rect.width() - wide
        area = QRectF(x, top, wide, high)
        painting.box(painter, area, high / 2, t.warn_soft)
        painting.line_text(painter, area, self._badge, font, t.on_warn_soft, painting.CENTRE)

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class PersonButton(QAbstractButton):
    """Who is signed in; opens the menu with lock, switch user and sign out."""

    def __init__(self, name: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._role, self._compact = name, role, False
        self.setAccessibleName(self.tr("{name}, {role}. Account menu").format(name=name, role=role))
        self.setToolTip(f"{name}, {role}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(NARROW - 16, theme.current().px(44))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t = current.tokens
        painter = painting.start(self)
        if self.underMouse():
            painting.box(painter, QRectF(self.rect()), 6, t.surface3)
        size = current.px(28)
        left = (self.width() - size) / 2 if self._compact else 8.0
        mirrored = painting.mirrored(self) and not self._compact
        face = QRectF(
            self.width() - left - size if mirrored else left, (self.height() - size) / 2, size, size
        )
        painting.box(painter, face, 6, t.accent_soft)
        painting.line_text(
            painter,
            face,
            initials(self._name),
            current.font("small_strong"),
            t.on_accent_soft,
            painting.CENTRE,
        )
        if not self._compact:
            line = current.line_height("body")
            small = current.line_height("micro")
            top = (self.height() - line - small) / 2
            words = QRectF(left + size + 10, top, self.width() - left - size - 14, line)
            align = painting.LEFT
            if mirrored:
                words.moveRight(self.width() - left - size - 10)
                align = painting.RIGHT
            painting.line_text(painter, words, self._name, current.font("strong"), t.text, align)
            words.translate(0, line)
            words.setHeight(small)
            painting.line_text(painter, words, self._role, current.font("micro"), t.text2, align)
        painter.end()

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class Sidebar(QWidget):
    """Pages by group, then the person. `pageRequested` carries a page's word."""

    pageRequested = Signal(str)
    lockRequested = Signal()
    switchRequested = Signal()
    signOutRequested = Signal()

    def __init__(self, items: Sequence[NavItem], name: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pages"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 6)
        column.setSpacing(0)
        self.brand = Brand()
        self.brand.setContentsMargins(6, 0, 0, 0)
        column.addWidget(self.brand)
        column.addSpacing(14)
        self.buttons: dict[str, NavButton] = {}
        self._groups: list[tuple[Label, QHBoxLayout]] = []
        group = None
        for item in items:
            if item.group != group:
                group = item.group
                heading = Label(group, "micro", tone="text2")
                # A layout's margins outlive a change of theme, a label's own do not.
                place = QHBoxLayout()
                place.setContentsMargins(10, 12, 0, 4)
                place.addWidget(heading)
                self._groups.append((heading, place))
                column.addLayout(place)
            button = NavButton(item)
            button.clicked.connect(lambda _checked=False, page=item.page: self.pageRequested.emit(page))
            self.buttons[item.page] = button
            column.addWidget(button)
        column.addStretch(1)
        # Apart from the numbered pages: it has a key of its own.
        self.settings = NavButton(NavItem("settings", self.tr("Settings"), "settings", "", "Ctrl+,"))
        self.settings.clicked.connect(lambda: self.pageRequested.emit("settings"))
        column.addWidget(self.settings)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.person = PersonButton(name, role)
        self.lock = IconButton("lock", self.tr("Lock"), key="Ctrl+L")
        self.menu = Menu(self)
        self.menu.add(self.tr("Lock"), self.lockRequested.emit, icon="lock", key="Ctrl+L")
        self.menu.add(self.tr("Switch user"), self.switchRequested.emit, icon="users")
        self.menu.add(self.tr("Sign out"), self.signOutRequested.emit, icon="log-out")
        self.person.clicked.connect(self._open_menu)
        self.lock.clicked.connect(self.lockRequested)
        row.addWidget(self.person, 1)
        row.addWidget(self.lock)
        column.addLayout(row)
        self._compact = False
        self.set_compact(False)
        theme.current().changed.connect(self._on_theme)

    def set_compact(self, compact: bool) -> None:
        """212 px with words or 56 px with icons."""
        self._compact = compact
        current = theme.current()
        self.setFixedWidth(max(NARROW, current.px(40)) if compact else current.px(WIDE))
        self.brand.name.setVisible(not compact)
        self.lock.setVisible(not compact)
        for heading, place in self._groups:
            # Compact groups keep a gap where their words were.
            heading.setVisible(not compact)
            place.setContentsMargins(10, 12, 0, 0 if compact else 4)
        for button in (*self.buttons.values(), self.settings):
            button.set_compact(compact)
        self.person.set_compact(compact)

    def mark(self, page: str) -> None:
        """Show which page is open: "users" also for its part "users/roles". One that is not here marks none."""
        whole = page.partition("/")[0]
        for word, button in (*self.buttons.items(), ("settings", self.settings)):
            button.setChecked(word == whole)

    def _on_theme(self) -> None:
        self.set_compact(self._compact)

    def _open_menu(self) -> None:
        size = self.menu.sizeHint()
        self.menu.popup(self.person.mapToGlobal(QPoint(0, -size.height() - 4)))
