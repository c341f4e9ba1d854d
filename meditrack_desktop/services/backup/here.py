"""What this desk knows of its clinic's backups: which folder, with which key; and the steps that all runs share."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.domain.backups import BackupCheck
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotFound, Unavailable
from meditrack_desktop.services.backup import thinning
from meditrack_desktop.services.backup.contents import OpenBackup, open_backup
from meditrack_desktop.services.backup.folder import BackupFolder
from meditrack_desktop.services.backup.manifest import Manifest
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.retention import prune
from meditrack_desktop.services.backup.source import Source
from meditrack_desktop.services.backup.verifying import verify_backup
from meditrack_desktop.services.backup.writing import copy_from_vault
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.disk import Disk

LATEST = "latest"


class Here:
    """Asks for the secrets each time: a desk may be locked between two steps (Unavailable VAULT_LOCKED)."""

    def __init__(self, work: Works, keys: KeyHolder, profile: Profile, disk: Disk | None = None) -> None:
        self.work = work
        self.keys = keys
        self.profile = profile
        self.disk = disk or Disk()

    def secrets(self) -> ClinicSecrets:
        opened = self.keys.opened
        if opened is None or not opened.backup_identity:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return opened

    def source(self) -> Source:
        facts = self.profile.facts()
        return Source(
            clinic_id=facts.clinic_id,
            clinic_name=facts.clinic_name,
            workstation=facts.workstation,
            desk=facts.workstation_name,
            database=self.work.database,
            vault=self.keys.vault,
            secrets=self.secrets(),
            private=self.profile.folder,
            store=facts.vault_folder if facts.in_store else "",
        )

    def folder(self) -> BackupFolder:
        """This desk's. Unavailable BACKUP_TARGET_UNUSABLE if it has none."""
        folder = self.profile.facts().backup_folder
        if not folder:
            raise Unavailable(ErrorCode.BACKUP_TARGET_UNUSABLE, folder="")
        return BackupFolder(Path(folder), self.disk)

    def open(self, name: str) -> OpenBackup:
        """One of its backups. Errors as `open_backup`."""
        identities = [*self.secrets().backup_identities]
        return open_backup(self.folder(), name, identities, self.profile.facts().clinic_id)

    def readable(self, name: str) -> Manifest | None:
        """None for a damaged one: `verify` tells of it, a list need not stay empty because of it."""
        try:
            return self.open(name).manifest
        except ClinicError:
            return None

    def named(self, name: str) -> str:
        """The name itself, or that of the newest for "latest". NotFound BACKUP_NOT_FOUND."""
        if name != LATEST:
            return name
        names = self.folder().names()
        if not names:
            raise NotFound(ErrorCode.BACKUP_NOT_FOUND)
        return names[-1]

    def verify(self, name: str, meter: Meter) -> BackupCheck:
        return verify_backup(
            self.folder(),
            name,
            self.secrets().backup_identities,
            self.profile.facts().clinic_id,
            self.profile.folder,
            self.work.clock.now(),
            meter,
        )

    def mend(self, check: BackupCheck, meter: Meter) -> int:
        """Copy documents again that rotted among the backups and are whole in the vault; returns how many.

        Else each later backup would find them there, by their length, and never be whole again.
        """
        source, folder, mended = self.source(), self.folder(), 0
        changed = set(check.changed)
        with self.work.database.reading() as session:
            blobs = {blob.ciphertext_sha256: blob for blob in stored_blobs.every_blob(session)}
        for sha256, blob in blobs.items():
            shown = folder.document(sha256).relative_to(folder.folder).as_posix()
            mended += shown in changed and copy_from_vault(source, folder, blob, meter)
        return mended

    def prune(self, now: datetime, meter: Meter) -> tuple[str, ...]:
        """Let go of backups whose time is over, and of patients' keys in those that are old; names of the first."""
        with self.work.database.reading() as session:
            proven: Collection[str] = queries.verified_at(session).keys()
            settings = settings_queries.read(session)
            zone = clinic_queries.profile(session).tz
        try:
            gone = prune(self.folder(), lambda name: self.open(name).manifest, proven, settings, zone, now)
            self._take_old_keys_out(now, meter)
        except Unavailable:
            return ()  # the new backup is good; the next run tries again to make room
        return gone

    def _take_old_keys_out(self, now: datetime, meter: Meter) -> None:
        for name in self.folder().names():
            try:
                backup = self.open(name)
                if thinning.is_due(backup, now):
                    thinning.take_keys_out(backup, self.profile.folder, meter)
                elif backup.manifest.superseded:
                    thinning.remove_superseded(backup)
            except Unavailable as error:
                if error.code is not ErrorCode.BACKUP_DAMAGED:
                    raise
