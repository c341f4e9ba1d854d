"""Documents and the wrapped keys of patients. The bytes lie encrypted in the vault."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.documents import (
    DocumentClass,
    DocumentStatus,
    DocumentType,
    MediaType,
    NameCheck,
    NotScanned,
    PartKind,
    ScanVerdict,
    TextState,
)


class Scanned:
    """What a scanner said of a file, or why it said nothing (D27)."""

    verdict: Mapped[ScanVerdict] = mapped_column(Code(ScanVerdict))
    scanned_at: Mapped[datetime | None]
    scanned_by: Mapped[str] = mapped_column(String(120), default="")
    signatures_at: Mapped[datetime | None]
    not_scanned_because: Mapped[NotScanned | None] = mapped_column(Code(NotScanned))


class DocumentRow(Versioned, Made, Scanned, Base):
    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_patient", "patient_id", "created_at"),
        Index("ix_document_replaces", "replaces_id"),
        Index(
            "ix_document_study",
            "patient_id",
            "study_id",
            sqlite_where=text("study_id <> ''"),
            postgresql_where=text("study_id <> ''"),
        ),
        Index(
            "ix_document_deleted",
            "deleted_at",
            sqlite_where=text("deleted_at IS NOT NULL"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        Index(
            "ix_document_text_wanted",
            "text_state",
            sqlite_where=text("text_state = 'wanted'"),
            postgresql_where=text("text_state = 'wanted'"),
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    title: Mapped[str] = mapped_column(String(200))
    type: Mapped[DocumentType] = mapped_column(Code(DocumentType))
    document_class: Mapped[DocumentClass] = mapped_column(Code(DocumentClass))
    media_type: Mapped[MediaType] = mapped_column(Code(MediaType))
    file_name: Mapped[str] = mapped_column(String(200))
    pages: Mapped[int] = mapped_column(default=1)
    document_date: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200), default="")
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
    status: Mapped[DocumentStatus] = mapped_column(Code(DocumentStatus), default=DocumentStatus.CURRENT)
    replaces_id: Mapped[UUID | None]
    moved_from_id: Mapped[UUID | None]
    """The document of another patient that this one was, before somebody noticed."""
    note: Mapped[str] = mapped_column(String(2000), default="")
    turn: Mapped[int] = mapped_column(default=0)
    asks_password: Mapped[bool] = mapped_column(default=False)
    inert: Mapped[str] = mapped_column(String(200), default="")
    """Values of `Inert`, sorted, with commas between them."""
    modality: Mapped[str] = mapped_column(String(16), default="")
    body_part: Mapped[str] = mapped_column(String(64), default="")
    study_id: Mapped[str] = mapped_column(String(64), default="")
    name_check: Mapped[NameCheck] = mapped_column(Code(NameCheck), default=NameCheck.UNKNOWN)
    text_state: Mapped[TextState] = mapped_column(Code(TextState), default=TextState.NONE)
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    appointment_id: Mapped[UUID | None]


class MadePart:
    """What was made from a file, in a file of its own that is encrypted to the same key."""

    kind: Mapped[PartKind] = mapped_column(Code(PartKind), primary_key=True)
    blob_id: Mapped[UUID] = mapped_column(unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    ciphertext_size: Mapped[int] = mapped_column(BigInteger)
    ciphertext_sha256: Mapped[str] = mapped_column(String(64))


class DocumentPartRow(MadePart, Base):
    """What was made from a document, in a file of its own that is encrypted to the same key."""

    __tablename__ = "document_part"
    reported_apart = False

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True, sort_order=-1)


class PatientKeyRow(Base):
    """A patient's key pair of one class: the public half, and the secret wrapped to the clinic's key (D18).

    One row may be the inbox's: its `patient_id` is the clinic's id. So it is rotated, backed up, restored and
    recovered with the others, and therefore no foreign key guards the column.
    """

    __tablename__ = "patient_key"
    reported_apart = False

    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    document_class: Mapped[DocumentClass] = mapped_column(Code(DocumentClass), primary_key=True)
    public: Mapped[str] = mapped_column(String(100))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    epoch: Mapped[int] = mapped_column(default=1)
    """Of the clinic's key it is wrapped to."""
