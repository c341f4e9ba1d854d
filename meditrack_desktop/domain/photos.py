"""A patient's photo, so that nobody is taken for somebody else: what may be given, and how it is kept."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from meditrack_desktop.domain.ids import new_id

LARGEST_PHOTO = 20 * 1024 * 1024
"""Bytes of a picture as it comes from a camera."""

PHOTO_SIDE = 512
"""Pixels of the longer side of the picture that is kept."""


class SetPhoto(BaseModel):
    """Show this face with the patient from now on. The bytes travel beside the command, never inside it.

    Sent twice with one `id`, one picture is kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    patient_id: UUID
    version: int


class RemovePhoto(BaseModel):
    """Show the patient's initials again; the picture lies in the bin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patient_id: UUID
    version: int
