"""Keeps the folder in order: leftovers of crashes, files nobody knows, files that are gone or changed (D24).

The vault knows no database: the ids of the rows are passed in.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.vault.disk import UNFINISHED, read_refusals, sha256_of_file, write_refusals
from meditrack_desktop.vault.layout import blob_id_of
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
    unfinished: list[Path] = []
    unknown: list[tuple[UUID, Path]] = []
    with read_refusals():
        for folder in [*vault.layout.blob_folders(), vault.layout.keys, vault.layout.folder]:
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if path.name.startswith(".") and path.name.endswith(UNFINISHED):
                    unfinished.append(path)
                elif (blob_id := blob_id_of(path)) is not None and folder != vault.layout.keys:
                    if path == vault.layout.blob(blob_id) and blob_id in ids:
                        present.add(blob_id)
                    else:
                        unknown.append((blob_id, path))
    vault.check()  # a share that went away meanwhile would look like so many lost documents
    resisted: list[str] = []
    now = min(now, _time_of_folder(vault) or now)
    removed = sum(
        _remove(vault, path, resisted) for path in unfinished if _is_older(path, now, UNFINISHED_AGE)
    )
    old = [(blob_id, path) for blob_id, path in unknown if _is_older(path, now, UNKNOWN_AGE)]
    moved = [blob_id for blob_id, path in old if _set_apart(vault, path, resisted)]
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
    with read_refusals(blob=str(row.blob_id)), vault.disk.open_to_read(path) as file:
        same_size = path.stat().st_size == row.ciphertext_size
        return same_size and sha256_of_file(file) == row.ciphertext_sha256


def _time_of_folder(vault: Vault) -> datetime | None:
    """What time the folder gives a file that is made now: another computer may keep it, with another clock."""
    probe = vault.layout.folder / f".{secrets.token_hex(4)}{UNFINISHED}"
    try:
        vault.disk.close(vault.disk.create(probe))
        made = datetime.fromtimestamp(probe.stat().st_mtime, UTC)
    except OSError:
        return None
    with suppress(OSError):  # one that resists goes with the next sweep
        vault.disk.remove(probe)
    return made


def _is_older(path: Path, now: datetime, age: timedelta) -> bool:
    with suppress(OSError):
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > age
    return False


def _remove(vault: Vault, path: Path, resisted: list[str]) -> bool:
    try:
        vault.disk.remove(path)
    except OSError:
        resisted.append(path.name)
        return False
    return True


def _set_apart(vault: Vault, path: Path, resisted: list[str]) -> bool:
    target = vault.layout.lost_and_found / path.name
    try:
        if target.exists():
            raise FileExistsError
        with write_refusals():
            vault.disk.make_folder(vault.layout.lost_and_found)
            vault.disk.rename(path, target)
            vault.disk.sync_folder(target.parent)
            vault.disk.sync_folder(path.parent)
    except (OSError, Unavailable):
        resisted.append(path.name)
        return False
    return True
