"""The clinic's own row, its counters and its workstations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Identified
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.documents import DocumentClass


class ClinicRow(Identified, Base):
    """One row, made at set-up."""

    __tablename__ = "clinic"

    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(60))
    region: Mapped[str] = mapped_column(String(2))
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class CounterRow(Base):
    """Numbers that are given once: the next record number."""

    __tablename__ = "counter"
    reported_apart = False

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class WorkstationRow(Base):
    """A desk that may reach this clinic.

    `recipient` is the public half of the desk's own age identity: what the clinic's secrets are sealed to for
    it. A desk that asked to join has no `approved_at` yet.
    """

    __tablename__ = "workstation"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    recipient: Mapped[str] = mapped_column(String(100), default="")
    enrolled_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]


class ClinicSettingRow(Base):
    """One setting that somebody changed; what is absent has its default. See `domain.settings`."""

    __tablename__ = "clinic_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class ClinicKeyRow(Base):
    """The public half of one epoch's clinic key of one class (D18, D20). The newest epoch is in use."""

    __tablename__ = "clinic_key"

    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_class: Mapped[DocumentClass] = mapped_column(Code(DocumentClass), primary_key=True)
    public: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class KeyEnvelopeRow(Base):
    """On a shared server: the clinic's secrets sealed for one desk, or, as "recovery", for the recovery kit."""

    __tablename__ = "key_envelope"

    holder: Mapped[str] = mapped_column(String(40), primary_key=True)
    epoch: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
