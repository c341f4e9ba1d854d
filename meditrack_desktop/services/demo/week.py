"""A full week of visits around one moment: what is over is finished, who is here waits or is in the room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.clock import to_instant, to_wall
from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.practitioners import AddPractitioner, Practitioner, WorkingHoursInput
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelledBy, Confirmation

_LONG_DAY = ((time(8), time(12)), (time(12, 45), time(16)))
_LATE_DAY = ((time(8, 30), time(12, 30)), (time(13, 15), time(16, 30)))
_SHORT_DAY = ((time(9), time(12, 30)), (time(13, 30), time(16, 45)))

VISITS = (
    ("Follow-up", 30),
    ("Annual check-up", 30),
    ("Blood pressure", 15),
    ("Vaccination", 15),
    ("Lab results", 30),
    ("Consultation", 45),
    ("Prescription", 15),
    ("Minor procedure", 45),
    ("Back pain", 30),
    ("Skin check", 30),
)


def doctors() -> list[AddPractitioner]:
    """Six doctors with their rooms and hours."""
    week = (
        ("Ines", "Modelo", "General practice", _LONG_DAY),
        ("Tom", "Fixture", "General practice", _LATE_DAY),
        ("Mei", "Shili", "Pediatrics", _SHORT_DAY),
        ("Lukas", "Beispiel", "Orthodontics", _LONG_DAY),
        ("Aisha", "Stubbs", "Dermatology", _LATE_DAY),
        ("Omar", "Namuna", "Cardiology", _SHORT_DAY),
    )
    return [
        AddPractitioner(
            given=given, family=family, specialty=specialty, room=f"Room {number}", hours=_weekly(stretches)
        )
        for number, (given, family, specialty, stretches) in enumerate(week, start=1)
    ]


def _weekly(stretches: Sequence[tuple[time, time]]) -> tuple[WorkingHoursInput, ...]:
    """Every day alike: whoever opens the sample clinic on a Sunday finds a full day, too."""
    return tuple(WorkingHoursInput(weekday=d, starts=s, ends=e) for d in range(7) for s, e in stretches)


@dataclass(frozen=True, slots=True)
class WeekPlan:
    now: datetime
    zone: ZoneInfo
    by: UUID


def visits(plan: WeekPlan, staff: Sequence[Practitioner], patients: Sequence[UUID]) -> list[AppointmentRow]:
    """Rows for the week that holds `plan.now` and the Monday after it.

    No two visits of one doctor overlap, and nobody comes twice on one day. The last of `patients` is in the
    first doctor's room now, if that doctor works now.
    """
    random = Random(47)
    today = plan.now.astimezone(plan.zone).date()
    monday = today - timedelta(days=today.weekday())
    pool = list(patients[:-1])
    random.shuffle(pool)
    next_patient = cycle(pool)
    rows: list[AppointmentRow] = []
    for day in (monday + timedelta(days=n) for n in range(8)):
        for doctor in staff:
            rows += _day(random, plan, doctor, day, next_patient)
    for row in rows:
        if row.practitioner_id == staff[0].id and row.status is AppointmentStatus.CHECKED_IN:
            row.patient_id, row.visit_type = patients[-1], "Lab results"
    return rows


def earlier_visits(
    plan: WeekPlan, staff: Sequence[Practitioner], patients: Sequence[UUID]
) -> list[AppointmentRow]:
    """One finished visit in the months before for five of six patients: those are no new patients any more."""
    random = Random(48)
    today = plan.now.astimezone(plan.zone).date()
    known = [patient for number, patient in enumerate(patients) if number % 6]
    rows: list[AppointmentRow] = []
    for number, patient in enumerate(known):
        doctor = staff[number % len(staff)]
        turn = number // len(staff)  # the doctor's own count: four visits a day, half an hour each
        day = today - timedelta(days=14 + turn // 4)
        wall = datetime.combine(day, time(9)) + timedelta(minutes=45 * (turn % 4))
        row = _row(random, plan, doctor.id, patient, wall, 30)
        if row is not None:
            row.visit_type = random.choice(VISITS)[0]
            rows.append(row)
    return rows


def _day(
    random: Random, plan: WeekPlan, doctor: Practitioner, day: date, next_patient: Iterator[UUID]
) -> list[AppointmentRow]:
    rows: list[AppointmentRow] = []
    for stretch in doctor.hours_on(day):
        wall, last = datetime.combine(day, stretch.starts), datetime.combine(day, stretch.ends)
        while wall < last:
            visit_type, minutes = random.choice(VISITS)
            if random.random() < 0.18 or wall + timedelta(minutes=minutes) > last:
                wall += timedelta(minutes=15)
                continue
            row = _row(random, plan, doctor.id, next(next_patient), wall, minutes)
            if row is not None:
                row.visit_type = visit_type
                rows.append(row)
            wall += timedelta(minutes=minutes)
    return rows


def _row(
    random: Random, plan: WeekPlan, doctor: UUID, patient: UUID, wall: datetime, minutes: int
) -> AppointmentRow | None:
    # All chances are drawn first and always: what a visit is must not depend on the hour the clinic was made.
    fate, early, waiting = random.random(), random.randint(3, 14), random.randint(2, 9)
    confirmed, booked_before = random.random() < 0.65, random.randint(2, 40)
    try:
        starts_at = to_instant(wall, plan.zone, 0)
    except Invalid:
        return None
    row = AppointmentRow(
        id=new_id(),
        patient_id=patient,
        practitioner_id=doctor,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        wall_start=to_wall(starts_at, plan.zone).replace(fold=0),
        zone=plan.zone.key,
        minutes=minutes,
        status=AppointmentStatus.BOOKED,
        confirmation=Confirmation.CONFIRMED if confirmed else Confirmation.UNCONFIRMED,
        reason="",
        overbooked=False,
        overbook_reason="",
        cancel_reason="",
        created_at=starts_at - timedelta(days=booked_before),
        created_by=plan.by,
    )
    _live_through(row, plan.now, fate, early, waiting)
    return row


def _live_through(row: AppointmentRow, now: datetime, fate: float, early: int, waiting: int) -> None:
    """Give the visit the status it would have by `now`. `early`, `waiting`: minutes before the start, and here."""
    if fate < 0.04:
        row.status = AppointmentStatus.CANCELLED
        row.cancelled_by = CancelledBy.PATIENT
        row.cancel_reason = "Patient is ill"
        return
    if row.starts_at > now + timedelta(minutes=25):
        return
    if fate < 0.08 and row.ends_at < now:
        row.status = AppointmentStatus.NOSHOW
        return
    arrived = row.starts_at - timedelta(minutes=early)
    if row.ends_at <= now:
        row.status = AppointmentStatus.FULFILLED
        row.arrived_at, row.roomed_at, row.left_at = arrived, row.starts_at, row.ends_at
    elif row.starts_at <= now:
        row.status = AppointmentStatus.CHECKED_IN
        row.arrived_at, row.roomed_at = arrived, row.starts_at
    elif fate < 0.75:
        row.status = AppointmentStatus.ARRIVED
        row.arrived_at = min(arrived, now - timedelta(minutes=waiting))
