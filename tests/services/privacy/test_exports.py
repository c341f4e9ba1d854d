"""Handing a patient's record out: everything the actor may read, in one encrypted archive, and noted."""

from __future__ import annotations

import base64
import io
import json
import os
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pyrage
import pytest
import pyzipper

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.allergies import RecordAllergy
from meditrack_desktop.domain.conditions import RecordCondition
from meditrack_desktop.domain.documents import AttachDocument, DocumentType
from meditrack_desktop.domain.errors import (
    ClinicError,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Stopped,
    Unavailable,
)
from meditrack_desktop.domain.front_desk import AddDeskTask, AddFollowUp, JoinWaitlist, Urgency
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import RecordMedication
from meditrack_desktop.domain.notes import SaveDraft, SignNote
from meditrack_desktop.domain.observations import EditObservation, ObservationInput, RecordObservations
from meditrack_desktop.domain.patients import FindPatients, Patient
from meditrack_desktop.domain.privacy import (
    AccountingForm,
    DisclosureKind,
    ExportPatient,
    RecordDisclosure,
)
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.related_persons import AddRelatedPerson
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.clinic import Clinic
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient
from tests.services.test_documents import a_large_tiff, a_png

NAME, NOTE = "Kanarienvogel", "prefers to be called at noon"


@dataclass
class Chart:
    clinic: Clinic
    doctor: Actor
    reception: Actor
    patient: Patient
    files: dict[str, bytes]
    folder: Path

    def wants(self, **changes: Any) -> ExportPatient:
        values = {
            "patient_id": self.patient.id,
            "recipient": "City Hospital",
            "address": "Hospital Road 1",
            "purpose": "asked for by the patient",
        }
        return ExportPatient.model_validate({**values, **changes})

    def opened(self, target: Path, passphrase: str) -> dict[str, bytes]:
        with pyzipper.AESZipFile(target) as archive:
            archive.setpassword(passphrase.encode())
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def chart(clinic: Clinic, admin: Actor, reception: Actor, doctor: Actor, tmp_path: Path) -> Chart:
    patient = clinic.patients.register(
        reception,
        a_patient(
            NAME,
            "Zitronella Ärztin",
            "+44 20 7946 0777",
            birth_date="1990-02-03",
            email="zitronella@example.org",
            note=NOTE,
            address={"street": "Sample Road 4", "city": "Testville", "postcode": "T1 2ST", "country": "GB"},
        ),
    )
    practitioner = as_doctor(clinic, admin, doctor)
    in_care(clinic, reception, practitioner, patient)
    clinic.scheduling.book(
        reception,
        BookAppointment(
            patient_id=patient.id,
            practitioner_id=practitioner.id,
            wall_start=datetime.combine(date(2026, 11, 19), time(10)),
            visit_type="Check-up",
            reason="knee",
        ),
    )
    wanted = (
        (a_png(), "card.png", DocumentType.INSURANCE),
        (a_large_tiff(), "knee.tif", DocumentType.IMAGING),
    )
    files: dict[str, bytes] = {}
    for data, name, kind in wanted:
        command = AttachDocument(patient_id=patient.id, file_name=name, type=kind, source="City Lab")
        clinic.documents.attach(reception, command, io.BytesIO(data))
        files[name] = data
    folder = tmp_path / "handed out"
    folder.mkdir()
    return Chart(clinic, doctor, reception, patient, files, folder)


SIGNED, UNSIGNED = "Wheezing at night, better since June.", "half a thought"


def fill_chart(chart: Chart) -> list[tuple[str, UUID]]:
    """One of everything; what each is in FHIR, and its id."""
    clinic, doctor, patient = chart.clinic, chart.doctor, chart.patient.id
    allergy = clinic.allergies.record(doctor, RecordAllergy(patient_id=patient, substance="Penicillin"))
    condition = clinic.conditions.record(doctor, RecordCondition(patient_id=patient, text="Asthma"))
    medicine = clinic.medications.record(doctor, RecordMedication(patient_id=patient, text="Salbutamol"))
    weight = ObservationInput(name="Body weight", value="715", unit="kg")
    taken = clinic.work.clock.now()
    [measured] = clinic.observations.record(
        doctor, RecordObservations(patient_id=patient, taken_at=taken, values=(weight,))
    )
    clinic.observations.edit(
        doctor,
        EditObservation(
            id=measured.id, version=1, name="Body weight", value="71.50", unit="kg", taken_at=taken
        ),
    )
    draft = clinic.notes.save_draft(doctor, SaveDraft(patient_id=patient, body="x"))
    note = clinic.notes.sign(doctor, SignNote(id=draft.id, version=draft.version, body=SIGNED))
    clinic.notes.save_draft(doctor, SaveDraft(patient_id=patient, body=UNSIGNED))
    clinic.related_persons.add(chart.reception, AddRelatedPerson(patient_id=patient, name="Hugo Beispiel"))
    return [
        ("AllergyIntolerance", allergy.id),
        ("Condition", condition.id),
        ("MedicationStatement", medicine.id),
        ("Observation", measured.id),
        ("DocumentReference", note.id),
    ]


def told_in(inside: dict[str, bytes]) -> str:
    """The words of the readable part, lines joined."""
    pages = pypdfium2.PdfDocument(inside["record.pdf"])
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pages)
    return text.replace("\r\n", " ").replace("\n", " ")


def refused(code: ErrorCode, kind: type[ClinicError]) -> Any:
    return pytest.raises(kind, match=f"^{code.value}$")


class TestWhatIsInIt:
    def test_everything_for_the_doctor_in_care(self, chart: Chart) -> None:
        target = chart.folder / "out.zip"
        seen: list[Progress] = []
        done = chart.clinic.exports.run(chart.doctor, chart.wants(), target, seen.append)
        assert (done.documents, done.left_out, done.size) == (2, 0, target.stat().st_size)
        assert seen[-1].done == seen[-1].total == sum(len(data) for data in chart.files.values())
        inside = chart.opened(target, done.passphrase)
        originals = {data for name, data in inside.items() if name.startswith("documents/")}
        assert originals == set(chart.files.values())
        bundle = json.loads(inside["record.json"])
        kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
        assert kinds.count("DocumentReference") == 2
        assert {"Patient", "Practitioner", "Appointment", "CareTeam", "AuditEvent"} <= set(kinds)
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "DocumentReference":
                attachment = entry["resource"]["content"][0]["attachment"]
                assert inside[attachment["url"]] == chart.files[attachment["title"]]
        page = "".join(
            page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(inside["record.pdf"])
        )
        for told in (NAME, "Ärztin", "Sample Road 4", NOTE, "Check-up", "City Lab", chart.doctor.name):
            assert told in page, told

    def test_the_chart_goes_with_it_for_who_may_read_it(self, chart: Chart) -> None:
        entries = fill_chart(chart)
        target = chart.folder / "out.zip"
        done = chart.clinic.exports.run(chart.doctor, chart.wants(), target)
        inside = chart.opened(target, done.passphrase)
        bundle = json.loads(inside["record.json"])
        resources = {entry["resource"]["id"]: entry["resource"] for entry in bundle["entry"]}
        for kind, id_ in entries:
            assert resources[str(id_)]["resourceType"] == kind
            assert f"Patient/{chart.patient.id}" in json.dumps(resources[str(id_)]), kind
        note = resources[str(dict(entries)["DocumentReference"])]
        assert base64.b64decode(note["content"][0]["attachment"]["data"]).decode() == SIGNED
        assert UNSIGNED not in json.dumps(bundle)
        page = told_in(inside)
        for told in ("Penicillin", "Asthma", "Salbutamol", "71.50", "715", SIGNED, "Hugo Beispiel"):
            assert told in page, told
        assert UNSIGNED not in page

    def test_the_front_desk_hands_out_allergies_and_no_chart(self, chart: Chart) -> None:
        fill_chart(chart)
        target = chart.folder / "out.zip"
        done = chart.clinic.exports.run(chart.reception, chart.wants(), target)
        inside = chart.opened(target, done.passphrase)
        page, bundle = told_in(inside), inside["record.json"].decode()
        for told in ("Penicillin", "Hugo Beispiel"):
            assert told in page
            assert told in bundle
        for secret in ("Asthma", "Salbutamol", "71.50", SIGNED, base64.b64encode(SIGNED.encode()).decode()):
            assert secret not in page, secret
            assert secret not in bundle, secret
        assert "may not read it" in page

    def test_what_the_desk_keeps_in_mind_goes_with_it(self, chart: Chart) -> None:
        clinic, desk, patient = chart.clinic, chart.reception, chart.patient.id
        doctor = clinic.scheduling.of_patient(desk, patient)[0].practitioner_id
        wait = clinic.waitlist.join(
            desk,
            JoinWaitlist(
                patient_id=patient,
                practitioner_id=doctor,
                urgency=Urgency.URGENT,
                weekdays=(0, 4),
                first_day=date(2026, 12, 1),
                from_time=time(8, 30),
                note="by telephone",
            ),
        )
        due = clinic.follow_ups.add(
            desk, AddFollowUp(patient_id=patient, due_on=date(2027, 1, 4), reason="stitches out")
        )
        task = clinic.desk_tasks.add(
            desk, AddDeskTask(text="Send the form", patient_id=patient, due_at=datetime(2026, 11, 20, 9))
        )
        target = chart.folder / "out.zip"
        done = clinic.exports.run(desk, chart.wants(), target)
        inside = chart.opened(target, done.passphrase)
        bundle = json.loads(inside["record.json"])
        found = {entry["resource"]["id"]: entry["resource"] for entry in bundle["entry"]}
        waiting = found[str(wait.id)]
        assert (waiting["resourceType"], waiting["status"], waiting["priority"]) == (
            "Appointment",
            "waitlist",
            1,
        )
        assert waiting["comment"] == "Mon, Fri; from 08:30; by telephone"
        assert waiting["requestedPeriod"] == [{"start": "2026-12-01"}]
        recall = found[str(due.id)]
        assert (recall["resourceType"], recall["status"]) == ("CommunicationRequest", "active")
        assert recall["reasonCode"] == [{"text": "stitches out"}]
        assert found[str(task.id)]["description"] == "Send the form"
        for id_ in (wait.id, due.id, task.id):
            assert f"Patient/{patient}" in json.dumps(found[str(id_)])
        page = told_in(inside)
        for told in ("by telephone", "stitches out", "Send the form", "2026-11-20 09:00", "2027-01-04"):
            assert told in page, told

    def test_remarks_longer_than_a_page_are_printed_whole(self, chart: Chart) -> None:
        long = " ".join(f"word{number}" for number in range(250))
        chart.clinic.conditions.record(
            chart.doctor, RecordCondition(patient_id=chart.patient.id, text="Asthma", note=long)
        )
        draft = chart.clinic.notes.save_draft(chart.doctor, SaveDraft(patient_id=chart.patient.id, body="x"))
        body = "\n".join(f"line {number} of a note" for number in range(4000))
        chart.clinic.notes.sign(chart.doctor, SignNote(id=draft.id, version=draft.version, body=body))
        target = chart.folder / "out.zip"
        done = chart.clinic.exports.run(chart.doctor, chart.wants(), target)
        page = told_in(chart.opened(target, done.passphrase))
        assert "word0" in page
        assert "word249" in page
        assert "line 3999 of a note" in page

    def test_what_was_exported_is_known_again(self, chart: Chart, tmp_path: Path, admin: Actor) -> None:
        """Into this very clinic it brings nobody: the record is the one it came from, and says the same."""
        target = chart.folder / "out.zip"
        done = chart.clinic.exports.run(chart.doctor, chart.wants(), target)
        file = tmp_path / "record.json"
        file.write_bytes(chart.opened(target, done.passphrase)["record.json"])
        report = chart.clinic.imports.run(admin, [file])
        assert (report.added, report.updated) == (0, 0)
        assert report.unchanged > 0
        [line] = chart.clinic.patients.find(chart.reception, FindPatients(text=NAME)).lines
        assert line.id == chart.patient.id
        assert chart.clinic.patients.get(chart.reception, line.id) == chart.patient

    def test_the_front_desk_hands_out_no_clinical_document(self, chart: Chart) -> None:
        target = chart.folder / "out.zip"
        done = chart.clinic.exports.run(chart.reception, chart.wants(), target)
        assert (done.documents, done.left_out) == (1, 1)
        inside = chart.opened(target, done.passphrase)
        assert [data for name, data in inside.items() if name.startswith("documents/")] == [
            chart.files["card.png"]
        ]
        bundle = json.loads(inside["record.json"])
        kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
        assert "AuditEvent" not in kinds
        page = "".join(
            page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(inside["record.pdf"])
        )
        assert "may not read them: 1" in page.replace("\r\n", " ")
        assert "knee.tif" not in json.dumps(bundle)

    def test_an_administrator_hands_out_no_document_at_all(self, chart: Chart, admin: Actor) -> None:
        done = chart.clinic.exports.run(admin, chart.wants(), chart.folder / "out.zip")
        assert (done.documents, done.left_out) == (0, 2)

    def test_sealed_to_a_key(self, chart: Chart) -> None:
        identity = pyrage.x25519.Identity.generate()
        target = chart.folder / "out.age"
        command = chart.wants(age_recipient=str(identity.to_public()))
        done = chart.clinic.exports.run(chart.doctor, command, target)
        assert done.passphrase == ""
        with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(target.read_bytes(), [identity]))) as archive:
            assert archive.testzip() is None
            originals = {archive.read(name) for name in archive.namelist() if name.startswith("doc")}
        assert originals == set(chart.files.values())
        with pytest.raises(Invalid):
            chart.clinic.exports.run(
                chart.doctor, chart.wants(age_recipient="age1wrong"), chart.folder / "two.age"
            )

    def test_a_wrong_passphrase_opens_nothing(self, chart: Chart) -> None:
        target = chart.folder / "out.zip"
        chart.clinic.exports.run(chart.doctor, chart.wants(), target)
        with pytest.raises(RuntimeError):
            chart.opened(target, "abcd-efgh-abcd-efgh-abcd")


class TestNothingElseIsWritten:
    def test_no_decrypted_byte_on_the_disk(
        self, chart: Chart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        monkeypatch.setenv("TMPDIR", str(temporary))
        seen: list[str] = []

        def look(_: Progress) -> None:
            for folder in (chart.folder, temporary, chart.clinic.profile.folder):
                for path in folder.rglob("*"):
                    if path.is_file():
                        data = path.read_bytes()
                        seen.append(path.name)
                        for secret in (b"Kanarienvogel", NOTE.encode(), chart.files["knee.tif"][4096:4160]):
                            assert secret not in data, path

        done = chart.clinic.exports.run(chart.doctor, chart.wants(), chart.folder / "out.zip", look)
        look(Progress(0, None))
        assert {"out.zip", "out.zip.part"} <= set(seen)
        assert done.passphrase.encode() not in (chart.folder / "out.zip").read_bytes()
        assert [path.name for path in chart.folder.iterdir()] == ["out.zip"]
        assert not list(temporary.iterdir())

    @pytest.mark.parametrize("age", [False, True])
    def test_stopped_half_way_nothing_is_left(self, chart: Chart, admin: Actor, age: bool) -> None:
        recipient = str(pyrage.x25519.Identity.generate().to_public()) if age else ""

        def stop(progress: Progress) -> None:
            if progress.done > 1_000_000:
                raise Stopped()

        with pytest.raises(Stopped):
            chart.clinic.exports.run(
                chart.doctor, chart.wants(age_recipient=recipient), chart.folder / "out", stop
            )
        assert list(chart.folder.iterdir()) == []
        assert self.failed(chart, admin) == ErrorCode.STOPPED.value

    def test_a_session_that_ends_half_way_leaves_nothing(self, chart: Chart, admin: Actor) -> None:
        own_key = str(pyrage.x25519.Identity.generate().to_public())

        def end(progress: Progress) -> None:
            if progress.done > 1_000_000:
                chart.clinic.sessions.sign_out(chart.doctor)

        with refused(ErrorCode.SESSION_EXPIRED, NotAuthenticated):
            chart.clinic.exports.run(
                chart.doctor, chart.wants(age_recipient=own_key), chart.folder / "out", end
            )
        assert list(chart.folder.iterdir()) == []
        assert self.failed(chart, admin) == ErrorCode.SESSION_EXPIRED.value

    def test_a_file_of_the_same_name_in_the_making_stays(self, chart: Chart, admin: Actor) -> None:
        (chart.folder / "out.zip.part").write_bytes(b"somebody else's")
        with refused(ErrorCode.EXPORT_TARGET_UNUSABLE, Unavailable):
            chart.clinic.exports.run(chart.doctor, chart.wants(), chart.folder / "out.zip")
        assert (chart.folder / "out.zip.part").read_bytes() == b"somebody else's"
        assert self.failed(chart, admin) == ErrorCode.EXPORT_TARGET_UNUSABLE.value

    def failed(self, chart: Chart, admin: Actor) -> str:
        assert chart.clinic.disclosures.list(admin, chart.patient.id) == ()
        line = next(
            one
            for one in chart.clinic.audit.list(admin, patient_id=chart.patient.id)
            if one.action.startswith("patient.export")
        )
        assert line.action == "patient.export_failed"
        return line.detail

    def test_a_target_that_cannot_be_written(self, chart: Chart, admin: Actor) -> None:
        (chart.folder / "there.zip").write_bytes(b"somebody else's")
        for target in (chart.folder / "no such folder" / "out.zip", chart.folder / "there.zip"):
            with refused(ErrorCode.EXPORT_TARGET_UNUSABLE, Unavailable):
                chart.clinic.exports.run(chart.doctor, chart.wants(), target)
            assert self.failed(chart, admin) == ErrorCode.EXPORT_TARGET_UNUSABLE.value
        assert [path.name for path in chart.folder.iterdir()] == ["there.zip"]
        assert (chart.folder / "there.zip").read_bytes() == b"somebody else's"

    def test_a_full_disk(self, chart: Chart, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with refused(ErrorCode.EXPORT_TARGET_UNUSABLE, Unavailable):
            chart.clinic.exports.run(chart.doctor, chart.wants(), chart.folder / "out.zip")
        monkeypatch.undo()
        assert list(chart.folder.iterdir()) == []
        assert self.failed(chart, admin) == ErrorCode.EXPORT_TARGET_UNUSABLE.value

    def test_a_damaged_document_is_not_handed_out(self, chart: Chart, admin: Actor) -> None:
        vault = chart.clinic.profile.folder / "vault"
        largest = max((path for path in vault.glob("??/*")), key=lambda path: path.stat().st_size)
        data = bytearray(largest.read_bytes())
        data[len(data) // 2] ^= 1
        largest.write_bytes(data)
        with refused(ErrorCode.VAULT_DAMAGED, Unavailable):
            chart.clinic.exports.run(chart.doctor, chart.wants(), chart.folder / "out.zip")
        assert list(chart.folder.iterdir()) == []
        assert self.failed(chart, admin) == ErrorCode.VAULT_DAMAGED.value


class TestDisclosures:
    def given(self, chart: Chart, **changes: Any) -> RecordDisclosure:
        values = {
            "patient_id": chart.patient.id,
            "kind": DisclosureKind.PRINT,
            "recipient": "=City Hospital",
            "address": "Hospital Road 1",
            "what": "lab report",
            "purpose": "referral",
        }
        return RecordDisclosure.model_validate({**values, **changes})

    def test_an_export_is_one(self, chart: Chart, admin: Actor) -> None:
        chart.clinic.exports.run(chart.doctor, chart.wants(), chart.folder / "out.zip")
        [one] = chart.clinic.disclosures.list(admin, chart.patient.id)
        assert (one.kind, one.recipient, one.address, one.what, one.purpose, one.treatment) == (
            DisclosureKind.EXPORT,
            "City Hospital",
            "Hospital Road 1",
            "Record and 2 documents",
            "asked for by the patient",
            False,
        )
        assert (one.account_name, one.at) == (chart.doctor.name, chart.clinic.work.clock.now())
        lines = chart.clinic.audit.list(admin, patient_id=chart.patient.id)
        assert {"patient.exported", "disclosure.disclosed"} <= {line.action for line in lines}
        assert not any("Hospital" in line.detail for line in lines)

    def test_who_reads_the_list(self, chart: Chart, admin: Actor) -> None:
        chart.clinic.disclosures.record(chart.reception, self.given(chart))
        for actor in (chart.doctor, admin):
            assert len(chart.clinic.disclosures.list(actor, chart.patient.id)) == 1
        with pytest.raises(NotAllowed):
            chart.clinic.disclosures.list(chart.reception, chart.patient.id)
        stranger = chart.clinic.patients.register(chart.reception, a_patient("Anders"))
        with pytest.raises(NotAllowed):
            chart.clinic.disclosures.list(chart.doctor, stranger.id)
        with pytest.raises(NotAllowed):
            chart.clinic.disclosures.list(chart.doctor, new_id())
        with pytest.raises(NotFound):
            chart.clinic.disclosures.list(admin, new_id())

    def test_the_accounting_leaves_treatment_out(self, chart: Chart, admin: Actor) -> None:
        command = self.given(chart)
        chart.clinic.disclosures.record(chart.reception, command)
        chart.clinic.disclosures.record(chart.reception, command)
        chart.clinic.disclosures.record(
            chart.reception, self.given(chart, recipient="Dr. Elsewhere", treatment=True)
        )
        assert len(chart.clinic.disclosures.list(admin, chart.patient.id)) == 2
        csv = chart.clinic.disclosures.accounting(admin, chart.patient.id, AccountingForm.CSV).decode()
        assert "2026-11-18 10:42,'=City Hospital,Hospital Road 1,lab report,referral" in csv
        assert "Elsewhere" not in csv
        pdf = chart.clinic.disclosures.accounting(admin, chart.patient.id, AccountingForm.PDF)
        page = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
        assert NAME in page and "=City Hospital" in page and "Elsewhere" not in page
