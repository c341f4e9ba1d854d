"""The month as the page sees it: the sheet of days and the panel of the chosen one."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from meditrack_desktop.ui.scheduling.month_accessibility import install, tell_focus
from meditrack_desktop.ui.scheduling.month_grid import MonthGrid
from meditrack_desktop.ui.scheduling.month_model import MonthModel
from meditrack_desktop.ui.scheduling.month_panel import MonthPanel

PANEL_FROM = 1200
"""Width of the window from which on the panel stands beside the sheet."""


class MonthCalendar(QWidget):
    """Shows a MonthModel and changes nothing. `dayChosen` follows the cursor.

    In a narrow window the panel comes over the sheet when a day is pressed, by mouse or Space, and Escape or a press
    on the same day takes it away: the sheet keeps the whole width.
    """

    dayChosen = Signal(object)
    dayOpened = Signal(object)
    bookRequested = Signal(object)
    timeChosen = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        install(MonthGrid)
        self._shown_for: date | None = None
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
        self._row = row
        self.setFocusProxy(self.grid)
        self.grid.dayPressed.connect(self._on_pressed)
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

    @property
    def floating(self) -> bool:
        """Whether the window is too narrow for the panel to stand beside the sheet."""
        return self._row.indexOf(self.panel) < 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.window().width() < PANEL_FROM
        if narrow and not self.floating:
            self._row.removeWidget(self.panel)
            self.panel.floats = True
            self.panel.hide()
        elif not narrow and self.floating:
            self._row.addWidget(self.panel)
            self.panel.floats = False
            self.panel.setVisible(True)
        self._float()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.floating and self.panel.isVisible():
            self._put_away()
            return
        super().keyPressEvent(event)

    def _on_pressed(self) -> None:
        if not self.floating:
            return
        if self.panel.isVisible() and self._shown_for == self.grid.day:
            self._put_away()
            return
        self._shown_for = self.grid.day
        self.panel.setVisible(True)
        self._float()

    def _put_away(self) -> None:
        self.panel.hide()
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _float(self) -> None:
        """Over the half of the sheet where the chosen day is not."""
        if not self.floating:
            return
        number, right = self.grid.number, self.width() - self.panel.width()
        far = number >= 0 and self.grid.cell(number).center().x() > self.width() // 2
        self.panel.setGeometry(QRect(0 if far else right, 0, self.panel.width(), self.height()))
        self.panel.raise_()

    def _on_chosen(self, day: date) -> None:
        self.panel.show_load(self.model.of(day))
        self._float()
        number = self.grid.number
        if number >= 0:
            place = self.grid.cell(number)
            self.area.ensureVisible(place.center().x(), place.center().y(), 0, place.height() // 2)
        self.dayChosen.emit(day)
