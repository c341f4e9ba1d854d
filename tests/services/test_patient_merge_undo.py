"""Undoing a merge with which people went on working: two records that are whole, and safe, each by itself."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert

from meditrack_desktop.database.tables.around_patients import PatientTwinRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import AllergyStatus, EditAllergy, RecordAllergy, SayNoneKnown
from meditrack_desktop.domain.care_team import AssignDoctor, MakeUsualDoctor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import FieldProblem, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.notes import NoteStatus, SaveDraft, SignNote
from meditrack_desktop.domain.patient_merges import (
    MergeChoice,
    MergeField,
    MergePatients,
    PatientMerge,
    UndoMerge,
)
from meditrack_desktop.domain.patient_twins import TwinState
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.photos import SetPhoto
from meditrack_desktop.domain.related_persons import AddRelatedPerson
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.charts import sign_note
from tests.makers.people import a_doctor, a_patient
from tests.makers.pictures import a_picture
from tests.makers.visits import a_room


class Pair:
    """A clinic in which one person stands twice."""

    def __init__(self, clinic: Clinic, admin: Actor, desk: Actor) -> None:
        self.clinic, self.admin, self.desk = clinic, admin, desk
        self.kept = self.register("Greta", "0151 4960050")
        self.gone = self.register("Grete", "07400 123456")

    def register(self, given: str, *phones: str) -> Patient:
        command = a_patient("Beispiel", given, *phones, birth_date="1971-03-04")
        return self.clinic.patients.register(self.desk, command)

    def now(self, patient: Patient) -> Patient:
        return self.clinic.patients.get(self.admin, patient.id)

    def merge(
        self, kept: Patient | None = None, gone: Patient | None = None, **choices: MergeChoice
    ) -> PatientMerge:
        kept, gone = self.now(kept or self.kept), self.now(gone or self.gone)
        command = MergePatients(
            kept_id=kept.id,
            kept_version=kept.version,
            gone_id=gone.id,
            gone_version=gone.version,
            choices={MergeField(name): choice for name, choice in choices.items()},
            reason="registered twice",
        )
        return self.clinic.patient_merges.merge(self.admin, command)

    def undo(self, merge: PatientMerge) -> None:
        self.clinic.patient_merges.undo(self.admin, UndoMerge(id=merge.id, version=merge.version))

    def allergic(self, patient: Patient, substance: str) -> None:
        self.clinic.allergies.record(self.desk, RecordAllergy(patient_id=patient.id, substance=substance))

    def none_known(self, patient: Patient) -> None:
        self.clinic.allergies.say_none_known(self.desk, SayNoneKnown(patient_id=patient.id))


@pytest.fixture
def pair(clinic: Clinic, admin: Actor, reception: Actor) -> Pair:
    return Pair(clinic, admin, reception)


def says_none_known_beside_an_allergy(pair: Pair, patient: Patient) -> bool:
    found = pair.clinic.allergies.of_patient(pair.desk, patient.id)
    return found.none_known is not None and bool(found.allergies)


def test_an_allergy_taken_down_meanwhile_is_not_denied_afterwards(pair: Pair) -> None:
    pair.none_known(pair.kept)
    pair.allergic(pair.gone, "Penicillin")
    merge = pair.merge()
    pair.allergic(pair.kept, "Latex")
    pair.undo(merge)
    assert [one.substance for one in pair.clinic.allergies.of_patient(pair.desk, pair.kept.id).allergies] == [
        "Latex"
    ]
    assert not says_none_known_beside_an_allergy(pair, pair.kept)


def test_none_known_of_the_gone_one_is_not_believed_again_if_what_went_back_warns(
    pair: Pair, doctor: Actor
) -> None:
    in_care(pair.clinic, pair.desk, as_doctor(pair.clinic, pair.admin, doctor), pair.kept, pair.gone)
    past = pair.clinic.allergies.record(
        doctor,
        RecordAllergy(patient_id=pair.gone.id, substance="Penicillin", status=AllergyStatus.RESOLVED),
    )
    pair.none_known(pair.gone)
    merge = pair.merge()
    moved = pair.clinic.allergies.of_patient(doctor, pair.kept.id).allergies[0]
    pair.clinic.allergies.edit(
        doctor,
        EditAllergy(
            id=past.id,
            version=moved.version,
            substance="Penicillin",
            status=AllergyStatus.ACTIVE,
            verification=moved.verification,
        ),
    )
    pair.undo(merge)
    assert not says_none_known_beside_an_allergy(pair, pair.gone)


def test_a_doctor_made_usual_meanwhile_hinders_no_undoing(pair: Pair) -> None:
    clinic = pair.clinic
    ines, ravi, mona = (clinic.practitioners.add(pair.admin, a_doctor(name)) for name in ("I", "R", "M"))

    def assign(patient: Patient, who: UUID, usual: bool) -> UUID:
        command = AssignDoctor(patient_id=patient.id, practitioner_id=who, usual=usual)
        return clinic.care_team.assign(pair.desk, command).id

    assign(pair.kept, mona.id, True)
    assign(pair.gone, ines.id, True)
    second = assign(pair.gone, ravi.id, False)
    merge = pair.merge()
    version = next(
        one.version for one in clinic.care_team.of_patient(pair.desk, pair.kept.id) if one.id == second
    )
    clinic.care_team.make_usual(pair.desk, MakeUsualDoctor(id=second, version=version))
    pair.undo(merge)
    for patient, doctors in ((pair.kept, {mona.id}), (pair.gone, {ines.id, ravi.id})):
        team = clinic.care_team.of_patient(pair.desk, patient.id)
        assert {one.practitioner_id for one in team} == doctors
        assert sum(one.usual for one in team) <= 1


def test_an_amendment_written_meanwhile_goes_with_the_note_it_amends(pair: Pair, doctor: Actor) -> None:
    clinic = pair.clinic
    in_care(clinic, pair.desk, as_doctor(clinic, pair.admin, doctor), pair.kept, pair.gone)
    note = sign_note(clinic, doctor, pair.gone.id, "Took two a day.")
    merge = pair.merge()
    draft = clinic.notes.save_draft(
        doctor, SaveDraft(patient_id=pair.kept.id, amends=note.id, title="Fatigue", body="One a day.")
    )
    signed = clinic.notes.sign(
        doctor, SignNote(id=draft.id, version=draft.version, title="Fatigue", body="One a day.")
    )
    begun = clinic.notes.save_draft(
        doctor, SaveDraft(patient_id=pair.kept.id, amends=note.id, title="Fatigue", body="Perhaps")
    )
    pair.undo(merge)
    chart = clinic.charts.of_patient(doctor, pair.gone.id)
    assert {(one.id, one.status) for one in chart.notes} == {
        (note.id, NoteStatus.AMENDED),
        (signed.id, NoteStatus.SIGNED),
    }
    assert [one.id for one in chart.drafts] == [begun.id]
    assert clinic.charts.of_patient(doctor, pair.kept.id).notes == ()
    clinic.notes.sign(
        doctor,
        SignNote(id=begun.id, version=chart.drafts[0].version, title="Fatigue", body="Perhaps"),
    )


def test_a_photo_replaced_meanwhile_is_replaced_and_the_other_one_is_there(pair: Pair) -> None:
    clinic = pair.clinic

    def photo(patient: Patient) -> None:
        now = pair.now(patient)
        clinic.photos.set(pair.desk, SetPhoto(patient_id=now.id, version=now.version), BytesIO(a_picture()))

    photo(pair.gone)
    merge = pair.merge(photo=MergeChoice.GONE)
    photo(pair.kept)
    pair.undo(merge)
    assert clinic.photos.get(pair.desk, pair.kept.id)
    assert clinic.photos.get(pair.desk, pair.gone.id)


@pytest.mark.parametrize("order", range(6))
def test_what_was_said_of_a_third_record_that_was_merged_since_hinders_no_undoing(
    pair: Pair, order: int, clock: FixedClock
) -> None:
    made = [pair.kept, pair.gone, pair.register("Gitta"), pair.register("Gerda")]
    fourth, *rest = made[::-1]
    kept, gone, third = list(permutations(rest))[order]
    with pair.clinic.work.unsigned() as session:
        session.execute(delete(PatientTwinRow))
        for one, other in ((gone, third), (third, fourth)):
            first, second = sorted((one.id, other.id))
            row: dict[str, Any] = {
                "id": new_id(),
                "version": 1,
                "first_id": first,
                "second_id": second,
                "score": 700,
                "reasons": "[]",
                "found_at": clock.now(),
                "state": TwinState.OPEN,
            }
            session.execute(insert(PatientTwinRow), [row])
    merge = pair.merge(kept, gone)
    clock.advance(timedelta(minutes=1))
    pair.merge(fourth, third)
    pair.undo(merge)
    assert pair.now(gone).merged_into is None


def test_a_consent_shown_by_a_document_and_a_note_of_a_visit_go_where_those_go(
    pair: Pair, doctor: Actor
) -> None:
    clinic = pair.clinic
    room = a_room(clinic, pair.desk, pair.admin)
    in_care(clinic, pair.desk, as_doctor(clinic, pair.admin, doctor, room.doctor), pair.kept, pair.gone)
    visit = room.book("2026-11-19 09:00", patient_id=pair.gone.id)
    paper = clinic.documents.attach(
        pair.desk,
        AttachDocument(patient_id=pair.gone.id, file_name="signed.png", type=DocumentType.CONSENT),
        BytesIO(a_picture()),
    )
    merge = pair.merge()
    consent = RecordConsent(
        patient_id=pair.kept.id,
        kind=ConsentKind.PHOTO,
        answer=ConsentAnswer.GIVEN,
        answered_on=visit.wall_start.date() - timedelta(days=1),
        document_id=paper.id,
    )
    clinic.consents.record(pair.desk, consent)
    note = sign_note(clinic, doctor, pair.kept.id, "Seen.", visit.id)
    stays = sign_note(clinic, doctor, pair.kept.id, "By phone.")
    pair.undo(merge)
    assert [one.id for one in clinic.consents.of_patient(pair.desk, pair.gone.id)] == [consent.id]
    assert [one.id for one in clinic.charts.of_patient(doctor, pair.gone.id).notes] == [note.id]
    assert [one.id for one in clinic.charts.of_patient(doctor, pair.kept.id).notes] == [stays.id]


def test_a_contact_is_never_linked_to_a_record_that_went(pair: Pair) -> None:
    pair.merge()
    link = AddRelatedPerson(patient_id=pair.kept.id, name="Grete Beispiel", linked_patient_id=pair.gone.id)
    with pytest.raises(Invalid) as refused:
        pair.clinic.related_persons.add(pair.desk, link)
    assert refused.value.fields == {"linked_patient_id": FieldProblem.UNKNOWN}
