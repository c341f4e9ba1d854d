"""Sights for pictures that a clinic's records seldom show at once. Nothing here is written anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from meditrack_desktop.domain.clock import to_instant
from meditrack_desktop.domain.holds import HOLD_FOR, Hold
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.working_time import Absence, AbsenceKind, OpenTime, without
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.asking import Answer
from meditrack_desktop.ui.scheduling.day_model import Column, wall
from meditrack_desktop.ui.scheduling.page import SchedulingPage

DOCTORS, VISITS, MINUTES = 10, 40, 15


def with_absence_and_holds(page: SchedulingPage, desk: Desk) -> None:
    """The last doctor is out until 13:00; another desk and this one are about to book."""
    found, columns = page.answer, page.view.model.columns
    if found is None or len(columns) < 2:
        return
    away = columns[-1]
    times = replace(
        away.times,
        open=tuple(without(away.open, OpenTime(0, 13 * 60))),
        absences=(_absence(away, desk),),
    )
    visits = tuple(
        v for v in found.visits if v.practitioner_id != away.practitioner_id or v.wall_start.hour >= 13
    )
    holds = [_hold(column, desk, mine=mine) for column, mine in zip(columns[:2], (False, True), strict=False)]
    page.question.answer = replace(
        found,
        visits=visits,
        times={**found.times, (away.practitioner_id, away.day): times},
        holds=tuple(hold for hold in holds if hold is not None),
    )
    page.show_answer()


def with_crowd(page: SchedulingPage) -> None:
    """Ten doctors with forty visits each."""
    found = page.answer
    if found is None or not found.visits or not found.doctors:
        return
    doctors = [
        replace(found.doctors[n % len(found.doctors)], id=new_id(), family=f"Number {n + 1}")
        for n in range(DOCTORS)
    ]
    visits: list[Appointment] = []
    for number, doctor in enumerate(doctors):
        for place in range(VISITS):
            sample = found.visits[(number * 7 + place) % len(found.visits)]
            start = wall(page.day, 8 * 60 + place * MINUTES)
            visits.append(
                replace(sample, id=new_id(), practitioner_id=doctor.id, wall_start=start, minutes=MINUTES)
            )
    page.shown.chosen = None
    page.question.answer = Answer(tuple(doctors), tuple(visits), {}, (), ())
    page.show_answer()


def _absence(column: Column, desk: Desk) -> Absence:
    starts, ends = wall(column.day, 0), wall(column.day, 13 * 60)
    zone = desk.facts.tz
    return Absence(
        new_id(),
        1,
        column.practitioner_id,
        starts,
        ends,
        to_instant(starts, zone),
        to_instant(ends, zone),
        AbsenceKind.OUT_NOW,
        "hospital round",
    )


def _hold(column: Column, desk: Desk, *, mine: bool) -> Hold | None:
    gap = next((gap for gap in column.free() if gap.minutes >= 30), None)
    if gap is None:
        return None
    start = wall(column.day, gap.starts)
    now, starts_at = desk.clock.now(), to_instant(start, desk.facts.tz)
    return Hold(
        id=new_id(),
        practitioner_id=column.practitioner_id,
        wall_start=start,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        minutes=30,
        account_name=desk.actor.name,
        desk_name="Front desk 2",
        expires_at=now + HOLD_FOR - timedelta(seconds=12),
        mine=mine,
    )
