"""Patients, their phones and foreign numbers, and the words that searching compares."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meditrack_desktop.database.base import Base, Identified, Made, Versioned
from meditrack_desktop.database.types import Code, SortedText
from meditrack_desktop.domain.patients import ContactBy, Gender

_STANDING = ("archived_at", "purged_at", "merged_into")
_NEW = text("provisional")
_MERGED = text("merged_into IS NOT NULL")
_GONE = text("archived_at IS NOT NULL")


class PatientRow(Versioned, Made, Base):
    """`sort_name` is the folded "family given / preferred" that lists are ordered by.

    `search_text` holds all that a patient is found by but the birth date (see `domain.search_terms`).
    """

    __tablename__ = "patient"
    __table_args__ = (
        # What tells whether somebody is in the lists is in the index too: a walk along it reads no row.
        Index("ix_patient_sort_name", "sort_name", "id", *_STANDING),
        Index("ix_patient_birth_date", "birth_date", "sort_name", "id", *_STANDING),
        Index("ix_patient_created_by", "created_by"),
        Index("ix_patient_merged_into", "merged_into", sqlite_where=_MERGED, postgresql_where=_MERGED),
        Index("ix_patient_provisional", "sort_name", "id", sqlite_where=_NEW, postgresql_where=_NEW),
        Index("ix_patient_archived", "sort_name", "id", sqlite_where=_GONE, postgresql_where=_GONE),
    )

    mrn: Mapped[str] = mapped_column(SortedText, unique=True)
    family: Mapped[str] = mapped_column(String(200))
    given: Mapped[str] = mapped_column(String(200))
    preferred_name: Mapped[str] = mapped_column(String(200), default="")
    birth_date: Mapped[str | None] = mapped_column(SortedText)
    gender: Mapped[Gender] = mapped_column(Code(Gender))
    email: Mapped[str] = mapped_column(String(254), default="")
    street: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(40), default="")
    country: Mapped[str] = mapped_column(String(60), default="")
    language: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    deceased: Mapped[bool] = mapped_column(default=False)
    archived_at: Mapped[datetime | None]
    archive_reason: Mapped[str] = mapped_column(String(500), default="")
    restricted_at: Mapped[datetime | None]
    restrict_reason: Mapped[str] = mapped_column(String(500), default="")
    legal_hold: Mapped[str] = mapped_column(String(500), default="")
    """Why the record must not be erased; empty: nothing holds it."""
    purged_at: Mapped[datetime | None]
    provisional: Mapped[bool] = mapped_column(default=False)
    """Taken down in a call with name and phone only; completed or discarded at check-in."""
    verified_at: Mapped[datetime | None]
    """When somebody last went through the details with the patient."""
    verified_by: Mapped[UUID | None]
    no_allergies_at: Mapped[datetime | None]
    """When the patient was asked and knew of no allergy."""
    no_allergies_by: Mapped[UUID | None]
    contact_by: Mapped[ContactBy] = mapped_column(Code(ContactBy), default=ContactBy.ANY)
    interpreter: Mapped[bool] = mapped_column(default=False)
    preferences: Mapped[str] = mapped_column(String(500), default="")
    photo_id: Mapped[UUID | None]
    """The document in the vault that shows the patient's face."""
    merged_into: Mapped[UUID | None]
    sort_name: Mapped[str] = mapped_column(SortedText)
    search_text: Mapped[str] = mapped_column(SortedText)

    phones: Mapped[list[PatientPhoneRow]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PatientPhoneRow.position"
    )
    identifiers: Mapped[list[PatientIdentifierRow]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="PatientIdentifierRow.system"
    )


class PatientPhoneRow(Base):
    __tablename__ = "patient_phone"
    reported_apart = False

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(60))
    e164: Mapped[str | None] = mapped_column(String(20))
    use: Mapped[str] = mapped_column(String(10), default="mobile")


class PatientIdentifierRow(Identified, Base):
    """A number another system gave; unique, so that the same person is never imported twice."""

    __tablename__ = "patient_identifier"
    __table_args__ = (UniqueConstraint("system", "value"),)
    reported_apart = False

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    system: Mapped[str] = mapped_column(String(300))
    value: Mapped[str] = mapped_column(String(200))


class PatientTermRow(Base):
    """A word of a patient's name or a record number, beside what lists are ordered by: a search reads nothing else.

    No foreign key and no second index: there are several rows a patient, and both would cost more than the
    rows. Written by `queries.patient_terms` alone.
    """

    __tablename__ = "patient_term"
    __table_args__ = {"sqlite_with_rowid": False}
    reported_apart = False

    term: Mapped[str] = mapped_column(SortedText, primary_key=True)
    sort_name: Mapped[str] = mapped_column(SortedText, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
