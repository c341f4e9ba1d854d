"""Whose key a file of the vault has, be it a document of a patient's or one that waits in the inbox."""

from __future__ import annotations

from contextlib import closing
from uuid import UUID

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.queries.documents import FileKey
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.documents import StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.incoming import INBOX_CLASS
from meditrack_desktop.services.keys import KeyHolder


def key_of(session: ReadSession, keys: KeyHolder, file_id: UUID, patient_id: UUID | None) -> FileKey:
    """The key of a document, or without a patient of a file in the inbox. Unavailable VAULT_KEY_WRONG if it is
    gone."""
    if patient_id is not None:
        found = queries.file_keys(session, [file_id]).get(file_id)
    else:
        owner = keys.vault.clinic_id  # the inbox has one key of its own
        kept = queries.patient_key(session, owner, INBOX_CLASS)
        found = FileKey(owner, INBOX_CLASS, *kept) if kept else None
    if found is None:
        raise Unavailable(ErrorCode.VAULT_KEY_WRONG)
    return found


def bytes_of(keys: KeyHolder, key: FileKey, blob: StoredBlob) -> bytes:
    """All of a file, proven to be what was stored. Unavailable as `Vault.open`."""
    with closing(keys.vault.open(blob.blob_id, keys.open_file_key(key), blob)) as source:
        return source.read_all()
