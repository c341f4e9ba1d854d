"""The people around a patient: guardians, whom to call in an emergency, family, carers."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import related_persons as queries
from meditrack_desktop.database.tables.around_patients import RelatedPersonRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ChangedMeanwhile, FieldProblem, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.phones import e164
from meditrack_desktop.domain.related_persons import (
    AddRelatedPerson,
    EditRelatedPerson,
    EndRelatedPerson,
    RelatedPerson,
    RelatedPersonDetails,
)
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Work, Works


class RelatedPersons:
    """They begin and end; nothing is deleted. One may be a patient here too: then the two are linked."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_patient(
        self, actor: Actor, patient_id: UUID, include_ended: bool = False
    ) -> tuple[RelatedPerson, ...]:
        """Guardians first, then emergency contacts, then by name; ended ones last. NotFound PATIENT_NOT_FOUND."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            patient_queries.patient(look.session, patient_id)
            look.listed("related_person", patient_id, owner=patient_id)
            return queries.of_patient(look.session, patient_id, include_ended=include_ended)

    def add(self, actor: Actor, command: AddRelatedPerson) -> RelatedPerson:
        """Add somebody to a patient's contacts. Sent twice with one id, it adds one.

        NotFound; Conflict PATIENT_ARCHIVED or PATIENT_MERGED; Invalid `linked_patient_id` for the patient
        themselves or somebody who is no patient here.
        """
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            open_record(work.session, command.patient_id)
            if existing := queries.find(work.session, command.id):
                if existing.patient_id != command.patient_id:
                    raise ChangedMeanwhile()
                line = Line(
                    "related_person.added", "related_person", existing.id, existing.patient_id, "repeated"
                )
                work.noted(line)
                return queries.record(existing)
            row = RelatedPersonRow(
                id=command.id,
                patient_id=command.patient_id,
                ended_at=None,
                created_at=work.now,
                created_by=actor.account_id,
            )
            _write(work, row, command)
            work.added(row, "related_person.added", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(row)

    def edit(self, actor: Actor, command: EditRelatedPerson) -> RelatedPerson:
        """All that is known of them at once. NotFound RELATED_PERSON_NOT_FOUND, ChangedMeanwhile; else as `add`."""
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = queries.live(work.session, command.id, command.version)
            open_record(work.session, row.patient_id)
            _write(work, row, command)
            return _changed(work, row, "related_person.edited")

    def end(self, actor: Actor, command: EndRelatedPerson) -> RelatedPerson:
        """They are no longer the patient's contact from now on. Errors as `edit`."""
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = queries.live(work.session, command.id, command.version)
            open_record(work.session, row.patient_id)
            row.ended_at = work.now
            return _changed(work, row, "related_person.ended")


def _write(work: Work, row: RelatedPersonRow, details: RelatedPersonDetails) -> None:
    linked = details.linked_patient_id
    if linked is not None and linked != row.linked_patient_id:
        patient = patient_queries.find(work.session, linked)
        gone = patient is None or patient.purged_at is not None or patient.merged_into is not None
        if gone or linked == row.patient_id:
            raise invalid_fields(linked_patient_id=FieldProblem.UNKNOWN)
    row.name, row.relationship = details.name, details.relationship
    row.guardian, row.emergency_contact = details.guardian, details.emergency_contact
    row.phone, row.email, row.note = details.phone, details.email, details.note
    row.phone_e164 = e164(details.phone, clinic_queries.profile(work.session).region)
    row.linked_patient_id = linked


def _changed(work: Work, row: RelatedPersonRow, action: str) -> RelatedPerson:
    work.changed(row, action, _change(row), patient_id=row.patient_id)
    work.flush()
    return queries.record(row)


def _change(row: RelatedPersonRow) -> Change:
    return Change("related_person", row.id, patient=row.patient_id)
