"""What opens the clinic on this workstation: slots that wrap one age identity each (security.md D21).

A local clinic has a slot for each person. Their identity is wrapped with AES-256-GCM under
HKDF(Argon2id(password) || device secret), so neither the password nor the device secret alone opens anything.
The clinic's secrets lie once beside the slots, in an envelope sealed to all those identities and the recovery
kit. Of a shared Postgres the file holds one slot, of the desk itself, under the device secret: its identity and
the server's address. There the person is proven by the server's data, and the envelopes lie in the database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.services.clinic_secrets import ClinicSecrets as ClinicSecrets
from meditrack_desktop.services.clinic_secrets import is_proof, open_envelope, proof, seal_envelope
from meditrack_desktop.services.held_alone import held_alone
from meditrack_desktop.services.profile import write_durably
from meditrack_desktop.vault.keys import new_key_pair, public_half

FORMAT = 2
ARGON_MEMORY_KIB = 64 * 1024
ARGON_PASSES = 3
ARGON_LANES = 4
_COMING = "-coming"
_DESK = "desk"


@dataclass(frozen=True, slots=True)
class DeskKey:
    """What a desk of a shared clinic keeps: its age identity, where the server is, and whose proofs it trusts.

    `seal_key` is empty until the desk was approved and has opened its first envelope.
    """

    identity: str = field(repr=False)
    server: str = field(repr=False)
    seal_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _File:
    """The slot file's content. `holders` are the public halves of the identities in the slots."""

    slots: dict[str, dict[str, str]] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    envelope: str = ""
    state: str = ""
    """A proof of what the envelope holds, so that whoever has it in memory sees whether it is still that."""
    seal: str = ""

    @property
    def sealed_part(self) -> bytes:
        return json.dumps([self.holders, self.envelope, self.state], sort_keys=True).encode()


class KeySlots:
    """The slot file of one profile. Raises Unavailable PROFILE_DAMAGED if it is not one or was tampered with.

    `device_secret` may be a function that fetches it: then what is wrong with the keyring is raised where a slot
    is needed, not before.
    """

    def __init__(self, path: Path, device_secret: bytes | Callable[[], bytes]) -> None:
        self._path = path
        self._device_secret = device_secret
        self._guard = Lock()

    @property
    def device_secret(self) -> bytes:
        """32 bytes. Unavailable DEVICE_SECRET_MISSING, KEYRING_UNUSABLE or DEVICE_PASSPHRASE_..."""
        return self._device_secret if isinstance(self._device_secret, bytes) else self._device_secret()

    def put_person(self, username: str, password: str, opened: ClinicSecrets) -> None:
        """Give `username` a slot, replacing those they have, and seal the envelope anew. About 0.1 s, 64 MiB.

        `opened` says by which key the envelope is opened; its present content is what is sealed, not `opened`:
        another process may have changed the keys. Unavailable VAULT_LOCKED if that key is not in memory.
        """
        slot_id = self._person_id(username)
        self._put_slot(slot_id, password, opened, without=slot_id + _COMING)

    def put_coming(self, username: str, password: str, opened: ClinicSecrets) -> None:
        """Let a second password open as well, until `put_person` says which one stays.

        So that a power cut while a password changes leaves one that fits what the database says.
        """
        self._put_slot(self._person_id(username) + _COMING, password, opened)

    def open_person(self, username: str, password: str) -> ClinicSecrets | None:
        """The clinic's secrets; None for an unknown person or a wrong password, after the same time."""
        file, slot_id = self._read(), self._person_id(username)
        opened = self._open_with(file, slot_id, password)
        if opened is None and slot_id + _COMING in file.slots:
            opened = self._open_with(file, slot_id + _COMING, password)
        return opened

    def remove_person(self, username: str, opened: ClinicSecrets | None = None) -> None:
        """Take a person's slots away: their password opens nothing any more, not even with the device secret.

        With `opened` the envelope is sealed anew without them at once; else the next sealing leaves them out.
        """
        slot_id = self._person_id(username)
        gone = {slot_id, slot_id + _COMING}
        with self._alone() as file:
            if not gone & file.slots.keys():
                return
            left = {name: slot for name, slot in file.slots.items() if name not in gone}
            # The list of holders is under the envelope's proof: without the secrets it stays as it is.
            kept = replace(file, slots=left)
            if opened is not None and opened.clinical_identity:
                kept = self._sealed(kept, self._current(file, opened))
            self._save(kept)

    def has_person(self, username: str) -> bool:
        return self._person_id(username) in self._read().slots

    def has_coming(self, username: str) -> bool:
        """Whether a change of password was begun here and never finished."""
        return self._person_id(username) + _COMING in self._read().slots

    def reopen(self, opened: ClinicSecrets) -> ClinicSecrets:
        """What the envelope holds now, opened by the same key. Unavailable VAULT_LOCKED without one in memory."""
        return self._current(self._read(), opened)

    def reseal(self, before: ClinicSecrets, after: ClinicSecrets) -> ClinicSecrets:
        """Put `after` into the envelope in place of `before`, for everybody who has a slot and the kit.

        Unavailable ROTATION_UNFINISHED if the envelope holds something else than `before` by now.
        """
        with self._alone() as file:
            if self._current(file, before) != before:
                raise Unavailable(ErrorCode.ROTATION_UNFINISHED)
            self._save(self._sealed(file, after))
        return after

    def put_desk(self, desk: DeskKey) -> None:
        """Keep this desk's own key of a shared clinic."""
        slot = self._seal(_DESK, self._desk_wrap_key(), json.dumps(asdict(desk)).encode(), b"")
        with self._alone() as file:
            self._save(replace(file, slots={**file.slots, _DESK: slot}))

    def open_desk(self) -> DeskKey | None:
        """This desk's key; None if there is none or the device secret is another one."""
        slot = self._read().slots.get(_DESK)
        content = self._unseal(_DESK, self._desk_wrap_key(), slot) if slot else None
        return DeskKey(**json.loads(content)) if content else None

    def open_recovery(self, identity: str) -> ClinicSecrets | None:
        """A local clinic's secrets by the kit's secret key; None if the kit is another clinic's."""
        file = self._read()
        opened = open_envelope(_unbase64(file.envelope), identity) if file.envelope else None
        if opened is None:
            return None
        self._check_seal(file, opened.seal_key)
        return opened

    def start_over(self, opened: ClinicSecrets) -> None:
        """Drop every slot and seal the envelope for the kit alone: what a new device secret begins with."""
        with self._alone():
            self._save(self._sealed(_File(), opened))

    def _put_slot(self, slot_id: str, password: str, opened: ClinicSecrets, without: str = "") -> None:
        salt = os.urandom(16)
        key = self._person_wrap_key(password, salt)
        with self._alone() as file:
            identity, public = self._identity_for(file, slot_id, opened)
            content = json.dumps({"identity": identity, "seal_key": opened.seal_key}).encode()
            slots = {name: each for name, each in file.slots.items() if name != without}
            slots[slot_id] = self._seal(slot_id, key, content, salt)
            changed = replace(file, slots=slots, holders={**file.holders, slot_id: public})
            self._save(self._sealed(changed, self._current(file, opened)))

    def _identity_for(self, file: _File, slot_id: str, opened: ClinicSecrets) -> tuple[str, str]:
        """A person's own identity if it is the one in memory, so that it goes on opening; else a new one."""
        theirs = {file.holders.get(slot_id.removesuffix(_COMING)), file.holders.get(slot_id)} - {None}
        if opened.own_identity and (public := public_half(opened.own_identity)) in theirs:
            return opened.own_identity, public
        pair = new_key_pair()
        return pair.secret, pair.public

    def _open_with(self, file: _File, slot_id: str, password: str) -> ClinicSecrets | None:
        slot = file.slots.get(slot_id)
        salt = _unbase64(slot["salt"]) if slot else bytes(16)
        key = self._person_wrap_key(password, salt)
        content = self._unseal(slot_id, key, slot) if slot else None
        if content is None:
            return None
        own = json.loads(content)
        return self._opened(file, own["identity"], own["seal_key"])

    def _current(self, file: _File, opened: ClinicSecrets) -> ClinicSecrets:
        """What the envelope holds now: `opened` if that is still so, else opened by the key that opened it."""
        if not file.envelope:
            return opened
        self._check_seal(file, opened.seal_key)
        if file.state == proof(opened.seal_key, "state", opened.to_bytes()).hex():
            return opened
        if not opened.own_identity:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return self._opened(file, opened.own_identity, opened.seal_key)

    def _opened(self, file: _File, identity: str, seal_key: str) -> ClinicSecrets:
        self._check_seal(file, seal_key)
        found = open_envelope(_unbase64(file.envelope), identity)
        if found is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return found

    def _check_seal(self, file: _File, seal_key: str) -> None:
        if not is_proof(bytes.fromhex(file.seal), seal_key, "slots", file.sealed_part):
            raise Unavailable(ErrorCode.PROFILE_DAMAGED, file=self._path.name)

    def _sealed(self, file: _File, opened: ClinicSecrets) -> _File:
        """The file with its envelope sealed for the people who have a slot, and for the kit."""
        holders = {name: public for name, public in file.holders.items() if name in file.slots}
        envelope = _base64(seal_envelope(opened, (*holders.values(), *opened.recovery_recipients)))
        state = proof(opened.seal_key, "state", opened.to_bytes()).hex()
        bare = replace(file, holders=holders, envelope=envelope, state=state)
        return replace(bare, seal=proof(opened.seal_key, "slots", bare.sealed_part).hex())

    def _person_id(self, username: str) -> str:
        return hmac.new(self.device_secret, b"slot:" + username.encode(), hashlib.sha256).hexdigest()[:32]

    def _person_wrap_key(self, password: str, salt: bytes) -> bytes:
        return self._derive(stretched(password, salt) + self.device_secret, b"person")

    def _desk_wrap_key(self) -> bytes:
        return self._derive(self.device_secret, b"desk")

    def _derive(self, material: bytes, purpose: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"meditrack slot v2 " + purpose).derive(
            material
        )

    def _seal(self, slot_id: str, key: bytes, content: bytes, salt: bytes) -> dict[str, str]:
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(key).encrypt(nonce, content, slot_id.encode())
        return {"salt": _base64(salt), "nonce": _base64(nonce), "sealed": _base64(sealed)}

    def _unseal(self, slot_id: str, key: bytes, slot: dict[str, str]) -> bytes | None:
        try:
            return AESGCM(key).decrypt(_unbase64(slot["nonce"]), _unbase64(slot["sealed"]), slot_id.encode())
        except InvalidTag:
            return None
        except (KeyError, ValueError):
            raise Unavailable(ErrorCode.PROFILE_DAMAGED, file=self._path.name) from None

    @contextmanager
    def _alone(self) -> Iterator[_File]:
        """The file's content, while no other thread and no other process changes it."""
        with self._guard, held_alone(self._path):
            yield self._read()

    def _read(self) -> _File:
        try:
            content = json.loads(self._path.read_text("utf-8"))
            if content["format"] > FORMAT:
                raise Unavailable(ErrorCode.DATABASE_NEWER)
            file = _File(
                slots={str(name): dict(slot) for name, slot in content["slots"].items()},
                holders={str(name): str(public) for name, public in content["holders"].items()},
                envelope=str(content["envelope"]),
                state=str(content["state"]),
                seal=str(content["seal"]),
            )
            _unbase64(file.envelope), bytes.fromhex(file.seal)
        except FileNotFoundError:
            return _File()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Unavailable(ErrorCode.PROFILE_DAMAGED, file=self._path.name) from None
        return file

    def _save(self, file: _File) -> None:
        write_durably(self._path, json.dumps({"format": FORMAT, **asdict(file)}, indent=1).encode())


def stretched(password: str, salt: bytes) -> bytes:
    """Argon2id of a password, 32 bytes: about 0.1 s and 64 MiB, for whoever guesses as well."""
    return Argon2id(
        salt=salt, length=32, iterations=ARGON_PASSES, lanes=ARGON_LANES, memory_cost=ARGON_MEMORY_KIB
    ).derive(unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass"))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _unbase64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
