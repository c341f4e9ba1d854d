"""Where a vault's files lie, as the vault sees it: a folder of this computer or a share, or an object store.

Names are the paths that `Layout` gives, below the storage's own root; whether there is a disk behind them only the
storage knows. Everything here raises OSError, like the system: its callers give it words (`read_refusals`,
`write_refusals`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


class Sink(Protocol):
    """A file that is being written, as the one who fills it sees it."""

    def write(self, data: bytes | memoryview) -> None:
        """Write all of it, where the last write ended."""
        ...

    def seek(self, position: int) -> None:
        """Go on writing from `position`. A place left free is filled later, at the front of the file."""
        ...

    def take(self, source: int, position: int, block: bytes) -> None:
        """As `write`, for bytes that were read from `position` of another open file and still lie there."""
        ...


class Opener(Protocol):
    """Something that files can be read from."""

    def open_to_read(self, path: Path) -> BinaryIO:
        """A seekable file without a buffer; FileNotFoundError."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a listing. `unfinished` says that it is being written, or what a crash left of it."""

    path: Path
    unfinished: bool
    changed_at: datetime | None = None
    """None where a listing does not tell: ask `Storage.changed_at`."""


class Storage(Opener, Protocol):
    """What a vault needs of the place its files lie in. All methods may be called from several threads."""

    @property
    def root(self) -> Path:
        """What the names of this storage begin with."""
        ...

    def make_folder(self, folder: Path) -> None:
        """Make a folder (its parent exists) durably; harmless if it is there. Object stores have none to make."""
        ...

    def write(
        self,
        path: Path,
        fill: Callable[[Sink], None],
        prove: Callable[[Path], None],
        *,
        replace: bool = False,
    ) -> None:
        """Make `path` with what `fill` writes: wholly there, durable and proven, or not there at all.

        `prove` is called when it bears its name, and reads it back. FileExistsError unless `replace`. Any failure
        takes away what was made and is raised as it is; nothing is tried twice and then called a success.
        """
        ...

    def exists(self, path: Path) -> bool: ...

    def remove(self, path: Path) -> None:
        """Take a file away durably; FileNotFoundError."""
        ...

    def move(self, source: Path, target: Path, *, replace: bool = False) -> None:
        """Give a file another name durably; FileNotFoundError, FileExistsError unless `replace`."""
        ...

    def blob_folders(self) -> list[Path]:
        """The subfolders that hold blobs, in order."""
        ...

    def listed(self, folder: Path) -> list[Entry]:
        """What lies in one folder, by name, without what lies below it; empty if it is not there."""
        ...

    def changed_at(self, entry: Entry) -> datetime | None:
        """When it was last written, by the storage's own clock; None if it does not tell, or is gone."""
        ...

    def discard(self, entry: Entry) -> None:
        """Take what is left of an unfinished file away."""
        ...

    def now(self) -> datetime | None:
        """What time the storage gives a file that is made now: another computer may keep it, with another clock."""
        ...
