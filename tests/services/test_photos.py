"""The photo of a face: small, upright, without metadata, encrypted, and nobody else's; on both databases."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.consents import ConsentAnswer, ConsentKind, RecordConsent
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    Invalid,
    NotAllowed,
    NotFound,
)
from meditrack_desktop.domain.patients import ArchivePatient, Patient
from meditrack_desktop.domain.photos import LARGEST_PHOTO, RemovePhoto, SetPhoto
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.photo_image import portrait
from tests.conftest import ClinicSite
from tests.makers.people import a_patient, an_edit
from tests.makers.pictures import a_picture

RED, BLUE = (200, 20, 20), (20, 20, 200)


@pytest.fixture
def patient(clinic: Clinic, reception: Actor) -> Patient:
    return clinic.patients.register(reception, a_patient())


def with_photo(clinic: Clinic, by: Actor, patient: Patient, data: bytes) -> Patient:
    command = SetPhoto(patient_id=patient.id, version=patient.version)
    return clinic.photos.set(by, command, io.BytesIO(data))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_comes_back_small_and_without_metadata(
    clinic: Clinic, reception: Actor, patient: Patient, kind: str
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of a nurse"
    exif[0x0112] = 6  # lies on its side
    data = a_picture(1200, 900, kind, RED, exif=exif.tobytes())
    assert b"Camera of a nurse" in data
    shown = with_photo(clinic, reception, patient, data)
    assert shown.photo_id is not None
    kept = clinic.photos.get(reception, patient.id)
    assert b"Camera" not in kept
    image = opened(kept)
    assert (image.format, image.size, image.mode) == ("JPEG", (384, 512), "RGB")
    assert not image.getexif()
    red, green, blue = image.getpixel((100, 100))  # type: ignore[misc]
    assert red > 180 and green < 50 and blue < 50


def test_it_is_no_plain_file_and_no_report(
    clinic: Clinic, reception: Actor, patient: Patient, site: ClinicSite
) -> None:
    with_photo(clinic, reception, patient, a_picture(64, 64, "JPEG", RED))
    kept = clinic.photos.get(reception, patient.id)
    for path in Path(site.folder).rglob("*"):
        if path.is_file():
            assert kept[200:260] not in path.read_bytes(), path
    assert clinic.documents.of_patient(reception, patient.id, include_deleted=True) == ()


def test_a_new_photo_puts_the_old_one_in_the_bin(
    clinic: Clinic, reception: Actor, doctor: Actor, patient: Patient
) -> None:
    first = with_photo(clinic, reception, patient, a_picture(colour=RED))
    second = with_photo(clinic, reception, first, a_picture(colour=BLUE))
    assert second.photo_id not in (None, first.photo_id)
    _, _, blue = opened(clinic.photos.get(doctor, patient.id)).getpixel((5, 5))  # type: ignore[misc]
    assert blue > 150
    assert first.photo_id is not None
    old = clinic.documents.get(reception, first.photo_id)
    assert old.deleted_at == clinic.work.clock.now()


def test_removing_shows_nobody_and_keeps_it_in_the_bin(
    clinic: Clinic, reception: Actor, patient: Patient
) -> None:
    shown = with_photo(clinic, reception, patient, a_picture())
    bare = clinic.photos.remove(reception, RemovePhoto(patient_id=patient.id, version=shown.version))
    assert bare.photo_id is None
    with pytest.raises(NotFound) as gone:
        clinic.photos.get(reception, patient.id)
    assert gone.value.code is ErrorCode.PHOTO_NOT_FOUND
    with pytest.raises(NotFound):
        clinic.photos.remove(reception, RemovePhoto(patient_id=patient.id, version=bare.version))
    assert shown.photo_id is not None
    assert clinic.documents.get(reception, shown.photo_id).deleted_at is not None


def test_sent_twice_one_is_kept(clinic: Clinic, reception: Actor, patient: Patient) -> None:
    command = SetPhoto(patient_id=patient.id, version=patient.version)
    once = clinic.photos.set(reception, command, io.BytesIO(a_picture()))
    assert clinic.photos.set(reception, command, io.BytesIO(a_picture())) == once


def test_a_stale_version_is_refused_and_leaves_nothing_shown(
    clinic: Clinic, reception: Actor, patient: Patient
) -> None:
    clinic.patients.edit(reception, an_edit(patient, note="changed"))
    with pytest.raises(ChangedMeanwhile):
        with_photo(clinic, reception, patient, a_picture())
    assert clinic.patients.get(reception, patient.id).photo_id is None


def test_a_race_lost_after_storing_leaves_the_picture_in_the_bin(
    clinic: Clinic, reception: Actor, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach = clinic.documents.attach

    def and_then_somebody_edits(*args: object, **kept: object) -> object:
        filed = attach(*args, **kept)  # type: ignore[arg-type]
        clinic.patients.edit(reception, an_edit(patient, note="changed meanwhile"))
        return filed

    monkeypatch.setattr(clinic.documents, "attach", and_then_somebody_edits)
    command = SetPhoto(patient_id=patient.id, version=patient.version)
    with pytest.raises(ChangedMeanwhile):
        clinic.photos.set(reception, command, io.BytesIO(a_picture()))
    assert clinic.documents.get(reception, command.id).deleted_at is not None
    assert clinic.patients.get(reception, patient.id).photo_id is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ErrorCode.FILE_EMPTY),
        (b"GIF89a" + bytes(40), ErrorCode.FILE_TYPE_REFUSED),
        (b"%PDF-1.7 no face", ErrorCode.FILE_TYPE_REFUSED),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ErrorCode.FILE_TYPE_REFUSED),
        (a_picture(300, 300, "PNG")[:-30], ErrorCode.FILE_UNREADABLE),
        (b"\xff\xd8\xff" + bytes(100), ErrorCode.FILE_UNREADABLE),
        (b"RIFF\x24\x00\x00\x00WEBP" + bytes(30), ErrorCode.FILE_UNREADABLE),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, code: ErrorCode) -> None:
    with pytest.raises(Invalid) as refused:
        portrait(data)
    assert refused.value.code is code


def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Invalid) as refused:
        portrait(b"\xff\xd8\xff" + bytes(LARGEST_PHOTO))
    assert refused.value.code is ErrorCode.FILE_TOO_LARGE


def test_what_cannot_be_seen_through_stands_on_white() -> None:
    sink = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(sink, "PNG")
    assert min(opened(portrait(sink.getvalue())).getpixel((5, 5))) > 250  # type: ignore[arg-type]


def test_who_may_not_open_papers_of_the_desk_sees_no_face(
    clinic: Clinic, reception: Actor, admin: Actor, patient: Patient
) -> None:
    with_photo(clinic, reception, patient, a_picture())
    with pytest.raises(NotAllowed):
        clinic.photos.get(admin, patient.id)


def test_archived_patients_keep_their_face(
    clinic: Clinic, reception: Actor, admin: Actor, patient: Patient
) -> None:
    shown = with_photo(clinic, reception, patient, a_picture())
    gone = clinic.patients.archive(
        admin, ArchivePatient(id=patient.id, version=shown.version, reason="moved away")
    )
    assert clinic.photos.get(reception, patient.id)
    with pytest.raises(Conflict) as refused:
        with_photo(clinic, reception, gone, a_picture())
    assert refused.value.code is ErrorCode.PATIENT_ARCHIVED


def test_the_trail_says_when_nobody_agreed(
    clinic: Clinic, reception: Actor, admin: Actor, patient: Patient
) -> None:
    first = with_photo(clinic, reception, patient, a_picture())
    clinic.consents.record(
        reception,
        RecordConsent(
            patient_id=patient.id,
            kind=ConsentKind.PHOTO,
            answer=ConsentAnswer.GIVEN,
            answered_on=date(2026, 11, 1),
        ),
    )
    with_photo(clinic, reception, first, a_picture())
    details = [line.detail for line in clinic.audit.list(admin) if line.action == "patient.photo_set"]
    assert ["no consent" in detail for detail in details] == [False, True]
    clinic.photos.get(reception, patient.id)
    assert any(line.action == "photo.viewed" for line in clinic.audit.list(admin))
