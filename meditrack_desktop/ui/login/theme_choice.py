"""The small menu that chooses light, dark or the system's way."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.theme import Scheme
from meditrack_desktop.ui.widgets import Button, Menu


class ThemeChoice(Button):
    """Acts at once on the whole program; `chosen` lets the window remember it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "", "quiet", icon="contrast", trailing_icon="chevron-down", size="small", parent=parent
        )
        self.menu = Menu(self)
        # A click leaves the keyboard in the password field; by Tab it is reached all the same.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        names: dict[Scheme, str] = {
            "system": self.tr("Follow system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        self._names = names
        for scheme, name in names.items():
            self.menu.add(name, partial(self.choose, scheme))
        for action in self.menu.actions():
            action.setCheckable(True)
        self.clicked.connect(self._open)
        theme.current().changed.connect(self._say)
        self._say()

    def choose(self, scheme: Scheme) -> None:
        """Dress the program so from now on."""
        theme.current().set(scheme=scheme)
        self.chosen.emit(scheme)

    def _say(self) -> None:
        name = self._names[theme.current().wanted]
        for action, scheme in zip(self.menu.actions(), self._names, strict=True):
            chosen = scheme == theme.current().wanted
            action.setChecked(chosen)
            action.setIcon(theme.icon("check", 16, "accent") if chosen else QIcon())
        if name != self.text():
            self.set_text(name)
            self.setAccessibleName(self.tr("Theme: {name}").format(name=name))

    def _open(self) -> None:
        size = self.menu.sizeHint()
        self.menu.popup(self.mapToGlobal(QPoint(self.width() - size.width(), -size.height() - 4)))
