"""Whose a file may be: asked for the one that is looked at, and for the next before anybody comes to it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.incoming import Guess, IncomingFile
from meditrack_desktop.ui.desk import Desk

KEPT = 8
Guesses = tuple[Guess, ...]


class GuessingAhead(QObject):
    """An answer is kept for the file and the state of it that it was asked for; patients that change end all."""

    def __init__(self, desk: Desk, owner: QObject) -> None:
        super().__init__(owner)
        self._desk = desk
        self._known: dict[tuple[UUID, int], Guesses] = {}
        self._round = 0
        desk.live.changed.connect(self._on_changed)

    def ask(
        self,
        file: IncomingFile,
        then: Callable[[Guesses], object],
        failed: Callable[[ClinicError], object],
    ) -> None:
        """`then` is given the guesses, at once where they are known. A newer call drops this one's answer."""
        known = self._known.get((file.id, file.version))
        if known is None:
            self._query(file, then, failed, "now")
            return
        # The question that may still be on its way for another file is dropped.
        self._desk.tasks.query(self, lambda: None, lambda _none: None, replaces="now")
        then(known)

    def look_ahead(self, file: IncomingFile) -> None:
        """Have the guesses of this one ready."""
        if (file.id, file.version) not in self._known:
            self._query(file, lambda _guesses: None, lambda _error: None, "ahead")

    def _query(
        self,
        file: IncomingFile,
        then: Callable[[Guesses], object],
        failed: Callable[[ClinicError], object],
        lane: str,
    ) -> None:
        desk, asked = self._desk, self._round

        def found(guesses: Guesses) -> None:
            if asked == self._round:
                self._known[file.id, file.version] = guesses
                while len(self._known) > KEPT:
                    del self._known[next(iter(self._known))]
            then(guesses)

        desk.tasks.query(
            self,
            lambda: desk.clinic.incoming.guess(desk.actor, file.id),
            found,
            failed=failed,
            replaces=lane,
        )

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("patient"):
            self._known.clear()
            self._round += 1
