"""Tesseract, a program that is installed beside ours: a page goes in by its input, text comes out, no file between.

A page a core: its own threads gain a tenth and cost a core, so it is told to use one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from meditrack_desktop.adapters.clamd import HOMEBREW
from meditrack_desktop.adapters.running_page import RunningPage, move
from meditrack_desktop.domain.errors import ErrorCode, Unavailable

TIME_LIMIT = 180.0
"""Seconds for one page: two as a rule, more where a desk is busy, for it comes last."""
USUAL_PLACES = (
    "/usr/bin/tesseract",
    "/usr/local/bin/tesseract",
    f"{HOMEBREW}/bin/tesseract",
    r"C:\Program Files\Tesseract-OCR\tesseract.exe",
)
MOST_LANGUAGES = 6
"""As many at once; each makes a page slower."""
_NO_LANGUAGE = frozenset({"osd", "equ", "snum"})
_ORIENTED, _AS_IT_LIES = "1", "3"


class Tesseract:
    """Usable from several threads, though one run uses every core already."""

    def __init__(self, program: str, time_limit: float = TIME_LIMIT, at_once: int | None = None) -> None:
        self._program = program
        self._time_limit = time_limit
        self._at_once = at_once or os.cpu_count() or 1

    @cached_property
    def name(self) -> str:
        found = re.match(r"tesseract v?(\d[\w.]*)", self._told("--version"))
        return f"Tesseract {found[1]}" if found else "Tesseract"

    @cached_property
    def _trained(self) -> tuple[str, ...]:
        listed = self._told("--list-langs").splitlines()[1:]
        return tuple(
            sorted(line.strip() for line in listed if re.fullmatch(r"[A-Za-z_]{3,20}", line.strip()))
        )

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(each for each in self._trained if each not in _NO_LANGUAGE)

    def recognise(self, pages: Iterable[bytes], languages: Sequence[str] = ()) -> Iterator[str]:
        known = [each for each in languages or self.languages if each in self.languages]
        # English last: where words fit several languages the rarer letters of the others win.
        known.sort(key=lambda each: each == "eng")
        if not known:
            raise Unavailable(ErrorCode.RECOGNITION_FAILED)
        mode = _ORIENTED if "osd" in self._trained else _AS_IT_LIES
        command = [self._program, "-", "-", "--psm", mode, "-l", "+".join(known[:MOST_LANGUAGES])]
        return self._run(command, iter(pages))

    def _run(self, command: Sequence[str], pages: Iterator[bytes]) -> Iterator[str]:
        running: deque[RunningPage] = deque()
        try:
            while True:
                while sum(not page.ended for page in running) < self._at_once:
                    png = next(pages, None)
                    if png is None:
                        break
                    running.append(RunningPage(command, _environment(), png, self._time_limit))
                if not running:
                    return
                if running[0].ended:
                    yield running.popleft().text
                    continue  # another may begin before anybody is waited for
                move([page for page in running if not page.ended])
        finally:
            for page in running:
                page.end()

    def close(self) -> None:
        """Each page has its own process, so nothing is left to end."""

    def _told(self, question: str) -> str:
        try:
            told = subprocess.run(
                [self._program, question],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=15,
                env=_environment(),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return (told.stdout or told.stderr).decode("utf-8", "replace")


def installed() -> Tesseract | None:
    """Where the system finds it, or where its installers put it; None if it is not there or reads no language."""
    places = (shutil.which("tesseract"), *USUAL_PLACES)
    program = next((place for place in places if place and Path(place).is_file()), None)
    found = Tesseract(program) if program else None
    return found if found is not None and found.languages else None


def _environment() -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT", "TESSDATA_PREFIX", "LD_LIBRARY_PATH")
    return {**{name: os.environ[name] for name in kept if name in os.environ}, "OMP_THREAD_LIMIT": "1"}
