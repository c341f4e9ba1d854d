"""Takes in what a scanner puts into the desk's folder (security.md H10-H14).

The order is what keeps a file from being lost: it is read and looked into where it lies, moved aside, stored and read
back, written down, and only then removed. Cut off anywhere, it lies in the folder, or aside; taken twice it is known
by its bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import BinaryIO
from uuid import UUID

from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import MEBIBYTE
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.incoming import (
    CollectReport,
    IncomingFile,
    IncomingSource,
    ScanTrouble,
    TakeIn,
)
from meditrack_desktop.domain.settings import ClinicSettings
from meditrack_desktop.services.file_checks import open_regular, read_whole
from meditrack_desktop.services.incoming.claims import Claims
from meditrack_desktop.services.incoming.folder_looks import Seen, Stillness, look, seen_as
from meditrack_desktop.services.incoming.scan_folder import ScanFolder
from meditrack_desktop.services.incoming.taking_in import Arrived, P, TakingIn
from meditrack_desktop.services.intake import read_stranger
from meditrack_desktop.services.work import Works

AT_ONCE = 20
"""So many files in one look; the next one goes on."""
_PERHAPS_UNFINISHED = (ErrorCode.FILE_EMPTY, ErrorCode.FILE_UNREADABLE)
_DICOM_AT = 128
_DIRECTORY = "DICOMDIR"
"""The list of a disc's contents: it names files, and is none of them."""

Known = Callable[[ReadSession, str], IncomingFile | None]


class _Later(Exception):
    """It cannot be taken now: it changed, or somebody holds it."""

    def __init__(self, trouble: ScanTrouble | None = None) -> None:
        super().__init__()
        self.trouble = trouble


@dataclass
class _Run:
    """One look at the folder, as it goes on."""

    actor: Actor
    settings: ClinicSettings
    taken: list[IncomingFile] = field(default_factory=list)
    known: list[IncomingFile] = field(default_factory=list)
    refused: list[IncomingFile] = field(default_factory=list)
    coming: int = 0
    troubles: list[tuple[str, ScanTrouble]] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    """What was read of an entry: `seen` as it was then, `names` of those files of it that were read."""

    arrived: Arrived
    seen: Seen
    names: tuple[str, ...]


class Collecting:
    """Of one desk. A second look at the same time does nothing."""

    def __init__(self, work: Works, taking: TakingIn, folder: ScanFolder) -> None:
        self._work = work
        self._taking = taking
        self._folder = folder
        self._stillness = Stillness()
        self._refused: dict[Path, Seen] = {}
        self._listed: dict[Path, UUID] = {}
        """The line of the inbox that says why an entry was refused: over once it was taken after all."""
        self._claims: Claims | None = None
        self._guard = Lock()

    def run(self, actor: Actor) -> CollectReport:
        """See `Incoming.collect`."""
        self._check(actor)
        folder = self._folder.read()
        if folder is None or not self._guard.acquire(blocking=False):
            return CollectReport(folder)
        try:
            self._folder.check(folder, by_writing=False)
            with self._work.database.reading() as session:
                settings = settings_queries.read(session)
            return self._look(_Run(actor, settings), folder)
        finally:
            self._guard.release()

    def _check(self, actor: Actor) -> None:
        """Asked every few seconds, so only a refusal leaves a line."""
        with self._work.database.reading() as session:
            permitted = self._work.standing(session, actor, P).permitted
        if not permitted:
            with self._work.looking(actor, P) as look:
                look.listed("incoming")

    def _look(self, run: _Run, folder: Path) -> CollectReport:
        now = self._work.clock.now()
        if self._claims is None:
            self._claims = Claims(run.actor.workstation)
        for aside in self._claims.left_behind(folder, now):
            self._attempt(run, aside, None)
        try:
            lying, run.coming = self._stillness.still(folder, now)
        except OSError:
            self._folder.check(folder)
            return CollectReport(folder)
        self._refused = {path: seen for path, seen in self._refused.items() if lying.get(path) == seen}
        fresh = [(path, seen) for path, seen in lying.items() if path not in self._refused]
        for path, seen in fresh[:AT_ONCE]:
            self._attempt(run, path, seen)
        return CollectReport(
            folder=folder,
            taken=tuple(run.taken),
            known=tuple(run.known),
            refused=tuple(run.refused),
            still_coming=run.coming,
            troubles=tuple(run.troubles),
            more=len(fresh) > AT_ONCE,
        )

    def _attempt(self, run: _Run, path: Path, seen: Seen | None) -> None:
        """Take one entry; `seen` is None for one that lies aside since a look that was cut off."""
        try:
            if seen is None:
                self._take_aside(run, path)
            else:
                self._take(run, path, seen)
        except _Later as later:
            if later.trouble is None:
                run.coming += 1
            else:
                run.troubles.append((path.name, later.trouble))

    def _take(self, run: _Run, path: Path, seen: Seen) -> None:
        try:
            read = self._read(run, path, seen)
        except Invalid as refusal:
            if refusal.code in _PERHAPS_UNFINISHED and not self._stillness.for_long(
                path, self._work.clock.now()
            ):
                raise _Later from None
            self._refuse(run, path, seen, refusal)
            return
        if read is None:
            self._refused[path] = seen
            return
        assert self._claims is not None
        aside = self._claims.claim(path)
        if aside is None:
            # Another desk was faster, and it is gone; or a program holds it.
            raise _Later(ScanTrouble.UNREADABLE if look(path) == seen else None)
        self._keep(run, aside, read, None)
        if (refused := self._listed.pop(path, None)) is not None:
            self._taking.withdraw_refusal(run.actor, refused)

    def _take_aside(self, run: _Run, aside: Path) -> None:
        """Moved aside by a look that was cut off: perhaps before it was stored, perhaps after."""
        assert self._claims is not None
        seen = look(aside)
        if seen is None:
            return
        try:
            read = self._read(run, aside, seen)
        except Invalid as refusal:
            self._put_back(aside)
            self._refuse(run, aside, seen, refusal)
            return
        if read is None:
            self._put_back(aside)
            return
        self._keep(run, aside, read, queries.kept_bytes)

    def _read(self, run: _Run, path: Path, seen: Seen) -> _Read | None:
        """Read an entry and look into it. None for a folder that is no study; Invalid says why it is refused."""
        if seen.kind == "file":
            data = _bytes_of(path, seen.files[0], lambda file: read_stranger(file, run.settings))
            return _Read(self._taking.look_into(path.name, data, run.settings), seen, ("",))
        if seen.kind != "folder":
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        images = [each for each in seen.files if _is_dicom(path / each[0])]
        if not images:
            return None
        limit = run.settings.largest_study_mb * MEBIBYTE
        if sum(each[1] for each in images) > limit:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limit)
        read = [
            (each[0], _bytes_of(path / each[0], each, lambda file: read_whole(file, limit)))
            for each in images
        ]
        names = tuple(name for name, _ in read)
        if len(read) == 1:
            name, data = read[0]
            return _Read(self._taking.look_into(Path(name).name, data, run.settings), seen, names)
        return _Read(self._taking.put_together(path.name, read, run.settings), seen, names)

    def _keep(self, run: _Run, aside: Path, read: _Read, known: Known | None) -> None:
        """Store what was read of an entry that lies aside, and let go of just that."""
        command = TakeIn(file_name=aside.name[:4096], source=IncomingSource.SCAN_FOLDER)
        try:
            kept = self._taking.keep(run.actor, command, read.arrived, known)
        except BaseException:
            self._put_back(aside)
            raise
        (run.taken if kept.id == command.id else run.known).append(kept)
        assert self._claims is not None
        if look(aside) != read.seen:
            # Somebody wrote on while it was stored: what was read is kept, what is new comes as a file of its own.
            self._put_back(aside)
            return
        try:
            for name in read.names:
                (aside / name if name else aside).unlink()
            if aside.is_dir():
                _remove_empty_folders(aside)
        except OSError:
            raise _Later(ScanTrouble.NOT_REMOVED) from None
        if aside.exists():
            self._put_back(aside)
        self._claims.tidy(aside)

    def _refuse(self, run: _Run, path: Path, seen: Seen, refusal: Invalid) -> None:
        self._refused[path] = seen
        digest = ""
        if seen.kind == "file" and refusal.code is not ErrorCode.FILE_TOO_LARGE:
            with suppress(Invalid, _Later):
                data = _bytes_of(path, seen.files[0], lambda file: read_stranger(file, run.settings))
                digest = self._taking.digest(data)
        noted, is_new = self._taking.note_refusal(run.actor, path.name, seen.size, digest, refusal)
        self._listed[path] = noted.id
        if is_new:
            run.refused.append(noted)

    def _put_back(self, aside: Path) -> None:
        """What resists is found aside by the next look."""
        assert self._claims is not None
        with suppress(OSError):
            self._claims.put_back(aside)


def _bytes_of(path: Path, seen: tuple[str, int, int, int], read: Callable[[BinaryIO], bytes]) -> bytes:
    """The bytes of a file that looks the same before and after. _Later if it does not, or cannot be opened."""
    try:
        file = open_regular(path)
    except Invalid:
        raise _Later(ScanTrouble.UNREADABLE) from None
    with file:
        if seen_as(file.fileno())[1:] != seen[1:]:
            raise _Later
        try:
            data = read(file)
        except Invalid as refusal:
            if refusal.code is ErrorCode.FILE_UNREADABLE:
                raise _Later(ScanTrouble.UNREADABLE) from None
            raise
        if seen_as(file.fileno())[1:] != seen[1:]:
            raise _Later
    return data


def _is_dicom(path: Path) -> bool:
    if path.name.upper() == _DIRECTORY:
        return False
    try:
        with open_regular(path) as file:
            return file.read(_DICOM_AT + 4)[_DICOM_AT:] == b"DICM"
    except (OSError, Invalid):
        return False


def _remove_empty_folders(folder: Path) -> None:
    for inner in sorted((each for each in folder.rglob("*") if each.is_dir()), reverse=True):
        with suppress(OSError):
            inner.rmdir()
    with suppress(OSError):
        folder.rmdir()
