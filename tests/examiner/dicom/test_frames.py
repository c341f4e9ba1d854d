"""One frame is found and read without the others, however the file says where it lies."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from meditrack_desktop.examiner.dicom.images import DicomFile
from meditrack_desktop.examiner.dicom.source import MemorySource, Part, SourceFile
from meditrack_desktop.examiner.dicom.undrawable import Undrawable, WhyNot
from tests.makers.dicom_files import a_dataset, as_bytes, frames_of, packed

COUNT = 40


class CountedSource(MemorySource):
    """Tells how many bytes were read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.bytes_read = 0

    def read_at(self, position: int, size: int) -> bytes:
        found = super().read_at(position, size)
        self.bytes_read += len(found)
        return found


@pytest.mark.parametrize("table", ["none", "basic", "extended"])
@pytest.mark.parametrize("index", [0, 1, 17, COUNT - 1])
def test_a_packed_frame_is_the_one_that_was_packed(table: str, index: int) -> None:
    pixels = frames_of(COUNT)
    frame, _ = DicomFile(MemorySource(packed(pixels, table))).reader().read(index)
    assert np.array_equal(frame, pixels[index])


@pytest.mark.parametrize("fragments", [1, 3])
def test_a_frame_in_several_pieces_is_put_together(fragments: int) -> None:
    pixels = frames_of(3)
    file = DicomFile(MemorySource(packed(pixels, "basic", fragments)))
    for index in range(3):
        assert np.array_equal(file.reader().read(index)[0], pixels[index])


def test_the_first_frame_is_read_without_the_rest() -> None:
    """Of a large file of frames as they are, only the header and that frame are read."""
    pixels = frames_of(60, 256, 256)
    source = CountedSource(as_bytes(a_dataset(pixels)))
    frame, _ = DicomFile(source).reader().read(0)
    assert np.array_equal(frame, pixels[0])
    assert source.bytes_read < 256 * 256 * 2 + 4 * SourceFile.BLOCK


@pytest.mark.parametrize("index", [0, 59])
def test_any_packed_frame_is_read_without_the_rest(index: int) -> None:
    rng = np.random.default_rng(5)
    pixels = rng.integers(-1000, 1000, (60, 128, 128), dtype=np.int16)
    source = CountedSource(packed(pixels, "basic"))
    frame, _ = DicomFile(source).reader().read(index)
    assert np.array_equal(frame, pixels[index])
    assert source.bytes_read < 2 * 128 * 128 * 2 + 4 * SourceFile.BLOCK


def test_frames_of_single_bits_begin_anywhere_in_a_byte() -> None:
    rng = np.random.default_rng(6)
    bits = rng.integers(0, 2, (5, 7, 9), dtype=np.uint8)
    data = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    dataset = a_dataset(
        bits, BitsAllocated=1, BitsStored=1, HighBit=0, PixelData=data + b"\0" * (len(data) % 2)
    )
    file = DicomFile(MemorySource(as_bytes(dataset)))
    for index in range(5):
        assert np.array_equal(file.reader().read(index)[0], bits[index])


def test_colours_keep_their_places_in_both_orders() -> None:
    rng = np.random.default_rng(7)
    colours = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    for planar, data in ((0, colours.tobytes()), (1, colours.transpose(2, 0, 1).tobytes())):
        dataset = a_dataset(
            colours[:, :, 0],
            SamplesPerPixel=3,
            PhotometricInterpretation="RGB",
            PlanarConfiguration=planar,
            PixelData=data,
        )
        frame = DicomFile(MemorySource(as_bytes(dataset))).frame(0)
        assert np.array_equal(frame.pixels, colours)


def test_a_lower_value_is_brighter_where_the_file_says_so() -> None:
    from meditrack_desktop.examiner.dicom.images import windowed

    values = np.array([[0, 100, 200, 255]], dtype=np.uint8)
    plain, turned = (
        windowed(
            DicomFile(
                MemorySource(
                    as_bytes(
                        a_dataset(
                            values,
                            PhotometricInterpretation=kind,
                            WindowCenter=128,
                            WindowWidth=256,
                            RescaleType=None,
                        )
                    )
                )
            ).frame(0)
        )
        for kind in ("MONOCHROME2", "MONOCHROME1")
    )
    assert plain[0, 0] < plain[0, 3] and turned[0, 0] > turned[0, 3]
    assert (plain.astype(int) + turned == 255).all()


def test_what_each_frame_says_for_itself_is_used() -> None:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence

    def groups(slope: float, height: float) -> Dataset:
        found, values, place = Dataset(), Dataset(), Dataset()
        values.RescaleSlope, values.RescaleIntercept, values.RescaleType = slope, 0, "US"
        place.ImagePositionPatient = [0, 0, height]
        found.PixelValueTransformationSequence = Sequence([values])
        found.PlanePositionSequence = Sequence([place])
        return found

    dataset = a_dataset(frames_of(2), RescaleSlope=None, RescaleIntercept=None, ImagePositionPatient=None)
    dataset.PerFrameFunctionalGroupsSequence = Sequence([groups(2, 10), groups(3, 15)])
    file = DicomFile(MemorySource(as_bytes(dataset)))
    first, last = file.frame(0), file.frame(1)
    assert (first.scale.slope, last.scale.slope) == (2, 3)
    assert (first.slice_position, last.slice_position) == (10, 15)


@pytest.mark.parametrize("cut", [1, 100, 2000, 3000])
def test_a_file_that_was_cut_draws_the_frames_before_the_cut(cut: int) -> None:
    pixels = frames_of(3)
    whole = as_bytes(a_dataset(pixels))
    file = DicomFile(MemorySource(whole[:-cut]))
    assert file.reader().frames() == 2
    assert np.array_equal(file.reader().read(1)[0], pixels[1])
    with pytest.raises(Undrawable) as refused:
        file.reader().read(2)
    assert refused.value.why is WhyNot.DAMAGED


def test_a_cut_among_packed_frames_is_found() -> None:
    whole = packed(frames_of(3))
    file = DicomFile(MemorySource(whole[:-400]))
    with pytest.raises(Undrawable):
        file.reader().read(2)
    file.reader().read(0)


def test_an_offset_that_lies_is_damage() -> None:
    """The table points into the middle of a frame."""
    whole = bytearray(packed(frames_of(3), "basic"))
    table = whole.index(struct.pack("<HHL", 0xFFFE, 0xE000, 12)) + 8
    whole[table + 4 : table + 8] = struct.pack("<L", 50)
    file = DicomFile(MemorySource(bytes(whole)))
    with pytest.raises(Undrawable):
        file.reader().read(1)


def test_a_part_never_reaches_beyond_itself() -> None:
    part = Part(MemorySource(b"0123456789"), 2, 5)
    assert part.read_at(3, 100) == b"56"
    assert SourceFile(part).read() == b"23456"
    with pytest.raises(ValueError):
        Part(MemorySource(b"0123"), 2, 3)


def test_a_length_that_lies_never_becomes_memory() -> None:
    file = SourceFile(MemorySource(b"x" * 100))
    assert len(file.read(2**40)) == 100
    file.seek(90)
    assert file.read(2**40) == b"x" * 10
