"""Taking deeds at the calendar back, and doing them again: everybody's own, the newest first.

A deed is taken back whole or not at all, and only while every row it touched still says what the deed left: what
somebody else did since is never lost. One that can never be taken back any more is told so once and then passed
over, so that the deed before it can be reached; one that only finds its time taken stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from meditrack_desktop.database.queries import appointment_assets as asset_queries
from meditrack_desktop.database.queries import deed_turns as turns
from meditrack_desktop.database.queries import deed_watch
from meditrack_desktop.database.queries import deeds as queries
from meditrack_desktop.database.queries import holds as hold_queries
from meditrack_desktop.database.queries import scheduling as scheduling_queries
from meditrack_desktop.database.queries.deed_turns import Turn
from meditrack_desktop.database.tables.scheduling import DeedRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Step, told
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.deeds import TAKEN_BACK_FOR, DeedKind, NextDeeds, TakenBack
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotFound,
    SlotTaken,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import hours_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.booking import obstacles, rooms
from meditrack_desktop.services.patient_standing import refuse_closed
from meditrack_desktop.services.work import Work, Works


class Deeds:
    def __init__(self, work: Works) -> None:
        self.work = work

    def next(self, actor: Actor) -> NextDeeds:
        """What `undo` and `redo` would do now, for what their buttons say."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("calendar_deed")
            since = look.now - TAKEN_BACK_FOR
            done = queries.newest_done(look.session, actor.account_id, since)
            undone = queries.newest_undone(look.session, actor.account_id, since)
            return NextDeeds(
                None if done is None else _told(queries.read(done), undoing=True),
                None if undone is None else _told(queries.read(undone), undoing=False),
            )

    def undo(self, actor: Actor) -> TakenBack:
        """Take back the newest deed of one's own, of the last 12 hours: every row says again what it said before.

        The deed's own permissions are asked for again. Conflict NOTHING_TO_UNDO; Conflict UNDO_STALE if anything
        was changed since, Conflict PATIENT_ARCHIVED, PATIENT_RESTRICTED or PATIENT_MERGED, NotFound PATIENT_PURGED:
        these pass the deed over. SlotTaken, Conflict SLOT_HELD or ROOM_TAKEN, Invalid DOC_002: it can be tried again.
        Nothing is changed by a refusal.
        """
        with self.work(actor, Permission.VIEW_CALENDAR) as work:
            outcome = _turn(work, undoing=True)
        return _or_refused(outcome)

    def redo(self, actor: Actor) -> TakenBack:
        """Do again what was undone last, if nothing else was done since. Errors as `undo`."""
        with self.work(actor, Permission.VIEW_CALENDAR) as work:
            outcome = _turn(work, undoing=False)
        return _or_refused(outcome)


def record(work: Work, kind: DeedKind) -> None:
    """Let this work be a deed that can be taken back. Called once, before anything is written.

    Which rows it changed is found out by itself when the work ends; one that changed none keeps nothing.
    """
    work.last.append(partial(_keep, work, kind, deed_watch.Watch(work.session)))


def _keep(work: Work, kind: DeedKind, watch: deed_watch.Watch) -> None:
    changes = watch.changes()
    if changes:
        queries.keep(work.session, work.actor.account_id, kind, work.now, changes, work.asked)


def _or_refused(outcome: TakenBack | ClinicError) -> TakenBack:
    if isinstance(outcome, ClinicError):
        raise outcome
    return outcome


def _turn(work: Work, *, undoing: bool) -> TakenBack | ClinicError:
    """Turn the account's next deed round. A refusal that is returned, not raised, has passed the deed over."""
    row = _next(work, undoing=undoing)
    deed = queries.read(row)
    for permission in deed.asked:
        work.require(permission)
    # As every booking: patients, then doctors, then the rest.
    archived = False
    try:
        for patient_id in sorted(deed.patients()):
            archived = not scheduling_queries.hold_patient(work.session, patient_id) or archived
        refuse_closed(work.session, Permission.VIEW_CALENDAR, deed.patients())
    except (Conflict, NotFound) as closed:
        return _passed_over(work, row, closed)
    doctors = scheduling_queries.hold_doctors(work.session, deed.doctors())
    asset_queries.hold(work.session, deed.rooms(), ())
    for doctor in sorted(deed.doctors_away()):
        hours_rule.check(work, doctor)
    if not queries.hold(work.session, row):
        raise ChangedMeanwhile()
    now = queries.now_at(work.session, deed.changes)
    wanted = turns.turns(deed.changes, now, undoing=undoing)
    if _is_stale(work, deed, wanted, undoing=undoing):
        return _passed_over(work, row, Conflict(ErrorCode.UNDO_STALE))
    if archived and any(turn.gains for turn in wanted):
        return _passed_over(work, row, Conflict(ErrorCode.PATIENT_ARCHIVED))
    if any(turn.gains and not doctors[turn.then["practitioner_id"]].active for turn in wanted if turn.then):
        raise Invalid(ErrorCode.DOCTOR_NOT_AVAILABLE)
    _check_free(work, deed, wanted)
    for turn in wanted:
        _report(work, deed, turn, undoing=undoing)
    turns.carry_out(work.session, wanted)
    changes = [turns.grown_with(one, turn.now) for one, turn in zip(deed.changes, wanted, strict=True)]
    queries.turned(row, deed, changes, work.now if undoing else None)
    return _told(deed, undoing=undoing)


def _next(work: Work, *, undoing: bool) -> DeedRow:
    find = queries.newest_done if undoing else queries.newest_undone
    row = find(work.session, work.actor.account_id, work.now - TAKEN_BACK_FOR)
    if row is None:
        raise Conflict(ErrorCode.NOTHING_TO_UNDO)
    return row


def _is_stale(work: Work, deed: queries.Deed, wanted: list[Turn], *, undoing: bool) -> bool:
    left = (one.after if undoing else one.before for one in deed.changes)
    if any(not deed_watch.same(turn.now, said) for turn, said in zip(wanted, left, strict=True)):
        return True
    going = [turn for turn in wanted if turn.then is None]
    return turns.named_elsewhere(work.session, going, deed.changes)


def _passed_over(work: Work, row: DeedRow, refusal: ClinicError) -> ClinicError:
    row.dropped = True
    work.noted(Line("calendar_deed.passed_over", "calendar_deed", row.id, detail=row.action))
    return refusal


def _check_free(work: Work, deed: queries.Deed, wanted: list[Turn]) -> None:
    """SlotTaken if a visit would come to lie beside one that it did not share its time with; Conflict ROOM_TAKEN for a
    room, SLOT_HELD for a time that somebody else is about to book.

    The database would refuse a part of this by itself; it does not know which overlap was asked for.
    """
    own = {turn.key["id"] for turn in wanted if turn.table == deed_watch.VISIT}
    for turn in wanted:
        if turn.table not in (deed_watch.VISIT, deed_watch.ROOM):
            continue
        known = own | deed.beside.get(turn.visit_id, frozenset())
        if name := turns.room_in_the_way(work.session, turn, known):
            raise Conflict(ErrorCode.ROOM_TAKEN, name=name)
        if (room := turns.gained_room(turn)) is not None:
            _check_room_held(work, room)
        if turn.gains and turn.then is not None:
            if turns.in_the_way(work.session, turn, known):
                raise SlotTaken()
            _check_held(work, turn.then)


def _check_held(work: Work, then: dict[str, Any]) -> None:
    others = hold_queries.of_others(
        work.session,
        [then["practitioner_id"]],
        then["busy_from"],
        then["busy_until"],
        work.now,
        work.actor.session_id,
    )
    for hold in others:
        raise obstacles.held_by(hold)


def _check_room_held(work: Work, then: dict[str, Any]) -> None:
    asset_id = then["asset_id"]
    kept = hold_queries.rooms_of_others(
        work.session, [asset_id], then["busy_from"], then["busy_until"], work.now, work.actor.session_id
    )
    for hold in kept.values():
        raise rooms.in_use(turns.room_name(work.session, asset_id), hold)


def _report(work: Work, deed: queries.Deed, turn: Turn, *, undoing: bool) -> None:
    """A line for each row that is a thing of its own, and the news for both its days and doctors."""
    if "id" not in turn.key:
        return
    said = turn.then or turn.now or {}
    verb = "undone" if undoing else "redone"
    detail = deed.kind.value
    if turn.table == deed_watch.VISIT:
        detail = "; ".join(part for part in (detail, _steps(turn)) if part)
    line = Line(f"{turn.table}.{verb}", turn.table, turn.key["id"], said.get("patient_id"), detail)
    work.noted(line, *_news(turn))


def _steps(turn: Turn) -> str:
    """What the trail tells of a visit: when, how long, with whom, and its standing."""
    now, then = (_telling(said) for said in (turn.now, turn.then))
    if then is None:
        return told(*(Step(what, "", value) for what, value in (now or {}).items()))
    return told(*(Step(what, (now or {}).get(what, ""), value) for what, value in then.items()))


def _telling(said: dict[str, Any] | None) -> dict[str, str] | None:
    if said is None:
        return None
    return {
        "start": said["wall_start"].isoformat("T", "minutes"),
        "minutes": str(said["minutes"]),
        "doctor": said["practitioner_id"].hex,
        "status": said["status"].value,
        "confirmation": said["confirmation"].value,
    }


def _news(turn: Turn) -> Iterator[Change]:
    for said in (turn.now, turn.then):
        if said is not None:
            begins: datetime | None = said.get("wall_start")
            yield Change(
                turn.table,
                turn.key["id"],
                said.get("practitioner_id"),
                begins.date() if begins else None,
                said.get("patient_id"),
            )


def _told(deed: queries.Deed, *, undoing: bool) -> TakenBack:
    visits = sorted(
        (_seen(one, undoing=undoing) for one in deed.changes if one.table == deed_watch.VISIT),
        key=lambda said: (said["wall_start"], said["id"]),
    )
    others: Iterable[dict[str, Any]] = (
        _seen(one, undoing=undoing) for one in deed.changes if "id" in one.key
    )
    shown = visits[0] if visits else next(iter(others), {})
    begins = shown.get("wall_start")
    return TakenBack(
        deed.kind,
        tuple(said["id"] for said in visits),
        begins.date() if begins else None,
        shown.get("practitioner_id"),
    )


def _seen(change: Any, *, undoing: bool) -> dict[str, Any]:
    """Where the row is to be seen afterwards, or was last."""
    first, second = (change.before, change.after) if undoing else (change.after, change.before)
    found: dict[str, Any] = first if first is not None else second
    return found
