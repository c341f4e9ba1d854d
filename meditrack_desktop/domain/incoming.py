"""The inbox: files that were taken in and belong to nobody yet, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.documents import (
    DocumentClass,
    DocumentType,
    Filing,
    Inert,
    MediaType,
    NotScanned,
    Reason,
    ScanVerdict,
    Turning,
)
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.ids import new_id

UNFILED_WITHIN = timedelta(hours=24)
"""How long a filing can be taken back by the desk: so long the inbox keeps its own copy."""
INBOX_CLASS = DocumentClass.ADMINISTRATIVE
"""Of the inbox's own key, whose owner is the clinic: the front desk looks into the inbox."""
KEPT_FOR = timedelta(days=30)
"""How long a discarded file lies in the inbox's bin."""


class IncomingSource(StrEnum):
    """How a file came in."""

    SCAN_FOLDER = "scan_folder"
    DROPPED = "dropped"
    PASTED = "pasted"
    CHOSEN = "chosen"
    SPLIT = "split"
    """Cut out of another file in the inbox."""


class IncomingState(StrEnum):
    WAITING = "waiting"
    FILED = "filed"
    DISCARDED = "discarded"
    SPLIT = "split"
    """It became several; they are in the inbox in its place."""
    REFUSED = "refused"
    """It was not taken in; nothing of it is stored but its name and the reason."""


class GuessReason(StrEnum):
    """Why a patient is offered for a file, the surest first."""

    RECORD_NUMBER = "record_number"
    NAME_AND_BIRTH_DATE = "name_and_birth_date"
    BIRTH_DATE_AND_PART_OF_NAME = "birth_date_and_part_of_name"
    NAME = "name"
    FILE_NAME = "file_name"
    OPEN_CHART = "open_chart"


@dataclass(frozen=True, slots=True)
class Guess:
    """A patient whom a file may belong to, with what shows them apart from others."""

    patient_id: UUID
    name: str
    birth_date: BirthDate | None
    record_number: str
    reasons: tuple[GuessReason, ...]
    sure: bool
    """Nobody else fits, and two identifiers agree: Enter files with this one."""


@dataclass(frozen=True, slots=True)
class FiledWith:
    """Where the document that a file became lies now, whoever has moved it since."""

    document_id: UUID
    patient_id: UUID
    name: str
    birth_date: BirthDate | None
    record_number: str
    in_bin: bool = False
    """It was put in the bin of this chart."""
    moved: bool = False
    """It was filed with somebody else first: the inbox cannot take that filing back any more."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file in the inbox. `refusal` is the code of the reason if it was refused."""

    id: UUID
    version: int
    file_name: str
    source: IncomingSource
    desk: str
    state: IncomingState
    received_at: datetime
    received_by_name: str
    media_type: MediaType | None
    pages: int
    size: int
    verdict: ScanVerdict
    not_scanned_because: NotScanned | None
    asks_password: bool
    inert: frozenset[Inert]
    modality: str
    turn: int
    document_date: date | None
    named: str
    """Whom the file names, in one line; empty if nobody."""
    type_guess: DocumentType
    has_thumbnail: bool
    refusal: str = ""
    filed_with: FiledWith | None = None
    """Of a filed one that was listed or looked up; None if no chart holds it any more, or `may_know` is False."""
    may_know: bool = True
    """Whether the reader may know with whom it lies."""
    ended_at: datetime | None = None
    ended_by_name: str = ""
    end_reason: str = ""

    @property
    def document_id(self) -> UUID | None:
        """The document that it is now."""
        return self.filed_with.document_id if self.filed_with is not None else None

    @property
    def patient_id(self) -> UUID | None:
        """With whom it lies now."""
        return self.filed_with.patient_id if self.filed_with is not None else None


def one_line(named: NamedPerson) -> str:
    """Whom a file names, in one line: name, birth date, numbers; empty if nobody."""
    born = named.birth_date.isoformat() if named.birth_date else ""
    return " · ".join(part for part in (named.name, born, *named.numbers) if part)


class ScanTrouble(StrEnum):
    """Why a file in the scan folder was not taken in this time, though it may be the next time."""

    UNREADABLE = "unreadable"
    """Another program holds it, or it may not be read."""
    NOT_REMOVED = "not_removed"
    """It is in the inbox, and the folder does not let it go."""


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a look into the desk's scan folder did.

    `still_coming` are files that change, or were seen for the first time: the next look takes them. `refused` are
    those that a look refused for the first time; they lie where they were. `more` says that another look is
    worth it at once.
    """

    folder: Path | None = None
    """None: this desk has no scan folder."""
    taken: tuple[IncomingFile, ...] = ()
    known: tuple[IncomingFile, ...] = ()
    """Earlier ones with the very same bytes, for files that were removed from the folder."""
    refused: tuple[IncomingFile, ...] = ()
    still_coming: int = 0
    troubles: tuple[tuple[str, ScanTrouble], ...] = ()
    more: bool = False


class TakeIn(BaseModel):
    """Take a file into the inbox. The bytes travel beside the command."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    file_name: Annotated[str, Field(max_length=4096)]
    source: IncomingSource


class FileIncoming(Filing):
    """File one with a patient. `document_id` names the document it becomes."""

    id: UUID
    version: int
    document_id: UUID = Field(default_factory=new_id)


class UnfileIncoming(BaseModel):
    """Take a filing back: the document leaves the patient's chart and waits in the inbox again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    reason: Reason


class TurnIncoming(Turning):
    """Of a file that waits in the inbox."""


class SplitIncoming(BaseModel):
    """Make several files of one: each of `before` is the first page (from 1) of a further file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    before: Annotated[tuple[int, ...], Field(min_length=1, max_length=500)]


class DiscardIncoming(BaseModel):
    """Put one in the inbox's bin; it leaves the vault after KEPT_FOR."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    reason: Reason


class ReopenIncoming(BaseModel):
    """Let a discarded or split file wait again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
