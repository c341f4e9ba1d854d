"""What other pages begin at the calendar: a booking at a time, for somebody who waits, a walk-in, an act on a visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.free_time import FindFreeTime
from meditrack_desktop.domain.front_desk import FollowUp, WaitlistEntry
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.scheduling import Appointment, Slot
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_draft import Draft, line_of
from meditrack_desktop.ui.scheduling.calendar_view import USUAL_LENGTH

if TYPE_CHECKING:
    from meditrack_desktop.ui.scheduling.page import SchedulingPage


def book_at(_desk: Desk, page: SchedulingPage, practitioner_id: UUID, when: datetime) -> None:
    """Open the booking window at a doctor's time; `when` is the clinic's clock, naive."""
    page.show_day(when.date())
    page.when_loaded(lambda: page.flow.new.open(Draft(practitioner_id, when, USUAL_LENGTH)))


def walk_in(desk: Desk, page: SchedulingPage) -> None:
    """Open the booking window at the first time from now on that any doctor has."""
    page.show_day(desk.today())

    def begin() -> None:
        page.flow.start_booking(None, [doctor.id for doctor in page.doctors if doctor.active])

    page.when_loaded(begin)


def act_on(_desk: Desk, page: SchedulingPage, visit: Appointment, act: str) -> None:
    """Turn to the day of a visit, mark it there and do something with it."""
    page.show_day(visit.day)

    def there() -> None:
        page.view.choose(visit.id)
        page.view.setFocus()
        page.flow.do(visit, act)

    page.when_loaded(there)


def book_for(desk: Desk, page: SchedulingPage, entry: WaitlistEntry | FollowUp) -> None:
    """Open the booking window at the next time that suits somebody who waits or is due."""
    minutes = entry.minutes if isinstance(entry, WaitlistEntry) else USUAL_LENGTH
    now = to_wall(desk.clock.now(), desk.facts.tz).replace(second=0, microsecond=0, fold=0)

    def begin() -> None:
        doctors = tuple(doctor.id for doctor in page.doctors if doctor.active)
        asked = (entry.practitioner_id,) if entry.practitioner_id is not None else doctors
        wanted = FindFreeTime(
            after=_earliest(entry, now),
            practitioner_ids=asked,
            visit_type_id=entry.visit_type_id,
            patient_id=entry.patient_id,
            minutes=minutes,
            limit=1,
        )
        desk.tasks.query(
            page,
            lambda: (
                desk.clinic.patients.get(desk.actor, entry.patient_id),
                desk.clinic.free_time.next(desk.actor, wanted),
            ),
            partial(_open, desk, page, entry, minutes),
            replaces="booking",
        )

    page.when_loaded(begin)


def _open(
    desk: Desk,
    page: SchedulingPage,
    entry: WaitlistEntry | FollowUp,
    minutes: int,
    found: tuple[Patient, Sequence[Slot]],
) -> None:
    patient, slots = found
    if not slots:
        desk.say(page.tr("No free time was found for {name}.").format(name=entry.patient_name))
        return
    slot = slots[0]
    page.show_day(slot.wall_start.date())
    draft = Draft(
        slot.practitioner_id,
        slot.wall_start,
        minutes,
        patient=line_of(patient),
        visit_type=entry.visit_type,
        visit_type_id=entry.visit_type_id,
        follow_up_id=entry.id if isinstance(entry, FollowUp) else None,
        waitlist_id=entry.id if isinstance(entry, WaitlistEntry) else None,
    )
    page.when_loaded(lambda: page.flow.new.open(draft))


def _earliest(entry: WaitlistEntry | FollowUp, now: datetime) -> datetime:
    """Nobody is asked to come before the day they named; somebody due comes from that day on."""
    first = entry.first_day if isinstance(entry, WaitlistEntry) else entry.due_on
    return now if first is None else max(now, datetime.combine(first, datetime.min.time()))
