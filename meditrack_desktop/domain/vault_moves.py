"""Moving the clinic's documents to another folder or store: the command, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MoveVault:
    """Where to: a folder or `s3://…`, as in `SetUpClinic`, and what opens a store."""

    address: str
    access: str = ""

    def __repr__(self) -> str:
        return f"MoveVault({self.address!r})"


@dataclass(frozen=True, slots=True)
class MovedVault:
    """How many files are there now, how many of them were copied by this run, and which neither place has whole."""

    files: int
    copied: int
    missing: tuple[UUID, ...]
