"""Files of one study become one document, in order, with nothing lost and nothing mixed."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination, StudyContents
from meditrack_desktop.examiner.dicom.examination import look
from meditrack_desktop.examiner.dicom.study import by_study, put_together
from meditrack_desktop.examiner.limits import Limits
from tests.makers.dicom_files import SERIES, STUDY, a_dataset, a_slice, as_bytes, frames_of


def together(*files: bytes) -> tuple[bytes, Examination]:
    pieces, found = put_together(
        [(f"IM{number}", memoryview(data)) for number, data in enumerate(files)], Limits()
    )
    return b"".join(pieces), found


def contents_of(found: Examination) -> StudyContents:
    assert found.contents is not None
    return found.contents


def test_slices_lie_along_the_body_whatever_their_order_was() -> None:
    files = [a_slice(number, position=100 - 2.5 * number) for number in range(1, 31)]
    shuffled = files[:]
    random.Random(3).shuffle(shuffled)
    data, found = together(*shuffled)
    series = contents_of(found).series[0]
    assert found.media_type is MediaType.DICOM_STUDY and found.pages == 30
    assert [image.instance_number for image in series.images] == list(range(30, 0, -1))
    assert [image.slice_position for image in series.images] == sorted(100 - 2.5 * n for n in range(1, 31))
    for image in series.images:
        assert data[image.offset : image.offset + image.size] == files[(image.instance_number or 0) - 1]


def test_without_places_the_numbers_say_the_order() -> None:
    files = [a_slice(number) for number in (3, 10, 1, 2)]
    _, found = together(*files)
    assert [image.instance_number for image in contents_of(found).series[0].images] == [1, 2, 3, 10]


def test_series_are_sorted_by_their_number() -> None:
    scout = a_slice(1, 0.0, SeriesInstanceUID=SERIES + ".1", SeriesNumber=1, SeriesDescription="scout")
    bone = a_slice(1, 0.0, SeriesInstanceUID=SERIES + ".3", SeriesNumber=10, SeriesDescription="bone")
    unnumbered = a_slice(
        1, 0.0, SeriesInstanceUID=SERIES + ".9", SeriesNumber=None, SeriesDescription="report"
    )
    _, found = together(unnumbered, bone, a_slice(1, 0.0), scout)
    assert [one.description for one in contents_of(found).series] == ["scout", "axial", "bone", "report"]


def test_the_document_opens_with_any_program_that_opens_a_zip(tmp_path: Path) -> None:
    files = [a_slice(number, float(number)) for number in range(1, 6)]
    data, found = together(*files)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        assert {entry.compress_type for entry in packed.infolist()} == {zipfile.ZIP_STORED}
        assert sorted(packed.read(name) for name in packed.namelist()) == sorted(files)
        offsets = [image.offset for image in contents_of(found).series[0].images]
        assert [entry.filename for entry in packed.infolist()] == [f"0001/{n:05d}.dcm" for n in range(1, 6)]
        assert offsets == sorted(offsets)
    if shutil.which("unzip"):
        (tmp_path / "study.zip").write_bytes(data)
        subprocess.run(["unzip", "-t", str(tmp_path / "study.zip")], check=True, capture_output=True)


def test_the_same_file_twice_is_kept_once_and_counted() -> None:
    first, second = a_slice(1, 1.0), a_slice(2, 2.0)
    _, found = together(first, second, first, first)
    assert contents_of(found).duplicates == 2
    assert found.pages == 2


def test_two_files_that_only_claim_to_be_the_same_image_are_both_kept() -> None:
    """Losing one of them would be worse than showing both."""
    uid = STUDY + ".77"
    _, found = together(a_slice(1, 1.0, SOPInstanceUID=uid), a_slice(2, 2.0, SOPInstanceUID=uid))
    assert contents_of(found).duplicates == 0
    assert found.pages == 2


@pytest.mark.parametrize(
    "other",
    [
        {"StudyInstanceUID": STUDY + ".2"},
        {"PatientID": "009-0001"},
        {"PatientName": "Modelo^Juan"},
        {"PatientBirthDate": "19990101"},
    ],
)
def test_files_of_two_studies_or_people_are_refused(other: dict[str, Any]) -> None:
    files = [("a", memoryview(a_slice(1, 1.0))), ("b", memoryview(a_slice(2, 2.0, **other)))]
    with pytest.raises(Invalid) as refusal:
        put_together(files, Limits())
    assert refusal.value.code is ErrorCode.FILE_SEVERAL_STUDIES


def test_a_drop_of_several_studies_is_told_apart() -> None:
    files = [
        ("1", memoryview(a_slice(1))),
        ("2", memoryview(a_slice(1, StudyInstanceUID=STUDY + ".5"))),
        ("3", memoryview(a_slice(2))),
        ("4", memoryview(a_slice(3, PatientID="009-0001"))),
    ]
    assert by_study(files) == ((0, 2), (1,), (3,))


def test_one_broken_file_is_named_by_the_refusal_of_all() -> None:
    with pytest.raises(Invalid) as refusal:
        put_together([("a", memoryview(a_slice())), ("b", memoryview(bytes(128) + b"DICM"))], Limits())
    assert refusal.value.code is ErrorCode.FILE_UNREADABLE


def test_an_image_that_cannot_be_drawn_is_kept_among_the_others() -> None:
    files = [a_slice(1, 1.0), a_slice(2, 2.0)[:-800], a_slice(3, 3.0)]
    data, found = together(*files)
    images = contents_of(found).series[0].images
    assert [image.drawable for image in images] == [True, False, True]
    assert data[images[1].offset : images[1].offset + images[1].size] == files[1]


def test_the_person_the_date_and_a_picture_come_along() -> None:
    _, found = together(*[a_slice(number, float(number)) for number in range(1, 4)])
    assert found.named.name == "Fictanova Mara" and found.named.birth_date == date(1988, 4, 5)
    assert found.document_date == date(2024, 3, 3)
    assert found.thumbnail.startswith(b"\x89PNG")
    assert contents_of(found).series[0].slice_thickness_mm == 5


def test_files_of_many_frames_count_each_of_them() -> None:
    many = as_bytes(a_dataset(frames_of(24), InstanceNumber=1))
    _, found = together(many, a_slice(2, 50.0))
    assert found.pages == 25
    assert look(memoryview(many), Limits()).pages == 24


def test_files_larger_together_than_the_limit_are_no_matter_here() -> None:
    """The door counts bytes before anything is read; a study here is as large as it is."""
    data, _ = together(*[a_slice(number, float(number)) for number in range(1, 4)])
    assert len(data) < 3 * len(a_slice()) + 2048
