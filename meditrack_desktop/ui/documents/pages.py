"""What a document looks like to the window that shows it: pages of a size, drawn when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

MOST_DRAWN = 16_000_000
"""Pixels of one drawn page; a page that would need more is drawn smaller and enlarged on screen."""

MOST_HITS = 1000
"""Places that a search gives at most."""


MOST_LETTERS = 40_000
"""Letters of one page that can be chosen; a page of text has about 4,000."""

MOST_COPIED = 2_000_000
"""Letters that are copied at most."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """Logical pixels at 100 %."""

    width: float
    height: float

    def turned(self, quarters: int) -> PageSize:
        """The size after so many quarter turns."""
        return PageSize(self.height, self.width) if quarters % 2 else self


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where searched words stand. Boxes are shares of the unturned page, 0 to 1 from its top left."""

    page: int
    boxes: tuple[QRectF, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where a page leads to elsewhere: shown as words, never followed. The box as in a `Hit`."""

    box: QRectF
    address: str


@dataclass(frozen=True, slots=True)
class PageWords:
    """A page's letters in reading order with a box for each (as in a `Hit`, empty where it has none), and its
    links."""

    text: str = ""
    boxes: tuple[QRectF, ...] = ()
    links: tuple[Link, ...] = ()


class Unshowable(Exception):
    """The bytes are sound but cannot be drawn by anything this program has."""


class PasswordNeeded(Exception):
    """The document opens with a password of its own, and not with the one given."""


class Pages(Protocol):
    """An open document. Slow: for the lanes only, and safe in several of them at once.

    Damage in the vault raises Unavailable from any of these.
    """

    count: int
    first: PageSize
    searchable: bool
    fit_limit: float

    def sizes(self) -> list[PageSize]: ...

    def draw(self, page: int, width: int) -> QImage:
        """The unturned page about `width` pixels wide; an empty image if this page cannot be drawn."""
        ...

    def find(self, words: str, stopped: Callable[[], bool]) -> tuple[Hit, ...]: ...

    def words(self, page: int) -> PageWords:
        """The letters of a page, for choosing and copying; none where it is a picture."""
        ...

    def text(self, stopped: Callable[[], bool]) -> str:
        """All words of the document, a blank line between pages; at most MOST_COPIED letters."""
        ...

    def close(self) -> None: ...


class Printable(Protocol):
    """What is put on paper: pages of a size, drawn for a width in dots; for a working thread."""

    @property
    def closed(self) -> bool:
        """Whether it was let go of meanwhile: then nothing of it can be drawn any more."""
        ...

    def sizes(self) -> list[PageSize]: ...

    def draw(self, page: int, width: int) -> QImage: ...
