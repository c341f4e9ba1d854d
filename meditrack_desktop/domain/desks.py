"""Desks: the workstations that may reach a clinic on a shared server, and those that ask to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from meditrack_desktop.domain.text import single_line


class DeskStatus(StrEnum):
    """Whether a desk waits for approval, may reach the clinic, or may no more."""

    WAITING = "waiting"
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Desk:
    """One workstation. `fingerprint` are six words of its key, to compare with what it shows; none for a local one.

    `current` is the desk that asks.
    """

    id: str
    name: str
    status: DeskStatus
    enrolled_at: datetime
    approved_at: datetime | None
    approved_by_name: str
    last_seen_at: datetime | None
    revoked_at: datetime | None
    revoked_by_name: str
    fingerprint: tuple[str, ...]
    current: bool


class RenameDesk(BaseModel):
    """Call a desk something else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(single_line)]
