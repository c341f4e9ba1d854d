"""Documents: filing a file with a patient, opening it, putting it in the bin and taking it out again.

The file is in the vault, whole and read back, before its row is written (security.md D23). No file work
happens inside a transaction.
"""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from uuid import UUID

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.tables.documents import DocumentRow, PatientKeyRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import (
    AttachDocument,
    DeleteDocument,
    Document,
    DocumentClass,
    RestoreDocument,
    ScanVerdict,
    StoredBlob,
    clean_file_name,
    title_of,
)
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    NotFound,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.file_checks import CheckedFile, check_file, read_whole
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.patient_standing import refuse_closed
from meditrack_desktop.services.work import Work, Works
from meditrack_desktop.vault.keys import PatientKey
from meditrack_desktop.vault.vault import Vault


class DocumentBytes(Protocol):
    """The original bytes of a document, decrypted piece by piece in memory; seekable, safe in several threads.

    Damage found on the way raises Unavailable VAULT_DAMAGED and stays in `refusal`.
    """

    refusal: Unavailable | None

    @property
    def size(self) -> int: ...

    def read(self, size: int = -1, /) -> bytes | None: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def tell(self) -> int: ...

    def read_at(self, position: int, size: int) -> bytes: ...

    def read_all(self) -> bytes: ...

    def copy_to(self, sink: BinaryIO) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document and its bytes. Whoever opened it closes `source`."""

    document: Document
    source: DocumentBytes


class Documents:
    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self.work = work
        self._keys = keys

    @property
    def vault(self) -> Vault:
        """The open vault; Unavailable VAULT_LOCKED while the clinic is locked."""
        return self._keys.vault

    def attach(
        self, actor: Actor, command: AttachDocument, source: BinaryIO, progress: OnProgress | None = None
    ) -> Document:
        """File the bytes of `source` with a patient; the same command twice files them once.

        `progress` counts bytes and may raise Stopped: then nothing is kept. Invalid FILE_EMPTY,
        FILE_TYPE_REFUSED, FILE_NAME_DISAGREES, FILE_TOO_LARGE or FILE_UNREADABLE; Conflict PATIENT_ARCHIVED;
        NotFound; Unavailable with the vault's code.
        """
        return self._attach(actor, command, source, progress, Permission.ATTACH_DOCUMENT)

    def attach_imported(self, actor: Actor, command: AttachDocument, source: BinaryIO) -> Document:
        """As `attach`, for a document that came with an import. Whoever may import may bring it in, as the rest of
        the chart; that gives nobody the right to open it."""
        return self._attach(actor, command, source, None, Permission.IMPORT_PATIENTS)

    def _attach(
        self,
        actor: Actor,
        command: AttachDocument,
        source: BinaryIO,
        progress: OnProgress | None,
        permission: Permission,
    ) -> Document:
        before, kept = self._before(actor, command, permission)
        if before is not None:
            return before
        data = read_whole(source)
        name = clean_file_name(command.file_name)
        checked = check_file(data, name)
        while before is None:
            epoch = self._keys.epoch
            key = kept or self.vault.make_patient_key(
                command.patient_id, command.type.document_class, self._keys.recipients
            )
            blob = self.vault.store(_Counted(data, progress), key.public, new_id())
            try:
                return self._file(
                    actor, command, permission, name, checked, blob, None if kept else key, epoch
                )
            except _Overtaken:
                self._discard(blob.blob_id)
                before, kept = self._before(actor, command, permission)
            except _KeysChanged:
                self._discard(blob.blob_id)
                self.vault.forget_copy(command.patient_id, command.type.document_class, key.public)
                if not self._keys.refresh():
                    raise Unavailable(ErrorCode.VAULT_LOCKED) from None
            except Unavailable:
                # Nobody knows whether it was committed: the file stays, the sweep finds it if it was not.
                raise
            except ClinicError:
                self._discard(blob.blob_id)
                raise
        return before

    def of_patient(
        self, actor: Actor, patient_id: UUID, include_deleted: bool = False
    ) -> tuple[Document, ...]:
        """A patient's documents, newest first; with those in the bin if asked. NotFound PAT_001."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            queries.patient_archived_at(look.session, patient_id)
            look.listed("document", patient_id, patient_id)
            return tuple(queries.of_patient(look.session, patient_id, include_deleted))

    def get(self, actor: Actor, document_id: UUID) -> Document:
        """What is known of one document, in the bin or not. NotFound FILE_001."""
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            found = queries.record(look.session, document_id)
            look.viewed("document", found.id, found.patient_id)
            return found

    def open(self, actor: Actor, document_id: UUID) -> OpenDocument:
        """Open a document for showing; the opening is in the audit trail before a byte is given.

        NotAllowed NOT_PERMITTED by its class, or NOT_IN_CARE by the reading rule; NotFound for one in the bin.
        One that does not exist answers like one that this actor may not open. Unavailable with the vault's code.
        """
        with self.work.looking(actor, Permission.LIST_DOCUMENTS) as look:
            found = queries.find(look.session, document_id)
            reading_rule.check(
                look,
                found.document_class if found else DocumentClass.CLINICAL,
                found.patient_id if found else None,
            )
            if found is None or found.deleted_at is not None:
                raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
            blob = queries.blob(look.session, document_id)
            kept = queries.file_keys(look.session, [document_id]).get(document_id)
            look.lines.append(Line("document.opened", "document", found.id, found.patient_id))
        if kept is None:
            raise Unavailable(ErrorCode.VAULT_KEY_WRONG, document=str(document_id))
        secret = self._keys.open_file_key(kept)
        return OpenDocument(found, self.vault.open(blob.blob_id, secret, blob))

    def delete(self, actor: Actor, command: DeleteDocument) -> Document:
        """Put a document in the bin; only who may read it. The file stays in the vault.

        NotAllowed as `open`; NotFound; ChangedMeanwhile.
        """
        with self.work(actor, Permission.DELETE_DOCUMENT) as work:
            row = _readable_row(work, command.id, command.version)
            if row.deleted_at is not None:
                raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
            row.deleted_at, row.deleted_by = work.now, actor.account_id
            row.delete_reason = command.reason
            return _changed(work, row, "document.deleted")

    def restore(self, actor: Actor, command: RestoreDocument) -> Document:
        """Take a document out of the bin; one that is not in it stays as it is. Errors as `delete`."""
        with self.work(actor, Permission.DELETE_DOCUMENT) as work:
            row = _readable_row(work, command.id, command.version)
            row.deleted_at, row.deleted_by, row.delete_reason = None, None, ""
            return _changed(work, row, "document.restored")

    def _before(
        self, actor: Actor, command: AttachDocument, permission: Permission
    ) -> tuple[Document | None, PatientKey | None]:
        """Whether it may be filed at all, before a byte is read: the document if it was filed before, and
        the patient's key if there is one."""
        with self.work.looking(actor, permission) as look:
            look.lines.append(Line("document.attach_begun", "document", command.id, command.patient_id))
            before = _same(command, queries.find(look.session, command.id))
            if before is None:
                refuse_closed(look.session, permission, [command.patient_id])
                _check_live(queries.patient_archived_at(look.session, command.patient_id))
            kept = queries.patient_key(look.session, command.patient_id, command.type.document_class)
            return before, PatientKey(*kept) if kept else None

    def _file(
        self,
        actor: Actor,
        command: AttachDocument,
        permission: Permission,
        name: str,
        checked: CheckedFile,
        blob: StoredBlob,
        made: PatientKey | None,
        epoch: int,
    ) -> Document:
        with self.work(actor, permission) as work:
            _check_live(queries.patient_archived_at(work.session, command.patient_id, hold=True))
            document_class = command.type.document_class
            if _same(command, queries.find(work.session, command.id)) is not None:
                raise _Overtaken
            if made is not None:
                if queries.patient_key(work.session, command.patient_id, document_class) is not None:
                    raise _Overtaken
                if not self._keys.hold_epoch(work.session, epoch, work.now):
                    raise _KeysChanged
                work.session.add(
                    PatientKeyRow(
                        patient_id=command.patient_id,
                        document_class=document_class,
                        public=made.public,
                        wrapped=made.wrapped,
                        epoch=epoch,
                    )
                )
            row = DocumentRow(
                id=command.id,
                patient_id=command.patient_id,
                title=command.title or title_of(name),
                type=command.type,
                document_class=document_class,
                media_type=checked.media_type,
                file_name=name,
                pages=checked.pages,
                document_date=command.document_date,
                source=command.source,
                verdict=ScanVerdict.NOT_SCANNED,
                blob_id=blob.blob_id,
                size=blob.size,
                sha256=blob.sha256,
                ciphertext_size=blob.ciphertext_size,
                ciphertext_sha256=blob.ciphertext_sha256,
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(
                row,
                "document.attached",
                Change("document", row.id, patient=row.patient_id),
                patient_id=row.patient_id,
            )
            work.flush()
            return queries.record(work.session, row.id)

    def _discard(self, blob_id: UUID) -> None:
        """Remove a file that no row will ever name; what resists is left to the sweep."""
        with suppress(Unavailable):
            self.vault.remove(blob_id)


class _Overtaken(Exception):
    """Another desk filed the same command, or made this patient's key, while our file was being written."""


class _KeysChanged(Exception):
    """The clinic's keys were changed elsewhere while our file was being written: nothing new is wrapped to them."""


class _Counted(io.BytesIO):
    """Bytes that tell how many of them were taken."""

    def __init__(self, data: bytes, progress: OnProgress | None) -> None:
        super().__init__(data)
        self._total = len(data)
        self._progress = progress

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        if self._progress is not None:
            self._progress(Progress(self.tell(), self._total))
        return piece


def _check_live(archived_at: datetime | None) -> None:
    if archived_at is not None:
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)


def _same(command: AttachDocument, before: Document | None) -> Document | None:
    """`before`, if it is what this very command filed; ChangedMeanwhile if the id was used for another patient."""
    if before is not None and before.patient_id != command.patient_id:
        raise ChangedMeanwhile()
    return before


def _readable_row(work: Work, document_id: UUID, version: int) -> DocumentRow:
    """A document's row, for somebody who may read it; an unknown one is refused like one they may not."""
    found = queries.find(work.session, document_id)
    document_class = found.document_class if found else DocumentClass.CLINICAL
    reading_rule.check(work, document_class, found.patient_id if found else None)
    return queries.row(work.session, document_id, version)


def _changed(work: Work, row: DocumentRow, action: str) -> Document:
    work.changed(row, action, Change("document", row.id, patient=row.patient_id), patient_id=row.patient_id)
    work.flush()
    return queries.record(work.session, row.id)
