"""What the calendar asks of the clinic, as one question: doctors, visits, working times, holds and groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.domain.practitioner_profiles import DoctorGroup
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, CalendarRange
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.day_model import Period, Times
from meditrack_desktop.ui.scheduling.month_model import MonthModel, month_of
from meditrack_desktop.ui.scheduling.shown import Asked


@dataclass(frozen=True, slots=True)
class Answer:
    """`doctors`: those who can be booked, and those who have visits in it."""

    doctors: tuple[Practitioner, ...]
    visits: tuple[Appointment, ...]
    times: Times
    holds: tuple[Hold, ...]
    groups: tuple[DoctorGroup, ...]
    month: MonthModel | None = None


def ask(desk: Desk, asked: Asked, day: date) -> Answer:
    """Answer a question of the calendar; run it in a lane, not in the window's thread.

    A month, that of `day`, is counted here too: there may be thousands of visits in it.
    """
    found = _answer(desk, asked)
    if asked.period is not Period.MONTH:
        return found
    chosen = set(asked.doctors)
    shown = [doctor for doctor in found.doctors if not chosen or doctor.id in chosen]
    now = to_wall(desk.clock.now(), desk.facts.tz).replace(fold=0)
    month = month_of(shown, day, asked.first, asked.last, found.visits, found.times, found.holds, now)
    return replace(found, month=month)


def _answer(desk: Desk, asked: Asked) -> Answer:
    clinic, actor = desk.clinic, desk.actor
    everybody = clinic.practitioners.list(actor, include_inactive=True)
    wanted = CalendarRange(first=asked.first, last=asked.last, practitioners=asked.doctors)
    visits = clinic.scheduling.calendar(actor, wanted)
    with_visits = {visit.practitioner_id for visit in visits}
    doctors = tuple(doctor for doctor in everybody if doctor.active or doctor.id in with_visits)
    known = {doctor.id for doctor in doctors}
    shown = [doctor for doctor in asked.doctors if doctor in known] or sorted(known)
    times = clinic.working_times.of_days(actor, shown, asked.first, asked.last) if shown else ()
    return Answer(
        doctors,
        tuple(visits),
        {(each.practitioner_id, each.day): each for each in times},
        held(desk, asked),
        tuple(clinic.doctor_groups.list(actor)),
    )


def held(desk: Desk, asked: Asked) -> tuple[Hold, ...]:
    """What desks hold in these days now."""
    return tuple(desk.clinic.holds.of_days(desk.actor, asked.first, asked.last))
