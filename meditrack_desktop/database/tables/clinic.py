"""The clinic's own row, its counters and its workstations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Identified


class ClinicRow(Identified, Base):
    """One row, made at set-up."""

    __tablename__ = "clinic"

    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(60))
    region: Mapped[str] = mapped_column(String(2))
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class CounterRow(Base):
    """Numbers that are given once: the next record number."""

    __tablename__ = "counter"
    reported_apart = False

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class WorkstationRow(Base):
    """A desk that may reach this clinic."""

    __tablename__ = "workstation"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
