"""How the program looks at this desk. Every choice acts at once; the program remembers it when it closes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.looks import Choice, DensityPicture, TextSizeSlider, ThemePicture
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.theme import Density, Scheme
from meditrack_desktop.ui.widgets import Badge, Button, Label, Radio


class AppearanceSection(Section):
    """Theme, density, text size, and how the calendar shows a visit's status."""

    word = "appearance"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "AppearanceSection")
        super().__init__(desk, tr("Appearance"), tr("at this desk"))
        self.reset = Button(tr("Reset to defaults"))
        self.reset.clicked.connect(self.reset_all)
        self.head.addWidget(self.reset)
        self._groups: list[QButtonGroup] = []
        schemes: dict[Scheme, str] = {"system": tr("System"), "light": tr("Light"), "dark": tr("Dark")}
        self.schemes = {each: Choice(ThemePicture(each), words) for each, words in schemes.items()}
        for scheme, choice in self.schemes.items():
            choice.picked.connect(partial(self._set_scheme, scheme))
        self.add_row(tr("Theme"), tr("System follows Windows, macOS or your desktop.")).body.addLayout(
            self._side_by_side(*self.schemes.values(), radios=[each.radio for each in self.schemes.values()])
        )
        densities: dict[Density, str] = {
            "comfortable": tr("Comfortable, 40 px rows"),
            "compact": tr("Compact, 32 px rows"),
        }
        self.densities = {each: Choice(DensityPicture(each), words) for each, words in densities.items()}
        for density, choice in self.densities.items():
            choice.picked.connect(partial(self._set_density, density))
        self.add_row(tr("Density"), tr("Row and control height.")).body.addLayout(
            self._side_by_side(
                *self.densities.values(), radios=[each.radio for each in self.densities.values()]
            )
        )
        self.slider = TextSizeSlider()
        self.slider.picked.connect(lambda percent: theme.current().set(text_size=percent))
        self.percent = Badge("")
        self.add_row(
            tr("Text size"),
            tr("Everything scales, nothing is cut off. Also Ctrl with plus and minus."),
            Label("A", "small"),
            self.slider,
            Label("A", "title"),
            self.percent,
        )
        self.tinted, self.plain = Radio(tr("Colour, pattern and icon")), Radio(tr("Pattern and icon only"))
        self.tinted.clicked.connect(lambda: theme.current().set(status_tints=True))
        self.plain.clicked.connect(lambda: theme.current().set(status_tints=False))
        self.add_row(tr("Calendar shows status by"), tr("Patterns and icons always stay on.")).body.addLayout(
            self._side_by_side(self.tinted, self.plain, radios=[self.tinted, self.plain])
        )
        theme.current().changed.connect(self.show_present)
        self.show_present()

    def show_present(self) -> None:
        """Show what is chosen now, also when it was chosen elsewhere."""
        current = theme.current()
        self.schemes[current.wanted].radio.setChecked(True)
        self.densities[current.density].radio.setChecked(True)
        self.percent.set_text(f"{current.text_size} %")
        (self.tinted if current.status_tints else self.plain).setChecked(True)

    def reset_all(self) -> None:
        """The looks a new desk has; Undo brings back these."""
        current = theme.current()
        before = (current.wanted, current.density, current.text_size, current.status_tints)

        def undo() -> None:
            scheme, density, size, tints = before
            theme.current().set(scheme=scheme, density=density, text_size=size, status_tints=tints)

        current.set(scheme="system", density="comfortable", text_size=100, status_tints=True)
        self.desk.say(self.tr("Appearance reset to defaults"), undo)

    def _set_scheme(self, scheme: Scheme) -> None:
        theme.current().set(scheme=scheme)

    def _set_density(self, density: Density) -> None:
        theme.current().set(density=density)

    def _side_by_side(self, *widgets: QWidget, radios: list[Radio]) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(16)
        group = QButtonGroup(self)
        for radio in radios:
            group.addButton(radio)
        self._groups.append(group)
        for widget in widgets:
            line.addWidget(widget)
        line.addStretch(1)
        return line
