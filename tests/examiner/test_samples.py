"""Every sample file that a clinic could be handed, against what is expected of it.

The expectation is the sample set's own. Where our rules say otherwise, the file is named in STRICTER with the
rule; a file that then meets its expectation after all fails too, so the list cannot outlive its reasons.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from meditrack_desktop.domain.documents import Inert, MediaType, clean_file_name
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner import Examiner
from meditrack_desktop.examiner.answers import is_small_png
from tests.conftest import SAMPLES

ROOMS = ("pdf", "images", "hostile", "ocr")
MOST_SECONDS, MOST_KIB = 20, 1024 * 1024
REFUSALS = {
    ErrorCode.FILE_EMPTY,
    ErrorCode.FILE_TYPE_REFUSED,
    ErrorCode.FILE_NAME_DISAGREES,
    ErrorCode.FILE_TOO_LARGE,
    ErrorCode.FILE_UNREADABLE,
}
OPENS, ASKS, REFUSED = "opens", "asks for its password", "refused"
MEETS: dict[str, set[str]] = {
    "opens": {OPENS},
    "opens-inert": {OPENS},
    "opens-inert-or-clear-error": {OPENS, REFUSED},
    "opens-by-content-or-clear-error": {OPENS, REFUSED},
    "opens-or-clear-error": {OPENS, ASKS, REFUSED},
    "opens-or-limited": {OPENS, REFUSED},
    "opens-or-unsupported-format-message": {OPENS, REFUSED},
    "opens-with-password": {ASKS},
    "quarantined-or-stored-inert": {OPENS, REFUSED},
    "rejected-clear-error": {REFUSED},
    "rejected-clear-error-or-contained": {REFUSED},
    "rejected-clear-error-or-limited": {OPENS, REFUSED},
    "rejected-clear-error-or-renamed": {REFUSED},
    "rejected-or-inert": {OPENS, REFUSED},
    "text-empty": {OPENS},
    "text-recognised": {OPENS},
}
STRICTER = {
    "hostile/polyglots/pdf-after-html.pdf": "a file is what it begins as (D26, H20, H21)",
    "pdf/encrypted-no-open-password/qpdf__leading-junk.pdf": "a file is what it begins as (D26, H20)",
}
"""Refused by our rules although other readers open it."""


@dataclass(frozen=True)
class Sample:
    path: str
    family: str
    expect: str
    facts: dict[str, Any]

    @property
    def data(self) -> bytes:
        return (SAMPLES / self.path).read_bytes()


@cache
def samples() -> tuple[Sample, ...]:
    index = SAMPLES / "index.json"
    if not index.exists():
        return ()
    return tuple(
        Sample(
            entry["path"], entry["path"].rpartition("/")[0] or entry["path"], entry["expect"], entry["facts"]
        )
        for entry in json.loads(index.read_text(encoding="utf-8"))["files"]
        if entry["path"].split("/")[0] in ROOMS and entry["expect"] not in ("reference", "see-entries")
    )


def outcome(examiner: Examiner, sample: Sample) -> tuple[str, Examination | None, ErrorCode | None]:
    name = clean_file_name(Path(sample.path).name)
    try:
        found = examiner.examine(sample.data, name)
    except Invalid as refusal:
        return REFUSED, None, refusal.code
    return (ASKS if found.asks_password else OPENS), found, None


COUNTS: Counter[tuple[str, str, str]] = Counter()


@pytest.fixture(scope="module", autouse=True)
def table(examiner: Examiner) -> Iterator[None]:
    """The counts by family, printed at the end (`pytest -s`)."""
    if not samples():
        pytest.skip("the shared samples are not here")
    yield
    print()
    for (family, expect, met), count in sorted(COUNTS.items()):
        print(f"{count:5} {family:38} {expect:38} {met}")
    print(f"{sum(COUNTS.values()):5} files; the most memory of one: {examiner.peak_kib / 1024:.0f} MiB")


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.path)
def test_a_sample_is_what_it_is_expected_to_be(sample: Sample, examiner: Examiner) -> None:
    began = time.monotonic()
    met, found, code = outcome(examiner, sample)
    COUNTS[sample.family, sample.expect, met] += 1
    assert time.monotonic() - began < MOST_SECONDS
    assert examiner.peak_kib < MOST_KIB
    assert code is None or code in REFUSALS
    expected = MEETS[sample.expect]
    if sample.path in STRICTER:
        assert met == REFUSED
    elif is_of_another_door(sample):
        assert code in (ErrorCode.FILE_TYPE_REFUSED, ErrorCode.FILE_NAME_DISAGREES)
    elif sample.family.endswith("encrypted-unknown-password"):
        assert met in (ASKS, REFUSED)
    elif sample.path.startswith("pdf/encrypted-password/") and "attachment" in sample.facts.get(
        "password", ""
    ):
        assert met == OPENS, "only its attachments are locked"
    else:
        assert met in expected
    if met == OPENS:
        assert found is not None
        assert is_small_png(found.thumbnail, 320)
        assert found.media_type.is_dicom or len(found.text) == found.pages
        if sample.expect == "opens" and "pages" in sample.facts:
            assert found.pages == sample.facts["pages"]
    if met == ASKS:
        assert found is not None and not found.thumbnail and not any(found.text)


def is_of_another_door(sample: Sample) -> bool:
    """Mail, calendars and contacts are taken in elsewhere; as documents they are refused."""
    return sample.path.startswith("hostile/email/") or sample.path.endswith((".ics", ".vcf"))


WITH_PASSWORD = [sample for sample in samples() if sample.expect == "opens-with-password"]
LOCKED = [sample for sample in WITH_PASSWORD if "attachment" not in sample.facts["password"]]
"""The one beside these locks its attachments only."""


@pytest.mark.parametrize("sample", WITH_PASSWORD, ids=lambda sample: Path(sample.path).name)
def test_the_password_opens_it(sample: Sample, examiner: Examiner) -> None:
    made, found = examiner.unlock(sample.data, sample.facts["password"])
    assert found.pages == len(found.text) == sample.facts["pages"] and is_small_png(found.thumbnail, 320)
    with pypdfium2.PdfDocument(made) as document:
        assert len(document) == sample.facts["pages"], "and this program's own window needs no password"
    assert examiner.examine(made, "") == found


@pytest.mark.parametrize("sample", LOCKED, ids=lambda sample: Path(sample.path).name)
def test_a_wrong_password_or_none_does_not(sample: Sample, examiner: Examiner) -> None:
    for wrong in (
        "not this one",
        "",
        sample.facts["password"] + "x" * 128 if len(sample.facts["password"]) < 32 else "y",
    ):
        with pytest.raises(Invalid) as refused:
            examiner.unlock(sample.data, wrong)
        assert refused.value.code is ErrorCode.FILE_ASKS_PASSWORD
    assert examiner.examine(sample.data, "").asks_password


def test_no_password_is_known_of_these(examiner: Examiner) -> None:
    unknown = [sample for sample in samples() if sample.family == "pdf/encrypted-unknown-password"]
    for sample in unknown:
        with pytest.raises(Invalid) as refused:
            examiner.unlock(sample.data, "password")
        assert refused.value.code in (ErrorCode.FILE_ASKS_PASSWORD, ErrorCode.FILE_UNREADABLE)
    assert len(unknown) > 5


ORIENTED = [sample for sample in samples() if sample.family == "images/exif-rotated-made"]


def test_every_orientation_gives_the_same_small_picture(examiner: Examiner) -> None:
    from io import BytesIO

    from PIL import Image

    shown = []
    for sample in ORIENTED:
        small = Image.open(BytesIO(examiner.examine(sample.data, "photo.jpg").thumbnail)).convert("L")
        assert small.size == tuple(sample.facts["shown_size"])
        shown.append(small.resize((8, 6)).tobytes())
    assert len(shown) == 8
    worst = max(abs(a - b) for other in shown[1:] for a, b in zip(shown[0], other, strict=True))
    assert worst <= 12


FLAGS = {
    "pdf/javascript": Inert.SCRIPT,
    "pdf/launch-action": Inert.LAUNCH,
    "pdf/attachments": Inert.EMBEDDED_FILE,
    "pdf/forms": Inert.FORM,
    "pdf/xfa-form": Inert.FORM,
}
ACTIVE = {
    "launch.pdf": {Inert.LAUNCH},
    "openaction-js.pdf": {Inert.SCRIPT},
    "openaction-uri.pdf": {Inert.LINK},
    "page-aa-js.pdf": {Inert.SCRIPT},
    "submitform.pdf": {Inert.SUBMIT},
}
DANGEROUS = [sample for sample in samples() if sample.family in (*FLAGS, "pdf/active-made")]


@pytest.mark.parametrize("sample", DANGEROUS, ids=lambda sample: sample.path)
def test_what_a_pdf_could_do_is_told(sample: Sample, examiner: Examiner) -> None:
    inert = examiner.examine(sample.data, "").inert
    if sample.family == "pdf/active-made":
        assert inert == ACTIVE[Path(sample.path).name]
    else:
        assert FLAGS[sample.family] in inert


def test_kinds_are_told_by_content(examiner: Examiner) -> None:
    kinds: dict[str, MediaType] = {
        "images/heic": MediaType.HEIC,
        "images/heic-made": MediaType.HEIC,
        "images/webp": MediaType.WEBP,
        "images/png": MediaType.PNG,
        "images/jpeg": MediaType.JPEG,
        "images/tiff": MediaType.TIFF,
    }
    seen = 0
    for sample in samples():
        if sample.expect == "opens" and (kind := kinds.get(sample.family)):
            assert examiner.examine(sample.data, "").media_type is kind, sample.path
            seen += 1
    assert seen > 50
