"""What left the clinic about a patient, who opened a record in an emergency, and what is to be erased."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Identified, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.privacy import DisclosureKind


class DisclosureRow(Identified, Base):
    """One accounting line (HIPAA 164.528): to whom, where, what and why. `treatment` ones need not be listed
    to the patient. Written once."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_patient", "patient_id", "at"),)

    at: Mapped[datetime]
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    document_id: Mapped[UUID | None]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    workstation: Mapped[str] = mapped_column(String(40))
    kind: Mapped[DisclosureKind] = mapped_column(Code(DisclosureKind))
    recipient: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    what: Mapped[str] = mapped_column(String(300))
    purpose: Mapped[str] = mapped_column(String(300))
    treatment: Mapped[bool] = mapped_column(default=False)


class EmergencyAccessRow(Versioned, Base):
    """Break-glass (D33): one person, one patient, some hours, and somebody else who looks at it afterwards."""

    __tablename__ = "emergency_access"
    __table_args__ = (Index("ix_emergency_access_who", "account_id", "patient_id", "expires_at"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    reason: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    review_due_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    review_note: Mapped[str] = mapped_column(String(500), default="")


class AccessGrantRow(Versioned, Base):
    """Temporary access (D34): somebody else let this person read this patient's clinical documents for a while."""

    __tablename__ = "access_grant"
    __table_args__ = (
        Index("ix_access_grant_who", "account_id", "patient_id", "expires_at"),
        CheckConstraint("account_id <> given_by", name="not_oneself"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    reason: Mapped[str] = mapped_column(String(500))
    given_at: Mapped[datetime]
    given_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PurgeRequestRow(Versioned, Base):
    """A wish to erase a patient for good: one administrator asks, another approves (D39)."""

    __tablename__ = "purge_request"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
