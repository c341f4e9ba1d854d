"""Which folder a desk takes files from: a small file beside the profile, as its mail server."""

from __future__ import annotations

import json
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

import meditrack_desktop
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.places import on_network
from meditrack_desktop.services.profile import Profile, write_durably

FORMAT = 1
LARGEST_FILE = 64 * 1024
_LEADS_ELSEWHERE = (0xA000000C, 0xA0000003)
"""Reparse tags of Windows: a symbolic link, a junction."""


_PROGRAM = (Path(meditrack_desktop.__file__).parent, Path(sys.prefix))


class ScanFolder:
    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def read(self) -> Path | None:
        """What was kept, whether it is there now or not. A file that says nothing usable is kept under another name."""
        file = self._profile.scan_folder
        try:
            if file.stat().st_size > LARGEST_FILE:
                raise ValueError("too large")
            content = json.loads(file.read_text("utf-8"))
            if content["format"] != FORMAT:
                raise ValueError("another format")
            return Path(str(content["folder"]))
        except OSError:
            return None
        except (ValueError, KeyError, TypeError, RecursionError):
            with suppress(OSError):
                file.rename(file.with_name(f"{file.name}.damaged-{secrets.token_hex(4)}"))
            return None

    def keep(self, path: Path | None) -> Path | None:
        """Unavailable SCAN_FOLDER_UNUSABLE as `check`; PROFILE_UNWRITABLE."""
        if path is None:
            try:
                self._profile.scan_folder.unlink(missing_ok=True)
            except OSError:
                where = str(self._profile.folder)
                raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=where) from None
            return None
        folder = self.check(path)
        content = {"format": FORMAT, "folder": str(folder)}
        write_durably(self._profile.scan_folder, json.dumps(content, indent=1).encode())
        return folder

    def check(self, path: Path, *, by_writing: bool = True) -> Path:
        """The folder, if files may be taken from it; Unavailable SCAN_FOLDER_UNUSABLE if not.

        Everything in it is taken away once it is in the vault. So it is no link, which could lead elsewhere
        tomorrow, no drive and nobody's home, nor what people's homes lie in, which hold what is none of the
        clinic's, and neither the clinic's own nor the program.
        """
        try:
            usable = path.is_absolute() and self._is_usable(path)
            if usable and by_writing:
                _write_in(path)
        except (OSError, ValueError, RuntimeError):
            usable = False
        if not usable:
            raise Unavailable(ErrorCode.SCAN_FOLDER_UNUSABLE, folder=str(path)[:500])
        return path

    def _is_usable(self, path: Path) -> bool:
        if is_link(path):
            return False
        real = path.resolve(strict=True)
        if not real.is_dir() or on_network(real) or real.parent == real or _holds_home(real):
            return False
        facts = self._profile.facts()
        own = [self._profile.folder, self._profile.vault(facts), *_PROGRAM]
        if facts.backup_folder:
            own.append(Path(facts.backup_folder))
        for each in own:
            theirs = each.absolute().resolve()
            if real.is_relative_to(theirs) or theirs.is_relative_to(real):
                return False
        return True


def _write_in(folder: Path) -> None:
    probe = folder / f".meditrack-{secrets.token_hex(4)}"
    probe.touch(exist_ok=False)
    probe.unlink()


def is_link(path: Path) -> bool:
    """Whether a path leads elsewhere: a symbolic link, or a junction of Windows. OSError if it is not there."""
    status = path.lstat()
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _LEADS_ELSEWHERE


def _holds_home(folder: Path) -> bool:
    """Whether it is somebody's home, or a folder above it."""
    try:
        return Path.home().resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        return False
