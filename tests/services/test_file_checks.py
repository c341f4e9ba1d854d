"""Files at the door: what they really are, whether they can be shown, and under which name they are kept."""

from __future__ import annotations

import io
import json
import os
import socket
import unicodedata
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from meditrack_desktop.domain.documents import (
    LARGEST_DOCUMENT,
    LONGEST_FILE_NAME,
    MOST_PAGES,
    MediaType,
    clean_file_name,
    title_of,
)
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services import file_checks
from meditrack_desktop.services.file_checks import CheckedFile, check_file, open_regular, read_whole, sniff

# As the program itself sets it: pytest puts its own filters in place of those of imported modules.
pytestmark = [
    pytest.mark.filterwarnings("error::UserWarning:PIL.TiffImagePlugin"),
    pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning"),
]

KEPT = {".pdf": MediaType.PDF, ".png": MediaType.PNG, ".jpg": MediaType.JPEG, ".tif": MediaType.TIFF}
REFUSALS = {
    ErrorCode.FILE_EMPTY,
    ErrorCode.FILE_TYPE_REFUSED,
    ErrorCode.FILE_NAME_DISAGREES,
    ErrorCode.FILE_TOO_LARGE,
    ErrorCode.FILE_UNREADABLE,
}


def refused(code: ErrorCode) -> Any:
    return pytest.raises(Invalid, match=f"^{code.value}$")


def image_bytes(kind: str, size: tuple[int, int] = (8, 8), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def png_of(width: int, height: int, depth: int = 1, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG by hand: its header may promise what nobody could write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, 0, 0, 0, 0])
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\x00" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


class TestSamples:
    """Every sample of the kinds we keep, against what it is expected to do. All of them take a second."""

    def cases(self, samples: Path, *kinds: str) -> list[tuple[dict[str, Any], bytes]]:
        entries = json.loads((samples / "index.json").read_text())["files"]
        return [
            (entry, (samples / entry["path"]).read_bytes())
            for entry in entries
            if entry["path"].split("/")[0] in kinds and not entry["path"].endswith(".json")
        ]

    def outcome(self, entry: dict[str, Any], data: bytes) -> CheckedFile | ErrorCode:
        try:
            return check_file(data, clean_file_name(Path(entry["path"]).name))
        except Invalid as refusal:
            assert refusal.code in REFUSALS
            return refusal.code

    def test_pdf(self, samples: Path) -> None:
        cases = self.cases(samples, "pdf")
        assert len(cases) > 200
        for entry, data in cases:
            found, facts = self.outcome(entry, data), entry["facts"]
            asks_password = entry["family"] in ("encrypted-password", "encrypted-unknown-password")
            begins_right = data.startswith(b"%PDF-")
            if not begins_right:
                assert found is ErrorCode.FILE_TYPE_REFUSED, entry["path"]
            elif facts.get("pages", 0) > MOST_PAGES:
                assert found is ErrorCode.FILE_TOO_LARGE, entry["path"]
            elif asks_password:
                assert isinstance(found, CheckedFile), entry["path"]
                assert found.pages in (1, facts.get("pages")), entry["path"]
            elif entry["expect"] == "rejected-clear-error":
                assert isinstance(found, ErrorCode), entry["path"]
            elif "error" not in entry["expect"]:
                assert isinstance(found, CheckedFile), entry["path"]
                assert found.pages == facts.get("pages", found.pages), entry["path"]

    def test_images(self, samples: Path) -> None:
        cases = self.cases(samples, "images")
        formats = {
            "PNG": MediaType.PNG,
            "JPEG": MediaType.JPEG,
            "MPO": MediaType.JPEG,
            "TIFF": MediaType.TIFF,
        }
        seen = 0
        for entry, data in cases:
            found, facts = self.outcome(entry, data), entry["facts"]
            if entry["expect"] == "rejected-clear-error":
                assert isinstance(found, ErrorCode), entry["path"]
            elif entry["expect"] == "opens" and facts.get("format") in formats:
                seen += 1
                assert isinstance(found, CheckedFile), entry["path"]
                assert found.media_type is formats[facts["format"]]
                if found.media_type is MediaType.TIFF:
                    assert found.pages == facts.get("frames", found.pages), entry["path"]
            elif entry["expect"] == "opens" and Path(entry["path"]).suffix not in KEPT:
                assert found is ErrorCode.FILE_TYPE_REFUSED, entry["path"]
            if entry["family"] == "truncated-made":
                assert isinstance(found, ErrorCode), entry["path"]
        assert seen > 60

    def test_hostile(self, samples: Path) -> None:
        for entry, data in self.cases(samples, "hostile"):
            found = self.outcome(entry, data)
            if entry["expect"].startswith("rejected-clear-error") and "limited" not in entry["expect"]:
                assert isinstance(found, ErrorCode), entry["path"]
            if isinstance(found, CheckedFile):
                assert KEPT.get(Path(entry["path"]).suffix, found.media_type) is found.media_type

    def test_every_prefix_and_many_flips_end_in_a_refusal_or_a_file(self, samples: Path) -> None:
        entries = json.loads((samples / "index.json").read_text())["files"]
        small = [
            e
            for e in entries
            if e["expect"] == "opens" and e["bytes"] < 4000 and Path(e["path"]).suffix in KEPT
        ]
        for entry in small[::4]:
            data = (samples / entry["path"]).read_bytes()
            for cut in range(0, len(data), max(1, len(data) // 12)):
                self.outcome(entry, data[:cut])
                flipped = bytearray(data)
                flipped[cut] ^= 0x55
                self.outcome(entry, bytes(flipped))


class TestSniffing:
    def test_only_the_beginning_counts(self) -> None:
        pdf = b"%PDF-1.7\n"
        assert sniff(pdf) is MediaType.PDF
        for before in (b"MZ", b" ", b"\n", b"<html>", b"x" * 1000, b"\xef\xbb\xbf"):
            with refused(ErrorCode.FILE_TYPE_REFUSED):
                sniff(before + pdf)
        with refused(ErrorCode.FILE_EMPTY):
            sniff(b"")

    def test_an_ending_that_says_something_else(self) -> None:
        png = image_bytes("PNG")
        assert check_file(png, "scan.PNG") == check_file(png, "scan") == CheckedFile(MediaType.PNG, 1)
        for name in ("scan.pdf", "scan.exe", "scan.png.exe", "scan.jpg"):
            with refused(ErrorCode.FILE_NAME_DISAGREES):
                check_file(png, name)

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP", "ICO", "PPM", "TGA"])
    def test_other_pictures(self, kind: str) -> None:
        with refused(ErrorCode.FILE_TYPE_REFUSED):
            check_file(image_bytes(kind), "picture.png")


def test_many_pdfs_at_once_in_several_threads(samples: Path) -> None:
    """PDFium is not safe in several threads: without its one lock this ends the whole process."""
    files = [path.read_bytes() for path in sorted((samples / "pdf" / "valid").glob("*.pdf"))[:12]]
    wanted = [check_file(data, "a.pdf") for data in files]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(lambda data: check_file(data, "a.pdf"), files)) == wanted


class TestPictures:
    @pytest.mark.parametrize(
        ("width", "height"), [(20_000, 20_000), (10_000, 10_000), (60_001, 1000), (2**31 - 1, 2**31 - 1)]
    )
    def test_too_many_pixels_are_refused_unread(self, width: int, height: int) -> None:
        with refused(ErrorCode.FILE_TOO_LARGE):
            check_file(png_of(width, height), "wide.png")

    @pytest.mark.parametrize("width", [0, 2**32 - 1])
    def test_impossible_sizes(self, width: int) -> None:
        with pytest.raises(Invalid) as refusal:
            check_file(png_of(width, 4), "odd.png")
        assert refusal.value.code in REFUSALS

    def test_a_text_chunk_that_unpacks_to_a_gigabyte(self) -> None:
        bomb = b"Comment\x00\x00" + zlib.compress(b"a" * 200_000_000, 9)
        with refused(ErrorCode.FILE_UNREADABLE):
            check_file(png_of(4, 4, 8, (b"zTXt", bomb)), "bomb.png")

    def test_cut_in_half(self) -> None:
        noise = Image.effect_noise((400, 400), 90)
        for kind, name in (("JPEG", "a.jpg"), ("PNG", "a.png"), ("TIFF", "a.tif")):
            out = io.BytesIO()
            noise.save(out, kind)
            data = out.getvalue()
            assert check_file(data, name).pages == 1
            with refused(ErrorCode.FILE_UNREADABLE):
                check_file(data[: len(data) // 2], name)

    def test_a_page_too_many(self) -> None:
        page = Image.new("1", (4, 4))
        out = io.BytesIO()
        page.save(out, "TIFF", save_all=True, append_images=[page] * 4)
        assert check_file(out.getvalue(), "scan.tif").pages == 5
        most = file_checks.MOST_PAGES
        try:
            file_checks.MOST_PAGES = 4  # type: ignore[misc]
            with refused(ErrorCode.FILE_TOO_LARGE):
                check_file(out.getvalue(), "scan.tif")
        finally:
            file_checks.MOST_PAGES = most  # type: ignore[misc]

    def test_a_tiff_whose_pages_go_round_in_a_ring(self) -> None:
        data = bytearray(image_bytes("TIFF", mode="1"))
        first = int.from_bytes(data[4:8], "little")
        entries = int.from_bytes(data[first : first + 2], "little")
        data[first + 2 + 12 * entries : first + 6 + 12 * entries] = first.to_bytes(4, "little")
        try:
            assert check_file(bytes(data), "ring.tif").pages == 1
        except Invalid as refusal:
            assert refusal.code in REFUSALS


class TestReading:
    def test_a_file_too_large_by_its_own_account_is_not_read(self, tmp_path: Path) -> None:
        huge = tmp_path / "huge.pdf"
        with huge.open("wb") as file:
            file.truncate(1 << 40)
        with huge.open("rb") as file, refused(ErrorCode.FILE_TOO_LARGE):
            read_whole(file)

    def test_a_stream_that_never_ends_is_cut_off(self) -> None:
        class Endless:
            given = 0

            def read(self, size: int, /) -> bytes:
                self.given += size
                return bytes(size)

        source = Endless()
        with refused(ErrorCode.FILE_TOO_LARGE):
            read_whole(source)
        assert source.given <= LARGEST_DOCUMENT + 2 * file_checks.BLOCK

    def test_the_limit_itself_is_allowed(self) -> None:
        assert len(read_whole(io.BytesIO(bytes(LARGEST_DOCUMENT)))) == LARGEST_DOCUMENT
        with refused(ErrorCode.FILE_TOO_LARGE):
            read_whole(io.BytesIO(bytes(LARGEST_DOCUMENT + 1)))

    def test_an_empty_file(self) -> None:
        with refused(ErrorCode.FILE_EMPTY):
            read_whole(io.BytesIO())

    def test_a_source_that_fails(self) -> None:
        class Torn(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                raise OSError(5, "the stick was pulled out")

        with refused(ErrorCode.FILE_UNREADABLE):
            read_whole(Torn())
        closed = io.BytesIO(b"x")
        closed.close()
        with refused(ErrorCode.FILE_UNREADABLE):
            read_whole(closed)

    def test_only_regular_files_are_opened(self, tmp_path: Path) -> None:
        real = tmp_path / "real.pdf"
        real.write_bytes(b"%PDF-")
        with open_regular(real) as file:
            assert file.read() == b"%PDF-"
        link, pipe, door = tmp_path / "link.pdf", tmp_path / "pipe.pdf", tmp_path / "door.pdf"
        link.symlink_to(real)
        os.mkfifo(pipe)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(door))
            for odd in (link, pipe, door, tmp_path, tmp_path / "none.pdf", Path("/dev/zero"), Path("a\0b")):
                with refused(ErrorCode.FILE_UNREADABLE):
                    open_regular(odd)


class TestNames:
    """security.md H1 to H9."""

    @pytest.mark.parametrize(
        ("given_name", "kept"),
        [
            ("report.pdf", "report.pdf"),
            ("../../evil.pdf", "evil.pdf"),
            ("..\\..\\x.pdf", "x.pdf"),
            ("C:\\x.pdf", "x.pdf"),
            ("C:x.pdf", "x.pdf"),
            ("\\\\srv\\s\\x.pdf", "x.pdf"),
            ("/etc/passwd", "passwd"),
            ("CON.pdf", "_CON.pdf"),
            ("nul", "_nul"),
            ("COM1.dcm", "_COM1.dcm"),
            ("aux.tar.gz", "_aux.tar.gz"),
            ("LPT¹.pdf", "_LPT¹.pdf"),
            ("console.pdf", "console.pdf"),
            ("x.pdf.", "x.pdf"),
            ("x.pdf ", "x.pdf"),
            ("x.pdf. . .", "x.pdf"),
            ("x.pdf::$DATA", "x.pdf"),
            ("x.pdf:hidden", "x.pdf_hidden"),
            ("scan\u202efdp.exe", "scanfdp.exe"),
            ("a\u2066b\u2069c.pdf", "abc.pdf"),
            ("re\u200bport\ufeff.pdf", "report.pdf"),
            ("two\nlines\x00\x1b[31m.pdf", "twolines[31m.pdf"),
            ("", "unnamed"),
            ("...", "unnamed"),
            (" . ", "unnamed"),
            (".pdf", "unnamed.pdf"),
            ("a/", "unnamed"),
            ("cafe\u0301.pdf", "caf\u00e9.pdf"),
            ("what?<*>.pdf", "what____.pdf"),
            ("\ud800.pdf", "unnamed.pdf"),
        ],
    )
    def test_cleaned(self, given_name: str, kept: str) -> None:
        assert clean_file_name(given_name) == kept

    def test_long_names_keep_their_ending(self) -> None:
        kept = clean_file_name("x" * 300 + ".pdf")
        assert len(kept) == LONGEST_FILE_NAME
        assert kept.endswith("x.pdf")
        assert len(clean_file_name("\N{GRINNING FACE}" * 255)) == LONGEST_FILE_NAME
        assert len(clean_file_name("a." + "b" * 300)) == LONGEST_FILE_NAME

    def test_listed_names(self, samples: Path) -> None:
        for entry in json.loads((samples / "hostile" / "file-names.json").read_text()):
            self.check(clean_file_name(entry["name"]))

    @given(st.text(max_size=300) | st.text(alphabet="./\\:. conCON1\u202e\u0301pdf", max_size=40))
    @settings(max_examples=400)
    def test_any_name(self, name: str) -> None:
        kept = clean_file_name(name)
        self.check(kept)
        assert clean_file_name(kept) == kept

    def check(self, kept: str) -> None:
        assert kept
        assert len(kept) <= LONGEST_FILE_NAME
        assert not set(kept) & set('/\\:*?"<>|')
        assert kept == unicodedata.normalize("NFC", kept)
        assert kept not in (".", "..")
        assert kept == kept.strip()
        assert not kept.endswith(".")
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in kept)
        first = kept.partition(".")[0].rstrip().lower()
        assert first not in ("con", "prn", "aux", "nul", "com1", "lpt9", "com¹")
        kept.encode()
        assert title_of(kept)
