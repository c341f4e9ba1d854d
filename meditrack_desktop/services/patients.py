"""Patients: finding, registering, editing, archiving and bringing back."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import (
    patient_favourites,
    patient_search,
    patient_suggestions,
    patient_terms,
)
from meditrack_desktop.database.queries import patients as queries
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import today
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    CompletePatient,
    DiscardPatient,
    EditPatient,
    FindPatients,
    Patient,
    PatientAnchors,
    PatientLine,
    PatientPage,
    RegisterPatient,
    RestorePatient,
    TakeDownPatient,
    VerifyPatient,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.suggestions import Suggestion, SuggestPatients
from meditrack_desktop.services import patient_rows, provisional_patients, twin_finding
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.favourite_patients import FavouritePatients
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Work, Works


class Patients:
    """Nobody is ever deleted: archived patients leave lists and searches, stay readable and can come back."""

    def __init__(self, work: Works) -> None:
        self.work = work
        self._favourites = FavouritePatients(work)

    def find(self, actor: Actor, command: FindPatients) -> PatientPage:
        """Patients matching every scrap of the text; everybody if it is empty."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("patient")
            clinic = clinic_queries.profile(look.session)
            return patient_search.find(look.session, command, clinic.region, look.now, actor.account_id)

    def anchors(self, actor: Actor, command: FindPatients) -> PatientAnchors:
        """Where the pages of a long list begin, and how many patients are in it. See `PatientAnchors`."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("patient")
            clinic = clinic_queries.profile(look.session)
            return patient_search.anchors(look.session, command, clinic.region, look.now, actor.account_id)

    def suggest(self, actor: Actor, command: SuggestPatients) -> tuple[Suggestion, ...]:
        """The few who fit best what was typed so far: today's visits first, then charts opened lately.

        Names nearly spelled so are suggested only where hardly anybody else is. Nothing typed: the charts this
        account opened last.
        """
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("patient")
            clinic = clinic_queries.profile(look.session)
            return patient_suggestions.suggest(
                look.session, command, clinic.region, self._favourites.of(look, clinic.tz)
            )

    def opened(self, actor: Actor, patient_id: UUID) -> None:
        """The actor opened this chart: it ranks first in what they search next. NotFound."""
        with self.work(actor, Permission.VIEW_PATIENTS) as work:
            queries.patient(work.session, patient_id)
            patient_favourites.remember(work.session, actor.account_id, patient_id, work.now)
            work.noted(Line("patient.opened", "patient", patient_id, patient_id))
        self._favourites.forget()

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
        """A new patient. Conflict RECORD_NUMBER_TAKEN; Invalid `birth_date`. Sent twice, it adds one.

        ChangedMeanwhile if its id is that of somebody with another name or birth date.
        """
        with self.work(actor, Permission.REGISTER_PATIENT) as work:
            return self._register(work, command)

    def take_down(self, actor: Actor, command: TakeDownPatient) -> Patient:
        """A caller's name and phone as a provisional record. Invalid `name`. As `register`."""
        with self.work(actor, Permission.REGISTER_PATIENT) as work:
            return self._register(work, provisional_patients.as_registration(command), provisional=True)

    def edit(self, actor: Actor, command: EditPatient) -> Patient:
        """All details at once. A provisional record stays so.

        NotFound, ChangedMeanwhile, Conflict PATIENT_ARCHIVED or PATIENT_MERGED, Invalid `birth_date`.
        """
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = open_record(work.session, command.id, command.version)
            return self._rewrite(work, row, command, "patient.edited")

    def complete(self, actor: Actor, command: CompletePatient) -> Patient:
        """All details of a provisional patient: the record is whole from now on.

        Errors as `edit`; Conflict PATIENT_NOT_PROVISIONAL if it is whole already.
        """
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = open_record(work.session, command.id, command.version)
            provisional_patients.refuse_complete(row)
            row.provisional = False
            return self._rewrite(work, row, command, "patient.completed")

    def discard(self, actor: Actor, command: DiscardPatient) -> Patient:
        """Give up a provisional record: it is archived, an administrator can bring it back.

        Its open visits are cancelled, or become those of `known_as`. Errors as `complete`, of both patients;
        Conflict PATIENT_HAS_HISTORY if anything else is on the record, or if its patient has arrived and
        `known_as` does not say who they are.
        """
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = open_record(work.session, command.id, command.version)
            provisional_patients.refuse_complete(row)
            provisional_patients.discard(work, row, command)
            return self._changed(work, row, "patient.discarded")

    def verify(self, actor: Actor, command: VerifyPatient) -> Patient:
        """Stamp that somebody went through the details with the patient, and when.

        NotFound, ChangedMeanwhile, Conflict PATIENT_ARCHIVED or PATIENT_MERGED.
        """
        with self.work(actor, Permission.EDIT_PATIENT) as work:
            row = open_record(work.session, command.id, command.version)
            row.verified_at, row.verified_by = work.now, actor.account_id
            return self._changed(work, row, "patient.verified")

    def archive(self, actor: Actor, command: ArchivePatient) -> Patient:
        """Take a patient out of lists. NotFound, ChangedMeanwhile; Conflict PATIENT_ARCHIVED if it is."""
        with self.work(actor, Permission.ARCHIVE_PATIENT) as work:
            row = open_record(work.session, command.id, command.version)
            patient_rows.archive(row, work.now, command.reason)
            return self._changed(work, row, "patient.archived")

    def restore(self, actor: Actor, command: RestorePatient) -> Patient:
        """Bring an archived patient back; one who was not archived stays as they are.

        NotFound, ChangedMeanwhile; Conflict PATIENT_MERGED: a merge is taken back as a whole.
        """
        with self.work(actor, Permission.ARCHIVE_PATIENT) as work:
            row = queries.patient(work.session, command.id, command.version)
            if row.merged_into is not None:
                raise Conflict(ErrorCode.PATIENT_MERGED)
            if row.archived_at is not None:
                patient_rows.restore(row)
            return self._changed(work, row, "patient.restored")

    def _register(self, work: Work, command: RegisterPatient, *, provisional: bool = False) -> Patient:
        if existing := queries.find(work.session, command.id):
            born = command.birth_date.iso() if command.birth_date else None
            if (existing.family, existing.given, existing.birth_date) != (
                command.family,
                command.given,
                born,
            ):
                raise ChangedMeanwhile()  # one id, two people: nobody is given somebody else's record
            work.noted(Line("patient.registered", "patient", command.id, command.id, "repeated"))
            return queries.record(existing)
        clinic = clinic_queries.profile(work.session)
        patient_rows.check_birth_date(command.birth_date, today(self.work.clock, clinic.tz))
        mrn = command.mrn or queries.give_record_numbers(work.session, 1)[0]
        row = patient_rows.new_row(
            command,
            mrn=mrn,
            now=work.now,
            by=work.actor.account_id,
            region=clinic.region,
            provisional=provisional,
        )
        detail = "provisional" if provisional else ""
        work.added(row, "patient.registered", _change(row), patient_id=row.id, detail=detail)
        work.flush()
        patient_terms.add_terms(work.session, row)
        twin_finding.look_again(work, row.id)
        return queries.record(row)

    def _rewrite(self, work: Work, row: PatientRow, command: EditPatient, action: str) -> Patient:
        clinic = clinic_queries.profile(work.session)
        patient_rows.check_birth_date(command.birth_date, today(self.work.clock, clinic.tz))
        changed = patient_rows.apply(row, command, clinic.region)
        if "phones" in changed:
            next_version(row)
        edited = self._changed(work, row, action, "phones" if "phones" in changed else "")
        twin_finding.look_again(work, row.id)
        return edited

    @staticmethod
    def _changed(work: Work, row: PatientRow, action: str, detail: str = "") -> Patient:
        work.changed(row, action, _change(row), patient_id=row.id, detail=detail)
        work.flush()
        return queries.record(row)


def _change(row: PatientRow) -> Change:
    return Change("patient", row.id, patient=row.id)
