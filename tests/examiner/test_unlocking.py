"""The password of a PDF in the process apart: its bombs end like any other, and the password goes nowhere."""

from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path

import pikepdf
import pytest

from meditrack_desktop.domain.documents import Inert, MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner import Examiner, Limits
from meditrack_desktop.examiner.apart.asking import Ask, Deed
from meditrack_desktop.examiner.unlocking import attempts, unlocked_pdf
from tests.examiner.made_files import stream
from tests.makers.documents import a_locked_pdf, a_pdf

PASSWORD = "canary of a password"


def lock(data: bytes, password: str = PASSWORD) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(made, encryption=pikepdf.Encryption(user=password, owner="other"))
    return made.getvalue()


def refusal(
    examiner: Examiner, data: bytes, password: str = PASSWORD, limits: Limits | None = None
) -> Invalid:
    with pytest.raises(Invalid) as caught:
        examiner.unlock(data, password, limits)
    return caught.value


def test_what_it_could_do_elsewhere_is_told(examiner: Examiner) -> None:
    with pikepdf.open(io.BytesIO(a_pdf("words"))) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        made = io.BytesIO()
        document.save(made)
    assert examiner.examine(lock(made.getvalue()), "").text == ()
    plain, found = examiner.unlock(lock(made.getvalue()), PASSWORD)
    assert Inert.SCRIPT in found.inert and "words" in found.text[0] and b"/Encrypt" not in plain


def test_limits_hold_for_what_comes_out(examiner: Examiner) -> None:
    data = a_locked_pdf(PASSWORD, *["page"] * 30)
    assert refusal(examiner, data, limits=Limits(pdf_pages=29)).code is ErrorCode.FILE_TOO_LARGE
    assert examiner.unlock(data, PASSWORD, Limits(pdf_pages=30))[1].pages == 30
    assert refusal(examiner, data, limits=Limits(len(data) - 1)).code is ErrorCode.FILE_TOO_LARGE
    # The locked form packs its objects together; the open one, asked of a tight limit, is told to be too large.
    with pytest.raises(Invalid) as caught:
        unlocked_pdf(memoryview(bytearray(data)), PASSWORD, Limits(2000))
    assert caught.value.code is ErrorCode.FILE_TOO_LARGE and caught.value.parameters["limit"] == 2000


def test_a_bomb_within_ends_like_any_other() -> None:
    """Objects packed a thousand times: they unfold beyond the memory or the time of the process apart, and it ends."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**24) for _ in range(120)) + packer.flush()
    objects = stream(packed, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    assert len(packed) < 4 * 2**20
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, text in enumerate(
        (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[5 0 R]/Count 1>>", objects), start=1
    ):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    table = len(data)
    rows = [(0, 0, 0), *((1, place, 0) for place in places), (1, table, 0), (2, 3, 0)]
    packed_rows = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + bytes([index]) for kind, place, index in rows
    )
    data += b"4 0 obj\n" + stream(
        packed_rows, "/Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R"
    ) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % table  # fmt: skip
    examiner = Examiner(seconds=4)
    try:
        before = examiner.unlock(a_locked_pdf(PASSWORD), PASSWORD)[1]
        assert refusal(examiner, bytes(data)).code is ErrorCode.FILE_UNREADABLE
        assert examiner.unlock(a_locked_pdf(PASSWORD), PASSWORD)[1] == before, (
            "the next file is opened as ever"
        )
    finally:
        examiner.close()


def test_other_kinds_and_broken_ones(examiner: Examiner) -> None:
    assert refusal(examiner, b"\x89PNG\r\n\x1a\n").code is ErrorCode.FILE_TYPE_REFUSED
    assert refusal(examiner, b"").code is ErrorCode.FILE_EMPTY
    assert refusal(examiner, b"%PDF-1.7\nnothing").code is ErrorCode.FILE_UNREADABLE
    open_one = a_pdf("words")
    assert "words" in examiner.unlock(open_one, "any")[1].text[0], "one that asks for none opens with any"


def test_every_cut_is_one_clear_answer(examiner: Examiner) -> None:
    data = a_locked_pdf(PASSWORD, "words", "more")
    for end in range(20, len(data), len(data) // 25):
        try:
            examiner.unlock(data[:end], PASSWORD)
        except Invalid as refused:
            assert refused.code in (ErrorCode.FILE_UNREADABLE, ErrorCode.FILE_ASKS_PASSWORD)


def test_what_was_typed_is_tried_as_it_may_have_been_written() -> None:
    assert list(attempts("abc")) == [b"abc"]
    assert list(attempts("é"))[:2] == ["é".encode(), b"\xe9"]
    assert "é".encode() in attempts("e\u0301") and b"\xe9" in attempts("e\u0301")
    assert b"\x80" in attempts("€") and b"\xa0" in attempts("€"), "as Windows writes it, and as PDF does"
    assert list(attempts("\ud800")) == []


def test_the_password_is_in_no_words_about_the_question() -> None:
    ask = Ask(Deed.UNLOCK, Limits(), MediaType.PDF, (("", 1),), password=PASSWORD)
    assert PASSWORD not in repr(ask) and PASSWORD in ask.pack().decode()


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_the_password_is_in_no_argument_environment_or_file(examiner: Examiner) -> None:
    data, seen = a_locked_pdf(PASSWORD, "words"), []
    examiner.unlock(data, PASSWORD)
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                seen.append((process / name).read_bytes())
            except OSError:
                continue
    assert len(seen) > 2 and not any(PASSWORD.encode() in one for one in seen)
