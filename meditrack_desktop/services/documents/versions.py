"""Versions: a newer document supersedes an older one, and steps back when it goes to the bin.

What counts is what the rows say of each other, so status is settled anew after every change: a document is
superseded as long as a version made from it, or from one made from it, is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from meditrack_desktop.database.queries import document_versions as queries
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import DocumentStatus
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.services.work import Work


def settle(work: Work, changed: DocumentRow) -> None:
    """Say of every version of `changed` whether it is the current one; report those of which that is news.

    Conflict DOCUMENT_SUPERSEDED if two would be: somebody replaced the same document meanwhile.
    """
    work.flush()
    family = queries.held_family(work.session, changed)
    there = [row for row in family if row.deleted_at is None]
    superseded = {each for row in there for each in _before(row, family)}
    if len([row for row in there if row.id not in superseded]) > 1:
        raise Conflict(ErrorCode.DOCUMENT_SUPERSEDED)
    for row in family:
        status = DocumentStatus.SUPERSEDED if row.id in superseded else DocumentStatus.CURRENT
        if row.status is not status:
            row.status = status
            _report(work, row)


def leave(work: Work, gone: DocumentRow) -> None:
    """Let a document that was filed with the wrong patient step out of its versions; the caller reports it."""
    family = queries.held_family(work.session, gone)
    for row in family:
        if row.replaces_id == gone.id:
            row.replaces_id = gone.replaces_id
            _report(work, row)
    gone.replaces_id = None
    for row in family:
        if row.id != gone.id:
            settle(work, row)
            return


def _before(row: DocumentRow, family: Sequence[DocumentRow]) -> set[UUID]:
    """All that `row` replaced, and what that had replaced."""
    by_id, found, at = {each.id: each for each in family}, set[UUID](), row.replaces_id
    while at is not None and at not in found:
        found.add(at)
        older = by_id.get(at)
        at = older.replaces_id if older else None
    return found


def _report(work: Work, row: DocumentRow) -> None:
    change = Change("document", row.id, patient=row.patient_id)
    work.changed(row, f"document.{_DONE[row.status]}", change, patient_id=row.patient_id)


_DONE = {
    DocumentStatus.CURRENT: "made_current",
    DocumentStatus.SUPERSEDED: "superseded",
    DocumentStatus.ENTERED_IN_ERROR: "moved_away",
}
