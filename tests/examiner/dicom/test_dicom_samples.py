"""Every published DICOM sample, held against what is expected of it and against another reader's pixels."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.pixels.processing import apply_modality_lut

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner.dicom.examination import look
from meditrack_desktop.examiner.dicom.greys import rescaled
from meditrack_desktop.examiner.dicom.header import read_header
from meditrack_desktop.examiner.dicom.header_lines import header_lines
from meditrack_desktop.examiner.dicom.images import DicomFile
from meditrack_desktop.examiner.dicom.source import MemorySource
from meditrack_desktop.examiner.limits import Limits

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
OPENS, NO_IMAGE, REFUSED = "opens", "no image", "refused"
ALLOWED = {
    "opens": {OPENS},
    "opens-no-image": {NO_IMAGE},
    "metadata-opens-image-clear-error": {NO_IMAGE},
    "opens-or-clear-error": {OPENS, NO_IMAGE, REFUSED},
    "opens-inert-or-clear-error": {OPENS, NO_IMAGE, REFUSED},
}
BETTER = {"dicom/pixel-undecodable/pydicom__JPEG-lossy.dcm"}
"""Expected not to be drawable, since the reference reader knows no JPEG of twelve bits; ours is drawn."""

pytestmark = pytest.mark.skipif(not (SAMPLES / "index.json").exists(), reason="the samples are not here")


def entries() -> list[dict[str, Any]]:
    if not (SAMPLES / "index.json").exists():
        return []
    told = json.loads((SAMPLES / "index.json").read_text(encoding="utf-8"))["files"]
    return [one for one in told if one["path"].startswith("dicom/") or "polyglots/dicom" in one["path"]]


def names(one: dict[str, Any]) -> str:
    return str(one["path"])


def examined(path: str) -> tuple[str, Examination | None]:
    try:
        found = look(memoryview((SAMPLES / path).read_bytes()), Limits())
    except Invalid as refusal:
        assert refusal.code in (ErrorCode.FILE_UNREADABLE, ErrorCode.FILE_TOO_LARGE)
        return REFUSED, None
    assert found.contents is not None
    image = found.contents.series[0].images[0]
    assert bool(found.thumbnail) == image.drawable
    return (OPENS if image.drawable else NO_IMAGE), found


@pytest.mark.parametrize("one", entries(), ids=names)
def test_a_sample_is_what_it_is_expected_to_be(one: dict[str, Any]) -> None:
    outcome, found = examined(one["path"])
    if one["path"] in BETTER:
        assert outcome == OPENS
        return
    assert outcome in ALLOWED[one["expect"]]
    facts = one.get("facts", {})
    if found is not None and found.contents is not None:
        series = found.contents.series[0]
        if "modality" in facts:
            assert series.modality == facts["modality"]
        if outcome == OPENS and "frames" in facts:
            assert found.pages == int(facts["frames"])
        if outcome == OPENS and "shape" in facts:
            sizes = [each for each in facts["shape"] if each > 4 or each == series.images[0].rows]
            assert series.images[0].rows in sizes and series.images[0].columns in sizes
        if "patient_name" in facts:
            for part in facts["patient_name"].replace("=", "^").split("^"):
                assert part in found.named.name


def test_the_counts() -> None:
    """The table for the report: of each expectation, what came of it."""
    table = Counter((one["expect"], examined(one["path"])[0]) for one in entries())
    for (expected, outcome), count in sorted(table.items()):
        print(f"{expected:40} {outcome:10} {count}")
    assert sum(table.values()) == len(entries())
    assert table[("opens", OPENS)] == sum(one["expect"] == "opens" for one in entries())


DRAWN = [one for one in entries() if one["expect"] == "opens"]


def reference(path: str) -> np.ndarray[Any, Any] | None:
    """All frames as pydicom unpacks them; None where it has no decoder."""
    dataset = pydicom.dcmread(SAMPLES / path)
    try:
        pixels = dataset.pixel_array
    except (RuntimeError, NotImplementedError):
        return None
    single = pixels.ndim == (2 if int(dataset.SamplesPerPixel) == 1 else 3)
    return pixels[None] if single else pixels


@pytest.mark.parametrize("one", DRAWN, ids=names)
def test_every_frame_is_the_one_that_another_reader_sees(one: dict[str, Any]) -> None:
    theirs = reference(one["path"])
    if theirs is None:
        pytest.skip("the other reader has no decoder for it; see the one below")
    file = DicomFile(MemorySource((SAMPLES / one["path"]).read_bytes()))
    assert file.reader().frames() == len(theirs)
    for index, pixels in enumerate(theirs):
        ours, _ = file.reader().read(index)
        assert np.array_equal(ours, pixels), index


@pytest.mark.parametrize("one", DRAWN, ids=names)
def test_measured_values_are_the_ones_that_another_reader_computes(one: dict[str, Any]) -> None:
    theirs = reference(one["path"])
    dataset = pydicom.dcmread(SAMPLES / one["path"])
    colour = theirs is not None and (theirs.ndim == 4 or "PALETTE" in dataset.PhotometricInterpretation)
    elsewhere = {"SharedFunctionalGroupsSequence", "DoseGridScaling"} & set(dataset.dir())
    tables = dataset.get("ModalityLUTSequence")
    if theirs is None or colour or elsewhere or (tables and not tables[0].get("LUTDescriptor")):
        pytest.skip("the other reader has no values for it")
    frame = DicomFile(MemorySource((SAMPLES / one["path"]).read_bytes())).frame(0)
    assert np.allclose(rescaled(frame.pixels, frame.scale), apply_modality_lut(theirs[0], dataset))


TWELVE_BITS = [
    "dicom/images/cornerstone__CT0012.fragmented_no_bot_jpeg_baseline.51.dcm",
    "dicom/images/cornerstone__CTImage.dcm_JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51.dcm",
    "dicom/images/pljdata__RG2_JPLY_fixed.dcm",
    "dicom/pixel-undecodable/pydicom__JPEG-lossy.dcm",
]


@pytest.mark.skipif(shutil.which("dcmdjpeg") is None, reason="DCMTK is not installed")
@pytest.mark.parametrize("path", TWELVE_BITS)
def test_a_jpeg_of_twelve_bits_is_what_dcmtk_sees(path: str, tmp_path: Path) -> None:
    subprocess.run(
        ["dcmdjpeg", str(SAMPLES / path), str(tmp_path / "plain.dcm")], check=True, capture_output=True
    )
    theirs = pydicom.dcmread(tmp_path / "plain.dcm").pixel_array
    file = DicomFile(MemorySource((SAMPLES / path).read_bytes()))
    for index in range(file.reader().frames()):
        ours, _ = file.reader().read(index)
        assert np.array_equal(ours, theirs[index] if theirs.ndim == 3 else theirs), index


def test_a_lossless_high_throughput_frame_is_the_picture_it_was_made_of() -> None:
    """The lossy one is the same picture within what it gave up."""
    kept, given_up = (
        DicomFile(MemorySource((SAMPLES / f"dicom/images/pydata__{name}.dcm").read_bytes())).frame(0).pixels
        for name in ("HTJ2KLossless_08_RGB", "HTJ2K_08_RGB")
    )
    assert kept.shape == given_up.shape == (480, 640, 3)
    assert np.abs(kept.astype(int) - given_up).mean() < 5


@pytest.mark.parametrize(
    "one", [each for each in entries() if "same_pixels_as" in each.get("facts", {})], ids=names
)
def test_the_same_image_in_another_packing_is_the_same(one: dict[str, Any]) -> None:
    ours, theirs = (
        DicomFile(MemorySource((SAMPLES / path).read_bytes())).frame(0).pixels
        for path in (one["path"], one["facts"]["same_pixels_as"])
    )
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    "one", [each for each in entries() if each["expect"] != "opens-or-clear-error"], ids=names
)
def test_every_header_can_be_read_as_text(one: dict[str, Any]) -> None:
    lines = header_lines(read_header(MemorySource((SAMPLES / one["path"]).read_bytes())))
    assert lines
    assert all(len(line.value) <= 200 and line.value.isprintable() for line in lines)
