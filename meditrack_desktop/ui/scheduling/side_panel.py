"""The left side of the calendar page: month, doctors, and the statuses with their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.widgets import (
    STATUSES,
    Button,
    CheckBox,
    Label,
    MonthView,
    Radio,
    ScrollColumn,
    StatusPill,
    painting,
    status_word,
)

WIDTH = 212


class SidePanel(QWidget):
    """Chooses day, doctors and whether cancelled visits are shown; changes nothing by itself."""

    dayPicked = Signal(object)
    doctorsChosen = Signal(object)
    doctorChosen = Signal(object)
    cancelledToggled = Signal(bool)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._period = Period.DAY
        self._doctors: tuple[Practitioner, ...] = ()
        self._boxes: dict[UUID, CheckBox | Radio] = {}
        self._group = QButtonGroup(self)
        self.month = MonthView(today, today)
        self.all = Button(self.tr("None"), "link", size="small")
        self._list = QVBoxLayout()
        self._counts: dict[str, Label] = {}
        self.cancelled = CheckBox(self.tr("Show cancelled"), True)
        self._build()
        self.month.picked.connect(self.dayPicked)
        self.all.clicked.connect(self._on_all)
        self.cancelled.toggled.connect(self.cancelledToggled)
        self._dress()
        theme.current().changed.connect(self._dress)

    def _build(self) -> None:
        scroll = ScrollColumn(margins=(18, 12, 16, 8))
        body = scroll.body
        body.setSpacing(0)
        body.addWidget(self.month)
        body.addSpacing(14)
        head = QHBoxLayout()
        self.doctors_title = Label(self.tr("Doctors"), "strong")
        head.addWidget(self.doctors_title, 1)
        head.addWidget(self.all)
        body.addLayout(head)
        body.addSpacing(6)
        self._list.setSpacing(4)
        body.addLayout(self._list)
        body.addSpacing(18)
        body.addWidget(Label(self.tr("Status"), "strong"))
        body.addSpacing(8)
        for status in STATUSES:
            row = QHBoxLayout()
            row.addWidget(StatusPill(status))
            row.addStretch(1)
            count = Label("", "small")
            self._counts[status] = count
            row.addWidget(count)
            body.addLayout(row)
            body.addSpacing(6)
        body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 6, 16, 10)
        foot.addWidget(self.cancelled)
        column.addLayout(foot)

    def show_day(self, day: date, today: date) -> None:
        """Mark the day that the calendar shows."""
        self.month.set_today(today)
        if self.month.selected() != day:
            self.month.select(day)

    def show_counts(self, counts: Counter[str]) -> None:
        """How many visits of each status are shown."""
        for status, label in self._counts.items():
            count = counts.get(status, 0)
            label.setText(str(count))
            label.setAccessibleName(f"{status_word(status)}: {count}")

    def show_doctors(
        self, doctors: Sequence[Practitioner], chosen: AbstractSet[UUID], one: UUID | None, period: Period
    ) -> None:
        """Check boxes for a day of many doctors, radios for one doctor's week."""
        if tuple(doctors) != self._doctors or period is not self._period:
            self._doctors, self._period = tuple(doctors), period
            self._rebuild()
        marked = chosen if period is Period.DAY else {one}
        for key, box in self._boxes.items():
            box.blockSignals(True)
            box.setChecked(key in marked)
            box.blockSignals(False)
            box.update()
        day = period is Period.DAY
        everybody = day and all(doctor.id in chosen for doctor in doctors)
        self.all.setVisible(len(doctors) > 1)
        self.all.set_text(self.tr("None") if everybody else self.tr("All"))
        self.all.setToolTip("" if day else self.tr("All doctors on one day"))

    def _rebuild(self) -> None:
        focused = next((key for key, box in self._boxes.items() if box.hasFocus()), None)
        for button in self._group.buttons():
            self._group.removeButton(button)
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._boxes = {}
        day = self._period is Period.DAY
        self._group.setExclusive(not day)
        for doctor in self._doctors:
            box: CheckBox | Radio = CheckBox(doctor.name) if day else Radio(doctor.name)
            box.toggled.connect(self._on_toggled)
            self._group.addButton(box)
            self._boxes[doctor.id] = box
            self._list.addWidget(box)
            if doctor.id == focused:
                box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_toggled(self, on: bool) -> None:
        chosen = [key for key, box in self._boxes.items() if box.isChecked()]
        if self._period is Period.DAY:
            self._tell(chosen)
        elif on and chosen:
            self.doctorChosen.emit(chosen[0])

    def _on_all(self) -> None:
        everybody = [doctor.id for doctor in self._doctors]
        chosen = [key for key, box in self._boxes.items() if box.isChecked()]
        none = self._period is Period.DAY and len(chosen) == len(everybody)
        self._tell([] if none else everybody)

    def _tell(self, chosen: Iterable[UUID]) -> None:
        self.doctorsChosen.emit(frozenset(chosen))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = theme.current().tokens
        painter = painting.start(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), t.line)
        painter.end()

    def _dress(self) -> None:
        self.setFixedWidth(theme.current().px(WIDTH))
        self.update()
