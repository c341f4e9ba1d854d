"""Reading the text in pictures: what waits for it, and what became of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
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


_SPOKEN = {
    "AT": "deu",
    "BE": "nld fra deu",
    "BR": "por",
    "CA": "fra",
    "CH": "deu fra ita",
    "CZ": "ces",
    "DE": "deu",
    "DK": "dan",
    "ES": "spa cat",
    "FI": "fin swe",
    "FR": "fra",
    "GR": "ell",
    "HU": "hun",
    "IL": "heb ara",
    "IN": "hin",
    "IT": "ita",
    "JP": "jpn",
    "KR": "kor",
    "LU": "fra deu",
    "MX": "spa",
    "NL": "nld",
    "NO": "nor",
    "PL": "pol",
    "PT": "por",
    "RO": "ron",
    "RU": "rus",
    "SE": "swe",
    "TR": "tur",
    "UA": "ukr rus",
    "US": "spa",
    "VN": "vie",
}
MOST_LANGUAGES = 6


def languages_for(region: str, known: Sequence[str]) -> tuple[str, ...]:
    """Which of the known languages to expect in a region: all if they are few, for whoever installed one wants it;
    otherwise its own and English. Each makes a page slower."""
    if len(known) <= MOST_LANGUAGES:
        return tuple(known)
    spoken = [*_SPOKEN.get(region, "").split(), "eng"]
    return tuple(each for each in spoken if each in known) or tuple(known[:MOST_LANGUAGES])
