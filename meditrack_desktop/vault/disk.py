"""Every touch of the vault on the disk goes through here, so that faults can be planted in one place.

Also the one place that knows which failure of the system means what (VAULT_FULL, VAULT_UNWRITABLE, ...).
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from meditrack_desktop.domain.errors import ErrorCode, Unavailable

UNFINISHED = ".part"
WRITE_BACK = 8 * 1024 * 1024
"""Bytes that lie in memory before the disk is given them: so little is left to do for the fsync at the end."""
_BEGIN_WRITING = 2  # SYNC_FILE_RANGE_WRITE
_HASH_BLOCK = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_CANNOT_COPY = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.EPERM}
_CANNOT_WRITE_BACK = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ESPIPE}
_NEW_FILE = (
    os.O_RDWR
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)
_READ_FILE = (
    os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
)


class Disk:
    """The system calls that a vault needs, one method each. Raises OSError like the system."""

    def make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)

    def create(self, path: Path) -> int:
        """A new private file, never an existing one; returns its descriptor."""
        return os.open(path, _NEW_FILE, 0o600)

    def write(self, descriptor: int, data: bytes | memoryview) -> int:
        return os.write(descriptor, data)

    def copy(self, source: int, position: int, descriptor: int, size: int) -> int:
        """Let the system copy from another open file, without its bytes passing through here.

        Returns how many were copied; 0 where it cannot (other kinds of disks, other systems): write them instead.
        """
        copy_file_range = getattr(os, "copy_file_range", None)
        if copy_file_range is None:
            return 0
        try:
            return int(copy_file_range(source, descriptor, size, offset_src=position))
        except OSError as error:
            if error.errno in _CANNOT_COPY:
                return 0
            raise

    def seek(self, descriptor: int, position: int) -> None:
        os.lseek(descriptor, position, os.SEEK_SET)

    def write_back(self, descriptor: int, position: int, size: int) -> None:
        """Let the disk begin with what was written there, and do not wait for it. Only Linux can be asked that.

        Nothing is promised by it: what is durable, and what failed on the way, `sync` says.
        """
        if sys.platform != "linux":
            return  # pragma: no cover
        call = getattr(ctypes.CDLL(None, use_errno=True), "sync_file_range", None)
        if call is None:
            return  # pragma: no cover
        call.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
        if call(descriptor, position, size, _BEGIN_WRITING) != 0:
            failure = ctypes.get_errno()
            if failure not in _CANNOT_WRITE_BACK:
                raise OSError(failure, os.strerror(failure))

    def sync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        source.replace(target)

    def sync_folder(self, folder: Path) -> None:
        """Make names in a folder durable. Windows does so by itself and cannot open folders."""
        if os.name == "nt":
            return  # pragma: no cover
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def open_to_read(self, path: Path) -> BinaryIO:
        """An unbuffered file. Only a regular one: somebody may have put a pipe there, on which we would hang."""
        descriptor = os.open(path, _READ_FILE)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "not a regular file")
        return os.fdopen(descriptor, "rb", buffering=0)

    def remove(self, path: Path) -> None:
        path.unlink()

    def exists(self, path: Path) -> bool:
        """Whether there is something of this name. OSError where nobody can tell: a share that does not answer."""
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def is_folder(self, path: Path) -> bool:
        return path.is_dir()

    def listed(self, folder: Path) -> list[Path]:
        """What lies in a folder, by name."""
        return sorted(folder.iterdir())

    def changed_at(self, path: Path) -> datetime:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


class NewFile:
    """The open temporary file, as the one who fills it sees it."""

    def __init__(self, disk: Disk, descriptor: int) -> None:
        self._disk = disk
        self._descriptor = descriptor
        self._position = 0
        self._given_back = 0

    def write(self, data: bytes | memoryview) -> None:
        """Write all of it: the system may take less at a time."""
        rest = memoryview(data)
        while rest:
            written = self._disk.write(self._descriptor, rest)
            if written <= 0:
                raise OSError(errno.EIO, "nothing was written")
            rest = rest[written:]
            self._reach(self._position + written)

    def take(self, source: int, position: int, block: bytes) -> None:
        """As `write`, for bytes that were read from `position` of another open file and still lie there."""
        done = 0
        while done < len(block):
            copied = self._disk.copy(source, position + done, self._descriptor, len(block) - done)
            if copied <= 0:
                self.write(memoryview(block)[done:])
                return
            done += copied
            self._reach(self._position + copied)

    def seek(self, position: int) -> None:
        self._disk.seek(self._descriptor, position)
        self._position = position

    def _reach(self, position: int) -> None:
        self._position = position
        if position - self._given_back >= WRITE_BACK:
            self._disk.write_back(self._descriptor, self._given_back, position - self._given_back)
            self._given_back = position


def write_durably(
    disk: Disk,
    path: Path,
    fill: Callable[[NewFile], None],
    prove: Callable[[Path], None],
    *,
    replace: bool = False,
    name_later: bool = False,
) -> None:
    """Make `path` with what `fill` writes: wholly there and on the disk, or not there at all.

    With `name_later` its bytes are on the disk and its name is not yet: the caller syncs the folder.

    Temporary file in the same folder, fsync, rename, fsync of the folder, then `prove` reads it back. Any
    failure takes away what was made and is raised as it is; nothing is tried twice, because after a failed
    fsync the system may have dropped the data and report the next one as a success.
    """
    if not replace and disk.exists(path):
        raise FileExistsError(errno.EEXIST, "never overwritten")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    descriptor = disk.create(temporary)
    made = temporary
    try:
        try:
            fill(NewFile(disk, descriptor))
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
        disk.rename(temporary, path)
        made = path
        if not name_later:
            disk.sync_folder(path.parent)
        prove(path)
    except BaseException:
        with suppress(OSError):
            disk.remove(made)
        raise


def make_folder_durably(disk: Disk, folder: Path) -> None:
    """Make a folder (its parent exists) and its name durable."""
    if not disk.is_folder(folder):
        disk.make_folder(folder)
        disk.sync_folder(folder.parent)


@contextmanager
def write_refusals(**about: str | int) -> Iterator[None]:
    """Turn failures of the disk while writing into VAULT_FULL or VAULT_UNWRITABLE."""
    try:
        yield
    except OSError as error:
        code = ErrorCode.VAULT_FULL if error.errno in _FULL else ErrorCode.VAULT_UNWRITABLE
        raise Unavailable(code, fields=None, reason=reason(error), **about) from error


@contextmanager
def read_refusals(**about: str | int) -> Iterator[None]:
    """Turn failures of the disk while reading into VAULT_MISSING."""
    try:
        yield
    except OSError as error:
        raise Unavailable(ErrorCode.VAULT_MISSING, fields=None, reason=reason(error), **about) from error


def reason(error: OSError) -> str:
    """The system's short name of a failure (ENOSPC): it holds no path and so no name of a person."""
    return errno.errorcode.get(error.errno or 0, "unknown")


def read_fully(read: Callable[[int], bytes | None], size: int) -> bytes:
    """As many bytes as asked for, or all there are: a single read may return fewer."""
    data = read(size) or b""
    if len(data) in (0, size):
        return data
    parts, missing = [data], size - len(data)
    while missing:
        more = read(missing) or b""
        if not more:
            break
        parts.append(more)
        missing -= len(more)
    return b"".join(parts)


def sha256_of_file(file: BinaryIO) -> str:
    """The hash of a whole file from its start, in flat memory."""
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(_HASH_BLOCK):
        digest.update(block)
    return digest.hexdigest()
