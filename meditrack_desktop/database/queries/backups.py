"""Questions about backups, and about a whole clinic as a backup holds it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries.stored_blobs import blob_columns
from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.database.tables.audit import AuditRow
from meditrack_desktop.database.tables.backups import BackupRunRow
from meditrack_desktop.database.tables.clinic import ClinicRow
from meditrack_desktop.database.tables.documents import DocumentRow, PatientKeyRow
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.domain.backups import BackupOutcome, BackupRun
from meditrack_desktop.domain.documents import DocumentClass, StoredBlob
from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.domain.incoming import INBOX_CLASS

GOOD = (BackupOutcome.WRITTEN, BackupOutcome.VERIFIED)
AT_A_TIME = 5000
_KEPT = IncomingRow.blob_id.is_not(None)
CLOCKS_DIFFER = timedelta(hours=1)
"""What was begun later than this after the present was begun under a wrong year: it must not stand for today's."""


def row(session: Session, run_id: UUID) -> BackupRunRow | None:
    return session.get(BackupRunRow, run_id)


def left_running(session: Session) -> list[BackupRunRow]:
    """Runs that did not say how they ended."""
    return list(session.scalars(select(BackupRunRow).where(BackupRunRow.outcome == BackupOutcome.RUNNING)))


def last_good(session: Session, now: datetime) -> datetime | None:
    """When the newest backup that was finished was begun; those of a clock that ran ahead do not count."""
    return session.scalar(
        select(func.max(BackupRunRow.started_at)).where(
            BackupRunRow.outcome.in_(GOOD), BackupRunRow.started_at <= now + CLOCKS_DIFFER
        )
    )


def last_verified(session: Session, now: datetime) -> datetime | None:
    """When the newest backup that was found whole was begun; those of a clock that ran ahead do not count."""
    return session.scalar(
        select(func.max(BackupRunRow.started_at)).where(
            BackupRunRow.verified_at.is_not(None), BackupRunRow.started_at <= now + CLOCKS_DIFFER
        )
    )


def newest(session: Session, now: datetime) -> BackupRun | None:
    """The run that was begun last; those of a clock that ran ahead do not count."""
    found = session.scalars(
        select(BackupRunRow)
        .where(BackupRunRow.started_at <= now + CLOCKS_DIFFER)
        .order_by(BackupRunRow.started_at.desc(), BackupRunRow.id.desc())
        .limit(1)
    ).first()
    return record(found) if found else None


def verified_at(session: Session) -> dict[str, datetime]:
    """When each backup, by name, was last found whole."""
    rows = session.execute(
        select(BackupRunRow.name, BackupRunRow.verified_at).where(BackupRunRow.verified_at.is_not(None))
    )
    return {row.name: row.verified_at for row in rows}


def last_look(session: Session, actions: Sequence[str], now: datetime) -> tuple[datetime, str] | None:
    """When one of these lines was last written to the trail, and what it says; none of a clock that ran ahead."""
    found = session.execute(
        select(AuditRow.at, AuditRow.detail)
        .where(AuditRow.action.in_(actions), AuditRow.at <= now + CLOCKS_DIFFER)
        .order_by(AuditRow.at.desc())
        .limit(1)
    ).first()
    return (found.at, found.detail) if found else None


def of_name(session: Session, name: str) -> BackupRunRow | None:
    return session.scalars(select(BackupRunRow).where(BackupRunRow.name == name)).first()


def newest_unnamed(session: Session) -> BackupRunRow | None:
    """The run that was being written when the database was copied: in a backup, that backup's own."""
    return session.scalars(
        select(BackupRunRow)
        .where(BackupRunRow.name == "")
        .order_by(BackupRunRow.started_at.desc(), BackupRunRow.id.desc())
        .limit(1)
    ).first()


def record(run: BackupRunRow) -> BackupRun:
    known = run.problem in ErrorCode._value2member_map_
    return BackupRun(
        id=run.id,
        name=run.name,
        kind=run.kind,
        desk=run.workstation,
        folder=run.target,
        started_at=run.started_at,
        finished_at=run.finished_at,
        outcome=run.outcome,
        bytes=run.bytes,
        documents=run.documents,
        verified_at=run.verified_at,
        problem=ErrorCode(run.problem) if known else None,
    )


def blobs_to_open(session: Session, count: int) -> list[tuple[StoredBlob, UUID, DocumentClass]]:
    """Some documents and files of the inbox at random, with whose key and of which class opens them; all if there
    are not more."""
    ids = [*session.scalars(select(DocumentRow.id)), *session.scalars(select(IncomingRow.id).where(_KEPT))]
    chosen = ids if len(ids) <= count else random.SystemRandom().sample(ids, count)
    documents = blob_columns(DocumentRow).add_columns(
        func.coalesce(DocumentRow.key_patient_id, DocumentRow.patient_id), DocumentRow.document_class
    )
    found = [
        (StoredBlob(*row[:5]), row[5], row[6])
        for row in session.execute(documents.where(DocumentRow.id.in_(chosen)))
    ]
    owner = session.scalars(select(ClinicRow.id)).first()
    incoming = session.execute(blob_columns(IncomingRow).where(IncomingRow.id.in_(chosen)))
    if owner is not None:
        found += [(StoredBlob(*row), owner, INBOX_CLASS) for row in incoming]
    return found


def patient_keys(session: Session) -> Iterator[tuple[UUID, DocumentClass, str, bytes]]:
    """Every patient key: whose, of which class, its public half, the wrapped secret."""
    rows = session.execute(
        select(
            PatientKeyRow.patient_id,
            PatientKeyRow.document_class,
            PatientKeyRow.public,
            PatientKeyRow.wrapped,
        ).execution_options(yield_per=AT_A_TIME)
    )
    for found in rows:
        yield found[0], found[1], found[2], found[3]


def end_other_sessions(session: Session, but: UUID, at: datetime) -> None:
    """End the sessions of everybody else, at every desk."""
    session.execute(
        update(SessionRow).where(SessionRow.ended_at.is_(None), SessionRow.id != but).values(ended_at=at)
    )


def others_worked(session: Session, since: Mapping[str, tuple[int, str]], but: UUID) -> bool:
    """Whether anybody but the session `but` left a line in the trail after those ends of its chains.

    Signing in, being refused and reading lists is no work: nothing of it is missed.
    """
    later = or_(
        AuditRow.chain.not_in(since),
        *(and_(AuditRow.chain == chain, AuditRow.seq > seq) for chain, (seq, _) in since.items()),
    )
    idle = or_(*(AuditRow.action.like(pattern) for pattern in ("session.%", "%.refused", "%.listed")))
    others = AuditRow.session_id.is_not(None), AuditRow.session_id != but
    return bool(session.scalar(select(exists().where(later, *others, not_(idle)))))
