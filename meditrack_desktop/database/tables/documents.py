"""Documents and the wrapped keys of patients. The bytes lie encrypted in the vault."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.documents import DocumentClass, DocumentType, MediaType, ScanVerdict


class DocumentRow(Versioned, Made, Base):
    __tablename__ = "document"
    __table_args__ = (Index("ix_document_patient", "patient_id", "created_at"),)

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    title: Mapped[str] = mapped_column(String(200))
    type: Mapped[DocumentType] = mapped_column(Code(DocumentType))
    document_class: Mapped[DocumentClass] = mapped_column(Code(DocumentClass))
    media_type: Mapped[MediaType] = mapped_column(Code(MediaType))
    file_name: Mapped[str] = mapped_column(String(200))
    pages: Mapped[int] = mapped_column(default=1)
    document_date: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200), default="")
    verdict: Mapped[ScanVerdict] = mapped_column(Code(ScanVerdict))
    blob_id: Mapped[UUID] = mapped_column(unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    ciphertext_size: Mapped[int] = mapped_column(BigInteger)
    ciphertext_sha256: Mapped[str] = mapped_column(String(64))
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[UUID | None]
    delete_reason: Mapped[str] = mapped_column(String(500), default="")
    key_patient_id: Mapped[UUID | None]
    """Whose key the file is encrypted to, where that is not the patient's own: a record merged into theirs."""


class PatientKeyRow(Base):
    """A patient's key pair of one class: the public half, and the secret wrapped to the clinic's key (D18)."""

    __tablename__ = "patient_key"
    reported_apart = False

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    document_class: Mapped[DocumentClass] = mapped_column(Code(DocumentClass), primary_key=True)
    public: Mapped[str] = mapped_column(String(100))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    epoch: Mapped[int] = mapped_column(default=1)
    """Of the clinic's key it is wrapped to."""
