"""What the front desk keeps in mind: the waitlist, who is due back, and tasks."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned
from meditrack_desktop.database.types import Code, WallDateTime
from meditrack_desktop.domain.absence_worklists import ContactOutcome
from meditrack_desktop.domain.front_desk import FollowUpState, Urgency, WaitState


class WaitlistRow(Versioned, Made, Base):
    """`weekdays` as digits ("024"), empty: any day."""

    __tablename__ = "waitlist_entry"
    __table_args__ = (Index("ix_waitlist_entry_state", "state", "created_at"),)

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    practitioner_id: Mapped[UUID | None] = mapped_column(ForeignKey("practitioner.id"))
    visit_type_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit_type.id"))
    minutes: Mapped[int]
    urgency: Mapped[Urgency] = mapped_column(Code(Urgency))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    weekdays: Mapped[str] = mapped_column(String(7), default="")
    from_time: Mapped[time | None]
    until_time: Mapped[time | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[WaitState] = mapped_column(Code(WaitState))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id", ondelete="SET NULL"))


class FollowUpRow(Versioned, Made, Base):
    __tablename__ = "follow_up"
    __table_args__ = (Index("ix_follow_up_due", "state", "due_on"),)

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    practitioner_id: Mapped[UUID | None] = mapped_column(ForeignKey("practitioner.id"))
    visit_type_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit_type.id"))
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[FollowUpState] = mapped_column(Code(FollowUpState))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id", ondelete="SET NULL"))


class DeskTaskRow(Versioned, Made, Base):
    """`due_at` is the clinic's clock."""

    __tablename__ = "desk_task"
    __table_args__ = (Index("ix_desk_task_open", "done_at", "due_at"),)

    text: Mapped[str] = mapped_column(String(300))
    due_at: Mapped[datetime | None] = mapped_column(WallDateTime)
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"), index=True)
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]


class AbsenceVisitRow(Base):
    """A visit that an absence touched when it was entered, and whether somebody spoke with the patient about it.

    It stays when the visit has another place, so that a list shows how far it is worked off.
    """

    __tablename__ = "absence_visit"
    reported_apart = False

    absence_id: Mapped[UUID] = mapped_column(ForeignKey("absence.id", ondelete="CASCADE"), primary_key=True)
    appointment_id: Mapped[UUID] = mapped_column(
        ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    outcome: Mapped[ContactOutcome | None] = mapped_column(Code(ContactOutcome))
    contacted_at: Mapped[datetime | None]
    contacted_by: Mapped[UUID | None]
