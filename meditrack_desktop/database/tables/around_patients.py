"""What stands around a patient's record: related persons, consents, recent ones, saved filters, twins and merges."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Identified, Made, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind
from meditrack_desktop.domain.patient_twins import TwinState
from meditrack_desktop.domain.related_persons import Relationship


class RelatedPersonRow(Versioned, Made, Base):
    __tablename__ = "related_person"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    relationship: Mapped[Relationship] = mapped_column(Code(Relationship))
    guardian: Mapped[bool] = mapped_column(default=False)
    emergency_contact: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(60), default="")
    phone_e164: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    linked_patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"))
    ended_at: Mapped[datetime | None]


class ConsentRow(Identified, Made, Base):
    """One answer; written once."""

    __tablename__ = "consent"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(Code(ConsentKind))
    answer: Mapped[ConsentAnswer] = mapped_column(Code(ConsentAnswer))
    answered_on: Mapped[date]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    note: Mapped[str] = mapped_column(String(200), default="")


class RecentPatientRow(Base):
    """Whose chart an account opened last; a few dozen rows an account."""

    __tablename__ = "recent_patient"
    __table_args__ = (Index("ix_recent_patient_when", "account_id", "opened_at"),)
    reported_apart = False

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    opened_at: Mapped[datetime]


class SavedFilterRow(Versioned, Made, Base):
    """A person's own filter of the patients' list, as the JSON of its command. `created_by` is whose it is."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("created_by", "name"),)

    name: Mapped[str] = mapped_column(String(80))
    command: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)


class PatientTwinRow(Versioned, Base):
    """Two records that look like one person. `first_id` is the smaller id, so that each pair stands once.

    `score` is 0 to 1000; `reasons` a JSON list of codes.
    """

    __tablename__ = "patient_twin"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        Index("ix_patient_twin_state", "state", "score"),
    )

    first_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    score: Mapped[int]
    reasons: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime]
    state: Mapped[TwinState] = mapped_column(Code(TwinState))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]


class PatientMergeRow(Versioned, Base):
    """One merge as a whole: `snapshot` is JSON of every row as it was, by table, so that it can be undone."""

    __tablename__ = "patient_merge"

    kept_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    merged_at: Mapped[datetime]
    merged_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    snapshot: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
