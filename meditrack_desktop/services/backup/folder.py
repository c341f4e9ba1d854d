"""A folder of backups: what lies where in it, and which failure of its disk means what.

meditrack-backups.json    whose folder it is
<name>/manifest.age       what the backup is made of; written last
<name>/database.age       the encrypted database, whole
<name>/keys.age           the recovery copies of patients' keys
<name>/secrets.age        what opens the rest, for the recovery kit
<name>/database-without-keys.age   in place of database.age and keys.age, once it is older than 35 days
documents/<2>/<sha256>.age   documents as they lie in the vault, shared by all backups, named by their own hash
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.domain.errors import ErrorCode, NotFound, Unavailable
from meditrack_desktop.vault.background_hash import BackgroundHash
from meditrack_desktop.vault.disk import (
    UNFINISHED,
    Disk,
    NewFile,
    make_folder_durably,
    read_fully,
    reason,
    write_durably,
)

MARKER = "meditrack-backups.json"
MANIFEST = "manifest.age"
DATABASE = "database.age"
KEYS = "keys.age"
BARE_DATABASE = "database-without-keys.age"
SECRETS = "secrets.age"
DOCUMENTS = "documents"
BLOCK = 1024 * 1024
_FORMAT = "meditrack-backups"
_VERSION = 1
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_HASH = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}

Seen = Callable[[int], None]
"""Called with the number of bytes just moved; may raise Stopped."""


class BackupFolder:
    """One folder. Every method that touches it raises Unavailable BACKUP_TARGET_UNUSABLE or BACKUP_FULL."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.folder = folder
        self.disk = disk or Disk()

    def prepare(self, clinic_id: UUID) -> None:
        """Make it this clinic's, or see that it is. Also Unavailable BACKUP_FOREIGN."""
        with self.refusals():
            if not self.folder.is_dir():
                raise OSError(errno.ENOTDIR, "no folder")
            marker = self.folder / MARKER
            if not marker.exists():
                self.write(marker, _marker(clinic_id))
            make_folder_durably(self.disk, self.folder / DOCUMENTS)
        if self.owner() != clinic_id:
            raise Unavailable(ErrorCode.BACKUP_FOREIGN, folder=str(self.folder))

    def owner(self) -> UUID:
        """Whose folder it is. Also NotFound BACKUP_NOT_FOUND if it holds no backups, or DAMAGED, NEWER."""
        with self.refusals():
            try:
                data = self.read_small(self.folder / MARKER, 4096)
            except FileNotFoundError:
                raise NotFound(ErrorCode.BACKUP_NOT_FOUND) from None
        try:
            values = json.loads(data)
            if values["format"] != _FORMAT:
                raise ValueError("another format")
            if values["version"] > _VERSION:
                raise Unavailable(ErrorCode.BACKUP_NEWER)
            owner = UUID(values["clinic"])
            if data != _marker(owner):
                raise ValueError("not as we write it")
            return owner
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise damaged(MARKER) from None

    def names(self) -> list[str]:
        """All complete backups, oldest first."""
        with self.refusals():
            found = [path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name)]
            return sorted(name for name in found if (self.folder / name / MANIFEST).is_file())

    def place(self, name: str) -> Path:
        """The folder of a complete backup. NotFound BACKUP_NOT_FOUND; a name is never taken for a path."""
        path = self.folder / name
        if not _NAME.fullmatch(name) or not (path / MANIFEST).is_file():
            raise NotFound(ErrorCode.BACKUP_NOT_FOUND)
        return path

    def document(self, sha256: str) -> Path:
        """Where the document with this hash of its ciphertext lies."""
        if not _HASH.fullmatch(sha256):
            raise damaged(MANIFEST)
        return self.folder / DOCUMENTS / sha256[:2] / f"{sha256}.age"

    def has_document(self, sha256: str, size: int) -> bool:
        """Whether it is there with the right length; its bytes are compared when the backup is verified."""
        with self.refusals():
            try:
                found = self.document(sha256).stat()
            except FileNotFoundError:
                return False
            return found.st_size == size

    def stored_documents(self) -> Iterator[tuple[Path, str | None]]:
        """Every file of the common store with its hash, None for one whose name or place is not ours."""
        with self.refusals():
            store = self.folder / DOCUMENTS
            for fan in sorted(store.iterdir()) if store.is_dir() else ():
                for path in sorted(fan.iterdir()) if fan.is_dir() else [fan]:
                    sha256 = path.name.removesuffix(".age")
                    ours = _HASH.fullmatch(sha256) and path == self.document(sha256)
                    yield path, sha256 if ours else None

    def write(self, path: Path, data: bytes, *, replace: bool = False) -> None:
        """A small file, durably."""
        write_durably(
            self.disk, path, fill=lambda file: file.write(data), prove=lambda _: None, replace=replace
        )

    def write_stream(self, path: Path, pieces: Iterable[bytes | memoryview]) -> tuple[int, str]:
        """A file of any size, durably; returns its size and SHA-256."""
        size = 0
        with BackgroundHash() as digest:

            def fill(file: NewFile) -> None:
                nonlocal size
                for piece in pieces:
                    copied = bytes(piece)  # the hash lags behind, and the piece's memory is used again
                    digest.update(copied)
                    file.write(copied)
                    size += len(copied)

            with self.refusals():
                write_durably(self.disk, path, fill, prove=lambda _: None)
            return size, digest.hexdigest()

    def copy_document(self, source: BinaryIO, sha256: str, size: int, seen: Seen) -> None:
        """Keep a document whose ciphertext is expected to have this hash; MovedDocument if it has not.

        `source` stands at its beginning. The system copies while a second core hashes. The name is only safe from
        a power cut after `sync_documents`.
        """
        target = self.document(sha256)
        handle = _handle_of(source)

        def fill(file: NewFile) -> None:
            length = 0
            with BackgroundHash() as digest:
                while block := _read_of_vault(source):
                    digest.update(block)
                    if handle is None:
                        file.write(block)
                    else:
                        file.take(handle, length, block)
                    length += len(block)
                    seen(len(block))
                if (length, digest.hexdigest()) != (size, sha256):
                    raise MovedDocument

        with self.refusals():
            self.disk.make_folder(target.parent)
            write_durably(self.disk, target, fill, prove=lambda _: None, replace=True, name_later=True)

    def sync_documents(self, hashes: Iterable[str]) -> None:
        """Make the names of documents that were just copied durable."""
        with self.refusals():
            for folder in sorted({self.document(sha256).parent for sha256 in hashes}):
                self.disk.sync_folder(folder)
            self.disk.sync_folder(self.folder / DOCUMENTS)

    def begin(self, name: str) -> Path:
        """A folder for a backup that is being made; `finish` gives it its name."""
        with self.refusals():
            path = self.folder / f".{name}{UNFINISHED}"
            self.disk.make_folder(path)
            return path

    def finish(self, begun: Path, name: str) -> None:
        """From now on it counts."""
        with self.refusals():
            self.disk.sync_folder(begun)
            self.disk.rename(begun, self.folder / name)
            self.disk.sync_folder(self.folder)

    def remove(self, name: str) -> None:
        """Take a backup away: first it stops counting, then its files go. Its documents stay in the store."""
        with self.refusals():
            gone = self.folder / f".{name}-{secrets.token_hex(2)}{UNFINISHED}"
            self.disk.rename(self.place(name), gone)
            self.disk.sync_folder(self.folder)
            shutil.rmtree(gone)

    def clean(self) -> None:
        """Take away what runs that were killed left behind. Only while nobody else writes here."""
        with self.refusals():
            for path in self.folder.glob(f".*{UNFINISHED}"):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            for path in (self.folder / DOCUMENTS).glob(f"*/.*{UNFINISHED}"):
                path.unlink()

    def read_small(self, path: Path, most: int) -> bytes:
        with self.disk.open_to_read(path) as file:
            return read_fully(file.read, most)

    @contextmanager
    def reading(self, path: Path, shown: str) -> Iterator[BinaryIO]:
        """A file of a backup. Unavailable BACKUP_DAMAGED if it is gone or cannot be read."""
        try:
            file = self.disk.open_to_read(path)
        except OSError:
            raise damaged(shown) from None
        with file:
            yield file

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn failures of this folder's disk into BACKUP_FULL or BACKUP_TARGET_UNUSABLE."""
        try:
            yield
        except OSError as error:
            code = ErrorCode.BACKUP_FULL if error.errno in _FULL else ErrorCode.BACKUP_TARGET_UNUSABLE
            raise Unavailable(code, fields=None, folder=str(self.folder), reason=reason(error)) from error


class MovedDocument(Exception):
    """The vault's file is not what the database says of it."""


def _marker(clinic_id: UUID) -> bytes:
    values = {"format": _FORMAT, "version": _VERSION, "clinic": str(clinic_id)}
    return json.dumps(values).encode() + b"\n"


def new_name(made_at: datetime) -> str:
    """A name that sorts by time (UTC) and that no other desk gives at the same moment."""
    return f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def time_in(name: str) -> datetime:
    """When a backup with this name was made, to the second."""
    return datetime.strptime(name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def damaged(file: str) -> Unavailable:
    return Unavailable(ErrorCode.BACKUP_DAMAGED, file=file)


def blocks_of(file: BinaryIO, seen: Seen) -> Iterator[bytes]:
    """A file in blocks, each counted."""
    while block := _read(file):
        seen(len(block))
        yield block


def hash_of(file: BinaryIO, seen: Seen) -> tuple[int, str]:
    """Size and SHA-256 of a whole file."""
    digest, size = hashlib.sha256(), 0
    for block in blocks_of(file, seen):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()


def _read(file: BinaryIO) -> bytes:
    return read_fully(file.read, BLOCK)


def _read_of_vault(file: BinaryIO) -> bytes:
    """What the vault's disk cannot read is not what was stored; the backup folder's disk has other words."""
    try:
        return _read(file)
    except OSError:
        raise MovedDocument from None


def _handle_of(file: BinaryIO) -> int | None:
    """The system's number of an open file; None for one that no file of the system stands behind."""
    try:
        return file.fileno()
    except UnsupportedOperation:
        return None


def quietly_remove(path: Path) -> None:
    """Take a scratch folder away if the system lets us; the next run tries again."""
    with suppress(OSError):
        shutil.rmtree(path)
