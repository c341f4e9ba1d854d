"""Documents on real databases and a real vault: filed once, opened by whoever may, never lost between desks."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from meditrack_desktop.database.queries import documents as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change, ChangeSet
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import (
    AttachDocument,
    DeleteDocument,
    Document,
    DocumentClass,
    DocumentType,
    MediaType,
    NotScanned,
    PartKind,
    RestoreDocument,
    ScanVerdict,
    TextState,
)
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ClinicError,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
    Stopped,
    Unavailable,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import ArchivePatient, Patient
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.makers.care import as_doctor, in_care
from tests.makers.people import a_patient


def a_png(size: tuple[int, int] = (40, 30), colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def a_large_tiff() -> bytes:
    """A little over 3 MB: several reads and many chunks of the vault."""
    out = io.BytesIO()
    Image.effect_noise((1800, 1800), 80).save(out, "TIFF")
    return out.getvalue()


@dataclass(frozen=True)
class Desk:
    clinic: Clinic
    actor: Actor
    patient: Patient

    def wants(self, name: str = "scan.png", **details: Any) -> AttachDocument:
        details.setdefault("patient_id", self.patient.id)
        return AttachDocument(file_name=name, **details)

    def attach(self, data: bytes | None = None, name: str = "scan.png", **details: Any) -> Document:
        source = io.BytesIO(a_png() if data is None else data)
        return self.clinic.documents.attach(self.actor, self.wants(name, **details), source)

    def files(self) -> set[Path]:
        folder = self.clinic.profile.folder / "vault"
        return {path for path in folder.glob("??/*") if path.is_file()}


@pytest.fixture
def desk(clinic: Clinic, reception: Actor, doctor: Actor, admin: Actor) -> Desk:
    """The front desk, and a patient who is in the doctor's care."""
    patient = clinic.patients.register(reception, a_patient())
    in_care(clinic, reception, as_doctor(clinic, admin, doctor), patient)
    return Desk(clinic, reception, patient)


def _blob_of(desk: Desk, document: Document) -> UUID:
    with desk.clinic.work.database.reading() as session:
        return queries.blob(session, document.id).blob_id


WITH_THUMBNAIL = 2
"""Files in the vault for one picture: itself and its thumbnail."""


def refused(code: ErrorCode, kind: type[ClinicError]) -> Any:
    return pytest.raises(kind, match=f"^{code.value}$")


class TestAttaching:
    def test_the_record_and_the_bytes(self, desk: Desk, doctor: Actor, clock: FixedClock) -> None:
        data = a_png()
        filed = desk.attach(data, "../Knee ‮x-ray.png", source="City Hospital")
        assert filed == desk.clinic.documents.get(desk.actor, filed.id)
        assert filed == Document(
            id=filed.id,
            version=1,
            patient_id=desk.patient.id,
            title="Knee x-ray",
            type=DocumentType.OTHER,
            document_class=DocumentClass.CLINICAL,
            media_type=MediaType.PNG,
            file_name="Knee x-ray.png",
            size=len(data),
            pages=1,
            document_date=None,
            source="City Hospital",
            verdict=ScanVerdict.NOT_SCANNED,
            created_at=clock.now(),
            created_by=desk.actor.account_id,
            created_by_name=desk.actor.name,
            not_scanned_because=NotScanned.NO_SCANNER,
            text_state=TextState.WANTED,
            parts=frozenset({PartKind.THUMBNAIL}),
        )
        opened = desk.clinic.documents.open(doctor, filed.id)
        assert opened.document == filed
        assert opened.source.read_all() == data
        assert opened.source.read_at(1, 3) == b"PNG"
        assert Image.open(opened.source).size == (40, 30)  # type: ignore[arg-type]
        opened.source.close()

    def test_many_chunks_read_anywhere(self, desk: Desk, doctor: Actor) -> None:
        data = a_large_tiff()
        filed = desk.attach(data, "scan.tif", title="Large")
        assert (filed.title, filed.size) == ("Large", len(data))
        source = desk.clinic.documents.open(doctor, filed.id).source
        source.seek(2_000_003)
        assert source.read(70_000) == data[2_000_003:2_070_003]
        assert hashlib.sha256(source.read_all()).digest() == hashlib.sha256(data).digest()
        source.close()

    def test_the_same_command_twice_files_once(self, desk: Desk) -> None:
        command = desk.wants()
        first = desk.clinic.documents.attach(desk.actor, command, io.BytesIO(a_png()))
        again = desk.clinic.documents.attach(desk.actor, command, io.BytesIO(b"not even looked at"))
        assert again == first
        assert len(desk.files()) == 1 * WITH_THUMBNAIL
        other = desk.clinic.patients.register(desk.actor, a_patient("Anders"))
        with pytest.raises(ChangedMeanwhile):
            desk.clinic.documents.attach(
                desk.actor, command.model_copy(update={"patient_id": other.id}), io.BytesIO(a_png())
            )

    def test_equal_names_are_two_documents(self, desk: Desk) -> None:
        one, two = desk.attach(name="caf\u00e9.png"), desk.attach(name="cafe\u0301.png")
        assert one.file_name == two.file_name
        assert one.id != two.id
        assert len(desk.files()) == 2 * WITH_THUMBNAIL

    @pytest.mark.parametrize(
        ("data", "name", "code"),
        [
            (b"", "empty.pdf", ErrorCode.FILE_EMPTY),
            (b"MZ\x90\x00", "setup.pdf", ErrorCode.FILE_TYPE_REFUSED),
            (b"<svg/>", "drawing.svg", ErrorCode.FILE_TYPE_REFUSED),
            (a_png(), "scan\u202efdp.exe", ErrorCode.FILE_NAME_DISAGREES),
            (a_png()[:60], "half.png", ErrorCode.FILE_UNREADABLE),
            (b"%PDF-1.7\nnothing", "cut.pdf", ErrorCode.FILE_UNREADABLE),
        ],
    )
    def test_a_refused_file_leaves_nothing(self, desk: Desk, data: bytes, name: str, code: ErrorCode) -> None:
        with refused(code, Invalid):
            desk.attach(data, name)
        assert desk.files() == set()
        assert desk.clinic.documents.of_patient(desk.actor, desk.patient.id) == ()

    def test_whom_and_by_whom_is_asked_before_a_byte_is_read(self, desk: Desk, admin: Actor) -> None:
        class Untouched(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                raise AssertionError("read")

        documents = desk.clinic.documents
        with refused(ErrorCode.NOT_PERMITTED, NotAllowed):
            documents.attach(admin, desk.wants(), Untouched())
        with refused(ErrorCode.PATIENT_NOT_FOUND, NotFound):
            documents.attach(desk.actor, desk.wants(patient_id=new_id()), Untouched())
        desk.clinic.patients.archive(
            admin, ArchivePatient(id=desk.patient.id, version=1, reason="moved away")
        )
        with refused(ErrorCode.PATIENT_ARCHIVED, Conflict):
            documents.attach(desk.actor, desk.wants(), Untouched())

    def test_progress_counts_up_to_the_end(self, desk: Desk) -> None:
        data, seen = a_large_tiff(), list[Progress]()
        desk.clinic.documents.attach(desk.actor, desk.wants("scan.tif"), io.BytesIO(data), seen.append)
        assert [p.done for p in seen] == sorted(p.done for p in seen)
        assert len(seen) > 2
        assert seen[-1] == Progress(len(data), len(data))

    def test_stopped_half_way_nothing_is_kept(self, desk: Desk) -> None:
        def stop(progress: Progress) -> None:
            if progress.done > 1_000_000:
                raise Stopped()

        with pytest.raises(Stopped):
            desk.clinic.documents.attach(desk.actor, desk.wants("scan.tif"), io.BytesIO(a_large_tiff()), stop)
        assert desk.files() == set()
        assert desk.clinic.documents.of_patient(desk.actor, desk.patient.id) == ()

    def test_archived_while_the_file_was_being_written(self, desk: Desk, admin: Actor) -> None:
        def archive(progress: Progress) -> None:
            if progress.done == progress.total and progress.total:
                patient = desk.clinic.patients.get(desk.actor, desk.patient.id)
                if patient.active:
                    desk.clinic.patients.archive(
                        admin, ArchivePatient(id=patient.id, version=patient.version, reason="moved")
                    )

        with refused(ErrorCode.PATIENT_ARCHIVED, Conflict):
            desk.clinic.documents.attach(desk.actor, desk.wants(), io.BytesIO(a_png()), archive)
        assert desk.files() == set()

    def test_no_vault_no_row(self, desk: Desk) -> None:
        vault = desk.clinic.profile.folder / "vault"
        vault.rename(vault.with_name("elsewhere"))
        with refused(ErrorCode.VAULT_MISSING, Unavailable):
            desk.attach()
        assert desk.clinic.documents.of_patient(desk.actor, desk.patient.id) == ()


class TestOpening:
    def test_by_class(self, desk: Desk, doctor: Actor, admin: Actor) -> None:
        report = desk.attach(type=DocumentType.LAB_REPORT)
        card = desk.attach(type=DocumentType.INSURANCE)
        documents = desk.clinic.documents
        documents.open(desk.actor, card.id).source.close()
        documents.open(doctor, card.id).source.close()
        documents.open(doctor, report.id).source.close()
        with refused(ErrorCode.NOT_IN_CARE, NotAllowed):
            documents.open(admin, report.id)
        for actor, document in ((desk.actor, report), (admin, card)):
            with refused(ErrorCode.NOT_PERMITTED, NotAllowed):
                documents.open(actor, document.id)
        lines = [line for line in desk.clinic.audit.list(admin) if line.outcome.value == "refused"]
        assert [line.detail for line in reversed(lines)] == [
            "not in care",
            "open_clinical_document",
            "open_administrative_document",
        ]

    def test_the_trail_comes_before_the_bytes(
        self, desk: Desk, doctor: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filed = desk.attach()

        def fail(*_: Any) -> str:
            [line] = [line for line in desk.clinic.audit.list(admin) if line.action == "document.opened"]
            assert (line.object_id, line.patient_id) == (filed.id, desk.patient.id)
            raise Unavailable(ErrorCode.VAULT_MISSING)

        monkeypatch.setattr(type(desk.clinic.keys.vault), "unwrap", fail)
        with refused(ErrorCode.VAULT_MISSING, Unavailable):
            desk.clinic.documents.open(doctor, filed.id)

    def test_unknown(self, desk: Desk, doctor: Actor) -> None:
        with refused(ErrorCode.DOCUMENT_NOT_FOUND, NotFound):
            desk.clinic.documents.get(doctor, new_id())
        with refused(ErrorCode.NOT_IN_CARE, NotAllowed):
            desk.clinic.documents.open(doctor, new_id())
        with refused(ErrorCode.PATIENT_NOT_FOUND, NotFound):
            desk.clinic.documents.of_patient(doctor, new_id())

    def test_a_flipped_bit_and_an_exchanged_file_are_refused(self, desk: Desk, doctor: Actor) -> None:
        one, two = desk.attach(a_png(colour="red")), desk.attach(a_png(colour="blue"))
        first, second = (desk.clinic.keys.vault.layout.blob(_blob_of(desk, each)) for each in (one, two))
        kept = first.read_bytes()
        flipped = bytearray(kept)
        flipped[len(kept) // 2] ^= 1
        first.write_bytes(flipped)
        codes = []
        for document in (one, two):
            try:
                desk.clinic.documents.open(doctor, document.id).source.close()
            except Unavailable as refusal:
                codes.append(refusal.code)
        assert codes == [ErrorCode.VAULT_DAMAGED]
        first.write_bytes(second.read_bytes())
        second.write_bytes(kept)
        for document in (one, two):
            with refused(ErrorCode.VAULT_DAMAGED, Unavailable):
                desk.clinic.documents.open(doctor, document.id)


class TestTheBin:
    def test_in_and_out(self, desk: Desk, doctor: Actor, clock: FixedClock) -> None:
        filed, documents = desk.attach(), desk.clinic.documents
        gone = documents.delete(doctor, DeleteDocument(id=filed.id, version=1, reason="wrong patient"))
        assert (gone.deleted_at, gone.delete_reason) == (clock.now(), "wrong patient")
        assert documents.of_patient(doctor, desk.patient.id) == ()
        assert documents.of_patient(doctor, desk.patient.id, include_deleted=True) == (gone,)
        with refused(ErrorCode.DOCUMENT_NOT_FOUND, NotFound):
            documents.open(doctor, filed.id)
        assert len(desk.files()) == 1 * WITH_THUMBNAIL
        back = documents.restore(doctor, RestoreDocument(id=filed.id, version=gone.version))
        assert (back.deleted_at, back.delete_reason) == (None, "")
        documents.open(doctor, filed.id).source.close()

    def test_stale_and_forbidden(self, desk: Desk, doctor: Actor) -> None:
        filed, documents = desk.attach(), desk.clinic.documents
        with refused(ErrorCode.NOT_PERMITTED, NotAllowed):
            documents.delete(desk.actor, DeleteDocument(id=filed.id, version=1, reason="because"))
        documents.delete(doctor, DeleteDocument(id=filed.id, version=1, reason="because"))
        with pytest.raises(ChangedMeanwhile):
            documents.delete(doctor, DeleteDocument(id=filed.id, version=1, reason="because"))
        with refused(ErrorCode.DOCUMENT_NOT_FOUND, NotFound):
            documents.delete(doctor, DeleteDocument(id=filed.id, version=2, reason="because"))
        with pytest.raises(ChangedMeanwhile):
            documents.restore(doctor, RestoreDocument(id=filed.id, version=1))

    def test_every_change_is_told_and_written_down(self, desk: Desk, doctor: Actor, admin: Actor) -> None:
        heard: list[ChangeSet] = []
        desk.clinic.changes.subscribe(heard.append)
        filed = desk.attach(title="Secret finding")
        gone = desk.clinic.documents.delete(
            doctor, DeleteDocument(id=filed.id, version=1, reason="wrong patient")
        )
        desk.clinic.documents.restore(doctor, RestoreDocument(id=filed.id, version=gone.version))
        change = Change("document", filed.id, patient=desk.patient.id)
        assert [each.changes for each in heard] == [(change,)] * 3
        lines = [line for line in desk.clinic.audit.list(admin) if line.object_id == filed.id]
        assert [line.action for line in reversed(lines)] == [
            "document.attach_begun",
            "document.attached",
            "document.deleted",
            "document.restored",
        ]
        assert not any("ecret" in line.detail or "wrong" in line.detail for line in lines)
        assert desk.clinic.audit.check(admin).whole


class TestTwoDesks:
    @pytest.fixture
    def desks(
        self, site: ClinicSite, clock: FixedClock, reception: Actor, doctor: Actor, admin: Actor
    ) -> Iterator[list[Desk]]:
        clinics = [site.open(clock) for _ in range(2)]
        patient = clinics[0].patients.register(reception, a_patient())
        in_care(clinics[0], reception, as_doctor(clinics[0], admin, doctor), patient)
        yield [Desk(clinic, reception, patient) for clinic in clinics]
        for clinic in clinics:
            clinic.close()

    def both(self, desks: list[Desk], commands: list[AttachDocument]) -> list[Document]:
        barrier = Barrier(2)

        def attach(desk: Desk, command: AttachDocument) -> Document:
            def meet(progress: Progress) -> None:
                # Both have made their choice of key before either writes its row.
                if progress.done == progress.total and not met:
                    met.append(True)
                    barrier.wait(10)

            met: list[bool] = []
            return desk.clinic.documents.attach(desk.actor, command, io.BytesIO(a_png()), meet)

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(attach, desks, commands))

    def test_both_make_the_patients_first_key_and_both_documents_open(
        self, desks: list[Desk], doctor: Actor
    ) -> None:
        filed = self.both(desks, [desks[0].wants(), desks[1].wants()])
        for desk in desks:
            for document in filed:
                source = desk.clinic.documents.open(doctor, document.id).source
                assert source.read_all() == a_png()
                source.close()
        assert len(desks[0].files()) == 2 * WITH_THUMBNAIL

    def test_one_command_from_both_is_filed_once(self, desks: list[Desk], doctor: Actor) -> None:
        command = desks[0].wants()
        filed = self.both(desks, [command, command])
        assert filed[0] == filed[1]
        assert len(desks[0].files()) == 1 * WITH_THUMBNAIL
        desks[1].clinic.documents.open(doctor, filed[0].id).source.close()

    def test_lost_updates(self, desks: list[Desk], doctor: Actor) -> None:
        document = desks[0].attach()
        for _ in range(10):
            results = self.delete_at_once(desks, doctor, document.id, document.version)
            won = [result for result in results if isinstance(result, Document)]
            assert len(won) == 1, results
            assert [type(r) for r in results if not isinstance(r, Document)] == [ChangedMeanwhile]
            document = desks[0].clinic.documents.restore(
                doctor, RestoreDocument(id=document.id, version=won[0].version)
            )

    def delete_at_once(self, desks: list[Desk], doctor: Actor, id_: UUID, version: int) -> list[Any]:
        barrier = Barrier(2)

        def delete(desk: Desk) -> Document | ClinicError:
            barrier.wait(10)
            try:
                return desk.clinic.documents.delete(
                    doctor, DeleteDocument(id=id_, version=version, reason="twice")
                )
            except ClinicError as refusal:
                return refusal

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(delete, desks))
