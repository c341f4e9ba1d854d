"""Row for row: what erasing leaves of one person, of the records merged into theirs, and of everybody else."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import String, Text
from sqlalchemy.types import TypeDecorator

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.types import Code
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.patient_merges import MergePatients, PatientMerge, UndoMerge
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge, RestrictPatient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient
from tests.makers.whole_records import hang_on, tables_of_patients
from tests.services.doors import person

LEFT = frozenset(
    {
        "patient",
        "appointment",
        "disclosure",
        "access_grant",
        "emergency_access",
        "purge_request",
        "patient_merge",
    }
)
"""Tables that keep a row of somebody who was erased; it says nothing of them."""
KEPT_TEXT = frozenset(
    {
        ("appointment", "zone"),
        ("disclosure", "workstation"),
        ("purge_request", "reason"),
        ("patient", "mrn"),
        ("patient", "country"),
    }
)
"""Text that tells of no person: the desk, the zone, why the clinic erased, and "erased" with the record's id."""
ELSEWHERE = frozenset({"audit", "audit_chain", "counter", "session"})

Dump = dict[str, list[dict[str, Any]]]


def dump(clinic: Clinic) -> Dump:
    with clinic.work.database.reading() as session:
        return {
            name: sorted((dict(row) for row in session.execute(table.select()).mappings()), key=repr)
            for name, table in Base.metadata.tables.items()
            if name not in ELSEWHERE
        }


def names(row: dict[str, Any], table: str, people: set[UUID]) -> bool:
    """Whether the row is one of these people's own."""
    if table == "patient":
        return row["id"] in people
    columns = ("patient_id", "kept_id", "gone_id", "first_id", "second_id")
    return any(row.get(column) in people for column in columns)


def texts(table: str, row: dict[str, Any]) -> dict[str, str]:
    """What stands in the row's text columns, codes apart."""
    found = {}
    for column in Base.metadata.tables[table].columns:
        kind = column.type
        plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
        if isinstance(plain, String | Text) and not isinstance(kind, Code) and row[column.name]:
            found[column.name] = row[column.name]
    return found


def merge(clinic: Clinic, admin: Actor, kept: UUID, gone: UUID) -> PatientMerge:
    versions = [clinic.patients.get(admin, each).version for each in (kept, gone)]
    return clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=kept,
            kept_version=versions[0],
            gone_id=gone,
            gone_version=versions[1],
            reason="one person",
        ),
    )


@pytest.mark.parametrize("seed", range(3))
def test_of_one_person_nothing_and_of_all_others_everything(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)
    for number in range(2):
        clinic.practitioners.add(admin, a_doctor(f"Modelo {number}"))
    asked, gone, first_gone, twin, stranger = (
        clinic.patients.register(
            reception,
            a_patient(
                f"Kanarienvogel{number}", "Zitronella", f"07400 12345{number}", birth_date="1971-03-04"
            ),
        ).id
        for number in range(5)
    )
    everybody = (asked, gone, first_gone, twin, stranger)
    with clinic.work.database.writing() as session:
        written = {each: hang_on(session, each, chance, everybody) for each in everybody}
    assert all(count >= len(tables_of_patients()) / 2 for count in written.values())
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    merge(clinic, admin, gone, first_gone)
    merge(clinic, admin, asked, gone)
    taken_back = merge(clinic, admin, asked, twin)
    clock.advance(timedelta(minutes=5))
    clinic.patient_merges.undo(admin, UndoMerge(id=taken_back.id, version=taken_back.version))
    erased, others = {asked, gone, first_gone}, {twin, stranger}
    before = dump(clinic)
    for table in tables_of_patients():
        assert any(names(row, table.name, erased) for row in before[table.name]), f"{table.name} is not tried"

    with pytest.raises(Conflict) as caught:
        clinic.purges.ask(second, AskForPurge(patient_id=gone, reason="half a person", overrule=True))
    assert caught.value.code is ErrorCode.PATIENT_MERGED
    command = AskForPurge(patient_id=asked, reason="the patient insists", overrule=True)
    request = clinic.purges.ask(second, command)
    clinic.purges.approve(admin, AnswerPurge(id=request.id, version=request.version))

    after = dump(clinic)
    for name, rows in after.items():
        for row in rows:
            if names(row, name, erased):
                assert name in LEFT, name
                told = {column for column in texts(name, row) if (name, column) not in KEPT_TEXT}
                assert not told, (name, told)
        assert not any(
            str(each) in repr(rows) and name not in LEFT | {"recent_patient"} for each in erased
        ), name
    assert all(not row["snapshot"] for row in after["patient_merge"])
    for name, rows in before.items():
        if name in ("patient_merge", "patient_twin"):
            continue
        own = [row for row in rows if names(row, name, others)]
        now = [row for row in after[name] if names(row, name, others)]
        if name == "related_person":
            # That an erased person was a contact's own record is forgotten; what was typed of them stays.
            own, now = _unlinked(own, erased), _unlinked(now, erased)
        assert now == own, f"{name} of somebody else changed"


def _unlinked(rows: list[dict[str, Any]], erased: set[UUID]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        linked = None if row["linked_patient_id"] in erased else row["linked_patient_id"]
        found.append({**row, "linked_patient_id": linked, "version": 0})
    return found


def test_a_hold_on_a_merged_record_holds_the_person(clinic: Clinic, admin: Actor, reception: Actor) -> None:
    kept = clinic.patients.register(reception, a_patient("Beispiel", "Greta")).id
    gone = clinic.patients.register(reception, a_patient("Beispiel", "Gretl")).id
    clinic.restrictions.hold(admin, RestrictPatient(patient_id=gone, reason="a court asked for it"))
    merge(clinic, admin, kept, gone)
    with pytest.raises(Conflict) as caught:
        clinic.purges.ask(admin, AskForPurge(patient_id=kept, reason="the patient insists", overrule=True))
    assert caught.value.code is ErrorCode.LEGAL_HOLD
