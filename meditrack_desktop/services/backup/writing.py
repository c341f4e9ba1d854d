"""Makes one backup: the database first, then the documents, so that every row has its file (security.md D36).

It counts only from the last step on, a rename; killed before, earlier backups are as they were and the next run
takes away what lies about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from meditrack_desktop import __version__
from meditrack_desktop.database import inspection, schema
from meditrack_desktop.database.queries import audit as audit_queries
from meditrack_desktop.database.queries import stored_blobs
from meditrack_desktop.database.table_copy import copy_tables
from meditrack_desktop.database.whole_copy import copy_whole, fold_journal
from meditrack_desktop.domain.backups import BackupKind, BackupPhase
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup.folder import (
    DATABASE,
    KEYS,
    MANIFEST,
    SECRETS,
    BackupFolder,
    MovedDocument,
    blocks_of,
    new_name,
    quietly_remove,
)
from meditrack_desktop.services.backup.key_copies import packed
from meditrack_desktop.services.backup.manifest import BackupFile, Manifest
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.source import Source, looked_into, scratch
from meditrack_desktop.services.clinic_secrets import ClinicSecrets, seal_envelope
from meditrack_desktop.vault.age_files import sealed
from meditrack_desktop.vault.keys import public_half


@dataclass(frozen=True, slots=True)
class Written:
    """A backup that is complete, and how much of it was written just now."""

    manifest: Manifest
    bytes: int
    new_documents: int


def write_backup(
    source: Source, folder: BackupFolder, kind: BackupKind, made_by: str, now: datetime, meter: Meter
) -> Written:
    """Back `source` up into `folder`. The caller holds the lock for backups.

    Unavailable BACKUP_TARGET_UNUSABLE, BACKUP_FULL, BACKUP_FOREIGN, VAULT_LOCKED (no vault keys in memory),
    VAULT_MISSING (the whole vault is away), DATABASE_...; Stopped. Then nothing counts that was not there before.
    """
    if not source.secrets.backup_identity:
        raise Unavailable(ErrorCode.VAULT_LOCKED)
    folder.prepare(source.clinic_id)
    source.vault.check()
    name = new_name(now)
    with scratch(source.private) as private:
        snapshot = private / "clinic.db"
        facts = _take_snapshot(source, snapshot, meter)
        begun = folder.begin(name)
        try:
            return _fill(source, folder, begun, _Order(name, kind, made_by, now, snapshot, facts), meter)
        except BaseException:
            quietly_remove(begun)
            raise


@dataclass(frozen=True, slots=True)
class _Facts:
    schema: str
    counts: dict[str, int]
    heads: dict[str, tuple[int, str]]
    blobs: list[StoredBlob]


@dataclass(frozen=True, slots=True)
class _Order:
    name: str
    kind: BackupKind
    made_by: str
    now: datetime
    snapshot: Path
    facts: _Facts


def recipients_of(secrets: ClinicSecrets) -> tuple[str, ...]:
    """Who may open a backup: the paper keys, and this clinic's own backup key."""
    return (*secrets.recovery_recipients, public_half(secrets.backup_identity))


def _take_snapshot(source: Source, target: Path, meter: Meter) -> _Facts:
    meter.begin(BackupPhase.DATABASE, 0)
    if source.database.shared:
        copy_tables(source.database, target, source.database_key, meter.seen)
    else:
        copy_whole(source.database, source.database_key, target)
    meter.seen()
    with looked_into(target, source.database_key) as database:
        version = schema.stored(database) or ""
        with database.reading() as session:
            facts = _Facts(
                version,
                inspection.counts(session),
                audit_queries.heads(session),
                list(stored_blobs.every_blob(session)),
            )
    fold_journal(target, source.database_key)
    return facts


def _fill(source: Source, folder: BackupFolder, begun: Path, order: _Order, meter: Meter) -> Written:
    blobs = order.facts.blobs
    wanted = {blob.ciphertext_sha256: blob for blob in blobs}
    missing = [
        blob for sha256, blob in wanted.items() if not folder.has_document(sha256, blob.ciphertext_size)
    ]
    size = order.snapshot.stat().st_size
    meter.begin(BackupPhase.DATABASE, size + sum(blob.ciphertext_size for blob in missing))
    recipients = recipients_of(source.secrets)
    with order.snapshot.open("rb") as file:
        database = _seal(folder, begun / DATABASE, blocks_of(file, meter.seen), recipients)
    meter.begin(BackupPhase.DOCUMENTS, sum(blob.ciphertext_size for blob in missing))
    lost = _copy_documents(source, folder, missing, meter)
    keys = _seal(folder, begun / KEYS, _metered(packed(source.vault), meter), recipients)
    envelope = seal_envelope(source.secrets, recipients)
    secrets_size, secrets_sha = folder.write_stream(begun / SECRETS, [envelope])
    kept = sorted((sha, blob.ciphertext_size) for sha, blob in wanted.items() if sha not in lost)
    manifest = Manifest(
        name=order.name,
        clinic_id=source.clinic_id,
        clinic_name=source.clinic_name,
        shared=source.database.shared,
        kind=order.kind,
        made_at=order.now,
        desk=source.desk,
        made_by=order.made_by,
        program=__version__,
        schema=order.facts.schema,
        database_size=size,
        counts=order.facts.counts,
        heads=order.facts.heads,
        files=(database, keys, BackupFile(SECRETS, secrets_size, secrets_sha)),
        documents=tuple(kept),
        absent=tuple(sorted(blob.blob_id for blob in blobs if blob.ciphertext_sha256 in lost)),
        store=source.store,
    )
    put_manifest(folder, begun / MANIFEST, manifest, source.secrets)
    folder.finish(begun, order.name)
    copied = sum(blob.ciphertext_size for blob in missing if blob.ciphertext_sha256 not in lost)
    own = sum(file.size for file in manifest.files)
    return Written(manifest, own + copied, len(missing) - len(lost))


def put_manifest(folder: BackupFolder, path: Path, manifest: Manifest, secrets: ClinicSecrets) -> None:
    """Write the list durably; what stood there before stays until the new one is whole."""
    data = b"".join(
        bytes(piece) for piece in sealed([manifest.to_bytes(secrets.seal_key)], recipients_of(secrets))
    )
    with folder.refusals():
        folder.write(path, data, replace=True)


def _seal(
    folder: BackupFolder, path: Path, blocks: Iterable[bytes], recipients: tuple[str, ...]
) -> BackupFile:
    size, sha256 = folder.write_stream(path, sealed(blocks, recipients))
    return BackupFile(path.name, size, sha256)


def _copy_documents(
    source: Source, folder: BackupFolder, missing: list[StoredBlob], meter: Meter
) -> set[str]:
    """Copy what the folder does not have yet; returns hashes of those that the vault does not have either."""
    lost: set[str] = set()
    for blob in missing:
        meter.seen(0)
        if not copy_from_vault(source, folder, blob, meter):
            lost.add(blob.ciphertext_sha256)
    folder.sync_documents(blob.ciphertext_sha256 for blob in missing if blob.ciphertext_sha256 not in lost)
    if lost:
        source.vault.check()  # a share that went away meanwhile would look like so many lost documents
    return lost


def copy_from_vault(source: Source, folder: BackupFolder, blob: StoredBlob, meter: Meter) -> bool:
    """Keep one document of the vault; False if the vault's file is gone or not what was stored."""
    with suppress(MovedDocument):
        try:
            file = source.vault.storage.open_to_read(source.vault.layout.blob(blob.blob_id))
        except OSError:
            return False
        with file:
            folder.copy_document(file, blob.ciphertext_sha256, blob.ciphertext_size, meter.seen)
        return True
    return False


def _metered(blocks: Iterator[bytes], meter: Meter) -> Iterator[bytes]:
    for block in blocks:
        meter.seen(len(block))
        yield block
