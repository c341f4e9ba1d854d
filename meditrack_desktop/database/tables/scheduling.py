"""Appointments. That two visits of one doctor cannot overlap is kept by the database (see the migration)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Identified, Made, Versioned
from meditrack_desktop.database.types import Code, UtcDateTime, WallDateTime
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelledBy, Confirmation


def _starts(context: Any) -> datetime:
    found: datetime = context.get_current_parameters()["starts_at"]
    return found


def _ends(context: Any) -> datetime:
    found: datetime = context.get_current_parameters()["ends_at"]
    return found


class AppointmentRow(Versioned, Made, Base):
    """`starts_at` and `ends_at` are instants and what databases compare; `wall_start` in `zone` is the promise."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_doctor_time", "practitioner_id", "starts_at", "ends_at"),
        Index("ix_appointment_doctor_busy", "practitioner_id", "busy_from", "busy_until"),
        Index("ix_appointment_series", "series_id"),
        Index("ix_appointment_time", "starts_at"),
        Index("ix_appointment_status_time", "status", "starts_at"),
        Index("ix_appointment_patient", "patient_id", "starts_at"),
        Index("uq_appointment_foreign", "patient_id", "foreign_id", unique=True),
        CheckConstraint("starts_at < ends_at", name="positive_length"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="within_a_day"),
    )
    # `busy_from` to `busy_until` is the visit with its buffers: what the rule against overlaps compares.

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_from: Mapped[datetime] = mapped_column(UtcDateTime, default=_starts)
    busy_until: Mapped[datetime] = mapped_column(UtcDateTime, default=_ends)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    zone: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int]
    status: Mapped[AppointmentStatus] = mapped_column(Code(AppointmentStatus))
    confirmation: Mapped[Confirmation] = mapped_column(Code(Confirmation))
    visit_type: Mapped[str] = mapped_column(String(200), default="")
    """The name of the kind of visit when it was booked."""
    visit_type_id: Mapped[UUID | None]
    series_id: Mapped[UUID | None]
    series_start: Mapped[datetime | None] = mapped_column(WallDateTime)
    """Which date of its series it is, wherever it was moved since (RECURRENCE-ID)."""
    ics_sequence: Mapped[int] = mapped_column(default=0)
    """Goes up whenever time, doctor or standing changes, and never down (RFC 5545 SEQUENCE)."""
    reason: Mapped[str] = mapped_column(Text, default="")
    overbooked: Mapped[bool] = mapped_column(default=False)
    overbook_reason: Mapped[str] = mapped_column(String(500), default="")
    arrived_at: Mapped[datetime | None]
    roomed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    late_cancel: Mapped[bool] = mapped_column(default=False)
    cancelled_by: Mapped[CancelledBy | None] = mapped_column(Code(CancelledBy))
    cancel_reason: Mapped[str] = mapped_column(String(500), default="")
    foreign_id: Mapped[str | None] = mapped_column(String(500))
    """What the visit is called where it came from, so that it is imported once."""


class AppointmentAssetRow(Base):
    """A room or device that a visit keeps; that two visits never keep one at a time is the database's rule.

    Time and standing are copied from the visit, so that the rule can compare them.
    """

    __tablename__ = "appointment_asset"
    __table_args__ = (Index("ix_appointment_asset_time", "asset_id", "busy_from", "busy_until"),)
    reported_apart = False

    appointment_id: Mapped[UUID] = mapped_column(
        ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    busy_from: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_until: Mapped[datetime] = mapped_column(UtcDateTime)
    takes_time: Mapped[bool] = mapped_column(default=True)
    overbooked: Mapped[bool] = mapped_column(default=False)


class SeriesRow(Identified, Made, Base):
    """What made visits repeat; `rule` is a `SeriesRule` as JSON. Names nobody: the visits do."""

    __tablename__ = "appointment_series"

    rule: Mapped[str] = mapped_column(Text)


class HoldRow(Identified, Base):
    """A slot that a desk is about to book, buffers included. Counts until `expires_at` and while its session lives."""

    __tablename__ = "slot_hold"
    __table_args__ = (
        Index("ix_slot_hold_doctor", "practitioner_id", "busy_from"),
        Index("ix_slot_hold_session", "session_id"),
    )

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    account_id: Mapped[UUID]
    desk_name: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_from: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_until: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    minutes: Mapped[int]
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HoldAssetRow(Base):
    """A room or device that a hold keeps; that two holds never keep one at a time is the database's rule.

    That a hold and a visit do not is kept by whoever takes one: the room's row is locked first.
    """

    __tablename__ = "hold_asset"
    __table_args__ = (Index("ix_hold_asset_time", "asset_id", "busy_from", "busy_until"),)
    reported_apart = False

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("slot_hold.id", ondelete="CASCADE"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    busy_from: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_until: Mapped[datetime] = mapped_column(UtcDateTime)


class DeedRow(Identified, Base):
    """One deed at the calendar that can be taken back: `rows` is JSON of what each row said before and after."""

    __tablename__ = "calendar_deed"
    __table_args__ = (Index("ix_calendar_deed_account", "account_id", "done_at"),)
    reported_apart = False

    account_id: Mapped[UUID]
    done_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(80))
    rows: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None]
    dropped: Mapped[bool] = mapped_column(default=False)
    """It was undone and something else done since: it is not done again."""
