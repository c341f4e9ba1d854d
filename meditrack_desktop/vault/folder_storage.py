"""A vault in a folder: of this computer, or of a share that it has mounted."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from meditrack_desktop.vault.disk import UNFINISHED, Disk, make_folder_durably, write_durably
from meditrack_desktop.vault.layout import Layout
from meditrack_desktop.vault.storage import Entry, Sink


class FolderStorage:
    """Files under one folder, each call of the system through `disk`."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        """Touches nothing."""
        self.root = folder
        self.disk = disk or Disk()

    def make_folder(self, folder: Path) -> None:
        make_folder_durably(self.disk, folder)

    def write(
        self,
        path: Path,
        fill: Callable[[Sink], None],
        prove: Callable[[Path], None],
        *,
        replace: bool = False,
    ) -> None:
        make_folder_durably(self.disk, path.parent)
        write_durably(self.disk, path, fill, prove, replace=replace)

    def open_to_read(self, path: Path) -> BinaryIO:
        return self.disk.open_to_read(path)

    def exists(self, path: Path) -> bool:
        return self.disk.exists(path)

    def remove(self, path: Path) -> None:
        self.disk.remove(path)
        self.disk.sync_folder(path.parent)

    def move(self, source: Path, target: Path, *, replace: bool = False) -> None:
        if not replace and self.disk.exists(target):
            raise FileExistsError(errno.EEXIST, "never overwritten")
        self.disk.make_folder(target.parent)
        self.disk.rename(source, target)
        self.disk.sync_folder(target.parent)
        self.disk.sync_folder(source.parent)

    def blob_folders(self) -> list[Path]:
        return Layout(self.root).blob_folders(self.disk)

    def listed(self, folder: Path) -> list[Entry]:
        found = self.disk.listed(folder) if self.disk.is_folder(folder) else []
        return [Entry(path, path.name.startswith(".") and path.name.endswith(UNFINISHED)) for path in found]

    def changed_at(self, entry: Entry) -> datetime | None:
        with suppress(OSError):
            return self.disk.changed_at(entry.path)
        return None

    def discard(self, entry: Entry) -> None:
        self.disk.remove(entry.path)

    def now(self) -> datetime | None:
        probe = self.root / f".{secrets.token_hex(4)}{UNFINISHED}"
        try:
            self.disk.close(self.disk.create(probe))
            made = self.disk.changed_at(probe)
        except OSError:
            return None
        with suppress(OSError):  # one that resists goes with the next sweep
            self.disk.remove(probe)
        return made
