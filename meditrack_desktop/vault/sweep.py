"""Keeps the folder in order: leftovers of crashes, files nobody knows, files that are gone or changed (D24).

The vault knows no database: the ids of the rows are passed in.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.vault.disk import read_refusals, sha256_of_file
from meditrack_desktop.vault.layout import blob_id_of
from meditrack_desktop.vault.storage import Entry
from meditrack_desktop.vault.vault import Vault

UNFINISHED_AGE = timedelta(hours=24)
UNKNOWN_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did and found. `missing` and `resisted` are alarms; nothing was deleted because of them."""

    removed_unfinished: int
    moved: tuple[UUID, ...]
    waiting: tuple[UUID, ...]
    missing: tuple[UUID, ...]
    resisted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a comparison with the rows found: how many were looked at, and which are not as stored."""

    checked: int
    damaged: tuple[UUID, ...]
    missing: tuple[UUID, ...]


def sweep(vault: Vault, known: Collection[UUID], now: datetime) -> SweepReport:
    """Put the folder in order at the instant `now` (aware), given the blob ids of all rows.

    Take the ids from a read that began before the sweep: younger uploads are protected by their age, which the
    folder's own time tells where the clinic's is ahead of it.
    Unavailable VAULT_MISSING or VAULT_FOREIGN if the folder is not this clinic's; then nothing was touched.
    """
    vault.check()
    ids = set(known)
    present: set[UUID] = set()
    unfinished: list[Entry] = []
    unknown: list[tuple[UUID, Entry]] = []
    storage = vault.storage
    with read_refusals():
        for folder in [*storage.blob_folders(), vault.layout.keys, vault.layout.folder]:
            for entry in storage.listed(folder):
                if entry.unfinished:
                    unfinished.append(entry)
                elif (blob_id := blob_id_of(entry.path)) is not None and folder != vault.layout.keys:
                    if entry.path == vault.layout.blob(blob_id) and blob_id in ids:
                        present.add(blob_id)
                    else:
                        unknown.append((blob_id, entry))
    vault.check()  # a share that went away meanwhile would look like so many lost documents
    resisted: list[str] = []
    now = min(now, storage.now() or now)
    removed = sum(
        _remove(vault, entry, resisted)
        for entry in unfinished
        if _is_older(vault, entry, now, UNFINISHED_AGE)
    )
    old = [(blob_id, entry) for blob_id, entry in unknown if _is_older(vault, entry, now, UNKNOWN_AGE)]
    moved = [blob_id for blob_id, entry in old if _set_apart(vault, entry, resisted)]
    return SweepReport(
        removed_unfinished=removed,
        moved=tuple(moved),
        waiting=tuple(blob_id for blob_id, _ in unknown if blob_id not in moved),
        missing=tuple(sorted(ids - present)),
        resisted=tuple(resisted),
    )


def verify_stored(vault: Vault, rows: Iterable[StoredBlob]) -> VerifyReport:
    """Compare files with what the rows remember (size and SHA-256 of the ciphertext); needs no key.

    The caller chooses the sample. Unavailable VAULT_MISSING or VAULT_FOREIGN if the folder is not this clinic's.
    """
    vault.check()
    checked, damaged, missing = 0, list[UUID](), list[UUID]()
    for row in rows:
        checked += 1
        try:
            if not _is_as_stored(vault, row):
                damaged.append(row.blob_id)
        except Unavailable:
            missing.append(row.blob_id)
    vault.check()  # a share that went away meanwhile would look like so many lost documents
    return VerifyReport(checked, tuple(damaged), tuple(missing))


def _is_as_stored(vault: Vault, row: StoredBlob) -> bool:
    path = vault.layout.blob(row.blob_id)
    with read_refusals(blob=str(row.blob_id)), vault.storage.open_to_read(path) as file:
        same_size = file.seek(0, os.SEEK_END) == row.ciphertext_size
        return same_size and sha256_of_file(file) == row.ciphertext_sha256


def _is_older(vault: Vault, entry: Entry, now: datetime, age: timedelta) -> bool:
    changed_at = vault.storage.changed_at(entry)
    return changed_at is not None and now - changed_at > age


def _remove(vault: Vault, entry: Entry, resisted: list[str]) -> bool:
    try:
        vault.storage.discard(entry)
    except OSError:
        resisted.append(entry.path.name)
        return False
    return True


def _set_apart(vault: Vault, entry: Entry, resisted: list[str]) -> bool:
    try:
        vault.storage.move(entry.path, vault.layout.lost_and_found / entry.path.name)
    except OSError:
        resisted.append(entry.path.name)
        return False
    return True
