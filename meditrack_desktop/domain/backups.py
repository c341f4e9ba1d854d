"""Backups: what kind they are, how they ended, what a check found, and what bringing one back would do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from meditrack_desktop.domain.errors import ErrorCode

OVERDUE = timedelta(hours=50)
"""A last good backup older than this is an alarm; `LATE` is a reminder."""
LATE = timedelta(hours=26)


class BackupKind(StrEnum):
    """Why a backup was made. Stored; never change a value."""

    SCHEDULED = "scheduled"
    BY_HAND = "by-hand"
    BEFORE_RESTORE = "before-restore"
    BEFORE_MIGRATION = "before-migration"


class BackupOutcome(StrEnum):
    """How it ended. `WRITTEN` is not verified yet."""

    RUNNING = "running"
    WRITTEN = "written"
    VERIFIED = "verified"
    STOPPED = "stopped"
    FAILED = "failed"


class BackupPhase(StrEnum):
    """What a long run is doing."""

    DATABASE = "database"
    DOCUMENTS = "documents"
    CHECKING = "checking"
    RESTORING = "restoring"


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """How far a run is: `done` of `total` bytes, all phases together, and the phase it is in."""

    done: int
    total: int
    phase: BackupPhase


OnBackupProgress = Callable[[BackupProgress], None]
"""Called often from the working thread."""

StopAsked = Callable[[], bool]
"""Asked often from the working thread; True ends the run at the next safe point with `Stopped`."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One complete backup in a backup folder. `bytes` is its own share of the folder: files that no other
    backup needs are not told apart, so it counts every document it holds.

    `verified_at` is when this desk last restored it to a scratch folder and found everything right.
    `without_keys`: an old one from which the keys of patients were taken (security.md D39); bringing it back
    takes them from a newer one. Of one that is not `readable`, only name and time are known: its list is damaged.
    """

    name: str
    made_at: datetime
    kind: BackupKind
    desk: str
    bytes: int
    documents: int
    verified_at: datetime | None = None
    without_keys: bool = False
    readable: bool = True


@dataclass(frozen=True, slots=True)
class BackupCheck:
    """What really restoring a backup to a scratch folder found.

    `damaged` names files of the backup folder that are not as they were written, are missing, or lie there
    without being part of it. `absent` are documents that were missing from the vault already when the backup
    was made. Of `damaged`, `changed` are those whose bytes are not the ones that were written: the others were
    written as the clinic was, and that was not whole. `opened` counts the documents decrypted to their last byte.
    """

    name: str
    checked_at: datetime
    damaged: tuple[str, ...] = ()
    absent: tuple[UUID, ...] = ()
    documents: int = 0
    opened: int = 0
    audit_lines: int = 0
    without_recovery_copy: int = 0
    strangers: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the backup holds all that it says. Strangers in the common store harm nothing."""
        return not self.damaged and not self.without_recovery_copy


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a run did. `bytes` were written now; `documents` are held in all; `new_documents` files came
    with it: a document is one, and what was made from it is others."""

    name: str
    kind: BackupKind
    outcome: BackupOutcome
    made_at: datetime
    bytes: int
    documents: int
    new_documents: int
    check: BackupCheck
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupRun:
    """One run as the clinic remembers it. `problem` is the code of the error that ended it."""

    id: UUID
    name: str
    kind: BackupKind
    desk: str
    folder: str
    started_at: datetime
    finished_at: datetime | None
    outcome: BackupOutcome
    bytes: int
    documents: int
    verified_at: datetime | None
    problem: ErrorCode | None


LOOKS = ("vault.looked_after", "vault.checked")
"""The lines in the trail of a look after the vault: the nightly one, and the one that read every document."""

_TOLD = re.compile(r"(\d+) missing, (\d+) damaged, (\d+) without recovery copy")


def told(missing: int, damaged: int, without_copy: int) -> str:
    """How such a line tells what was found."""
    return f"{missing} missing, {damaged} damaged, {without_copy} without recovery copy"


def heard(detail: str) -> tuple[int, int, int]:
    """What `told` told: missing, damaged, without recovery copy."""
    found = _TOLD.match(detail)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """What the status strip and the banner need.

    `last_at` is when the last finished backup of the clinic was made, at whichever desk; `last_verified_at`
    that of the last one that was found whole. `folder` is this desk's, empty if it has none; `later`: somebody
    said "later" when asked for one. `missing_documents`: rows whose file is gone from the vault, `damaged_…`
    those whose file changed, `without_recovery_copy` patients' keys that only the database still holds; as the
    last look after the vault found it.
    """

    folder: str
    later: bool
    last_at: datetime | None
    last_verified_at: datetime | None
    running: bool
    problem: ErrorCode | None
    missing_documents: int = 0
    damaged_documents: int = 0
    without_recovery_copy: int = 0
    looked_at: datetime | None = None

    def age(self, now: datetime) -> timedelta | None:
        """How old the newest good backup is; None if there is none."""
        return None if self.last_at is None else now - self.last_at

    def late(self, now: datetime) -> bool:
        """Whether a backup should have been made some hours ago, or was never made."""
        age = self.age(now)
        return age is None or age > LATE

    def overdue(self, now: datetime) -> bool:
        """Whether the last backup is too old to be called one, or there is none."""
        age = self.age(now)
        return age is None or age > OVERDUE


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What a backup holds, before anybody agrees to bring it back. `counts` are rows by table. `store` is the address
    of the store where its documents lay; empty for a folder."""

    name: str
    clinic_id: UUID
    clinic_name: str
    made_at: datetime
    made_by: str
    kind: BackupKind
    schema: str
    counts: Mapping[str, int]
    documents: int
    bytes: int
    absent: int
    without_keys: bool
    needs_migration: bool
    store: str = ""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore did. `saved_as` is the backup of the state before it, or the folder it was set aside in;
    empty where there was nothing. `documents_added` files were missing or damaged in the vault and are there again.
    """

    name: str
    made_at: datetime
    saved_as: str
    counts: Mapping[str, int]
    documents: int
    documents_added: int
    absent: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class UpkeepReport:
    """What a look after the vault did and found (security.md D24). Nothing was deleted but crashed leftovers."""

    at: datetime
    checked: int
    removed_unfinished: int
    set_apart: tuple[UUID, ...]
    missing: tuple[UUID, ...]
    damaged: tuple[UUID, ...]
    without_recovery_copy: tuple[UUID, ...]
    resisted: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not (self.missing or self.damaged or self.without_recovery_copy or self.resisted)


@dataclass(frozen=True, slots=True)
class ClinicCheck:
    """What `verify` found of the whole clinic. `database` lists complaints of the database itself."""

    at: datetime
    audit_lines: int
    broken_chains: tuple[tuple[str, int], ...]
    database: tuple[str, ...]
    documents: int
    missing: tuple[UUID, ...]
    damaged: tuple[UUID, ...]
    without_recovery_copy: tuple[UUID, ...]
    backups: tuple[BackupCheck, ...] = ()

    @property
    def whole(self) -> bool:
        return not (
            self.broken_chains
            or self.database
            or self.missing
            or self.damaged
            or self.without_recovery_copy
            or any(not check.whole for check in self.backups)
        )
