"""Keeps a signed-in desk: what locks it, what asks for the password again, what must not stay behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QToolTip, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.backup_watch import BackupWatch
from meditrack_desktop.ui.clipboard import ClipboardWatch
from meditrack_desktop.ui.filing.ready import make_ready
from meditrack_desktop.ui.heartbeat import Heartbeat
from meditrack_desktop.ui.session_lock import HARD_LIMIT, IDLE_LIMIT, HardLock, IdleWatch
from meditrack_desktop.ui.spool_watch import SpoolWatch
from meditrack_desktop.ui.step_up import StepUp
from meditrack_desktop.ui.system_lock import system_lock
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.domain.settings import ClinicSettings
    from meditrack_desktop.services.clinic import Clinic

READY_MS = 2000
"""After signing in, once the first page stands."""
ABOUT_SESSIONS = ("session", "account", "workstation")


class Guard(QObject):
    """`attend` while somebody works, `rest` the moment they are hidden.

    `lockWanted` carries why (empty: nobody was there) and whether the session is over, so that only the password
    opens it again. `hardLockWanted` comes when the desk has been locked for long, `rulesChanged` when the clinic's
    minutes are others.
    """

    lockWanted = Signal(str, bool)
    hardLockWanted = Signal()
    rulesChanged = Signal()
    warned = Signal()

    def __init__(self, tasks: Tasks, window: QMainWindow, clock: Clock) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._clinic: Clinic | None = None
        self._actor: Actor | None = None
        self.idle_limit, self.hard_limit = IDLE_LIMIT, HARD_LIMIT
        self.watch = IdleWatch(window, clock)
        self.hard = HardLock(self, clock)
        self.heartbeat = Heartbeat(tasks, self)
        self.step_up = StepUp(tasks, window)
        self.clipboard = ClipboardWatch(self)
        self.backups = BackupWatch(tasks, self)
        self.spool = SpoolWatch(tasks, self)
        self.system = system_lock(window)
        self.system.locking.connect(lambda: self.lockWanted.emit("", False))
        self.watch.idle.connect(lambda: self.lockWanted.emit("", False))
        self.watch.warned.connect(self.warned)
        self.hard.due.connect(self.hardLockWanted)
        tasks.expired.connect(self._on_expired)

    def use_clock(self, clock: Clock) -> None:
        """The clinic's clock decides."""
        self.watch.clock = self.hard.clock = clock

    def use_rules(self, rules: ClinicSettings) -> None:
        """The clinic's settings of how long a desk may be left alone."""
        self.idle_limit = self.watch.limit = timedelta(minutes=rules.idle_lock_minutes)
        self.hard_limit = timedelta(minutes=rules.hard_lock_minutes)
        self.rulesChanged.emit()

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without a touch the desk locks."""
        return int(self.idle_limit.total_seconds() // 60)

    def attend(self, clinic: Clinic, actor: Actor, host: QWidget) -> None:
        """Somebody works at this desk. `host` is what dialogs belong to."""
        self._clinic, self._actor = clinic, actor
        self._tasks.session = actor.session_id
        self.hard.end()
        self.system.begin()
        self.watch.begin()
        self.heartbeat.begin(clinic, actor)
        self.backups.begin(clinic, actor)
        self.spool.begin(clinic, actor)
        QTimer.singleShot(READY_MS, self, self._make_ready)
        self.step_up.use(clinic, actor, host)

    def rest(self) -> None:
        """Nobody does any more. What floats on the screen or waits on the clipboard goes."""
        self._tasks.session = self._actor = None
        self.watch.end()
        self.heartbeat.end()
        self.backups.rest()
        self.spool.rest()
        self.step_up.rest()
        self.clipboard.clear()
        QToolTip.hideText()

    def _make_ready(self) -> None:
        if self._clinic is not None and self._actor is not None:
            make_ready(self._tasks, self, self._clinic, self._actor)

    def count_down(self) -> None:
        """The desk is locked from now on."""
        self.hard.begin(self.hard_limit)

    def end(self) -> None:
        """The window closes."""
        self.rest()
        self.hard.end()
        self.system.end()
        self.clipboard.end()

    def on_changed(self, changes: ChangeSet) -> None:
        """Other desks tell what changed: a session may have been ended."""
        if any(changes.touches(kind) for kind in ABOUT_SESSIONS):
            self.heartbeat.beat()
        self.backups.on_changed(changes)
        self.spool.on_changed(changes)
        clinic, actor = self._clinic, self._actor
        if changes.touches("settings") and clinic is not None and actor is not None:
            self._tasks.query(
                self, lambda: clinic.settings.read(actor), self.use_rules, failed=_as_before, replaces="rules"
            )

    def _on_expired(self, error: ClinicError, session: UUID | None) -> None:
        """Answers come late: one that was asked in another session says nothing about this one."""
        if session is not None and session == self._tasks.session:
            self.lockWanted.emit(errors.words(error).title, True)


def _as_before(error: ClinicError) -> None:
    """Then the rules are those of before."""
