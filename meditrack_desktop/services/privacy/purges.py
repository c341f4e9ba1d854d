"""Erasing a patient for good: one administrator asks, another agrees, and then it is carried out (security.md D39).

It can be killed at any point and is carried on later: what was agreed is written first, then the keys go, which
makes every file noise, then the files, then the rows. Nothing before the last step tells that it is done.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from meditrack_desktop.database.queries import patient_terms, retention
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import purges as queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.privacy import PurgeRequestRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import ContactBy, Gender
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge, PurgeRequest, years_later
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import RefusedWithALine, Work, Works

BEING_ERASED = "This record is being erased."


class Purges:
    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self.work = work
        self._keys = keys

    def list(self, actor: Actor, include_done: bool = False) -> tuple[PurgeRequest, ...]:
        """Requests that wait for somebody or were interrupted, the oldest first; or all, newest first."""
        with self.work.looking(actor, Permission.PURGE_PATIENT) as look:
            look.listed("purge")
            return queries.all_of(look.session, include_done=include_done)

    def ask(self, actor: Actor, command: AskForPurge) -> PurgeRequest:
        """Ask for a patient to be erased; another administrator has to agree. Sent twice, it asks once.

        The records that were merged into it go with it. NotFound; Conflict PATIENT_MERGED for such a one,
        LEGAL_HOLD; Invalid RETENTION_NOT_OVER with `until` unless `overrule`. A request that waits already is
        answered as it is.
        """
        with self.work(actor, Permission.PURGE_PATIENT) as work:
            queries.held_patient(work.session, command.patient_id)
            patient = patient_queries.patient(work.session, command.patient_id)
            before = queries.find(work.session, command.id) or queries.open_for(work.session, patient.id)
            if before is not None:
                if before.patient_id != command.patient_id:
                    raise ChangedMeanwhile()
                work.noted(Line("purge.requested", "purge", before.id, before.patient_id, "repeated"))
                return before
            if patient.merged_into is not None:
                # Half a person is never erased: whoever wants that asks for the record that was kept.
                raise Conflict(ErrorCode.PATIENT_MERGED)
            _refuse_held(work.session, patient.id)
            early = self._is_early(work, patient, overrule=command.overrule)
            row = PurgeRequestRow(
                id=command.id,
                patient_id=command.patient_id,
                reason=command.reason,
                requested_at=work.now,
                requested_by=actor.account_id,
            )
            work.added(row, "purge.requested", _change(row), patient_id=row.patient_id)
            if early:
                work.noted(Line("purge.retention_overruled", "purge", row.id, row.patient_id))
            work.flush()
            return queries.record(work.session, row.id)

    def withdraw(self, actor: Actor, command: AnswerPurge) -> PurgeRequest:
        """Take a request back that nobody agreed to yet. NotFound PURGE_NOT_FOUND; ChangedMeanwhile."""
        with self.work(actor, Permission.PURGE_PATIENT) as work:
            row = queries.row(work.session, command.id, command.version)
            if row.approved_at is not None:
                raise ChangedMeanwhile()
            row.withdrawn_at, row.withdrawn_by = work.now, actor.account_id
            work.changed(row, "purge.withdrawn", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row.id)

    def approve(self, actor: Actor, command: AnswerPurge) -> PurgeRequest:
        """Agree to somebody else's request, and carry it out.

        NotAllowed SECOND_PERSON_NEEDED for one's own; Conflict LEGAL_HOLD or PATIENT_MERGED; NotFound;
        ChangedMeanwhile. Raises what `carry_out` does: it can be carried on then.
        """
        with self.work(actor, Permission.PURGE_PATIENT) as work:
            row = queries.row(work.session, command.id, command.version)
            if row.requested_by == actor.account_id:
                raise RefusedWithALine(
                    NotAllowed(ErrorCode.SECOND_PERSON_NEEDED),
                    Line("purge.approved", "purge", row.id, row.patient_id, "own request"),
                )
            if row.approved_at is not None:
                raise ChangedMeanwhile()
            patient = queries.held_patient(work.session, row.patient_id)
            if patient.merged_into is not None:
                raise Conflict(ErrorCode.PATIENT_MERGED)
            _refuse_held(work.session, patient.id)
            row.approved_at, row.approved_by = work.now, actor.account_id
            patient.restricted_at = patient.restricted_at or work.now
            patient.restrict_reason = BEING_ERASED
            work.changed(patient, "patient.restricted", _patient(patient), patient_id=patient.id)
            work.changed(row, "purge.approved", _change(row), patient_id=row.patient_id)
        return self.carry_out(actor, command.id)

    def carry_out(self, actor: Actor, request_id: UUID) -> PurgeRequest:
        """Erase what was agreed to, from wherever it was interrupted. Nothing happens if it is done.

        NotFound PURGE_NOT_FOUND; NotAllowed SECOND_PERSON_NEEDED before anybody agreed; Unavailable VAULT_MISSING
        or VAULT_UNWRITABLE if files resist: then the keys are gone already and it can be carried on.
        """
        with self.work(actor, Permission.PURGE_PATIENT) as work:
            request = queries.record(work.session, request_id)
            if request.withdrawn_at is not None:
                raise NotFound(ErrorCode.PURGE_NOT_FOUND)
            if request.approved_at is None:
                raise NotAllowed(ErrorCode.SECOND_PERSON_NEEDED)
            work.noted(Line("purge.begun", "purge", request.id, request.patient_id))
            if request.done_at is not None:
                return request
            records = queries.same_person(work.session, request.patient_id)
            blobs = queries.blobs_of(work.session, records)
            queries.forget_keys(work.session, records)
        vault = self._keys.vault
        for record_id in records:
            for document_class in DocumentClass:
                vault.forget_patient_key(record_id, document_class)
        for blob_id in blobs:
            self._remove(blob_id)
        with self.work(actor, Permission.PURGE_PATIENT) as work:
            row = queries.row(work.session, request_id)
            if row.done_at is None:
                for patient in emptied(work.session, row.patient_id, work.now):
                    work.changed(patient, "patient.purged", _patient(patient), patient_id=patient.id)
                    if patient.id != row.patient_id:
                        # So that no backup from before the merge brings it back.
                        work.added(_done_too(row, patient.id, work.now), "purge.done", patient_id=patient.id)
                work.flush()
                queries.forget_parts(
                    work.session, queries.same_person(work.session, row.patient_id), work.now
                )
                row.done_at = work.now
            work.changed(row, "purge.done", _change(row), Change("appointment", row.patient_id))
            work.flush()
            return queries.record(work.session, row.id)

    def _remove(self, blob_id: UUID) -> None:
        try:
            self._keys.vault.remove(blob_id)
        except Unavailable as refusal:
            # Gone already: an earlier attempt got this far.
            if refusal.code is not ErrorCode.VAULT_MISSING:
                raise
            self._keys.vault.check()

    def _is_early(self, work: Work, patient: PatientRow, *, overrule: bool) -> bool:
        contact = retention.last_contact(work.session, patient.id) or patient.created_at
        until = years_later(contact, settings_queries.read(work.session).retention_years)
        if until <= work.now:
            return False
        if not overrule:
            raise Invalid(ErrorCode.RETENTION_NOT_OVER, until=until.date().isoformat())
        return True


def _refuse_held(session: ReadSession, patient_id: UUID) -> None:
    if queries.is_held(session, queries.same_person(session, patient_id)):
        raise Conflict(ErrorCode.LEGAL_HOLD)


def emptied(session: ReadSession, patient_id: UUID, now: datetime) -> list[PatientRow]:
    """The patient's row and those merged into it, emptied and not yet flushed; the caller reports them."""
    rows = []
    for record_id in queries.same_person(session, patient_id):
        row = patient_queries.find(session, record_id)
        if row is None:
            raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
        _empty(row, now)
        rows.append(row)
    return rows


def _done_too(request: PurgeRequestRow, patient_id: UUID, now: datetime) -> PurgeRequestRow:
    """The same request, done, for a record that was merged into the one it was about."""
    return PurgeRequestRow(
        id=new_id(),
        patient_id=patient_id,
        reason=request.reason,
        requested_at=request.requested_at,
        requested_by=request.requested_by,
        approved_at=request.approved_at,
        approved_by=request.approved_by,
        done_at=now,
    )


def _empty(row: PatientRow, now: datetime) -> None:
    """Leave of the patient's row what visits hang on, and nothing that tells of a person."""
    before = patient_terms.terms_of(row)
    row.phones.clear()
    row.identifiers.clear()
    row.mrn = f"erased {row.id.hex}"
    for name in (
        "family",
        "given",
        "preferred_name",
        "email",
        "street",
        "city",
        "postcode",
        "country",
        "language",
        "note",
        "archive_reason",
        "restrict_reason",
        "legal_hold",
        "preferences",
        "sort_name",
        "search_text",
    ):
        setattr(row, name, "")
    row.birth_date, row.gender, row.deceased = None, Gender.UNKNOWN, False
    row.contact_by, row.interpreter, row.provisional = ContactBy.ANY, False, False
    row.verified_at = row.verified_by = row.no_allergies_at = row.no_allergies_by = row.photo_id = None
    row.archived_at = row.archived_at or now
    row.purged_at = now
    patient_terms.replace_terms(row, before)


def _change(row: PurgeRequestRow) -> Change:
    return Change("purge", row.id, patient=row.patient_id)


def _patient(row: PatientRow) -> Change:
    return Change("patient", row.id, patient=row.id)
