"""What waits at this desk for the vault, on the disk (security.md D25): nothing of it is readable.

The files lie in a small vault of their own in the profile, encrypted to the patient's own key like everywhere; what
was asked and found out lies beside them, sealed with the clinic's. That sealed note is written last: what has none was
never said to be kept, and what has one is whole.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pydantic import TypeAdapter, ValidationError

from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.documents import AttachDocument, PartKind, StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.spool import LARGEST_SPOOL
from meditrack_desktop.services.blob_filing import ToStore
from meditrack_desktop.services.clinic_secrets import proof
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import write_durably
from meditrack_desktop.vault.layout import blob_id_of
from meditrack_desktop.vault.vault import Vault

NOTES = "waiting"
ENDING = ".sealed"
_NONCE = 12
LEFTOVER_AGE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Kept:
    """One filing that waits. `facts` is what was found out about the file, as whoever files it wrote it down."""

    command: AttachDocument
    facts: bytes
    original: StoredBlob
    parts: Mapping[PartKind, StoredBlob]
    account_id: UUID
    account_name: str
    kept_at: datetime

    @property
    def blobs(self) -> tuple[StoredBlob, ...]:
        return (self.original, *self.parts.values())


_KEPT = TypeAdapter(Kept)


class SpoolFiles:
    """The folder of one desk. Usable from several threads; needs the clinic's keys."""

    def __init__(self, folder: Path, clinic_id: UUID, keys: KeyHolder, clock: Clock) -> None:
        """Touches nothing."""
        self._folder = folder
        self._keys = keys
        self._clock = clock
        self._vault = Vault(folder, clinic_id)
        self._guard = Lock()
        self.largest = LARGEST_SPOOL

    def keep(
        self, command: AttachDocument, facts: bytes, wanted: ToStore, public: str, account_id: UUID, name: str
    ) -> bool:
        """Keep files for `command`; False if there is no room for them here. Kept once, it stays as it was kept.

        Returns when everything was read back from this computer's disk. Unavailable VAULT_FULL, VAULT_UNWRITABLE,
        PROFILE_UNWRITABLE, VAULT_LOCKED: nothing is kept then.
        """
        with self._guard:
            if self._note(command.id).exists():
                return True
            self._ready()
            size = wanted.original().seek(0, io.SEEK_END) + sum(len(part) for part in wanted.parts.values())
            if self._size() + size > self.largest:
                return False
            stored: list[StoredBlob] = []
            try:
                for source in (wanted.original(), *(io.BytesIO(part) for part in wanted.parts.values())):
                    stored.append(self._vault.store(source, public, new_id()))
                parts = dict(zip(wanted.parts, stored[1:], strict=True))
                kept = Kept(command, facts, stored[0], parts, account_id, name, self._clock.now())
                write_durably(self._note(command.id), self._sealed(kept))
            except BaseException:
                self._remove(blob.blob_id for blob in stored)
                raise
            return True

    def waiting(self) -> tuple[Kept, ...]:
        """Everything that waits, the oldest first. Unavailable VAULT_DAMAGED, VAULT_LOCKED."""
        return tuple(sorted((self._opened(path) for path in self._notes()), key=lambda kept: kept.kept_at))

    def readable(self) -> tuple[Kept, ...]:
        """As `waiting`, without what cannot be read: that keeps nothing else from being filed. Unavailable
        VAULT_LOCKED."""
        self._cipher()
        found = list[Kept]()
        for path in self._notes():
            with suppress(Unavailable):
                found.append(self._opened(path))
        return tuple(sorted(found, key=lambda kept: kept.kept_at))

    def count(self) -> int:
        """How many wait; needs no key."""
        return len(self._notes())

    def find(self, document_id: UUID) -> Kept | None:
        """One that waits."""
        path = self._note(document_id)
        return self._opened(path) if path.exists() else None

    def files(self, kept: Kept, secret: str) -> ToStore:
        """What it was kept with, opened with the patient's key. Unavailable VAULT_DAMAGED, VAULT_KEY_WRONG."""
        parts = {kind: self._vault.open(blob.blob_id, secret, blob) for kind, blob in kept.parts.items()}
        try:
            read = {kind: reader.read_all() for kind, reader in parts.items()}
        finally:
            for reader in parts.values():
                reader.close()
        with self._vault.open(kept.original.blob_id, secret, kept.original) as reader:
            data = reader.read_all()
        return ToStore(lambda: io.BytesIO(data), read)

    def forget(self, kept: Kept) -> None:
        """Take away what was filed, or given up. The note goes first: what is left then belongs to nobody."""
        with self._guard:
            try:
                self._note(kept.command.id).unlink(missing_ok=True)
            except OSError:
                raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self._folder)) from None
            self._remove(blob.blob_id for blob in kept.blobs)

    def tidy(self) -> int:
        """Remove what a crash left that no note knows; returns how many files."""
        with self._guard:
            if not self._folder.is_dir():
                return 0
            known = {blob.blob_id for kept in self.waiting() for blob in kept.blobs}
            storage, removed = self._vault.storage, 0
            with suppress(OSError):
                now = storage.now()
                for folder in storage.blob_folders():
                    for entry in storage.listed(folder):
                        made = storage.changed_at(entry)
                        old = now is not None and made is not None and now - made > LEFTOVER_AGE
                        if old and (entry.unfinished or blob_id_of(entry.path) not in known):
                            storage.discard(entry)
                            removed += 1
            return removed

    def _ready(self) -> None:
        self._vault.create()
        try:
            (self._folder / NOTES).mkdir(mode=0o700, exist_ok=True)
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self._folder)) from None

    def _size(self) -> int:
        return sum(blob.ciphertext_size for kept in self.readable() for blob in kept.blobs)

    def _remove(self, blobs: Iterable[UUID]) -> None:
        for blob_id in blobs:
            with suppress(Unavailable):
                self._vault.remove(blob_id)

    def _notes(self) -> list[Path]:
        return sorted((self._folder / NOTES).glob(f"*{ENDING}"))

    def _note(self, document_id: UUID) -> Path:
        return self._folder / NOTES / f"{document_id}{ENDING}"

    def _cipher(self) -> ChaCha20Poly1305:
        opened = self._keys.opened
        if opened is None:
            raise Unavailable(ErrorCode.VAULT_LOCKED)
        return ChaCha20Poly1305(proof(opened.seal_key, "spool", self._vault.clinic_id.bytes))

    def _sealed(self, kept: Kept) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher().encrypt(nonce, _KEPT.dump_json(kept), kept.command.id.bytes)

    def _opened(self, path: Path) -> Kept:
        try:
            data = path.read_bytes()
            content = self._cipher().decrypt(
                data[:_NONCE], data[_NONCE:], UUID(path.name.removesuffix(ENDING)).bytes
            )
            return _KEPT.validate_json(content)
        except (OSError, ValueError, InvalidTag, ValidationError):
            raise Unavailable(ErrorCode.VAULT_DAMAGED) from None
