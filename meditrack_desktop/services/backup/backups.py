"""The clinic's backups, as windows and the command line ask for them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import (
    LOOKS,
    Backup,
    BackupCheck,
    BackupKind,
    BackupOutcome,
    BackupReport,
    BackupStatus,
    OnBackupProgress,
    RestorePreview,
    RestoreReport,
    StopAsked,
    heard,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_anchors import AuditAnchors
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.folder import BackupFolder, time_in
from meditrack_desktop.services.backup.here import Here
from meditrack_desktop.services.backup.manifest import Manifest
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.restoring import bring_back, preview_of
from meditrack_desktop.services.backup.runs import ITSELF, Runs
from meditrack_desktop.services.backup.schedule import is_due
from meditrack_desktop.services.backup.writing import write_backup
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.places import check_backup_folder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.disk import Disk


class Backups:
    """Making, proving, listing, bringing back. One run goes on at a time in the whole clinic: BACKUP_RUNNING.

    Long methods take `progress`, told of bytes, and `stop`, asked between them.
    """

    def __init__(
        self,
        work: Works,
        keys: KeyHolder,
        profile: Profile,
        anchors: AuditAnchors | None = None,
        disk: Disk | None = None,
    ) -> None:
        self.work = work
        self._here = Here(work, keys, profile, disk)
        self._runs = Runs(work, profile)
        self._anchors = anchors

    def status(self, actor: Actor) -> BackupStatus:
        """How things stand, for the strip at the foot and the banner. Does not touch the backup folder."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.listed("backup")
            newest = queries.newest(look.session, look.now)
            facts = self._here.profile.facts()
            look_at, found = queries.last_look(look.session, LOOKS, look.now) or (None, "")
            missing, changed, without_copy = heard(found)
            return BackupStatus(
                folder=facts.backup_folder,
                later=facts.backup_put_off,
                last_at=queries.last_good(look.session, look.now),
                last_verified_at=queries.last_verified(look.session, look.now),
                running=newest is not None and newest.outcome is BackupOutcome.RUNNING,
                problem=newest.problem if newest else None,
                missing_documents=missing,
                damaged_documents=changed,
                without_recovery_copy=without_copy,
                looked_at=look_at,
            )

    def list(self, actor: Actor) -> tuple[Backup, ...]:
        """The backups of this desk's folder, newest first; none without a folder.

        Unavailable BACKUP_TARGET_UNUSABLE if it is away (a stick that was pulled out), VAULT_LOCKED.
        """
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.listed("backup")
            proven = queries.verified_at(look.session)
        if not self._here.profile.facts().backup_folder:
            return ()
        names = reversed(self._here.folder().names())
        return tuple(_listed(name, self._here.readable(name), proven.get(name)) for name in names)

    def set_target(self, actor: Actor, folder: Path | None) -> BackupStatus:
        """Let this desk back up to `folder`; None: later. Takes effect at once, no backup is made.

        Unavailable BACKUP_TARGET_UNUSABLE (not writable, or inside the profile or the vault), BACKUP_FOREIGN.
        """
        with self.work(actor, Permission.BACK_UP) as work:
            clinic_id = clinic_queries.profile(work.session).id
            line = Line("backup.target_changed", "backup", detail="chosen" if folder else "later")
            work.noted(line, Change("backup", clinic_id))
        profile = self._here.profile
        facts = profile.facts()
        if folder is not None:
            folder = folder.absolute()
            check_backup_folder(folder, profile.folder)
            check_backup_folder(folder, profile.vault(facts))
            BackupFolder(folder, self._here.disk).prepare(facts.clinic_id)
        chosen = "" if folder is None else str(folder)
        profile.write_facts(replace(facts, backup_folder=chosen, backup_put_off=folder is None))
        return self.status(actor)

    def run(
        self, actor: Actor, progress: OnBackupProgress | None = None, stop: StopAsked | None = None
    ) -> BackupReport:
        """Back up now and prove it. The report says VERIFIED, or FAILED with what was found damaged.

        Unavailable BACKUP_TARGET_UNUSABLE (also without a folder), BACKUP_FULL, BACKUP_RUNNING, VAULT_LOCKED,
        VAULT_MISSING; Stopped. Earlier backups are untouched then.
        """
        run_id = new_id()
        with self._runs.alone():
            with self.work(actor, Permission.BACK_UP) as work:
                row = self._runs.begin(work.session, BackupKind.BY_HAND, self._target(), run_id)
                work.added(row, "backup.begun", Change("backup", run_id))
            meter = Meter(progress, stop)
            report = self._run(run_id, actor, BackupKind.BY_HAND, meter)
            meter.end()
            return report

    def run_if_due(
        self, progress: OnBackupProgress | None = None, stop: StopAsked | None = None
    ) -> BackupReport | None:
        """Back up if today's is still to be made and this desk can; None if not. Nobody has to be signed in.

        Due once a day from `backup_hour` of the clinic's clock on, and again an hour after one that failed. A
        closed or locked clinic waits until somebody is back. Raises as `run`, but None for BACKUP_RUNNING.
        """
        opened = self._here.keys.opened
        if opened is None or not opened.backup_identity or not self._target() or not self._due():
            return None
        try:
            with self._runs.alone():
                if not self._due():
                    return None  # another desk was first
                run_id = self._runs.begin_itself(BackupKind.SCHEDULED, self._target())
                meter = Meter(progress, stop)
                report = self._run(run_id, None, BackupKind.SCHEDULED, meter)
                meter.end()
                return report
        except Unavailable as error:
            if error.code is ErrorCode.BACKUP_RUNNING:
                return None
            raise

    def verify(
        self,
        actor: Actor,
        name: str,
        progress: OnBackupProgress | None = None,
        stop: StopAsked | None = None,
    ) -> BackupCheck:
        """Prove a backup by really restoring it to a scratch folder; `name` may be "latest".

        NotFound BACKUP_NOT_FOUND; Unavailable BACKUP_FOREIGN, BACKUP_NEWER, BACKUP_RUNNING, VAULT_LOCKED; Stopped.
        """
        with self.work(actor, Permission.BACK_UP) as work:
            work.noted(Line("backup.check_begun", "backup", detail=name[:60]))
        with self._runs.alone():
            meter = Meter(progress, stop)
            check = self._here.verify(self._here.named(name), meter)
            self._runs.checked_name(actor, check)
            meter.end()
            return check

    def preview(self, actor: Actor, name: str) -> RestorePreview:
        """What bringing this backup back would bring: shown before anybody agrees. `name` may be "latest".

        NotFound BACKUP_NOT_FOUND; Unavailable BACKUP_DAMAGED, BACKUP_FOREIGN, BACKUP_NEWER, VAULT_LOCKED.
        """
        with self.work.looking(actor, Permission.RESTORE) as look:
            look.listed("backup")
        return preview_of(self._here.open(self._here.named(name)))

    def restore(
        self,
        actor: Actor,
        name: str,
        progress: OnBackupProgress | None = None,
        stop: StopAsked | None = None,
    ) -> RestoreReport:
        """Bring a backup back; the present state is backed up first. Then the clinic is closed: all sign in again.

        People, passwords, rights, desks and keys stay as they are now. Killed or stopped at any point, the clinic
        is as it was or as the backup was. NotFound BACKUP_NOT_FOUND; Unavailable BACKUP_DAMAGED naming the file,
        BACKUP_FOREIGN, BACKUP_NEWER, BACKUP_FULL, BACKUP_RUNNING, VAULT_..., DATABASE_BUSY; Stopped.
        """
        with self._runs.alone():
            with self.work(actor, Permission.RESTORE) as work:
                work.noted(Line("backup.restore_begun", "backup", detail=name[:60]))
            meter, opened = Meter(progress, stop), self._here.secrets()
            try:
                backup = self._here.open(self._here.named(name))
                report = bring_back(self._here, backup, actor, lambda: self._save(actor, meter), meter)
            except ClinicError as error:
                self._runs.restore_failed(actor, name, error)
                raise
        self._accept(opened)
        meter.end()
        return report

    def _save(self, actor: Actor, meter: Meter) -> BackupReport:
        """Back up what a restore is about to replace. Others are signed out first: what they did from now on
        would be in no backup, and gone afterwards."""
        run_id = new_id()
        with self.work(actor, Permission.RESTORE) as work:
            row = self._runs.begin(work.session, BackupKind.BEFORE_RESTORE, self._target(), run_id)
            work.added(row, "backup.begun", Change("backup", run_id))
            queries.end_other_sessions(work.session, actor.session_id, work.now)
        return self._run(run_id, actor, BackupKind.BEFORE_RESTORE, meter)

    def _run(self, run_id: UUID, actor: Actor | None, kind: BackupKind, meter: Meter) -> BackupReport:
        """Write, prove, thin out; whatever happens, the run's row says how it ended."""
        here = self._here
        try:
            folder = here.folder()
            folder.prepare(here.profile.facts().clinic_id)
            folder.clean()
            now = self.work.clock.now()
            made_by = actor.name if actor else ITSELF
            written = write_backup(here.source(), folder, kind, made_by, now, meter)
            self._runs.written(run_id, actor, written)
            check = here.verify(written.manifest.name, meter)
            if check.changed and here.mend(check, meter):
                check = here.verify(written.manifest.name, meter)
            self._runs.checked(run_id, actor, check)
        except ClinicError as error:
            self._runs.failed(run_id, actor, error)
            raise
        whole = check.whole and kind is not BackupKind.BEFORE_RESTORE  # the one to come back must stay
        return BackupReport(
            name=written.manifest.name,
            kind=kind,
            outcome=BackupOutcome.VERIFIED if check.whole else BackupOutcome.FAILED,
            made_at=now,
            bytes=written.bytes,
            documents=written.manifest.document_count,
            new_documents=written.new_documents,
            check=check,
            removed=here.prune(now, meter) if whole else (),
        )

    def _accept(self, opened: ClinicSecrets) -> None:
        """Let this desk remember the trail as it is now, and close the clinic.

        If the desk's store does not answer, checks of the trail find the line that explains the difference.
        """
        self._here.keys.open(opened)
        try:
            if self._anchors is not None:
                with suppress(Unavailable):
                    self._anchors.accept()
        finally:
            self._here.keys.close()

    def _due(self) -> bool:
        with self.work.database.reading() as session:
            now = self.work.clock.now()
            return is_due(
                now,
                clinic_queries.profile(session).tz,
                settings_queries.read(session).backup_hour,
                queries.last_good(session, now),
                queries.newest(session, now),
            )

    def _target(self) -> str:
        return self._here.profile.facts().backup_folder


def _listed(name: str, manifest: Manifest | None, verified_at: datetime | None) -> Backup:
    if manifest is None:
        return Backup(name, time_in(name), BackupKind.BY_HAND, "", 0, 0, None, readable=False)
    return Backup(
        name=name,
        made_at=manifest.made_at,
        kind=manifest.kind,
        desk=manifest.desk,
        bytes=manifest.size,
        documents=manifest.document_count,
        verified_at=verified_at,
        without_keys=not manifest.has_keys,
    )
