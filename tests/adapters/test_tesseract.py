"""Tesseract: every sample page is read as well as its truth asks, and a program that misbehaves harms nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from meditrack_desktop.adapters import tesseract, text_recognizers
from meditrack_desktop.adapters.tesseract import Tesseract
from meditrack_desktop.config import resource_path
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.text_recognition import languages_for, plain_text
from meditrack_desktop.examiner import Examiner
from tests.conftest import SAMPLES

INSTALLED = tesseract.installed()
needs_tesseract = pytest.mark.skipif(INSTALLED is None, reason="Tesseract is not installed")
PAGES = 20


def pages() -> list[dict[str, Any]]:
    index = SAMPLES / "index.json"
    if not index.is_file():
        return []
    files = json.loads(index.read_text("utf-8"))["files"]
    return [one for one in files if one["expect"] in ("text-recognised", "text-empty")]


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


def recall(truth: str, text: str) -> float:
    """How many of the words of the truth were read, each as often as it stands there."""
    wanted, found = words(truth), words(text)
    return sum((wanted & found).values()) / sum(wanted.values())


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    opened = Examiner()
    yield opened
    opened.close()


def test_all_samples_are_here(samples: Path) -> None:
    assert len(pages()) == PAGES


@needs_tesseract
@pytest.mark.parametrize("page", pages(), ids=lambda page: Path(page["path"]).name)
def test_a_sample_page(examiner: Examiner, page: dict[str, Any]) -> None:
    """Drawn by the examiner, in whatever language of the five: nobody says which it is."""
    assert INSTALLED is not None
    wanted = set(page["facts"]["language"].split("+"))
    if not wanted <= set(INSTALLED.languages):
        pytest.skip("its language is not installed")
    data = (SAMPLES / page["path"]).read_bytes()
    drawn = (examiner.draw(data, number) for number in range(1, page["facts"].get("pages", 1) + 1))
    text = "\n".join(INSTALLED.recognise(drawn))
    if page["expect"] == "text-empty":
        assert sum(words(text).values()) <= 3
    else:
        truth = (SAMPLES / page["facts"]["truth"]).read_text("utf-8")
        assert recall(truth, text) >= page["facts"]["min_word_recall"]


def a_page(text: str, turn: int = 0) -> bytes:
    font = ImageFont.truetype(str(next(resource_path("fonts").rglob("*.ttf"))), 40)
    image = Image.new("L", (1200, 400), 255)
    ImageDraw.Draw(image).multiline_text((60, 60), text, font=font, fill=0)
    out = BytesIO()
    image.rotate(turn, expand=True, fillcolor=255).save(out, "PNG")
    return out.getvalue()


@needs_tesseract
class TestReading:
    def test_pages_come_in_order(self) -> None:
        assert INSTALLED is not None
        told = list(
            INSTALLED.recognise(a_page(f"Page number {word}") for word in ("one", "two", "three", "four"))
        )
        assert [text.split()[-1] for text in told] == ["one", "two", "three", "four"]

    def test_a_page_is_asked_for_when_a_core_is_free(self) -> None:
        asked: list[int] = []

        def drawn() -> Iterator[bytes]:
            for number in range(6):
                asked.append(number)
                yield a_page(f"page {number}")

        recognised = Tesseract(_program(), at_once=2).recognise(drawn())
        next(recognised)
        recognised.close()  # type: ignore[attr-defined]
        assert len(asked) <= 4, "two that are read, two that were"

    def test_it_says_what_it_is(self) -> None:
        assert INSTALLED is not None
        assert re.fullmatch(r"Tesseract \d+\.\d+(\.\d+)?", INSTALLED.name)
        assert "osd" not in INSTALLED.languages
        assert text_recognizers.installed() is not None

    def test_a_language_it_does_not_know_is_refused(self) -> None:
        assert INSTALLED is not None
        with pytest.raises(Unavailable, match=ErrorCode.RECOGNITION_FAILED.value):
            list(INSTALLED.recognise([a_page("text")], ["tlh"]))

    @pytest.mark.parametrize("broken", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
    def test_what_is_no_picture_is_refused(self, broken: bytes) -> None:
        assert INSTALLED is not None
        with pytest.raises(Unavailable, match=ErrorCode.RECOGNITION_FAILED.value):
            list(INSTALLED.recognise([broken]))

    @pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
    def test_it_writes_no_file(self, tmp_path: Path) -> None:
        """A page, or what stands on it, is in no file while it is read, nor afterwards."""
        wrapped = tmp_path / "tesseract"
        wrapped.write_text(f'#!/bin/sh\nexec strace -f -e trace=file -o {tmp_path}/calls {_program()} "$@"\n')
        wrapped.chmod(0o700)
        assert "secret" in next(Tesseract(str(wrapped)).recognise([a_page("a secret word on it")], ["eng"]))
        opened = [line for line in (tmp_path / "calls").read_text().splitlines() if "traineddata" in line]
        assert opened, "nothing was traced"
        written = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|mkdir|rename|\blink")
        calls = (tmp_path / "calls").read_text().splitlines()
        assert [
            line
            for line in calls
            if written.search(line) and "/dev/null" not in line and "ENOENT" not in line
        ] == []


def _program() -> str:
    found = shutil.which("tesseract")
    assert found
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="programs of the tests are scripts")
class TestAProgramThatMisbehaves:
    def fake(self, tmp_path: Path, deed: str) -> str:
        path = tmp_path / "tesseract"
        path.write_text(
            "#!/bin/sh\n"
            'case "$1" in\n'
            "--version) echo tesseract 5.3.0;;\n"
            "--list-langs) echo 'List of available languages (2):'; echo eng; echo osd;;\n"
            f"*) {deed};;\nesac\n"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    @pytest.mark.parametrize(
        "deed",
        [
            "cat >/dev/null; exit 3",
            "exit 1",
            "kill -SEGV $$",
            "cat >/dev/null; yes too much",
            "cat >/dev/null; sleep 60",
            "sleep 60",
        ],
    )
    def test_it_is_refused_in_time_and_gone(self, tmp_path: Path, deed: str) -> None:
        before = time.monotonic()
        with pytest.raises(Unavailable, match=ErrorCode.RECOGNITION_FAILED.value):
            list(Tesseract(self.fake(tmp_path, deed), time_limit=2).recognise([bytes(3_000_000)]))
        assert time.monotonic() - before < 45
        assert not _children()

    def test_what_it_says_is_cleaned(self, tmp_path: Path) -> None:
        deed = r"cat >/dev/null; printf 'Zoe\314\210  \t x\r\n\n\n\n\ny\f\033[1m\377'"
        assert list(Tesseract(self.fake(tmp_path, deed)).recognise([b"x"])) == ["Zoë x\n\ny[1m�"]

    def test_no_core_waits_while_pages_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whenever something is waited for, as many pages run as may, or all that are left."""
        waited: list[tuple[int, int]] = []
        left, really = 5, tesseract.move

        def pages() -> Iterator[bytes]:
            nonlocal left
            while left:
                left -= 1
                yield b"x"

        def watched(running: Any) -> None:
            waited.append((len(running), left))
            really(running)

        monkeypatch.setattr(tesseract, "move", watched)
        program = self.fake(tmp_path, "cat >/dev/null; echo done")
        assert list(Tesseract(program, at_once=2).recognise(pages())) == ["done"] * 5
        assert waited and all(running == 2 or (running == 1 and not rest) for running, rest in waited)

    def test_closing_ends_what_runs(self, tmp_path: Path) -> None:
        slow = 'cat >"$0.$$"; case $(cat "$0.$$") in first) echo done;; *) exec sleep 60;; esac'
        recognised = Tesseract(self.fake(tmp_path, slow), at_once=2).recognise([b"first", b"second"])
        assert next(recognised) == "done"
        until = time.monotonic() + 30
        while (
            not _children() and time.monotonic() < until
        ):  # while it becomes `sleep` it has no name for a moment
            time.sleep(0.05)
        assert _children()
        recognised.close()  # type: ignore[attr-defined]
        assert not _children()

    def test_without_languages_there_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        program = tmp_path / "tesseract"
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o700)
        monkeypatch.setattr(tesseract, "USUAL_PLACES", ())
        monkeypatch.setenv("PATH", str(tmp_path))
        assert tesseract.installed() is None


def _children() -> str:
    told = subprocess.run(["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return "\n".join(line for line in told.stdout.splitlines() if "tesseract" in line or "sleep" in line)


@pytest.mark.parametrize(
    ("region", "known", "expected"),
    [
        ("DE", ("eng", "deu", "fra"), ("eng", "deu", "fra")),
        ("CH", ("afr", "amh", "deu", "eng", "fra", "ita", "spa"), ("deu", "fra", "ita", "eng")),
        ("ZZ", ("afr", "amh", "deu", "eng", "fra", "ita", "spa"), ("eng",)),
        ("ZZ", ("afr", "amh", "deu", "est", "fra", "ita", "spa"), ("afr", "amh", "deu", "est", "fra", "ita")),
    ],
)
def test_languages_of_a_region(region: str, known: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert languages_for(region, known) == expected


def test_plain_text() -> None:
    assert plain_text("\x0c a\u00a0 b \n\n\n\n c\x00\x1b") == "a b\n\nc"
