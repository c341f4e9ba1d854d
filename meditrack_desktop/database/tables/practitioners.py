"""Doctors and their weekly hours."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from meditrack_desktop.database.base import Base, Identified, Made, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.practitioner_profiles import CredentialState


class PractitionerRow(Versioned, Made, Base):
    __tablename__ = "practitioner"

    family: Mapped[str] = mapped_column(String(120))
    given: Mapped[str] = mapped_column(String(120), default="")
    prefix: Mapped[str] = mapped_column(String(30), default="")
    specialty: Mapped[str] = mapped_column(String(200), default="")
    room: Mapped[str] = mapped_column(String(60), default="")
    active: Mapped[bool] = mapped_column(default=True)
    cycle_weeks: Mapped[int] = mapped_column(default=1)
    cycle_from: Mapped[date | None]
    biography: Mapped[str] = mapped_column(Text, default="")
    education: Mapped[str] = mapped_column(Text, default="")
    """A line each, as `skills`."""
    skills: Mapped[str] = mapped_column(Text, default="")

    hours: Mapped[list[WorkingHoursRow]] = relationship(lazy="raise", cascade="all, delete-orphan")
    identifiers: Mapped[list[PractitionerIdentifierRow]] = relationship(
        lazy="raise", cascade="all, delete-orphan"
    )


class WorkingHoursRow(Base):
    """`week` of the doctor's cycle; `weekday` 0 is Monday; times are the clinic's wall clock."""

    __tablename__ = "working_hours"
    reported_apart = False

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), primary_key=True)
    week: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
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


class PractitionerLanguageRow(Base):
    """`language` is a BCP 47 code."""

    __tablename__ = "practitioner_language"
    reported_apart = False

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)


class SpecialtyRow(Versioned, Base):
    __tablename__ = "specialty"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialty.id"))


class PractitionerSpecialtyRow(Base):
    __tablename__ = "practitioner_specialty"
    reported_apart = False

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), primary_key=True)
    specialty_id: Mapped[UUID] = mapped_column(ForeignKey("specialty.id"), primary_key=True, index=True)
    position: Mapped[int]


class CredentialRow(Versioned, Made, Base):
    __tablename__ = "practitioner_credential"

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(80), default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    state: Mapped[CredentialState] = mapped_column(Code(CredentialState))
    checked_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None]


class DoctorGroupRow(Versioned, Base):
    __tablename__ = "doctor_group"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    position: Mapped[int]


class DoctorGroupMemberRow(Base):
    __tablename__ = "doctor_group_member"
    reported_apart = False

    group_id: Mapped[UUID] = mapped_column(ForeignKey("doctor_group.id"), primary_key=True)
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"), primary_key=True)
    position: Mapped[int]
