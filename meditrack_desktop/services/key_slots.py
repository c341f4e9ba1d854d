"""What opens the clinic on this workstation: slots that wrap its secrets (security.md D21).

A local database has one slot per person: the secrets are wrapped with AES-256-GCM under
HKDF(Argon2id(password) || device secret), so neither the password nor the device secret alone opens
anything. A shared Postgres has one slot per workstation under the device secret: there the person is proven
by the server's data. One more slot holds the same secrets for the recovery kit.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.profile import write_durably

FORMAT = 1
ARGON_MEMORY_KIB = 64 * 1024
ARGON_PASSES = 3
ARGON_LANES = 4
_COMING = "-coming"


@dataclass(frozen=True, slots=True)
class ClinicSecrets:
    """Everything that opens the clinic. Lives in memory only while it is unlocked.

    `database_key`, `pepper` and `audit_key` are 32 bytes in hex; the identities are age secret keys;
    `postgres` is empty for a local database.
    """

    database_key: str
    pepper: str
    pepper_id: str
    audit_key: str
    clinical_identity: str
    administrative_identity: str
    recovery_recipient: str
    postgres: str = ""

    def __repr__(self) -> str:
        return "ClinicSecrets(…)"

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> ClinicSecrets:
        return cls(**json.loads(data))


class KeySlots:
    """The slot file of one profile. Reading raises Unavailable PROFILE_DAMAGED if it is not one."""

    def __init__(self, path: Path, device_secret: bytes) -> None:
        self._path = path
        self.device_secret = device_secret
        self._guard = Lock()

    def put_person(self, username: str, password: str, opened: ClinicSecrets) -> None:
        """Give `username` a slot, replacing those they have. Costs about 0.1 s and 64 MiB."""
        slot_id = self._person_id(username)
        sealed = self._sealed_for(slot_id, password, opened)
        with self._guard:
            slots = {name: slot for name, slot in self._slots().items() if name != slot_id + _COMING}
            self._save({**slots, slot_id: sealed})

    def put_coming(self, username: str, password: str, opened: ClinicSecrets) -> None:
        """Let a second password open as well, until `put_person` says which one stays.

        So that a power cut while a password changes leaves one that fits what the database says.
        """
        slot_id = self._person_id(username) + _COMING
        self._put(slot_id, self._sealed_for(slot_id, password, opened))

    def open_person(self, username: str, password: str) -> ClinicSecrets | None:
        """The clinic's secrets; None for an unknown person or a wrong password, after the same time."""
        slots, slot_id = self._slots(), self._person_id(username)
        opened = self._open_with(slots, slot_id, password)
        if opened is None and slot_id + _COMING in slots:
            opened = self._open_with(slots, slot_id + _COMING, password)
        return opened

    def remove_person(self, username: str) -> None:
        """Take a person's slots away: their password opens nothing any more, not even with the device secret."""
        slot_id = self._person_id(username)
        with self._guard:
            slots = self._slots()
            kept = {name: slot for name, slot in slots.items() if name not in (slot_id, slot_id + _COMING)}
            if kept != slots:
                self._save(kept)

    def has_person(self, username: str) -> bool:
        return self._person_id(username) in self._slots()

    def has_coming(self, username: str) -> bool:
        """Whether a change of password was begun here and never finished."""
        return self._person_id(username) + _COMING in self._slots()

    def put_workstation(self, opened: ClinicSecrets) -> None:
        self._put("workstation", self._seal("workstation", self._workstation_key(), opened, b""))

    def open_workstation(self) -> ClinicSecrets | None:
        slot = self._slots().get("workstation")
        return self._unseal("workstation", self._workstation_key(), slot) if slot else None

    def put_recovery(self, recipient: str, opened: ClinicSecrets) -> None:
        """Keep the secrets for the recovery kit, whose public half is `recipient`."""
        sealed = pyrage.encrypt(opened.to_bytes(), [pyrage.x25519.Recipient.from_str(recipient)])
        self._put("recovery", {"age": _base64(sealed)})

    def open_recovery(self, identity: str) -> ClinicSecrets | None:
        """The secrets by the kit's secret key; None if the kit is another clinic's."""
        slot = self._slots().get("recovery")
        if slot is None:
            return None
        try:
            opened = pyrage.decrypt(_unbase64(slot["age"]), [pyrage.x25519.Identity.from_str(identity)])
        except (pyrage.DecryptError, pyrage.IdentityError):
            return None
        return ClinicSecrets.from_bytes(opened)

    def _sealed_for(self, slot_id: str, password: str, opened: ClinicSecrets) -> dict[str, str]:
        salt = os.urandom(16)
        return self._seal(slot_id, self._person_key(password, salt), opened, salt)

    def _open_with(
        self, slots: dict[str, dict[str, str]], slot_id: str, password: str
    ) -> ClinicSecrets | None:
        slot = slots.get(slot_id)
        salt = _unbase64(slot["salt"]) if slot else bytes(16)
        key = self._person_key(password, salt)
        return self._unseal(slot_id, key, slot) if slot else None

    def _person_id(self, username: str) -> str:
        return hmac.new(self.device_secret, b"slot:" + username.encode(), hashlib.sha256).hexdigest()[:32]

    def _person_key(self, password: str, salt: bytes) -> bytes:
        stretched = Argon2id(
            salt=salt, length=32, iterations=ARGON_PASSES, lanes=ARGON_LANES, memory_cost=ARGON_MEMORY_KIB
        ).derive(unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass"))
        return self._derive(stretched + self.device_secret, b"person")

    def _workstation_key(self) -> bytes:
        return self._derive(self.device_secret, b"workstation")

    def _derive(self, material: bytes, purpose: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"meditrack slot v1 " + purpose).derive(
            material
        )

    def _seal(self, slot_id: str, key: bytes, opened: ClinicSecrets, salt: bytes) -> dict[str, str]:
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(key).encrypt(nonce, opened.to_bytes(), slot_id.encode())
        return {"salt": _base64(salt), "nonce": _base64(nonce), "sealed": _base64(sealed)}

    def _unseal(self, slot_id: str, key: bytes, slot: dict[str, str]) -> ClinicSecrets | None:
        try:
            opened = AESGCM(key).decrypt(
                _unbase64(slot["nonce"]), _unbase64(slot["sealed"]), slot_id.encode()
            )
        except InvalidTag:
            return None
        return ClinicSecrets.from_bytes(opened)

    def _slots(self) -> dict[str, dict[str, str]]:
        try:
            content = json.loads(self._path.read_text("utf-8"))
            if content["format"] != FORMAT:
                raise Unavailable(ErrorCode.DATABASE_NEWER)
            slots: dict[str, dict[str, str]] = {name: dict(slot) for name, slot in content["slots"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise Unavailable(ErrorCode.PROFILE_DAMAGED, file=self._path.name) from None
        return slots

    def _put(self, slot_id: str, slot: dict[str, str]) -> None:
        with self._guard:
            self._save({**self._slots(), slot_id: slot})

    def _save(self, slots: dict[str, dict[str, str]]) -> None:
        write_durably(self._path, json.dumps({"format": FORMAT, "slots": slots}, indent=1).encode())


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _unbase64(value: str) -> bytes:
    return base64.b64decode(value, validate=True)
