"""Opening a document for showing: its bytes, its text, its contents, its thumbnail. Each needs the same right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from meditrack_desktop.database.queries import document_parts as part_queries
from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.queries.documents import FileKey
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import Document, DocumentClass, DocumentStatus, PartKind, StoredBlob
from meditrack_desktop.domain.errors import ErrorCode, NotFound, Unavailable
from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scanning import refuse_infected
from meditrack_desktop.services import document_parts, reading_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.document_bytes import DocumentBytes
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.unlocking import Unlocking
from meditrack_desktop.services.work import Look, Work, Works

MOST_THUMBNAILS = 500
NO_CONTENTS = StudyContents("", None, "", "", "", ())
LARGEST_PART = 64 * 1024 * 1024
"""Ours are bounded when they are made; nothing that says it is larger is read into memory."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document and its bytes. Whoever opened it closes `source`."""

    document: Document
    source: DocumentBytes


@dataclass(frozen=True, slots=True)
class Stored:
    """What opens a document's files: the original, its parts, and the key of all of them."""

    document: Document
    original: StoredBlob
    parts: Mapping[PartKind, StoredBlob]
    key: FileKey | None


def stored(look: Look | Work, document: Document) -> Stored:
    """What the rows remember of a document's files."""
    return Stored(
        document,
        queries.blob(look.session, document.id),
        part_queries.of_document(look.session, document.id),
        queries.file_keys(look.session, [document.id]).get(document.id),
    )


def readable(look: Look | Work, document_id: UUID) -> Document:
    """A document that the actor may open, now. One that does not exist answers like one that they may not open.

    NotAllowed as the reading rule says; NotFound for one in the bin, or filed with the wrong patient.
    """
    found = queries.find(look.session, document_id)
    document_class = found.document_class if found else DocumentClass.CLINICAL
    reading_rule.check(look, document_class, found.patient_id if found else None)
    if found is None or found.deleted_at is not None or found.status is DocumentStatus.ENTERED_IN_ERROR:
        raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
    return found


class Opening:
    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self.work = work
        self._keys = keys

    def open(self, actor: Actor, document_id: UUID) -> OpenDocument:
        files = self._seen(actor, document_id)
        return OpenDocument(files.document, self.source(files))

    def part(self, actor: Actor, document_id: UUID, kind: PartKind) -> bytes:
        """The bytes of one part; empty if there is none of this kind."""
        files = self._seen(actor, document_id)
        blob = files.parts.get(kind)
        return b"" if blob is None else self._read(blob, self.secret(files))

    def contents(self, actor: Actor, document_id: UUID) -> StudyContents:
        data = self.part(actor, document_id, PartKind.CONTENTS)
        return document_parts.contents_of(data) if data else NO_CONTENTS

    def thumbnail(self, actor: Actor, document_id: UUID) -> bytes:
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            found = readable(look, document_id)
            files = stored(look, found)
            look.lines.append(_thumbnails_line(found.patient_id))
        blob = files.parts.get(PartKind.THUMBNAIL)
        return b"" if blob is None else self._read(blob, self.secret(files))

    def thumbnails(self, actor: Actor, document_ids: Sequence[UUID]) -> Mapping[UUID, bytes]:
        wanted = list(dict.fromkeys(document_ids))[:MOST_THUMBNAILS]
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            documents = [
                one
                for one in queries.of_ids(look.session, wanted)
                if one.deleted_at is None and _may(look, one)
            ]
            blobs = part_queries.thumbnails(look.session, [one.id for one in documents])
            keys = queries.file_keys(look.session, list(blobs))
            seen = {one.patient_id for one in documents if one.id in blobs}
            look.lines.extend(_thumbnails_line(patient_id) for patient_id in sorted(seen))
            if not seen:
                look.listed("document")
        secrets = self._secrets(keys.values())
        found: dict[UUID, bytes] = {}
        for document_id, blob in blobs.items():
            key = keys.get(document_id)
            # One that is damaged or gone is an alarm of the nightly look; here it only has no picture.
            with suppress(Unavailable):
                if key is not None and key.public in secrets:
                    found[document_id] = self._read(blob, secrets[key.public])
        return found

    def _secrets(self, keys: Iterable[FileKey]) -> dict[str, str]:
        """Of each key once. One that does not open hides what it locks and nothing else; VAULT_LOCKED is for all."""
        secrets: dict[str, str] = {}
        for key in {key.public: key for key in keys}.values():
            try:
                secrets[key.public] = self._keys.open_file_key(key)
            except Unavailable as refusal:
                if refusal.code is ErrorCode.VAULT_LOCKED:
                    raise
        return secrets

    def secret(self, files: Stored) -> str:
        """Unavailable VAULT_KEY_WRONG if the key of a document is gone, VAULT_LOCKED, and as `KeyHolder.unwrap`."""
        if files.key is None:
            raise Unavailable(ErrorCode.VAULT_KEY_WRONG, document=str(files.document.id))
        return self._keys.open_file_key(files.key)

    def source(self, files: Stored) -> DocumentBytes:
        """A reader of the original; whoever asked closes it."""
        return self._keys.vault.open(files.original.blob_id, self.secret(files), files.original)

    def all_parts(self, files: Stored) -> dict[PartKind, bytes]:
        """Every part in memory, to be kept elsewhere."""
        if not files.parts:
            return {}
        secret = self.secret(files)
        return {kind: self._read(blob, secret) for kind, blob in files.parts.items()}

    def unlock(self, actor: Actor, document_id: UUID, password: str, unlocking: Unlocking) -> OpenDocument:
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            files = _opened(look, document_id)
            settings = settings_queries.read(look.session)
        found, source = files.document, self.source(files)
        return OpenDocument(found, unlocking.unlocked(actor, _opened_line(found), source, password, settings))

    def _seen(self, actor: Actor, document_id: UUID) -> Stored:
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            return _opened(look, document_id)

    def _read(self, blob: StoredBlob, secret: str) -> bytes:
        if blob.size > LARGEST_PART:
            raise Unavailable(ErrorCode.VAULT_DAMAGED, blob=str(blob.blob_id))
        reader = self._keys.vault.open(blob.blob_id, secret, blob)
        try:
            return reader.read_all()
        finally:
            reader.close()


def _may(look: Look, document: Document) -> bool:
    in_error = document.status is DocumentStatus.ENTERED_IN_ERROR
    return not in_error and reading_rule.may_read(look, document.document_class, document.patient_id)


def _opened(look: Look, document_id: UUID) -> Stored:
    found = readable(look, document_id)
    refuse_infected(found.verdict, found.scanned_by)
    look.lines.append(_opened_line(found))
    return stored(look, found)


def _opened_line(document: Document) -> Line:
    return Line("document.opened", "document", document.id, document.patient_id)


def _thumbnails_line(patient_id: UUID) -> Line:
    return Line("document.thumbnails_viewed", "document", patient_id, patient_id)
