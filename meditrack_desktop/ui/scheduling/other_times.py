"""Other free times near a slot, as buttons: what can be offered to a patient on the phone; or all of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Slot
from meditrack_desktop.domain.working_time import DoctorDay
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_place import BookingPlace
from meditrack_desktop.ui.scheduling.day_model import minute_of, wall
from meditrack_desktop.ui.scheduling.words import clock_text, short_day
from meditrack_desktop.ui.widgets import Button, Label, SlotChips

SHOWN_SLOTS = 3
CHIPS_IN_A_ROW = 6


class OtherTimes(QWidget):
    """Free times of the same doctor: later that day, else earlier, else the next day. `picked` carries one.

    All times of the day are a button away, the taken ones struck through; `grown` comes when they are shown.
    """

    picked = Signal(object)
    grown = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._place: BookingPlace | None = None
        self._slots: tuple[Slot, ...] = ()
        self._day: DoctorDay | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        column.addLayout(self._row)
        self.chips = SlotChips(CHIPS_IN_A_ROW)
        self.chips.picked.connect(self._on_chip)
        column.addWidget(self.chips)
        self.chips.hide()
        # Keeps its height while it looks, so that a list dropped above or below it stays where it belongs.
        self.setMinimumHeight(Button("0", size="small").sizeHint().height())

    def ask(self, place: BookingPlace) -> None:
        """Look for times beside `place.when`."""
        if place == self._place:
            return
        if self._place is not None and place.of_day() != self._place.of_day():
            self._wait()
        self._place = place
        desk, day = self._desk, place.when.date()

        def look() -> tuple[tuple[Slot, ...], tuple[DoctorDay, ...]]:
            clinic, actor = desk.clinic, desk.actor
            days = clinic.working_times.of_days(actor, (place.practitioner_id,), day, day)
            return clinic.free_time.of_day(actor, place.of_day()), days

        desk.tasks.query(
            self,
            look,
            lambda found: self._on_day(place, *found),
            failed=lambda _error: self._clear(),
            replaces="free",
        )

    def _on_day(self, place: BookingPlace, slots: tuple[Slot, ...], days: Sequence[DoctorDay]) -> None:
        self._slots, self._day = slots, days[0] if days else None
        self.chips.setEnabled(True)
        now, desk, when = self._desk.clock.now(), self._desk, place.when
        length = timedelta(minutes=place.minutes)
        others = [slot for slot in slots if abs(slot.wall_start - when) >= length and slot.starts_at > now]
        later = [slot for slot in others if slot.wall_start > when]
        if not self.chips.isHidden():
            self._fill_chips()
        if others:
            self._show(self.tr("Also free"), _spread(later or others, SHOWN_SLOTS), when.date())
            return
        begin = datetime.combine(when.date() + timedelta(days=1), time(0))
        desk.tasks.query(
            self,
            lambda: desk.clinic.free_time.next(desk.actor, place.next(begin, 1)),
            lambda found: self._show(self.tr("Next free day"), found, when.date()),
            failed=lambda _error: self._clear(),
            replaces="free",
        )

    def _show(self, words: str, slots: Sequence[Slot], day: date) -> None:
        self._clear()
        self._row.addWidget(Label(words if slots else self.tr("No other free time soon"), "small"))
        for slot in slots:
            chip = Button(slot_words(slot, day), size="small")
            chip.setAccessibleName(f"{words}: {chip.text()}")
            chip.clicked.connect(lambda _checked=False, at=slot.wall_start: self.picked.emit(at))
            self._row.addWidget(chip)
        self._row.addStretch(1)
        if self._day is not None and self._day.open and self.chips.isHidden():
            every = Button(self.tr("All times"), "quiet", size="small")
            every.clicked.connect(self._show_all)
            self._row.addWidget(every)

    def _show_all(self) -> None:
        self._fill_chips()
        self.chips.setVisible(True)
        button = self.sender()
        if isinstance(button, Button):
            button.hide()
        self.grown.emit()

    def _fill_chips(self) -> None:
        place, day = self._place, self._day
        if place is None or day is None:
            return
        free = {slot.wall_start.time() for slot in self._slots}
        starts = {
            wall(day.day, minute).time()
            for stretch in day.open
            for minute in range(stretch.starts, min(stretch.ends, 24 * 60), SLOT_MINUTES)
        }
        here = place.when.time()
        self.chips.set_slots([(each, each in free) for each in sorted(starts | free)], here)
        self.grown.emit()

    def _on_chip(self, moment: time) -> None:
        if self._place is not None:
            self.picked.emit(datetime.combine(self._place.when.date(), moment))

    def _wait(self) -> None:
        """What is shown is free on another day, or for another visit: nobody picks from it any more."""
        self.chips.setEnabled(False)
        for at in range(self._row.count()):
            item = self._row.itemAt(at)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.setEnabled(False)

    def _clear(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def slot_words(slot: Slot, day: date) -> str:
    """`11:30`, with the day where it is another one."""
    clock = clock_text(minute_of(slot.wall_start))
    return clock if slot.wall_start.date() == day else f"{short_day(slot.wall_start.date())}, {clock}"


def _spread(slots: Sequence[Slot], count: int) -> list[Slot]:
    """A few of many, from the first on and spread over the day."""
    if len(slots) <= count:
        return list(slots)
    return [slots[number * len(slots) // count] for number in range(count)]
