"""The tiles of the people who use this desk, and one for anybody else."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.widgets import painting
from meditrack_desktop.ui.widgets.badge import initials

_ACROSS = 3


_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class PersonTile(QAbstractButton):
    """One person to choose; `username` is empty for "Other user". `stepped` asks for the tile before or after."""

    stepped = Signal(int)

    def __init__(self, username: str, name: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.username, self._name, self._role = username, name, role
        self.setCheckable(True)
        self.setAccessibleName(f"{name}, {role}")
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current().changed.connect(self._on_theme)

    def set_tab_stop(self, on: bool) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)

    def sizeHint(self) -> QSize:
        return QSize(theme.current().px(112), theme.current().px(104))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.current().px(72), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in _STEPS:
            step = _STEPS[Qt.Key(event.key())]
            sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            mirrored = sideways and self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            self.stepped.emit(-step if mirrored else step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, chosen = current.tokens, self.isChecked()
        painter = painting.start(self)
        rect = QRectF(self.rect())
        ground = t.accent_soft if chosen else t.surface2 if self.underMouse() else t.surface
        painting.box(painter, rect, 8, ground, t.accent if chosen else t.line_mid, 2 if chosen else 1)
        size = current.px(36)
        face = QRectF((self.width() - size) / 2, current.px(13), size, size)
        self._paint_face(painter, face)
        width = self.width() - 12
        line = QRectF(6, face.bottom() + current.px(6), width, current.line_height("small"))
        painting.line_text(painter, line, self._name, current.font("small_strong"), t.text, painting.CENTRE)
        line.translate(0, current.px(21))
        ink = t.on_accent_soft if chosen else t.text2
        painting.line_text(painter, line, self._role, current.font("micro"), ink, painting.CENTRE)
        painter.end()

    def _paint_face(self, painter: QPainter, face: QRectF) -> None:
        current = theme.current()
        t = current.tokens
        if not self.username:
            painting.box(painter, face, 8, t.surface3)
            icon = current.px(18)
            middle = face.center()
            draw_icon(painter, middle.x() - icon / 2, middle.y() - icon / 2, "user-round", icon, t.text2)
            return
        painting.box(painter, face, 8, t.surface if self.isChecked() else t.accent_soft)
        painting.line_text(
            painter, face, initials(self._name), current.font("strong"), t.on_accent_soft, painting.CENTRE
        )

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


class People(QWidget):
    """The tiles side by side; arrows move between them, one tab stop. `chosen` carries the user name or ""."""

    chosen = Signal(str)

    def __init__(self, people: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.people = list(people)
        self.setAccessibleName(self.tr("Who signs in"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(10)
        self._group = QButtonGroup(self)
        self.tiles: list[PersonTile] = []
        other = ("", self.tr("Other user"), self.tr("Type a name"))
        for place, (username, name, role) in enumerate([*people, other]):
            tile = PersonTile(username, name, role)
            self._group.addButton(tile)
            self.tiles.append(tile)
            tile.stepped.connect(partial(self._step, place))
            # Tab reaches the chosen one only; Qt's own way keeps to rows, and reaches one that is not chosen.
            tile.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            tile.toggled.connect(tile.set_tab_stop)
            grid.addWidget(tile, place // _ACROSS, place % _ACROSS)
        for column in range(min(_ACROSS, len(self.tiles))):
            grid.setColumnStretch(column, 1)
        self._group.buttonClicked.connect(lambda tile: self.chosen.emit(tile.username))

    def _step(self, place: int, step: int) -> None:
        tile = self.tiles[(place + step) % len(self.tiles)]
        tile.setChecked(True)
        self.chosen.emit(tile.username)
        tile.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def username(self) -> str:
        """The chosen person's user name; empty for somebody else."""
        return next((tile.username for tile in self.tiles if tile.isChecked()), "")

    def choose(self, username: str) -> None:
        """Choose a person as if clicked; unknown names choose "Other user"."""
        found = next((tile for tile in self.tiles if tile.username == username), self.tiles[-1])
        found.setChecked(True)
        self.chosen.emit(found.username)
