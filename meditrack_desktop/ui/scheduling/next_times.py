"""From one free time to the next for what is being booked, and back again the way one came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QObject

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.scheduling import Slot
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_where import BookingWhere


class NextTimes(QObject):
    """Answers F3 in the booking window."""

    def __init__(self, desk: Desk, where: BookingWhere) -> None:
        super().__init__(where)
        self._desk, self._where = desk, where
        self._before: list[datetime] = []

    def step(self, step: int) -> None:
        """1: the next free time of the doctor, for this kind, length and room; -1: the one before it."""
        if step < 0:
            if self._before:
                self._go(self._before.pop())
            return
        desk, place = self._desk, self._where.place()
        now = to_wall(desk.clock.now(), desk.facts.tz).replace(second=0, microsecond=0, fold=0)
        after = max(place.when + timedelta(minutes=1), now)
        desk.tasks.query(
            self,
            lambda: desk.clinic.free_time.next(desk.actor, place.next(after, 1)),
            lambda slots: self._on_found(place.when, slots),
            replaces="next",
        )

    def _on_found(self, before: datetime, slots: Sequence[Slot]) -> None:
        if slots:
            self._before.append(before)
            self._go(slots[0].wall_start)
        else:
            words = self.tr("{doctor} has no free time in the next 90 days.")
            self._desk.say(words.format(doctor=self._where.doctor_name()))

    def _go(self, when: datetime) -> None:
        self._where.when.set_when(when)
        self._where.when.whenChanged.emit(when)
