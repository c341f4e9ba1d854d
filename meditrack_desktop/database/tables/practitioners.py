"""Doctors and their weekly hours."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meditrack_desktop.database.base import Base, Identified, Made, Versioned


class PractitionerRow(Versioned, Made, Base):
    __tablename__ = "practitioner"

    family: Mapped[str] = mapped_column(String(120))
    given: Mapped[str] = mapped_column(String(120), default="")
    prefix: Mapped[str] = mapped_column(String(30), default="")
    specialty: Mapped[str] = mapped_column(String(200), default="")
    room: Mapped[str] = mapped_column(String(60), default="")
    active: Mapped[bool] = mapped_column(default=True)

    hours: Mapped[list[WorkingHoursRow]] = relationship(lazy="raise", cascade="all, delete-orphan")
    identifiers: Mapped[list[PractitionerIdentifierRow]] = relationship(
        lazy="raise", cascade="all, delete-orphan"
    )


class WorkingHoursRow(Base):
    """`weekday` 0 is Monday; times are the clinic's wall clock."""

    __tablename__ = "working_hours"
    reported_apart = False

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts: Mapped[time] = mapped_column(primary_key=True)
    ends: Mapped[time]


class PractitionerIdentifierRow(Identified, Base):
    __tablename__ = "practitioner_identifier"
    __table_args__ = (UniqueConstraint("system", "value"),)
    reported_apart = False

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    system: Mapped[str] = mapped_column(String(300))
    value: Mapped[str] = mapped_column(String(200))
