"""A name written as one text, parted into family and given name where that can be told."""

from __future__ import annotations

import re
import unicodedata

_TITLES = frozenset(
    {"dr", "dr.", "prof", "prof.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "herr", "frau", "mme"}
)
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "de",
        "del",
        "della",
        "der",
        "den",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "ten",
        "ter",
        "zu",
        "zum",
        "zur",
        "af",
        "av",
        "al",
        "el",
        "bin",
        "ibn",
        "abu",
    ]
)
_FAMILY_FIRST = re.compile("CJK|HIRAGANA|KATAKANA|HANGUL")


def part_name(text: str) -> tuple[str, str]:
    """(family, given) of a name in one piece.

    "Gelder, Juri van" and "Juri van Gelder" are both read; Chinese, Japanese and Korean names stand family
    first. What cannot be parted without guessing is kept whole as the family name.
    """
    text = " ".join(text.split())
    if "," in text:
        family, _, given = text.partition(",")
        return family.strip(), given.strip()
    words = text.split(" ")
    title = 0
    while title < len(words) - 1 and words[title].casefold() in _TITLES:
        title += 1
    words = words[title:]
    if len(words) == 1:
        return words[0], ""
    if _FAMILY_FIRST.match(unicodedata.name(words[0][0], "")):
        return words[0], " ".join(words[1:])
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold() in _PARTICLES:
        first -= 1
    return " ".join(words[first:]), " ".join(words[:first])
