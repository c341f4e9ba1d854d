"""Linux: which files the process may open at all (Landlock): our own code and libraries, to read."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
import sysconfig
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_READ = _READ_FILE | _READ_FOLDER
_RIGHTS_BY_VERSION = ((1, 13), (2, 14), (3, 15), (5, 16))
_TCP = 0b11
_SCOPES = 0b11
_SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/dev/null", "/dev/urandom", "/usr/share/zoneinfo")


def only_our_own_code() -> bool:
    """Forbid every other file, and the network where the kernel can. Whether it is in force."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION_FLAG)
    if version < 1:
        return False
    rights = (1 << max(count for least, count in _RIGHTS_BY_VERSION if least <= version)) - 1
    wanted = struct.pack("QQQ", rights, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    wanted = wanted[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = libc.syscall(_CREATE, wanted, ctypes.c_size_t(len(wanted)), 0)
    if ruleset < 0:
        return False
    try:
        for folder in _readable():
            _allow(libc, ruleset, folder)
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _readable() -> set[str]:
    """Folders and files of the program itself. A library may load one more part of itself late."""
    found = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    if frozen := getattr(sys, "_MEIPASS", None):
        # The modules lie in the program's own file.
        found |= {frozen, sys.executable}
    # From source: the package's own folder, never the folder around it.
    found.add(str(Path(__file__).resolve().parents[2]))
    return {path for path in (*_SYSTEM, *found) if path}


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = _READ if stat.S_ISDIR(os.fstat(place).st_mode) else _READ_FILE
        rule = struct.pack("=Qi", rights, place)
        libc.syscall(_ADD, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
