"""What somebody has answered so far. Kept in the profile so that set-up goes on where it was left; secrets never."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.domain.servers import USUAL_DATABASE, USUAL_PORT, USUAL_USER
from meditrack_desktop.services.profile import write_durably

FILE = "set-up.json"
HERE, SERVER = "here", "server"
FOLDER, LATER = "folder", "later"


@dataclass(slots=True)
class Answers:
    """Every answer that may lie on the disk. `page` is where the person was."""

    page: str = ""
    region: str = ""
    zone: str = ""
    clinic_name: str = ""
    desk_name: str = ""
    place: str = HERE
    host: str = ""
    port: str = str(USUAL_PORT)
    database: str = USUAL_DATABASE
    user: str = USUAL_USER
    encrypted: bool = True
    certificate: str = ""
    documents_folder: str = ""
    admin_name: str = ""
    admin_username: str = "admin"
    kit_drawn: bool = False
    backup: str = ""
    backup_folder: str = ""
    files: list[str] = field(default_factory=list)


@dataclass(slots=True, repr=False)
class Secrets:
    """What is asked again after a break: it is in memory only."""

    server_password: str = ""
    admin_password: str = ""
    passphrase: str = ""


def load(folder: Path) -> Answers:
    """The answers kept in a profile folder; fresh ones where there are none, or where the file is damaged."""
    try:
        kept = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return Answers()
    answers = Answers()
    if not isinstance(kept, dict):
        return answers
    for each in fields(Answers):
        value = kept.get(each.name)
        if type(value) is type(getattr(answers, each.name)):
            setattr(answers, each.name, value)
    answers.files = [name for name in answers.files if isinstance(name, str)]
    return answers


def keep(folder: Path, answers: Answers) -> bool:
    """Write the answers down; False where the folder cannot be written, which must stop nobody from quitting."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(folder / FILE, json.dumps(asdict(answers), indent=1, ensure_ascii=False).encode())
    except (OSError, Unavailable):
        return False
    return True


def forget(folder: Path) -> None:
    """The clinic is there: its answers are not needed any more."""
    with suppress(OSError):
        (folder / FILE).unlink(missing_ok=True)
