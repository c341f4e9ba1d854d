"""Opening what a backup holds: first its secrets, then the manifest, then its files, each as far as it is genuine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup.folder import (
    MANIFEST,
    SECRETS,
    BackupFolder,
    damaged,
)
from meditrack_desktop.services.backup.manifest import LARGEST, Manifest, parse
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.clinic_secrets import ClinicSecrets, open_envelope
from meditrack_desktop.vault.age_files import DamagedFile, NotForUs, opened
from meditrack_desktop.vault.disk import read_fully, reason
from meditrack_desktop.vault.keys import public_half

LARGEST_SECRETS = 64 * 1024


@dataclass(frozen=True)
class OpenBackup:
    """A backup whose manifest was read and is genuine. `secrets` are the clinic's as they were then."""

    folder: BackupFolder
    manifest: Manifest
    secrets: ClinicSecrets
    identity: str

    @property
    def place(self) -> Path:
        return self.folder.place(self.manifest.name)

    def shown(self, file: str) -> str:
        """How a file of it is named to people."""
        return f"{self.manifest.name}/{file}"

    @contextmanager
    def pieces(self, file: str, meter: Meter) -> Iterator[Iterator[memoryview]]:
        """The decrypted content of one of its files. Unavailable BACKUP_DAMAGED, if need be only at the end."""
        shown = self.shown(file)
        with self.folder.reading(self.place / file, shown) as stream:
            try:
                yield _counted(opened(_reading(stream), [self.identity]), meter)
            except (DamagedFile, NotForUs):
                raise damaged(shown) from None

    def extract_database(self, target: Path, meter: Meter) -> None:
        """Write the encrypted database it holds to `target`, a new private file. Unavailable BACKUP_DAMAGED."""
        size = 0
        try:
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file, self.pieces(self.manifest.database, meter) as pieces:
                for piece in pieces:
                    file.write(piece)
                    size += len(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Unavailable(ErrorCode.DATABASE_FULL, fields=None, reason=reason(error)) from error
        if size != self.manifest.database_size:
            raise damaged(self.shown(self.manifest.database))


def open_backup(
    folder: BackupFolder, name: str, identities: Sequence[str], clinic_id: UUID | None
) -> OpenBackup:
    """Open a backup with the clinic's backup key or the recovery kit's.

    NotFound BACKUP_NOT_FOUND; Unavailable RECOVERY_KEY_WRONG if none of `identities` is right,
    BACKUP_DAMAGED naming the file, BACKUP_NEWER, or BACKUP_FOREIGN if it is not of `clinic_id` (None: of any).
    """
    place = folder.place(name)
    keys = [identity.strip().upper() for identity in identities if identity]
    for key in keys:
        try:
            public_half(key)
        except Unavailable:
            raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG) from None
    sealed = _manifest_bytes(folder, place, keys)
    key, secrets = _secrets(folder, place, keys, manifest_opens=sealed is not None)
    if sealed is None:
        raise damaged(f"{name}/{MANIFEST}")
    try:
        manifest = parse(sealed, secrets.seal_key, name)
    except Unavailable as error:
        if error.code is ErrorCode.BACKUP_DAMAGED:
            raise damaged(f"{name}/{MANIFEST}") from None
        raise
    if clinic_id is not None and manifest.clinic_id != clinic_id:
        raise Unavailable(ErrorCode.BACKUP_FOREIGN)
    return OpenBackup(folder, manifest, secrets, key)


def _manifest_bytes(folder: BackupFolder, place: Path, keys: list[str]) -> bytes | None:
    """The decrypted manifest; None if it is damaged or not for these keys."""
    parts: list[bytes] = []
    size = 0
    with folder.reading(place / MANIFEST, f"{place.name}/{MANIFEST}") as file:
        try:
            for piece in opened(_reading(file), keys):
                parts.append(bytes(piece))
                size += len(piece)
                if size > LARGEST:
                    return None
        except (DamagedFile, NotForUs):
            return None
    return b"".join(parts)


def _secrets(
    folder: BackupFolder, place: Path, keys: list[str], *, manifest_opens: bool
) -> tuple[str, ClinicSecrets]:
    shown = f"{place.name}/{SECRETS}"
    with folder.reading(place / SECRETS, shown) as file:
        try:
            sealed = read_fully(file.read, LARGEST_SECRETS)
        except OSError:
            raise damaged(shown) from None
    for key in keys:
        try:
            secrets = open_envelope(sealed, key)
        except Unavailable:
            raise damaged(shown) from None
        if secrets is not None:
            return key, secrets
    # A wrong key opens nothing at all; a right one opens whatever is not damaged.
    if manifest_opens:
        raise damaged(shown)
    raise Unavailable(ErrorCode.RECOVERY_KEY_WRONG)


def _reading(file: BinaryIO) -> Callable[[int], bytes | None]:
    """A disk that cannot read a file has damaged it, as far as we can tell."""

    def read(size: int) -> bytes | None:
        try:
            return file.read(size)
        except OSError:
            raise DamagedFile from None

    return read


def _counted(pieces: Iterator[memoryview], meter: Meter) -> Iterator[memoryview]:
    for piece in pieces:
        meter.seen(len(piece))
        yield piece
