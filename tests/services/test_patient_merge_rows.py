"""Row for row: what a merge re-attaches, and that undoing it restores the database as it was."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries.patient_parts import OTHERWISE, PARTS, STAYS
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_merges import (
    MergeChoice,
    MergeField,
    MergePatients,
    PatientMerge,
    UndoMerge,
)
from meditrack_desktop.domain.patient_twins import TwinState
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import MORNING
from tests.makers.people import a_doctor, a_patient
from tests.makers.whole_records import (
    dump,
    hang_on,
    nothing_hangs_on,
    tables_of_patients,
    without_versions,
)


def test_every_table_that_names_a_patient_is_known_to_merging() -> None:
    naming = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "patient"
    }
    assert naming <= set(PARTS) | STAYS | OTHERWISE


@pytest.mark.parametrize("seed", range(6))
def test_undoing_restores_every_row(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)
    kept, gone, others = _people(clinic, admin, reception, chance)
    with _writing(clinic) as session:
        for patient in (kept, gone):
            hang_on(session, patient.id, chance, (kept.id, gone.id, *others))
        for other in others:
            hang_on(session, other, chance, (kept.id, gone.id))
        _pairs(session, chance, kept.id, gone.id, others)
    before = dump(clinic)
    clock.advance(timedelta(minutes=5))

    merge = _merge(clinic, admin, kept.id, gone.id, chance)
    merged = dump(clinic)
    nothing_hangs_on(merged, gone.id, kept.id)
    for table in tables_of_patients():
        if table.name != "recent_patient":
            assert merged[table.name].keys() >= before[table.name].keys(), f"{table.name} lost rows"
    clock.advance(timedelta(minutes=5))
    clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))

    after = dump(clinic)
    assert without_versions(after) == without_versions(before)
    for name, rows in after.items():
        for key, row in rows.items():
            if "version" in row and merged[name].get(key) != before[name][key]:
                assert row["version"] > before[name][key]["version"], f"a stale window would save over {name}"


def _people(
    clinic: Clinic, admin: Actor, reception: Actor, chance: random.Random
) -> tuple[Patient, Patient, list[UUID]]:
    for number in range(2):
        clinic.practitioners.add(admin, a_doctor(f"Modelo {number}"))
    born = "1971-03-04"
    kept = clinic.patients.register(
        reception,
        a_patient(
            "Beispiel", "Greta", "0151 4960050", birth_date=born, email="greta@example.org", note="one"
        ),
    )
    gone = clinic.patients.register(
        reception,
        a_patient("Beispiel", "Gretl", "07400 123456", "0151 4960050", birth_date=born, note="other"),
    )
    others = [
        clinic.patients.register(reception, a_patient(f"Fictanova{number}", "Mara")).id for number in range(2)
    ]
    return kept, gone, others


def _pairs(session: Session, chance: random.Random, kept: UUID, gone: UUID, others: list[UUID]) -> None:
    table = Base.metadata.tables["patient_twin"]
    for one, other in ((kept, others[0]), (gone, others[0]), (gone, others[1])):
        if chance.random() < 0.7:
            first, second = sorted((one, other))
            row = {"id": new_id(), "version": 1, "first_id": first, "second_id": second, "score": 500}
            row |= {
                "reasons": "[]",
                "found_at": MORNING,
                "state": chance.choice([TwinState.OPEN, TwinState.DIFFERENT]),
            }
            session.execute(table.insert().values(row))


def _merge(clinic: Clinic, admin: Actor, kept: UUID, gone: UUID, chance: random.Random) -> PatientMerge:
    choices = {each: chance.choice(list(MergeChoice)) for each in MergeField if chance.random() < 0.6}
    versions = [clinic.patients.get(admin, each).version for each in (kept, gone)]
    command = MergePatients(
        kept_id=kept,
        kept_version=versions[0],
        gone_id=gone,
        gone_version=versions[1],
        choices=choices,
        reason="registered twice",
    )
    return clinic.patient_merges.merge(admin, command)


@contextmanager
def _writing(clinic: Clinic) -> Iterator[Session]:
    with clinic.work.unsigned() as session:
        yield session
