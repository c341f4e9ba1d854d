"""From the inbox into a patient's chart, and for a day back again.

The file is decrypted with the inbox's key and encrypted to the patient's in memory. The inbox keeps its own copy for
UNFILED_WITHIN: so the front desk takes a wrong filing back without the right to read the chart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO, cast
from uuid import UUID

from meditrack_desktop.database.queries import document_filing as filing_queries
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import Document, DocumentStatus, DocumentType, PartKind, Scan
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    FieldProblem,
    invalid_fields,
)
from meditrack_desktop.domain.incoming import (
    UNFILED_WITHIN,
    FileIncoming,
    IncomingFile,
    IncomingState,
    UnfileIncoming,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.blob_filing import BlobFiling, Overtaken, Sealed, ToStore
from meditrack_desktop.services.document_bytes import DocumentBytes
from meditrack_desktop.services.document_parts import text_of
from meditrack_desktop.services.documents import filing, versions
from meditrack_desktop.services.documents.filing import Found
from meditrack_desktop.services.incoming.dividing import changed, end, waiting_row
from meditrack_desktop.services.incoming.inbox import Inbox, Kept
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Look, Work, Works

P = Permission.FILE_INCOMING


class Filing:
    def __init__(self, work: Works, keys: KeyHolder, inbox: Inbox) -> None:
        self._work = work
        self._inbox = inbox
        self._filing = BlobFiling(work, keys)

    def file(self, actor: Actor, command: FileIncoming) -> Document:
        """See `Incoming.file`."""
        if command.type is DocumentType.PORTRAIT:
            # A photo of a face is set with the patient's record.
            raise invalid_fields(type=FieldProblem.OUT_OF_RANGE)
        with self._work.looking(actor, P) as look:
            done = self._begun(look, command)
            if done is not None:
                return done
            kept = self._inbox.kept(look.session, command.id)
        opened: list[DocumentBytes] = []

        def original() -> BinaryIO:
            opened.append(self._inbox.open(kept.key, kept.original))
            return cast(BinaryIO, opened[-1])

        def before() -> Document | None:
            with self._work.looking(actor, P) as look:
                return self._begun(look, command)

        def keep(sealed: Sealed) -> Document:
            return self._keep(actor, command, sealed, kept, pages)

        parts = {kind: self._inbox.read(kept.key, blob) for kind, blob in kept.parts.items()}
        pages = text_of(parts[PartKind.TEXT]) if PartKind.TEXT in parts else ()
        try:
            return self._filing.file(
                command.patient_id, command.type.document_class, ToStore(original, parts), before, keep
            )
        finally:
            for source in opened:
                source.close()

    def unfile(self, actor: Actor, command: UnfileIncoming) -> IncomingFile:
        """See `Incoming.unfile`."""
        with self._work(actor, P) as work:
            patient_id = queries.filed_with(work.session, command.id)
            if patient_id is not None:
                _hold_patient(work, patient_id)
            row = queries.held(work.session, command.id)
            if row.state is not IncomingState.FILED or row.document_id is None:
                raise Conflict(ErrorCode.INCOMING_ENDED)
            queries.check_version(row, command.version)
            too_late = row.ended_at is None or work.now - row.ended_at > UNFILED_WITHIN
            if too_late or row.blob_id is None:
                raise Conflict(ErrorCode.UNFILING_TOO_LATE)
            document = document_queries.held(work.session, row.document_id)
            if document is None or document.deleted_at is not None:
                raise Conflict(ErrorCode.INCOMING_ENDED)
            if document.status is not DocumentStatus.CURRENT:
                in_error = document.status is DocumentStatus.ENTERED_IN_ERROR
                raise Conflict(ErrorCode.INCOMING_ENDED if in_error else ErrorCode.DOCUMENT_SUPERSEDED)
            if filing_queries.rests_on(work.session, document.id):
                raise Conflict(ErrorCode.DOCUMENT_IN_USE)
            if document.reviewed_at is not None:
                raise Conflict(ErrorCode.DOCUMENT_REVIEWED)
            if document.patient_id != patient_id:
                raise ChangedMeanwhile()
            versions.leave(work, document)
            document.status = DocumentStatus.ENTERED_IN_ERROR
            document.deleted_at, document.deleted_by = work.now, actor.account_id
            document.delete_reason = command.reason
            gone = Change("document", document.id, patient=patient_id)
            work.changed(document, "document.unfiled", gone, patient_id=patient_id)
            row.state, row.ended_at, row.ended_by, row.end_reason = IncomingState.WAITING, None, None, ""
            row.document_id = None
            return changed(work, row, "incoming.unfiled", patient_id=patient_id)

    def _begun(self, look: Look, command: FileIncoming) -> Document | None:
        """Whether it may be filed so at all, before a byte is read: the document if this command filed it before."""
        look.lines.append(Line("incoming.file_begun", "incoming", command.id, command.patient_id))
        row = queries.peek(look.session, command.id)
        if _filed_by(command, row):
            return document_queries.record(look.session, command.document_id)
        if row.state is not IncomingState.WAITING:
            raise Conflict(ErrorCode.INCOMING_ENDED)
        queries.check_version(row, command.version)
        filing.check_place(look.session, look.now, command, P)
        filing.check_scan(look.session, scan_of(row))
        filing.check_name(look.session, command, command.document_id, queries.named_of(row))
        return None

    def _keep(
        self, actor: Actor, command: FileIncoming, sealed: Sealed, kept: Kept, pages: tuple[str, ...]
    ) -> Document:
        with self._work(actor, P) as work:
            _hold_patient(work, command.patient_id)
            if _filed_by(command, queries.held(work.session, command.id)):
                raise Overtaken
            row = waiting_row(work, command.id, command.version)
            if row.blob_id != kept.original.blob_id:
                raise Conflict(ErrorCode.INCOMING_ENDED)
            self._filing.keep_key(work.session, sealed, work.now)
            document = filing.keep(
                work,
                command.document_id,
                command,
                row.file_name,
                replace(found_of(row), text=pages),
                sealed.original,
                sealed.parts,
                P,
            )
            row.document_id = document.id
            end(work, row, IncomingState.FILED, "")
            changed(work, row, "incoming.filed", patient_id=command.patient_id)
            return document


def _hold_patient(work: Work, patient_id: UUID) -> None:
    """Before the file's own row, and that before the document's: so does everybody who changes documents, and two
    desks never wait for each other crosswise. Raises as `patient_archived_at`."""
    document_queries.patient_archived_at(work.session, patient_id, hold=True)


def _filed_by(command: FileIncoming, row: IncomingRow) -> bool:
    """Whether this very command filed it already."""
    return row.state is IncomingState.FILED and row.document_id == command.document_id


def scan_of(row: IncomingRow) -> Scan:
    """What the scanner said of a file in the inbox."""
    return Scan(row.verdict, row.scanned_by, row.signatures_at, row.scanned_at, row.not_scanned_because)


def found_of(row: IncomingRow) -> Found:
    """What the inbox knows of a file, as a document's row keeps it."""
    assert row.media_type is not None, "what was refused is never filed"
    return Found(
        media_type=row.media_type,
        pages=row.pages,
        scan=scan_of(row),
        asks_password=row.asks_password,
        inert=document_queries.inert_of(row.inert),
        modality=row.modality,
        body_part=row.body_part,
        study_id=row.study_id,
        named=queries.named_of(row),
        document_date=row.document_date,
        text_state=row.text_state,
        turn=row.turn,
    )
