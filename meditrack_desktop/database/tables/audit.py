"""The audit trail: one chain of keyed hashes per workstation (security.md D10)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.audit import Outcome


class AuditRow(Base):
    """Written once, through `services/audit_trail.py`; the database refuses to change or delete one."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_object", "object_type", "object_id"),
        Index("ix_audit_patient", "patient_id", "at"),
    )
    reported_apart = False

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    account_name: Mapped[str] = mapped_column(String(120))
    roles: Mapped[str] = mapped_column(String(120))
    session_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[UUID | None]
    patient_id: Mapped[UUID | None]
    outcome: Mapped[Outcome] = mapped_column(Code(Outcome))
    detail: Mapped[str] = mapped_column(String(1000))
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditChainRow(Base):
    """The head of each workstation's chain; locking it puts that workstation's lines in order."""

    __tablename__ = "audit_chain"
    reported_apart = False

    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
