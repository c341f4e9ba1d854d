"""What the process apart answers, and how its answer is believed: piece by piece, never as a whole.

A file may have taken that process over. So an answer has a largest size, every field has its type and its
bounds, and a picture is a PNG whose parts add up before anybody else sees it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from meditrack_desktop.domain.documents import MEBIBYTE, MediaType
from meditrack_desktop.domain.errors import ErrorCode
from meditrack_desktop.domain.examination import Examination, NamedPerson, StudyContents
from meditrack_desktop.examiner.limits import Limits

LARGEST_FACTS = 24 * MEBIBYTE
LARGEST_THUMBNAIL = MEBIBYTE
HEAD = struct.Struct(">QQQ")
"""Sizes of the three pieces of an answer: facts (JSON), thumbnail (PNG), and bytes made of the file's."""
_MOST_NUMBERS, _LONGEST_LINE = 20, 500
_MOST_SERIES, _LONGEST_NUMBER = 5000, 2**53
_REFUSALS = frozenset({ErrorCode.FILE_UNREADABLE, ErrorCode.FILE_TOO_LARGE, ErrorCode.FILE_TYPE_REFUSED,
                       ErrorCode.FILE_NOT_DIVISIBLE, ErrorCode.FILE_ASKS_PASSWORD, ErrorCode.FILE_EMPTY,
                       ErrorCode.FILE_SEVERAL_STUDIES})  # fmt: skip
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 133), *range(134, 160), *_TURNING))
"""What nobody sees, and what turns the direction of writing: a name with that reads as somebody else's."""


class NotBelieved(Exception):
    """The answer is not one that our own code gives."""


@checked(frozen=True, config=ConfigDict(extra="forbid", strict=True))
class Facts:
    """One answer: what was found, or why the file is refused."""

    found: Examination | None = None
    refused: ErrorCode | None = None
    limit: int | None = None
    peak_kib: int = 0
    """How much memory the process held at its most, by its own account."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A believed answer."""

    facts: Facts
    made: bytes = b""


_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)


def pack(facts: Facts) -> tuple[bytes, bytes]:
    """Facts as JSON, and the thumbnail beside them."""
    thumbnail = b""
    if facts.found is not None:
        thumbnail = facts.found.thumbnail
        facts = replace(facts, found=replace(facts.found, thumbnail=b""))
    return _FACTS.dump_json(facts), thumbnail


def believe(answer: memoryview, limits: Limits, most_made: int) -> Answer:
    """The answer, if it keeps every bound. NotBelieved otherwise."""
    if len(answer) < HEAD.size:
        raise NotBelieved
    facts_size, thumbnail_size, made_size = HEAD.unpack_from(answer)
    if facts_size > LARGEST_FACTS or thumbnail_size > LARGEST_THUMBNAIL or made_size > most_made:
        raise NotBelieved
    if HEAD.size + facts_size + thumbnail_size + made_size > len(answer):
        raise NotBelieved
    at = HEAD.size
    raw, at = bytes(answer[at : at + facts_size]), at + facts_size
    thumbnail, at = bytes(answer[at : at + thumbnail_size]), at + thumbnail_size
    try:
        facts = _FACTS.validate_json(raw, strict=True)
    except (ValidationError, RecursionError):
        raise NotBelieved from None
    if facts.refused is not None and (facts.refused not in _REFUSALS or facts.found is not None):
        raise NotBelieved
    if facts.found is not None:
        facts = replace(facts, found=_plausible(facts.found, thumbnail, limits))
    return Answer(facts, bytes(answer[at : at + made_size]))


def _plausible(found: Examination, thumbnail: bytes, limits: Limits) -> Examination:
    most = limits.most_pages(found.media_type)
    bounds = (
        1 <= found.pages <= most,
        len(found.text) <= found.pages,
        sum(map(len, found.text)) <= limits.text,
        len(found.scanned_pages) <= found.pages,
        all(1 <= page <= found.pages for page in found.scanned_pages),
        not found.thumbnail,
        not thumbnail or is_small_png(thumbnail, limits.thumbnail),
        found.contents is None or (found.media_type.is_dicom and _plausible_contents(found.contents, limits)),
        not (found.asks_password and found.media_type is not MediaType.PDF),
    )
    if not all(bounds):
        raise NotBelieved
    named = found.named
    if len(named.numbers) > _MOST_NUMBERS:
        raise NotBelieved
    return replace(
        found,
        thumbnail=thumbnail,
        text=tuple(_clean(page) for page in found.text),
        named=NamedPerson(
            _line(named.name), named.birth_date, tuple(_line(number) for number in named.numbers)
        ),
        contents=None if found.contents is None else _clean_contents(found.contents),
    )


def _plausible_contents(contents: StudyContents, limits: Limits) -> bool:
    images = [image for series in contents.series for image in series.images]
    return (
        len(contents.series) <= _MOST_SERIES
        and len(images) <= limits.study_images
        and all(
            0 <= number <= _LONGEST_NUMBER
            for image in images
            for number in (image.offset, image.size, image.frames, image.rows, image.columns)
        )
        and all(number is None or abs(number) <= _LONGEST_NUMBER for number in _measures(contents))
    )


def _measures(contents: StudyContents) -> Iterator[float | None]:
    """What may also be below nought, or not be said; NaN is no larger and no smaller than any bound."""
    yield contents.duplicates
    for series in contents.series:
        yield from (series.number, series.slice_thickness_mm)
        for image in series.images:
            yield from (image.instance_number, image.slice_position)


def _clean_contents(contents: StudyContents) -> StudyContents:
    series = tuple(replace(one, **_lines(one)) for one in contents.series)
    return replace(contents, series=series, **_lines(contents))


def _lines(record: Any) -> dict[str, Any]:
    values = ((field.name, getattr(record, field.name)) for field in fields(record))
    return {name: _line(value) for name, value in values if isinstance(value, str)}


def _line(value: str) -> str:
    return " ".join(_clean(value).split())[:_LONGEST_LINE]


def _clean(text: str) -> str:
    return text.translate(_CONTROLS)


_PNG = b"\x89PNG\r\n\x1a\n"
_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def is_small_png(data: bytes, longest: int) -> bool:
    """Whether it is a PNG of our making: only plain parts, each whole, and sides of at most `longest`."""
    if not data.startswith(_PNG):
        return False
    at = len(_PNG)
    names: list[bytes] = []
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + size
        if name not in _PARTS or end + 4 > len(data):
            return False
        if zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            return False
        if not names and (name != b"IHDR" or size != 13):
            return False
        names.append(name)
        at = end + 4
    if at != len(data) or names.count(b"IHDR") != 1 or b"IDAT" not in names or names[-1] != b"IEND":
        return False
    width, height = struct.unpack_from(">II", data, len(_PNG) + 8)
    return bool(1 <= width <= longest and 1 <= height <= longest)
