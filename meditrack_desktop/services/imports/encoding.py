"""In which characters a text file is written: told by its bytes, never by its name."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from meditrack_desktop.services.imports.items import refused

_CHUNK = 1 << 20
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")
_MOST_NEIGHBOURS = 0.34  # in Western text a letter with an accent seldom stands beside another
_FEW = 0.1


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, how it treats broken bytes, and a remark if it had to be guessed."""

    codec: str
    errors: str = "surrogateescape"
    note: str = ""


def byte_order_mark(head: bytes) -> str | None:
    """The codec that a byte order mark names, or None."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else None


def wide_without_mark(head: bytes) -> str | None:
    """UTF-16 that lacks its mark: every other byte of mostly Latin text is zero."""
    sample = head[:4096]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * half and odd < 0.1 * half else None


def encoding_of(path: Path) -> Encoding:
    """How to read `path`. Raises Invalid if it is neither Unicode nor plausibly Windows-1252.

    A UTF-8 file with a few broken bytes stays UTF-8: the rows that hold them are reported, and nobody's
    name is garbled by reading the whole file as something else.
    """
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        wide = byte_order_mark(head) or wide_without_mark(head)
        if wide == "utf-8-sig":
            return Encoding("utf-8-sig")
        if wide is not None:
            return Encoding(wide, errors="replace")
        decoder = codecs.getincrementaldecoder("utf-8")("strict")
        chunk = head
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK)
            decoder.decode(b"", True)
            return Encoding("utf-8")
        except UnicodeDecodeError:
            file.seek(0)
            return _guess(file.read(2 * _CHUNK), path.name)


def _guess(sample: bytes, name: str) -> Encoding:
    runs = _HIGH.findall(sample)
    if not runs:
        return Encoding("utf-8")
    high = sum(map(len, runs))
    characters = _UTF8_CHARACTER.findall(sample)
    broken = high - sum(map(len, characters))
    if len(characters) >= broken:
        return Encoding("utf-8")
    neighbours = sum(len(run) for run in runs if len(run) > 1)
    if neighbours <= _MOST_NEIGHBOURS * high:
        return Encoding("cp1252", note="Read as Windows-1252 text, because it is not UTF-8.")
    if len(runs) < _FEW * (sample.count(b"\n") + 1):
        return Encoding("utf-8")
    raise refused(name, "The characters of this file cannot be told. Save it as UTF-8 and try again.")
