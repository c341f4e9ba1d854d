"""Bringing patients and doctors in from files: what was asked, and the report of what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.text import single_line


class CsvField(StrEnum):
    """What a column of a table can hold. The value is what a person calls it; it is stored with mappings."""

    ID = "id"
    OWN_ID = "MediTrack id"
    MRN = "record number"
    FAMILY = "family name"
    GIVEN = "given name"
    MIDDLE = "middle name"
    FULL_NAME = "name"
    PREFERRED = "preferred name"
    BIRTH_DATE = "birth date"
    GENDER = "gender"
    PHONE = "phone"
    PHONE_USE = "kind of phone"
    MOBILE = "mobile phone"
    HOME_PHONE = "home phone"
    WORK_PHONE = "work phone"
    EMAIL = "e-mail"
    STREET = "street"
    CITY = "city"
    STATE = "state"
    POSTCODE = "postcode"
    COUNTRY = "country"
    LANGUAGE = "language"
    CONTACT_BY = "contact by"
    INTERPRETER = "interpreter"
    PREFERENCES = "preferences"
    NOTE = "note"
    DECEASED = "deceased"
    PRACTITIONER_ID = "doctor's id"
    SPECIALTY = "specialty"
    ROOM = "room"
    PREFIX = "title"


NAME_FIELDS = frozenset({CsvField.FAMILY, CsvField.GIVEN, CsvField.FULL_NAME})


class CsvMapping(BaseModel):
    """Which column of a table is what, as a person said it.

    `columns` goes by the heading as it stands in the file, or by place (`#1` is the first); None leaves a column
    out, and what is not named is guessed. `source` names where the table comes from: ids of different sources
    are never compared. `fingerprint` says which files are meant (`FileLook.fingerprint`); empty means all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: Mapping[Annotated[str, Field(max_length=500)], CsvField | None] = Field(default_factory=dict)
    source: Annotated[str, Field(max_length=60), AfterValidator(single_line)] = ""
    header: bool = True
    """Whether the first row names the columns; else it is somebody's row already."""
    fingerprint: Annotated[str, Field(max_length=64)] = ""


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column of a table: `key` is its name in a mapping, `guess` what it seems to be, then a few cells."""

    key: str
    guess: CsvField | None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a file seems to be before it is read. `columns` and what follows only for tables; `problem` is a
    sentence if it cannot be taken, and `remembered` what was said about such a table the last time."""

    file: str
    total: int = 0
    problem: str = ""
    columns: tuple[ColumnLook, ...] = ()
    fingerprint: str = ""
    header: bool = True
    dates_ambiguous: bool = False
    remembered: CsvMapping | None = None


class DateOrder(StrEnum):
    """How 03/04/2001 is to be read. ASK refuses such rows with the reason, so that nobody is guessed."""

    ASK = "ask"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class OnBadRows(StrEnum):
    """Keep the good rows, or take none if any is bad: the person chooses."""

    KEEP_GOOD = "keep_good"
    TAKE_NONE = "take_none"


class OnDifferent(StrEnum):
    """Whose words stay where a file and the clinic say different things of one person.

    KEEP_OURS: the file only fills gaps, and the report names what differs, so that an old file takes back no
    correction. FILE_WINS: the person said that this file is right.
    """

    KEEP_OURS = "keep_ours"
    FILE_WINS = "file_wins"


@dataclass(frozen=True, slots=True)
class KeptOurs:
    """Somebody whose record stayed as it was in `fields` (of `PatientDetails`), where the file says otherwise."""

    file: str
    where: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """One row or resource that was not taken. `where` is "row 12" or "Patient/p1"; `reason` is a sentence."""

    file: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `notes` are facts worth telling that skipped nobody."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = field(default=())
    doctors_added: int = 0
    entries_added: int = 0
    """Entries of charts, visits, contacts, consents and documents."""
    entries_unchanged: int = 0
    kept_ours: tuple[KeptOurs, ...] = ()

    def plus(self, other: ImportReport) -> ImportReport:
        return ImportReport(
            self.added + other.added,
            self.unchanged + other.unchanged,
            self.updated + other.updated,
            self.skipped + other.skipped,
            self.notes + other.notes,
            self.doctors_added + other.doctors_added,
            self.entries_added + other.entries_added,
            self.entries_unchanged + other.entries_unchanged,
            self.kept_ours + other.kept_ours,
        )


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do, nothing of it done. `differing` are known people whom the file would change;
    `refused` are rows that would not be taken, with the reasons."""

    new: int = 0
    doctors_new: int = 0
    known: int = 0
    differing: int = 0
    refused: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    kept_ours: tuple[KeptOurs, ...] = ()
    complete: bool = True
    """False if it was stopped before the end."""
