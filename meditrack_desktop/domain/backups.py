"""Backups: what kind they are and how they ended."""

from __future__ import annotations

from enum import StrEnum


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
