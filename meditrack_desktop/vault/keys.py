"""The keys of the vault: identities of clinic and patients, and how one is wrapped to another (D18).

Identities are spelled as age spells them: `AGE-SECRET-KEY-1...` is secret, `age1...` is public.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import pyrage

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.vault.age_header import (
    IDENTITY_PREFIX,
    RECIPIENT_PREFIX,
    MalformedHeader,
    NoKeyFits,
    open_header,
    parse_header,
)
from meditrack_desktop.vault.age_stream import (
    PAYLOAD_NONCE_SIZE,
    ChunkCipher,
    DamagedChunk,
    opened_size,
)
from meditrack_desktop.vault.bech32 import decode_key

LARGEST_WRAPPED_KEY: Final = 8 * 1024
_WRAPPED = re.compile(
    r"# MediTrack patient key v1\n"
    r"# clinic: (?P<clinic>[0-9a-f-]{36})\n"
    r"# patient: (?P<patient>[0-9a-f-]{36})\n"
    r"# class: (?P<document_class>[a-z]+)\n"
    r"# public key: (?P<public>age1[0-9a-z]+)\n"
    r"(?P<secret>AGE-SECRET-KEY-1[0-9A-Z]+)\n"
)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An age X25519 identity. The secret half does not show in representations or logs."""

    public: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PatientKey:
    """What the database keeps of a patient's key: the public half, and the secret wrapped to the clinic's key."""

    public: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class ClinicRecipients:
    """The public halves that a clinic's database keeps: of the recovery key, and of the present epoch's keys."""

    recovery: str
    clinical: str
    administrative: str

    def of(self, document_class: DocumentClass) -> str:
        """The clinic's public key of one class."""
        return self.clinical if document_class is DocumentClass.CLINICAL else self.administrative


@dataclass(frozen=True, slots=True)
class ClinicKeys:
    """All keys of a new clinic. The recovery secret belongs on paper only."""

    recovery: KeyPair
    clinical: KeyPair
    administrative: KeyPair

    @property
    def recipients(self) -> ClinicRecipients:
        return ClinicRecipients(self.recovery.public, self.clinical.public, self.administrative.public)

    @property
    def identities(self) -> Mapping[DocumentClass, str]:
        """The clinic's secrets by class, as `Vault.unlock` takes them."""
        return {
            DocumentClass.CLINICAL: self.clinical.secret,
            DocumentClass.ADMINISTRATIVE: self.administrative.secret,
        }


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Whose patient key it is; kept inside the wrapping, so that keys cannot change rows."""

    clinic_id: UUID
    patient_id: UUID
    document_class: DocumentClass


def new_key_pair() -> KeyPair:
    """A fresh random identity."""
    identity = pyrage.x25519.Identity.generate()
    return KeyPair(public=str(identity.to_public()), secret=str(identity))


def new_clinic_keys() -> ClinicKeys:
    """Recovery key and first epoch of a new clinic."""
    return ClinicKeys(new_key_pair(), new_key_pair(), new_key_pair())


def public_half(secret: str) -> str:
    """The public half of a secret identity; Unavailable VAULT_KEY_WRONG if it is not one (mistyped, cut)."""
    try:
        decode_key(secret.strip(), IDENTITY_PREFIX)
        return str(pyrage.x25519.Identity.from_str(secret.strip().upper()).to_public())
    except (ValueError, pyrage.IdentityError):
        raise Unavailable(ErrorCode.VAULT_KEY_WRONG) from None


def check_recipient(public: str) -> None:
    """Unavailable VAULT_KEY_WRONG unless it is an age X25519 recipient."""
    try:
        decode_key(public, RECIPIENT_PREFIX)
    except ValueError:
        raise Unavailable(ErrorCode.VAULT_KEY_WRONG) from None


def wrap(key: KeyPair, owner: KeyOwner, recipient: str) -> bytes:
    """A patient key as an age file for one recipient; its content is an age identity file."""
    check_recipient(recipient)
    content = (
        "# MediTrack patient key v1\n"
        f"# clinic: {owner.clinic_id}\n"
        f"# patient: {owner.patient_id}\n"
        f"# class: {owner.document_class.value}\n"
        f"# public key: {key.public}\n"
        f"{key.secret}\n"
    )
    sealed: bytes = pyrage.encrypt(content.encode("ascii"), [pyrage.x25519.Recipient.from_str(recipient)])
    return sealed


def unwrap(wrapped: bytes, identities: Sequence[str]) -> tuple[KeyPair, KeyOwner]:
    """Open a wrapped patient key with whichever identity fits, and say whose it claims to be.

    Unavailable VAULT_KEY_WRONG if none fits, VAULT_DAMAGED if it is not a wrapped key of ours.
    """
    try:
        found = _WRAPPED.fullmatch(_open_small(wrapped, identities).decode("ascii"))
        if found is None:
            raise ValueError("not a patient key")
        owner = KeyOwner(
            UUID(found["clinic"]), UUID(found["patient"]), DocumentClass(found["document_class"])
        )
    except (MalformedHeader, DamagedChunk, ValueError):
        raise Unavailable(ErrorCode.VAULT_DAMAGED) from None
    except NoKeyFits:
        raise Unavailable(ErrorCode.VAULT_KEY_WRONG) from None
    if public_half(found["secret"]) != found["public"]:
        raise Unavailable(ErrorCode.VAULT_DAMAGED)
    return KeyPair(found["public"], found["secret"]), owner


def unwrap_for(wrapped: bytes, identities: Sequence[str], owner: KeyOwner) -> KeyPair:
    """Like `unwrap`, and the key must belong to `owner`.

    Unavailable VAULT_FOREIGN for another clinic's key, VAULT_DAMAGED for another patient's or class's.
    """
    about = {"patient": str(owner.patient_id), "document_class": owner.document_class.value}
    try:
        key, found = unwrap(wrapped, identities)
    except Unavailable as error:
        raise Unavailable(error.code, fields=None, **about) from None
    if found.clinic_id != owner.clinic_id:
        raise Unavailable(ErrorCode.VAULT_FOREIGN, fields=None, **about)
    if found != owner:
        raise Unavailable(ErrorCode.VAULT_DAMAGED, fields=None, **about)
    return key


def _open_small(wrapped: bytes, identities: Sequence[str]) -> bytes:
    """Decrypt an age file; within the size limit it has but one chunk.

    By our own reader, because its limits hold against hostile headers.
    """
    if len(wrapped) > LARGEST_WRAPPED_KEY:
        raise MalformedHeader
    header = parse_header(wrapped)
    file_key = open_header(header, identities)
    body = header.size + PAYLOAD_NONCE_SIZE
    plain = bytearray(opened_size(len(wrapped) - body))
    ChunkCipher(file_key, wrapped[header.size : body]).open(0, wrapped[body:], memoryview(plain), last=True)
    return bytes(plain)
