"""People's names: taken apart when typed in one go, put together as they are spoken."""

from __future__ import annotations

import unicodedata

PARTICLES = frozenset(
    "van von vom zu zur zum der den dem des de da do dos das di del della degli dalla la le les lo ten ter te "
    "bin bint ibn ben abu al el ul st af av mac mc".split()
)
"""Small words that belong to the family name after them."""

_BETWEEN = frozenset({"y", "e", "i"})
"""Small words that join two family names. An initial is written with a capital."""

AFTER_A_NAME = frozenset("jr jr. sr sr. ii iii iv junior senior filho neto".split())
"""What stays behind the family name it belongs to."""

FAMILY_FIRST = frozenset({"zh", "ja", "ko", "hu"})
"""Languages in which the family name is said first."""

_FAMILY_FIRST_SCRIPTS = ("CJK ", "HIRAGANA", "KATAKANA", "HANGUL")


def display_name(family: str, given: str, language: str = "") -> str:
    """A name as it is spoken: given name first, or the family name where the custom is so.

    `language` is that of the name (`ja`, `hu-HU`); without it the script tells: names in Chinese, Japanese or
    Korean writing begin with the family name and stand without a blank, Korean ones with one. Lists, bands and
    charts all go by the script alone: one person never reads two ways.
    """
    if not family or not given:
        return family or given
    if not language and family[0] < "\u1100":
        return f"{given} {family}"
    if _is_eastern(family) and _is_eastern(given):
        return f"{family} {given}" if unicodedata.name(family[0], "").startswith("HANGUL") else family + given
    if language.partition("-")[0].partition("_")[0].casefold() in FAMILY_FIRST:
        return f"{family} {given}"
    return f"{given} {family}"


def listed_name(family: str, given: str) -> str:
    """A name as lists order it: `Family, Given`."""
    return ", ".join(part for part in (family, given) if part)


def split_name(typed: str) -> tuple[str, str]:
    """(given, family) of a name typed in one go: "Mara Fictanova" or "Fictanova, Mara".

    Small words before the family name stay with it ("Anna van der Berg"), "Jr" behind it. One word alone is a
    family name; so is what a person said together in writing without blanks. Digits are not part of a name.
    """
    text = typed.replace("，", ",").replace("、", ",")
    words = [word for word in text.replace(",", " , ").split() if not any(c.isdigit() for c in word)]
    if "," in words:
        at = words.index(",")
        rest = [word for word in words[at + 1 :] if word != ","]
        if rest and all(word.casefold() in AFTER_A_NAME for word in rest):
            return split_name(" ".join([*words[:at], *rest]))
        return _capitals(rest), _capitals(words[:at])
    if len(words) < 2:
        return "", _capitals(words)
    first = len(words) - 1
    while first > 1 and words[first].casefold() in AFTER_A_NAME:
        first -= 1
    while first > 1 and words[first - 1].casefold() in PARTICLES:
        first -= 1
    if first > 2 and words[first - 1] in _BETWEEN:
        first -= 2
    if first == 1 and words[0].casefold() in PARTICLES and not words[0][:1].isupper():
        return "", _capitals(words)
    if all(_is_eastern(word) for word in words):
        return _capitals(words[1:]), words[0]
    return _capitals(words[:first]), _capitals(words[first:])


def _capitals(words: list[str]) -> str:
    """A search is typed in small letters, a name is not kept so; what has any capital stays as typed."""
    return " ".join(
        word[:1].upper() + word[1:]
        if word.islower() and word not in PARTICLES and word not in _BETWEEN
        else word
        for word in words
    )


def _is_eastern(name: str) -> bool:
    letters = [character for character in name if character.isalpha()]
    return bool(letters) and all(
        unicodedata.name(character, "").startswith(_FAMILY_FIRST_SCRIPTS) for character in letters
    )
