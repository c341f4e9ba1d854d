"""Beside the month: one day, doctor by doctor, with times that can be booked."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.load_bar import LoadBar
from meditrack_desktop.ui.scheduling.month_model import DayLoad, DoctorLoad
from meditrack_desktop.ui.scheduling.month_words import summary
from meditrack_desktop.ui.scheduling.time_words import away_text, exception_text
from meditrack_desktop.ui.scheduling.words import clock_text, day_title, span_text
from meditrack_desktop.ui.widgets import Button, Divider, FlowRow, Label, ScrollColumn, painting

WIDTH = 284
TIMES_SHOWN = 3


class MonthPanel(QWidget):
    """`timeChosen` carries a Column and a minute; `dayOpened` and `bookRequested` the day."""

    dayOpened = Signal(object)
    bookRequested = Signal(object)
    timeChosen = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.load: DayLoad | None = None
        self.may_book = True
        self.floats = False
        self.title = Label("", "section")
        self.summary = Label("", "body", tone="text2", wrap=True)
        self.open_day = Button(self.tr("Open day"), key="Enter")
        self.book = Button(self.tr("Book"), "primary", icon="plus")
        self.book.setToolTip(self.tr("Book the first free time of this day (B)"))
        self._scroll = ScrollColumn(margins=(18, 0, 18, 12))
        self._rows: QWidget | None = None
        head = QVBoxLayout()
        head.setContentsMargins(18, 14, 18, 14)
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addWidget(self.summary)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open_day, 1)
        buttons.addWidget(self.book, 1)
        head.addSpacing(8)
        head.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        self.open_day.clicked.connect(lambda: self._tell(self.dayOpened))
        self.book.clicked.connect(lambda: self._tell(self.bookRequested))
        self._dress()
        theme.current().changed.connect(self._dress)

    def show_load(self, load: DayLoad | None) -> None:
        """Show a day; None: nothing is known of it yet."""
        self.load = load
        if self._rows is not None:
            self._scroll.body.removeWidget(self._rows)
            self._rows.hide()
            self._rows.deleteLater()
            self._rows = None
        self.setEnabled(load is not None)
        if load is None:
            return
        self.title.setText(day_title(load.day))
        self.summary.setText(summary(load))
        self.book.setVisible(self.may_book and load.first_start is not None)
        self._rows = QWidget()
        rows = QVBoxLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        for doctor in load.doctors:
            rows.addWidget(Divider())
            rows.addWidget(self._row(doctor))
        rows.addStretch(1)
        self._scroll.body.addWidget(self._rows, 1)

    def _row(self, load: DoctorLoad) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        doctor, times = load.column.practitioner, load.column.times
        quiet = not load.works
        head.addWidget(
            Label(doctor.name, "body" if quiet else "emphasis", tone="text3" if quiet else "", elide=True), 1
        )
        head.addWidget(Label(self._word(load), "small", tone="text3" if quiet else "text2"))
        column.addLayout(head)
        why = [away_text(absence, times.day) for absence in times.absences] or [exception_text(times)]
        for words in filter(None, why):
            column.addWidget(Label(words, "small", tone="text2", wrap=True))
        if not load.works and not load.column.visits:
            return row
        column.addWidget(LoadBar(load.minutes, load.open_minutes))
        if load.starts and self.may_book:
            column.addWidget(self._times(load))
        return row

    def _word(self, load: DoctorLoad) -> str:
        if not load.works:
            return self.tr("Not in")
        if load.over:
            return ""
        return self.tr("{count} free").format(count=load.free_slots) if load.free_slots else self.tr("Full")

    def _times(self, load: DoctorLoad) -> QWidget:
        row = FlowRow(spacing=6)
        for minute in load.starts[:TIMES_SHOWN]:
            chip = Button(clock_text(minute), size="small")
            chip.setAccessibleName(
                self.tr("Book {doctor}, {time}").format(
                    doctor=load.column.practitioner.name, time=span_text(minute, minute + 30)
                )
            )
            chip.clicked.connect(
                lambda _=False, column=load.column, at=minute: self.timeChosen.emit(column, at)
            )
            row.flow.addWidget(chip)
        return row

    def _tell(self, signal: object) -> None:
        if self.load is not None:
            signal.emit(self.load.day)  # type: ignore[attr-defined]

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painter.fillRect(self.rect(), t.surface)
        edge = self.width() - 1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        painter.fillRect(QRectF(edge, 0, 1, self.height()), t.line)
        if self.floats:
            painter.fillRect(QRectF(self.width() - 1 - edge, 0, 1, self.height()), t.line)
        painter.end()

    def _dress(self) -> None:
        self.setFixedWidth(theme.current().px(WIDTH))
        self.update()
