"""The head of the calendar page: what is shown, a step back and forth, what the view offers, and the views."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.agenda_filters import AgendaFilters
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.widgets import Button, FilterChip, IconButton, Label, Segmented, painting

HEIGHT = 60


class StepBar(QWidget):
    """Back, Today and forth in one frame."""

    stepped = Signal(int)
    todayRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = IconButton("chevron-left", self.tr("Previous"), key="PgUp")
        self.today = Button(self.tr("Today"), "quiet")
        self.today.setToolTip(self.tr("Today (Ctrl+T)"))
        self.forth = IconButton("chevron-right", self.tr("Next"), key="PgDown")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for button in (self.back, self.today, self.forth):
            row.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.forth.clicked.connect(lambda: self.stepped.emit(1))
        self.today.clicked.connect(self.todayRequested)
        theme.current().changed.connect(self.update)

    def name_steps(self, back: str, forth: str) -> None:
        """Say how far a step goes."""
        self.back.set_name(back, "PgUp")
        self.forth.set_name(forth, "PgDown")

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), 6, t.surface, t.line_mid)
        for button in (self.today, self.forth):
            painter.fillRect(button.x() - 1, 0, 1, self.height(), t.line_mid)
        painter.end()


class PageHeader(QWidget):
    """Title, steps, count or filters, the switch of the side panel, and the views."""

    stepped = Signal(int)
    todayRequested = Signal()
    periodChosen = Signal(object)
    doctorsRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label("", "title", elide=True)
        self.steps = StepBar()
        self.count = Label("", "body", tone="text2", elide=True)
        self.doctors = FilterChip("", icon="stethoscope")
        self.filters = AgendaFilters()
        self.panel = IconButton("panel-left", self.tr("Month, doctors and status"), checkable=True)
        self.period = Segmented(
            [
                (Period.DAY, self.tr("Day")),
                (Period.WEEK, self.tr("Week")),
                (Period.MONTH, self.tr("Month")),
                (Period.AGENDA, self.tr("Agenda")),
            ],
            Period.DAY,
            name=self.tr("View"),
        )
        for number, period in enumerate(Period, start=1):
            button = self.period.button(period)
            button.setToolTip(f"{painting.words_of(button)} ({number})")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(12)
        row.addWidget(self.title)
        row.addSpacing(4)
        row.addWidget(self.steps)
        row.addWidget(self.doctors)
        row.addWidget(self.filters)
        row.addWidget(self.count, 1)
        self.keys = IconButton("keyboard", self.tr("Keys of the calendar"), key="Ctrl+/")
        row.addWidget(self.keys)
        row.addWidget(self.panel)
        row.addWidget(self.period)
        self.print = IconButton("printer", self.tr("Print the day list"), kind="secondary", key="Ctrl+P")
        row.addWidget(self.print)
        self.steps.stepped.connect(self.stepped)
        self.steps.todayRequested.connect(self.todayRequested)
        self.period.valueChanged.connect(self.periodChosen)
        self.doctors.clicked.connect(self.doctorsRequested)
        self.set_period(Period.DAY)
        self._dress()
        theme.current().changed.connect(self._dress)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def show_words(self, title: str, count: str) -> None:
        """Name the period and say how much is in it."""
        self.title.setText(title)
        self.count.setText(count)

    def set_narrow(self, narrow: bool) -> None:
        """The window is narrow: the filters fold."""
        self.filters.set_narrow(narrow)
        self.keys.setHidden(narrow and self.period.value() == Period.AGENDA)

    def show_doctors(self, words: str, *, some: bool) -> None:
        """Say whose visits are shown; `some`: not everybody's."""
        self.doctors.set_filter(words, active=some)

    def set_period(self, period: Period) -> None:
        """Show which view is on, without a signal."""
        self.period.set_value(period)
        back, forth = {
            Period.DAY: (self.tr("Previous day"), self.tr("Next day")),
            Period.WEEK: (self.tr("Previous week"), self.tr("Next week")),
            Period.MONTH: (self.tr("Previous month"), self.tr("Next month")),
            Period.AGENDA: (self.tr("Previous day"), self.tr("Next day")),
        }[period]
        self.steps.name_steps(back, forth)
        lists = period in (Period.MONTH, Period.AGENDA)
        self.doctors.setVisible(lists)
        self.filters.setVisible(period is Period.AGENDA)
        self.panel.setVisible(not lists)

    def _dress(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
