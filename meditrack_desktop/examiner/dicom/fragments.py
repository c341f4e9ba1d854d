"""Finds one frame among pixels that are packed frame by frame, without reading the frames beside it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

from meditrack_desktop.examiner.dicom.source import Source
from meditrack_desktop.examiner.dicom.undrawable import Undrawable, WhyNot

_ITEM = 0xFFFEE000
_END = 0xFFFEE0DD
_BEGINNINGS = (b"\xff\xd8", b"\xff\x4f", b"\x00\x00\x00\x0c")
"""Of a JPEG, a JPEG 2000 stream and a JPEG 2000 file: where a frame begins."""
_LONGEST_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class _Fragment:
    position: int
    size: int
    begins: bool
    """Whether a picture begins here."""


class Fragments:
    """The frames of one element of encapsulated pixels. Fragments are walked only as far as a frame needs."""

    def __init__(
        self,
        source: Source,
        position: int,
        frames: int,
        *,
        one_each: bool,
        offsets: tuple[int, ...] = (),
    ) -> None:
        """`one_each`: a fragment is a frame (RLE). `offsets`: from an extended table, if the file has one.

        Undrawable DAMAGED if it does not begin as such pixels do.
        """
        self._source, self._frames = source, frames
        self._one_each = one_each
        self._found: list[_Fragment] = []
        self._starts: list[int] = []
        self._complete = False
        tag, size = self._item(position)
        if tag != _ITEM or position + 8 + size > source.size:
            raise Undrawable(WhyNot.DAMAGED)
        self._first = self._next = position + 8 + size
        self._offsets = offsets or self._table(position + 8, size)

    def frame(self, index: int) -> bytes:
        """The packed bytes of one frame. Undrawable DAMAGED if the file does not hold them."""
        if not 0 <= index < self._frames:
            raise Undrawable(WhyNot.DAMAGED)
        if self._offsets:
            return self._joined(self._from_offset(index))
        while not self._complete and len(self._starts) < index + 2:
            self._walk()
        if self._complete and not self._one_each and len(self._found) == self._frames:
            return self._joined(self._found[index : index + 1])
        if self._frames == 1:
            while not self._complete:
                self._walk()
            return self._joined(self._found)
        if index >= len(self._starts):
            raise Undrawable(WhyNot.DAMAGED)
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self._found)
        return self._joined(self._found[self._starts[index] : end])

    def count(self) -> int:
        """How many frames the file really holds; reads the length of every fragment."""
        while not self._complete:
            self._walk()
        if self._frames == 1 or len(self._found) == self._frames:
            return self._frames if self._found else 0
        return len(self._starts)

    def _table(self, position: int, size: int) -> tuple[int, ...]:
        """The basic table, if it has an entry for every frame and its entries can be true."""
        if self._frames == 1 or size != 4 * self._frames:
            return ()
        offsets = struct.unpack(f"<{self._frames}L", self._source.read_at(position, size))
        rises = all(before < after for before, after in pairwise(offsets))
        return offsets if offsets[0] == 0 and rises else ()

    def _from_offset(self, index: int) -> list[_Fragment]:
        position = self._first + self._offsets[index]
        end = self._first + self._offsets[index + 1] if index + 1 < len(self._offsets) else self._source.size
        found: list[_Fragment] = []
        while position < end:
            tag, size = self._item(position)
            if tag != _ITEM:
                break
            found.append(_Fragment(position + 8, size, begins=not found))
            position += 8 + size
        return found

    def _walk(self) -> None:
        """Note one more fragment, or that there is none. A file that was cut ends at the cut."""
        position = self._next
        if position + 8 > self._source.size:
            self._complete = True
            return
        tag, size = self._item(position)
        if tag != _ITEM:
            self._complete = True
            return
        beginning = self._source.read_at(position + 8, min(size, _LONGEST_BEGINNING))
        begins = self._one_each or not self._found or beginning.startswith(_BEGINNINGS)
        if begins:
            self._starts.append(len(self._found))
        self._found.append(_Fragment(position + 8, size, begins))
        self._next = position + 8 + size

    def _item(self, position: int) -> tuple[int, int]:
        head = self._source.read_at(position, 8)
        if len(head) < 8:
            raise Undrawable(WhyNot.DAMAGED)
        group, element, size = struct.unpack("<HHL", head)
        return group << 16 | element, size

    def _joined(self, fragments: list[_Fragment]) -> bytes:
        pieces = []
        for fragment in fragments:
            if fragment.position + fragment.size > self._source.size:
                raise Undrawable(WhyNot.DAMAGED)
            pieces.append(self._source.read_at(fragment.position, fragment.size))
        if not pieces:
            raise Undrawable(WhyNot.DAMAGED)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
