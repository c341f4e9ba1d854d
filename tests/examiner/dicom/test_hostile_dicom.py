"""Files made to hurt: each is refused, or kept with its header and not drawn; never a crash, a hang or a swollen
memory."""

from __future__ import annotations

import random
import struct
import time
import zlib
from datetime import date
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    EncapsulatedPDFStorage,
    JPEGLSLossless,
    MediaStorageDirectoryStorage,
)

from meditrack_desktop.domain.documents import MEBIBYTE, Inert, MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner.dicom.examination import look
from meditrack_desktop.examiner.dicom.header import MOST_INFLATED
from meditrack_desktop.examiner.limits import Limits
from tests.makers.dicom_files import a_dataset, a_slice, as_bytes, frames_of, packed, ramp


def examined(data: bytes) -> Examination:
    return look(memoryview(data), Limits())


def refused(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        examined(data)
    return refusal.value


def drawable(found: Examination) -> bool:
    assert found.contents is not None
    return all(image.drawable for series in found.contents.series for image in series.images)


@pytest.mark.parametrize(
    "beginning",
    [
        b"MZ\x90\x00",
        b"\x7fELF\x02",
        bytes.fromhex("cffaedfe"),
        bytes.fromhex("feedfacf"),
        b"<html><script>",
        b"#!/bin/sh\n",
        b"II*\0",
    ],
)
def test_a_preamble_of_another_kind_of_file_is_flagged(beginning: bytes) -> None:
    data = beginning + a_slice()[len(beginning) :]
    found = examined(data)
    assert found.inert == {Inert.PREAMBLE}
    assert found.media_type is MediaType.DICOM and drawable(found)
    assert examined(a_slice()).inert == frozenset()


@pytest.mark.parametrize("after", [b"", b"\0" * 64, bytes(random.Random(38).randbytes(4096))])
def test_a_mark_and_nothing_after_it_is_refused(after: bytes) -> None:
    assert refused(bytes(128) + b"DICM" + after).code is ErrorCode.FILE_UNREADABLE


def test_a_deflated_file_that_swells_is_refused_before_it_has() -> None:
    plain = a_dataset()
    plain.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    whole = as_bytes(plain)
    start = _body_of(whole)
    packer = zlib.compressobj(9, wbits=-15)
    body = zlib.decompress(whole[start:], -15)
    swollen = packer.compress(body)
    for _ in range(300):
        swollen += packer.compress(bytes(MEBIBYTE))
    swollen += packer.flush()
    bomb = whole[:start] + swollen
    assert len(bomb) < MEBIBYTE
    began = time.perf_counter()
    refusal = refused(bomb)
    assert refusal.code is ErrorCode.FILE_TOO_LARGE and refusal.parameters["limit"] == MOST_INFLATED
    assert time.perf_counter() - began < 20


def _body_of(data: bytes) -> int:
    """Where the data set begins: after the group whose length the first element says."""
    assert data[132:140] == b"\x02\x00\x00\x00UL\x04\x00"
    return 144 + int(struct.unpack("<L", data[140:144])[0])


def test_a_deflated_file_of_a_sane_size_is_read() -> None:
    plain = a_dataset()
    plain.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    found = examined(as_bytes(plain))
    assert drawable(found) and found.named.name == "Fictanova Mara"


@pytest.mark.parametrize("cut", [2, 500, 3000])
def test_pixels_that_are_too_few_are_kept_and_not_drawn(cut: int) -> None:
    found = examined(as_bytes(a_dataset())[:-cut])
    assert not drawable(found) and found.thumbnail == b""
    assert found.named.numbers == ("002-3371",)


def test_pixels_that_are_too_many_are_drawn_as_the_header_says() -> None:
    pixels = ramp()
    found = examined(as_bytes(a_dataset(pixels, PixelData=pixels.tobytes() + b"\1" * 500)))
    assert drawable(found) and found.pages == 1


@pytest.mark.parametrize("frames", ["999999999", "2147483647", "3"])
def test_frames_that_are_not_there_are_not_counted(frames: str) -> None:
    found = examined(as_bytes(a_dataset(frames_of(2), NumberOfFrames=frames)))
    assert not drawable(found) and found.pages == 2


@pytest.mark.parametrize("frames", ["-4", "0", "", "many"])
def test_a_count_of_frames_that_is_none_means_one(frames: str) -> None:
    dataset = a_dataset(frames_of(2), NumberOfFrames=None)
    dataset.add_new("NumberOfFrames", "LO", frames)
    assert examined(as_bytes(dataset)).pages == 1


@pytest.mark.parametrize(
    "values",
    [
        {"Rows": 65535, "Columns": 65535},
        {"Rows": 0},
        {"Columns": None},
        {"BitsAllocated": 7},
        {"BitsAllocated": None},
        {"SamplesPerPixel": 200},
        {"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3},
        {"BitsStored": 99},
        {"PhotometricInterpretation": "PALETTE COLOR"},
    ],
)
def test_a_header_that_does_not_fit_its_pixels_is_shown_without_them(values: dict[str, Any]) -> None:
    found = examined(as_bytes(a_dataset(ramp(), **values)))
    assert not drawable(found)
    assert found.named.name == "Fictanova Mara"


@pytest.mark.parametrize("depth", [50, 10_000])
def test_sequences_within_sequences_end_somewhere(depth: int) -> None:
    """Written by hand: the library would not write what it could not read."""
    opening = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    whole = as_bytes(a_dataset())
    start = _body_of(whole)
    data = whole[:start] + opening * depth + closing * depth + whole[start:]
    began = time.perf_counter()
    try:
        assert examined(data).media_type is MediaType.DICOM
    except Invalid as refusal:
        assert refusal.code is ErrorCode.FILE_UNREADABLE
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize("reference", ["IMAGES/0001", "../../../etc/passwd"])
def test_a_directory_of_a_medium_is_refused(reference: str) -> None:
    dataset = a_dataset(None, PixelData=None, SOPClassUID=MediaStorageDirectoryStorage)
    record = Dataset()
    record.DirectoryRecordType = "IMAGE"
    record.ReferencedFileID = reference.split("/")
    dataset.DirectoryRecordSequence = Sequence([record])
    assert refused(as_bytes(dataset)).code is ErrorCode.FILE_UNREADABLE


def a_pdf() -> bytes:
    import io

    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, "Ferritin 32")
    canvas.showPage()
    canvas.drawString(72, 700, "second page")
    canvas.save()
    return out.getvalue()


def test_a_wrapped_pdf_is_examined_as_the_pdf_it_is() -> None:
    from meditrack_desktop.examiner import pdf

    dataset = a_dataset(None, PixelData=None, Modality="DOC", SOPClassUID=EncapsulatedPDFStorage)
    dataset.MIMETypeOfEncapsulatedDocument = "application/pdf"
    dataset.EncapsulatedDocument = a_pdf()
    found = look(memoryview(as_bytes(dataset)), Limits(), pdf.look)
    assert found.media_type is MediaType.DICOM and found.pages == 2
    assert [page.strip() for page in found.text] == ["Ferritin 32", "second page"]
    assert found.thumbnail.startswith(b"\x89PNG")
    assert found.named.name == "Fictanova Mara" and not drawable(found)


@pytest.mark.parametrize(
    ("charset", "name", "written", "shown"),
    [
        ("GB18030", "王^小明", "gb18030", "王 小明"),
        ("ISO_IR 144", "Иванова^Мария", "iso8859_5", "Иванова Мария"),
        ("ISO_IR 192", "Kim^Minsu=金^民秀=김^민수", "utf-8", "Kim Minsu (金 民秀, 김 민수)"),
        ("ISO_IR 192", "\u202efdp^x\x07", "utf-8", "fdp x"),
        ("NOT A CHARSET", "Plain^Name", "ascii", "Plain Name"),
    ],
)
def test_names_are_read_in_their_own_script(charset: str, name: str, written: str, shown: str) -> None:
    placeholder = "N" * len(name.encode(written))
    data = as_bytes(a_dataset(SpecificCharacterSet=charset, PatientName=placeholder))
    found = examined(data.replace(placeholder.encode(), name.encode(written)))
    assert found.named.name == shown


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("19880405", date(1988, 4, 5)),
        ("1988.04.05", date(1988, 4, 5)),
        ("1988-04-05", date(1988, 4, 5)),
        ("19881399", None),
        ("1988", None),
        ("", None),
        ("00010101", None),
        ("not a date", None),
    ],
)
def test_a_birth_date_is_read_however_it_was_written(written: str, born: date | None) -> None:
    dataset = a_dataset(PatientBirthDate=None)
    dataset.add_new("PatientBirthDate", "LO", written)
    assert examined(as_bytes(dataset)).named.birth_date == born


def test_a_broken_packed_frame_is_kept_and_not_drawn() -> None:
    whole = bytearray(packed(frames_of(2)))
    whole[-600:-300] = b"\xff" * 300
    found = examined(bytes(whole))
    assert found.named.name == "Fictanova Mara"
    dataset = a_dataset()
    dataset.compress(JPEGLSLossless, generate_instance_uid=False)
    data = bytearray(as_bytes(dataset))
    data[-200:-100] = bytes(100)
    assert examined(bytes(data)).media_type is MediaType.DICOM


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_end_in_a_refusal_or_a_document(seed: int) -> None:
    """Anything may stand anywhere; the answer is always one of the two."""
    luck = random.Random(seed)
    data = bytearray(
        luck.choice([a_slice(), packed(frames_of(3), "basic"), packed(frames_of(2), "extended")])
    )
    for _ in range(luck.randint(1, 60)):
        data[luck.randrange(132, len(data))] = luck.randrange(256)
    began = time.perf_counter()
    try:
        found = examined(bytes(data))
        assert found.contents is not None and found.pages >= 1
    except Invalid as refusal:
        assert refusal.code in (ErrorCode.FILE_UNREADABLE, ErrorCode.FILE_TOO_LARGE)
    assert time.perf_counter() - began < 20


def test_the_facts_of_a_header_are_found() -> None:
    found = examined(a_slice(7, 12.5))
    assert found.contents is not None
    series = found.contents.series[0]
    assert (found.named.name, found.named.numbers) == ("Fictanova Mara", ("002-3371",))
    assert found.document_date == date(2024, 3, 3)
    assert found.contents.study_at is not None and found.contents.study_at.hour == 14
    assert (found.contents.description, found.contents.body_part) == ("CT HEAD W/O", "HEAD")
    assert found.contents.referring == "Dr. Ines Modelo"
    assert (series.number, series.description, series.modality) == (2, "axial", "CT")
    assert series.slice_thickness_mm == 5
    image = series.images[0]
    assert (image.offset, image.instance_number, image.slice_position) == (0, 7, 12.5)
    assert (image.rows, image.columns) == (32, 48)


def test_the_small_picture_has_the_true_shape() -> None:
    import io

    from PIL import Image

    dataset = a_dataset(np.zeros((100, 100), dtype=np.int16), PixelSpacing=[2, 1])
    picture = Image.open(io.BytesIO(examined(as_bytes(dataset)).thumbnail))
    assert picture.size == (100, 200)
    large = a_dataset(np.zeros((2000, 1000), dtype=np.int16))
    assert Image.open(io.BytesIO(examined(as_bytes(large)).thumbnail)).size == (160, 320)
