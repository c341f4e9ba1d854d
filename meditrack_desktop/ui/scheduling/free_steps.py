"""From one free time of a doctor to the next, beyond what the calendar shows: asked of the clinic, week after week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QObject, QRect
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.free_time import FindFreeTime
from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Slot
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView, column_of
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Column, minute_of, wall
from meditrack_desktop.ui.scheduling.grid_painter import rect_of
from meditrack_desktop.ui.scheduling.page_host import PageHost
from meditrack_desktop.ui.widgets import announce


class StepsHost(PageHost, Protocol):
    """What stepping asks of its page."""

    @property
    def view(self) -> CalendarView: ...


class FreeSteps(QObject):
    """Answers F3 where the columns shown hold no further gap."""

    def __init__(self, desk: Desk, page: QWidget, host: StepsHost) -> None:
        super().__init__(page)
        self._desk, self._page, self._host = desk, page, host
        host.view.furtherGapWanted.connect(self._look)

    def _look(self, column: Column, _minute: int, step: int) -> None:
        if step < 0:
            announce(self._page, self.tr("No free time before this one here."))
            return
        desk, doctor = self._desk, column.practitioner
        now = to_wall(desk.clock.now(), desk.facts.tz).replace(second=0, microsecond=0, fold=0)
        last = self._host.view.model.days[-1]
        wanted = FindFreeTime(
            after=max(now, wall(last + timedelta(days=1), 0)),
            practitioner_ids=(doctor.id,),
            minutes=SLOT_MINUTES,
            limit=1,
        )

        def found(slots: tuple[Slot, ...]) -> None:
            if slots:
                self._go(doctor.id, slots[0].wall_start)
            else:
                words = self.tr("{doctor} has no free time in the next 90 days.")
                desk.say(words.format(doctor=doctor.name))

        desk.tasks.query(
            self._page,
            lambda: desk.clinic.free_time.next(desk.actor, wanted),
            found,
            replaces="calendar.next",
        )

    def show_slot(self, slot: Slot, then: Callable[[QRect], object]) -> None:
        """Turn to the day of a free time and stand on it, if its doctor is shown; `then` is told where it is."""
        self._go(slot.practitioner_id, slot.wall_start, then)

    def _go(
        self, doctor: UUID, when: datetime, then: Callable[[QRect], object] = lambda _place: None
    ) -> None:
        def stand() -> None:
            self._stand(doctor, when.date(), minute_of(when))
            view = self._host.view
            found = column_of(view.model, doctor, when.date())
            if found is not None:
                then(view.anchor(rect_of(view.calendar.cell(found[0], minute_of(when), SLOT_MINUTES))))

        self._host.go_to(when.date())
        self._host.when_loaded(stand)

    def _stand(self, doctor: UUID, day: date, minute: int) -> None:
        view = self._host.view
        found = column_of(view.model, doctor, day)
        if found is not None:
            view.grid.chosen = None
            view.set_cursor_at(Cursor(found[0], minute))
