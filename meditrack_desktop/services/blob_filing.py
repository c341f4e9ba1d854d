"""Files that go into the vault together, and the rows that name them: all of them or none.

A document and what was made from it are stored and read back before a row is written (security.md D23); no file
work happens inside a transaction. The owner's key is made with the first of them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, TypeVar
from uuid import UUID

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.documents import PatientKeyRow
from meditrack_desktop.domain.documents import DocumentClass, PartKind, StoredBlob
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Works
from meditrack_desktop.vault.keys import PatientKey

T = TypeVar("T")


class Overtaken(Exception):
    """Another desk was first, with the same command or with the owner's key: look again, and do it anew."""


class _KeysChanged(Exception):
    """The clinic's keys were changed elsewhere while the files were being written: nothing new is wrapped to them."""


@dataclass(frozen=True, slots=True)
class ToStore:
    """What shall lie in the vault: `original` gives the bytes from their beginning each time it is called."""

    original: Callable[[], BinaryIO]
    parts: Mapping[PartKind, bytes]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What lies in the vault now, and the key of its owner, which the row's transaction has to keep."""

    owner: UUID
    document_class: DocumentClass
    original: StoredBlob
    parts: Mapping[PartKind, StoredBlob]
    key: PatientKey
    made: bool
    """Whether the key is new: then it has no row yet."""
    epoch: int

    @property
    def blobs(self) -> tuple[UUID, ...]:
        return (self.original.blob_id, *(blob.blob_id for blob in self.parts.values()))


class BlobFiling:
    """Puts files into the vault for one owner: a patient, or the inbox."""

    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self._work = work
        self._keys = keys

    def file(
        self,
        owner: UUID,
        document_class: DocumentClass,
        wanted: ToStore,
        before: Callable[[], T | None],
        keep: Callable[[Sealed], T],
    ) -> T:
        """As `file_all`, for one."""
        return self.file_all(owner, document_class, (wanted,), before, lambda sealed: keep(sealed[0]))

    def file_all(
        self,
        owner: UUID,
        document_class: DocumentClass,
        wanted: Sequence[ToStore],
        before: Callable[[], T | None],
        keep: Callable[[Sequence[Sealed]], T],
    ) -> T:
        """Store `wanted` and let `keep` write the rows; its answer, or that of `before` if it was done already.

        `before` is asked first, and again after each `Overtaken`. `keep` opens the Work, holds whatever keeps two
        desks from making the owner's key at once, calls `keep_key` for one of them, and may raise Overtaken. Where
        it refuses, nothing stays in the vault; where nobody knows whether it was committed (Unavailable) the files
        stay, and the sweep finds them if it was not. Raises what `Vault.store` and the two functions do.
        """
        while (done := before()) is None:
            sealed = self._seal(owner, document_class, wanted)
            blobs = [blob_id for each in sealed for blob_id in each.blobs]
            try:
                return keep(sealed)
            except Overtaken:
                self.discard(blobs)
            except _KeysChanged:
                self.discard(blobs)
                self._keys.vault.forget_copy(owner, document_class, sealed[0].key.public)
                # Changed by another thread of this program they are taken up already.
                if not self._keys.refresh() and self._keys.epoch == sealed[0].epoch:
                    raise Unavailable(ErrorCode.VAULT_LOCKED) from None
            except Unavailable:
                raise
            except ClinicError:
                self.discard(blobs)
                raise
        return done

    def keep_key(self, session: WriteSession, sealed: Sealed, now: datetime) -> None:
        """Write the row of a key that is new; for one that has a row make sure that it is still that key."""
        there = queries.patient_key(session, sealed.owner, sealed.document_class)
        if not sealed.made:
            if there is None or there[0] != sealed.key.public:
                raise Overtaken
            return
        if there is not None:
            raise Overtaken
        if not self._keys.hold_epoch(session, sealed.epoch, now):
            raise _KeysChanged
        session.add(
            PatientKeyRow(
                patient_id=sealed.owner,
                document_class=sealed.document_class,
                public=sealed.key.public,
                wrapped=sealed.key.wrapped,
                epoch=sealed.epoch,
            )
        )

    def discard(self, blobs: Iterable[UUID]) -> None:
        """Remove files that no row names, or will; what resists is left to the sweep."""
        for blob_id in blobs:
            with suppress(Unavailable):
                self._keys.vault.remove(blob_id)

    def _seal(
        self, owner: UUID, document_class: DocumentClass, wanted: Sequence[ToStore]
    ) -> tuple[Sealed, ...]:
        vault, epoch = self._keys.vault, self._keys.epoch
        with self._work.database.reading() as session:
            kept = queries.patient_key(session, owner, document_class)
        key = (
            PatientKey(*kept)
            if kept
            else vault.make_patient_key(owner, document_class, self._keys.recipients)
        )
        sealed: list[Sealed] = []
        stored: list[StoredBlob] = []
        try:
            for each in wanted:
                first = len(stored)
                for source in (each.original(), *(io.BytesIO(part) for part in each.parts.values())):
                    stored.append(vault.store(source, key.public, new_id()))
                parts = dict(zip(each.parts, stored[first + 1 :], strict=True))
                made = kept is None
                sealed.append(Sealed(owner, document_class, stored[first], parts, key, made, epoch))
        except BaseException:
            self.discard(blob.blob_id for blob in stored)
            raise
        return tuple(sealed)
