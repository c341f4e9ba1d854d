"""Whatever was done to either record before a merge and to the kept one after it: the merge can be taken back, and
neither record has a piece of the other's."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from meditrack_desktop.database.tables.around_patients import ConsentRow
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.chart import NoteRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import AllergyStatus, EditAllergy, RecordAllergy, SayNoneKnown
from meditrack_desktop.domain.care_team import AssignDoctor, EndCareTeamMember, MakeUsualDoctor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.documents import AttachDocument, DeleteDocument, DocumentType
from meditrack_desktop.domain.errors import ClinicError, NotFound
from meditrack_desktop.domain.notes import MarkNoteWrong, SaveDraft, SignNote
from meditrack_desktop.domain.patient_merges import MergeChoice, MergeField, MergePatients, UndoMerge
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.photos import RemovePhoto, SetPhoto
from meditrack_desktop.domain.related_persons import AddRelatedPerson
from meditrack_desktop.services.clinic import Clinic
from tests.makers.people import a_doctor, a_patient, an_edit
from tests.makers.pictures import a_picture
from tests.makers.visits import Room
from tests.services.fhir.conftest import allowed_everything

BEFORE, SINCE = 22, 22


@pytest.mark.parametrize("seed", [0, 1, 2, 13])
def test_a_merge_can_always_be_taken_back(clinic: Clinic, admin: Actor, clock: FixedClock, seed: int) -> None:
    allowed_everything(clinic, admin)
    desk = Desk(clinic, admin, random.Random(seed))
    kept, gone = desk.people
    for _ in range(BEFORE):
        desk.step(desk.chance.choice(desk.people))
    clock.advance(timedelta(minutes=1))
    choices = {each: desk.chance.choice(list(MergeChoice)) for each in MergeField}
    merge = clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=kept.id,
            kept_version=desk.now(kept).version,
            gone_id=gone.id,
            gone_version=desk.now(gone).version,
            choices=choices,
            reason="registered twice",
        ),
    )
    check(desk)
    for _ in range(SINCE):
        clock.advance(timedelta(seconds=5))
        desk.step(kept)
    clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))
    assert len(desk.done) > 8, desk.done
    assert desk.now(gone).merged_into is None
    check(desk)


def check(desk: Desk) -> None:
    clinic, me = desk.clinic, desk.me
    other = aliased(NoteRow)
    with clinic.work.database.reading() as session:
        crossing = (
            select(NoteRow.id)
            .join(other, other.id == NoteRow.amends)
            .where(NoteRow.patient_id != other.patient_id),
            select(NoteRow.id)
            .join(AppointmentRow, AppointmentRow.id == NoteRow.appointment_id)
            .where(NoteRow.patient_id != AppointmentRow.patient_id),
            select(ConsentRow.id)
            .join(DocumentRow, DocumentRow.id == ConsentRow.document_id)
            .where(ConsentRow.patient_id != DocumentRow.patient_id),
        )
        for query in crossing:
            assert not session.scalars(query).all(), query
        usual = session.scalars(
            select(CareTeamRow.patient_id).where(CareTeamRow.usual, CareTeamRow.ended_at.is_(None))
        )
        places = usual.all()
        assert len(set(places)) == len(places)
    for patient in desk.people:
        allergies = clinic.allergies.of_patient(me, patient.id)
        assert not (allergies.none_known and allergies.warnings)
        photo = desk.now(patient).photo_id
        if photo is not None and desk.now(patient).merged_into is None:
            assert clinic.photos.get(me, patient.id)
        for document in clinic.documents.of_patient(me, patient.id):
            found = clinic.documents.open(me, document.id)
            assert found.source.read_all()
            found.source.close()


class Desk:
    """Everything anybody does with a patient, in any order; what is refused is refused."""

    def __init__(self, clinic: Clinic, me: Actor, chance: random.Random) -> None:
        self.clinic, self.me, self.chance = clinic, me, chance
        self.people = tuple(
            clinic.patients.register(me, a_patient("Beispiel", given, birth_date="1971-03-04"))
            for given in ("Greta", "Grete")
        )
        self.doctors = [clinic.practitioners.add(me, a_doctor(name)) for name in ("Ines", "Ravi", "Mona")]
        self.days = iter(range(1, 400))
        self.done: set[str] = set()

    def now(self, patient: Patient) -> Patient:
        return self.clinic.patients.get(self.me, patient.id)

    def step(self, patient: Patient) -> None:
        steps: list[Callable[[Patient], Any]] = [
            self.allergy,
            self.over,
            self.none_known,
            self.note,
            self.amend,
            self.wrong,
            self.visit,
            self.assign,
            self.assign,
            self.usual,
            self.leave,
            self.photo,
            self.no_photo,
            self.consent,
            self.paper,
            self.bin,
            self.contact,
            self.edit,
        ]
        act = self.chance.choice(steps)
        try:
            act(patient)
        except (ClinicError, IndexError) as refusal:
            assert not isinstance(refusal, NotFound) or act.__name__ == "no_photo", refusal
            return
        self.done.add(act.__name__)

    def allergy(self, patient: Patient) -> None:
        self.clinic.allergies.record(self.me, RecordAllergy(patient_id=patient.id, substance="Latex"))

    def over(self, patient: Patient) -> None:
        one = self.chance.choice(self.clinic.allergies.of_patient(self.me, patient.id).allergies)
        status = self.chance.choice([AllergyStatus.RESOLVED, AllergyStatus.ACTIVE])
        self.clinic.allergies.edit(
            self.me, EditAllergy(id=one.id, version=one.version, substance="Latex", status=status)
        )

    def none_known(self, patient: Patient) -> None:
        self.clinic.allergies.say_none_known(self.me, SayNoneKnown(patient_id=patient.id))

    def note(self, patient: Patient, **more: Any) -> None:
        visits = self.clinic.scheduling.of_patient(self.me, patient.id)
        visit = self.chance.choice(visits).id if visits and self.chance.random() < 0.6 else None
        draft = self.clinic.notes.save_draft(
            self.me, SaveDraft(patient_id=patient.id, body="Seen.", appointment_id=visit, **more)
        )
        if self.chance.random() < 0.7:
            self.clinic.notes.sign(self.me, SignNote(id=draft.id, version=draft.version, body="Seen."))

    def amend(self, patient: Patient) -> None:
        signed = self.clinic.charts.of_patient(self.me, patient.id).notes
        self.note(patient, amends=self.chance.choice([one for one in signed if not one.error_reason]).id)

    def wrong(self, patient: Patient) -> None:
        note = self.chance.choice(self.clinic.charts.of_patient(self.me, patient.id).notes)
        self.clinic.notes.mark_wrong(
            self.me, MarkNoteWrong(id=note.id, version=note.version, reason="other patient")
        )

    def visit(self, patient: Patient) -> None:
        room = Room(self.clinic, self.me, self.chance.choice(self.doctors), patient)
        room.book(f"2026-11-{19 + self.chance.randrange(8):02} {9 + self.chance.randrange(7):02}:00")

    def assign(self, patient: Patient) -> None:
        doctor = self.chance.choice(self.doctors).id
        usual = self.chance.random() < 0.5
        self.clinic.care_team.assign(
            self.me, AssignDoctor(patient_id=patient.id, practitioner_id=doctor, usual=usual)
        )

    def usual(self, patient: Patient) -> None:
        one = self.chance.choice(self.clinic.care_team.of_patient(self.me, patient.id))
        self.clinic.care_team.make_usual(self.me, MakeUsualDoctor(id=one.id, version=one.version))

    def leave(self, patient: Patient) -> None:
        one = self.chance.choice(self.clinic.care_team.of_patient(self.me, patient.id))
        self.clinic.care_team.end(self.me, EndCareTeamMember(id=one.id, version=one.version))

    def photo(self, patient: Patient) -> None:
        command = SetPhoto(patient_id=patient.id, version=self.now(patient).version)
        self.clinic.photos.set(self.me, command, BytesIO(a_picture(20 + next(self.days), 30)))

    def no_photo(self, patient: Patient) -> None:
        self.clinic.photos.remove(
            self.me, RemovePhoto(patient_id=patient.id, version=self.now(patient).version)
        )

    def paper(self, patient: Patient) -> None:
        kind = self.chance.choice([DocumentType.CONSENT, DocumentType.LAB_REPORT])
        command = AttachDocument(patient_id=patient.id, file_name="paper.png", type=kind)
        self.clinic.documents.attach(self.me, command, BytesIO(a_picture(20 + next(self.days), 30)))

    def bin(self, patient: Patient) -> None:
        one = self.chance.choice(self.clinic.documents.of_patient(self.me, patient.id))
        self.clinic.documents.delete(
            self.me, DeleteDocument(id=one.id, version=one.version, reason="scanned twice")
        )

    def consent(self, patient: Patient) -> None:
        papers = self.clinic.documents.of_patient(self.me, patient.id)
        self.clinic.consents.record(
            self.me,
            RecordConsent(
                patient_id=patient.id,
                kind=ConsentKind.PHOTO,
                answer=ConsentAnswer.GIVEN,
                answered_on="2026-11-01",
                document_id=self.chance.choice(papers).id if papers else None,
            ),
        )

    def contact(self, patient: Patient) -> None:
        linked = self.chance.choice([None, *(one.id for one in self.people if one.id != patient.id)])
        self.clinic.related_persons.add(
            self.me, AddRelatedPerson(patient_id=patient.id, name="Hugo", linked_patient_id=linked)
        )

    def edit(self, patient: Patient) -> None:
        self.clinic.patients.edit(
            self.me,
            an_edit(self.now(patient), note=f"note {next(self.days)}", phones=({"value": "0151 4960050"},)),
        )
