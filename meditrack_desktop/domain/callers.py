"""The number of somebody who calls: read from a link of another program, or from what was copied. Nothing else is."""

from __future__ import annotations

import re
from urllib.parse import unquote

from meditrack_desktop.domain.text import digits

LONGEST = 64
FEWEST_DIGITS = 6
MOST_DIGITS = 15
"""E.164 knows none longer."""

SCHEMES = ("tel:", "callto:", "sip:", "sips:")
_NUMBER = re.compile(r"[+＋]?[\d\s().\-–/\u00a0]+")


def is_link(text: str) -> bool:
    """Whether `text` is a link by which programs and web pages hand over a number to call."""
    return text.strip().casefold().startswith(SCHEMES)


def read_link(link: str) -> str | None:
    """The number of `tel:+1-555-0142;ext=7`, `callto://+15550142` or `sip:+15550142@example.org`; None if none.

    Whatever else stands in a link, such as an extension, a host or a name, is thrown away.
    """
    text = link.strip()
    if not is_link(text) or len(text) > 4 * LONGEST:
        return None
    _, _, rest = text.partition(":")
    rest = unquote(rest).removeprefix("//")
    number = re.split(r"[;?@,]", rest, maxsplit=1)[0]
    return read_number(number)


def read_number(text: str) -> str | None:
    """`text` if it is a phone number and nothing else: of 6 to 15 digits, with the usual signs between them."""
    number = text.strip()
    if len(number) > LONGEST or "\n" in number or not _NUMBER.fullmatch(number):
        return None
    return " ".join(number.split()) if FEWEST_DIGITS <= len(digits(number)) <= MOST_DIGITS else None


def read_copied(text: str) -> str | None:
    """The number in a text that was copied: the text itself, or a link. A date (`5.4.1988`) is none."""
    if is_link(text):
        return read_link(text)
    number = read_number(text)
    if number is None or re.fullmatch(r"\d{1,4}[./\-–]\d{1,2}[./\-–]\d{1,4}", number):
        return None
    return number
