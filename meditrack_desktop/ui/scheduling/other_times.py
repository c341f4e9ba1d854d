"""Other free times near a slot, as buttons: what can be offered to a patient on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.scheduling import Slot
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.words import clock_text, short_day
from meditrack_desktop.ui.widgets import Button, Label

SHOWN_SLOTS = 3


class OtherTimes(QWidget):
    """Free times of the same doctor: later that day, else earlier, else the next day. `picked` carries one."""

    picked = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        # Keeps its height while it looks, so that a list dropped above or below it stays where it belongs.
        self.setMinimumHeight(Button("0", size="small").sizeHint().height())

    def ask(self, doctor: UUID, when: datetime, minutes: int) -> None:
        """Look for times beside `when` (clinic's clock)."""
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.free_slots(desk.actor, doctor, when.date(), minutes),
            lambda slots: self._on_day(doctor, when, minutes, slots),
            failed=lambda _error: self._clear(),
            replaces="free",
        )

    def _on_day(self, doctor: UUID, when: datetime, minutes: int, slots: Sequence[Slot]) -> None:
        now, desk = self._desk.clock.now(), self._desk
        length = timedelta(minutes=minutes)
        others = [slot for slot in slots if abs(slot.wall_start - when) >= length and slot.starts_at > now]
        later = [slot for slot in others if slot.wall_start > when]
        if others:
            self._show(self.tr("Also free"), _spread(later or others, SHOWN_SLOTS), when.date())
            return
        begin = datetime.combine(when.date() + timedelta(days=1), time(0))
        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.next_free(desk.actor, (doctor,), begin, minutes, 1),
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
