"""What searching for patients reads beside their rows. Written by `queries.patient_terms` alone."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.types import SortedText


class PatientTailRow(Base):
    """A tail of a phone number of 4, 6, 8 ... digits, and the digit before it (see `domain.phones.tails`).

    `sort_name` is that of the patient: digits and a name are compared without a look at the patient's row.
    """

    __tablename__ = "patient_tail"
    __table_args__ = {"sqlite_with_rowid": False}
    reported_apart = False

    tail: Mapped[str] = mapped_column(SortedText, primary_key=True)
    before: Mapped[str] = mapped_column(SortedText, primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(primary_key=True)
    sort_name: Mapped[str] = mapped_column(SortedText)


class SpellingRow(Base):
    """A word of somebody's name, under each way of leaving out a letter (see `domain.spellings`).

    One row for all patients of that name; gone when the last of them is erased.
    """

    __tablename__ = "spelling"
    __table_args__ = {"sqlite_with_rowid": False}
    reported_apart = False

    near: Mapped[str] = mapped_column(SortedText, primary_key=True)
    word: Mapped[str] = mapped_column(SortedText, primary_key=True)
