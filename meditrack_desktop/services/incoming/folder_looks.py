"""What lies in a scan folder, and whether it stands still: names and sizes only, nothing is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from meditrack_desktop.domain.documents import MOST_STUDY_IMAGES
from meditrack_desktop.services.incoming.scan_folder import is_link

STILL_FOR = timedelta(seconds=1)
UNFINISHED_FOR = timedelta(seconds=10)
"""So long a file that is empty, or breaks off, may only be a scanner that takes a breath."""
CLAIMS = ".meditrack-taking"
"""The folder in the scan folder where a desk puts what it takes at this moment."""
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".filepart", ".lock", ".swp")
_NOBODYS = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"})
_BEGINNINGS = (".", "~", "$")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """How a file or a folder of files looked: it is another one as soon as any of this differs."""

    files: tuple[tuple[str, int, int, int], ...]
    """Path below the entry, size, time of the last change in nanoseconds, number on the disk."""
    kind: str
    """`file`, `folder` or `other`: a link, a device, a pipe."""

    @property
    def size(self) -> int:
        return sum(size for _, size, _, _ in self.files)


def left_alone(name: str) -> bool:
    """Whether a name says that the file is hidden, half-written or the system's own."""
    folded = name.casefold()
    return folded.startswith(_BEGINNINGS) or folded.endswith((*_UNFINISHED, "~")) or folded in _NOBODYS


def entries(folder: Path) -> Iterator[tuple[Path, Seen]]:
    """What lies in a folder, by name; what cannot be looked at is left out. OSError if the folder cannot be read."""
    for path in sorted(folder.iterdir()):
        if left_alone(path.name):
            continue
        seen = look(path)
        if seen is not None:
            yield path, seen


def look(path: Path) -> Seen | None:
    """How it looks now; None if it is not there, or cannot be looked at."""
    try:
        status = path.lstat()
        if is_link(path):
            return Seen((("", 0, status.st_mtime_ns, status.st_ino),), "other")
        if stat.S_ISREG(status.st_mode):
            return Seen((_of("", status),), "file")
        if stat.S_ISDIR(status.st_mode):
            return _folder(path)
        return Seen((("", 0, status.st_mtime_ns, status.st_ino),), "other")
    except (OSError, ValueError):
        return None


def seen_as(descriptor: int) -> tuple[str, int, int, int]:
    """How an open file looks."""
    return _of("", os.fstat(descriptor))


def _of(name: str, status: os.stat_result) -> tuple[str, int, int, int]:
    return name, status.st_size, status.st_mtime_ns, status.st_ino


def _folder(path: Path) -> Seen:
    """Every regular file below; links are not followed."""
    files: list[tuple[str, int, int, int]] = []
    waiting = [(path, "", 0)]
    while waiting:
        folder, below, depth = waiting.pop()
        for inner in sorted(folder.iterdir()):
            name = inner.name
            status = inner.lstat()
            if is_link(inner):
                continue
            if stat.S_ISDIR(status.st_mode) and depth < _DEEPEST:
                waiting.append((inner, f"{below}{name}/", depth + 1))
            elif stat.S_ISREG(status.st_mode):
                files.append(_of(f"{below}{name}", status))
                if len(files) > 2 * MOST_STUDY_IMAGES:
                    return Seen(tuple(files), "other")
    return Seen(tuple(sorted(files)), "folder")


class Stillness:
    """Remembers how everything looked, and since when. Of one folder at a time; not for several threads."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._since: dict[Path, tuple[Seen, datetime]] = {}

    def still(self, folder: Path, now: datetime) -> tuple[dict[Path, Seen], int]:
        """What looks as it did at a look STILL_FOR ago or longer, and how many do not yet. OSError."""
        if folder != self._folder:
            self._folder, self._since = folder, {}
        found, coming, there = dict[Path, Seen](), 0, dict[Path, tuple[Seen, datetime]]()
        for path, seen in entries(folder):
            before = self._since.get(path)
            since = before[1] if before is not None and before[0] == seen and before[1] <= now else now
            there[path] = seen, since
            if now - since >= STILL_FOR:
                found[path] = seen
            else:
                coming += 1
        self._since = there
        return found, coming

    def for_long(self, path: Path, now: datetime) -> bool:
        """Whether it has looked so for UNFINISHED_FOR, or is not known here at all."""
        known = self._since.get(path)
        return known is None or now - known[1] >= UNFINISHED_FOR
