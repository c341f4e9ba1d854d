"""What patients are found by, after everything that may happen to them: exactly what their rows say now."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from meditrack_desktop.database.queries.patient_terms import SEARCHED, _terms, _words
from meditrack_desktop.database.tables.patient_search import PatientTailRow, SpellingRow
from meditrack_desktop.database.tables.patients import PatientRow, PatientTermRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.imports import OnDifferent
from meditrack_desktop.domain.patient_merges import MergeChoice, MergeField, MergePatients, UndoMerge
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    DiscardPatient,
    FindPatients,
    Patient,
    RestorePatient,
    TakeDownPatient,
)
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge
from meditrack_desktop.domain.spellings import near
from meditrack_desktop.domain.suggestions import SuggestPatients
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_patient, an_edit
from tests.services.doors import person

FAMILIES = ("Beispiel", "Fictanova", "O'Beispiel-Zamora", "Łukasińska", "李")
GIVEN = ("Greta", "Grete Maria", "Ana", "Bruno", "Ștefan")
STEPS = 60


@pytest.mark.parametrize("seed", range(3))
def test_terms_are_what_the_rows_say(
    clinic: Clinic, admin: Actor, reception: Actor, tmp_path: Path, seed: int
) -> None:
    life = Life(clinic, admin, reception, random.Random(seed), tmp_path)
    for _ in range(STEPS):
        life.step()
    assert len(life.done) > 6, life.done
    compare(clinic)
    for patient in life.everybody():
        found_as_it_stands(clinic, reception, patient)


def compare(clinic: Clinic) -> None:
    with clinic.work.database.reading() as session:
        columns = [getattr(PatientRow, name) for name in SEARCHED]
        wanted = _terms([dict(row._mapping) for row in session.execute(select(*columns))])
        terms = {
            (row.term, row.sort_name, row.patient_id.hex)
            for row in session.execute(
                select(PatientTermRow.term, PatientTermRow.sort_name, PatientTermRow.patient_id)
            )
        }
        table = PatientTailRow.__table__
        names = [column.name for column in table.columns]
        tails = {
            tuple(value.hex if isinstance(value, UUID) else value for value in row)
            for row in session.execute(select(table))
        }
        assert names[2] == "patient_id"
        assert terms == set(wanted.terms)
        assert tails == set(wanted.tails)
        words = _words(wanted.terms)
        spelled = {
            (row.near, row.word) for row in session.execute(select(SpellingRow.near, SpellingRow.word))
        }
        assert spelled == {(way, word) for word in words for way in near(word)}


def found_as_it_stands(clinic: Clinic, desk: Actor, patient: Patient) -> None:
    """By record number and by name: in the list and the type-ahead alike, or in neither."""
    shown = patient.merged_into is None
    for archived in (False, True):
        expected = shown and (archived or patient.archived_at is None)
        text = patient.mrn
        page = clinic.patients.find(desk, FindPatients(text=text, include_archived=archived))
        assert (patient.id in {line.id for line in page.lines}) is expected, (text, patient)
        some = clinic.patients.suggest(desk, SuggestPatients(text=text, include_archived=archived))
        assert (patient.id in {one.line.id for one in some}) is expected, (text, patient)
        for word in f"{patient.family} {patient.given}".split():
            page = clinic.patients.find(desk, FindPatients(text=word, include_archived=archived, limit=500))
            assert (patient.id in {line.id for line in page.lines}) is expected, (word, patient)


class Life:
    def __init__(
        self, clinic: Clinic, admin: Actor, desk: Actor, chance: random.Random, folder: Path
    ) -> None:
        self.clinic, self.admin, self.desk, self.chance, self.folder = clinic, admin, desk, chance, folder
        self.second = person(clinic, "second", frozenset({Role.ADMIN}))
        self.ids: list[UUID] = []
        self.purged: set[UUID] = set()
        self.merges: list[UUID] = []
        self.done: set[str] = set()
        for _ in range(8):
            self.register()

    def everybody(self) -> list[Patient]:
        return [self.get(one) for one in self.ids if one not in self.purged]

    def get(self, patient_id: UUID) -> Patient:
        return self.clinic.patients.get(self.admin, patient_id)

    def some(self) -> Patient:
        return self.chance.choice(self.everybody())

    def step(self) -> None:
        steps: list[Callable[[], Any]] = [
            self.register,
            self.take_down,
            self.edit,
            self.edit,
            self.archive,
            self.restore,
            self.merge,
            self.merge,
            self.undo,
            self.discard,
            self.purge,
            self.bring_in,
        ]
        act = self.chance.choice(steps)
        try:
            act()
        except ClinicError:
            return
        self.done.add(act.__name__)

    def phones(self) -> list[str]:
        return [f"0151 49{self.chance.randrange(10**5):05}" for _ in range(self.chance.randrange(3))]

    def register(self) -> None:
        name = self.chance.choice(FAMILIES), self.chance.choice(GIVEN)
        self.ids.append(self.clinic.patients.register(self.desk, a_patient(*name, *self.phones())).id)

    def take_down(self) -> None:
        command = TakeDownPatient(name=self.chance.choice(GIVEN), phone={"value": "0151 4911111"})
        self.ids.append(self.clinic.patients.take_down(self.desk, command).id)

    def edit(self) -> None:
        phones = tuple({"value": value, "use": "mobile"} for value in self.phones())
        self.clinic.patients.edit(
            self.desk,
            an_edit(self.some(), family=self.chance.choice(FAMILIES), preferred_name="Gigi", phones=phones),
        )

    def archive(self) -> None:
        one = self.some()
        self.clinic.patients.archive(
            self.admin, ArchivePatient(id=one.id, version=one.version, reason="moved away")
        )

    def restore(self) -> None:
        one = self.some()
        self.clinic.patients.restore(self.admin, RestorePatient(id=one.id, version=one.version))

    def discard(self) -> None:
        one = self.chance.choice([each for each in self.everybody() if each.provisional] or [self.some()])
        self.clinic.patients.discard(
            self.desk, DiscardPatient(id=one.id, version=one.version, reason="never came")
        )

    def merge(self) -> None:
        kept, gone = self.some(), self.some()
        merge = self.clinic.patient_merges.merge(
            self.admin,
            MergePatients(
                kept_id=kept.id,
                kept_version=kept.version,
                gone_id=gone.id,
                gone_version=gone.version,
                choices={MergeField.FAMILY: MergeChoice.GONE, MergeField.PREFERRED_NAME: MergeChoice.GONE},
                reason="registered twice",
            ),
        )
        self.merges.append(merge.id)

    def undo(self) -> None:
        wanted = self.chance.choice(self.merges or [self.ids[0]])
        for one in self.clinic.patient_merges.list(self.admin):
            if one.id == wanted:
                self.clinic.patient_merges.undo(self.admin, UndoMerge(id=one.id, version=one.version))

    def purge(self) -> None:
        if self.chance.random() < 0.5:
            return
        one = self.some()
        asked = self.clinic.purges.ask(
            self.admin, AskForPurge(patient_id=one.id, reason="asked for it", overrule=True)
        )
        merged = {each.id for each in self.everybody() if each.merged_into == one.id}
        self.clinic.purges.approve(self.second, AnswerPurge(id=asked.id, version=asked.version))
        self.purged |= {one.id, *merged}

    def bring_in(self) -> None:
        one = self.some()
        path = self.folder / "people.csv"
        new = f"N{self.chance.randrange(10**6)}"
        path.write_text(
            "patient_id,first_name,last_name,phone,date_of_birth\n"
            f"{new},Nadja,{self.chance.choice(FAMILIES)},0151 4922222,1990-01-02\n"
            f"K{one.mrn},{one.given},{one.family},0151 4933333,1991-02-03\n",
            "utf-8",
        )
        self.clinic.imports.run(self.admin, [path], on_different=OnDifferent.FILE_WINS)
        with self.clinic.work.database.reading() as session:
            known = set(self.ids)
            self.ids += [one for one in session.scalars(select(PatientRow.id)) if one not in known]
            assert session.scalar(select(func.count()).select_from(PatientRow)) == len(self.ids)
