"""Brings what a reading draws and reads to the view that asks for it: one page at a time, in a lane.

The page most wanted comes first, so a long document never fills the lanes that other windows need.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui.documents.page_strip import PageStrip
from meditrack_desktop.ui.documents.page_view import PageView
from meditrack_desktop.ui.documents.pages import PageSize, PageWords
from meditrack_desktop.ui.documents.reading import Opened
from meditrack_desktop.ui.tasks import Tasks

T = TypeVar("T")


class PageSource(Protocol):
    """What pages come from: a reading that is open, or a part of one. For the lanes."""

    def sizes(self) -> list[PageSize]: ...

    def draw(self, page: int, width: int) -> QImage: ...

    def words(self, page: int) -> PageWords: ...


class PageFeed(QObject):
    """Of one view and, if there is one, its strip of small pages. `failed` carries what damage the vault found."""

    failed = Signal(object)

    def __init__(self, tasks: Tasks, view: PageView, strip: PageStrip | None = None) -> None:
        super().__init__(view)
        self._tasks, self._view, self._strip = tasks, view, strip
        self._reading: PageSource | None = None
        self._busy = False
        view.wanted.connect(self._next)
        if strip is not None:
            strip.wanted.connect(self._next)

    def begin(self, reading: PageSource, opened: Opened, quarters: int) -> None:
        """Show a reading that is open, from its first page."""
        self._reading, self._busy = reading, False
        self._view.begin(
            [opened.first] * opened.count,
            "width" if opened.searchable else "page",
            opened.fit_limit,
            quarters=quarters,
            readable=opened.searchable,
        )
        if self._strip is not None:
            self._strip.begin([opened.first] * opened.count, quarters)
        if opened.count > 1:
            self._ask(reading.sizes, lambda sizes: self._measured(reading, sizes), reading)
        self._next()

    def end(self) -> None:
        """Let go of the reading and of every picture."""
        self._reading, self._busy = None, False
        self._view.clear()
        if self._strip is not None:
            self._strip.clear()

    def _measured(self, reading: PageSource, sizes: list[PageSize]) -> None:
        if reading is self._reading and sizes:
            self._view.set_sizes(sizes)
            if self._strip is not None:
                self._strip.set_sizes(sizes)

    def _next(self) -> None:
        reading = self._reading
        if reading is None or self._busy:
            return
        if (wanted := self._view.next_wanted()) is not None:
            page, width = wanted
            self._work(reading, lambda: reading.draw(page, width), lambda image: self._drawn(*wanted, image))
        elif (unread := self._view.next_unread()) is not None:
            self._work(reading, lambda: reading.words(unread), lambda words: self._read(unread, words))
        elif self._strip is not None and (small := self._strip.next_wanted()) is not None:
            page, width = small
            self._work(reading, lambda: reading.draw(page, width), lambda image: self._shrunk(*small, image))

    def _drawn(self, page: int, width: int, image: QImage) -> None:
        self._view.put(page, width, image)

    def _read(self, page: int, words: PageWords) -> None:
        self._view.put_words(page, words)

    def _shrunk(self, page: int, width: int, image: QImage) -> None:
        if self._strip is not None:
            self._strip.put(page, width, image)

    def _work(self, reading: PageSource, work: Callable[[], T], then: Callable[[T], None]) -> None:
        self._busy = True

        def done(answer: T) -> None:
            if reading is self._reading:
                self._busy = False
                then(answer)
                self._next()

        self._ask(work, done, reading)

    def _ask(self, work: Callable[[], T], done: Callable[[T], None], reading: PageSource) -> None:
        def refused(error: ClinicError) -> None:
            if reading is self._reading:
                self._busy = False
                self.failed.emit(error)

        self._tasks.query(self._view, work, done, failed=refused)
