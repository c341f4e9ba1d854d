"""What the clinic remembers of its backups: begun, made, proven, failed; each with its line in the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from meditrack_desktop.database.alone import alone_on_server, alone_with_file
from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.backups import BackupRunRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.backups import BackupCheck, BackupKind, BackupOutcome
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Stopped
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.source import clean_scratch
from meditrack_desktop.services.backup.writing import Written
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Works

ITSELF = "MediTrack"
"""Who the trail names where nobody asked: a scheduled run."""
LOCK_FILE = ".backup.lock"
_LONGEST_LIST = 20


class Runs:
    """The clinic's memory of runs, and the lock that lets only one go on at a time, whichever desk it is at."""

    def __init__(self, work: Works, profile: Profile) -> None:
        self._work = work
        self._profile = profile

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else back up, check or restore meanwhile. Unavailable BACKUP_RUNNING.

        Whoever held this and died has let go of it: what they left is tidied up here.
        """
        database = self._work.database
        with alone_with_file(self._profile.folder / LOCK_FILE):
            if database.shared:
                with alone_on_server(database):
                    self._tidy()
                    yield
            else:
                self._tidy()
                yield

    def begin(self, session: WriteSession, kind: BackupKind, folder: str, run_id: UUID) -> BackupRunRow:
        """The row of a run that begins, in the caller's transaction."""
        row = BackupRunRow(
            id=run_id,
            name="",
            kind=kind,
            workstation=self._work.trail.chain,
            target=folder[:500],
            started_at=self._work.clock.now(),
            outcome=BackupOutcome.RUNNING,
            bytes=0,
            documents=0,
            problem="",
        )
        session.add(row)
        session.reported.add(row)
        return row

    def begin_itself(self, kind: BackupKind, folder: str) -> UUID:
        """As `begin`, where nobody asked for it."""
        run_id = new_id()
        with self._work.unsigned(Change("backup", run_id)) as session:
            self.begin(session, kind, folder, run_id)
            self._line(session, None, Line("backup.begun", "backup", run_id, detail=kind.value))
        return run_id

    def written(self, run_id: UUID, actor: Actor | None, written: Written) -> None:
        manifest = written.manifest
        absent = f"; {len(manifest.absent)} documents missing" if manifest.absent else ""
        detail = f"{manifest.name}; {manifest.document_count} documents{absent}"
        with self._work.unsigned(Change("backup", run_id)) as session:
            row = self._row(session, run_id)
            row.name, row.outcome = manifest.name, BackupOutcome.WRITTEN
            row.bytes, row.documents = written.bytes, manifest.document_count
            self._line(session, actor, Line("backup.made", "backup", run_id, detail=detail))

    def checked(self, run_id: UUID, actor: Actor | None, check: BackupCheck) -> None:
        """Note what proving a backup just made, or an earlier one, found."""
        with self._work.unsigned(Change("backup", run_id)) as session:
            row = self._row(session, run_id)
            if row.finished_at is None:
                row.finished_at = check.checked_at
            row.outcome = BackupOutcome.VERIFIED if check.whole else BackupOutcome.FAILED
            row.verified_at = check.checked_at if check.whole else None
            row.problem = "" if check.whole else ErrorCode.BACKUP_DAMAGED.value
            self._line(session, actor, checked_line(check, run_id))

    def checked_name(self, actor: Actor | None, check: BackupCheck) -> None:
        """As `checked`, for a backup that may have been made elsewhere and has no row here."""
        with self._work.unsigned() as session:
            row = queries.of_name(session, check.name)
            run_id = row.id if row else None
            if row is None:
                self._line(session, actor, checked_line(check, None))
        if run_id is not None:
            self.checked(run_id, actor, check)

    def failed(self, run_id: UUID, actor: Actor | None, error: ClinicError) -> None:
        stopped = isinstance(error, Stopped)
        action = "backup.stopped" if stopped else "backup.failed"
        line = Line(action, "backup", run_id, detail=error.code.value, outcome=Outcome.DONE)
        with self._work.unsigned(Change("backup", run_id)) as session:
            row = self._row(session, run_id)
            row.finished_at = self._work.clock.now()
            row.outcome = BackupOutcome.STOPPED if stopped else BackupOutcome.FAILED
            row.problem = error.code.value
            self._line(session, actor, line)

    def restore_failed(self, actor: Actor, name: str, error: ClinicError) -> None:
        """A restore that changed nothing."""
        line = Line("backup.restore_failed", "backup", detail=f"{name[:60]}; {error.code.value}")
        with self._work.unsigned() as session:
            self._line(session, actor, line)

    def _tidy(self) -> None:
        clean_scratch(self._profile.folder)
        now = self._work.clock.now()
        with self._work.database.reading() as reading:
            if not queries.left_running(reading):
                return
        with self._work.unsigned() as session:
            for row in queries.left_running(session):
                row.outcome, row.finished_at = BackupOutcome.FAILED, now
                session.reported.add(row)
                self._line(session, None, Line("backup.failed", "backup", row.id, detail="was killed"))

    def _row(self, session: WriteSession, run_id: UUID) -> BackupRunRow:
        row = queries.row(session, run_id)
        assert row is not None
        session.reported.add(row)
        return row

    def _line(self, session: WriteSession, actor: Actor | None, line: Line) -> None:
        self._work.trail.write(session, actor, self._work.clock.now(), [line], name="" if actor else ITSELF)


def checked_line(check: BackupCheck, run_id: UUID | None) -> Line:
    """The trail's line for a check: which backup, and what was wrong."""
    if check.whole:
        return Line("backup.verified", "backup", run_id, detail=f"{check.name}; {check.opened} opened")
    wrong = list(check.damaged[:_LONGEST_LIST])
    if check.without_recovery_copy:
        wrong.append(f"{check.without_recovery_copy} keys without recovery copy")
    return Line("backup.damaged", "backup", run_id, detail=f"{check.name}; {', '.join(wrong)}")
