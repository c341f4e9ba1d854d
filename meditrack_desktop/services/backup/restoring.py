"""Brings a backup back into an open clinic: into new files, proven there, then put in place in one step.

What stays as it is now: people, passwords, rights, desks, keys, and the list of backups (`carry_over`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from meditrack_desktop.database import inspection, schema
from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.engine import PostgresTarget
from meditrack_desktop.database.queries import backups as queries
from meditrack_desktop.database.queries import carry_over as carried
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patient_merges as merge_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import purges as purge_queries
from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.database.queries.row_changes import from_json
from meditrack_desktop.database.session import Database, ReadSession, WriteSession
from meditrack_desktop.database.table_copy import replace_tables
from meditrack_desktop.database.whole_copy import change_key, fold_journal, put_in_place
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import BackupPhase, BackupReport, RestorePreview, RestoreReport
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.audit_trail import AuditTrail, Line
from meditrack_desktop.services.backup.contents import OpenBackup
from meditrack_desktop.services.backup.folder import damaged
from meditrack_desktop.services.backup.here import Here
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.restored_keys import fit_keys, renew_missing_copies
from meditrack_desktop.services.backup.restored_vault import add_documents
from meditrack_desktop.services.backup.source import Source, looked_into, scratch
from meditrack_desktop.services.merge_division import divide, settle
from meditrack_desktop.services.privacy.purges import emptied

RESTORED = "backup.restored"
_TRIES, _WAIT = 50, 0.1
"""How long other threads of this program have to let go of the old database: 5 s."""


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
        documents=manifest.document_count,
        bytes=manifest.size,
        absent=len(manifest.absent),
        without_keys=not manifest.has_keys,
        needs_migration=manifest.schema != schema.newest(),
        store=manifest.store,
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
                raise damaged(backup.shown(backup.manifest.database))
            schema.migrate(database)
    except Unavailable as error:
        if error.code in (ErrorCode.DATABASE_KEY_WRONG, ErrorCode.DATABASE_DAMAGED):
            raise damaged(backup.shown(backup.manifest.database)) from None
        raise
    fold_journal(path, key)


def bring_back(
    here: Here, backup: OpenBackup, actor: Actor, save: Callable[[], BackupReport], meter: Meter
) -> RestoreReport:
    """Make the open clinic what the backup was, except for what stays as it is now. `save` backs up the present.

    First everything is made and proven beside what is there, and the vault is filled up; the last step is one
    rename, or one transaction on a server. The caller holds the lock for backups and closes the clinic.
    Unavailable DATABASE_BUSY, and nothing changed, if somebody signed in again meanwhile and went on working.
    """
    source, private = here.source(), here.profile.folder
    with scratch(private) as place:
        path = place / "clinic.db"
        extract_proven(backup, path, meter)
        change_key(path, bytes.fromhex(backup.secrets.database_key), source.database_key)
        saved = save()
        if saved.check.changed:
            # What is wrong with the clinic itself must not keep anybody from a better state; a bad disk must.
            raise damaged(saved.check.changed[0])
        fitted = _fit(backup, source, path, actor, here.work.clock.now())
        added, lost = add_documents(backup, source.vault, fitted.blobs, meter)
        renew_missing_copies(source.vault, fitted.keys, source.secrets)
        agree = _nobody_worked(here.open(saved.name), actor)
        if not source.database.shared:
            with source.database.reading() as session:
                agree(session)
            here.keys.close()
        try:
            _put_live(path, source.database, source.database_key, meter, agree)
        except BaseException:
            here.keys.open(source.secrets)
            raise
    return RestoreReport(
        name=backup.manifest.name,
        made_at=backup.manifest.made_at,
        saved_as=saved.name,
        counts=fitted.counts,
        documents=fitted.counts.get("document", 0),
        documents_added=added,
        absent=tuple(blob.blob_id for blob in lost),
    )


@dataclass(frozen=True, slots=True)
class _Fitted:
    blobs: tuple[StoredBlob, ...]
    keys: list[dict[str, Any]]
    counts: dict[str, int]


def _fit(backup: OpenBackup, source: Source, path: Path, actor: Actor, now: datetime) -> _Fitted:
    """Let the restored database fit the clinic of today; what it then holds."""
    with looked_into(path, source.database_key) as database:
        with source.database.reading() as today, database.writing() as restored:
            erased = carried.erased_since(today, restored)
            carried.carry_over(today, restored)
            carried.close_doors(restored, now)
            _divide_again(today, restored, erased)
            _erase_again(today, restored, erased, now)
            fit_keys(backup, source, today, restored, erased)
            write_line(restored, source.workstation, backup, actor, now)
        with database.reading() as session:
            fitted = _Fitted(
                tuple(stored_blobs.every_blob(session)),
                list(carried.keys_by_owner(session).values()),
                inspection.counts(session),
            )
    fold_journal(path, source.database_key)
    return fitted


def _divide_again(today: ReadSession, restored: WriteSession, erased: set[UUID]) -> None:
    """Who was one person's record when the backup was made, and is another's today, is not erased with them."""
    region = clinic_queries.profile(restored).region
    for merge, undone in merge_queries.undone_since(today, restored, erased):
        kept = patient_queries.find(restored, merge.kept_id)
        gone = patient_queries.find(restored, merge.gone_id)
        if kept is None or gone is None or merge_queries.is_built_on(restored, merge):
            continue
        terms = divide(restored, kept, gone, from_json(merge.snapshot), merge.merged_at)
        merge.undone_at, merge.undone_by = undone.undone_at, undone.undone_by
        restored.reported.update((merge, kept, gone))
        for row in (kept, gone):
            next_version(row)
        settle(restored, (kept, gone), terms, region)


def _erase_again(today: ReadSession, restored: WriteSession, erased: set[UUID], now: datetime) -> None:
    """Whoever was erased since the backup was made does not come back with it (security.md D39)."""
    for patient_id in erased:
        records = purge_queries.same_person(restored, patient_id)
        purge_queries.forget_keys(restored, records)
        restored.reported.update(emptied(restored, patient_id, now))
        restored.flush()
        purge_queries.forget_parts(restored, records, now)
    carried.carry_purges(today, restored, erased)


def write_line(
    restored: WriteSession, chain: str, backup: OpenBackup, actor: Actor | None, now: datetime
) -> None:
    """The trail goes on from where the backup left it, with a line in this desk's `chain` that says so."""
    trail = AuditTrail(chain)
    trail.key = bytes.fromhex(backup.secrets.audit_key)
    made = backup.manifest.made_at.isoformat(timespec="seconds")
    line = Line(RESTORED, "backup", detail=f"{backup.manifest.name} of {made}")
    trail.write(restored, actor, now, [line], name="" if actor else "recovery kit")


def _nobody_worked(saved: OpenBackup, actor: Actor) -> Callable[[ReadSession], None]:
    """Refuses, Unavailable DATABASE_BUSY, if anybody else did something since `saved`: it would be in no backup."""

    def agree(today: ReadSession) -> None:
        if queries.others_worked(today, saved.manifest.heads, actor.session_id):
            raise Unavailable(ErrorCode.DATABASE_BUSY)

    return agree


def _put_live(
    ready: Path, database: Database, key: bytes, meter: Meter, agree: Callable[[ReadSession], None]
) -> None:
    """From now on the clinic is what the backup was. A local database must be closed by its owner before.

    Unavailable DATABASE_BUSY if another process has it open; then nothing changed.
    """
    target = database.target
    if isinstance(target, PostgresTarget):
        replace_tables(ready, key, database, meter.seen, agree)
        return
    for left in reversed(range(_TRIES)):
        try:
            put_in_place(ready, target.path, key)
            return
        except Unavailable as error:
            if error.code is not ErrorCode.DATABASE_BUSY or not left:
                raise
            time.sleep(_WAIT)
