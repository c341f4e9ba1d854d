"""Several files of a profile exchanged as one: what was decided is written down first, then done, if need be later.

Killed before it was written down, the old files are there; killed after, whoever opens the profile next finishes.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from meditrack_desktop.database.folders import sync_folder
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.held_alone import held_alone

DECISION = "restore-pending.json"
OF_THE_OLD = ("clinic.db-wal", "clinic.db-shm", "tries.json")
"""What belongs to the old database and the old device secret, and has no successor."""
NAMES = (*OF_THE_OLD, "clinic.db", "slots.json", "clinic.json")
"""In this order: a journal never meets another database than its own, and what says that all is there comes last."""
_COMING, _ASIDE = re.compile(r"\.coming-[0-9a-f]{8}"), re.compile(r"set-aside-[0-9a-f]{8}")


def new_coming(folder: Path) -> Path:
    """A folder in the profile for the files that shall take their places. Unavailable PROFILE_UNWRITABLE."""
    clean(folder)
    path = folder / f".coming-{secrets.token_hex(4)}"
    try:
        path.mkdir(mode=0o700)
    except OSError:
        raise _unwritable(folder) from None
    return path


def decide(folder: Path, coming: Path) -> str:
    """From now on the files in `coming` count. Returns the name of the folder that the old ones are set aside in.

    Their bytes must be on the disk already. Unavailable PROFILE_UNWRITABLE, and then nothing has changed.
    """
    aside = f"set-aside-{secrets.token_hex(4)}"
    content = json.dumps({"coming": coming.name, "aside": aside}).encode()
    temporary = folder / f".{DECISION}.{secrets.token_hex(4)}"
    try:
        sync_folder(coming)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(folder / DECISION)
        sync_folder(folder)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise _unwritable(folder) from None
    finish(folder)
    return aside if (folder / aside).is_dir() else ""


def finish(folder: Path) -> None:
    """Do what was decided and is not done yet; nothing, as a rule. Unavailable PROFILE_UNWRITABLE."""
    decision = folder / DECISION
    if decision.exists():
        # Two programs of one desk may come upon it at once: the second would set the new files aside.
        with held_alone(decision):
            if decision.exists():
                _finish(folder, decision)


def _finish(folder: Path, decision: Path) -> None:
    try:
        content = json.loads(decision.read_bytes())
        coming, aside = folder / _named(_COMING, content["coming"]), folder / _named(_ASIDE, content["aside"])
    except (ValueError, KeyError, TypeError):
        raise Unavailable(ErrorCode.PROFILE_DAMAGED, file=DECISION) from None
    except OSError:
        raise _unwritable(folder) from None
    try:
        replaced = not (coming / "clinic.db").exists()
        for name in NAMES:
            new, old = coming / name, folder / name
            beside_old = name in OF_THE_OLD and not replaced
            if (new.exists() or beside_old) and old.exists() and not (aside / name).exists():
                aside.mkdir(mode=0o700, exist_ok=True)
                old.rename(aside / name)
                sync_folder(aside)
            if new.exists():
                new.rename(old)
                sync_folder(folder)
        shutil.rmtree(coming, ignore_errors=True)
        decision.unlink()
        sync_folder(folder)
    except OSError:
        raise _unwritable(folder) from None


def clean(folder: Path) -> None:
    """Take away files that were being made when a restore was killed, if nothing was decided yet."""
    if (folder / DECISION).exists():
        return
    for left in folder.glob(".coming-*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder.glob(f".{DECISION}.*"):
        with suppress(OSError):
            left.unlink()


def _named(pattern: re.Pattern[str], value: object) -> str:
    """A name we give; nothing in the file is taken for a path."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError("not a name of ours")
    return value


def _unwritable(folder: Path) -> Unavailable:
    return Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(folder))
