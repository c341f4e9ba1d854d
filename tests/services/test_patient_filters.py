"""The list of patients: what it can be narrowed by, and that every row is reached from its anchor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from meditrack_desktop.database.queries import patient_filters, patient_search, patient_walk
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.care_team import AssignDoctor
from meditrack_desktop.domain.errors import Invalid
from meditrack_desktop.domain.patients import ArchivePatient, FindPatients, Patient, TakeDownPatient
from meditrack_desktop.domain.scheduling import BookAppointment, CancelAppointment
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor
from tests.makers.crowd import fill, people
from tests.makers.people import a_doctor, a_patient

Register = Callable[..., Patient]


def find(clinic: Clinic, actor: Actor, **asked: Any) -> list[str]:
    page = clinic.patients.find(actor, FindPatients.model_validate(asked))
    assert page.total in (None, len(page.lines))
    return [line.family for line in page.lines]


@pytest.fixture(params=["few", "many"])
def register(
    request: pytest.FixtureRequest, clinic: Clinic, reception: Actor, monkeypatch: pytest.MonkeyPatch
) -> Register:
    """Registers one; with both ways a filter is applied: read first, or asked of each patient of the list."""
    if request.param == "many":
        monkeypatch.setattr(patient_filters, "FEW", 1)

    def make(family: str, by: Actor = reception, **details: Any) -> Patient:
        return clinic.patients.register(by, a_patient(family, "", **details))

    return make


def book(clinic: Clinic, actor: Actor, patient: Patient, doctor: UUID, day: datetime) -> UUID:
    visit = clinic.scheduling.book(
        actor, BookAppointment(patient_id=patient.id, practitioner_id=doctor, wall_start=day, minutes=15)
    )
    if patient.family == "Cancelled":
        clinic.scheduling.cancel(
            actor, CancelAppointment(id=visit.id, version=visit.version, reason="Better again")
        )
    return visit.id


def test_created_by_me(clinic: Clinic, reception: Actor, doctor: Actor, register: Register) -> None:
    register("Ours")
    register("Theirs", by=doctor)
    assert find(clinic, reception, created_by_me=True) == ["Ours"]
    assert find(clinic, doctor, created_by_me=True) == ["Theirs"]
    assert find(clinic, doctor, created_by_me=True, text="ours") == []
    assert find(clinic, doctor, created_by_me=True, text="the") == ["Theirs"]


def test_my_patients(
    clinic: Clinic, reception: Actor, admin: Actor, doctor: Actor, register: Register
) -> None:
    practitioner = as_doctor(clinic, admin, doctor).id
    mine, gone, _other = register("Mine"), register("Gone"), register("Other")
    for patient in (mine, gone):
        clinic.care_team.assign(reception, AssignDoctor(patient_id=patient.id, practitioner_id=practitioner))
    clinic.patients.archive(admin, ArchivePatient(id=gone.id, version=gone.version, reason="Moved"))
    assert find(clinic, doctor, my_patients=True) == ["Mine"]
    assert find(clinic, doctor, my_patients=True, include_archived=True) == ["Gone", "Mine"]
    assert find(clinic, doctor, my_patients=True, archived=True) == ["Gone"]
    assert find(clinic, doctor, my_patients=True, doctor=UUID(int=4)) == []
    assert find(clinic, reception, my_patients=True) == []


def test_without_a_visit_since(clinic: Clinic, reception: Actor, admin: Actor, register: Register) -> None:
    doctor = clinic.practitioners.add(admin, a_doctor()).id
    for family, day in (("Past", 2), ("Long", 1), ("Booked", 25), ("Cancelled", 24), ("Never", None)):
        patient = register(family)
        if day is not None:
            book(clinic, reception, patient, doctor, datetime(2026, 11, day if day > 2 else 18 + day, 10))
    asked = {"without_visit_since": date(2026, 11, 20)}
    assert find(clinic, reception, **asked) == ["Cancelled", "Long", "Never"]
    assert find(clinic, reception, **asked, text="n") == ["Never"]
    assert find(clinic, reception, **asked, order="next_visit") == ["Long", "Cancelled", "Never"]


def test_provisional_deceased_and_archived(
    clinic: Clinic, reception: Actor, admin: Actor, register: Register
) -> None:
    clinic.patients.take_down(reception, TakeDownPatient(name="Caller"))
    register("Departed", deceased=True)
    old = register("Old")
    clinic.patients.archive(admin, ArchivePatient(id=old.id, version=old.version, reason="Moved"))
    register("Plain")
    assert find(clinic, reception, provisional=True) == ["Caller"]
    assert find(clinic, reception, deceased=True) == ["Departed"]
    assert find(clinic, reception, deceased=False) == ["Caller", "Plain"]
    for order in ("name", "mrn", "birth_date", "next_visit"):
        assert find(clinic, reception, archived=True, order=order) == ["Old"]
    assert find(clinic, reception, archived=True, text="ol") == ["Old"]
    assert find(clinic, reception, archived=True, text="pl") == []
    assert find(clinic, reception, text="", include_archived=True) == ["Caller", "Departed", "Old", "Plain"]


@pytest.fixture
def crowd(clinic: Clinic, admin: Actor, reception: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_walk, "EVERY", 16)
    monkeypatch.setattr(patient_search, "EVERY", 16)
    crowd = list(people(150, seed=5))
    fill(clinic, admin, [one.model_copy(update={"birth_date": None}) if place % 5 == 0 else one
                         for place, one in enumerate(crowd)])  # fmt: skip
    doctor = clinic.practitioners.add(admin, a_doctor()).id
    for place in range(0, 40, 2):
        clinic.scheduling.book(
            reception,
            BookAppointment(
                patient_id=crowd[place].id,
                practitioner_id=doctor,
                wall_start=datetime(2026, 11, 19, 9) + timedelta(minutes=5 * place),
                minutes=5,
            ),
        )


@pytest.mark.parametrize("order", ["name", "mrn", "birth_date", "next_visit"])
@pytest.mark.parametrize("descending", [False, True])
def test_every_row_is_where_its_anchor_says(
    clinic: Clinic, admin: Actor, crowd: None, monkeypatch: pytest.MonkeyPatch, order: str, descending: bool
) -> None:
    for asked in (
        {},
        {"text": "s"},
        {"text": "smi"},
        {"without_visit_since": date(2026, 11, 19)},
        {"text": "xqzv"},
    ):
        for dense in (20_000, 2):
            monkeypatch.setattr(patient_search, "RARE", dense)
            monkeypatch.setattr(patient_search, "DENSE", dense)
            question = FindPatients.model_validate(
                {**asked, "order": order, "descending": descending, "limit": 500}
            )
            whole = [line.id for line in clinic.patients.find(admin, question).lines]
            anchors = clinic.patients.anchors(admin, question)
            assert (anchors.total, anchors.every) == (len(whole), 16)
            assert len(anchors.tokens) == -(-len(whole) // 16)
            for row in (*range(0, len(whole), 7), len(whole) - 1):
                if row < 0:
                    continue
                page = clinic.patients.find(
                    admin,
                    question.model_copy(
                        update={"at": anchors.tokens[row // 16], "offset": row % 16, "limit": 9}
                    ),
                )
                assert [line.id for line in page.lines] == whole[row : row + 9], (asked, row)
            for offset in (0, 19, 21, 100, 149, 400):
                page = clinic.patients.find(admin, question.model_copy(update={"offset": offset, "limit": 9}))
                assert [line.id for line in page.lines] == whole[offset : offset + 9], (asked, offset)


def test_a_page_begins_at_its_patient_though_others_came(
    clinic: Clinic, admin: Actor, reception: Actor, crowd: None
) -> None:
    question = FindPatients()
    anchors = clinic.patients.anchors(admin, question)
    at = question.model_copy(update={"at": anchors.tokens[3]})
    before = clinic.patients.find(admin, at)
    clinic.patients.register(reception, a_patient("Aaa"))
    assert clinic.patients.find(admin, at) == before
    assert before.total is None


@pytest.mark.parametrize(
    "token", ["x", "[9]", "[0]", "[0,1]", '[0,"a","b"]', '{"a":1}', "[]", '["0"]', "[-1]", "null"]
)
def test_a_token_of_nobody_is_refused(clinic: Clinic, reception: Actor, token: str) -> None:
    with pytest.raises(Invalid):
        clinic.patients.find(reception, FindPatients(at=token))
