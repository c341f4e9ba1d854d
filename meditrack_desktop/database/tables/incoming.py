"""The inbox: files that belong to nobody yet. Their bytes lie in the vault, encrypted to the inbox's own key."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base, Made, Versioned
from meditrack_desktop.database.tables.documents import MadePart, Scanned
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.documents import DocumentType, MediaType, TextState
from meditrack_desktop.domain.incoming import IncomingSource, IncomingState


class IncomingRow(Versioned, Made, Scanned, Base):
    """A file in the inbox. One that was refused, or whose bytes left the vault, has no blob."""

    __tablename__ = "incoming"
    __table_args__ = (
        Index("ix_incoming_state", "state", "created_at"),
        Index("ix_incoming_sha256", "sha256"),
    )

    file_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[IncomingSource] = mapped_column(Code(IncomingSource))
    desk: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[IncomingState] = mapped_column(Code(IncomingState), default=IncomingState.WAITING)
    refusal: Mapped[str] = mapped_column(String(40), default="")
    media_type: Mapped[MediaType | None] = mapped_column(Code(MediaType))
    pages: Mapped[int] = mapped_column(default=0)
    blob_id: Mapped[UUID | None] = mapped_column(unique=True)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    ciphertext_size: Mapped[int] = mapped_column(BigInteger, default=0)
    ciphertext_sha256: Mapped[str] = mapped_column(String(64), default="")
    asks_password: Mapped[bool] = mapped_column(default=False)
    inert: Mapped[str] = mapped_column(String(200), default="")
    modality: Mapped[str] = mapped_column(String(16), default="")
    body_part: Mapped[str] = mapped_column(String(64), default="")
    study_id: Mapped[str] = mapped_column(String(64), default="")
    turn: Mapped[int] = mapped_column(default=0)
    document_date: Mapped[date | None]
    named_name: Mapped[str] = mapped_column(String(200), default="")
    named_birth_date: Mapped[date | None]
    named_numbers: Mapped[str] = mapped_column(String(400), default="")
    """Record numbers that the file names, one a line."""
    type_guess: Mapped[DocumentType] = mapped_column(Code(DocumentType), default=DocumentType.OTHER)
    text_state: Mapped[TextState] = mapped_column(Code(TextState), default=TextState.NONE)
    origin_id: Mapped[UUID | None] = mapped_column(ForeignKey("incoming.id"))
    """What it was cut out of."""
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str] = mapped_column(String(500), default="")


class IncomingPartRow(MadePart, Base):
    """What was made from a file in the inbox, encrypted as it is."""

    __tablename__ = "incoming_part"
    reported_apart = False

    incoming_id: Mapped[UUID] = mapped_column(ForeignKey("incoming.id"), primary_key=True, sort_order=-1)
