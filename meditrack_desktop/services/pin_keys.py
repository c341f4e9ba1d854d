"""A PIN that brings the vault's keys back while a desk is locked (ruling 5).

The PIN stretched is the secret half of an age identity. Its public half is kept with the account, so a desk can
seal the keys to it, in memory only, without knowing the PIN; and it is what a typed PIN is compared with. The
clinic's pepper goes into it: somebody with the database alone cannot try the million PINs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from uuid import UUID

import pyrage
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from meditrack_desktop.services.clinic_secrets import ClinicSecrets
from meditrack_desktop.services.key_slots import stretched
from meditrack_desktop.vault.age_header import IDENTITY_PREFIX
from meditrack_desktop.vault.bech32 import encode_key
from meditrack_desktop.vault.keys import public_half


def pin_identity(pin: str, account_id: UUID, pepper: bytes) -> str:
    """The age identity that a person's PIN is the seed of. About 0.1 s and 64 MiB."""
    salt = hmac.new(pepper, b"pin:" + account_id.bytes, hashlib.sha256).digest()[:16]
    seed = HKDF(algorithm=SHA256(), length=32, salt=pepper, info=b"meditrack pin v1").derive(
        stretched(pin, salt)
    )
    return encode_key(seed, IDENTITY_PREFIX).upper()


def pin_recipient(pin: str, account_id: UUID, pepper: bytes) -> str:
    """The public half: what is kept of a PIN."""
    return public_half(pin_identity(pin, account_id, pepper))


def is_right(pin: str, kept: str, account_id: UUID, pepper: bytes) -> bool:
    """Whether `pin` is the one whose public half was kept. About 0.1 s."""
    return hmac.compare_digest(pin_recipient(pin, account_id, pepper), kept)


class PinEnvelope:
    """The secrets of a locked desk, in memory, for the person who signed in last and has a PIN."""

    def __init__(self, recipient: str, account_id: UUID, pepper: bytes) -> None:
        self._recipient = recipient
        self._account_id = account_id
        self._pepper = pepper
        self._sealed = b""

    def fill(self, opened: ClinicSecrets) -> None:
        content = json.dumps([opened.own_identity, opened.to_bytes().decode()]).encode()
        self._sealed = pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(self._recipient)])

    def open(self, pin: str) -> ClinicSecrets | None:
        """The secrets that were filled in; None for a wrong PIN or if there are none. About 0.1 s."""
        if not self._sealed:
            return None
        identity = pyrage.x25519.Identity.from_str(pin_identity(pin, self._account_id, self._pepper))
        try:
            own, content = json.loads(pyrage.decrypt(self._sealed, [identity]))
        except pyrage.DecryptError:
            return None
        return ClinicSecrets.from_bytes(content.encode(), own)
