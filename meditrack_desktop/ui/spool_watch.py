"""Has what waits at this desk for the vault filed when that is back, and says how much still waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.spool import Delivered
    from meditrack_desktop.services.clinic import Clinic

LOOK_MS = 15_000


class SpoolWatch(QObject):
    """`known` carries how many documents are not stored yet: after signing in, and whenever that may have changed."""

    known = Signal(int)

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._clinic: Clinic | None = None
        self._actor: Actor | None = None
        self._running = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        tasks.refused.connect(self._on_refused)

    def begin(self, clinic: Clinic, actor: Actor) -> None:
        """Somebody works here: what they may file can be filed for whoever began it."""
        self._clinic, self._actor = clinic, actor
        self._timer.start()
        QTimer.singleShot(0, self, self.look)  # once the window is there that shows it

    def rest(self) -> None:
        """The desk is locked; what waits goes on waiting."""
        self._timer.stop()
        self._actor = None

    def on_changed(self, changes: ChangeSet) -> None:
        """Something was filed or given up, here or at another desk."""
        if self._clinic is not None and changes.touches("document"):
            self.known.emit(self._clinic.spool.count)

    def look(self, now: bool = False) -> None:
        """File what waits, if it may be tried again; `now` because a person wants it."""
        clinic, actor = self._clinic, self._actor
        if clinic is None or actor is None:
            return
        self.known.emit(clinic.spool.count)
        if self._running or not clinic.spool.count:
            return
        if not actor.may(Permission.ATTACH_DOCUMENT):
            return
        self._running = True

        def work(_: OnProgress) -> Delivered:
            return clinic.spool.deliver(actor, now)

        self._tasks.slow(self, work, done=self._told, failed=_next_time, always=self._ended)

    def _on_refused(self, error: object) -> None:
        """A filing may just have been kept here."""
        if self._clinic is not None:
            self.known.emit(self._clinic.spool.count)

    def _told(self, delivered: Delivered) -> None:
        self.known.emit(delivered.waiting)

    def _ended(self) -> None:
        self._running = False


def _next_time(error: ClinicError) -> None:
    """It waits on, and the strip goes on saying so."""
