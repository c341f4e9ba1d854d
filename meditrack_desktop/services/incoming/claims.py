"""Taking a file out of a folder that several desks watch: one of them moves it aside, and so it is that one's.

A claim is a move within the scan folder, which either happens or does not. What lies aside is looked at again after
a crash: nothing is lost there, and nothing is taken twice.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from meditrack_desktop.services.incoming.folder_looks import CLAIMS

ABANDONED_AFTER = timedelta(minutes=15)
"""So long what another desk moved aside has to lie there unchanged before this one takes it up."""


class Claims:
    """Of one desk, in the folder that it watches."""

    def __init__(self, desk: str) -> None:
        self._desk = desk
        self._others: dict[Path, datetime] = {}

    def claim(self, path: Path) -> Path | None:
        """Move it aside; where it lies now, or None if somebody else was faster or the system holds it."""
        aside = path.parent / CLAIMS / f"{self._desk}-{secrets.token_hex(6)}"
        try:
            aside.mkdir(parents=True)
            path.rename(aside / path.name)
        except OSError:
            _remove_empty(aside)
            return None
        return aside / path.name

    def left_behind(self, folder: Path, now: datetime) -> list[Path]:
        """What this desk moved aside earlier, and what another one did and forgot; the latter is claimed first."""
        own, others = list[Path](), dict[Path, datetime]()
        try:
            asides = sorted((folder / CLAIMS).iterdir())
        except OSError:
            return []
        for aside in asides:
            inside = _inside(aside)
            if not inside:
                _remove_empty(aside)
            elif aside.name.startswith(f"{self._desk}-"):
                own += inside
            else:
                others[aside] = self._others.get(aside, now)
                if now - others[aside] >= ABANDONED_AFTER and (taken := self._take_over(aside)) is not None:
                    own += _inside(taken)
                    del others[aside]
        self._others = others
        return own

    def put_back(self, aside: Path) -> None:
        """Let it lie in the folder again, under another name if its own is taken meanwhile. OSError."""
        folder = aside.parent.parent.parent
        for number in range(1, 1000):
            name = aside.name if number == 1 else f"{aside.stem} ({number}){aside.suffix}"
            if _moved(aside, folder / name):
                break
        self.tidy(aside)

    def tidy(self, aside: Path) -> None:
        """Remove the empty folder of a claim that is over."""
        _remove_empty(aside.parent)

    def _take_over(self, aside: Path) -> Path | None:
        mine = aside.with_name(f"{self._desk}-{secrets.token_hex(6)}")
        try:
            aside.rename(mine)
        except OSError:
            return None
        return mine


def _moved(path: Path, target: Path) -> bool:
    """Move a file or a folder to where nothing is; False if something is there."""
    if os.path.lexists(target):
        return False
    if not path.is_dir():
        try:
            os.link(path, target, follow_symlinks=False)
        except FileExistsError:
            return False
        except (OSError, NotImplementedError):
            pass  # no second name for a file on this disk: there is only the look above
        else:
            path.unlink()
            return True
    path.rename(target)
    return True


def _inside(aside: Path) -> list[Path]:
    try:
        return sorted(aside.iterdir())
    except OSError:
        return []


def _remove_empty(aside: Path) -> None:
    """A folder that is not empty stays."""
    with suppress(OSError):
        aside.rmdir()
        aside.parent.rmdir()
