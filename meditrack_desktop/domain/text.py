"""Typed text: what may stand in a field, and how names and numbers are folded for searching.

Kept byte for byte as typed but for invisible trouble: control characters and lone surrogates are refused,
because two databases would keep them differently (security.md H55).
"""

from __future__ import annotations

import unicodedata

_KEPT_CONTROLS = frozenset("\n\t")


def _is_trouble(character: str, kept: frozenset[str]) -> bool:
    category = unicodedata.category(character)
    return category == "Cs" or (category == "Cc" and character not in kept) or character in "\ufffe\uffff"


def single_line(value: str) -> str:
    """`value` without outer space; ValueError("control_characters") for line breaks and other controls."""
    stripped = value.strip()
    # Nothing printable is trouble; asking that first spares thousands of rows a look at every character.
    if not stripped.isprintable() and any(_is_trouble(character, frozenset()) for character in stripped):
        raise ValueError("control_characters")
    return stripped


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that turn the direction of what follows: a name holding one would read as somebody else's."""


def name_text(value: str) -> str:
    """A name: as `single_line`, composed (NFC), and empty if nothing of it can be seen.

    ValueError("control_characters") also for characters that turn the direction of the writing.
    """
    text = unicodedata.normalize("NFC", single_line(value))
    if text.isascii():
        return text
    if not _TURNING.isdisjoint(text):
        raise ValueError("control_characters")
    return text if any(unicodedata.category(character)[0] not in "CZM" for character in text) else ""


def several_lines(value: str) -> str:
    """As `single_line`, but line breaks and tabs may stay (Windows line ends become plain ones)."""
    stripped = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not stripped.isprintable() and any(_is_trouble(character, _KEPT_CONTROLS) for character in stripped):
        raise ValueError("control_characters")
    return stripped


_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})


def cleaned_lines(value: str) -> str:
    """As `several_lines`, for long writing that must not be refused for a pasted character nobody can see: what
    breaks a line becomes a plain line break, every other control and lone surrogate is left out."""
    text = value.replace("\r\n", "\n").translate(_BREAKS)
    if not text.isprintable():
        text = "".join(character for character in text if not _is_trouble(character, _KEPT_CONTROLS))
    return text.strip()


_LETTERS_WITHOUT_MARKS = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "œ": "oe", "ı": "i", "ħ": "h"}
)


APOSTROPHES = "'’ʼ`"
"""What stands inside a word and is left out of it."""


_ASCII = str.maketrans(
    {chr(code): "" if chr(code) in APOSTROPHES else " " for code in range(128) if not chr(code).isalnum()}
)


def search_words(value: str) -> tuple[str, ...]:
    """The words of `value` as searching compares them: no accents, no case, no punctuation, any script."""
    if value.isascii():
        # Nearly every row of an import: nothing to take apart.
        return tuple(value.lower().translate(_ASCII).split())
    # Decomposed first: a styled capital becomes a plain capital only then, and folding its case can compose
    # anew, so what is folded once would fold further if it were folded again.
    apart = unicodedata.normalize("NFKD", value).casefold()
    folded = unicodedata.normalize("NFKD", apart).translate(_LETTERS_WITHOUT_MARKS)
    plain = "".join(
        character
        if character.isalnum()
        else ("" if unicodedata.category(character)[0] == "M" or character in APOSTROPHES else " ")
        for character in folded
    )
    return tuple(plain.split())


def digits(value: str) -> str:
    """The decimal digits of `value` in ASCII, whatever script they were typed in."""
    if value.isascii():
        return "".join(filter(str.isdigit, value))
    return "".join(str(unicodedata.decimal(c)) for c in value if unicodedata.decimal(c, None) is not None)
