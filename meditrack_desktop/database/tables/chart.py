"""What a chart is made of, a row an entry. Nothing is deleted; what was wrong says so.

`foreign_id` names the entry in the system it came from (`system|value`), so that it is imported once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.allergies import AllergyCategory, AllergyStatus, Severity
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import ConditionStatus
from meditrack_desktop.domain.medications import MedicationIntent, MedicationStatus
from meditrack_desktop.domain.notes import NoteStatus
from meditrack_desktop.domain.observations import ObservationStatus


class _Entry(Versioned, Made):
    """What every entry has. `code` of `system` where it was coded, else both are empty."""

    @declared_attr
    @classmethod
    def patient_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("patient.id"), index=True)

    system: Mapped[str] = mapped_column(String(300), default="")
    code: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    foreign_id: Mapped[str | None] = mapped_column(String(500))


class AllergyRow(_Entry, Base):
    """`onset` is a whole or partial ISO date."""

    __tablename__ = "allergy_intolerance"
    __table_args__ = (UniqueConstraint("patient_id", "foreign_id"),)

    substance: Mapped[str] = mapped_column(String(200))
    category: Mapped[AllergyCategory] = mapped_column(Code(AllergyCategory))
    severity: Mapped[Severity] = mapped_column(Code(Severity))
    reaction: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[AllergyStatus] = mapped_column(Code(AllergyStatus))
    verification: Mapped[Verification] = mapped_column(Code(Verification))
    onset: Mapped[str | None] = mapped_column(String(10))


class ConditionRow(_Entry, Base):
    """`onset` and `abated` are whole or partial ISO dates."""

    __tablename__ = "condition"
    __table_args__ = (UniqueConstraint("patient_id", "foreign_id"),)

    text: Mapped[str] = mapped_column(String(200))
    status: Mapped[ConditionStatus] = mapped_column(Code(ConditionStatus))
    verification: Mapped[Verification] = mapped_column(Code(Verification))
    onset: Mapped[str | None] = mapped_column(String(10))
    abated: Mapped[str | None] = mapped_column(String(10))


class MedicationRow(_Entry, Base):
    """`started` and `ended` are whole or partial ISO dates."""

    __tablename__ = "medication"
    __table_args__ = (UniqueConstraint("patient_id", "foreign_id"),)

    text: Mapped[str] = mapped_column(String(200))
    dosage: Mapped[str] = mapped_column(String(200), default="")
    intent: Mapped[MedicationIntent] = mapped_column(Code(MedicationIntent))
    status: Mapped[MedicationStatus] = mapped_column(Code(MedicationStatus))
    started: Mapped[str | None] = mapped_column(String(10))
    ended: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200), default="")


class ObservationRow(_Entry, Base):
    """Numbers are exact decimals, kept as text: neither database may round what was measured."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("patient_id", "foreign_id"),
        Index("ix_observation_taken", "patient_id", "taken_at"),
    )

    panel_id: Mapped[UUID | None]
    panel: Mapped[str] = mapped_column(String(200), default="")
    name: Mapped[str] = mapped_column(String(200))
    value: Mapped[str | None] = mapped_column(String(40))
    text_value: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    low: Mapped[str | None] = mapped_column(String(40))
    high: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[ObservationStatus] = mapped_column(Code(ObservationStatus))
    taken_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(200), default="")


class ObservationVersionRow(Base):
    """What a measurement said before it was corrected; written once."""

    __tablename__ = "observation_version"
    reported_apart = False

    observation_id: Mapped[UUID] = mapped_column(ForeignKey("observation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str | None] = mapped_column(String(40))
    text_value: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[ObservationStatus] = mapped_column(Code(ObservationStatus))
    taken_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[UUID]


class NoteRow(Versioned, Made, Base):
    """`created_by` is the author. A draft may be changed and deleted, a signed note never (a trigger says so)."""

    __tablename__ = "clinical_note"
    __table_args__ = (Index("ix_clinical_note_patient", "patient_id", "signed_at"),)

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[NoteStatus] = mapped_column(Code(NoteStatus))
    changed_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    amends: Mapped[UUID | None]
    error_reason: Mapped[str] = mapped_column(String(200), default="")
