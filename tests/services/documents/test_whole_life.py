"""What else handles documents handles what belongs to them: erasing, merging, backups, keys that change."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pyzipper

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import (
    Document,
    DocumentType,
    EditDocument,
    PartKind,
    ReassignDocument,
)
from meditrack_desktop.domain.incoming import FileIncoming, IncomingSource, TakeIn
from meditrack_desktop.domain.patient_merges import MergePatients, UndoMerge
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.privacy import AnswerPurge, AskForPurge, ExportPatient
from tests.conftest import ClinicSite
from tests.makers.dicom_files import a_slice
from tests.makers.documents import FilingDesk, a_report
from tests.makers.people import a_patient
from tests.makers.pictures import a_picture
from tests.services.doors import person


def _opens(desk: FilingDesk, doctor: Actor, document: Document, data: bytes) -> None:
    """The original, its text and its thumbnail, as they were filed."""
    documents = desk.clinic.documents
    with documents.open(doctor, document.id).source as source:  # type: ignore[attr-defined]
        assert source.read_all() == data
    if PartKind.TEXT in document.parts:
        assert "Kanarienvogel" in documents.text(doctor, document.id)[0]
    assert documents.thumbnail(doctor, document.id).startswith(b"\x89PNG")


def _erase(desk: FilingDesk, admin: Actor, patient: Patient) -> None:
    second = person(desk.clinic, "second", frozenset({Role.ADMIN}))
    wanted = AskForPurge(patient_id=patient.id, reason="the patient insists on it", overrule=True)
    asked = desk.clinic.purges.ask(second, wanted)
    desk.clinic.purges.approve(admin, AnswerPurge(id=asked.id, version=asked.version))


def test_erasing_leaves_no_part_no_copy_in_the_inbox_and_nothing_with_others(
    desk: FilingDesk, other: Patient, doctor: Actor, admin: Actor
) -> None:
    stays = desk.attach(patient_id=other.id)
    desk.attach(a_report(text="Kanarienvogel"))
    first = desk.attach()
    desk.attach(replaces_id=first.id)
    moved = desk.attach(type=DocumentType.LAB_REPORT)
    desk.clinic.documents.edit(doctor, EditDocument(id=moved.id, version=1, type=DocumentType.INSURANCE))
    wrong = desk.attach(a_report(text="of the one who is erased"), patient_id=other.id)
    right = ReassignDocument(id=wrong.id, version=1, patient_id=desk.patient.id, reason="mixed up")
    desk.clinic.documents.reassign(doctor, right)
    taken = desk.clinic.incoming.take_in(
        desk.actor,
        TakeIn(file_name="report.pdf", source=IncomingSource.CHOSEN),
        io.BytesIO(a_report(text="from the inbox")),
    )
    command = FileIncoming(id=taken.id, version=taken.version, patient_id=desk.patient.id)
    desk.clinic.incoming.file(desk.actor, command)
    assert len(desk.files()) > 15
    _erase(desk, admin, desk.patient)
    assert desk.files() == desk.known_files() == desk.files_of(stays.id)
    assert desk.listed(other) == [stays.id]
    assert desk.clinic.upkeep.run(admin).missing == ()


def test_a_merge_and_its_undoing_keep_every_document_and_its_parts_openable(
    desk: FilingDesk, other: Patient, doctor: Actor, admin: Actor
) -> None:
    data = {name: a_report(text=f"Kanarienvogel {name}") for name in ("kept", "gone", "later")}
    kept = desk.attach(data["kept"], type=DocumentType.LAB_REPORT)
    gone = desk.attach(data["gone"], type=DocumentType.LAB_REPORT, patient_id=other.id)
    newer = desk.attach(data["later"], patient_id=other.id, replaces_id=gone.id, type=DocumentType.LAB_REPORT)
    patients = desk.clinic.patients
    command = MergePatients(
        kept_id=desk.patient.id,
        kept_version=patients.get(admin, desk.patient.id).version,
        gone_id=other.id,
        gone_version=patients.get(admin, other.id).version,
        reason="one person",
    )
    merge = desk.clinic.patient_merges.merge(admin, command)
    every = ((kept, "kept"), (gone, "gone"), (newer, "later"))
    for document, name in every:
        _opens(desk, doctor, document, data[name])
    assert set(desk.listed()) == {kept.id, newer.id}
    assert [one.id for one in desk.clinic.documents.versions(doctor, gone.id)] == [newer.id, gone.id]
    third = desk.clinic.patients.register(desk.actor, a_patient("Vzorek", "Jan"))
    moved = ReassignDocument(id=kept.id, version=1, patient_id=third.id, reason="mixed up")
    assert desk.clinic.documents.reassign(doctor, moved).patient_id == third.id
    desk.clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))
    for document, name in every[1:]:
        _opens(desk, doctor, document, data[name])
    assert desk.listed(other) == [newer.id]
    assert desk.files() == desk.known_files()


def test_a_type_changed_between_a_merge_and_its_undoing(
    desk: FilingDesk, other: Patient, doctor: Actor, admin: Actor
) -> None:
    """Its files are encrypted to the other class's key of the record that it goes back to."""
    data = a_report(text="Kanarienvogel")
    gone = desk.attach(data, type=DocumentType.LAB_REPORT, patient_id=other.id)
    patients = desk.clinic.patients
    command = MergePatients(
        kept_id=desk.patient.id,
        kept_version=patients.get(admin, desk.patient.id).version,
        gone_id=other.id,
        gone_version=patients.get(admin, other.id).version,
        reason="one person",
    )
    merge = desk.clinic.patient_merges.merge(admin, command)
    version = desk.clinic.documents.get(doctor, gone.id).version
    wanted = EditDocument(id=gone.id, version=version, type=DocumentType.INSURANCE)
    desk.clinic.documents.edit(doctor, wanted)
    _opens(desk, doctor, gone, data)
    desk.clinic.patient_merges.undo(admin, UndoMerge(id=merge.id, version=merge.version))
    assert desk.listed(other) == [gone.id]
    _opens(desk, doctor, gone, data)
    _erase(desk, admin, other)
    assert desk.files() == desk.known_files() == set()


def test_a_backup_brings_parts_back(
    desk: FilingDesk, site: ClinicSite, doctor: Actor, admin: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    data = a_report(text="Kanarienvogel")
    filed = desk.attach(data)
    folder = tmp_path / "stick"
    folder.mkdir()
    desk.clinic.backups.set_target(admin, folder)
    made = desk.clinic.backups.run(admin)
    desk.clinic.backups.verify(admin, made.name)
    for path in desk.files():
        path.unlink()
    report = desk.clinic.backups.restore(admin, made.name)
    assert (report.documents_added, report.absent) == (3, ())
    again = site.open(clock)
    try:
        fresh = again.sessions.sign_in("doctor", "velvet-compass-four-pines")
        _opens(FilingDesk(again, fresh, desk.patient), fresh, filed, data)
    finally:
        again.close()
    shutil.rmtree(folder)


def test_what_is_missing_or_changed_of_a_part_is_found(desk: FilingDesk, admin: Actor) -> None:
    filed = desk.attach(a_report(text="Kanarienvogel"))
    files = sorted(desk.files_of(filed.id))
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[:-1] + b"?")
    report = desk.clinic.upkeep.run(admin)
    assert (len(report.missing), len(report.damaged)) == (1, 1)


def test_an_export_carries_originals_of_every_kind_and_version_and_no_part(
    desk: FilingDesk, doctor: Actor, tmp_path: Path
) -> None:
    first = desk.attach(a_report(text="Kanarienvogel"), title="Blood count")
    second = desk.attach(replaces_id=first.id, title="Blood count, corrected")
    picture = desk.attach(a_picture(kind="WEBP"), "photo.webp")
    study = desk.study([("IM1", a_slice(1)), ("IM2", a_slice(2))], other_name_confirmed=True)
    target = tmp_path / "record.zip"
    wanted = ExportPatient(patient_id=desk.patient.id, recipient="The patient", purpose="asked for it")
    made = desk.clinic.exports.run(doctor, wanted, target)
    assert (made.documents, made.left_out) == (4, 0)
    with pyzipper.AESZipFile(target) as archive:
        archive.setpassword(made.passphrase.encode())
        names = [name for name in archive.namelist() if name.startswith("documents/")]
        told = json.loads(archive.read("record.json"))
    assert sorted(name.rpartition(".")[2] for name in names) == ["pdf", "png", "webp", "zip"]
    references = {
        one["resource"]["id"]: one["resource"]
        for one in told["entry"]
        if one["resource"]["resourceType"] == "DocumentReference"
    }
    assert references.keys() == {str(one.id) for one in (first, second, picture, study)}
    assert references[str(first.id)]["status"] == "superseded"
    relation = {"code": "replaces", "target": {"reference": f"DocumentReference/{first.id}"}}
    assert references[str(second.id)]["relatesTo"] == [relation]
    attachment = references[str(study.id)]["content"][0]["attachment"]
    assert attachment["contentType"] == "application/dicom+zip"
