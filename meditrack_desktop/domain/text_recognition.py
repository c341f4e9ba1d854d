"""Reading the text in pictures: what waits for it, and what became of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_BLANKS = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class TextWaiting:
    """How much waits, of what this person may read. `recognizer` is empty where the computer has none."""

    incoming: int
    documents: int
    recognizer: str
    languages: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.incoming + self.documents


@dataclass(frozen=True, slots=True)
class RecognitionReport:
    """What a run did. `empty` are recognised ones that hold no word; `failed` ones wait for another run."""

    incoming: int = 0
    documents: int = 0
    pages: int = 0
    empty: int = 0
    failed: int = 0
    recognizer: str = ""


def plain_text(recognised: str) -> str:
    """Text as a person would have typed it: no control characters, no runs of blanks, composed letters."""
    clean = "".join(
        letter
        for letter in unicodedata.normalize("NFC", recognised)
        if letter in "\n\t" or unicodedata.category(letter)[0] != "C"
    )
    lines = "\n".join(line.strip() for line in _BLANKS.sub(" ", clean).split("\n"))
    return _GAPS.sub("\n\n", lines).strip()
