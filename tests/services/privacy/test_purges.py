"""Erasing a patient: two people, the law's years, holds, what is left, and carrying on after any failure."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select, text

from meditrack_desktop.database.queries import purges as purge_queries
from meditrack_desktop.database.tables.patients import PatientRow, PatientTermRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import RecordAllergy
from meditrack_desktop.domain.care_team import EndCareTeamMember
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.conditions import RecordCondition
from meditrack_desktop.domain.documents import AttachDocument, Document, DocumentType
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import RecordMedication
from meditrack_desktop.domain.notes import MarkNoteWrong, SaveDraft, SignNote
from meditrack_desktop.domain.observations import EditObservation, ObservationInput, RecordObservations
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge, PurgeRequest, RestrictPatient
from meditrack_desktop.domain.scheduling import (
    AppointmentStatus,
    BookAppointment,
    CancelAppointment,
    CancelledBy,
)
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.vault.vault import Vault
from tests.conftest import MORNING, PASSWORDS
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient, an_edit
from tests.services.doors import person
from tests.services.test_documents import a_png

NAME, PHONE, NOTE = "Kanarienvogel", "+44 20 7946 0777", "note nobody may keep"
REASON = "the patient insists on it"


@dataclass
class Archive:
    clinic: Clinic
    admin: Actor
    second: Actor
    reception: Actor
    patient: Patient
    documents: list[Document]

    def wants(self, **changes: Any) -> AskForPurge:
        values = {"patient_id": self.patient.id, "reason": REASON, "overrule": True}
        return AskForPurge.model_validate({**values, **changes})

    def asked(self) -> PurgeRequest:
        return self.clinic.purges.ask(self.second, self.wants())

    def approve(self, request: PurgeRequest, by: Actor | None = None) -> PurgeRequest:
        return self.clinic.purges.approve(
            by or self.admin, AnswerPurge(id=request.id, version=request.version)
        )

    def files(self) -> int:
        vault = self.clinic.profile.folder / "vault"
        return len([path for path in vault.glob("??/*") if path.is_file()]) + len(
            list((vault / "keys").glob("*.age"))
        )


def refused(code: ErrorCode, kind: type[ClinicError]) -> Any:
    return pytest.raises(kind, match=f"^{code.value}$")


@pytest.fixture
def archive(clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor) -> Archive:
    """A patient with a past: visits, documents of both classes, a care team, a phone and a foreign number."""
    patient = clinic.patients.register(
        reception,
        a_patient(
            NAME,
            "Zitronella",
            PHONE,
            birth_date="1990-02-03",
            email="zitronella@example.org",
            note=NOTE,
            identifiers=({"system": "urn:elsewhere", "value": "ELSEWHERE-77"},),
        ),
    )
    practitioner = as_doctor(clinic, admin, doctor)
    in_care(clinic, reception, practitioner, patient)
    for day in (19, 20):
        clinic.scheduling.book(
            reception,
            BookAppointment(
                patient_id=patient.id,
                practitioner_id=practitioner.id,
                wall_start=datetime.combine(date(2026, 11, day), time(10)),
                reason=NOTE,
            ),
        )
    fill_chart(clinic, doctor, reception, patient)
    documents = [
        clinic.documents.attach(
            reception,
            AttachDocument(patient_id=patient.id, file_name="scan.png", title=NAME, type=kind),
            io.BytesIO(a_png()),
        )
        for kind in (DocumentType.LAB_REPORT, DocumentType.INSURANCE)
    ]
    return Archive(
        clinic, admin, person(clinic, "second", frozenset({Role.ADMIN})), reception, patient, documents
    )


def fill_chart(clinic: Clinic, doctor: Actor, reception: Actor, patient: Patient) -> None:
    """One of everything that hangs on a patient, each with words that nobody may keep."""
    clinic.allergies.record(
        reception, RecordAllergy(patient_id=patient.id, substance="Kanarienfedern", reaction=NOTE)
    )
    clinic.conditions.record(doctor, RecordCondition(patient_id=patient.id, text=NOTE, code="F99.SECRET"))
    clinic.medications.record(doctor, RecordMedication(patient_id=patient.id, text=NOTE, dosage=NOTE))
    [weight] = clinic.observations.record(
        doctor,
        RecordObservations(
            patient_id=patient.id,
            taken_at=clinic.work.clock.now(),
            values=(ObservationInput(name="Body weight", value="77.7771", text_value=NOTE),),
        ),
    )
    clinic.observations.edit(
        doctor,
        EditObservation(
            id=weight.id, version=weight.version, name=NOTE, value="77.7772", taken_at=weight.taken_at
        ),
    )
    first = clinic.notes.save_draft(doctor, SaveDraft(patient_id=patient.id, body=NOTE))
    signed = clinic.notes.sign(doctor, SignNote(id=first.id, version=first.version, body=NOTE))
    clinic.notes.mark_wrong(doctor, MarkNoteWrong(id=signed.id, version=signed.version, reason=NOTE))
    clinic.notes.save_draft(doctor, SaveDraft(patient_id=patient.id, title=NOTE, body=NOTE))


class TestAsking:
    def test_records_are_kept_for_the_clinics_years(self, archive: Archive, clock: FixedClock) -> None:
        with refused(ErrorCode.RETENTION_NOT_OVER, Invalid) as caught:
            archive.clinic.purges.ask(archive.admin, archive.wants(overrule=False))
        assert caught.value.parameters == {"until": "2036-11-20"}
        assert archive.clinic.restrictions.due(archive.admin) == ()
        request = archive.clinic.purges.ask(archive.admin, archive.wants())
        actions = [line.action for line in archive.clinic.audit.list(archive.admin, limit=10)]
        assert {"purge.requested", "purge.retention_overruled"} <= set(actions)
        assert (request.reason, request.requested_by_name) == (REASON, archive.admin.name)
        assert request.waiting

    def test_after_them_it_is_due_and_nothing_is_overruled(self, archive: Archive, clock: FixedClock) -> None:
        clock.set(datetime(2036, 11, 20, 9, 59, tzinfo=MORNING.tzinfo))
        admin = archive.clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        assert archive.clinic.restrictions.due(admin) == ()
        clock.set(datetime(2036, 11, 20, 10, 0, tzinfo=MORNING.tzinfo))
        [due] = archive.clinic.restrictions.due(admin)
        assert (due.patient_id, due.mrn) == (archive.patient.id, archive.patient.mrn)
        assert due.last_contact == datetime(2026, 11, 20, 10, 0, tzinfo=MORNING.tzinfo)
        archive.clinic.purges.ask(admin, archive.wants(overrule=False))
        actions = {line.action for line in archive.clinic.audit.list(admin, limit=10)}
        assert "purge.retention_overruled" not in actions

    def test_a_signed_note_is_a_contact_and_a_draft_is_none(
        self, archive: Archive, doctor: Actor, clock: FixedClock
    ) -> None:
        clock.set(datetime(2026, 12, 24, 9, tzinfo=MORNING.tzinfo))
        doctor = archive.clinic.sessions.sign_in("doctor", PASSWORDS["doctor"])
        admin = archive.clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        draft = archive.clinic.notes.save_draft(
            doctor, SaveDraft(patient_id=archive.patient.id, body="Called about the results.")
        )
        with refused(ErrorCode.RETENTION_NOT_OVER, Invalid) as caught:
            archive.clinic.purges.ask(admin, archive.wants(overrule=False))
        assert caught.value.parameters == {"until": "2036-11-20"}
        archive.clinic.notes.sign(
            doctor, SignNote(id=draft.id, version=draft.version, body="Called about the results.")
        )
        with refused(ErrorCode.RETENTION_NOT_OVER, Invalid) as caught:
            archive.clinic.purges.ask(admin, archive.wants(overrule=False))
        assert caught.value.parameters == {"until": "2036-12-24"}
        clock.set(datetime(2036, 12, 24, 8, 59, tzinfo=MORNING.tzinfo))
        admin = archive.clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        assert archive.clinic.restrictions.due(admin) == ()
        clock.set(datetime(2036, 12, 24, 9, 1, tzinfo=MORNING.tzinfo))
        assert [one.patient_id for one in archive.clinic.restrictions.due(admin)] == [archive.patient.id]

    def test_once(self, archive: Archive) -> None:
        command = archive.wants()
        first = archive.clinic.purges.ask(archive.second, command)
        assert archive.clinic.purges.ask(archive.second, command) == first
        assert archive.clinic.purges.ask(archive.admin, archive.wants()) == first
        assert archive.clinic.purges.list(archive.admin) == (first,)
        with refused(ErrorCode.PATIENT_NOT_FOUND, NotFound):
            archive.clinic.purges.ask(archive.admin, archive.wants(patient_id=new_id()))

    def test_withdrawn_it_is_gone(self, archive: Archive) -> None:
        request = archive.asked()
        answer = AnswerPurge(id=request.id, version=request.version)
        archive.clinic.purges.withdraw(archive.admin, answer)
        assert archive.clinic.purges.list(archive.admin) == ()
        for call in (archive.clinic.purges.withdraw, archive.clinic.purges.approve):
            with refused(ErrorCode.PURGE_NOT_FOUND, NotFound):
                call(archive.admin, answer)
        with refused(ErrorCode.PURGE_NOT_FOUND, NotFound):
            archive.clinic.purges.carry_out(archive.admin, request.id)
        archive.clinic.patients.get(archive.reception, archive.patient.id)

    def test_a_legal_hold_keeps_the_record(self, archive: Archive) -> None:
        hold = RestrictPatient(patient_id=archive.patient.id, reason="a court asked for it")
        request = archive.asked()
        archive.clinic.restrictions.hold(archive.admin, hold)
        with refused(ErrorCode.LEGAL_HOLD, Conflict):
            archive.approve(request)
        archive.clinic.purges.withdraw(archive.admin, AnswerPurge(id=request.id, version=request.version))
        with refused(ErrorCode.LEGAL_HOLD, Conflict):
            archive.asked()
        archive.clinic.restrictions.release(archive.admin, archive.patient.id)
        archive.approve(archive.asked())


class TestTheSecondPerson:
    def test_nobody_agrees_with_themselves(self, archive: Archive) -> None:
        request = archive.asked()
        with refused(ErrorCode.SECOND_PERSON_NEEDED, NotAllowed):
            archive.approve(request, by=archive.second)
        with refused(ErrorCode.SECOND_PERSON_NEEDED, NotAllowed):
            archive.clinic.purges.carry_out(archive.second, request.id)
        line = next(one for one in archive.clinic.audit.list(archive.admin) if one.action == "purge.approved")
        assert line.outcome.value == "refused"
        archive.clinic.patients.get(archive.reception, archive.patient.id)

    def test_who_may_not(self, archive: Archive, doctor: Actor) -> None:
        request = archive.asked()
        for actor in (archive.reception, doctor):
            with pytest.raises(NotAllowed):
                archive.approve(request, by=actor)
            with pytest.raises(NotAllowed):
                archive.clinic.purges.ask(actor, archive.wants())

    def test_a_stale_answer(self, archive: Archive) -> None:
        request = archive.asked()
        archive.approve(request)
        with pytest.raises(ChangedMeanwhile):
            archive.approve(request)


class TestWhatIsLeft:
    def test_nothing_that_tells_of_a_person(self, archive: Archive, doctor: Actor) -> None:
        clinic, reception = archive.clinic, archive.reception
        other = clinic.patients.register(reception, a_patient("Anders"))
        before = clinic.patients.find(reception, FindPatients(include_archived=True)).total
        assert archive.files() == 6  # two pictures and their thumbnails, two copies of keys
        done = archive.approve(archive.asked())
        assert done.done_at == clinic.work.clock.now()
        assert archive.files() == 0
        for call in (
            clinic.patients.get,
            clinic.patients.same_name,
            clinic.documents.of_patient,
            clinic.scheduling.of_patient,
            clinic.care_team.of_patient,
            clinic.restrictions.standing,
        ):
            with refused(ErrorCode.PATIENT_PURGED, NotFound):
                call(reception, archive.patient.id)
        for document in archive.documents:
            with pytest.raises(NotAllowed):
                clinic.documents.open(doctor, document.id)
        for text_ in ("", "kanar", "zitro", "7946 0777", archive.patient.mrn, "1990-02-03", "er"):
            for archived in (False, True):
                page = clinic.patients.find(reception, FindPatients(text=text_, include_archived=archived))
                assert archive.patient.id not in {line.id for line in page.lines}
                assert page.total == len(page.lines)
        assert clinic.patients.find(reception, FindPatients(include_archived=True)).total == before - 1
        assert clinic.patients.get(reception, other.id)
        self.check_the_rows(archive)
        assert clinic.purges.list(archive.admin) == ()
        assert clinic.purges.list(archive.admin, include_done=True) == (done,)
        assert (done.patient_name, done.mrn) == ("", f"erased {archive.patient.id.hex}")

    def check_the_rows(self, archive: Archive) -> None:
        """Every text of every table, read as it lies there."""
        with archive.clinic.work.database.reading() as session:
            row = session.get_one(PatientRow, archive.patient.id)
            assert (row.purged_at, row.birth_date) == (archive.clinic.work.clock.now(), None)
            terms = session.scalars(
                select(PatientTermRow).where(PatientTermRow.patient_id == archive.patient.id)
            ).all()
            assert not terms
            visits = session.scalars(
                select(AppointmentRow).where(AppointmentRow.patient_id == archive.patient.id)
            ).all()
            assert [visit.status for visit in visits] == [AppointmentStatus.CANCELLED] * 2
            assert {(visit.reason, visit.cancel_reason) for visit in visits} == {("", "")}
            for table in PatientRow.metadata.tables.values():
                for found in session.execute(table.select()):
                    told = repr(tuple(found)).casefold()
                    for secret in (
                        NAME,
                        "zitronella",
                        "9460777",
                        "7946 0777",
                        NOTE,
                        "ELSEWHERE-77",
                        "Kanarienfedern",
                        "F99.SECRET",
                        "77.777",
                        archive.patient.mrn,
                    ):
                        assert secret.casefold() not in told, (table.name, secret)

    def test_whoever_comes_again_is_new(self, archive: Archive) -> None:
        archive.approve(archive.asked())
        again = archive.clinic.patients.register(
            archive.reception,
            a_patient(
                NAME, "Zitronella", identifiers=({"system": "urn:elsewhere", "value": "ELSEWHERE-77"},)
            ),
        )
        assert again.id != archive.patient.id

    def test_nothing_can_be_written_to_it(self, archive: Archive) -> None:
        archive.approve(archive.asked())
        command = AttachDocument(
            patient_id=archive.patient.id, file_name="f.png", type=DocumentType.LAB_REPORT
        )
        with refused(ErrorCode.PATIENT_PURGED, NotFound):
            archive.clinic.documents.attach(archive.reception, command, io.BytesIO(a_png()))
        with refused(ErrorCode.PATIENT_PURGED, NotFound):
            archive.clinic.restrictions.lift(archive.admin, archive.patient.id)
        with refused(ErrorCode.PATIENT_PURGED, NotFound):
            archive.clinic.purges.ask(archive.admin, archive.wants())


class TestCarryingOn:
    @pytest.mark.parametrize("place", ["keys", "copies", "first file", "second file", "rows"])
    def test_after_a_failure_at_each_step(
        self, archive: Archive, place: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = archive.asked()
        with monkeypatch.context() as broken:
            self.break_at(broken, place)
            with refused(ErrorCode.DATABASE_BUSY, Unavailable):
                archive.approve(request)
        [waiting] = archive.clinic.purges.list(archive.admin)
        assert waiting.interrupted
        with refused(ErrorCode.PATIENT_RESTRICTED, Conflict):
            archive.clinic.restrictions.lift(archive.admin, archive.patient.id)
        hold = RestrictPatient(patient_id=archive.patient.id, reason="too late")
        with refused(ErrorCode.PATIENT_RESTRICTED, Conflict):
            archive.clinic.restrictions.hold(archive.admin, hold)
        done = archive.clinic.purges.carry_out(archive.second, request.id)
        assert done.done_at is not None
        assert archive.files() == 0
        TestWhatIsLeft().check_the_rows(archive)
        assert archive.clinic.purges.carry_out(archive.second, request.id) == done

    def break_at(self, broken: pytest.MonkeyPatch, place: str) -> None:
        def fail(*_: Any, **__: Any) -> Any:
            raise Unavailable(ErrorCode.DATABASE_BUSY)

        if place == "keys":
            broken.setattr(purge_queries, "forget_keys", fail)
        elif place == "copies":
            broken.setattr(Vault, "forget_patient_key", fail)
        elif place == "rows":
            broken.setattr(purge_queries, "forget_parts", fail)
        else:
            kept, left = Vault.remove, [place == "second file"]

            def remove(vault: Vault, blob_id: Any) -> None:
                if not left or not left.pop():
                    fail()
                kept(vault, blob_id)

            broken.setattr(Vault, "remove", remove)

    def test_a_vault_that_is_not_there_is_no_success(self, archive: Archive) -> None:
        request = archive.asked()
        vault = archive.clinic.profile.folder / "vault"
        vault.rename(vault.with_name("elsewhere"))
        with refused(ErrorCode.VAULT_MISSING, Unavailable):
            archive.approve(request)
        vault.with_name("elsewhere").rename(vault)
        assert archive.clinic.purges.carry_out(archive.admin, request.id).done_at
        assert archive.files() == 0


class TestRestriction:
    def test_it_can_be_read_and_not_changed(self, archive: Archive, clock: FixedClock) -> None:
        clinic, reception = archive.clinic, archive.reception
        visit = clinic.scheduling.of_patient(reception, archive.patient.id)[0]
        command = RestrictPatient(patient_id=archive.patient.id, reason="disputed")
        standing = clinic.restrictions.restrict(archive.admin, command)
        assert (standing.restricted_at, standing.restrict_reason) == (clock.now(), "disputed")
        patient = clinic.patients.get(reception, archive.patient.id)
        assert patient.restricted_at == clock.now()
        team = clinic.care_team.of_patient(reception, patient.id)
        attach = AttachDocument(patient_id=patient.id, file_name="f.png", type=DocumentType.LAB_REPORT)
        wall = datetime.combine(date(2026, 11, 23), time(10))
        files = archive.files()
        for change in (
            lambda: clinic.patients.edit(reception, an_edit(patient, given="Z")),
            lambda: clinic.documents.attach(reception, attach, io.BytesIO(a_png())),
            lambda: clinic.scheduling.book(
                reception,
                BookAppointment(
                    patient_id=patient.id, practitioner_id=visit.practitioner_id, wall_start=wall
                ),
            ),
            lambda: clinic.scheduling.cancel(
                reception,
                CancelAppointment(
                    id=visit.id, version=visit.version, cancelled_by=CancelledBy.CLINIC, reason="x y z"
                ),
            ),
            lambda: clinic.care_team.end(
                reception, EndCareTeamMember(id=team[0].id, version=team[0].version)
            ),
        ):
            with refused(ErrorCode.PATIENT_RESTRICTED, Conflict):
                change()
        assert archive.files() == files
        assert clinic.patients.get(reception, patient.id) == patient
        clinic.restrictions.lift(archive.admin, patient.id)
        fresh = clinic.patients.get(reception, patient.id)
        assert clinic.patients.edit(reception, an_edit(fresh, given="Zoe")).given == "Zoe"

    def test_who_may_not(self, archive: Archive, doctor: Actor) -> None:
        command = RestrictPatient(patient_id=archive.patient.id, reason="because")
        for actor in (archive.reception, doctor):
            with pytest.raises(NotAllowed):
                archive.clinic.restrictions.restrict(actor, command)
            with pytest.raises(NotAllowed):
                archive.clinic.restrictions.release(actor, archive.patient.id)

    def test_the_reason_is_not_in_the_trail(self, archive: Archive) -> None:
        command = RestrictPatient(patient_id=archive.patient.id, reason="Kanarienvogel disputes it")
        archive.clinic.restrictions.restrict(archive.admin, command)
        with archive.clinic.work.database.reading() as session:
            details = session.execute(text("SELECT detail FROM audit")).scalars().all()
        assert not any("Kanarienvogel" in detail for detail in details)
