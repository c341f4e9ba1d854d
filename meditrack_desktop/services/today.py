"""The day as the front desk sees it: one reading, one question a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import care_relation, desk_tasks, unresolved, working_times
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.queries import today as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.free_time import FindFreeTime
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import EXPIRES_SOON_DAYS
from meditrack_desktop.domain.scheduling import day_bounds
from meditrack_desktop.domain.today import Attention, AttentionKind, DayDoctor, DayFacts, TodayBoard
from meditrack_desktop.domain.today_board import board
from meditrack_desktop.domain.working_time import DoctorDay
from meditrack_desktop.services import hours_rule
from meditrack_desktop.services.free_time import USUAL_MINUTES, Search
from meditrack_desktop.services.work import Look, Works

NEXT_FREE_DAYS = 14


class Today:
    def __init__(self, work: Works) -> None:
        self.work = work

    def board(self, actor: Actor, day: date) -> TodayBoard:
        """The board of one day of the clinic's calendar; waits and lateness only make sense for today's.

        Doctors' credentials that end are told to who may see doctors.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("appointment")
            return board(_facts(look, day, ZoneInfo(clinic_queries.profile(look.session).zone)))


def _facts(look: Look, day: date, zone: ZoneInfo) -> DayFacts:
    session = look.session
    begins, ends = day_bounds(day, day, zone)
    wall_now = to_wall(look.now, zone).replace(fold=0)
    erased = queries.erased_and_open(session, begins, ends)
    visits = [
        visit
        for visit in visit_queries.between(session, begins, ends, (), include_cancelled=False)
        if visit.id not in erased
    ]
    with_visits = {visit.practitioner_id for visit in visits}
    known = queries.doctors(session, with_visits)
    times = working_times.of_days(session, [doctor.id for doctor in known], day, day)
    times = hours_rule.as_told(look, times)
    days = {doctor.id: times.day_of(doctor.id, day) for doctor in known}
    doctors = [doctor for doctor in known if doctor.id in with_visits or _is_of_the_day(days[doctor.id])]
    return DayFacts(
        day=day,
        now=look.now,
        wall_now=wall_now,
        visits=sorted(visits, key=lambda visit: (visit.starts_at, visit.id)),
        doctors=doctors,
        days=days,
        rooms=queries.rooms(session, begins, ends),
        next_free=_next_free(look, doctors, day, wall_now) if day >= wall_now.date() else {},
        without_room=queries.without_room(session, begins, ends),
        beside=_beside(look, wall_now, zone),
        closure=times.closures.get(day),
        long_wait=settings_queries.read(session).long_wait_minutes,
        next_day=None if visits else queries.next_day_with_visits(session, ends, zone),
    )


def _is_of_the_day(day: DoctorDay) -> bool:
    return bool(day.open or day.absences)


def _next_free(
    look: Look, doctors: Sequence[DayDoctor], day: date, wall_now: datetime
) -> dict[UUID, datetime]:
    """The next place for a visit of the usual length: on the day itself, and for who is full, in the two weeks after.

    Nearly everybody has one the same day, so the weeks after are read only for those who have not.
    """
    found: dict[UUID, datetime] = {}
    after = max(wall_now, datetime.combine(day, time(0)))
    for first, last in ((day, day), (day + timedelta(days=1), day + timedelta(days=NEXT_FREE_DAYS))):
        full = tuple(doctor.id for doctor in doctors if doctor.id not in found)
        if full:
            command = FindFreeTime(after=after, practitioner_ids=full, minutes=USUAL_MINUTES)
            for slot in Search.of(look, command).between(first, last, after=after):
                found.setdefault(slot.practitioner_id, slot.wall_start)
    return found


def _beside(look: Look, wall_now: datetime, zone: ZoneInfo) -> list[Attention]:
    """What is not of one day's visits: it is the same whichever day is shown."""
    found: list[Attention] = []
    today = wall_now.date()
    open_visits, newest = unresolved.count_before(look.session, day_bounds(today, today, zone)[0], zone)
    if open_visits:
        found.append(Attention(AttentionKind.UNRESOLVED, count=open_visits, day=newest))
    if overdue := desk_tasks.overdue(look.session, wall_now):
        found.append(Attention(AttentionKind.TASKS_OVERDUE, count=overdue))
    if care_relation.roles_holding(look.session, look.actor.account_id, Permission.VIEW_DOCTORS):
        found += queries.credentials_ending(look.session, today + timedelta(days=EXPIRES_SOON_DAYS))
    return found
