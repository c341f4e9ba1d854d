"""Makes the board of a day out of its visits and working times. Nothing is marked by itself: what a visit is, somebody
said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from uuid import UUID

from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.domain.today import (
    DUE_WITHIN,
    LATE_FROM,
    RIBBON,
    Attention,
    AttentionKind,
    Counters,
    DayDoctor,
    DayFacts,
    DoctorNow,
    Lanes,
    LaneVisit,
    RibbonRow,
    RibbonVisit,
    TodayBoard,
    WaitingTimes,
)
from meditrack_desktop.domain.working_time import DAY_MINUTES, DoctorDay, OpenTime

_S = AppointmentStatus
_LATE_MINUTES = int(LATE_FROM.total_seconds() // 60)


def board(facts: DayFacts) -> TodayBoard:
    """The day as the front desk sees it."""
    by_doctor: dict[UUID, list[Appointment]] = {}
    for visit in facts.visits:
        if visit.status is not _S.CANCELLED:
            by_doctor.setdefault(visit.practitioner_id, []).append(visit)
    rows = tuple(_row(facts, doctor, by_doctor.get(doctor.id, [])) for doctor in facts.doctors)
    lanes = _lanes(facts)
    return TodayBoard(
        day=facts.day,
        wall_now=facts.wall_now,
        counters=count(facts.visits),
        doctors=rows,
        lanes=lanes,
        attention=(*_attention(facts, rows, lanes), *facts.beside),
        waits=waiting_times(facts.visits, facts.now) if facts.is_today else waiting_times(facts.visits, None),
        shown=_shown(rows),
        closure=facts.closure,
        next_day=facts.next_day,
    )


def count(visits: Iterable[Appointment]) -> Counters:
    found = dict.fromkeys(_S, 0)
    for visit in visits:
        found[visit.status] += 1
    return Counters(
        found[_S.BOOKED],
        found[_S.ARRIVED],
        found[_S.CHECKED_IN],
        found[_S.FULFILLED],
        found[_S.NOSHOW],
    )


def waiting_times(visits: Iterable[Appointment], now: datetime | None) -> WaitingTimes:
    """`now` None: who still waits is left out, nobody knows until when they did."""
    waits = []
    for visit in visits:
        until = visit.roomed_at or visit.seen_at or (now if visit.status is _S.ARRIVED else None)
        if visit.arrived_at is not None and until is not None:
            waits.append(minutes_between(visit.arrived_at, until))
    waits.sort()
    return WaitingTimes(len(waits), waits[len(waits) // 2], waits[-1]) if waits else WaitingTimes()


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes, never below 0: a clock that was put back makes nobody wait a negative time."""
    return max(0, int((later - earlier).total_seconds() // 60))


def minutes_late(visits: Iterable[Appointment], now: datetime) -> int:
    """How many minutes a doctor is behind: since the oldest visit should have begun whose patient is here, or which
    comes after the one that is still in the room. A patient who is not here makes no doctor late."""
    visits = list(visits)
    in_room = [visit.starts_at for visit in visits if visit.status is _S.CHECKED_IN]
    late = 0
    for visit in visits:
        if visit.starts_at > now:
            continue
        if visit.status is _S.ARRIVED:
            late = max(late, minutes_between(max(visit.starts_at, visit.arrived_at or visit.starts_at), now))
        elif visit.status is _S.BOOKED and in_room and visit.starts_at > max(in_room):
            late = max(late, minutes_between(visit.starts_at, now))
    return late


def _row(facts: DayFacts, doctor: DayDoctor, visits: list[Appointment]) -> RibbonRow:
    day = facts.days.get(doctor.id) or DoctorDay(doctor.id, facts.day, ())
    now, whom, until = _right_now(facts, day, visits)
    late = minutes_late(visits, facts.now) if facts.is_today else 0
    return RibbonRow(
        doctor=doctor,
        day=day,
        visits=tuple(_on_ribbon(visit) for visit in visits),
        now=now,
        with_whom=whom.id if whom else None,
        patient_name=whom.patient_name if whom else "",
        until=until,
        late=late if late >= _LATE_MINUTES else 0,
        next_free=facts.next_free.get(doctor.id),
    )


def _on_ribbon(visit: Appointment) -> RibbonVisit:
    starts = visit.wall_start.hour * 60 + visit.wall_start.minute
    return RibbonVisit(visit.id, starts, visit.minutes, visit.status, visit.confirmation, visit.patient_name)


def _right_now(
    facts: DayFacts, day: DoctorDay, visits: list[Appointment]
) -> tuple[DoctorNow, Appointment | None, datetime | None]:
    in_room = [visit for visit in visits if visit.status is _S.CHECKED_IN]
    if in_room:
        return DoctorNow.IN_ROOM, max(in_room, key=lambda visit: visit.roomed_at or visit.starts_at), None
    waiting = [visit for visit in visits if visit.status is _S.ARRIVED]
    if waiting:
        return DoctorNow.WAITING, min(waiting, key=lambda visit: visit.arrived_at or visit.starts_at), None
    minute = facts.wall_now.hour * 60 + facts.wall_now.minute
    minute = minute if facts.is_today else (0 if facts.wall_now.date() < facts.day else DAY_MINUTES)
    if day.covers(minute, minute + 1):
        return DoctorNow.FREE, None, None
    later = min((stretch.starts for stretch in day.open if stretch.starts > minute), default=None)
    if later is None:
        return DoctorNow.GONE, None, None
    return DoctorNow.OUT, None, datetime.combine(facts.day, time(later // 60, later % 60))


def _lanes(facts: DayFacts) -> Lanes:
    names = {doctor.id: doctor.room for doctor in facts.doctors}
    lanes: dict[AppointmentStatus, list[LaneVisit]] = {status: [] for status in _S}
    for visit in facts.visits:
        room = facts.rooms.get(visit.id) or names.get(visit.practitioner_id, "")
        since = {
            _S.ARRIVED: visit.arrived_at,
            _S.CHECKED_IN: visit.roomed_at,
            _S.FULFILLED: visit.left_at,
        }.get(visit.status)
        if visit.status is not _S.BOOKED:
            lanes[visit.status].append(
                LaneVisit(visit, minutes_between(since, facts.now) if since else 0, room, facts.long_wait)
            )
        elif not facts.is_today or visit.starts_at - facts.now <= DUE_WITHIN:
            until = int((visit.starts_at - facts.now).total_seconds() // 60)
            lanes[visit.status].append(LaneVisit(visit, until, room, facts.long_wait))
    return Lanes(
        due_next=tuple(sorted(lanes[_S.BOOKED], key=lambda card: (card.visit.starts_at, card.visit.id))),
        waiting=_by(lanes[_S.ARRIVED], lambda visit: visit.arrived_at),
        in_room=_by(lanes[_S.CHECKED_IN], lambda visit: visit.roomed_at),
        to_check_out=_by(lanes[_S.FULFILLED], lambda visit: visit.left_at)[::-1],
    )


def _by(cards: list[LaneVisit], since: Callable[[Appointment], datetime | None]) -> tuple[LaneVisit, ...]:
    """Whoever is there longest first."""
    return tuple(sorted(cards, key=lambda card: (since(card.visit) or card.visit.starts_at, card.visit.id)))


def _attention(facts: DayFacts, rows: Sequence[RibbonRow], lanes: Lanes) -> list[Attention]:
    found = [
        Attention(
            AttentionKind.DOCTOR_LATE,
            practitioner_id=row.doctor.id,
            practitioner_name=row.doctor.name,
            minutes=row.late,
        )
        for row in sorted(rows, key=lambda row: -row.late)
        if row.late
    ]
    if facts.is_today:
        found += [
            _about(AttentionKind.LONG_WAIT, card.visit, card.minutes)
            for card in lanes.waiting
            if card.minutes >= card.long_wait
        ]
    still = [visit for visit in facts.visits if visit.status is _S.BOOKED]
    found += [_about(AttentionKind.DOCTOR_AWAY, visit) for visit in still if _away(facts, visit)]
    found += [_about(AttentionKind.NO_ROOM, visit) for visit in still if visit.id in facts.without_room]
    return found


def _away(facts: DayFacts, visit: Appointment) -> bool:
    """Whether the doctor is absent at any time of the visit."""
    day = facts.days.get(visit.practitioner_id)
    return day is not None and any(
        absence.starts_at < visit.ends_at and visit.starts_at < absence.ends_at for absence in day.absences
    )


def _about(kind: AttentionKind, visit: Appointment, minutes: int = 0) -> Attention:
    return Attention(
        kind,
        practitioner_id=visit.practitioner_id,
        practitioner_name=visit.practitioner_name,
        appointment_id=visit.id,
        patient_name=visit.patient_name,
        minutes=minutes,
    )


def _shown(rows: Sequence[RibbonRow]) -> OpenTime:
    """Whole hours, so that nothing of the day lies outside."""
    starts = [stretch.starts for row in rows for stretch in row.day.open]
    starts += [visit.starts for row in rows for visit in row.visits]
    ends = [stretch.ends for row in rows for stretch in row.day.open]
    ends += [visit.starts + visit.minutes for row in rows for visit in row.visits]
    return OpenTime(
        min([RIBBON.starts, *starts]) // 60 * 60, min(DAY_MINUTES, -(-max([RIBBON.ends, *ends]) // 60) * 60)
    )
