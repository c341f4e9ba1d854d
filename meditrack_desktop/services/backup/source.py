"""What a backup is taken from, and the private folder in which databases are looked at on the way."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from meditrack_desktop.database.engine import SqliteTarget
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.backup.folder import quietly_remove
from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.vault.vault import Vault

SCRATCH = ".scratch-"


@dataclass(frozen=True)
class Source:
    """An open clinic. `workstation` is this desk's id, `desk` its name; `private` is a folder of this desk,
    where encrypted copies of the database may lie. `store` is the address of the store that holds the documents;
    empty for a folder.
    """

    clinic_id: UUID
    clinic_name: str
    workstation: str
    desk: str
    database: Database
    vault: Vault
    secrets: ClinicSecrets
    private: Path
    store: str = ""

    @property
    def database_key(self) -> bytes:
        return bytes.fromhex(self.secrets.database_key)


@contextmanager
def scratch(private: Path) -> Iterator[Path]:
    """A new folder that is gone afterwards. Unavailable PROFILE_UNWRITABLE."""
    folder = private / f"{SCRATCH}{secrets.token_hex(6)}"
    try:
        folder.mkdir(mode=0o700)
    except OSError:
        raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(private)) from None
    try:
        yield folder
    finally:
        quietly_remove(folder)


def clean_scratch(private: Path) -> None:
    """Take away what runs that were killed left behind. Only while no other run goes on in this profile."""
    for folder in private.glob(f"{SCRATCH}*"):
        quietly_remove(folder)


@contextmanager
def looked_into(path: Path, key: bytes) -> Iterator[Database]:
    """An encrypted database file, open for a while. Unavailable DATABASE_KEY_WRONG or DATABASE_DAMAGED."""
    database = Database(SqliteTarget(path))
    database.unlock(key)
    try:
        yield database
    finally:
        database.lock()
