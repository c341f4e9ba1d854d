"""When doctors work beside their weekly hours: special days, closed days, absences; and what they allow."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Identified, Made, Versioned
from meditrack_desktop.database.types import Code, UtcDateTime, WallDateTime
from meditrack_desktop.domain.booking_rules import RuleKind
from meditrack_desktop.domain.working_time import AbsenceKind


class SpecialDayRow(Identified, Made, Base):
    """One doctor's date on which `special_hours` count instead of the weekly ones; without any: does not work."""

    __tablename__ = "special_day"
    __table_args__ = (UniqueConstraint("practitioner_id", "day"),)

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    day: Mapped[date]
    note: Mapped[str] = mapped_column(String(300), default="")


class SpecialHoursRow(Base):
    """Minutes from midnight."""

    __tablename__ = "special_hours"
    reported_apart = False

    special_day_id: Mapped[UUID] = mapped_column(
        ForeignKey("special_day.id", ondelete="CASCADE"), primary_key=True
    )
    starts: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ends: Mapped[int]


class ClosureRow(Versioned, Made, Base):
    __tablename__ = "closure"

    day: Mapped[date] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(200))
    opens: Mapped[time | None]
    closes: Mapped[time | None]


class AbsenceRow(Versioned, Made, Base):
    """`foreign_id` is the event's UID (and date, of one that repeats) in the calendar that it came from."""

    __tablename__ = "absence"
    __table_args__ = (
        Index("ix_absence_doctor_time", "practitioner_id", "starts_at", "ends_at"),
        Index("uq_absence_foreign", "practitioner_id", "foreign_id", unique=True),
        CheckConstraint("starts_at < ends_at", name="positive_length"),
    )

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    wall_end: Mapped[datetime] = mapped_column(WallDateTime)
    kind: Mapped[AbsenceKind] = mapped_column(Code(AbsenceKind))
    note: Mapped[str] = mapped_column(String(300), default="")
    foreign_id: Mapped[str | None] = mapped_column(String(500))


class BookingRuleRow(Identified, Base):
    """`weekdays` as digits ("024"), empty: every day."""

    __tablename__ = "booking_rule"
    reported_apart = False

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    kind: Mapped[RuleKind] = mapped_column(Code(RuleKind))
    most: Mapped[int | None]
    visit_type_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit_type.id"))
    after: Mapped[time | None]
    weekdays: Mapped[str] = mapped_column(String(7), default="")
