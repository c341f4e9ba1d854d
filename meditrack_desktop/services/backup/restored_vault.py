"""Brings documents and recovery copies back into a vault: only ever adds, or replaces what is damaged.

So the vault fits the database that is there now and the one that will be, whatever happens in between.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup.contents import OpenBackup
from meditrack_desktop.services.backup.folder import KEYS, blocks_of, damaged, hash_of
from meditrack_desktop.services.backup.key_copies import MalformedCopies, unpacked
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.vault.disk import write_refusals
from meditrack_desktop.vault.storage import Sink
from meditrack_desktop.vault.vault import Vault


def add_documents(
    backup: OpenBackup, vault: Vault, blobs: Iterable[StoredBlob], meter: Meter
) -> tuple[int, tuple[StoredBlob, ...]]:
    """Make every document of the restored rows be there as stored. Returns how many were written, and those
    that neither the vault nor the backup has, because they were missing when it was made.

    Unavailable BACKUP_DAMAGED if one is damaged in the backup and not whole in the vault, VAULT_FULL,
    VAULT_UNWRITABLE; Stopped.
    """
    held = set(backup.manifest.documents)
    added, lost = 0, list[StoredBlob]()
    for blob in blobs:
        meter.seen(0)
        if _is_whole(vault, blob, meter):
            continue
        if (blob.ciphertext_sha256, blob.ciphertext_size) not in held:
            vault.check()  # one that went away meanwhile would look like so many lost documents
            lost.append(blob)
            continue
        _copy(backup, vault, blob, meter)
        added += 1
    return added, tuple(lost)


def add_key_copies(backup: OpenBackup, vault: Vault, wanted: Callable[[str], bool], meter: Meter) -> int:
    """Write those recovery copies that the vault lacks and `wanted` agrees to, by their names."""
    if not backup.manifest.has_keys:
        return 0
    written, there = 0, vault.recovery_copy_names()
    try:
        with backup.pieces(KEYS, meter) as pieces:
            for name, data in unpacked(pieces):
                if name in there or not wanted(name):
                    continue
                _write(vault, name, data)
                written += 1
    except MalformedCopies:
        raise damaged(backup.shown(KEYS)) from None
    return written


def _write(vault: Vault, name: str, data: bytes) -> None:
    with write_refusals(file=name):
        vault.storage.write(
            vault.layout.keys / name,
            fill=lambda file: file.write(data),
            prove=lambda _: None,
        )


def _is_whole(vault: Vault, blob: StoredBlob, meter: Meter) -> bool:
    path = vault.layout.blob(blob.blob_id)
    try:
        with vault.storage.open_to_read(path) as file:
            if file.seek(0, os.SEEK_END) != blob.ciphertext_size:
                return False
            file.seek(0)
            return hash_of(file, meter.seen) == (blob.ciphertext_size, blob.ciphertext_sha256)
    except OSError:
        return False


def _copy(backup: OpenBackup, vault: Vault, blob: StoredBlob, meter: Meter) -> None:
    source = backup.folder.document(blob.ciphertext_sha256)
    shown = source.relative_to(backup.folder.folder).as_posix()
    target = vault.layout.blob(blob.blob_id)

    def fill(file: Sink) -> None:
        with backup.folder.reading(source, shown) as stream:
            digest, size = hashlib.sha256(), 0
            for block in _readable(blocks_of(stream, meter.seen), shown):
                digest.update(block)
                file.write(block)
                size += len(block)
        if (size, digest.hexdigest()) != (blob.ciphertext_size, blob.ciphertext_sha256):
            raise damaged(shown)

    def prove(_: Path) -> None:
        if not _is_whole(vault, blob, Meter()):
            raise Unavailable(ErrorCode.VAULT_DAMAGED, blob=str(blob.blob_id))

    with write_refusals(blob=str(blob.blob_id)):
        vault.storage.write(target, fill, prove, replace=True)


def _readable(blocks: Iterator[bytes], shown: str) -> Iterator[bytes]:
    """What cannot be read of a backup is damaged; the vault's own disk has other words."""
    try:
        yield from blocks
    except OSError:
        raise damaged(shown) from None
