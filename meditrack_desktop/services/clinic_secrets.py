"""What opens the clinic, and the envelope it lies in: one age file, sealed to everybody who may open it.

Only public keys are needed to seal the envelope anew, so keys rotate without anybody's password, and a person
or a desk is shut out by leaving their key away. An age file does not say who wrote it; therefore whatever lies
on a disk or a server carries a proof under `seal_key`, which only those have who could open the clinic.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pyrage

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.keys import ClinicRecipients, new_key_pair, public_half

LARGEST_ENVELOPE = 64 * 1024
"""Bytes; some hundred holders. What pyrage needs for a header grows with the square of their number."""


@dataclass(frozen=True, slots=True)
class EarlierKeys:
    """The vault identities of an epoch that is being left; kept until no patient key is wrapped to them."""

    epoch: int
    clinical_identity: str = field(repr=False)
    administrative_identity: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClinicSecrets:
    """Everything that opens the clinic. Lives in memory only while it is unlocked.

    `database_key`, `pepper`, `audit_key` and `seal_key` are 32 bytes in hex; identities are age secret keys,
    recipients their public halves. `earlier` and `former_recovery` are empty unless keys are being changed.
    Backups are sealed for `backup_identity`; `former_backups` open those of earlier epochs.
    `own_identity` is the key that opened the envelope: a person's, a desk's or the kit's. It is no part of it.
    """

    database_key: str
    pepper: str
    pepper_id: str
    audit_key: str
    seal_key: str
    clinical_identity: str
    administrative_identity: str
    backup_identity: str
    recovery_recipient: str
    epoch: int = 1
    earlier: tuple[EarlierKeys, ...] = ()
    former_recovery: str = ""
    former_backups: tuple[str, ...] = ()
    own_identity: str = field(default="", compare=False)

    def __repr__(self) -> str:
        return f"ClinicSecrets(epoch {self.epoch}, …)"

    @property
    def unfinished(self) -> bool:
        """Whether a change of keys was begun and has not ended."""
        return bool(self.earlier or self.former_recovery)

    @property
    def identities(self) -> Mapping[DocumentClass, str]:
        """The present epoch's secrets by class, as `Vault.unlock` takes them."""
        return {
            DocumentClass.CLINICAL: self.clinical_identity,
            DocumentClass.ADMINISTRATIVE: self.administrative_identity,
        }

    @property
    def earlier_identities(self) -> Mapping[DocumentClass, tuple[str, ...]]:
        return {
            DocumentClass.CLINICAL: tuple(each.clinical_identity for each in self.earlier),
            DocumentClass.ADMINISTRATIVE: tuple(each.administrative_identity for each in self.earlier),
        }

    @property
    def recipients(self) -> ClinicRecipients:
        """Whom new patient keys are wrapped to."""
        return ClinicRecipients(
            recovery=self.recovery_recipient,
            clinical=public_half(self.clinical_identity),
            administrative=public_half(self.administrative_identity),
        )

    @property
    def backup_identities(self) -> tuple[str, ...]:
        """What opens the clinic's backups, the present key first."""
        return (self.backup_identity, *self.former_backups)

    @property
    def recovery_recipients(self) -> tuple[str, ...]:
        """Whose kits open the envelope now: two while one is being replaced."""
        return tuple(each for each in (self.recovery_recipient, self.former_recovery) if each)

    def without_vault(self) -> ClinicSecrets:
        """What stays in memory while the desk is locked: the database goes on, no document opens."""
        return replace(
            self,
            clinical_identity="",
            administrative_identity="",
            backup_identity="",
            earlier=(),
            former_backups=(),
            own_identity="",
        )

    def to_bytes(self) -> bytes:
        content = asdict(self)
        del content["own_identity"]
        return json.dumps(content).encode()

    @classmethod
    def from_bytes(cls, data: bytes, own_identity: str) -> ClinicSecrets:
        content: dict[str, Any] = json.loads(data)
        content["earlier"] = tuple(EarlierKeys(**each) for each in content["earlier"])
        content["former_backups"] = tuple(content["former_backups"])
        return cls(**content, own_identity=own_identity)


def new_secrets(recovery_recipient: str) -> ClinicSecrets:
    """The secrets of a new clinic, in its first epoch."""
    return ClinicSecrets(
        database_key=secrets.token_hex(32),
        pepper=secrets.token_hex(32),
        pepper_id=secrets.token_hex(4),
        audit_key=secrets.token_hex(32),
        seal_key=secrets.token_hex(32),
        clinical_identity=new_key_pair().secret,
        administrative_identity=new_key_pair().secret,
        backup_identity=new_key_pair().secret,
        recovery_recipient=recovery_recipient,
    )


def seal_envelope(opened: ClinicSecrets, recipients: Iterable[str]) -> bytes:
    """The secrets as an age file that each of `recipients` opens."""
    wanted = [pyrage.x25519.Recipient.from_str(each) for each in dict.fromkeys(recipients)]
    sealed: bytes = pyrage.encrypt(opened.to_bytes(), wanted)
    return sealed


def open_envelope(sealed: bytes, identity: str) -> ClinicSecrets | None:
    """The secrets of an envelope; None if `identity` is no key or not one of those it is sealed to.

    Unavailable PROFILE_DAMAGED if it is larger than any of ours, or opens and holds something else.
    """
    if len(sealed) > LARGEST_ENVELOPE:
        raise Unavailable(ErrorCode.PROFILE_DAMAGED, file="envelope")
    try:
        content = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity.strip().upper())])
    except (pyrage.DecryptError, pyrage.IdentityError):
        return None
    try:
        return ClinicSecrets.from_bytes(content, identity.strip().upper())
    except (ValueError, KeyError, TypeError):
        raise Unavailable(ErrorCode.PROFILE_DAMAGED, file="envelope") from None


def proof(seal_key: str, purpose: str, content: bytes) -> bytes:
    """32 bytes that only somebody with the seal key can make for this content and purpose."""
    return hmac.new(bytes.fromhex(seal_key), purpose.encode() + b"\0" + content, hashlib.sha256).digest()


def is_proof(given: bytes, seal_key: str, purpose: str, content: bytes) -> bool:
    return hmac.compare_digest(given, proof(seal_key, purpose, content))
