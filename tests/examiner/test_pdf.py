"""PDF: what it says, what it shows, what it could do elsewhere, and what is refused (security.md H19 to H26)."""

from __future__ import annotations

import io
import time
import zlib
from datetime import date

import pypdfium2
import pytest
from PIL import Image

from meditrack_desktop.domain.documents import Inert, MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner import Examiner, Limits
from tests.examiner.made_files import lines, pdf_of, stream

PICTURE = stream(b"\x40" * (60 * 80), "/Type /XObject /Subtype /Image /Width 60 /Height 80 /ColorSpace /DeviceGray "
                 "/BitsPerComponent 8")  # fmt: skip
SCANNED = "q 595 0 0 842 0 0 cm /I1 Do Q"


def refusal(examiner: Examiner, data: bytes, name: str = "", limits: Limits | None = None) -> ErrorCode:
    began = time.monotonic()
    with pytest.raises(Invalid) as caught:
        examiner.examine(data, name, limits)
    assert time.monotonic() - began < 40
    return caught.value.code


def test_a_report_names_its_patient_and_its_day(examiner: Examiner) -> None:
    data = pdf_of(
        [lines("Patient: Mara Fictanova", "DOB: 1980-03-04  MRN: MT-0123", "Date of report: 12.05.2026"), ""]
    )
    found = examiner.examine(data, "report.pdf")
    assert (found.media_type, found.pages, found.asks_password) == (MediaType.PDF, 2, False)
    assert "Mara Fictanova" in found.text[0] and found.text[1] == ""
    assert (found.named.name, found.named.birth_date) == ("Mara Fictanova", date(1980, 3, 4))
    assert found.named.numbers == ("MT-0123",)
    assert found.document_date == date(2026, 5, 12)
    assert found.scanned_pages == () and found.inert == frozenset()
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert small.size == (226, 320)


def test_pages_that_are_pictures_are_told_from_empty_and_written_ones(examiner: Examiner) -> None:
    strips = "".join(f"q 595 0 0 85 0 {85 * row} cm /I1 Do Q " for row in range(10))
    data = pdf_of(
        [lines("words"), SCANNED, "", SCANNED + " " + lines("a layer of text"), strips], more={100: PICTURE}
    )
    assert examiner.examine(data, "").scanned_pages == (2, 5)


def test_text_ends_at_its_limit_and_pages_stay(examiner: Examiner) -> None:
    data = pdf_of([lines("abcdefghij"), lines("klmnopqrst"), lines("uvwxyz")])
    found = examiner.examine(data, "", Limits(text=15))
    assert found.text == ("abcdefghij", "klmno", "")


def test_a_book_of_two_thousand_dense_pages_is_kept(examiner: Examiner) -> None:
    dense = lines(*["the quick brown fox jumps over the lazy dog " * 2] * 45)
    found = examiner.examine(pdf_of([dense] * 2000), "")
    assert (found.pages, len(found.text)) == (2000, 2000)
    assert sum(map(len, found.text)) > 100_000


SCRIPT = "/S /JavaScript /JS (app.alert\\(1\\))"


@pytest.mark.parametrize(
    ("catalogue", "page", "flags"),
    [
        ("", "", set()),
        (f"/OpenAction << {SCRIPT} >>", "", {Inert.SCRIPT}),
        ("/OpenAction << /S /J#61vaScript /J#53 (x) >>", "", {Inert.SCRIPT}),
        (f"/Names << /JavaScript << /Names [(a) << {SCRIPT} >>] >> >>", "", {Inert.SCRIPT}),
        ("", f"/AA << /O << {SCRIPT} >> >>", {Inert.SCRIPT}),
        ("/OpenAction << /S /Launch /F (calc.exe) >>", "", {Inert.LAUNCH}),
        ("", "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://127.0.0.1) >> >>]",
         {Inert.LINK}),
        ("/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.exe) /EF << /F 100 0 R >> >>] >> >>", "",
         {Inert.EMBEDDED_FILE}),
        ("/AcroForm << /Fields [] >>", "", {Inert.FORM}),
        ("/AcroForm << /XFA 100 0 R /Fields [] >>", "", {Inert.FORM}),
        ("/OpenAction << /S /SubmitForm /F (http://127.0.0.1) >>", "", {Inert.SUBMIT}),
    ],
)  # fmt: skip
def test_what_it_could_do_elsewhere_is_flagged(
    catalogue: str, page: str, flags: set[Inert], examiner: Examiner
) -> None:
    data = pdf_of([lines("harmless")], catalogue=catalogue, page=page, more={100: stream(b"MZ", "/Type /EmbeddedFile")}
                  if "100 0 R" in catalogue else None)  # fmt: skip
    assert flags <= set(examiner.examine(data, "").inert) <= flags | {Inert.EMBEDDED_FILE}


def test_a_script_in_a_packed_object_is_flagged(examiner: Examiner) -> None:
    inner = f"7 0 << {SCRIPT} >>".encode()
    packed = stream(zlib.compress(inner), "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    assert Inert.SCRIPT in examiner.examine(pdf_of([""], more={100: packed}), "").inert


def test_a_word_in_the_text_is_no_danger(examiner: Examiner) -> None:
    data = pdf_of([lines("see /JavaScriptNotes and /Launchpad")])
    assert examiner.examine(data, "").inert == frozenset()


@pytest.mark.parametrize("before", [b"MZ", b" ", b"<html>", b"x" * 1000, b"\xef\xbb\xbf", b"\n"])
def test_what_stands_before_a_pdf_is_what_the_file_is(before: bytes, examiner: Examiner) -> None:
    assert refusal(examiner, before + pdf_of()) is ErrorCode.FILE_TYPE_REFUSED


def test_a_program_called_pdf_and_a_pdf_called_otherwise(examiner: Examiner) -> None:
    assert refusal(examiner, b"MZ\x90\x00" + bytes(200), "scan.pdf") is ErrorCode.FILE_TYPE_REFUSED
    for name in ("scan.exe", "scan.png", "scan.pdf.exe", "scan.html", "scan.dcm"):
        assert refusal(examiner, pdf_of(), name) is ErrorCode.FILE_NAME_DISAGREES
    for name in ("scan.PDF", "scan", "Report 12.03.2026", "No. 4", "letter of Dr. Miller"):
        assert examiner.examine(pdf_of(), name).pages == 1


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-", b"%PDF-1.7\n" + b"\0" * 4000, pdf_of()[:150]])
def test_what_only_begins_like_one_is_unreadable(data: bytes, examiner: Examiner) -> None:
    assert refusal(examiner, data) is ErrorCode.FILE_UNREADABLE


def test_a_page_of_kilometres_and_too_many_pages(examiner: Examiner) -> None:
    assert refusal(examiner, pdf_of(size=(2_000_000, 2_000_000))) is ErrorCode.FILE_TOO_LARGE
    assert refusal(examiner, pdf_of([""] * 20_001)) is ErrorCode.FILE_TOO_LARGE
    assert refusal(examiner, pdf_of([""] * 100_000)) is ErrorCode.FILE_TOO_LARGE
    assert refusal(examiner, pdf_of([""] * 3), "", Limits(pdf_pages=2)) is ErrorCode.FILE_TOO_LARGE
    assert examiner.examine(pdf_of([""] * 3), "", Limits(pdf_pages=3)).pages == 3


def test_a_long_narrow_page_is_drawn_small(examiner: Examiner) -> None:
    found = examiner.examine(pdf_of(size=(100_000, 10)), "")
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert small.size[0] == 320 and small.size[1] <= 2


def test_references_that_go_in_a_ring_end(examiner: Examiner) -> None:
    rings = {2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}
    assert refusal(examiner, pdf_of(more=rings)) is ErrorCode.FILE_UNREADABLE
    looped = pdf_of().replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 20")
    examiner.examine(looped, "")


def test_a_stream_that_unpacks_to_a_gigabyte_ends_in_time(examiner: Examiner) -> None:
    packer = zlib.compressobj(9)
    begins = packer.compress(b"q Q ") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"0 0 m 9 9 l S\n" * 75_000) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = begins + block * 1024 + packer.flush()
    began = time.monotonic()
    data = pdf_of([stream(bomb, "/Filter /FlateDecode")])
    try:
        examiner.examine(data, "")
    except Invalid as caught:
        assert caught.code in (ErrorCode.FILE_UNREADABLE, ErrorCode.FILE_TOO_LARGE)
    assert time.monotonic() - began < 60
    assert examiner.peak_kib < 1024 * 1024


def test_pages_in_another_order(examiner: Examiner) -> None:
    data = pdf_of(
        [lines(f"page {number}") for number in range(1, 6)], catalogue=f"/OpenAction << {SCRIPT} >>"
    )
    made = examiner.rearrange(data, [5, 1, 3])
    with pypdfium2.PdfDocument(made) as document:
        told = [document[at].get_textpage().get_text_range() for at in range(len(document))]
    assert told == ["page 5", "page 1", "page 3"]
    assert Inert.SCRIPT not in examiner.examine(made, "").inert
    for wrong in ([], [0], [6], [-1], [1] * 20_001):
        with pytest.raises(Invalid) as caught:
            examiner.rearrange(data, wrong)
        assert caught.value.code is ErrorCode.FILE_NOT_DIVISIBLE
