"""Documents that were filed while the vault was away, and wait at one desk until it is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.errors import ErrorCode

MEBIBYTE = 1024 * 1024
LARGEST_SPOOL = 2048 * MEBIBYTE
"""Bytes that may wait at one desk; what would go beyond is refused, with what the vault said."""


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """One that is not stored yet. `id` is that of the command, and of the document it will be.

    `refusal` is why it could not be filed when the vault was back (the patient was archived meanwhile): somebody has
    to look after it. None while it waits for the vault alone.
    """

    id: UUID
    patient_id: UUID
    title: str
    file_name: str
    size: int
    kept_at: datetime
    kept_by: str
    refusal: ErrorCode | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery did: the documents that are filed now, and how many still wait."""

    filed: tuple[UUID, ...]
    waiting: int
