"""Appointments. That two visits of one doctor cannot overlap is kept by the database (see the migration)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned
from meditrack_desktop.database.types import Code, UtcDateTime, WallDateTime
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelledBy, Confirmation


class AppointmentRow(Versioned, Made, Base):
    """`starts_at` and `ends_at` are instants and what databases compare; `wall_start` in `zone` is the promise."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_doctor_time", "practitioner_id", "starts_at", "ends_at"),
        Index("ix_appointment_time", "starts_at"),
        Index("ix_appointment_patient", "patient_id", "starts_at"),
        Index("uq_appointment_foreign", "patient_id", "foreign_id", unique=True),
        CheckConstraint("starts_at < ends_at", name="positive_length"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="within_a_day"),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    wall_start: Mapped[datetime] = mapped_column(WallDateTime)
    zone: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int]
    status: Mapped[AppointmentStatus] = mapped_column(Code(AppointmentStatus))
    confirmation: Mapped[Confirmation] = mapped_column(Code(Confirmation))
    visit_type: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    overbooked: Mapped[bool] = mapped_column(default=False)
    overbook_reason: Mapped[str] = mapped_column(String(500), default="")
    arrived_at: Mapped[datetime | None]
    roomed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    cancelled_by: Mapped[CancelledBy | None] = mapped_column(Code(CancelledBy))
    cancel_reason: Mapped[str] = mapped_column(String(500), default="")
    foreign_id: Mapped[str | None] = mapped_column(String(500))
    """What the visit is called where it came from, so that it is imported once."""
