"""A page drawn to be read by a machine: upright, grey, bounded, by the process apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import ExifTags, Image

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner.examiner import Examiner
from meditrack_desktop.examiner.limits import LONGEST_DRAWN


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    opened = Examiner()
    yield opened
    opened.close()


def shown(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def test_each_page_of_a_pdf_at_300_dots(examiner: Examiner, samples: Path) -> None:
    data = (samples / "ocr" / "scan-3-pages.pdf").read_bytes()
    drawn = [shown(examiner.draw(data, page)) for page in (1, 2, 3)]
    assert {image.mode for image in drawn} == {"L"}
    with pypdfium2.PdfDocument(data) as document:
        inches = [(width / 72, height / 72) for width, height in (page.get_size() for page in document)]
    for image, (width, height) in zip(drawn, inches, strict=True):
        assert image.size == pytest.approx((width * 300, height * 300), abs=1)
    assert len({image.tobytes() for image in drawn}) == 3


def test_a_page_that_is_not_there(examiner: Examiner, samples: Path) -> None:
    for name, page in (
        ("scan-3-pages.pdf", 4),
        ("scan-3-pages.pdf", 0),
        ("clean-300.png", 2),
        ("fax-g4.tif", 9),
    ):
        with pytest.raises(Invalid) as refused:
            examiner.draw((samples / "ocr" / name).read_bytes(), page)
        assert refused.value.code in (ErrorCode.FILE_NOT_DIVISIBLE, ErrorCode.FILE_UNREADABLE)


def test_a_locked_pdf_is_not_drawn(examiner: Examiner, samples: Path) -> None:
    locked = samples / "pdf" / "encrypted-password" / "qpdfenc-256-3.pdf"
    with pytest.raises(Invalid) as refused:
        examiner.draw(locked.read_bytes(), 1)
    assert refused.value.code is ErrorCode.FILE_ASKS_PASSWORD


def test_upright_as_the_camera_says(examiner: Examiner) -> None:
    picture = Image.new("RGB", (90, 40), "white")
    picture.paste("black", (0, 0, 10, 10))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    out = BytesIO()
    picture.save(out, "PNG", exif=exif)
    drawn = shown(examiner.draw(out.getvalue(), 1))
    assert drawn.size == (40, 90)
    assert drawn.getpixel((39, 0)) == 0
    assert drawn.getpixel((0, 89)) == 255
    assert not drawn.getexif()


def test_a_huge_picture_is_made_smaller(examiner: Examiner) -> None:
    out = BytesIO()
    Image.new("1", (9000, 3000), 1).save(out, "PNG")
    assert shown(examiner.draw(out.getvalue(), 1)).size == (LONGEST_DRAWN, 2000)


@pytest.mark.parametrize("folder", ["pdf/damaged-unreadable", "pdf/odd-structure", "hostile/bombs"])
def test_hostile_files_are_drawn_or_refused(examiner: Examiner, samples: Path, folder: str) -> None:
    for file in sorted((samples / folder).iterdir())[:12]:
        with suppress(Invalid):
            assert max(shown(examiner.draw(file.read_bytes(), 1)).size) <= LONGEST_DRAWN
