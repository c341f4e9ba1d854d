"""The drawn pages that are kept in memory: bounded, the farthest from what is seen forgotten first."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QImage


class PagePictures:
    """At most `limit` bytes, but for pages that are seen right now."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._drawn: dict[int, tuple[int, QImage]] = {}

    @property
    def kept_bytes(self) -> int:
        return sum(image.sizeInBytes() for _, image in self._drawn.values())

    @property
    def limit(self) -> int:
        return self._limit

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._drawn))

    def image(self, page: int) -> QImage | None:
        """The picture of a page, if there is one; an empty one says that it cannot be drawn."""
        found = self._drawn.get(page)
        return None if found is None else found[1]

    def sharp(self, page: int, width: int) -> bool:
        """Whether a page was drawn for this very width."""
        found = self._drawn.get(page)
        return found is not None and found[0] == width

    def put(self, page: int, width: int, image: QImage, seen: range) -> None:
        """Keep a page as it was drawn for `width`, and forget what is now too much."""
        self._drawn[page] = (width, image)
        middle = (seen.start + seen.stop - 1) / 2
        for far in sorted(self._drawn, key=lambda page: -abs(page - middle)):
            if self.kept_bytes <= self._limit or far in seen:
                return
            del self._drawn[far]

    def clear(self) -> None:
        self._drawn.clear()
