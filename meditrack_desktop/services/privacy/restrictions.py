"""Restricting a record, and holding one that must not be erased."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import purges as purge_queries
from meditrack_desktop.database.queries import retention
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.privacy import (
    PrivacyStanding,
    RestrictPatient,
    RetentionDue,
    years_later,
)
from meditrack_desktop.services.work import Work, Works


class Restrictions:
    """A restricted record is read and not changed (GDPR 18); a held one is not erased."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def standing(self, actor: Actor, patient_id: UUID) -> PrivacyStanding:
        """Whether the record is restricted, held or to be erased, and until when it is kept. NotFound."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.viewed("patient_standing", patient_id, patient_id)
            return _standing(look.session, patient_queries.patient(look.session, patient_id))

    def due(self, actor: Actor) -> tuple[RetentionDue, ...]:
        """Patients nothing has happened with for the clinic's years, the longest gone first; 500 at most."""
        with self.work.looking(actor, Permission.PURGE_PATIENT) as look:
            look.listed("patient_retention")
            years = settings_queries.read(look.session).retention_years
            return retention.due(look.session, look.now, years)

    def restrict(self, actor: Actor, command: RestrictPatient) -> PrivacyStanding:
        """Let the record be read but no longer changed or booked for. NotFound. Restricted already: new reason."""

        def change(row: PatientRow, work: Work) -> None:
            row.restricted_at = row.restricted_at or work.now
            row.restrict_reason = command.reason

        with self.work(actor, Permission.RESTRICT_PATIENT) as work:
            return _changed(work, command.patient_id, "patient.restricted", change)

    def lift(self, actor: Actor, patient_id: UUID) -> PrivacyStanding:
        """Let the record be changed again. NotFound; Conflict PATIENT_RESTRICTED while it is being erased."""

        def change(row: PatientRow, work: Work) -> None:
            request = purge_queries.open_for(work.session, patient_id)
            if request is not None and request.interrupted:
                raise Conflict(ErrorCode.PATIENT_RESTRICTED)
            row.restricted_at, row.restrict_reason = None, ""

        with self.work(actor, Permission.RESTRICT_PATIENT) as work:
            return _changed(work, patient_id, "patient.restriction_lifted", change)

    def hold(self, actor: Actor, command: RestrictPatient) -> PrivacyStanding:
        """Keep the record from being erased, for a reason. NotFound; Conflict while it is being erased."""

        def change(row: PatientRow, work: Work) -> None:
            request = purge_queries.open_for(work.session, command.patient_id)
            if request is not None and request.interrupted:
                raise Conflict(ErrorCode.PATIENT_RESTRICTED)
            row.legal_hold = command.reason

        with self.work(actor, Permission.RESTRICT_PATIENT) as work:
            return _changed(work, command.patient_id, "patient.held", change)

    def release(self, actor: Actor, patient_id: UUID) -> PrivacyStanding:
        """End a legal hold. NotFound."""

        def change(row: PatientRow, work: Work) -> None:
            row.legal_hold = ""

        with self.work(actor, Permission.RESTRICT_PATIENT) as work:
            return _changed(work, patient_id, "patient.hold_lifted", change)


def _changed(
    work: Work, patient_id: UUID, action: str, change: Callable[[PatientRow, Work], None]
) -> PrivacyStanding:
    # Held: a request to erase that is being approved at another desk waits, or is waited for.
    purge_queries.held_patient(work.session, patient_id)
    row = patient_queries.patient(work.session, patient_id)
    change(row, work)
    work.changed(row, action, Change("patient", row.id, patient=row.id), patient_id=row.id)
    work.flush()
    return _standing(work.session, row)


def _standing(session: ReadSession, row: PatientRow) -> PrivacyStanding:
    contact = retention.last_contact(session, row.id) or row.created_at
    return PrivacyStanding(
        patient_id=row.id,
        restricted_at=row.restricted_at,
        restrict_reason=row.restrict_reason,
        legal_hold=row.legal_hold,
        last_contact=contact,
        keep_until=years_later(contact, settings_queries.read(session).retention_years),
        purge=purge_queries.open_for(session, row.id),
    )
