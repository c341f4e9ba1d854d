"""The profile folder of one workstation: what lies where, and what it says of its clinic.

clinic.json   which clinic, which workstation, where the data is (no secret)
slots.json    the wrapped secrets, see `key_slots`
tries.json    failures to open the clinic at this desk, see `sign_in_tries`
mail.json     the mail server of this desk, without its password
clinic.db     the encrypted database, when it is local
vault/        the encrypted documents, when they are local
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from meditrack_desktop.database.folders import sync_folder
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services import pending_swap
from meditrack_desktop.vault.s3_place import is_s3

FORMAT = 1
MOST_RECENT_USERS = 4


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What `clinic.json` holds. `recent` are the people who signed in here lately: (username, name, roles).

    `backup_folder` is empty where backups were put off (`backup_put_off`) or nobody was asked. `secret_store` is
    where this workstation's secret was put (`SecretStore.name`), so that it is never looked for elsewhere.
    """

    clinic_id: UUID
    clinic_name: str
    workstation: str
    workstation_name: str
    shared: bool
    demo: bool = False
    vault_folder: str = ""
    backup_folder: str = ""
    backup_put_off: bool = False
    secret_store: str = ""
    recent: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    @property
    def in_store(self) -> bool:
        """Whether the documents lie in an object store, which asks every desk for a key of its own."""
        return is_s3(self.vault_folder)


class Profile:
    """Paths and facts of a profile folder. Touches the disk only when asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def database(self) -> Path:
        return self.folder / "clinic.db"

    @property
    def slots(self) -> Path:
        return self.folder / "slots.json"

    @property
    def device_file(self) -> Path:
        return self.folder / "device.json"

    @property
    def server_certificate(self) -> Path:
        """The authority that signed the clinic server's certificate, where it is the clinic's own."""
        return self.folder / "server-ca.pem"

    @property
    def store_certificate(self) -> Path:
        """The authority that signed the certificate of the store that holds the documents, likewise."""
        return self.folder / "store-ca.pem"

    @property
    def sign_in_tries(self) -> Path:
        return self.folder / "tries.json"

    @property
    def joining_file(self) -> Path:
        """What this desk asked when it wanted to join a shared clinic; gone once it was let in."""
        return self.folder / "joining.json"

    @property
    def mail(self) -> Path:
        return self.folder / "mail.json"

    @property
    def scan_folder(self) -> Path:
        """Which folder this desk takes scanned files from; no file, no folder."""
        return self.folder / "scan-folder.json"

    @property
    def scanner(self) -> Path:
        """Which virus scanner was chosen for this desk; no file, whatever it finds."""
        return self.folder / "scanner.json"

    @property
    def spool(self) -> Path:
        """Documents that wait at this desk until the vault is back."""
        return self.folder / "spool"

    @property
    def _facts_file(self) -> Path:
        return self.folder / "clinic.json"

    @property
    def is_set_up(self) -> bool:
        """Whether set-up was finished here: the facts are written last."""
        pending_swap.finish(self.folder)
        return self._facts_file.is_file()

    def vault(self, facts: ProfileFacts) -> Path:
        return Path(facts.vault_folder) if facts.vault_folder else self.folder / "vault"

    def prepare(self) -> None:
        """Make the folder, readable by this person only. Unavailable PROFILE_UNWRITABLE."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self.folder / f".probe-{secrets.token_hex(4)}"
            probe.touch(exist_ok=False)
            probe.unlink()
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self.folder)) from None

    def facts(self) -> ProfileFacts:
        """Unavailable CLINIC_NOT_SET_UP, or PROFILE_DAMAGED for a file that is not what it should be."""
        pending_swap.finish(self.folder)
        try:
            content = json.loads(self._facts_file.read_text("utf-8"))
        except FileNotFoundError:
            raise Unavailable(ErrorCode.CLINIC_NOT_SET_UP) from None
        except PermissionError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self.folder)) from None
        except (OSError, ValueError, RecursionError):
            raise Unavailable(ErrorCode.PROFILE_DAMAGED, file="clinic.json") from None
        try:
            if content["format"] > FORMAT:
                raise Unavailable(ErrorCode.DATABASE_NEWER)
            return ProfileFacts(
                clinic_id=UUID(content["clinic_id"]),
                clinic_name=str(content["clinic_name"]),
                workstation=str(content["workstation"]),
                workstation_name=str(content["workstation_name"]),
                shared=bool(content["shared"]),
                demo=bool(content.get("demo", False)),
                vault_folder=str(content.get("vault_folder", "")),
                secret_store=str(content.get("secret_store", "")),
                backup_folder=str(content.get("backup_folder", "")),
                backup_put_off=bool(content.get("backup_put_off", False)),
                recent=tuple(
                    (str(user), str(name), tuple(str(role) for role in roles))
                    for user, name, roles in content.get("recent", [])
                ),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Unavailable(ErrorCode.PROFILE_DAMAGED, file="clinic.json") from None

    def write_facts(self, facts: ProfileFacts) -> None:
        content = {"format": FORMAT, **asdict(facts), "clinic_id": str(facts.clinic_id)}
        write_durably(self._facts_file, json.dumps(content, indent=1, ensure_ascii=False).encode())

    def note_recent(self, username: str, name: str, roles: tuple[str, ...]) -> None:
        """Put somebody first among those the sign-in card offers."""
        facts = self.facts()
        others = tuple(user for user in facts.recent if user[0] != username)
        recent = ((username, name, roles), *others)[:MOST_RECENT_USERS]
        if recent != facts.recent:
            self.write_facts(replace(facts, recent=recent))


def write_durably(path: Path, content: bytes) -> None:
    """Replace a small file whole: after a kill it is the old one or the new one. Readable by this person only."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            rest = memoryview(content)
            while rest:  # a disk that fills up takes a part and says so only in the number
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(path.parent)) from None
