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
    Backup,
    BackupCheck,
    BackupKind,
    BackupOutcome,
    BackupReport,
    BackupStatus,
    OnBackupProgress,
    StopAsked,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotFound, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.contents import OpenBackup, open_backup
from meditrack_desktop.services.backup.folder import BackupFolder
from meditrack_desktop.services.backup.manifest import Manifest
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.retention import prune
from meditrack_desktop.services.backup.runs import ITSELF, Runs
from meditrack_desktop.services.backup.schedule import is_due
from meditrack_desktop.services.backup.source import Source
from meditrack_desktop.services.backup.verifying import verify_backup
from meditrack_desktop.services.backup.writing import write_backup
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.places import check_backup_folder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.disk import Disk


class Backups:
    """Making, proving and listing. One run goes on at a time in the whole clinic; others get BACKUP_RUNNING.

    Long methods take `progress`, told of bytes, and `stop`, asked between them.
    """

    def __init__(self, work: Works, keys: KeyHolder, profile: Profile, disk: Disk | None = None) -> None:
        self.work = work
        self._keys = keys
        self._profile = profile
        self._disk = disk or Disk()
        self._runs = Runs(work, profile)

    def status(self, actor: Actor) -> BackupStatus:
        """How things stand, for the strip at the foot and the banner. Does not touch the backup folder."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.listed("backup")
            newest = queries.newest(look.session)
            facts = self._profile.facts()
            return BackupStatus(
                folder=facts.backup_folder,
                later=facts.backup_put_off,
                last_at=queries.last_good(look.session),
                last_verified_at=queries.last_verified(look.session),
                running=newest is not None and newest.outcome is BackupOutcome.RUNNING,
                problem=newest.problem if newest else None,
            )

    def list(self, actor: Actor) -> tuple[Backup, ...]:
        """The backups of this desk's folder, newest first; none without a folder.

        Unavailable BACKUP_TARGET_UNUSABLE if it is away (a stick that was pulled out), VAULT_LOCKED.
        """
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.listed("backup")
            proven = queries.verified_at(look.session)
        if not self._profile.facts().backup_folder:
            return ()
        names = reversed(self._folder().names())
        manifests = (self._readable_manifest(name) for name in names)
        return tuple(_listed(each, proven.get(each.name)) for each in manifests if each is not None)

    def set_target(self, actor: Actor, folder: Path | None) -> BackupStatus:
        """Let this desk back up to `folder`; None: later. Takes effect at once, no backup is made.

        Unavailable BACKUP_TARGET_UNUSABLE (not writable, or inside the profile or the vault), BACKUP_FOREIGN.
        """
        with self.work(actor, Permission.BACK_UP) as work:
            facts = self._profile.facts()
            clinic_id = clinic_queries.profile(work.session).id
            detail = "later" if folder is None else "chosen"
            work.noted(Line("backup.target_changed", "backup", detail=detail), Change("backup", clinic_id))
        if folder is not None:
            folder = folder.absolute()
            check_backup_folder(folder, self._profile.folder)
            check_backup_folder(folder, self._profile.vault(facts))
            BackupFolder(folder, self._disk).prepare(facts.clinic_id)
        self._profile.write_facts(
            replace(facts, backup_folder="" if folder is None else str(folder), backup_put_off=folder is None)
        )
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
            self._begin(actor, BackupKind.BY_HAND, run_id)
            return self._run(run_id, actor, BackupKind.BY_HAND, Meter(progress, stop))

    def run_if_due(
        self, progress: OnBackupProgress | None = None, stop: StopAsked | None = None
    ) -> BackupReport | None:
        """Back up if today's is still to be made and this desk can; None if not. Nobody has to be signed in.

        Due once a day from `backup_hour` of the clinic's clock on, and again an hour after one that failed. A
        closed or locked clinic waits until somebody is back. Raises as `run`, but None for BACKUP_RUNNING.
        """
        opened, folder = self._keys.opened, self._profile.facts().backup_folder
        if opened is None or not opened.backup_identity or not folder or not self._due():
            return None
        try:
            with self._runs.alone():
                if not self._due():
                    return None  # another desk was first
                run_id = self._runs.begin_itself(BackupKind.SCHEDULED, folder)
                return self._run(run_id, None, BackupKind.SCHEDULED, Meter(progress, stop))
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
            folder = self._folder()
            check = self._verify(folder, self._named(folder, name), Meter(progress, stop))
            self._runs.checked_name(actor, check)
            return check

    def _begin(self, actor: Actor, kind: BackupKind, run_id: UUID) -> None:
        with self.work(actor, Permission.BACK_UP) as work:
            row = self._runs.begin(work.session, kind, self._profile.facts().backup_folder, run_id)
            work.added(row, "backup.begun", Change("backup", run_id))

    def _run(self, run_id: UUID, actor: Actor | None, kind: BackupKind, meter: Meter) -> BackupReport:
        """Write, prove, thin out; whatever happens, the run's row says how it ended."""
        try:
            folder = self._folder()
            folder.prepare(self._profile.facts().clinic_id)
            folder.clean()
            made_by = actor.name if actor else ITSELF
            now = self.work.clock.now()
            written = write_backup(self._source(), folder, kind, made_by, now, meter)
            self._runs.written(run_id, actor, written)
            check = self._verify(folder, written.manifest.name, meter)
            self._runs.checked(run_id, actor, check)
        except ClinicError as error:
            self._runs.failed(run_id, actor, error)
            raise
        removed = self._prune(folder, now) if check.whole else ()
        meter.end()
        return BackupReport(
            name=written.manifest.name,
            kind=kind,
            outcome=BackupOutcome.VERIFIED if check.whole else BackupOutcome.FAILED,
            made_at=now,
            bytes=written.bytes,
            documents=len(written.manifest.documents),
            new_documents=written.new_documents,
            check=check,
            removed=removed,
        )

    def _verify(self, folder: BackupFolder, name: str, meter: Meter) -> BackupCheck:
        opened = self._opened_secrets()
        facts = self._profile.facts()
        now = self.work.clock.now()
        return verify_backup(
            folder, name, [opened.backup_identity], facts.clinic_id, self._profile.folder, now, meter
        )

    def _prune(self, folder: BackupFolder, now: datetime) -> tuple[str, ...]:
        with self.work.database.reading() as session:
            proven = queries.verified_at(session).keys()
            settings = settings_queries.read(session)
            zone = clinic_queries.profile(session).tz
        try:
            removed = prune(folder, lambda name: self._open(name).manifest, proven, settings, zone, now)
        except Unavailable:
            return ()  # the backup is good; the next run tries again to make room
        return removed

    def _due(self) -> bool:
        with self.work.database.reading() as session:
            return is_due(
                self.work.clock.now(),
                clinic_queries.profile(session).tz,
                settings_queries.read(session).backup_hour,
                queries.last_good(session),
                queries.newest(session),
            )

    def _open(self, name: str) -> OpenBackup:
        opened = self._opened_secrets()
        return open_backup(self._folder(), name, [opened.backup_identity], self._profile.facts().clinic_id)

    def _readable_manifest(self, name: str) -> Manifest | None:
        """None for a damaged one: `verify` tells of it, a list need not stay empty because of it."""
        with suppress(ClinicError):
            return self._open(name).manifest
        return None

    def _opened_secrets(self) -> ClinicSecrets:
        opened = self._keys.opened
        if opened is None or not opened.backup_identity:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return opened

    def _source(self) -> Source:
        facts = self._profile.facts()
        return Source(
            facts.clinic_id,
            facts.clinic_name,
            facts.workstation,
            facts.workstation_name,
            self.work.database,
            self._keys.vault,
            self._opened_secrets(),
            self._profile.folder,
        )

    def _folder(self) -> BackupFolder:
        folder = self._profile.facts().backup_folder
        if not folder:
            raise Unavailable(ErrorCode.BACKUP_TARGET_UNUSABLE, folder="")
        return BackupFolder(Path(folder), self._disk)

    def _named(self, folder: BackupFolder, name: str) -> str:
        if name != "latest":
            return name
        names = folder.names()
        if not names:
            raise NotFound(ErrorCode.BACKUP_NOT_FOUND)
        return names[-1]


def _listed(manifest: Manifest, verified_at: datetime | None) -> Backup:
    return Backup(
        name=manifest.name,
        made_at=manifest.made_at,
        kind=manifest.kind,
        desk=manifest.desk,
        bytes=manifest.size,
        documents=len(manifest.documents),
        verified_at=verified_at,
        without_keys=not manifest.has_keys,
    )
