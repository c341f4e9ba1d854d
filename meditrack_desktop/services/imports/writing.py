"""Carries out one batch of an import in one transaction: adds, changes or leaves each person.

Everybody is compared with whom the clinic knows by any of their identifiers; see `matching`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import imports as queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.tables.patients import PatientIdentifierRow, PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerIdentifierRow, PractitionerRow
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.imports import OnDifferent
from meditrack_desktop.domain.patients import IdentifierInput, RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.services import patient_rows, practitioners
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.imports import matching
from meditrack_desktop.services.imports.items import Command, Taken
from meditrack_desktop.services.work import Look, Work

IMPORTED = "imported"


@dataclass(slots=True)
class Outcome:
    """What came of one batch. `refused` pairs each person not taken with the reason, `known` each other one with
    the record they have here."""

    added: int = 0
    doctors_added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[Taken, str]] = field(default_factory=list)
    known: list[tuple[Taken, UUID]] = field(default_factory=list)
    kept_ours: list[tuple[Taken, tuple[str, ...]]] = field(default_factory=list)
    """Known people of whom the file says other things in these fields, which stayed as they were."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to do with each patient of a batch."""

    new: list[RegisterPatient]
    changed: list[tuple[UUID, RegisterPatient, matching.Same, list[IdentifierInput]]]


def identifiers_of(command: Command) -> list[tuple[str, str]]:
    return [(identifier.system, identifier.value) for identifier in command.identifiers]


def check(look: Look, batch: Sequence[Taken], on_different: OnDifferent = OnDifferent.KEEP_OURS) -> Outcome:
    """What would come of the batch, without writing anything."""
    outcome = Outcome()
    plan = _plan(look, batch, outcome, on_different)
    outcome.added, outcome.updated = len(plan.new), len(plan.changed)
    for taken, command, known, missing in _doctors(look, batch):
        if reason := _doctor_refused(known, command):
            outcome.refused.append((taken, reason))
            continue
        outcome.known.append((taken, known[0].id if known else command.id))
        if not known:
            outcome.doctors_added += 1
        elif missing or any(_lacking(known[0], command)):
            outcome.updated += 1
        else:
            outcome.unchanged += 1
    return outcome


def write_patients(
    work: Work,
    batch: Sequence[Taken],
    clinic: ClinicProfile,
    tick: Callable[[], None],
    on_different: OnDifferent = OnDifferent.KEEP_OURS,
) -> Outcome:
    """Take a batch of patients. Conflict if another desk took one of them meanwhile: do the batch again.

    `tick` is called for each person; what it raises undoes the batch.
    """
    outcome = Outcome()
    plan = _plan(work, batch, outcome, on_different)
    _add(work, plan.new, clinic, tick)
    _change(work, plan, clinic, tick)
    outcome.added = len(plan.new)
    outcome.updated = len(plan.changed)
    return outcome


def _plan(work: Work | Look, batch: Sequence[Taken], outcome: Outcome, on_different: OnDifferent) -> _Plan:
    people = [(taken, taken.command) for taken in batch if isinstance(taken.command, RegisterPatient)]
    asked = [pair for _, command in people for pair in identifiers_of(command)]
    owners = queries.patients_known_by(work.session, asked)
    rows = queries.patients(work.session, set(owners.values()))
    plan = _Plan([], [])
    for taken, command in people:
        known = {owners[pair] for pair in identifiers_of(command) if pair in owners}
        if not known:
            plan.new.append(command)
            outcome.known.append((taken, command.id))
            continue
        if len(known) > 1:
            outcome.refused.append((taken, matching.SEVERAL_PEOPLE))
            continue
        patient_id = known.pop()
        verdict = matching.compare(patient_queries.record(rows[patient_id]), command, on_different)
        missing = [one for one in command.identifiers if (one.system, one.value) not in owners]
        if isinstance(verdict, str):
            outcome.refused.append((taken, verdict))
        elif verdict.details is None and not missing:
            outcome.unchanged += 1
        elif rows[patient_id].archived_at is not None:
            outcome.refused.append((taken, matching.ARCHIVED))
        elif rows[patient_id].restricted_at is not None:
            outcome.refused.append((taken, matching.RESTRICTED))
        else:
            plan.changed.append((patient_id, command, verdict, missing))
        if not outcome.refused or outcome.refused[-1][0] is not taken:
            outcome.known.append((taken, patient_id))
            if isinstance(verdict, matching.Same) and verdict.kept:
                outcome.kept_ours.append((taken, verdict.kept))
    return plan


def _add(
    work: Work, commands: Sequence[RegisterPatient], clinic: ClinicProfile, tick: Callable[[], None]
) -> None:
    if not commands:
        return
    numbers = patient_queries.give_record_numbers(work.session, len(commands))
    people: list[patient_queries.NewPatient] = []
    for command, mrn in zip(commands, numbers, strict=True):
        tick()
        people.append(
            patient_rows.new_patient(
                command, mrn=mrn, now=work.now, by=work.actor.account_id, region=clinic.region
            )
        )
    patient_queries.insert_many(work.session, people, tick)
    for command in commands:
        line = Line("patient.registered", "patient", command.id, command.id, IMPORTED)
        work.noted(line, Change("patient", command.id, patient=command.id))


def _change(work: Work, plan: _Plan, clinic: ClinicProfile, tick: Callable[[], None]) -> None:
    rows = patient_queries.several_for_change(work.session, [patient_id for patient_id, *_ in plan.changed])
    for patient_id, _, verdict, missing in plan.changed:
        tick()
        row = rows[patient_id]
        fields = patient_rows.apply(row, verdict.details, clinic.region) if verdict.details else ()
        row.identifiers.extend(
            PatientIdentifierRow(id=new_id(), system=one.system, value=one.value) for one in missing
        )
        if not set(fields) - {"phones"}:
            next_version(row)
        _report(work, row, [*("phones" for name in fields if name == "phones"), *_if(missing)])


def _report(work: Work, row: PatientRow, parts: Iterable[str]) -> None:
    detail = ",".join([*parts, IMPORTED])
    work.changed(
        row, "patient.edited", Change("patient", row.id, patient=row.id), patient_id=row.id, detail=detail
    )


def _if(missing: Sequence[IdentifierInput]) -> list[str]:
    return ["identifiers"] if missing else []


def write_doctors(work: Work, batch: Sequence[Taken]) -> Outcome:
    """Take a batch of doctors; a known one only gets a specialty, room or identifier they lacked."""
    outcome = Outcome()
    for taken, command, known, missing in _doctors(work, batch):
        reason = _doctor_refused(known, command)
        if not reason:
            outcome.known.append((taken, known[0].id if known else command.id))
        if reason:
            outcome.refused.append((taken, reason))
        elif not known:
            practitioners.added(work, command)
            outcome.doctors_added += 1
        elif _complete(known[0], command, missing):
            work.changed(
                known[0],
                "practitioner.edited",
                Change("practitioner", known[0].id, doctor=known[0].id),
                detail=",".join([*_if(missing), IMPORTED]),
            )
            outcome.updated += 1
        else:
            outcome.unchanged += 1
    return outcome


_Doctor = tuple[Taken, AddPractitioner, list[PractitionerRow], list[IdentifierInput]]


def _doctors(work: Work | Look, batch: Sequence[Taken]) -> list[_Doctor]:
    people = [(taken, taken.command) for taken in batch if isinstance(taken.command, AddPractitioner)]
    asked = [pair for _, command in people for pair in identifiers_of(command)]
    owners = queries.practitioners_known_by(work.session, asked)
    rows = queries.practitioners(work.session, set(owners.values()))
    found: list[_Doctor] = []
    for taken, command in people:
        known = dict.fromkeys(owners[pair] for pair in identifiers_of(command) if pair in owners)
        missing = [one for one in command.identifiers if (one.system, one.value) not in owners]
        found.append((taken, command, [rows[practitioner_id] for practitioner_id in known], missing))
    return found


def _doctor_refused(known: Sequence[PractitionerRow], command: Command) -> str:
    if len(known) > 1:
        return matching.SEVERAL_PEOPLE
    if not known or not isinstance(command, AddPractitioner):
        return ""
    same = matching.same_doctor(practitioner_queries.record(known[0]), command)
    return "" if same else matching.OTHER_DOCTOR


def _lacking(row: PractitionerRow, command: AddPractitioner) -> Iterable[tuple[str, str]]:
    for name, value in (("specialty", command.specialty), ("room", command.room)):
        if value and not getattr(row, name):
            yield name, value


def _complete(row: PractitionerRow, command: AddPractitioner, missing: Sequence[IdentifierInput]) -> bool:
    """Fill what the record lacks; whether that changed anything."""
    filled = False
    for name, value in _lacking(row, command):
        setattr(row, name, value)
        filled = True
    row.identifiers.extend(
        PractitionerIdentifierRow(id=new_id(), system=one.system, value=one.value) for one in missing
    )
    if missing and not filled:
        next_version(row)
    return filled or bool(missing)
