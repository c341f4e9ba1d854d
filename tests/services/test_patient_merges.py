"""Merging two records: everything comes along, the gone one is history, and undoing makes two of them again."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from meditrack_desktop.database.queries.documents import patient_key
from meditrack_desktop.database.tables.around_patients import PatientMergeRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentClass, DocumentType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_merges import (
    MergeChoice,
    MergeField,
    MergePart,
    MergePatients,
    MergeWarning,
    PatientMerge,
    PreviewMerge,
    UndoMerge,
)
from meditrack_desktop.domain.patient_twins import ListTwins, TwinState
from meditrack_desktop.domain.patients import (
    ArchivePatient,
    FindPatients,
    Gender,
    IdentifierInput,
    Patient,
    RestorePatient,
)
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge, RestrictPatient
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient, an_edit
from tests.makers.visits import Room, a_room
from tests.services.doors import PNG, person

BORN = "1971-03-04"


class Double:
    """One person who stands in the records twice."""

    def __init__(self, clinic: Clinic, admin: Actor, desk: Actor, **details: Any) -> None:
        self.clinic, self.admin, self.desk = clinic, admin, desk
        self.kept = self._register("Beispiel", "Greta", "0151 4960050", email="greta@example.org")
        self.gone = self._register("Beispiel", "Grete", "07400 123456", **details)

    def merge(self, **choices: MergeChoice) -> PatientMerge:
        return self.clinic.patient_merges.merge(self.admin, self.command(**choices))

    def command(self, **choices: MergeChoice) -> MergePatients:
        kept, gone = self.now(self.kept), self.now(self.gone)
        return MergePatients(
            kept_id=kept.id,
            kept_version=kept.version,
            gone_id=gone.id,
            gone_version=gone.version,
            choices={MergeField(name): choice for name, choice in choices.items()},
            reason="registered twice",
        )

    def undo(self, merge: PatientMerge) -> PatientMerge:
        newest = next(one for one in self.clinic.patient_merges.list(self.admin) if one.id == merge.id)
        return self.clinic.patient_merges.undo(self.admin, UndoMerge(id=newest.id, version=newest.version))

    def now(self, patient: Patient) -> Patient:
        return self.clinic.patients.get(self.admin, patient.id)

    def found(self, text: str, **more: Any) -> set[UUID]:
        page = self.clinic.patients.find(self.desk, FindPatients(text=text, **more))
        return {line.id for line in page.lines}

    def _register(self, family: str, given: str, *phones: str, **details: Any) -> Patient:
        details = {"birth_date": BORN, **details}
        return self.clinic.patients.register(self.desk, a_patient(family, given, *phones, **details))


@pytest.fixture
def double(clinic: Clinic, admin: Actor, reception: Actor) -> Double:
    return Double(
        clinic,
        admin,
        reception,
        note="needs a ramp",
        identifiers=(IdentifierInput(system="urn:other", value="X-77"),),
    )


def code_of(call: Any) -> ErrorCode:
    with pytest.raises(ClinicError) as refused:
        call()
    return refused.value.code


def a_scan(double: Double, patient: Patient, type_: DocumentType = DocumentType.LAB_REPORT) -> Document:
    command = AttachDocument(patient_id=patient.id, file_name="scan.png", type=type_)
    return double.clinic.documents.attach(double.desk, command, BytesIO(PNG))


def opened(clinic: Clinic, actor: Actor, document: Document) -> bytes:
    found = clinic.documents.open(actor, document.id)
    try:
        return found.source.read_all()
    finally:
        found.source.close()


def test_the_preview_says_what_would_happen_and_changes_nothing(double: Double, clinic: Clinic) -> None:
    before = double.now(double.kept), double.now(double.gone)
    a_scan(double, double.gone)
    preview = clinic.patient_merges.preview(
        double.admin, PreviewMerge(kept_id=double.kept.id, gone_id=double.gone.id)
    )
    said = {line.field: line for line in preview.fields}
    assert said[MergeField.GIVEN].differs and said[MergeField.GIVEN].suggested is MergeChoice.KEPT
    assert not said[MergeField.FAMILY].differs
    assert said[MergeField.NOTE].suggested is MergeChoice.GONE
    assert said[MergeField.EMAIL].suggested is MergeChoice.KEPT
    assert MergeField.LANGUAGE not in said
    assert preview.parts == {MergePart.DOCUMENTS: 1, MergePart.PHONES: 1, MergePart.IDENTIFIERS: 1}
    assert (double.now(double.kept), double.now(double.gone)) == before


def test_warnings_name_what_speaks_against_it(
    clinic: Clinic, admin: Actor, reception: Actor, clock: FixedClock
) -> None:
    double = Double(clinic, admin, reception, birth_date="1981-03-04", gender=Gender.MALE)
    room, other = a_room(clinic, reception, admin), a_room(clinic, reception, admin, family="Namuna")
    _book(room, double.kept, "2026-11-19 09:00")
    _book(other, double.gone, "2026-11-19 09:15")
    preview = clinic.patient_merges.preview(
        admin, PreviewMerge(kept_id=double.kept.id, gone_id=double.gone.id)
    )
    assert set(preview.warnings) >= {
        MergeWarning.OTHER_BIRTH_DATE,
        MergeWarning.OTHER_GENDER,
        MergeWarning.OVERLAPPING_VISITS,
    }
    merge = double.merge()
    visits = clinic.scheduling.of_patient(reception, double.kept.id)
    assert len(visits) == 2, "both promises stand; the desk settles which"
    double.undo(merge)
    assert len(clinic.scheduling.of_patient(reception, double.gone.id)) == 1


def test_chosen_fields_phones_and_numbers_are_united(double: Double) -> None:
    double.merge(given=MergeChoice.GONE, note=MergeChoice.BOTH)
    kept, gone = double.now(double.kept), double.now(double.gone)
    assert (kept.given, kept.note, kept.email) == ("Grete", "needs a ramp", "greta@example.org")
    assert [phone.value for phone in kept.phones] == ["0151 4960050", "07400 123456"]
    assert ("urn:other", "X-77") in {(one.system, one.value) for one in kept.identifiers}
    assert gone.merged_into == kept.id and gone.archived_at is not None
    assert gone.identifiers == ()


def test_the_old_number_finds_the_kept_record_and_nothing_finds_the_gone_one(double: Double) -> None:
    merge = double.merge()
    kept, gone = double.kept, double.gone
    for text in (gone.mrn, "07400 123456", "Beispiel"):
        assert double.found(text) == {kept.id}, text
        assert double.found(text, include_archived=True) == {kept.id}, text
    edited = double.clinic.patients.edit(double.desk, an_edit(double.now(kept), given="Greta Maria"))
    assert double.found(gone.mrn) == {edited.id}, "an edit keeps the old number"
    double.undo(merge)
    assert double.found(gone.mrn) == {gone.id}
    assert double.found(kept.mrn) == {kept.id}


def test_the_gone_record_is_written_to_no_more(double: Double, clinic: Clinic) -> None:
    double.merge()
    gone, desk, admin = double.now(double.gone), double.desk, double.admin
    room = a_room(clinic, desk, admin)
    refused = (
        lambda: clinic.patients.edit(desk, an_edit(gone, given="Greta")),
        lambda: clinic.patients.restore(admin, RestorePatient(id=gone.id, version=gone.version)),
        lambda: clinic.restrictions.restrict(
            admin, RestrictPatient(patient_id=gone.id, reason="asked for it")
        ),
        lambda: clinic.purges.ask(
            admin, AskForPurge(patient_id=gone.id, reason="asked for it", overrule=True)
        ),
        lambda: in_care(clinic, desk, room.doctor, gone),
        lambda: _book(room, gone, "2026-11-19 09:00"),
        lambda: a_scan(double, gone),
    )
    for call in refused:
        assert code_of(call) is ErrorCode.PATIENT_MERGED


def test_documents_open_before_merged_and_divided_again(
    double: Double, clinic: Clinic, admin: Actor, doctor: Actor
) -> None:
    ines = as_doctor(clinic, admin, doctor)
    in_care(clinic, double.desk, ines, double.kept, double.gone)
    mine, theirs = a_scan(double, double.kept), a_scan(double, double.gone)
    identity = a_scan(double, double.gone, DocumentType.IDENTITY)
    every = (mine, theirs, identity)
    assert [opened(clinic, doctor, one) for one in every] == [PNG] * 3
    merge = double.merge()
    assert [opened(clinic, doctor, one) for one in every] == [PNG] * 3
    assert {one.id for one in clinic.documents.of_patient(doctor, double.kept.id)} == {
        one.id for one in every
    }
    since = a_scan(double, double.kept)
    assert opened(clinic, doctor, since) == PNG
    clinic.key_rotation.rotate(admin)
    assert opened(clinic, doctor, theirs) == PNG, "a key that went along is wrapped anew as any other"
    double.undo(merge)
    assert [opened(clinic, doctor, one) for one in (*every, since)] == [PNG] * 4
    assert {one.id for one in clinic.documents.of_patient(doctor, double.gone.id)} == {theirs.id, identity.id}
    assert {one.id for one in clinic.documents.of_patient(doctor, double.kept.id)} == {mine.id, since.id}


def test_a_merge_of_a_merge_opens_every_document_and_is_taken_back_from_the_end(
    double: Double, clinic: Clinic, admin: Actor, doctor: Actor
) -> None:
    third = clinic.patients.register(double.desk, a_patient("Beispiel", "G.", birth_date=BORN))
    in_care(clinic, double.desk, as_doctor(clinic, admin, doctor), double.kept, double.gone, third)
    scan, old = a_scan(double, double.gone), double.gone.mrn
    first = double.merge()
    kept = double.now(double.kept)
    second = clinic.patient_merges.merge(
        admin,
        MergePatients(
            kept_id=third.id,
            kept_version=third.version,
            gone_id=kept.id,
            gone_version=kept.version,
            reason="a third one",
        ),
    )
    assert opened(clinic, doctor, scan) == PNG
    assert clinic.documents.get(admin, scan.id).patient_id == third.id
    assert double.now(double.gone).merged_into == third.id, "no link leads to a link"
    assert double.found(old) == {third.id}
    assert code_of(lambda: double.undo(first)) is ErrorCode.LATER_MERGE_FIRST
    double.undo(second)
    assert double.now(double.gone).merged_into == kept.id
    assert opened(clinic, doctor, scan) == PNG
    double.undo(first)
    assert clinic.documents.get(admin, scan.id).patient_id == double.gone.id
    assert opened(clinic, doctor, scan) == PNG


def test_what_was_added_since_stays_and_what_was_changed_since_goes_back(
    double: Double, clinic: Clinic, clock: FixedClock
) -> None:
    room = a_room(clinic, double.desk, double.admin)
    theirs = _book(room, double.gone, "2026-11-19 09:00")
    merge = double.merge(given=MergeChoice.GONE, note=MergeChoice.GONE)
    clock.advance(timedelta(minutes=1))
    since = _book(room, double.kept, "2026-11-19 11:00")
    visit = clinic.scheduling.get(double.desk, theirs.id)
    room.move(visit, "2026-11-19 10:00")
    edited = double.now(double.kept)
    phones = ({"value": "07400 123456", "use": "home"}, {"value": "07400 999999", "use": "mobile"})
    clinic.patients.edit(double.desk, an_edit(edited, note="needs a lift", phones=phones))
    assert clinic.patient_merges.list(double.admin, double.gone.id)[0].added_since == 1
    double.undo(merge)
    kept, gone = double.now(double.kept), double.now(double.gone)
    assert (kept.given, kept.note) == ("Greta", "needs a lift"), (
        "what was edited since stays as it was edited"
    )
    assert [phone.value for phone in kept.phones] == ["07400 999999"], (
        "the number that came along is gone again"
    )
    assert (gone.given, gone.note) == ("Grete", "needs a ramp")
    assert [phone.value for phone in gone.phones] == ["07400 123456"]
    assert [one.id for one in clinic.scheduling.of_patient(double.desk, kept.id)] == [since.id]
    back = clinic.scheduling.of_patient(double.desk, gone.id)
    assert [(one.id, one.wall_start.hour) for one in back] == [(theirs.id, 10)], "it was moved meanwhile"


def test_a_stale_window_saves_over_neither_the_merge_nor_its_undoing(double: Double, clinic: Clinic) -> None:
    stale = double.now(double.kept)
    merge = double.merge()
    assert code_of(lambda: clinic.patients.edit(double.desk, an_edit(stale, given="X"))) is (
        ErrorCode.CHANGED_MEANWHILE
    )
    during = double.now(double.kept)
    double.undo(merge)
    for seen in (stale, during):
        assert code_of(lambda seen=seen: clinic.patients.edit(double.desk, an_edit(seen, given="X"))) is (
            ErrorCode.CHANGED_MEANWHILE
        )


def test_refusals(double: Double, clinic: Clinic, clock: FixedClock) -> None:
    admin, merges = double.admin, clinic.patient_merges
    kept, gone = double.kept.id, double.gone.id
    assert code_of(lambda: merges.preview(admin, PreviewMerge(kept_id=kept, gone_id=kept))) is (
        ErrorCode.MERGE_WITH_ITSELF
    )
    assert code_of(lambda: merges.preview(admin, PreviewMerge(kept_id=kept, gone_id=new_id()))) is (
        ErrorCode.PATIENT_NOT_FOUND
    )
    command = double.command()
    clinic.patients.edit(double.desk, an_edit(double.gone, given="Gretchen"))
    assert code_of(lambda: merges.merge(admin, command)) is ErrorCode.CHANGED_MEANWHILE
    asked = clinic.purges.ask(admin, AskForPurge(patient_id=gone, reason="asked for it", overrule=True))
    assert code_of(double.merge) is ErrorCode.ERASING_ASKED_FOR
    clinic.purges.withdraw(admin, AnswerPurge(id=asked.id, version=asked.version))
    clinic.restrictions.restrict(admin, RestrictPatient(patient_id=gone, reason="asked for it"))
    assert code_of(double.merge) is ErrorCode.PATIENT_RESTRICTED
    assert code_of(lambda: merges.undo(admin, UndoMerge(id=new_id(), version=1))) is ErrorCode.MERGE_NOT_FOUND


def test_an_archived_record_may_go_but_not_stay(double: Double, clinic: Clinic) -> None:
    gone = double.now(double.gone)
    archive = ArchivePatient(id=gone.id, version=gone.version, reason="seems to be double")
    archived = clinic.patients.archive(double.admin, archive)
    merge = double.merge()
    double.undo(merge)
    again = double.now(double.gone)
    assert (again.archived_at, again.archive_reason) == (archived.archived_at, archived.archive_reason)
    kept = double.now(double.kept)
    turned = MergePatients(
        kept_id=again.id,
        kept_version=again.version,
        gone_id=kept.id,
        gone_version=kept.version,
        reason="wrong way",
    )
    assert code_of(lambda: clinic.patient_merges.merge(double.admin, turned)) is ErrorCode.PATIENT_ARCHIVED


def test_sent_twice_it_merges_once(double: Double, clinic: Clinic) -> None:
    command = double.command()
    first = clinic.patient_merges.merge(double.admin, command)
    assert clinic.patient_merges.merge(double.admin, command).id == first.id
    assert len(clinic.patient_merges.list(double.admin)) == 1


def test_the_pair_is_settled_and_comes_back(double: Double, clinic: Clinic) -> None:
    pair = clinic.patient_twins.list(double.desk, ListTwins()).pairs[0]
    merge = double.merge()
    assert clinic.patient_twins.list(double.desk, ListTwins()).total == 0
    assert clinic.patient_twins.list(double.desk, ListTwins(state=TwinState.MERGED)).total == 1
    double.undo(merge)
    back = clinic.patient_twins.list(double.desk, ListTwins()).pairs
    assert [(one.id, one.score) for one in back] == [(pair.id, pair.score)]


def test_the_trail_of_the_gone_record_is_found_under_the_kept_one(double: Double, clinic: Clinic) -> None:
    clinic.patients.get(double.desk, double.gone.id)
    merge = double.merge()
    page = clinic.audit.search(double.admin, AuditQuery(patient_id=double.kept.id))
    about = {(line.event.action, line.event.patient_id) for line in page.lines}
    assert ("patient.viewed", double.gone.id) in about
    assert {("patient.merged", double.kept.id), ("patient.merged", double.gone.id)} <= about
    before = clinic.audit.access(double.admin, double.kept.id)
    double.undo(merge)
    page = clinic.audit.search(double.admin, AuditQuery(patient_id=double.kept.id))
    assert all(line.event.patient_id != double.gone.id for line in page.lines)
    assert before


def _book(room: Room, patient: Patient, when: str) -> Any:
    wanted = room.wants(when).model_copy(update={"patient_id": patient.id, "id": new_id()})
    return room.clinic.scheduling.book(room.desk, wanted)


def test_erasing_the_kept_record_erases_what_was_merged_into_it(
    double: Double, clinic: Clinic, admin: Actor, doctor: Actor
) -> None:
    in_care(clinic, double.desk, as_doctor(clinic, admin, doctor), double.kept, double.gone)
    scan = a_scan(double, double.gone)
    merge = double.merge()
    asked = clinic.purges.ask(
        admin, AskForPurge(patient_id=double.kept.id, reason="asked for it", overrule=True)
    )
    second = person(clinic, "second", frozenset({Role.ADMIN}))
    clinic.purges.approve(second, AnswerPurge(id=asked.id, version=asked.version))
    for patient in (double.kept, double.gone):
        assert code_of(lambda patient=patient: double.now(patient)) is ErrorCode.PATIENT_PURGED
    with clinic.work.database.reading() as session:
        for patient in (double.kept, double.gone):
            for document_class in DocumentClass:
                assert patient_key(session, patient.id, document_class) is None
        kept_of_it = session.scalars(select(PatientMergeRow)).one()
        assert (kept_of_it.snapshot, kept_of_it.reason) == ("", "")
    assert code_of(lambda: clinic.documents.open(doctor, scan.id)) is not None
    assert not clinic.patient_merges.list(admin)[0].reversible
    assert code_of(lambda: double.undo(merge)) is ErrorCode.MERGE_NOT_REVERSIBLE
