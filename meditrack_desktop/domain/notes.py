"""Clinical notes: drafts of one author, signed once, amended afterwards and never changed.

FHIR: DocumentReference.docStatus preliminary, final, amended. An amendment is a note of its own that names the
one it amends; both stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from meditrack_desktop.domain.chart import COMMAND, EntryText, ShortText
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.text import cleaned_lines

LONGEST_NOTE = 100_000
"""Characters. Longer text belongs into a document."""
DRAFT_EVERY_SECONDS = 2.0


def _cleaned(value: object) -> object:
    return cleaned_lines(value) if isinstance(value, str) else value


NoteBody = Annotated[str, Field(max_length=LONGEST_NOTE), BeforeValidator(_cleaned)]
"""Taken as it was typed or pasted: a draft is never lost to a character that cannot be stored."""


class NoteStatus(StrEnum):
    DRAFT = "preliminary"
    SIGNED = "final"
    AMENDED = "amended"
    """Signed, and a later note amends it."""
    ENTERED_IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Note:
    """Times in UTC. `title` is the visit's reason or what the author called it."""

    id: UUID
    version: int
    patient_id: UUID
    appointment_id: UUID | None
    author_id: UUID
    author_name: str
    title: str
    body: str
    status: NoteStatus
    started_at: datetime
    changed_at: datetime
    signed_at: datetime | None
    amends: UUID | None
    error_reason: str


class SaveDraft(BaseModel):
    """Keep what was typed so far. `version` 0 begins a draft with this `id`; else the version last seen.

    Only its author sees a draft. `amends` names the signed note that it will amend.
    """

    model_config = COMMAND

    id: UUID = Field(default_factory=new_id)
    version: int = 0
    patient_id: UUID
    appointment_id: UUID | None = None
    amends: UUID | None = None
    title: ShortText = ""
    body: NoteBody = ""


class DiscardDraft(BaseModel):
    """Throw one's own draft away."""

    model_config = COMMAND

    id: UUID
    version: int


class SignNote(BaseModel):
    """Make the draft part of the chart, with this text. It can only be amended afterwards."""

    model_config = COMMAND

    id: UUID
    version: int
    title: ShortText = ""
    body: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE), BeforeValidator(_cleaned)]


class MarkNoteWrong(BaseModel):
    """Say that a signed note should not be in this chart; it stays readable, struck through, with the reason."""

    model_config = COMMAND

    id: UUID
    version: int
    reason: EntryText
