"""Asks every few seconds whether the session still lives, so that one ended elsewhere locks this desk within 5 s."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.services.clinic import Clinic

BEAT_MS = 2500


class Heartbeat(QObject):
    """Beats in the read lane while somebody is here. A refusal reaches the window as `Tasks.expired`.

    One question at a time: where the server hangs, questions do not pile up.
    """

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._clinic: Clinic | None = None
        self._actor: Actor | None = None
        self._asked: Actor | None = None
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self.beat)

    @property
    def beating(self) -> bool:
        return self._timer.isActive()

    def begin(self, clinic: Clinic, actor: Actor) -> None:
        """Watch this person's session from now on."""
        self._clinic, self._actor = clinic, actor
        self._timer.start()

    def end(self) -> None:
        """Stop: the desk is locked or nobody is here."""
        self._timer.stop()
        self._actor = None

    def beat(self) -> None:
        """Ask now; also called when other desks announce that something about sessions changed."""
        clinic, actor = self._clinic, self._actor
        if clinic is None or actor is None or self._asked is actor:
            return
        self._asked = actor
        self._tasks.query(
            self,
            lambda: clinic.sessions.still_live(actor),
            _lives_on,
            failed=_said_elsewhere,
            always=self._answered,
        )

    def _answered(self) -> None:
        self._asked = None


def _lives_on(_answer: object) -> None:
    """Nothing to do."""


def _said_elsewhere(error: ClinicError) -> None:
    """The window hears `Tasks.expired`; a server out of reach is said in the strip."""
