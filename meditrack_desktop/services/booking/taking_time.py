"""Giving a visit its time: free and allowed, or overbooked because somebody asked for it and may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from meditrack_desktop.database.queries import appointment_assets as asset_queries
from meditrack_desktop.database.queries import scheduling as queries
from meditrack_desktop.database.queries import visit_types
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Invalid, SlotTaken
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.booking import obstacles, rooms
from meditrack_desktop.services.booking.obstacles import Place
from meditrack_desktop.services.work import Work


def set_span(row: AppointmentRow, starts_at: datetime, ends_at: datetime) -> None:
    """Give the visit another time; its buffers go with it."""
    before, after = row.starts_at - row.busy_from, row.busy_until - row.ends_at
    row.starts_at, row.ends_at = starts_at, ends_at
    row.busy_from, row.busy_until = starts_at - before, ends_at + after


def take(
    work: Work,
    row: AppointmentRow,
    doctor: queries.Bookable,
    overbook_reason: str,
    *,
    by_hand: Sequence[UUID] = (),
    held: bool = False,
    stored: bool = True,
) -> rooms.Choice | None:
    """Let the row have the time that it says, and find its rooms; `rooms.keep` them once the row is stored.

    `stored` False: a new visit, which has no rooms yet. `held`: the time was this visit's before, so nothing new is
    asked; an overbooking that is no longer needed is dropped. Raises what `obstacles` and `rooms` name; Invalid
    DOC_002 for a doctor who takes nobody, or none of that kind of visit. None: the rooms stay as they are.
    """
    if held and not row.overbooked:
        return None
    kept = row.overbook_reason if held else ""
    row.overbooked, row.overbook_reason = False, ""
    if not held:
        check_doctor(work, row, doctor)
    place = Place.of(row)
    in_the_way = obstacles.in_the_way(work.session, place, work.now, work.actor.session_id, held=held)
    problem = next((one.error for one in in_the_way), None)
    if problem is not None and not (kept or overbook_reason):
        raise problem
    before = [one.asset_id for one in asset_queries.rows(work.session, row.id)] if stored else []
    choice = rooms.choose(work.session, place, rooms.Asker.of(work, first=held), by_hand, before)
    problem = problem or choice.problem
    if problem is None:
        return choice
    if not (kept or overbook_reason):
        raise problem
    if not kept:
        work.require(Permission.OVERBOOK)
    row.overbooked, row.overbook_reason = True, kept or overbook_reason
    return choice


def take_again(work: Work, row: AppointmentRow, doctor: queries.Bookable) -> rooms.Choice:
    """Bring back a visit that had given its time away. Hours and rules are not asked again: it was accepted once.

    SlotTaken, Conflict SLOT_HELD or ROOM_TAKEN; Conflict PAT_003; Invalid DOC_002.
    """
    if not queries.hold_patient(work.session, row.patient_id):
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)
    if not doctor.active:
        raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)
    place = Place.of(row)
    if obstacles.is_taken(work.session, place):
        raise SlotTaken()
    for one in obstacles.of_holds(work.session, place, work.now, work.actor.session_id):
        raise one.error
    before = [one.asset_id for one in asset_queries.rows(work.session, row.id)]
    choice = rooms.choose(work.session, place, rooms.Asker.of(work), (), before)
    if choice.problem is not None:
        raise choice.problem
    if row.overbooked:
        day = obstacles.day_of(work.session, place)
        still = obstacles.of_hours(place, day) or obstacles.of_rules(work.session, place, day, work.now)
        if not still:
            row.overbooked, row.overbook_reason = False, ""
    return choice


def check_doctor(work: Work, row: AppointmentRow, doctor: queries.Bookable) -> None:
    """Invalid DOC_002 for a doctor who takes nobody, or does not offer that kind of visit."""
    offered = row.visit_type_id is None or visit_types.record(work.session, row.visit_type_id).offered_by(
        doctor.id
    )
    if not doctor.active or not offered:
        raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)
