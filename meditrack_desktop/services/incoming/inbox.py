"""The inbox's place in the vault: its files are encrypted to a key of its own, whose owner is the clinic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.queries.documents import FileKey
from meditrack_desktop.database.session import ReadSession, WriteSession
from meditrack_desktop.domain.documents import PartKind, StoredBlob
from meditrack_desktop.domain.errors import Conflict, ErrorCode, Unavailable
from meditrack_desktop.domain.incoming import INBOX_CLASS, IncomingFile, IncomingState
from meditrack_desktop.domain.scanning import refuse_infected
from meditrack_desktop.services.blob_filing import BlobFiling, Sealed, ToStore
from meditrack_desktop.services.document_bytes import DocumentBytes
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Works

T = TypeVar("T")

SHOWN = (IncomingState.WAITING, IncomingState.DISCARDED, IncomingState.SPLIT)
"""What may be looked into by whoever files: what was filed is a matter of the patient's chart."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What it takes to read a file of the inbox: found in a transaction, used outside of it."""

    original: StoredBlob
    parts: dict[PartKind, StoredBlob]
    key: FileKey


class Inbox:
    """Stores and opens. Storing needs no secret, so it works while the desk is locked."""

    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self._keys = keys
        self.filing = BlobFiling(work, keys)

    @property
    def owner(self) -> UUID:
        """Whose the inbox's key is: the clinic's id. Unavailable VAULT_LOCKED while the clinic is closed."""
        return self._keys.vault.clinic_id

    def store(
        self, wanted: Sequence[ToStore], before: Callable[[], T | None], keep: Callable[[Sequence[Sealed]], T]
    ) -> T:
        """As `BlobFiling.file_all`, for the inbox. `keep` begins with `hold`."""
        return self.filing.file_all(self.owner, INBOX_CLASS, wanted, before, keep)

    def hold(self, session: WriteSession, sealed: Sequence[Sealed], now: datetime) -> None:
        """Let nobody else take anything in before this transaction ends, and keep the inbox's key."""
        queries.hold_inbox(session)
        self.filing.keep_key(session, sealed[0], now)

    def kept(self, session: ReadSession, incoming_id: UUID) -> Kept:
        """NotFound INCOMING_NOT_FOUND once its bytes left the vault; Unavailable VAULT_KEY_WRONG without a key."""
        row = queries.peek(session, incoming_id)
        refuse_infected(row.verdict, row.scanned_by)
        original = queries.blob(session, incoming_id)
        parts = queries.parts(session, incoming_id)
        return Kept(original, parts, self.key(session))

    def key(self, session: ReadSession) -> FileKey:
        """Unavailable VAULT_KEY_WRONG if the inbox has none: nothing was ever taken in."""
        found = document_queries.patient_key(session, self.owner, INBOX_CLASS)
        if found is None:
            raise Unavailable(ErrorCode.VAULT_KEY_WRONG)
        return FileKey(self.owner, INBOX_CLASS, *found)

    def open(self, key: FileKey, blob: StoredBlob) -> DocumentBytes:
        """A reader that the caller closes. Unavailable with the vault's code."""
        return self._keys.vault.open(blob.blob_id, self._keys.open_file_key(key), blob)

    def read(self, key: FileKey, blob: StoredBlob | None) -> bytes:
        """All of a file; nothing for one that is not there. Unavailable with the vault's code."""
        if blob is None:
            return b""
        source = self.open(key, blob)
        try:
            return source.read_all()
        finally:
            source.close()

    def discard(self, blobs: Sequence[UUID]) -> None:
        self.filing.discard(blobs)


def check_shown(session: ReadSession, found: IncomingFile) -> None:
    """Conflict INCOMING_ENDED for one that was filed, or a piece of it: who reads it now is asked in the chart. Or
    for one that was refused: there is nothing of it."""
    if found.state not in SHOWN or queries.partly_filed(session, [found.id]):
        raise Conflict(ErrorCode.INCOMING_ENDED)
