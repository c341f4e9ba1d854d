"""Has the clinic backed up and its documents looked after when it is due; keeps the strip's words about both true."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.backups import BackupProgress, BackupReport, BackupStatus, UpkeepReport
    from meditrack_desktop.services.clinic import Clinic

LOOK_MS = 4 * 60_000
FIRST_LOOK_MS = 30_000


class BackupWatch(QObject):
    """`known` carries a `BackupStatus` whenever it was read: after signing in, after a backup, every few minutes."""

    known = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._clinic: Clinic | None = None
        self._actor: Actor | None = None
        self._running = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._first = QTimer(self, singleShot=True, interval=FIRST_LOOK_MS)
        self._first.timeout.connect(self.back_up_if_due)

    def begin(self, clinic: Clinic, actor: Actor) -> None:
        """Somebody works here; what is due is begun a little later, so that their first page comes first."""
        self._clinic, self._actor = clinic, actor
        self._timer.start()
        if not self._first.isActive():
            self._first.start()
        self.ask()

    def rest(self) -> None:
        """The desk is locked: nobody to tell, and no keys to back up with."""
        self._timer.stop()
        self._first.stop()
        self._actor = None

    def look(self) -> None:
        """Back up if it is due, and ask how things stand."""
        self.back_up_if_due()
        self.ask()

    def ask(self) -> None:
        """Read how the last backup is."""
        clinic, actor = self._clinic, self._actor
        if clinic is not None and actor is not None:
            self._tasks.query(
                self,
                lambda: clinic.backups.status(actor),
                self.known.emit,
                failed=_said_elsewhere,
                replaces="status",
            )

    def on_changed(self, changes: ChangeSet) -> None:
        """A backup was made or its folder changed, here or at another desk."""
        if changes.touches("backup"):
            self.ask()

    def back_up_if_due(self) -> None:
        """Begin today's backup if it is still to be made. It is named in the strip once it really goes on."""
        clinic = self._clinic
        if clinic is None or self._running or self._actor is None:
            return
        self._running = True

        def work(report: OnProgress) -> BackupReport | None:
            def tell(progress: BackupProgress) -> None:
                report(Progress(progress.done, progress.total))

            return clinic.backups.run_if_due(tell)

        task = self._tasks.slow(self, work, done=self._done, failed=self._failed, always=self._ended)
        task.progressed.connect(lambda _: setattr(task, "title", self.tr("Backing up")))

    def look_after_if_due(self) -> None:
        """Begin the day's look after the documents if it is still to be had: leftovers, what is gone or changed."""
        clinic = self._clinic
        if clinic is None or self._running or self._actor is None:
            return
        self._running = True

        def work(report: OnProgress) -> UpkeepReport | None:
            def tell(progress: BackupProgress) -> None:
                report(Progress(progress.done, progress.total))

            looked = clinic.upkeep.run_if_due(tell)
            clinic.document_search.catch_up()
            return looked

        task = self._tasks.slow(self, work, done=self._done, failed=self._failed, always=self._looked)
        task.progressed.connect(lambda _: setattr(task, "title", self.tr("Checking the documents")))

    def _done(self, report: BackupReport | UpkeepReport | None) -> None:
        if report is not None:
            self.ask()

    def _failed(self, error: ClinicError) -> None:
        """The run's row says why, and the strip turns amber with time."""
        self.ask()

    def _ended(self) -> None:
        self._running = False
        self.look_after_if_due()  # after the backup, never beside it; also if that failed

    def _looked(self) -> None:
        self._running = False


def backup_age(status: BackupStatus, now: datetime) -> int:
    """Whole hours since the last good backup; -1 if there is none."""
    age = status.age(now)
    return -1 if age is None else int(age.total_seconds() // 3600)


def _said_elsewhere(error: ClinicError) -> None:
    """The strip says when the server is out of reach."""
