"""DICOM through the process apart: what comes back is believed, and what hurts stays there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner.examiner import Examiner
from meditrack_desktop.examiner.limits import Limits
from tests.makers.dicom_files import STUDY, a_dataset, a_slice, as_bytes

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def apart() -> Iterator[Examiner]:
    made = Examiner()
    yield made
    made.close()


def test_a_study_comes_back_whole_and_in_order(apart: Examiner) -> None:
    files = [a_slice(number, float(number)) for number in range(40, 0, -1)]
    data, found = apart.put_together([(f"IM{number}", one) for number, one in enumerate(files)])
    assert found.media_type is MediaType.DICOM_STUDY and found.contents is not None
    images = found.contents.series[0].images
    assert [image.instance_number for image in images] == list(range(1, 41))
    assert [data[image.offset : image.offset + image.size] for image in images] == files[::-1]
    with zipfile.ZipFile(BytesIO(data)) as packed:
        assert packed.testzip() is None
    assert found.named.name == "Fictanova Mara" and found.thumbnail.startswith(b"\x89PNG")


def test_files_of_several_studies_are_refused_by_their_own_word(apart: Examiner) -> None:
    with pytest.raises(Invalid) as refused:
        apart.put_together([("a", a_slice(1)), ("b", a_slice(2, StudyInstanceUID=STUDY + ".4"))])
    assert refused.value.code is ErrorCode.FILE_SEVERAL_STUDIES


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (b"%PDF-1.4 not a scan", ErrorCode.FILE_TYPE_REFUSED),
        (bytes(128) + b"DICM", ErrorCode.FILE_UNREADABLE),
        (b"", ErrorCode.FILE_EMPTY),
    ],
)
def test_one_file_that_is_none_refuses_them_all(apart: Examiner, second: bytes, code: ErrorCode) -> None:
    with pytest.raises(Invalid) as refused:
        apart.put_together([("a", a_slice(1)), ("b", second)])
    assert refused.value.code is code


def test_more_bytes_than_a_study_may_have_are_refused_before_they_are_read(apart: Examiner) -> None:
    with pytest.raises(Invalid) as refused:
        apart.put_together([("a", a_slice(1))] * 3, Limits(largest_study=2 * len(a_slice(1))))
    assert refused.value.code is ErrorCode.FILE_TOO_LARGE


def test_a_deflated_file_that_swells_is_refused(apart: Examiner) -> None:
    dataset = a_dataset(np.zeros((9000, 9000), dtype=np.int16))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = as_bytes(dataset)
    assert len(data) < MEBIBYTE
    with pytest.raises(Invalid) as refused:
        apart.examine(data, "scan.dcm")
    assert refused.value.code is ErrorCode.FILE_TOO_LARGE


def test_a_large_file_is_not_held_twice(apart: Examiner) -> None:
    """200 MB of frames: the process holds a few of them and the file it was given, not a copy."""
    frame = np.arange(1024 * 1024, dtype=np.int16).reshape(1024, 1024)
    data = as_bytes(a_dataset(np.stack([frame] * 100)))
    found = apart.examine(data, "film.dcm")
    assert found.pages == 100 and found.contents is not None
    assert found.contents.series[0].images[0].drawable
    # What was mapped and looked at counts as held; of 200 MB that is the frames that were sampled.
    assert apart.peak_kib < 450 * 1024


@pytest.mark.parametrize("name", ["", "IM0001", "1.2.840.113619.2.55", "scan.dcm", "slice.ima", "0001.12345"])
def test_names_as_scanners_give_them_are_fine(apart: Examiner, name: str) -> None:
    assert apart.examine(a_slice(1), name).media_type is MediaType.DICOM


@pytest.mark.parametrize("name", ["scan.jpg", "scan.pdf", "scan.exe"])
def test_a_name_of_another_kind_is_refused(apart: Examiner, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        apart.examine(a_slice(1), name)
    assert refused.value.code is ErrorCode.FILE_NAME_DISAGREES
