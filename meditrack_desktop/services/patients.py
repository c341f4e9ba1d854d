"""Patients: finding, registering, editing, archiving and bringing back."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import patient_search
from meditrack_desktop.database.queries import patients as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import today
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    EditPatient,
    FindPatients,
    Patient,
    PatientLine,
    PatientPage,
    RegisterPatient,
    RestorePatient,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import patient_rows
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Works


class Patients:
    """Nobody is ever deleted: archived patients leave lists and searches, stay readable and can come back."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def find(self, actor: Actor, command: FindPatients) -> PatientPage:
        """Patients matching every scrap of the text; everybody if it is empty."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("patient")
            clinic = clinic_queries.profile(look.session)
            return patient_search.find(look.session, command, clinic.region, look.now)

    def get(self, actor: Actor, patient_id: UUID) -> Patient:
        """One patient, archived or not. NotFound."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            row = queries.patient(look.session, patient_id)
            look.viewed("patient", patient_id, patient_id)
            return queries.record(row)

    def same_name(self, actor: Actor, patient_id: UUID) -> tuple[PatientLine, ...]:
        """Others in the lists whose name reads the same: whom this patient can be mistaken for. NotFound."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            row = queries.patient(look.session, patient_id)
            look.viewed("patient", patient_id, patient_id)
            return patient_search.same_name(look.session, row, look.now)

    def register(self, actor: Actor, command: RegisterPatient) -> Patient:
        """A new patient. Conflict RECORD_NUMBER_TAKEN; Invalid `birth_date`. Sent twice, it adds one."""
        with self.work(actor, Permission.REGISTER_PATIENT) as work:
            if existing := queries.find(work.session, command.id):
                work.noted(Line("patient.registered", "patient", command.id, command.id, "repeated"))
                return queries.record(existing)
            clinic = clinic_queries.profile(work.session)
            patient_rows.check_birth_date(command.birth_date, today(self.work.clock, clinic.tz))
            mrn = command.mrn or queries.give_record_numbers(work.session, 1)[0]
            row = patient_rows.new_row(
                command, mrn=mrn, now=work.now, by=actor.account_id, region=clinic.region
            )
            work.added(
                row, "patient.registered", Change("patient", row.id, patient=row.id), patient_id=row.id
            )
            work.flush()
            queries.add_terms(work.session, row)
            return queries.record(row)

    def edit(self, actor: Actor, command: EditPatient) -> Patient:
        """All details at once. NotFound, ChangedMeanwhile, Conflict PATIENT_ARCHIVED, Invalid `birth_date`."""
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = queries.patient(work.session, command.id, command.version)
            if row.archived_at is not None:
                raise Conflict(ErrorCode.PATIENT_ARCHIVED)
            clinic = clinic_queries.profile(work.session)
            patient_rows.check_birth_date(command.birth_date, today(self.work.clock, clinic.tz))
            changed = patient_rows.apply(row, command, clinic.region)
            if "phones" in changed:
                next_version(row)
            work.changed(
                row,
                "patient.edited",
                Change("patient", row.id, patient=row.id),
                patient_id=row.id,
                detail="phones" if "phones" in changed else "",
            )
            work.flush()
            return queries.record(row)

    def archive(self, actor: Actor, command: ArchivePatient) -> Patient:
        """Take a patient out of lists. NotFound, ChangedMeanwhile; Conflict PATIENT_ARCHIVED if it is."""
        with self.work(actor, Permission.ARCHIVE_PATIENT) as work:
            row = queries.patient(work.session, command.id, command.version)
            if row.archived_at is not None:
                raise Conflict(ErrorCode.PATIENT_ARCHIVED)
            patient_rows.archive(row, work.now, command.reason)
            work.changed(
                row, "patient.archived", Change("patient", row.id, patient=row.id), patient_id=row.id
            )
            work.flush()
            return queries.record(row)

    def restore(self, actor: Actor, command: RestorePatient) -> Patient:
        """Bring an archived patient back; one who was not archived stays as they are. NotFound, ChangedMeanwhile."""
        with self.work(actor, Permission.ARCHIVE_PATIENT) as work:
            row = queries.patient(work.session, command.id, command.version)
            if row.archived_at is not None:
                patient_rows.restore(row)
            work.changed(
                row, "patient.restored", Change("patient", row.id, patient=row.id), patient_id=row.id
            )
            work.flush()
            return queries.record(row)
