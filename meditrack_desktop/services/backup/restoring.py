"""Brings a backup back into an open clinic: into new files, proven there, then put in place in one step.

What stays as it is now: people, passwords, rights, desks, keys, and the list of backups (`carry_over`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from meditrack_desktop.database import inspection, schema
from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.queries import carry_over as carried
from meditrack_desktop.database.session import Database, WriteSession
from meditrack_desktop.database.table_copy import replace_tables
from meditrack_desktop.database.whole_copy import change_key, fold_journal, put_in_place
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import BackupPhase, RestorePreview
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.backup.contents import OpenBackup
from meditrack_desktop.services.backup.folder import DATABASE, damaged
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.restored_keys import fit_keys
from meditrack_desktop.services.backup.source import Source, looked_into

RESTORED = "backup.restored"
_TRIES, _WAIT = 50, 0.1
"""How long other threads of this program have to let go of the old database: 5 s."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A database that only waits to be put in place, and what it needs of the vault."""

    path: Path
    blobs: tuple[StoredBlob, ...]
    counts: dict[str, int]
    erased: frozenset[UUID]


def preview_of(backup: OpenBackup) -> RestorePreview:
    """What it holds, read from its manifest. Unavailable BACKUP_NEWER if this program cannot read it."""
    manifest = backup.manifest
    check_version(backup)
    return RestorePreview(
        name=manifest.name,
        clinic_id=manifest.clinic_id,
        clinic_name=manifest.clinic_name,
        made_at=manifest.made_at,
        made_by=manifest.made_by,
        kind=manifest.kind,
        schema=manifest.schema,
        counts=dict(manifest.counts),
        documents=len(manifest.documents),
        bytes=manifest.size,
        absent=len(manifest.absent),
        without_keys=not manifest.has_keys,
        needs_migration=manifest.schema != schema.newest(),
    )


def check_version(backup: OpenBackup) -> None:
    if backup.manifest.schema not in schema.known():
        raise Unavailable(ErrorCode.BACKUP_NEWER)


def extract_proven(backup: OpenBackup, path: Path, meter: Meter) -> None:
    """The backup's database as a new file at `path`, found whole and brought to this program's schema.

    Unavailable BACKUP_DAMAGED, BACKUP_NEWER.
    """
    check_version(backup)
    key = bytes.fromhex(backup.secrets.database_key)
    meter.begin(BackupPhase.RESTORING, backup.manifest.database_size + backup.manifest.size)
    backup.extract_database(path, meter)
    try:
        with looked_into(path, key) as database:
            with database.reading() as session:
                whole = not inspection.complaints(session)
                whole = whole and inspection.counts(session) == dict(backup.manifest.counts)
            if not whole or schema.stored(database) != backup.manifest.schema:
                raise damaged(backup.shown(DATABASE))
            schema.migrate(database)
    except Unavailable as error:
        if error.code in (ErrorCode.DATABASE_KEY_WRONG, ErrorCode.DATABASE_DAMAGED):
            raise damaged(backup.shown(DATABASE)) from None
        raise
    fold_journal(path, key)


def make_ready(
    backup: OpenBackup, source: Source, path: Path, actor: Actor, now: datetime, meter: Meter
) -> Ready:
    """The backup's database at `path`, as it will stand in the clinic that `source` is.

    Unavailable BACKUP_DAMAGED, BACKUP_NEWER, and what the disk of the profile refuses.
    """
    extract_proven(backup, path, meter)
    change_key(path, bytes.fromhex(backup.secrets.database_key), source.database_key)
    with looked_into(path, source.database_key) as database:
        with source.database.reading() as today, database.writing() as restored:
            erased = carried.erased_since(today, restored)
            carried.carry_over(today, restored)
            carried.close_doors(restored, now)
            fit_keys(backup, source, today, restored, erased)
            write_line(restored, source, actor, backup, now)
        with database.reading() as session:
            blobs = tuple(queries.every_blob(session))
            counts = inspection.counts(session)
    fold_journal(path, source.database_key)
    return Ready(path, blobs, counts, frozenset(erased))


def write_line(
    restored: WriteSession, source: Source, actor: Actor | None, backup: OpenBackup, now: datetime
) -> None:
    """The trail goes on from where the backup left it, with a line that says so."""
    trail = AuditTrail(source.workstation)
    trail.key = bytes.fromhex(source.secrets.audit_key)
    made = backup.manifest.made_at.isoformat(timespec="seconds")
    line = Line(RESTORED, "backup", detail=f"{backup.manifest.name} of {made}")
    trail.write(restored, actor, now, [line], name="" if actor else "recovery kit")


def put_live(ready: Ready, database: Database, key: bytes, meter: Meter) -> None:
    """From now on the clinic is what the backup was. A local database must be closed by its owner before.

    Unavailable DATABASE_BUSY if another process has it open; then nothing changed.
    """
    if database.shared:
        replace_tables(ready.path, key, database, meter.seen)
        return
    path: Path = database.target.path  # type: ignore[union-attr]
    for left in reversed(range(_TRIES)):
        try:
            put_in_place(ready.path, path, key)
            return
        except Unavailable as error:
            if error.code is not ErrorCode.DATABASE_BUSY or not left:
                raise
            time.sleep(_WAIT)
