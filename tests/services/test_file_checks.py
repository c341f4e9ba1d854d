"""Files at the door: which are read, how much of them, and under which name they are kept."""

from __future__ import annotations

import io
import json
import os
import socket
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meditrack_desktop.domain.documents import (
    LARGEST_DOCUMENT,
    LONGEST_FILE_NAME,
    clean_file_name,
    title_of,
)
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services import file_checks
from meditrack_desktop.services.file_checks import open_regular, read_whole


def refused(code: ErrorCode) -> Any:
    return pytest.raises(Invalid, match=f"^{code.value}$")


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
