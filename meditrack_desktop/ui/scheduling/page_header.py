"""The head of the calendar page: what is shown, a step back and forth, and day or week."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.widgets import Button, IconButton, Label, Segmented, painting

HEIGHT = 60


class StepBar(QWidget):
    """Back, Today and forth in one frame."""

    stepped = Signal(int)
    todayRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = IconButton("chevron-left", self.tr("Previous"), key="PgUp")
        self.today = Button(self.tr("Today"), "quiet")
        self.today.setToolTip(self.tr("Today (T)"))
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
    """Title, steps, count, the switch of the side panel, and Day or Week."""

    stepped = Signal(int)
    todayRequested = Signal()
    periodChosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label("", "title", elide=True)
        self.steps = StepBar()
        self.count = Label("", "body", tone="text2", elide=True)
        self.panel = IconButton("panel-left", self.tr("Month, doctors and status"), checkable=True)
        self.period = Segmented(
            [(Period.DAY, self.tr("Day")), (Period.WEEK, self.tr("Week"))],
            Period.DAY,
            name=self.tr("View"),
        )
        self.period.button(Period.DAY).setToolTip(self.tr("Day (1)"))
        self.period.button(Period.WEEK).setToolTip(self.tr("Week (2)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(16)
        row.addWidget(self.title)
        row.addSpacing(4)
        row.addWidget(self.steps)
        row.addWidget(self.count, 1)
        row.addWidget(self.panel)
        row.addWidget(self.period)
        self.steps.stepped.connect(self.stepped)
        self.steps.todayRequested.connect(self.todayRequested)
        self.period.valueChanged.connect(self.periodChosen)
        self._dress()
        theme.current().changed.connect(self._dress)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def show_words(self, title: str, count: str) -> None:
        """Name the period and say how much is in it."""
        self.title.setText(title)
        self.count.setText(count)

    def set_period(self, period: Period) -> None:
        """Show which view is on, without a signal."""
        self.period.set_value(period)
        if period is Period.DAY:
            self.steps.name_steps(self.tr("Previous day"), self.tr("Next day"))
        else:
            self.steps.name_steps(self.tr("Previous week"), self.tr("Next week"))

    def _dress(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
