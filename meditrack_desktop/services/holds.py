"""Slots that desks are about to book: other desks see who and for how long, and nobody books over them unasked.

A hold is no deed and has no line in the trail; what it becomes has. It never outlives its two minutes, nor the
session that placed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from meditrack_desktop.database.queries import holds as queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.tables.scheduling import HoldAssetRow, HoldRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ErrorCode, Invalid, SlotTaken
from meditrack_desktop.domain.holds import HOLD_FOR, Hold, PlaceHold
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import day_bounds, span
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.services.booking import kinds, rooms, visits
from meditrack_desktop.services.booking.obstacles import held_by
from meditrack_desktop.services.work import Work, Works


@dataclass(frozen=True, slots=True)
class _Stretch:
    visit_id: UUID
    visit_type_id: UUID | None
    busy_from: datetime
    busy_until: datetime


class Holds:
    def __init__(self, work: Works) -> None:
        self.work = work

    def place(self, actor: Actor, command: PlaceHold) -> Hold:
        """Hold a slot for two minutes from now, or move or extend what is held; all else of this session is let go.

        The rooms that a visit of that kind would take are kept with it. A slot outside hours may be held: overbooking
        it will ask. SlotTaken; Conflict SLOT_HELD (who, desk) if another session holds any of it; Conflict ROOM_TAKEN
        (name; who and desk, if it is held) for a room; Invalid DOC_002 for a doctor who takes nobody, or none of that
        kind of visit; NotFound VISIT_TYPE_NOT_FOUND, ASSET_NOT_FOUND; ChangedMeanwhile for an id that is somebody
        else's.
        """
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            doctor = visit_queries.hold_doctors(work.session, [command.practitioner_id])[
                command.practitioner_id
            ]
            kind = kinds.on_offer(work.session, command.visit_type_id)
            if not doctor.active or (kind is not None and not kind.offered_by(doctor.id)):
                raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)
            row = _row(work, command, kind)
            if visit_queries.is_taken(work.session, doctor.id, row.busy_from, row.busy_until, row.id):
                raise SlotTaken()
            for other in queries.of_others(
                work.session, [doctor.id], row.busy_from, row.busy_until, work.now, actor.session_id
            ):
                raise held_by(other)
            stretch = _Stretch(row.id, command.visit_type_id, row.busy_from, row.busy_until)
            choice = rooms.choose(work.session, stretch, rooms.Asker.of(work), command.asset_ids)
            if choice.problem is not None:
                raise choice.problem
            queries.sweep(work.session, work.now)
            before = queries.of_session(work.session, actor.session_id)
            queries.let_go(work.session, actor.session_id)
            work.session.add(row)
            work.kept(row, None, *_gone(before), _change(row.id, row.practitioner_id, row.wall_start.date()))
            work.flush()
            for asset_id in choice.free:
                work.session.add(
                    HoldAssetRow(
                        hold_id=row.id,
                        asset_id=asset_id,
                        busy_from=row.busy_from,
                        busy_until=row.busy_until,
                    )
                )
            work.flush()
            return queries.record(row, actor.name, actor.session_id)

    def release(self, actor: Actor) -> None:
        """Let go of everything this session holds; nothing held is no error."""
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            work.changes += _gone(queries.of_session(work.session, actor.session_id))
            queries.let_go(work.session, actor.session_id)

    def of_days(self, actor: Actor, first: date, last: date) -> tuple[Hold, ...]:
        """What is held from `first` to `last` (the clinic's calendar, both counted) at this moment, by start."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("slot")
            begins, ends = day_bounds(first, last, visits.zone_of(look))
            return tuple(queries.between(look.session, (), begins, ends, look.now, actor.session_id))


def _row(work: Work, command: PlaceHold, kind: VisitType | None) -> HoldRow:
    starts_at, ends_at = span(command.wall_start, command.minutes, visits.zone_of(work), command.fold)
    return HoldRow(
        id=command.id,
        practitioner_id=command.practitioner_id,
        session_id=work.actor.session_id,
        account_id=work.actor.account_id,
        desk_name=queries.desk_name(work.session, work.actor.session_id),
        starts_at=starts_at,
        ends_at=ends_at,
        busy_from=starts_at - timedelta(minutes=kind.buffer_before if kind else 0),
        busy_until=ends_at + timedelta(minutes=kind.buffer_after if kind else 0),
        wall_start=command.wall_start.replace(fold=0),
        minutes=command.minutes,
        placed_at=work.now,
        expires_at=work.now + HOLD_FOR,
    )


def _change(hold_id: UUID, practitioner_id: UUID, day: date) -> Change:
    return Change("hold", hold_id, practitioner_id, day)


def _gone(held: list[queries.Held]) -> list[Change]:
    return [_change(one.id, one.practitioner_id, one.wall_start.date()) for one in held]
