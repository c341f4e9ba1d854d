"""Allergies: everybody who meets a patient sees them; what the desk takes down stays unconfirmed."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import allergies as queries
from meditrack_desktop.database.queries import care_relation
from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.tables.chart import AllergyRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import (
    Allergy,
    AllergyDetails,
    AllergyList,
    EditAllergy,
    RecordAllergy,
    SayNoneKnown,
    Severity,
    stands_in_band,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.chart import writing
from meditrack_desktop.services.work import Work, Works


class Allergies:
    """Nothing is deleted: what was wrong is marked refuted or entered-in-error."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_patient(self, actor: Actor, patient_id: UUID) -> AllergyList:
        """A patient's allergies, the warning ones first, the worst of them first. NotFound."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            patient_queries.patient(look.session, patient_id)
            look.listed("allergy", patient_id, owner=patient_id)
            return queries.of_patient(look.session, patient_id)

    def record(self, actor: Actor, command: RecordAllergy) -> Allergy:
        """Take an allergy down; "none known" is withdrawn by it. Sent twice, it adds one.

        It is kept `unconfirmed` unless the actor may write in this patient's chart. NotFound; Conflict
        PATIENT_ARCHIVED, PATIENT_MERGED or PATIENT_RESTRICTED; Invalid `onset`; ChangedMeanwhile if the id is
        another entry's.
        """
        with self.work(actor, Permission.RECORD_ALLERGY) as work:
            writing.hold_open(work, command.patient_id)
            if before := entries.find(work.session, AllergyRow, command.id):
                if before.patient_id != command.patient_id:
                    raise ChangedMeanwhile()
                work.noted(Line("allergy.added", "allergy", before.id, before.patient_id, "repeated"))
                return queries.record_of(work.session, before)
            writing.refuse_future(writing.clinic_today(work), onset=command.onset)
            columns = _columns(command)
            if not _may_confirm(work, command.patient_id):
                columns["verification"] = Verification.UNCONFIRMED
            row = AllergyRow(
                id=command.id,
                patient_id=command.patient_id,
                created_at=work.now,
                created_by=actor.account_id,
                **columns,
            )
            work.added(row, "allergy.added", *_changes(row), patient_id=row.patient_id)
            work.flush()
            if stands_in_band(row.status, row.verification):
                queries.say_none_known(work.session, row.patient_id, None, None)
            return queries.record_of(work.session, row)

    def edit(self, actor: Actor, command: EditAllergy) -> Allergy:
        """Change what it says.

        To confirm or refute one, to change one that was, and to take a warning away that somebody else took
        down, make it weaker or one of something else, the actor must be one who may write in this chart:
        NotAllowed NOT_PERMITTED or NOT_IN_CARE.
        NotFound CHART_ENTRY_NOT_FOUND; ChangedMeanwhile; else as `record`.
        """
        with self.work(actor, Permission.RECORD_ALLERGY) as work:
            found = entries.find(work.session, AllergyRow, command.id)
            if found is None:
                raise NotFound(ErrorCode.CHART_ENTRY_NOT_FOUND)
            writing.hold_open(work, found.patient_id)
            row = entries.row(work.session, AllergyRow, command.id, command.version)
            if _needs_a_doctor(row, command, actor):
                work.require(Permission.WRITE_CHART)
                writing.check_care(work, row.patient_id)
            writing.refuse_future(writing.clinic_today(work), onset=command.onset)
            for name, value in _columns(command).items():
                setattr(row, name, value)
            warns = stands_in_band(row.status, row.verification)
            work.changed(row, "allergy.edited", *_changes(row), patient_id=row.patient_id)
            work.flush()
            if warns:
                queries.say_none_known(work.session, row.patient_id, None, None)
            return queries.record_of(work.session, row)

    def say_none_known(self, actor: Actor, command: SayNoneKnown) -> AllergyList:
        """Keep that the patient was asked and knows of none. Conflict ALLERGY_WARNS while one stands; as `record`."""
        with self.work(actor, Permission.RECORD_ALLERGY) as work:
            writing.hold_open(work, command.patient_id)
            if queries.warns(work.session, command.patient_id):
                raise Conflict(ErrorCode.ALLERGY_WARNS)
            queries.say_none_known(work.session, command.patient_id, work.now, actor.account_id)
            work.noted(
                Line("allergy.none_known", "allergy", command.patient_id, command.patient_id),
                Change("patient", command.patient_id, patient=command.patient_id),
                Change("chart", command.patient_id, patient=command.patient_id),
            )
            return queries.of_patient(work.session, command.patient_id)


def _may_confirm(work: Work, patient_id: UUID) -> bool:
    roles = care_relation.roles_holding(work.session, work.actor.account_id, Permission.WRITE_CHART)
    return bool(roles) and reading_rule.may_read_chart(work, patient_id)


def _needs_a_doctor(row: AllergyRow, command: EditAllergy, actor: Actor) -> bool:
    if Verification.UNCONFIRMED is not row.verification:
        return True
    if command.verification in (Verification.CONFIRMED, Verification.REFUTED):
        return True
    weaker = row.severity is not Severity.UNKNOWN and command.severity.rank < row.severity.rank
    other = command.substance.casefold() != row.substance.casefold()
    goes = not stands_in_band(command.status, command.verification)
    return (goes or other or weaker) and row.created_by != actor.account_id


def _changes(row: AllergyRow) -> tuple[Change, Change]:
    """Windows that show the band ask again for the patient, charts for the entry."""
    return (
        writing.changed(row.patient_id, row.id),
        Change("patient", row.patient_id, patient=row.patient_id),
    )


def _columns(details: AllergyDetails) -> dict[str, object]:
    return {
        "substance": details.substance,
        "system": details.system,
        "code": details.code,
        "category": details.category,
        "severity": details.severity,
        "reaction": details.reaction,
        "status": details.status,
        "verification": details.verification,
        "onset": entries.iso(details.onset),
        "note": details.note,
    }
