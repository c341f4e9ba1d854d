"""RapidOCR: a recognizer that comes as a Python package, for computers without Tesseract (the extra `ocr`).

Each page has a process of its own, which loads the models that lie in the package and ends with the page: hundreds
of megabytes are held no longer than they are used, and never by the desk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from meditrack_desktop.adapters.running_page import RunningPage, move

TIME_LIMIT = 180.0
MEMORY = 8 * 1024**3
"""Address space: its library reserves far more than it uses (about 0.6 GiB)."""
_WORKER = "meditrack_desktop.adapters.rapid_ocr_page"


class RapidOcr:
    """One page at a time: its library uses every core itself."""

    def __init__(self, command: Sequence[str] | None = None, time_limit: float = TIME_LIMIT) -> None:
        self._command = command or [sys.executable, "-P", "-m", _WORKER]
        self._time_limit = time_limit

    @property
    def name(self) -> str:
        with suppress(PackageNotFoundError):
            return f"RapidOCR {version('rapidocr')}"
        return "RapidOCR"

    @property
    def languages(self) -> tuple[str, ...]:
        """It does not tell languages apart."""
        return ()

    def recognise(self, pages: Iterable[bytes], languages: Sequence[str] = ()) -> Iterator[str]:
        for png in pages:
            page = RunningPage(self._command, _environment(), png, self._time_limit, MEMORY)
            try:
                while not page.ended:
                    move([page])
                yield page.text
            finally:
                page.end()

    def close(self) -> None:
        """Each page has its own process, so nothing is left to end."""


def installed() -> RapidOcr | None:
    """None where the extra is not installed, as in the frozen program."""
    if getattr(sys, "frozen", False):
        return None
    return RapidOcr() if find_spec("rapidocr") and find_spec("onnxruntime") else None


def _environment() -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "HOME", "USERPROFILE")
    source = str(Path(__file__).resolve().parents[2])
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONPATH": source,
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
