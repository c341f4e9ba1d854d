"""Questions about the audit trail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.audit import AuditChainRow, AuditRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.audit import (
    SESSION_OBJECTS,
    VERBS,
    Access,
    ActionGroup,
    AuditEvent,
    AuditQuery,
    Outcome,
)

COUNTED = 10_000
"""Totals are exact up to this; beyond it a list only has "more"."""


class Sealed(NamedTuple):
    """A line as its seal covers it, in the canonical text of each value; no row is made of it.

    SQLite's stored text is taken as it lies there, so that a line somebody spoilt can still be read.
    """

    chain: str
    seq: int
    at: str
    account_id: str | None
    account_name: str
    roles: str
    session_id: str | None
    action: str
    object_type: str
    object_id: str | None
    patient_id: str | None
    outcome: str
    detail: str
    prev: str
    hash: str


_ON_SQLITE = tuple(type_coerce(getattr(AuditRow, name), String).label(name) for name in Sealed._fields)


def _on_postgres(name: str) -> ColumnElement[Any]:
    """The text that SQLite has stored, made by the server: cheaper than making objects of it and text of those."""
    column = getattr(AuditRow, name)
    if name == "at":
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
    if name.endswith("_id"):
        return func.replace(cast(column, Text), "-", "")
    return type_coerce(column, String)


_ON_POSTGRES = tuple(_on_postgres(name).label(name) for name in Sealed._fields)


# Made once: every line of the trail asks.
_HEAD_HELD = (
    select(AuditChainRow.seq, AuditChainRow.hash)
    .where(AuditChainRow.chain == bindparam("name"))
    .with_for_update()
)
_SET_HEAD = (
    update(AuditChainRow)
    .where(AuditChainRow.chain == bindparam("name"))
    .values(seq=bindparam("at"), hash=bindparam("sealed"))
)


def take_head(session: Session, chain: str) -> tuple[int, str]:
    """The last (seq, hash) of a chain, held against other writers until the transaction ends."""
    head = session.execute(_HEAD_HELD, {"name": chain}).first()
    if head is None:
        session.execute(insert(AuditChainRow).values(chain=chain, seq=0, hash="0" * 64))
        return 0, "0" * 64
    return head.seq, head.hash


def set_head(session: Session, chain: str, seq: int, hash_: str) -> None:
    session.connection().execute(_SET_HEAD, {"name": chain, "at": seq, "sealed": hash_})


def add_lines(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.connection().execute(insert(AuditRow), rows)


def lines(
    session: Session,
    *,
    patient_id: UUID | None = None,
    object_id: UUID | None = None,
    limit: int = 200,
    offset: int = 0,
) -> tuple[AuditEvent, ...]:
    """Newest first."""
    query = select(AuditRow).order_by(AuditRow.at.desc(), AuditRow.chain, AuditRow.seq.desc())
    if patient_id is not None:
        query = query.where(_about(patient_id))
    if object_id is not None:
        query = query.where(AuditRow.object_id == object_id)
    return tuple(record(row) for row in session.scalars(query.limit(limit).offset(offset)))


class Wanted(NamedTuple):
    """What a typed text was found to mean, beside the words themselves."""

    accounts: Collection[UUID] = ()
    patients: Collection[UUID] = ()
    desks: Collection[str] = ()


def page(
    session: Session,
    query: AuditQuery,
    begins: datetime | None,
    ends: datetime | None,
    wanted: Wanted = Wanted(),
) -> tuple[AuditEvent, ...]:
    """One line more than the page holds, if there is one. Instants from `begins` to before `ends`."""
    statement = select(AuditRow).where(*_conditions(query, begins, ends, wanted))
    if query.after is not None:
        after = query.after
        # Two conditions that say the same: the first lets the index be used, the second is exact.
        statement = statement.where(
            AuditRow.at <= after.at,
            tuple_(AuditRow.at, AuditRow.chain, AuditRow.seq) < (after.at, after.chain, after.seq),
        )
    statement = statement.order_by(AuditRow.at.desc(), AuditRow.chain.desc(), AuditRow.seq.desc())
    return tuple(record(row) for row in session.scalars(statement.limit(query.limit + 1)))


def count(
    session: Session,
    query: AuditQuery,
    begins: datetime | None,
    ends: datetime | None,
    wanted: Wanted = Wanted(),
    most: int = COUNTED,
) -> int | None:
    """How many lines there are in all; None if that is more than `most`."""
    some = select(AuditRow.seq).where(*_conditions(query, begins, ends, wanted)).limit(most + 1).subquery()
    found = session.scalar(select(func.count()).select_from(some)) or 0
    return found if found <= most else None


def times_done(session: Session, action: str, object_type: str, object_id: UUID, most: int = COUNTED) -> int:
    """How often this was done to one thing; `most` if it was more often."""
    some = (
        select(AuditRow.seq)
        .where(
            AuditRow.object_type == object_type,
            AuditRow.object_id == object_id,
            AuditRow.action == action,
            AuditRow.outcome == Outcome.DONE,
        )
        .limit(most)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


_BEGUN = ("attach_begun",)
"""What only announces that something is to come; a history tells what came of it."""


def history(
    session: Session, things: Sequence[tuple[str, UUID | None, UUID | None]], limit: int
) -> tuple[AuditEvent, ...]:
    """What was done, not what was looked at, to each (object type, object, patient); the newest `limit`."""
    which = or_(
        *(
            and_(
                AuditRow.object_type == kind,
                *([AuditRow.object_id == thing] if thing else []),
                *([AuditRow.patient_id == patient] if patient else []),
            )
            for kind, thing, patient in things
        )
    )
    statement = (
        select(AuditRow)
        .where(which, AuditRow.outcome == Outcome.DONE, not_(_ends_in((*VERBS[ActionGroup.SEEN], *_BEGUN))))
        .order_by(AuditRow.at.desc(), AuditRow.chain.desc(), AuditRow.seq.desc())
    )
    return tuple(record(row) for row in session.scalars(statement.limit(limit)))


def access(session: Session, patient_id: UUID, limit: int) -> tuple[Access, ...]:
    """Everybody who saw or changed something of a patient, by person and desk, the latest first."""
    seen = _ends_in(VERBS[ActionGroup.SEEN])
    statement: Select[*tuple[Any, ...]] = (
        select(
            AuditRow.account_id,
            AuditRow.account_name,
            func.max(AuditRow.roles).label("roles"),
            AuditRow.chain,
            func.min(AuditRow.at).label("first_at"),
            func.max(AuditRow.at).label("last_at"),
            func.sum(case((seen, 1), else_=0)).label("seen"),
            func.sum(case((seen, 0), else_=1)).label("changed"),
        )
        .where(
            _about(patient_id),
            AuditRow.outcome == Outcome.DONE,
            AuditRow.object_type != "audit",  # whoever reads the log did not open the chart
        )
        .group_by(AuditRow.account_id, AuditRow.account_name, AuditRow.chain)
        .order_by(func.max(AuditRow.at).desc())
        .limit(limit)
    )
    return tuple(
        Access(
            row.account_id,
            row.account_name,
            row.roles,
            row.chain,
            row.first_at,
            row.last_at,
            int(row.seen),
            int(row.changed),
        )
        for row in session.execute(statement)
    )


def times(
    session: Session,
    query: AuditQuery,
    begins: datetime | None,
    ends: datetime | None,
    wanted: Wanted = Wanted(),
) -> tuple[datetime, datetime] | None:
    """The times of the first and the last line asked for; None if there is none."""
    row = session.execute(
        select(func.min(AuditRow.at), func.max(AuditRow.at)).where(*_conditions(query, begins, ends, wanted))
    ).one()
    return (row[0], row[1]) if row[0] is not None else None


def sealed(session: Session, chain: str, after: int, limit: int) -> list[Sealed]:
    """Lines of one chain in order, from `after` on."""
    stored = _ON_SQLITE if session.get_bind().dialect.name == "sqlite" else _ON_POSTGRES
    query: Select[*tuple[Any, ...]] = select(*stored)
    query = query.where(AuditRow.chain == chain, AuditRow.seq > after).order_by(AuditRow.seq).limit(limit)
    return [
        Sealed(row[0], row[1], f"{str(row[2])[:10]}T{str(row[2])[11:]}+00:00", *row[3:])
        for row in session.execute(query)
    ]


def hash_at(session: Session, chain: str, seq: int) -> str | None:
    """The seal of one line; None if there is no such line."""
    return session.scalar(select(AuditRow.hash).where(AuditRow.chain == chain, AuditRow.seq == seq))


def chains(session: Session) -> Iterator[str]:
    """The names of all chains that have a line or a head, by hops over the index."""
    last = ""
    while True:
        of_lines = session.scalar(select(func.min(AuditRow.chain)).where(AuditRow.chain > last))
        of_heads = session.scalar(select(func.min(AuditChainRow.chain)).where(AuditChainRow.chain > last))
        found = [name for name in (of_lines, of_heads) if name is not None]
        if not found:
            return
        last = min(found)
        yield last


def heads(session: Session) -> dict[str, tuple[int, str]]:
    """The last (seq, hash) of every chain, as they stand beside the lines."""
    return {row.chain: (row.seq, row.hash) for row in session.scalars(select(AuditChainRow))}


def newest(session: Session, action: str) -> datetime | None:
    """When an action was last written."""
    return session.scalar(select(func.max(AuditRow.at)).where(AuditRow.action == action))


def record(row: AuditRow) -> AuditEvent:
    return AuditEvent(
        chain=row.chain,
        seq=row.seq,
        at=row.at,
        account_id=row.account_id,
        account_name=row.account_name,
        workstation=row.chain,
        action=row.action,
        object_type=row.object_type,
        object_id=row.object_id,
        patient_id=row.patient_id,
        outcome=row.outcome,
        detail=row.detail,
        roles=row.roles,
        session_id=row.session_id,
        seal=row.hash,
        follows=row.prev,
    )


def _conditions(
    query: AuditQuery, begins: datetime | None, ends: datetime | None, wanted: Wanted
) -> Iterator[ColumnElement[bool]]:
    if begins is not None:
        yield AuditRow.at >= begins
    if ends is not None:
        yield AuditRow.at < ends
    if query.account_id is not None:
        yield AuditRow.account_id == query.account_id
    if query.desk:
        yield AuditRow.chain == query.desk
    if query.refused_only:
        yield AuditRow.outcome == Outcome.REFUSED
    if query.patient_id is not None:
        yield _about(query.patient_id)
    if query.object_type:
        yield AuditRow.object_type == query.object_type
    if query.object_id is not None:
        yield AuditRow.object_id == query.object_id
    if query.group is not None:
        yield _in_group(query.group)
    if words := query.text.split():
        yield _says(query.text, words, wanted)


def _about(patient_id: UUID) -> ColumnElement[bool]:
    """About a patient, also while what is theirs now stood in a record that was merged into theirs since."""
    merged = select(PatientRow.id).where(PatientRow.merged_into == patient_id)
    return AuditRow.patient_id.in_(select(literal(patient_id, Uuid())).union_all(merged))


def _in_group(group: ActionGroup) -> ColumnElement[bool]:
    of_session = AuditRow.object_type.in_(SESSION_OBJECTS)
    if group is ActionGroup.SIGNED_IN:
        return of_session
    if group is not ActionGroup.CHANGED:
        return and_(not_(of_session), _ends_in(VERBS[group]))
    every = [verb for verbs in VERBS.values() for verb in verbs]
    return and_(not_(of_session), not_(_ends_in(every)))


def _ends_in(verbs: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(AuditRow.action.endswith(f".{verb}", autoescape=True) for verb in verbs))


def _says(text: str, words: Sequence[str], wanted: Wanted) -> ColumnElement[bool]:
    """The text names a person, a patient or a desk, or each of its words stands in the line itself."""
    own = func.lower(AuditRow.account_name + " " + AuditRow.action + " " + AuditRow.detail)
    ways = [and_(*(own.contains(word.lower(), autoescape=True) for word in words))]
    if wanted.accounts:
        ways.append(AuditRow.account_id.in_(wanted.accounts))
    if wanted.patients:
        ways.append(AuditRow.patient_id.in_(wanted.patients))
    if wanted.desks:
        ways.append(AuditRow.chain.in_(wanted.desks))
    return or_(*ways)
