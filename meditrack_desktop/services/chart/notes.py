"""Clinical notes: drafts that survive a crash, signed once, amended afterwards and never changed.

A draft is kept every two seconds. Its beginning and its end leave a line in the trail; what is kept in between
does not, as it tells nothing that those two do not.
"""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import notes as queries
from meditrack_desktop.database.tables.chart import NoteRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, NotFound
from meditrack_desktop.domain.notes import (
    DiscardDraft,
    MarkNoteWrong,
    Note,
    NoteStatus,
    SaveDraft,
    SignNote,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.chart import writing
from meditrack_desktop.services.work import Work, Works

_SIGNED = (NoteStatus.SIGNED, NoteStatus.AMENDED)


class Notes:
    """A draft is its author's alone: for everybody else it does not exist."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def own_drafts(self, actor: Actor) -> tuple[Note, ...]:
        """The actor's unfinished notes of all patients, the last changed first."""
        with self.work.looking(actor, Permission.WRITE_CHART) as look:
            look.listed("note")
            return queries.drafts(look.session, actor.account_id)

    def save_draft(self, actor: Actor, command: SaveDraft) -> Note:
        """Begin a draft (`version` 0) or keep what was typed so far; the same text again changes nothing.

        To begin one: NotAllowed NOT_IN_CARE; NotFound for the patient, a visit or a note of somebody else's
        chart. Always: NotFound NOTE_NOT_FOUND if it is not one's own; ChangedMeanwhile if another desk kept
        something newer; Conflict NOTE_SIGNED, PATIENT_ARCHIVED, PATIENT_MERGED or PATIENT_RESTRICTED.
        """
        with self.work(actor, Permission.WRITE_CHART) as work:
            found = queries.find(work.session, command.id)
            if found is None:
                return self._begin(work, command)
            _check_own(found, actor)
            if found.patient_id != command.patient_id:
                # The record it was begun in may have been merged: then it goes on in the one that was kept.
                writing.hold_open(work, command.patient_id)
                raise NotFound(ErrorCode.NOTE_NOT_FOUND)
            row = _held(work, found)
            if row.signed_at is not None:
                raise Conflict(ErrorCode.NOTE_SIGNED)
            if (row.title, row.body, row.appointment_id) == (
                command.title,
                command.body,
                command.appointment_id,
            ):
                # Also what was committed while its answer was lost, sent once more.
                return queries.record_of(work.session, row)
            # A beginning whose answer was lost is still at 1, unless somebody went on with it elsewhere.
            if row.version != (command.version or 1):
                raise ChangedMeanwhile()
            if row.appointment_id != command.appointment_id:
                _check_visit(work, command)
            row.title, row.body = command.title, command.body
            row.appointment_id = command.appointment_id
            row.changed_at = work.now
            work.kept(row, patient_id=row.patient_id)
            work.flush()
            return queries.record_of(work.session, row)

    def discard(self, actor: Actor, command: DiscardDraft) -> None:
        """Throw one's own draft away. NotFound NOTE_NOT_FOUND; Conflict NOTE_SIGNED; ChangedMeanwhile."""
        with self.work(actor, Permission.WRITE_CHART) as work:
            row = _own_draft(work, actor, command.id, command.version)
            work.session.delete(row)
            change = writing.changed(row.patient_id, row.id)
            work.changed(row, "note.discarded", change, patient_id=row.patient_id)
            work.flush()

    def sign(self, actor: Actor, command: SignNote) -> Note:
        """Make one's own draft part of the chart, with this text; a note that it amends becomes `amended`.

        NotAllowed NOT_IN_CARE; NotFound NOTE_NOT_FOUND; Conflict NOTE_SIGNED, PATIENT_ARCHIVED, PATIENT_MERGED or
        PATIENT_RESTRICTED; ChangedMeanwhile, also if the note it amends was marked wrong. Sent twice, it signs
        once.
        """
        with self.work(actor, Permission.WRITE_CHART) as work:
            found = queries.find(work.session, command.id)
            writing.check_care(work, found.patient_id if found else None)
            if found is None:
                raise NotFound(ErrorCode.NOTE_NOT_FOUND)
            _check_own(found, actor)
            row = _held(work, found)
            if row.signed_at is not None:
                if (row.title, row.body) != (command.title, command.body):
                    raise Conflict(ErrorCode.NOTE_SIGNED)
                work.noted(Line("note.signed", "note", row.id, row.patient_id, "repeated"))
                return queries.record_of(work.session, row)
            if row.version != command.version:
                raise ChangedMeanwhile()
            if row.amends is not None:
                self._amend(work, row.amends, row.patient_id)
            row.title, row.body = command.title, command.body
            row.status = NoteStatus.SIGNED
            row.signed_at = row.changed_at = work.now
            change = writing.changed(row.patient_id, row.id)
            work.changed(row, "note.signed", change, patient_id=row.patient_id)
            work.flush()
            return queries.record_of(work.session, row)

    def mark_wrong(self, actor: Actor, command: MarkNoteWrong) -> Note:
        """Say that a signed note should not be in this chart. It stays readable; a note that it alone amended
        stands as it was.

        NotAllowed NOT_IN_CARE; NotFound NOTE_NOT_FOUND, also for a draft; ChangedMeanwhile; Conflict
        PATIENT_ARCHIVED, PATIENT_MERGED or PATIENT_RESTRICTED.
        """
        with self.work(actor, Permission.WRITE_CHART) as work:
            found = queries.find(work.session, command.id)
            writing.check_care(work, found.patient_id if found else None)
            if found is None or found.signed_at is None:
                raise NotFound(ErrorCode.NOTE_NOT_FOUND)
            row = _held(work, found)
            if row.version != command.version:
                raise ChangedMeanwhile()
            row.status, row.error_reason = NoteStatus.ENTERED_IN_ERROR, command.reason
            row.changed_at = work.now
            change = writing.changed(row.patient_id, row.id)
            work.changed(row, "note.marked_wrong", change, patient_id=row.patient_id)
            if row.amends is not None:
                self._stand_again(work, row.amends, row.id)
            work.flush()
            return queries.record_of(work.session, row)

    @staticmethod
    def _begin(work: Work, command: SaveDraft) -> Note:
        writing.enter(work, command.patient_id)
        if command.version:
            # It was discarded elsewhere; what was typed is still in the window that sent it.
            raise NotFound(ErrorCode.NOTE_NOT_FOUND)
        _check_visit(work, command)
        if command.amends is not None:
            amended = queries.find(work.session, command.amends)
            if amended is None or amended.patient_id != command.patient_id or amended.status not in _SIGNED:
                raise NotFound(ErrorCode.NOTE_NOT_FOUND)
        row = NoteRow(
            id=command.id,
            patient_id=command.patient_id,
            appointment_id=command.appointment_id,
            title=command.title,
            body=command.body,
            status=NoteStatus.DRAFT,
            changed_at=work.now,
            amends=command.amends,
            created_at=work.now,
            created_by=work.actor.account_id,
        )
        work.added(row, "note.draft_begun", patient_id=row.patient_id)
        work.flush()
        return queries.record_of(work.session, row)

    @staticmethod
    def _amend(work: Work, note_id: UUID, patient_id: UUID) -> None:
        amended = queries.held(work.session, note_id)
        if amended is None or amended.patient_id != patient_id or amended.status not in _SIGNED:
            raise ChangedMeanwhile()
        if amended.status is NoteStatus.SIGNED:
            amended.status = NoteStatus.AMENDED
            change = writing.changed(patient_id, amended.id)
            work.changed(amended, "note.amended", change, patient_id=patient_id)

    @staticmethod
    def _stand_again(work: Work, note_id: UUID, without: UUID) -> None:
        amended = queries.held(work.session, note_id)
        if amended is None or amended.status is not NoteStatus.AMENDED:
            return
        if not queries.stands_amended(work.session, note_id, without):
            amended.status = NoteStatus.SIGNED
            change = writing.changed(amended.patient_id, amended.id)
            work.changed(amended, "note.amendment_withdrawn", change, patient_id=amended.patient_id)


def _held(work: Work, found: NoteRow) -> NoteRow:
    """The note's row, held, after the patient's: everybody takes the two in this order."""
    writing.hold_open(work, found.patient_id)
    row = queries.held(work.session, found.id)
    if row is None:
        raise NotFound(ErrorCode.NOTE_NOT_FOUND)
    return row


def _own_draft(work: Work, actor: Actor, note_id: UUID, version: int) -> NoteRow:
    row = queries.held(work.session, note_id)
    if row is None:
        raise NotFound(ErrorCode.NOTE_NOT_FOUND)
    _check_own(row, actor)
    if row.signed_at is not None:
        raise Conflict(ErrorCode.NOTE_SIGNED)
    if row.version != version:
        raise ChangedMeanwhile()
    return row


def _check_own(row: NoteRow, actor: Actor) -> None:
    if row.created_by != actor.account_id:
        raise NotFound(ErrorCode.NOTE_NOT_FOUND)


def _check_visit(work: Work, command: SaveDraft) -> None:
    """NotFound APPOINTMENT_NOT_FOUND unless the visit is this very patient's."""
    if command.appointment_id is None:
        return
    if not queries.is_visit_of(work.session, command.appointment_id, command.patient_id):
        raise NotFound(ErrorCode.APPOINTMENT_NOT_FOUND)
