"""Brings a clinic's data to this program's schema without ever risking what is there (security.md D42).

First a backup that was proven, or, where this desk has no backup folder, a copy that is set aside. A local
database is migrated as a copy, which is looked at and takes the old one's place in one step; a server's in one
transaction. Killed at any point, the clinic opens: with the old schema, or with the new one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from meditrack_desktop.database import inspection, schema
from meditrack_desktop.database.alone import alone_on_server, alone_with_file
from meditrack_desktop.database.session import Database
from meditrack_desktop.database.table_copy import copy_tables
from meditrack_desktop.database.whole_copy import copy_whole, fold_journal, rebuilt
from meditrack_desktop.domain.backups import BackupKind
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.domain.ports import SecretStore
from meditrack_desktop.services import shared_keys
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.backup.folder import BackupFolder, damaged
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.runs import ITSELF, LOCK_FILE
from meditrack_desktop.services.backup.source import Source, clean_scratch, looked_into, scratch
from meditrack_desktop.services.backup.verifying import verify_backup
from meditrack_desktop.services.backup.writing import write_backup
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.key_slots import KeySlots
from meditrack_desktop.services.keys import open_database
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.vault_place import vault_of

_NO_BACKUP_THERE = (ErrorCode.BACKUP_TARGET_UNUSABLE, ErrorCode.BACKUP_FULL, ErrorCode.BACKUP_FOREIGN)


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which version to which. `saved_as` is the name of the backup made before, or of the folder in the profile
    in which the old database was set aside; empty if there was nothing to do."""

    before: str | None
    after: str
    saved_as: str = ""


def migrate(
    profile: Profile,
    database: Database,
    slots: KeySlots,
    store: SecretStore,
    username: str,
    password: str,
    clock: Clock,
    meter: Meter,
) -> Migrated:
    """Migrate the clinic of `profile`, whose `database` is closed and closed again afterwards.

    NotAuthenticated if the password opens nothing; Unavailable DATABASE_NEWER if the data is ahead of this
    program, DATABASE_BUSY or BACKUP_RUNNING if somebody works with it, BACKUP_DAMAGED if the backup made before
    is not whole, and what the disks refuse. Then nothing has changed.
    """
    facts = profile.facts()
    opened = _opened(database, slots, facts.workstation, username, password)
    before = schema.stored(database)
    if before == schema.newest():
        return Migrated(before, before)
    if before is not None and before not in schema.known():
        raise Unavailable(ErrorCode.DATABASE_NEWER)
    source = Source(
        facts.clinic_id,
        facts.clinic_name,
        facts.workstation,
        facts.workstation_name,
        database,
        vault_of(profile, facts, store),
        opened,
        profile.folder,
        facts.vault_folder if facts.in_store else "",
    )
    with alone_with_file(profile.folder / LOCK_FILE):
        clean_scratch(profile.folder)
        if not database.shared:
            saved_as = _save(source, facts.backup_folder, clock, meter)
            _migrate_copy(source, profile, clock, saved_as)
        else:
            with alone_on_server(database):
                saved_as = _save(source, facts.backup_folder, clock, meter)
                schema.migrate(database)
                _note(database, source, clock, saved_as)
    return Migrated(before, schema.newest(), saved_as)


def _opened(
    database: Database, slots: KeySlots, workstation: str, username: str, password: str
) -> ClinicSecrets:
    if database.shared:
        open_database(database, slots, username, password)
        return shared_keys.open_desk(database, slots, workstation)
    opened = slots.open_person(username, password)
    if opened is None:
        raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
    database.unlock(bytes.fromhex(opened.database_key))
    return opened


def _save(source: Source, folder: str, clock: Clock, meter: Meter) -> str:
    """A backup that was found whole; where there is no folder for one, a copy of the database beside it."""
    if folder:
        target = BackupFolder(Path(folder))
        try:
            target.prepare(source.clinic_id)
            target.clean()
            kind, now = BackupKind.BEFORE_MIGRATION, clock.now()
            written = write_backup(source, target, kind, ITSELF, now, meter)
        except Unavailable as error:
            if error.code not in _NO_BACKUP_THERE:
                raise
        else:
            name, identity = written.manifest.name, source.secrets.backup_identity
            check = verify_backup(target, name, [identity], source.clinic_id, source.private, now, meter)
            if not check.whole:
                raise damaged(check.damaged[0] if check.damaged else name)
            return name
    return _set_aside(source, meter)


def _set_aside(source: Source, meter: Meter) -> str:
    """A folder with the database as it is. It is whole as soon as it has its name."""
    aside = source.private / f"set-aside-{secrets.token_hex(4)}"
    with scratch(source.private) as place:
        path = place / "clinic.db"
        if source.database.shared:
            copy_tables(source.database, path, source.database_key, meter.seen)
        else:
            copy_whole(source.database, source.database_key, path)
        try:
            place.rename(aside)
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(source.private)) from None
    return aside.name


def _migrate_copy(source: Source, profile: Profile, clock: Clock, saved_as: str) -> None:
    key = source.database_key
    with source.database.reading() as session:
        counts = inspection.counts(session)
    source.database.lock()
    with scratch(source.private) as place:
        copy = place / "clinic.db"
        with rebuilt(profile.database, key, copy):
            with looked_into(copy, key) as database:
                schema.migrate(database)
                _note(database, source, clock, saved_as)
                _check(database, counts)
            fold_journal(copy, key)


def _check(database: Database, before: Mapping[str, int]) -> None:
    """A migration adds rows, never loses any. Unavailable DATABASE_DAMAGED."""
    with database.reading() as session:
        after = inspection.counts(session)
        lost = [table for table, count in before.items() if after.get(table, count) < count]
        if lost or inspection.complaints(session):
            raise Unavailable(ErrorCode.DATABASE_DAMAGED)


def _note(database: Database, source: Source, clock: Clock, saved_as: str) -> None:
    trail = AuditTrail(source.workstation)
    trail.key = bytes.fromhex(source.secrets.audit_key)
    line = Line(
        "clinic.migrated", "clinic", source.clinic_id, detail=f"{schema.newest()}; before: {saved_as}"
    )
    with database.writing() as session:
        trail.write(session, None, clock.now(), [line], name=ITSELF)
