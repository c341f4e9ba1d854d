"""Callers first, records later: what a name and a phone become, and how such a record is given up."""

from __future__ import annotations

from meditrack_desktop.database.queries import patient_history
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.audit import Step, told
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, invalid_fields
from meditrack_desktop.domain.names import split_name
from meditrack_desktop.domain.patients import DiscardPatient, RegisterPatient, TakeDownPatient
from meditrack_desktop.domain.scheduling import AppointmentStatus, CancelledBy
from meditrack_desktop.services import patient_rows
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Work

ENDED = "provisional record ended"
"""What a visit that was cancelled with its record says; the words typed stand with the record."""


def as_registration(command: TakeDownPatient) -> RegisterPatient:
    """The command that registers the same person. Invalid with the field `name` if nothing of it is a name."""
    given, family = split_name(command.name)
    if not given and not family:
        raise invalid_fields(name=FieldProblem.REQUIRED)
    if len(given) > 200 or len(family) > 200:
        raise invalid_fields(name=FieldProblem.TOO_LONG)
    phones = (command.phone,) if command.phone is not None else ()
    return RegisterPatient(id=command.id, given=given, family=family, phones=phones)


def refuse_complete(row: PatientRow) -> None:
    """Conflict PATIENT_NOT_PROVISIONAL for a record that is whole already."""
    if not row.provisional:
        raise Conflict(ErrorCode.PATIENT_NOT_PROVISIONAL)


def discard(work: Work, row: PatientRow, command: DiscardPatient) -> None:
    """Archive the record; its open visits go to whom the caller turned out to be, or are cancelled.

    Conflict PATIENT_HAS_HISTORY if something is on the record that would be missed, or its patient is here
    and nobody said who they are.
    """
    patient_history.hold(work.session, row.id, *([command.known_as] if command.known_as else []))
    if patient_history.is_missed(work.session, row.id):
        raise Conflict(ErrorCode.PATIENT_HAS_HISTORY)
    if command.known_as is None and patient_history.is_here(work.session, row.id):
        raise Conflict(ErrorCode.PATIENT_HAS_HISTORY)
    known = None
    if command.known_as is not None:
        if command.known_as == row.id:
            raise invalid_fields(known_as=FieldProblem.UNKNOWN)
        known = open_record(work.session, command.known_as)
    for visit in patient_history.open_visits(work.session, row.id):
        if known is None:
            _cancel(work, visit)
        else:
            _hand_over(work, visit, known)
    patient_rows.archive(row, work.now, command.reason)


def _cancel(work: Work, visit: AppointmentRow) -> None:
    before, visit.status = visit.status, AppointmentStatus.CANCELLED
    visit.cancelled_by, visit.cancel_reason = CancelledBy.CLINIC, ENDED
    work.changed(
        visit,
        "appointment.cancelled",
        _change(visit),
        patient_id=visit.patient_id,
        detail=told(
            Step("status", before.value, visit.status.value), Step("by", "", CancelledBy.CLINIC.value)
        ),
    )


def _hand_over(work: Work, visit: AppointmentRow, known: PatientRow) -> None:
    was = _change(visit)
    visit.patient_id = known.id
    work.changed(visit, "appointment.handed_over", was, _change(visit), patient_id=known.id)


def _change(visit: AppointmentRow) -> Change:
    return Change("appointment", visit.id, visit.practitioner_id, visit.wall_start.date(), visit.patient_id)
