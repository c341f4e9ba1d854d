"""Deeds at the calendar: what a transaction made of the calendar's rows, kept so that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.deed_watch import (
    ROOM,
    VISIT,
    WATCHED,
    Place,
    at_places,
    place_of,
)
from meditrack_desktop.database.queries.row_changes import RowChange, Values, from_json, to_json
from meditrack_desktop.database.queries.scheduling import LONGEST_VISIT, TAKING_TIME
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.scheduling import AppointmentAssetRow, AppointmentRow, DeedRow
from meditrack_desktop.database.tables.working_time import AbsenceRow
from meditrack_desktop.domain.deeds import KEPT_FOR, DeedKind
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission

MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Deed:
    """What one command did. `asked`: the permissions it asked for. `beside`: by visit, with which others it shared

    its time or a room, before or after.
    """

    id: UUID
    kind: DeedKind
    done_at: datetime
    changes: tuple[RowChange, ...]
    asked: tuple[Permission, ...] = ()
    beside: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)

    def patients(self) -> set[UUID]:
        return {said["patient_id"] for said in self._said() if "patient_id" in said}

    def rooms(self) -> set[UUID]:
        return {said["asset_id"] for said in self._said() if "asset_id" in said}

    def doctors(self) -> set[UUID]:
        found = (said.get("practitioner_id") for said in self._said())
        return {doctor for doctor in found if doctor is not None}

    def doctors_away(self) -> set[UUID]:
        """Whose absences the deed is about."""
        absences = (one for one in self.changes if one.table == AbsenceRow.__tablename__)
        return {said["practitioner_id"] for one in absences if (said := one.before or one.after)}

    def _said(self) -> Iterator[Values]:
        return (said for one in self.changes for said in (one.before, one.after) if said is not None)


def keep(
    session: WriteSession,
    account_id: UUID,
    kind: DeedKind,
    now: datetime,
    changes: Sequence[RowChange],
    asked: Iterable[Permission],
) -> None:
    """Keep what was done: from now on it is the newest that the account can take back, and nothing undone before
    can be done again. Deeds of anybody's that are too old go."""
    newest = _newest(session, account_id)
    if newest is not None and newest.turned:
        again = select(DeedRow).where(*_undone(account_id)).order_by(DeedRow.id).with_for_update()
        for row in session.scalars(again):
            row.dropped = True
    latest = newest.done_at if newest is not None else now - timedelta(days=1)
    text = _written(changes, asked, _overlapped(session, changes))
    # Two deeds of one moment, or of a clock that went back, still have an order.
    done_at = max(now, latest + timedelta(microseconds=1))
    session.add(DeedRow(id=new_id(), account_id=account_id, done_at=done_at, action=kind.value, rows=text))
    session.flush()
    if newest is not None and newest.oldest < now - KEPT_FOR:
        _forget_old(session, now)


class _Newest(NamedTuple):
    done_at: datetime
    turned: bool
    oldest: datetime
    """When the account's first deed that is still kept was done."""


_deed = DeedRow.__table__.c
_first = DeedRow.__table__.alias().c
# Made once: every deed asks, and putting such a statement together takes longer than running it.
_NEWEST = (
    select(
        _deed.done_at,
        _deed.undone_at,
        _deed.dropped,
        select(func.min(_first.done_at))
        .where(_first.account_id == bindparam("account"))
        .scalar_subquery()
        .label("oldest"),
    )
    .where(_deed.account_id == bindparam("account"))
    .order_by(_deed.done_at.desc(), _deed.id.desc())
    .limit(1)
)


def _newest(session: Session, account_id: UUID) -> _Newest | None:
    """The account's latest deed, and whether it was undone or passed over: whatever is undone lies at the end."""
    found = session.execute(_NEWEST, {"account": account_id}).first()
    if found is None:
        return None
    return _Newest(found.done_at, found.undone_at is not None or found.dropped, found.oldest)


def _forget_old(session: Session, now: datetime) -> None:
    """Remove what anybody did too long ago; what somebody else is removing just now is left to them."""
    old = select(DeedRow.id).where(DeedRow.done_at < now - KEPT_FOR).order_by(DeedRow.id).limit(MOST_AT_ONCE)
    gone = session.scalars(old.with_for_update(skip_locked=True)).all()
    session.execute(delete(DeedRow).where(DeedRow.id.in_(gone)))


def newest_done(session: Session, account_id: UUID, since: datetime) -> DeedRow | None:
    """What Undo is about: the account's newest deed since then that is done and not dropped."""
    query = select(DeedRow).where(
        DeedRow.account_id == account_id,
        DeedRow.undone_at.is_(None),
        DeedRow.dropped.is_(False),
        DeedRow.done_at >= since,
    )
    return session.scalars(query.order_by(DeedRow.done_at.desc(), DeedRow.id.desc()).limit(1)).first()


def newest_undone(session: Session, account_id: UUID, since: datetime) -> DeedRow | None:
    """What Redo is about: the deed that was undone last, which is the oldest of those undone."""
    newest = _newest(session, account_id)
    if newest is None or not newest.turned:
        return None
    query = select(DeedRow).where(*_undone(account_id), DeedRow.done_at >= since)
    return session.scalars(query.order_by(DeedRow.done_at, DeedRow.id).limit(1)).first()


def hold(session: Session, row: DeedRow) -> bool:
    """Let nobody else turn the deed until the transaction ends; False if somebody just did."""
    was = row.undone_at, row.dropped
    held = select(DeedRow).where(DeedRow.id == row.id).with_for_update()
    found = session.scalars(held.execution_options(populate_existing=True)).first()
    return found is not None and (found.undone_at, found.dropped) == was


def _undone(account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return DeedRow.account_id == account_id, DeedRow.undone_at.is_not(None), DeedRow.dropped.is_(False)


def read(row: DeedRow) -> Deed:
    kept = json.loads(row.rows)
    return Deed(
        row.id,
        DeedKind(row.action),
        row.done_at,
        tuple(from_json(json.dumps(kept["rows"]))),
        tuple(Permission(one) for one in kept["asked"]),
        {UUID(visit): frozenset(map(UUID, others)) for visit, others in kept["beside"].items()},
    )


def turned(row: DeedRow, deed: Deed, changes: Sequence[RowChange], undone_at: datetime | None) -> None:
    """Note that the deed was undone, or (None) done again, and what its rows are since."""
    row.undone_at = undone_at
    row.rows = _written(changes, deed.asked, deed.beside)


def _written(
    changes: Sequence[RowChange],
    asked: Iterable[Permission],
    beside: Mapping[UUID, Collection[UUID]],
) -> str:
    return json.dumps(
        {
            "asked": sorted({one.value for one in asked}),
            "beside": {str(visit): sorted(map(str, others)) for visit, others in beside.items()},
            "rows": json.loads(to_json(changes)),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def now_at(session: Session, changes: Iterable[RowChange]) -> dict[Place, Values]:
    """What the rows say now, by place; those that are gone are left out. Held until the transaction ends."""
    found: dict[Place, Values] = {}
    by_table: dict[str, list[Place]] = {}
    for one in changes:
        by_table.setdefault(one.table, []).append(place_of(one))
    for name, table in WATCHED.items():
        found.update(at_places(session, table, by_table.get(name, []), held=True))
    return found


def forget_of_patients(session: Session, patients: Iterable[UUID]) -> None:
    """Remove every deed that remembers anything of these patients."""
    named = [DeedRow.rows.contains(str(patient_id)) for patient_id in patients]
    if named:
        session.execute(delete(DeedRow).where(or_(*named)))


def _overlapped(session: Session, changes: Iterable[RowChange]) -> dict[UUID, set[UUID]]:
    """By visit whose time or rooms changed: the others that lie beside it or share a room, before or after."""
    found: dict[UUID, set[UUID]] = {}
    for one in changes:
        if one.table == VISIT and not _one_time(one.before, one.after):
            of_time = [said for said in (one.before, one.after) if said and said["status"].takes_time]
            found.setdefault(one.key["id"], set()).update(*(beside(session, said) for said in of_time))
        elif one.table == ROOM:
            of_room = [said for said in (one.before, one.after) if said and said["takes_time"]]
            sharing = (sharing_room(session, said) for said in of_room)
            found.setdefault(one.key["appointment_id"], set()).update(*sharing)
    return {visit: others for visit, others in found.items() if others}


def _one_time(one: Values | None, other: Values | None) -> bool:
    compared = ("practitioner_id", "busy_from", "busy_until", "overbooked")
    return (
        one is not None
        and other is not None
        and one["status"].takes_time == other["status"].takes_time
        and all(one[name] == other[name] for name in compared)
    )


_visit = AppointmentRow.__table__.c
_BESIDE = select(_visit.id).where(
    _visit.practitioner_id == bindparam("doctor"),
    _visit.busy_from > bindparam("looking_back"),
    _visit.busy_from < bindparam("ends"),
    _visit.busy_until > bindparam("begins"),
    _visit.status.in_(TAKING_TIME),
    _visit.id != bindparam("but"),
)


def beside(session: Session, said: Values) -> set[UUID]:
    """The visits that take any of the time that this one says it takes."""
    wanted = {
        "doctor": said["practitioner_id"],
        "looking_back": said["busy_from"] - LONGEST_VISIT,
        "begins": said["busy_from"],
        "ends": said["busy_until"],
        "but": said["id"],
    }
    return set(session.scalars(_BESIDE, wanted))


def sharing_room(session: Session, said: Values) -> set[UUID]:
    """The other visits that keep this room or device at any moment of that time."""
    query = select(AppointmentAssetRow.appointment_id).where(
        AppointmentAssetRow.asset_id == said["asset_id"],
        AppointmentAssetRow.busy_from > said["busy_from"] - LONGEST_VISIT,
        AppointmentAssetRow.busy_from < said["busy_until"],
        AppointmentAssetRow.busy_until > said["busy_from"],
        AppointmentAssetRow.takes_time,
        AppointmentAssetRow.appointment_id != said["appointment_id"],
    )
    return set(session.scalars(query))
