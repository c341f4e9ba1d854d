"""Brings the image that somebody looks at, and reads the next ones ahead: one at a time, in a lane."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui.documents.dicom.study import Shown, Study
from meditrack_desktop.ui.tasks import Tasks

AHEAD = 6
"""Images read before anybody asked for them, in the direction in which they are looked through."""


class FrameFeed(QObject):
    """`arrived` carries series, index and the image that is wanted now; an answer for any other is never shown."""

    arrived = Signal(int, int, object)
    failed = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._study: Study | None = None
        self._count = 0
        self._series = self._index = 0
        self._direction = 1
        self._busy = False
        self._wanted = False
        self._read: set[int] = set()

    def begin(self, study: Study) -> None:
        """Ask this study from now on."""
        self.end()
        self._study = study

    def end(self) -> None:
        """Ask nobody; what is still on its way is not shown."""
        self._study = None
        self._busy = self._wanted = False
        self._read.clear()

    def want(self, series: int, index: int, count: int) -> None:
        """That image next, before any read ahead."""
        if series != self._series:
            self._read.clear()
        elif index != self._index:
            self._direction = 1 if index > self._index else -1
        self._series, self._index, self._count = series, index, count
        self._wanted = True
        self._next()

    def _next(self) -> None:
        study = self._study
        if study is None or self._busy:
            return
        series, index = self._series, self._index
        if not self._wanted:
            ahead = self._ahead()
            if ahead is None:
                return
            index = ahead
        self._busy = True
        self._tasks.query(
            self,
            lambda: study.image(series, index),
            lambda shown: self._answered(study, series, index, shown),
            failed=lambda error: self._refused(study, error),
        )

    def _ahead(self) -> int | None:
        """The nearest image in the direction of looking that was not read yet."""
        for step in range(1, AHEAD + 1):
            index = self._index + step * self._direction
            if 0 <= index < self._count and index not in self._read:
                return index
        return None

    def _answered(self, study: Study, series: int, index: int, shown: Shown | None) -> None:
        if study is not self._study:
            return
        self._busy = False
        if series == self._series:
            self._read.add(index)
            # What lies far behind may have been forgotten by the study meanwhile.
            self._read = {each for each in self._read if abs(each - self._index) <= 4 * AHEAD}
        if self._wanted and (series, index) == (self._series, self._index) and shown is not None:
            self._wanted = False
            self.arrived.emit(series, index, shown)
        self._next()

    def _refused(self, study: Study, error: ClinicError) -> None:
        if study is self._study:
            self._busy = False
            self.failed.emit(error)
