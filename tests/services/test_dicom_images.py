"""The images of a DICOM document, read through the encrypted vault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import EncapsulatedPDFStorage

from meditrack_desktop.domain.documents import DocumentClass
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.examination import StudyContents
from meditrack_desktop.examiner.dicom.examination import look
from meditrack_desktop.examiner.dicom.study import put_together
from meditrack_desktop.examiner.limits import Limits
from meditrack_desktop.services import dicom_images
from meditrack_desktop.services.dicom_images import (
    CtPreset,
    DicomFrame,
    DicomImages,
    Undrawable,
    WhyNot,
    ct_presets,
    length_between,
    open_images,
    windowed,
)
from meditrack_desktop.vault.keys import new_clinic_keys
from meditrack_desktop.vault.reader import BlobReader
from meditrack_desktop.vault.vault import Vault
from tests.makers.dicom_files import a_dataset, a_slice, as_bytes, frames_of, ramp


@dataclass
class Kept:
    """A vault with one patient's key."""

    folder: Path
    vault: Vault
    public: str
    secret: str

    def keep(self, data: bytes) -> BlobReader:
        """Store and open again."""
        (self.folder / "source").write_bytes(data)
        with (self.folder / "source").open("rb") as file:
            blob = self.vault.store(file, self.public, uuid4())
        return self.vault.open(blob.blob_id, self.secret, blob)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    keys = new_clinic_keys()
    vault = Vault(tmp_path / "vault", uuid4())
    vault.create()
    vault.unlock(keys.identities)
    patient_id = uuid4()
    key = vault.make_patient_key(patient_id, DocumentClass.CLINICAL, keys.recipients)
    return Kept(tmp_path, vault, key.public, vault.unwrap(key, patient_id, DocumentClass.CLINICAL))


def contents_of(data: bytes) -> StudyContents:
    found = look(memoryview(data), Limits()).contents
    assert found is not None
    return found


@pytest.fixture
def study(kept: Kept) -> Iterator[DicomImages]:
    """Two series: a scout of one image, and thirty slices dropped in the wrong order."""
    files = [a_slice(number, float(number)) for number in range(30, 0, -1)]
    files.append(a_slice(1, 0.0, SeriesInstanceUID="1.2.3", SeriesNumber=1, SeriesDescription="scout"))
    pieces, found = put_together([("", memoryview(data)) for data in files], Limits())
    assert found.contents is not None
    source = kept.keep(b"".join(pieces))
    yield open_images(source, found.contents)
    source.close()


def test_a_frame_of_a_study_is_the_slice_at_its_place(study: DicomImages) -> None:
    assert [study.count(series) for series in range(2)] == [1, 30]
    for index in (0, 14, 29):
        frame = study.frame(1, index)
        assert np.array_equal(frame.pixels, ramp() + np.int16(index + 1))
        assert study.facts(1, index).instance_number == index + 1
        assert frame.slice_position == index + 1


def test_only_what_a_frame_needs_is_decrypted(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    data = as_bytes(a_dataset(frames_of(80, 256, 256)))
    contents = contents_of(data)
    source = kept.keep(data)
    read: list[int] = []
    whole = BlobReader.read_at

    def counted(self: BlobReader, position: int, size: int) -> bytes:
        found = whole(self, position, size)
        read.append(len(found))
        return found

    monkeypatch.setattr(BlobReader, "read_at", counted)
    images = open_images(source, contents)
    assert np.array_equal(images.frame(0, 79).pixels, frames_of(80, 256, 256)[79])
    assert sum(read) < 256 * 256 * 2 + 100_000 < len(data) / 40
    source.close()


def test_a_frame_that_was_read_is_not_read_again(study: DicomImages) -> None:
    first = study.frame(1, 3)
    assert study.frame(1, 3) is first
    study.close()
    assert study.frame(1, 3) is not first


def test_frames_are_kept_up_to_a_bound(study: DicomImages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dicom_images, "FRAMES_KEPT", 5 * ramp().nbytes)
    first = study.frame(1, 0)
    for index in range(1, 30):
        study.frame(1, index)
    assert study._kept <= 5 * ramp().nbytes
    assert len(study._frames) == 5
    assert study.frame(1, 0) is not first


def test_beyond_the_end_there_is_nothing(study: DicomImages) -> None:
    for index in (-1, 30, 999):
        with pytest.raises(LookupError):
            study.frame(1, index)


def test_the_header_is_there_as_text(study: DicomImages) -> None:
    lines = {line.tag: line for line in study.header(1, 0)}
    assert lines["(0010,0010)"].name == "Patient's Name" and lines["(0010,0010)"].value == "Fictanova^Mara"
    assert lines["(0008,0016)"].value.startswith("CT Image Storage (1.2.840")
    assert lines["(0002,0010)"].value.startswith("Explicit VR Little Endian")
    assert "(7FE0,0010)" not in lines


def test_a_series_has_a_small_picture(study: DicomImages) -> None:
    small = study.thumbnail(1, 24)
    assert (small.columns, small.rows, small.is_colour) == (24, 16, False)
    assert len(small.data) == 24 * 16 and len(set(small.data)) > 4


def test_an_image_without_pixels_says_why_and_shows_its_header(kept: Kept) -> None:
    data = as_bytes(a_dataset(None, PixelData=None, Modality="SR"))
    source = kept.keep(data)
    images = open_images(source, contents_of(data))
    with pytest.raises(Undrawable) as refused:
        images.frame(0, 0)
    assert refused.value.why is WhyNot.NO_PIXELS
    assert images.header(0, 0) and images.facts(0, 0).modality == "SR"
    source.close()


def test_a_wrapped_pdf_comes_as_a_file(kept: Kept) -> None:
    pdf = b"%PDF-1.4 \n" + bytes(range(256)) * 200
    dataset = a_dataset(None, PixelData=None, SOPClassUID=EncapsulatedPDFStorage)
    dataset.MIMETypeOfEncapsulatedDocument, dataset.EncapsulatedDocument = "application/pdf", pdf
    data = as_bytes(dataset)
    source = kept.keep(data)
    images = open_images(source, contents_of(data))
    found = images.wrapped_pdf(0, 0)
    assert found is not None and found.read() == pdf
    found.seek(10)
    assert found.read(4) == bytes(range(4))
    source.close()


def test_damage_in_the_vault_is_said_and_nothing_is_drawn(kept: Kept) -> None:
    data = as_bytes(a_dataset(frames_of(80, 256, 256)))
    contents = contents_of(data)

    source = kept.keep(data)
    path = sorted((kept.folder / "vault").rglob("*.age"), key=lambda each: each.stat().st_mtime_ns)[-1]
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(damaged)
    images = open_images(source, contents)
    images.frame(0, 0)
    with pytest.raises(Unavailable) as refused:
        for index in range(36, 44):
            images.frame(0, index)
    assert refused.value.code is ErrorCode.VAULT_DAMAGED
    source.close()


def a_frame(spacing: tuple[float, float] | None, kind: str = "PixelSpacing") -> DicomFrame:
    from meditrack_desktop.examiner.dicom.images import DicomFile
    from meditrack_desktop.examiner.dicom.source import MemorySource

    values = {"PixelSpacing": None} | ({kind: list(spacing)} if spacing else {})
    return DicomFile(MemorySource(as_bytes(a_dataset(**values)))).frame(0)


def test_a_length_is_in_millimetres_only_where_the_file_says_what_a_pixel_is() -> None:
    known = length_between(a_frame((2.0, 0.5)), (0, 0), (30, 10))
    assert known.millimetres == pytest.approx((15**2 + 20**2) ** 0.5)
    assert not known.at_detector
    assert length_between(a_frame((0.2, 0.2), "ImagerPixelSpacing"), (0, 0), (3, 4)).at_detector
    unknown = length_between(a_frame(None), (0, 0), (3, 4))
    assert (unknown.millimetres, unknown.pixels) == (None, 5)


@given(
    st.tuples(st.floats(0, 500), st.floats(0, 500)),
    st.tuples(st.floats(0, 500), st.floats(0, 500)),
    st.floats(0.05, 5),
    st.floats(0.05, 5),
)
def test_a_length_is_the_same_both_ways_and_grows_with_the_pixels(
    first: tuple[float, float], last: tuple[float, float], down: float, right: float
) -> None:
    frame = _frame_of(down, right)
    there, back = length_between(frame, first, last), length_between(frame, last, first)
    assert there == back
    twice = length_between(_frame_of(2 * down, 2 * right), first, last)
    assert twice.millimetres == pytest.approx(2 * (there.millimetres or 0))


def _frame_of(down: float, right: float) -> DicomFrame:
    from dataclasses import replace

    from meditrack_desktop.services.dicom_images import Spacing

    return replace(a_frame((1.0, 1.0)), spacing=Spacing(down, right), aspect=down / right)


def test_well_known_windows_are_those_of_a_ct_only() -> None:
    names = dict(ct_presets("CT"))
    assert (names[CtPreset.BRAIN].center, names[CtPreset.BRAIN].width) == (40, 80)
    assert ct_presets("MR") == ()


def test_an_overlay_is_drawn_over_the_image_or_left_out() -> None:
    from meditrack_desktop.examiner.dicom.images import DicomFile
    from meditrack_desktop.examiner.dicom.source import MemorySource

    mask = np.zeros((32, 48), dtype=np.uint8)
    mask[4:8, 4:8] = 1
    dataset = a_dataset(np.zeros((32, 48), dtype=np.int16))
    dataset.add_new((0x6000, 0x0010), "US", 32)
    dataset.add_new((0x6000, 0x0011), "US", 48)
    dataset.add_new((0x6000, 0x0040), "CS", "G")
    dataset.add_new((0x6000, 0x0050), "SS", [1, 1])
    dataset.add_new((0x6000, 0x3000), "OW", np.packbits(mask.reshape(-1), bitorder="little").tobytes())
    frame = DicomFile(MemorySource(as_bytes(dataset))).frame(0)
    drawn, bare = windowed(frame), windowed(frame, overlays=False)
    assert drawn.data[4 * 48 + 4] == 255 and bare.data[4 * 48 + 4] == 0
    assert drawn.data[0] == bare.data[0]
