"""How far a run is, and whether somebody asked it to stop."""

from __future__ import annotations

from meditrack_desktop.domain.backups import BackupPhase, BackupProgress, OnBackupProgress, StopAsked
from meditrack_desktop.domain.errors import Stopped

TELL_EACH = 4 * 1024 * 1024
SMALL_STEP = 4096
"""What is said of a step whose bytes nobody counts."""


class Meter:
    """Counts bytes of all phases. `seen` raises Stopped as soon as somebody asked for it."""

    def __init__(self, progress: OnBackupProgress | None = None, stop: StopAsked | None = None) -> None:
        self._progress = progress
        self._stop = stop
        self._done = 0
        self._total = 0
        self._told = 0
        self._phase = BackupPhase.DATABASE

    def begin(self, phase: BackupPhase, expected: int) -> None:
        """A phase begins that will move about so many bytes."""
        self._phase = phase
        self._total = max(self._total, self._done + expected)
        self._tell()

    def expect(self, total: int) -> None:
        """Say early how many bytes all phases will move, so that the bar does not jump back."""
        self._total = max(self._total, self._done + total)

    def seen(self, count: int = SMALL_STEP) -> None:
        if self._stop is not None and self._stop():
            raise Stopped()
        self._done += count
        if self._done - self._told >= TELL_EACH:
            self._tell()

    def end(self) -> None:
        self._total = self._done
        self._tell()

    def _tell(self) -> None:
        self._told = self._done
        if self._progress is not None:
            self._progress(BackupProgress(self._done, max(self._total, self._done), self._phase))
