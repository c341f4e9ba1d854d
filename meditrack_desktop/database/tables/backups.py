"""Backups made of this clinic, as far as it remembers: the truth is the backup folder itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Identified
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.backups import BackupKind, BackupOutcome


class BackupRunRow(Identified, Base):
    """`problem` is the code of the error that ended it, if one did."""

    __tablename__ = "backup_run"

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[BackupKind] = mapped_column(Code(BackupKind))
    workstation: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    outcome: Mapped[BackupOutcome] = mapped_column(Code(BackupOutcome))
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    documents: Mapped[int] = mapped_column(default=0)
    verified_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(40), default="")
