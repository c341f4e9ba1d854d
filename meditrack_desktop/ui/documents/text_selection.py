"""Letters chosen on pages, from where the mouse went down to where it is, or all there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from meditrack_desktop.ui.documents.pages import PageWords

NEAR = 0.02
"""So far from a letter, as a share of the page, the mouse still means it."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Before letter `at` of a page."""

    page: int
    at: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """From one letter to another, both included, or everything; which letters these are it does not know."""

    first: Place | None
    last: Place | None
    all: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Letters `first` up to before `last`, side by side."""

    first: int
    last: int
    box: QRectF


class TextSelection:
    """Knows pages as far as their words were given; `begin` answers whether there is anything to choose."""

    def __init__(self) -> None:
        self._words: dict[int, PageWords] = {}
        self._lines: dict[int, list[Line]] = {}
        self._from: Place | None = None
        self._to: Place | None = None
        self.all = False
        """Everything is chosen, also on pages whose words are not known here."""

    def clear(self) -> None:
        """Forget the document."""
        self._words.clear()
        self._lines.clear()
        self.drop()

    def drop(self) -> None:
        """Choose nothing."""
        self._from = self._to = None
        self.all = False

    @property
    def chosen(self) -> Chosen | None:
        """What is chosen, without its letters; None while nothing is."""
        if self.all:
            return Chosen(None, None, all=True)
        ends = self._ends()
        return Chosen(*ends) if ends is not None else None

    def choose(self, chosen: Chosen | None) -> None:
        """Choose that again. The words of its pages are to be learnt anew (`unknown`)."""
        self.drop()
        if chosen is not None:
            self._from, self._to, self.all = chosen.first, chosen.last, chosen.all

    def unknown(self) -> list[int]:
        """Pages with chosen letters whose words are not known; none where everything is chosen."""
        ends = self._ends()
        if ends is None or self.all:
            return []
        return [page for page in range(ends[0].page, ends[1].page + 1) if page not in self._words]

    def learn(self, page: int, words: PageWords) -> None:
        self._words[page] = words
        self._lines[page] = _lines_of(words)

    def forget_but(self, near: range) -> None:
        """Keep the words of these pages, and of those with chosen letters."""
        ends = self._ends()
        chosen = range(ends[0].page, ends[1].page + 1) if ends else range(0)
        for page in tuple(self._words):
            if page not in near and page not in chosen:
                del self._words[page], self._lines[page]

    def knows(self, page: int) -> bool:
        return page in self._words

    def words(self, page: int) -> PageWords | None:
        return self._words.get(page)

    def begin(self, page: int, point: QPointF) -> bool:
        """The mouse went down at a share of a page; True if letters are there to be chosen."""
        self.drop()
        at = self._letter_at(page, point, NEAR)
        if at is None:
            return False
        self._from = self._to = Place(page, at)
        return True

    def reach(self, page: int, point: QPointF) -> None:
        """The mouse is at a share of a page now."""
        if self._from is None:
            return
        at = self._letter_at(page, point, 2.0)
        if at is not None:
            self._to = Place(page, at)

    def over_letters(self, page: int, point: QPointF) -> bool:
        return self._letter_at(page, point, NEAR) is not None

    def link_at(self, page: int, point: QPointF) -> str:
        """The address a link there would lead to; "" where there is none."""
        words = self._words.get(page)
        links = words.links if words is not None else ()
        return next((link.address for link in links if link.box.contains(point)), "")

    def boxes(self, page: int) -> list[QRectF]:
        """What to mark on a page: one box a line of letters."""
        words = self._words.get(page)
        if words is None:
            return []
        first, last = self._on(page, words)
        marked: list[QRectF] = []
        for line in self._lines[page]:
            if line.last <= first or line.first >= last:
                continue
            if first <= line.first and line.last <= last:
                marked.append(line.box)
            else:
                marked.append(_around(words.boxes[max(first, line.first) : min(last, line.last)]))
        return [box for box in marked if not box.isEmpty()]

    def text(self) -> str:
        """The chosen letters of the pages that are known."""
        ends = self._ends()
        if ends is None:
            return ""
        parts = []
        for page in range(ends[0].page, ends[1].page + 1):
            words = self._words.get(page)
            if words is not None:
                first, last = self._on(page, words)
                parts.append(words.text[first:last])
        return "\n".join(parts).strip()

    def __bool__(self) -> bool:
        return self.all or self._ends() is not None

    def _letter_at(self, page: int, point: QPointF, reach: float) -> int | None:
        """The letter at a point, or else the nearest within `reach`."""
        near = min(self._lines.get(page, ()), key=lambda line: _away(line.box, point), default=None)
        if near is None or _away(near.box, point) >= reach:
            return None
        boxes = self._words[page].boxes
        letters = [at for at in range(near.first, near.last) if not boxes[at].isEmpty()]
        return min(letters, key=lambda at: _away(boxes[at], point))

    def _ends(self) -> tuple[Place, Place] | None:
        if self._from is None or self._to is None or self._from == self._to:
            return None
        return min(self._from, self._to), max(self._from, self._to)

    def _on(self, page: int, words: PageWords) -> tuple[int, int]:
        if self.all:
            return 0, len(words.text)
        ends = self._ends()
        if ends is None or not ends[0].page <= page <= ends[1].page:
            return 0, 0
        first = ends[0].at if ends[0].page == page else 0
        last = ends[1].at + 1 if ends[1].page == page else len(words.text)
        return first, last


def _lines_of(words: PageWords) -> list[Line]:
    """Letters that stand beside each other, in one box; what is asked of them is asked of the box first."""
    lines: list[Line] = []
    for at, box in enumerate(words.boxes):
        if box.isEmpty():
            continue
        if lines and _same_line(lines[-1].box, box):
            lines[-1] = Line(lines[-1].first, at + 1, lines[-1].box.united(box))
        else:
            lines.append(Line(at, at + 1, box))
    return lines


def _away(box: QRectF, point: QPointF) -> float:
    """How far a point lies from a box; up and down counts more than beside."""
    across = max(box.left() - point.x(), point.x() - box.right(), 0.0)
    return across * 0.25 + max(box.top() - point.y(), point.y() - box.bottom(), 0.0)


def _around(boxes: Sequence[QRectF]) -> QRectF:
    whole = QRectF()
    for box in boxes:
        if not box.isEmpty():
            whole = whole.united(box)
    return whole


def _same_line(line: QRectF, box: QRectF) -> bool:
    middle = box.center().y()
    return line.top() <= middle <= line.bottom() and -0.01 < box.left() - line.right() < 0.05
