"""What makes a document's files be encrypted anew: another class, or another patient.

Nothing is overwritten. The new files are stored first, then the rows change in one transaction; the former files stay
under a row of their own that is in nobody's list, and leave with the bin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, cast
from uuid import UUID

from meditrack_desktop.database.queries import document_filing as filing_queries
from meditrack_desktop.database.queries import document_parts as part_queries
from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import (
    Document,
    DocumentStatus,
    DocumentType,
    EditDocument,
    MediaType,
    PartKind,
    ReassignDocument,
    Scan,
    StoredBlob,
)
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    FieldProblem,
    invalid_fields,
)
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.blob_filing import BlobFiling, Sealed, ToStore
from meditrack_desktop.services.document_bytes import DocumentBytes
from meditrack_desktop.services.document_parts import contents_of, text_of
from meditrack_desktop.services.documents import filing, versions
from meditrack_desktop.services.documents.filing import Found
from meditrack_desktop.services.documents.keeping import changed, edit_row, readable_row
from meditrack_desktop.services.documents.opening import Opening, Stored, readable, stored
from meditrack_desktop.services.intake import Intake
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Work, Works

OTHER_TYPE = "kept under another type"


@dataclass(frozen=True, slots=True)
class _Moved:
    """A document as it is wanted with another patient."""

    patient_id: UUID
    title: str
    type: DocumentType
    document_date: date | None
    source: str
    note: str
    other_name_confirmed: bool
    appointment_id: UUID | None = None
    replaces_id: UUID | None = None


class Moving:
    def __init__(self, work: Works, keys: KeyHolder, intake: Intake, opening: Opening) -> None:
        self.work = work
        self._intake = intake
        self._opening = opening
        self._filing = BlobFiling(work, keys)

    def edit(self, actor: Actor, command: EditDocument) -> Document:
        with self.work(actor, Permission.EDIT_DOCUMENT) as work:
            row = readable_row(work, command.id, command.version)
            if command.type is not None and command.type is not row.type:
                _refuse_portrait(command.type, row.type)
            if command.type is None or command.type.document_class is row.document_class:
                edit_row(work, row, command)
                return changed(work, row, "document.edited")
            files = stored(work, queries.record(work.session, row.id))
            work.noted(Line("document.class_change_begun", "document", row.id, row.patient_id))
        document_class = command.type.document_class
        # A document of a record that was merged keeps that record's key: the merge may be taken back.
        owner = files.key.owner if files.key else files.document.patient_id
        with _Reading(self._opening, files) as reading:
            return self._filing.file(
                owner,
                document_class,
                reading.to_store(),
                before=lambda: None,
                keep=lambda sealed: self._keep_edited(actor, command, files, sealed),
            )

    def reassign(self, actor: Actor, command: ReassignDocument) -> Document:
        done, files = self._begin(actor, command)
        if done is not None:
            return done
        named = self._named(files)
        row = files.document
        wanted = _Moved(
            patient_id=command.patient_id,
            title=row.title,
            type=row.type,
            document_date=row.document_date,
            source=row.source,
            note=row.note,
            other_name_confirmed=command.other_name_confirmed,
        )

        def before() -> Document | None:
            with self.work.looking(actor, Permission.EDIT_DOCUMENT) as look:
                look.lines.append(_begun(command.id, row.patient_id))
                filing.check_place(look.session, look.now, wanted, Permission.EDIT_DOCUMENT)
                filing.check_name(look.session, wanted, command.new_id, named)
                return _done(look.session, command)

        with _Reading(self._opening, files) as reading:
            return self._filing.file(
                command.patient_id,
                row.document_class,
                reading.to_store(),
                before,
                lambda sealed: self._keep_reassigned(
                    actor, command, wanted, (named, reading.text), files, sealed
                ),
            )

    def _begin(self, actor: Actor, command: ReassignDocument) -> tuple[Document | None, Stored]:
        """Who may do it, and whether it was done already, before a byte is read."""
        with self.work.looking(actor, Permission.EDIT_DOCUMENT) as look:
            look.require(Permission.ATTACH_DOCUMENT)
            done = _done(look.session, command)
            if done is not None:
                look.viewed("document", done.id, done.patient_id)
                old = queries.record(look.session, command.id)
                return done, stored(look, old)
            document = readable(look, command.id)
            look.lines.append(_begun(document.id, document.patient_id))
            if document.version != command.version:
                raise ChangedMeanwhile()
            if document.patient_id == command.patient_id:
                raise invalid_fields(patient_id=FieldProblem.OUT_OF_RANGE)
            if document.status is DocumentStatus.SUPERSEDED:
                raise Conflict(ErrorCode.DOCUMENT_SUPERSEDED)
            _refuse_in_use(look.session, document.id)
            return None, stored(look, document)

    def _keep_edited(self, actor: Actor, command: EditDocument, files: Stored, sealed: Sealed) -> Document:
        assert command.type is not None
        with self.work(actor, Permission.EDIT_DOCUMENT) as work:
            queries.patient_archived_at(work.session, files.document.patient_id, hold=True)
            row = readable_row(work, command.id, command.version)
            if row.blob_id != files.original.blob_id:
                raise ChangedMeanwhile()
            self._filing.keep_key(work.session, sealed, work.now)
            former = _former(row, work)
            before = row.document_class
            row.document_class = sealed.document_class
            _point_to(row, sealed.original)
            edit_row(work, row, command)
            told = f"class {before.value} to {sealed.document_class.value}"
            changed(work, row, "document.edited", told)
            part_queries.forget(work.session, [row.id])
            part_queries.add(work.session, row.id, sealed.parts)
            change = Change("document", former.id, patient=former.patient_id)
            work.added(former, "document.former_kept", change, patient_id=former.patient_id)
            work.flush()
            part_queries.add(work.session, former.id, files.parts)
            work.flush()
            return queries.record(work.session, row.id)

    def _keep_reassigned(
        self,
        actor: Actor,
        command: ReassignDocument,
        wanted: _Moved,
        told: tuple[NamedPerson, tuple[str, ...]],
        files: Stored,
        sealed: Sealed,
    ) -> Document:
        with self.work(actor, Permission.EDIT_DOCUMENT) as work:
            work.require(Permission.ATTACH_DOCUMENT)
            for patient_id in sorted((command.patient_id, files.document.patient_id)):
                queries.patient_archived_at(work.session, patient_id, hold=True)
            row = readable_row(work, command.id, command.version)
            _refuse_in_use(work.session, row.id)
            if row.blob_id != files.original.blob_id:
                raise ChangedMeanwhile()
            self._filing.keep_key(work.session, sealed, work.now)
            new = filing.keep(
                work,
                command.new_id,
                wanted,
                row.file_name,
                _found(row, *told),
                sealed.original,
                sealed.parts,
                Permission.EDIT_DOCUMENT,
                action="document.reassigned",
                moved_from_id=row.id,
            )
            versions.leave(work, row)
            row.status = DocumentStatus.ENTERED_IN_ERROR
            row.deleted_at, row.deleted_by = work.now, actor.account_id
            row.delete_reason = command.reason
            changed(work, row, "document.moved_away")
            return new

    def _named(self, files: Stored) -> NamedPerson:
        """Whom the file names, looked for anew: that is kept nowhere. Of a study one image tells."""
        source = self._opening.source(files)
        try:
            name = files.document.file_name
            if files.document.media_type is not MediaType.DICOM_STUDY:
                return self._intake.look_again(source.read_all(), name)
            contents = contents_of(self._opening.all_parts(files)[PartKind.CONTENTS])
            image = contents.series[0].images[0]
            return self._intake.look_again(source.read_at(image.offset, image.size), "")
        finally:
            source.close()


class _Reading:
    """The files of a document while they are written anew."""

    def __init__(self, opening: Opening, files: Stored) -> None:
        self._opening = opening
        self._files = files
        self._opened: list[DocumentBytes] = []
        self._parts: Mapping[PartKind, bytes] = {}

    def __enter__(self) -> _Reading:
        self._parts = self._opening.all_parts(self._files)
        return self

    def __exit__(self, *_: object) -> None:
        for source in self._opened:
            source.close()

    @property
    def text(self) -> tuple[str, ...]:
        """Page by page; none where none is known."""
        return text_of(self._parts[PartKind.TEXT]) if PartKind.TEXT in self._parts else ()

    def to_store(self) -> ToStore:
        return ToStore(self._original, self._parts)

    def _original(self) -> BinaryIO:
        self._opened.append(self._opening.source(self._files))
        return cast(BinaryIO, self._opened[-1])


def _found(row: DocumentRow, named: NamedPerson, text: tuple[str, ...]) -> Found:
    return Found(
        media_type=row.media_type,
        pages=row.pages,
        scan=Scan(row.verdict, row.scanned_by, row.signatures_at, row.scanned_at, row.not_scanned_because),
        asks_password=row.asks_password,
        inert=queries.inert_of(row.inert),
        modality=row.modality,
        body_part=row.body_part,
        study_id=row.study_id,
        named=named,
        document_date=row.document_date,
        text_state=row.text_state,
        turn=row.turn,
        text=text,
    )


def _former(row: DocumentRow, work: Work) -> DocumentRow:
    """A row that keeps the files as they were until the bin is emptied: in no list, erased with the patient."""
    columns = {
        column.key: getattr(row, column.key)
        for column in DocumentRow.__table__.columns
        if column.key not in ("id", "version")
    }
    columns |= {
        "status": DocumentStatus.ENTERED_IN_ERROR,
        "replaces_id": None,
        "deleted_at": work.now,
        "deleted_by": work.actor.account_id,
        "delete_reason": OTHER_TYPE,
    }
    return DocumentRow(id=new_id(), **columns)


def _point_to(row: DocumentRow, blob: StoredBlob) -> None:
    row.blob_id, row.size, row.sha256 = blob.blob_id, blob.size, blob.sha256
    row.ciphertext_size, row.ciphertext_sha256 = blob.ciphertext_size, blob.ciphertext_sha256


def _done(session: ReadSession, command: ReassignDocument) -> Document | None:
    """What this very command made before; ChangedMeanwhile if its `new_id` names any other document."""
    new = queries.find(session, command.new_id)
    if new is None:
        return None
    if new.patient_id != command.patient_id or filing_queries.moved_from(session, new.id) != command.id:
        raise ChangedMeanwhile()
    return new


def _begun(document_id: UUID, patient_id: UUID) -> Line:
    return Line("document.reassign_begun", "document", document_id, patient_id)


def _refuse_in_use(session: ReadSession, document_id: UUID) -> None:
    if filing_queries.rests_on(session, document_id):
        raise Conflict(ErrorCode.DOCUMENT_IN_USE)


def _refuse_portrait(*types: DocumentType) -> None:
    """A photo of a face is set and removed with the patient's record, not by a type."""
    if DocumentType.PORTRAIT in types:
        raise invalid_fields(type=FieldProblem.OUT_OF_RANGE)
