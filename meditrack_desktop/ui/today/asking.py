"""What the Today page asks of the clinic, all of it in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from meditrack_desktop.domain.absence_worklists import OpenWorklist
from meditrack_desktop.domain.front_desk import DeskTask, ToConfirm
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, CalendarRange
from meditrack_desktop.domain.today import TodayBoard
from meditrack_desktop.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Answer:
    """The board of a day, every visit of it, and the desk's other worklists. `due`: follow-ups due by that day."""

    board: TodayBoard
    visits: tuple[Appointment, ...]
    tasks: tuple[DeskTask, ...]
    to_confirm: ToConfirm
    absences: tuple[OpenWorklist, ...]
    unresolved: int
    due: int
    waitlist: int

    @property
    def by_id(self) -> Mapping[UUID, Appointment]:
        return {visit.id: visit for visit in self.visits}


def ask(desk: Desk, day: date) -> Answer:
    """In a working thread."""
    clinic, actor = desk.clinic, desk.actor
    asked = CalendarRange(first=day, last=day, include_cancelled=False)
    return Answer(
        board=clinic.today.board(actor, day),
        visits=tuple(
            visit
            for visit in clinic.scheduling.calendar(actor, asked)
            if visit.status is not AppointmentStatus.CANCELLED
        ),
        tasks=clinic.desk_tasks.list(actor),
        to_confirm=clinic.confirmations.to_confirm(actor, day),
        absences=clinic.absence_worklists.to_do(actor),
        unresolved=len(clinic.unresolved.of_day(actor, day)),
        due=len(clinic.follow_ups.due(actor, None, day)),
        waitlist=len(clinic.waitlist.list(actor)),
    )
