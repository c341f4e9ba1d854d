"""The month as the page sees it: the sheet of days and the panel of the chosen one."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from meditrack_desktop.ui.scheduling.month_accessibility import install, tell_focus
from meditrack_desktop.ui.scheduling.month_grid import MonthGrid
from meditrack_desktop.ui.scheduling.month_model import MonthModel
from meditrack_desktop.ui.scheduling.month_panel import MonthPanel

PANEL_FROM = 860


class MonthCalendar(QWidget):
    """Shows a MonthModel and changes nothing. `dayChosen` follows the cursor."""

    dayChosen = Signal(object)
    dayOpened = Signal(object)
    bookRequested = Signal(object)
    timeChosen = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install(MonthGrid)
        self.grid = MonthGrid()
        self.panel = MonthPanel()
        self.going = self.grid.going
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.grid)
        self.area = area
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(area, 1)
        row.addWidget(self.panel)
        self.setFocusProxy(self.grid)
        self.grid.dayChosen.connect(self._on_chosen)
        self.grid.dayOpened.connect(self.dayOpened)
        self.grid.bookRequested.connect(self.bookRequested)
        self.grid.cursorMoved.connect(lambda: tell_focus(self.grid))
        self.panel.dayOpened.connect(self.dayOpened)
        self.panel.bookRequested.connect(self.bookRequested)
        self.panel.timeChosen.connect(self.timeChosen)

    @property
    def model(self) -> MonthModel:
        return self.grid.model

    def show_month(self, model: MonthModel, day: date, today: date) -> None:
        """Show these weeks, with a day chosen."""
        self.grid.show_month(model, day, today)
        self.panel.show_load(model.of(day))

    def choose(self, day: date) -> None:
        """Choose a day among those shown."""
        self.grid.day = day
        self.grid.update()
        self.panel.show_load(self.model.of(day))

    def _on_chosen(self, day: date) -> None:
        self.panel.show_load(self.model.of(day))
        number = self.grid.number
        if number >= 0:
            place = self.grid.cell(number)
            self.area.ensureVisible(place.center().x(), place.center().y(), 0, place.height() // 2)
        self.dayChosen.emit(day)
