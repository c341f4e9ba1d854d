"""What a process that a file has taken over may answer, and what of it is believed."""

from __future__ import annotations

import pytest

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.examination import (
    Examination,
    NamedPerson,
    StudyContents,
    StudyImage,
    StudySeries,
)
from meditrack_desktop.examiner.answers import HEAD, Facts, NotBelieved, believe, pack
from meditrack_desktop.examiner.limits import Limits


def _believed(told: bytes) -> Examination:
    found = believe(memoryview(HEAD.pack(len(told), 0, 0) + told), Limits(), 0).facts.found
    assert found is not None
    return found


def _told(**details: object) -> bytes:
    return pack(Facts(Examination(**{"media_type": MediaType.PDF, "pages": 1, **details})))[0]  # type: ignore[arg-type]


def test_a_name_reads_as_it_is_written() -> None:
    """Nothing turns the direction of what follows, or breaks the line, in what a person compares with the chart."""
    named = NamedPerson("Ma\u202era\u2066 Fic\x85tan\u2028ova\u0000\u001b[31m", None, ("00\u202e7\u009b",))
    found = _believed(_told(named=named, text=("\u202ene\u2069xt\nline\x9b",)))
    assert (found.named.name, found.named.numbers) == ("Mara Fic tan ova[31m", ("007",))
    assert found.text == ("next\nline",)


@pytest.mark.parametrize(
    "lie",
    [
        (b'"pages":1', b'"pages":NaN'),
        (b'"pages":1', b'"pages":true'),
        (b'"pages":1', b'"pages":1.0'),
        (b'"pages":1', b'"pages":' + b"9" * 5000),
        (b'"name":"', b'"name":"\\ud800'),
        (b'"name":"', b'"name":"\xff'),
    ],
)
def test_what_is_no_answer_of_ours_is_not_believed(lie: tuple[bytes, bytes]) -> None:
    told = _told()
    assert _believed(told).pages == 1 and lie[0] in told
    with pytest.raises(NotBelieved):
        _believed(told.replace(*lie))


@pytest.mark.parametrize(
    "lie",
    [
        (b'"slice_position":1.0', b'"slice_position":NaN'),
        (b'"slice_position":1.0', b'"slice_position":Infinity'),
        (b'"slice_thickness_mm":2.0', b'"slice_thickness_mm":-Infinity'),
        (b'"number":3', b'"number":' + b"9" * 4000),
        (b'"instance_number":4', b'"instance_number":-' + b"9" * 40),
        (b'"duplicates":5', b'"duplicates":' + b"9" * 40),
        (b'"frames":1', b'"frames":-1'),
    ],
)
def test_numbers_of_a_study_that_no_machine_writes(lie: tuple[bytes, bytes]) -> None:
    image = StudyImage(0, 10, 1, 4, 1.0)
    series = StudySeries("1.2", 3, "", "CT", (image,), 2.0)
    contents = StudyContents("1.2.3", None, "", "", "", (series,), 5)
    told = _told(media_type=MediaType.DICOM, contents=contents)
    assert _believed(told).contents == contents and lie[0] in told
    with pytest.raises(NotBelieved):
        _believed(told.replace(*lie))
