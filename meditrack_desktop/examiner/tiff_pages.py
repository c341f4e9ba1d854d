"""Pages of a TIFF taken out as they lie there: no dot is decoded, so none is lost, and resolution and colour stay.

A TIFF is a chain of lists (IFD), one a page: entries of a number, a type and values, some of which say where the
packed rows lie. A page is its list and its rows, copied with new places.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_COMPRESSION, _OLD_JPEG = 259, 6
_ROWS = ((273, 279), (324, 325))
"""Where the strips or the tiles lie, and how long each is."""
_ELSEWHERE = frozenset({330, 34665, 34853, 40965})
"""Entries that point to further lists: smaller copies and what the camera noted. They stay behind."""
_MOST_ENTRIES, _MOST_PIECES = 4096, 1_000_000


class NotCopyable(Exception):
    """The file does not say plainly where its pages lie."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How numbers are written: the order of bytes, and the large form (BigTIFF) or the usual one."""

    order: str
    big: bool

    @property
    def count(self) -> struct.Struct:
        return struct.Struct(self.order + ("Q" if self.big else "H"))

    @property
    def place(self) -> struct.Struct:
        return struct.Struct(self.order + ("Q" if self.big else "I"))

    @property
    def entry(self) -> struct.Struct:
        return struct.Struct(self.order + ("HHQ8s" if self.big else "HHI4s"))

    @property
    def inline(self) -> int:
        return 8 if self.big else 4


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    kind: int
    count: int
    data: bytes


def pages_of(data: memoryview, pages: Sequence[int]) -> bytes:
    """A new TIFF of these pages, counted from 1, in this order. NotCopyable; LookupError for no such page."""
    try:
        form, first = _head(data)
        lists = _lists(data, form, first, max(pages))
        return _written(data, form, [lists[page - 1] for page in pages])
    except struct.error:
        raise NotCopyable from None


def _head(data: memoryview) -> tuple[_Form, int]:
    order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
    if order is None:
        raise NotCopyable
    (magic,) = struct.unpack_from(order + "H", data, 2)
    if magic == 42:
        return _Form(order, False), struct.unpack_from(order + "I", data, 4)[0]
    if magic == 43 and struct.unpack_from(order + "HH", data, 4) == (8, 0):
        return _Form(order, True), struct.unpack_from(order + "Q", data, 8)[0]
    raise NotCopyable


def _lists(data: memoryview, form: _Form, at: int, wanted: int) -> list[list[_Entry]]:
    """As many lists as are wanted, from the first one on."""
    found: list[list[_Entry]] = []
    seen = set()
    while at and len(found) < wanted:
        if at in seen:
            raise NotCopyable
        seen.add(at)
        (count,) = form.count.unpack_from(data, at)
        if count > _MOST_ENTRIES:
            raise NotCopyable
        at += form.count.size
        found.append([_entry(data, form, at + number * form.entry.size) for number in range(count)])
        (at,) = form.place.unpack_from(data, at + count * form.entry.size)
    return found


def _entry(data: memoryview, form: _Form, at: int) -> _Entry:
    tag, kind, count, value = form.entry.unpack_from(data, at)
    size = _SIZES.get(kind, 0) * count
    if kind not in _SIZES or size > len(data):
        raise NotCopyable
    if size <= form.inline:
        return _Entry(tag, kind, count, value[:size])
    (place,) = form.place.unpack(value)
    if place + size > len(data):
        raise NotCopyable
    return _Entry(tag, kind, count, bytes(data[place : place + size]))


def _numbers(form: _Form, entry: _Entry) -> list[int]:
    letter = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(entry.kind)
    if letter is None or entry.count > _MOST_PIECES:
        raise NotCopyable
    return list(struct.unpack(f"{form.order}{entry.count}{letter}", entry.data))


def _written(data: memoryview, form: _Form, lists: Sequence[Sequence[_Entry]]) -> bytes:
    out = bytearray(data[: 8 if form.big else 4])
    link = len(out)
    out += bytes(form.place.size)
    for entries in lists:
        kept = {entry.tag: entry for entry in entries if entry.tag not in _ELSEWHERE}
        compression = kept.get(_COMPRESSION)
        if compression and _numbers(form, compression) == [_OLD_JPEG]:
            raise NotCopyable
        pairs = [(where, length) for where, length in _ROWS if where in kept and length in kept]
        if not pairs:
            raise NotCopyable
        for where, length in pairs:
            kept[where] = _with_rows(out, data, form, kept[where], kept[length])
        link = _with_list(out, form, kept, link)
    return bytes(out)


def _with_rows(out: bytearray, data: memoryview, form: _Form, where: _Entry, length: _Entry) -> _Entry:
    """Copy the rows; what says where they lie now."""
    places, sizes = _numbers(form, where), _numbers(form, length)
    if len(places) != len(sizes):
        raise NotCopyable
    moved = []
    for place, size in zip(places, sizes, strict=True):
        if place + size > len(data):
            raise NotCopyable
        _even(out)
        moved.append(len(out))
        out += data[place : place + size]
    kind, letter = (16, "Q") if form.big else (4, "I")
    return _Entry(where.tag, kind, len(moved), struct.pack(f"{form.order}{len(moved)}{letter}", *moved))


def _with_list(out: bytearray, form: _Form, entries: dict[int, _Entry], link: int) -> int:
    """Write a list, tie it to the one before at `link`; where the next one is to be tied."""
    packed = bytearray(form.count.pack(len(entries)))
    for _, entry in sorted(entries.items()):
        value = entry.data
        if len(value) > form.inline:
            _even(out)
            value = form.place.pack(len(out))
            out += entry.data
        packed += form.entry.pack(entry.tag, entry.kind, entry.count, value.ljust(form.inline, b"\0"))
    _even(out)
    form.place.pack_into(out, link, len(out))
    out += packed
    link = len(out)
    out += bytes(form.place.size)
    return link


def _even(out: bytearray) -> None:
    if len(out) % 2:
        out.append(0)
