"""Where files may live: no local database on a network drive (security.md D25), and a backup folder that works.

A network drive's locks are promises that some servers do not keep, and SQLite then loses what it wrote. Documents
and backups are written whole and may lie on a share.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import sys
from pathlib import Path

from meditrack_desktop.domain.errors import ErrorCode, Unavailable

NETWORK_KINDS = frozenset(
    "afs beegfs ceph cifs coda davfs davfs2 fuse.ceph fuse.glusterfs fuse.rclone fuse.s3fs fuse.sshfs fuse.davfs2 "
    "gfs2 glusterfs gpfs lustre ncp ncpfs nfs nfs4 ocfs2 pvfs2 smb2 smb3 smbfs".split()
)
_MOUNTS = Path("/proc/self/mountinfo")
_DRIVE_REMOTE = 4
_MNT_LOCAL = 0x1000


def refuse_network_drive(folder: Path) -> None:
    """Unavailable PROFILE_ON_NETWORK if `folder` (or what exists of it) is on another computer's disk."""
    if on_network(folder):
        raise Unavailable(ErrorCode.PROFILE_ON_NETWORK, folder=str(folder))


def on_network(folder: Path) -> bool:
    """Whether `folder` lies on a network drive, as far as the system tells; False where it does not."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    if sys.platform == "win32":
        return _on_windows_share(place)
    if sys.platform == "darwin":
        return _on_mac_share(place)
    return _kind_of_mount(place.resolve(), _mounts()) in NETWORK_KINDS


def check_backup_folder(folder: Path, profile_folder: Path) -> None:
    """Unavailable BACKUP_TARGET_UNUSABLE unless backups can be written there and outlive the profile.

    The folder is made if only its last part is missing.
    """
    inside = folder.absolute().resolve().is_relative_to(profile_folder.absolute().resolve())
    try:
        if not inside:
            folder.mkdir(exist_ok=True)
            probe = folder / f".meditrack-{secrets.token_hex(4)}"
            probe.touch(exist_ok=False)
            probe.unlink()
            return
    except OSError:
        pass
    raise Unavailable(ErrorCode.BACKUP_TARGET_UNUSABLE, folder=str(folder))


def check_documents_folder(folder: Path) -> None:
    """Unavailable VAULT_UNWRITABLE unless documents can be written there; made if only its last part is missing."""
    try:
        folder.mkdir(exist_ok=True)
        probe = folder / f".meditrack-{secrets.token_hex(4)}"
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError:
        raise Unavailable(ErrorCode.VAULT_UNWRITABLE) from None


def _mounts() -> list[tuple[Path, str]]:
    """(mount point, kind of file system), in the order they were mounted; empty where the system tells nothing."""
    try:
        lines = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        before, _, after = line.partition(" - ")
        parts, kind = before.split(), after.split()
        if len(parts) > 4 and kind:
            point = parts[4].encode("utf-8", "surrogateescape").decode("unicode_escape", "replace")
            found.append((Path(point), kind[0]))
    return found


def _kind_of_mount(place: Path, mounts: list[tuple[Path, str]]) -> str:
    """The file system a path lies on: that of the longest mount point above it, the last one where two are equal."""
    best, kind = -1, ""
    for point, name in mounts:
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), name
    return kind


def _on_windows_share(place: Path) -> bool:
    if place.drive.startswith("\\\\"):
        return True
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name exists on Windows alone
    return int(kernel.GetDriveTypeW(place.anchor)) == _DRIVE_REMOTE


class _MacStatfs(ctypes.Structure):
    """`struct statfs` of macOS with 64-bit inodes: all that is wanted of it is `flags`."""

    _fields_ = [
        ("bsize", ctypes.c_uint32),
        ("iosize", ctypes.c_int32),
        ("counts", ctypes.c_uint64 * 5),
        ("fsid", ctypes.c_int32 * 2),
        ("owner", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("subtype", ctypes.c_uint32),
        ("names", ctypes.c_char * (16 + 1024 + 1024)),
        ("reserved", ctypes.c_uint32 * 8),
    ]


def _on_mac_share(place: Path) -> bool:
    library = ctypes.CDLL(None, use_errno=True)
    ask = getattr(library, "statfs$INODE64", None) or library.statfs
    answer = _MacStatfs()
    if ask(os.fsencode(place), ctypes.byref(answer)) != 0:
        return False
    return not answer.flags & _MNT_LOCAL
