"""What documents are found by. Holds no word: only keyed hashes of words (see `services.document_index`)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base


class DocumentIndexRow(Base):
    """How far a document is in the index: which version of its row, which text, under which key.

    `head` are the hashes of what is said about it, 8 bytes each, sorted.
    """

    __tablename__ = "document_index"
    reported_apart = False

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    """Its bit: `number % CHUNK` in the rows of chunk `number // CHUNK`. Free again only once those are clear."""
    document_version: Mapped[int]
    text_blob: Mapped[UUID | None]
    made_with: Mapped[int] = mapped_column(BigInteger)
    head: Mapped[bytes] = mapped_column(LargeBinary)


class DocumentTermRow(Base):
    """Which documents of a chunk have a term: offsets of 2 bytes, or where they are many a bit for each."""

    __tablename__ = "document_term"
    __table_args__ = {"sqlite_with_rowid": False}
    reported_apart = False

    chunk: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    documents: Mapped[bytes] = mapped_column(LargeBinary)
