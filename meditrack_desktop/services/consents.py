"""What patients agreed to or refused: answers are added, none is ever changed."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import consents as queries
from meditrack_desktop.database.queries import documents as document_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.tables.around_patients import ConsentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import today
from meditrack_desktop.domain.consents import Consent, RecordConsent
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ErrorCode,
    FieldProblem,
    NotFound,
    invalid_fields,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Work, Works


class Consents:
    """`domain.consents.counting` says which answer of each kind counts."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_patient(self, actor: Actor, patient_id: UUID) -> tuple[Consent, ...]:
        """Every answer, the newest first. NotFound PATIENT_NOT_FOUND."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            patient_queries.patient(look.session, patient_id)
            look.listed("consent", patient_id, owner=patient_id)
            return queries.of_patient(look.session, patient_id)

    def record(self, actor: Actor, command: RecordConsent) -> Consent:
        """Write down an answer. Sent twice with one id, it is written once.

        NotFound for the patient, or for a document that is not this patient's or is in the bin; Conflict
        PATIENT_ARCHIVED or PATIENT_MERGED; Invalid `answered_on` for a day still to come.
        """
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            open_record(work.session, command.patient_id)
            if existing := queries.find(work.session, command.id):
                if existing.patient_id != command.patient_id:
                    raise ChangedMeanwhile()
                line = Line("consent.recorded", "consent", existing.id, existing.patient_id, "repeated")
                work.noted(line)
                return queries.record(work.session, existing)
            self._check(work, command)
            row = ConsentRow(
                id=command.id,
                patient_id=command.patient_id,
                kind=command.kind,
                answer=command.answer,
                answered_on=command.answered_on,
                document_id=command.document_id,
                note=command.note,
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(
                row,
                "consent.recorded",
                Change("consent", row.id, patient=row.patient_id),
                patient_id=row.patient_id,
                detail=command.kind.value,
            )
            work.flush()
            return queries.record(work.session, row)

    def _check(self, work: Work, command: RecordConsent) -> None:
        clinic = clinic_queries.profile(work.session)
        if command.answered_on > today(self.work.clock, clinic.tz):
            raise invalid_fields(answered_on=FieldProblem.IN_THE_FUTURE)
        if command.document_id is not None:
            document = document_queries.find(work.session, command.document_id)
            if (
                document is None
                or document.patient_id != command.patient_id
                or document.deleted_at is not None
            ):
                raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
