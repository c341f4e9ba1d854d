"""What is said about a document after it was filed, and the bin: the file itself never changes."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import (
    DeleteDocument,
    Document,
    DocumentClass,
    DocumentStatus,
    EditDocument,
    RestoreDocument,
    ReviewDocument,
    TurnDocument,
)
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.documents import filing, versions
from meditrack_desktop.services.work import Work, Works


class Keeping:
    def __init__(self, work: Works) -> None:
        self.work = work

    def turn(self, actor: Actor, command: TurnDocument) -> Document:
        with self.work(actor, Permission.EDIT_DOCUMENT) as work:
            row = readable_row(work, command.id, command.version)
            row.turn = command.turn
            return changed(work, row, "document.turned")

    def review(self, actor: Actor, command: ReviewDocument) -> Document:
        with self.work(actor, Permission.REVIEW_DOCUMENT) as work:
            row = readable_row(work, command.id, command.version)
            row.reviewed_at = work.now if command.reviewed else None
            row.reviewed_by = actor.account_id if command.reviewed else None
            return changed(work, row, "document.reviewed" if command.reviewed else "document.unreviewed")

    def delete(self, actor: Actor, command: DeleteDocument) -> Document:
        with self.work(actor, Permission.DELETE_DOCUMENT) as work:
            row = readable_row(work, command.id, command.version)
            row.deleted_at, row.deleted_by = work.now, actor.account_id
            row.delete_reason = command.reason
            deleted = changed(work, row, "document.deleted")
            versions.settle(work, row)
            return deleted

    def restore(self, actor: Actor, command: RestoreDocument) -> Document:
        with self.work(actor, Permission.DELETE_DOCUMENT) as work:
            row = readable_row(work, command.id, command.version, binned=True)
            row.deleted_at, row.deleted_by, row.delete_reason = None, None, ""
            changed(work, row, "document.restored")
            versions.settle(work, row)
            work.flush()
            return queries.record(work.session, row.id)


def edit_row(work: Work, row: DocumentRow, command: EditDocument) -> None:
    """Write what the command says into the row; its class stays as it is."""
    for name in ("title", "type", "document_date", "source", "note", "appointment_id"):
        value = getattr(command, name)
        if value is not None:
            setattr(row, name, value)
    if command.clear_date:
        row.document_date = None
    if command.title == "":
        row.title = row.file_name
    if command.appointment_id is not None:
        filing.check_visit(work.session, row.patient_id, command.appointment_id)


def readable_row(work: Work, document_id: UUID, version: int, *, binned: bool = False) -> DocumentRow:
    """A document's row, held, for somebody who may read it; an unknown one is refused like one they may not.

    NotFound for one in the bin (unless `binned`), or that was filed with the wrong patient; ChangedMeanwhile.
    """
    found = queries.find(work.session, document_id)
    document_class = found.document_class if found else DocumentClass.CLINICAL
    reading_rule.check(work, document_class, found.patient_id if found else None)
    if found is not None:
        # Before the document's own row, as filing does it: two desks never wait for each other crosswise.
        queries.patient_archived_at(work.session, found.patient_id, hold=True)
    row = queries.row(work.session, document_id, version)
    if row.status is DocumentStatus.ENTERED_IN_ERROR or (row.deleted_at is not None and not binned):
        raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
    return row


def changed(work: Work, row: DocumentRow, action: str, detail: str = "") -> Document:
    """Report a changed row; the record as it is now."""
    change = Change("document", row.id, patient=row.patient_id)
    work.changed(row, action, change, patient_id=row.patient_id, detail=detail)
    work.flush()
    return queries.record(work.session, row.id)
