"""Runs an import: reads files, registers people in batches, and says what came of it."""

from __future__ import annotations

from meditrack_desktop.services.work import Works


class Imports:
    def __init__(self, work: Works) -> None:
        self.work = work
