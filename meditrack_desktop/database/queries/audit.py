"""Questions about the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.audit import AuditChainRow, AuditRow
from meditrack_desktop.domain.audit import AuditEvent


def take_head(session: Session, chain: str) -> tuple[int, str]:
    """The last (seq, hash) of a chain, held against other writers until the transaction ends."""
    head = session.execute(
        select(AuditChainRow.seq, AuditChainRow.hash).where(AuditChainRow.chain == chain).with_for_update()
    ).first()
    if head is None:
        session.execute(insert(AuditChainRow).values(chain=chain, seq=0, hash="0" * 64))
        return 0, "0" * 64
    return head.seq, head.hash


def set_head(session: Session, chain: str, seq: int, hash_: str) -> None:
    session.execute(
        AuditChainRow.__table__.update().where(AuditChainRow.chain == chain).values(seq=seq, hash=hash_)  # type: ignore[attr-defined]
    )


def add_lines(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(AuditRow), rows)


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
        query = query.where(AuditRow.patient_id == patient_id)
    if object_id is not None:
        query = query.where(AuditRow.object_id == object_id)
    return tuple(record(row) for row in session.scalars(query.limit(limit).offset(offset)))


def chain(session: Session, name: str, after: int, limit: int) -> list[AuditRow]:
    """Rows of one chain in order, from `after` on."""
    query = select(AuditRow).where(AuditRow.chain == name, AuditRow.seq > after).order_by(AuditRow.seq)
    return list(session.scalars(query.limit(limit)))


def heads(session: Session) -> dict[str, tuple[int, str]]:
    return {row.chain: (row.seq, row.hash) for row in session.scalars(select(AuditChainRow))}


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
    )
