"""Measuring an image: lines between two of its pixels, their ends put by mouse or by keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from meditrack_desktop.services.dicom_images import DicomFrame, length_between
from meditrack_desktop.ui.documents.dicom.image_painter import Measure
from meditrack_desktop.ui.documents.dicom.place import Place
from meditrack_desktop.ui.documents.dicom.words import length_words

FAR = 10


class Measuring:
    """The measures of the image that is seen, the newest last. Whose list it is keeps them when another is seen."""

    def __init__(self) -> None:
        self.lines: list[Measure] = []
        self.cross: QPointF | None = None
        """Where the next end would be put by key."""
        self._first: QPointF | None = None

    @property
    def under_way(self) -> bool:
        """Whether a first end lies there and the last is still to come."""
        return self._first is not None

    def show(self, lines: list[Measure], frame: DicomFrame | None = None) -> None:
        """Measures of another image. Ends that were put alone go; lines without words are measured in `frame`."""
        lines[:] = [line for line in lines if line.first != line.last]
        for line in lines:
            if not line.words and frame is not None:
                line.words = _length(frame, line)
        self.lines, self._first, self.cross = lines, None, None

    def stop(self) -> None:
        """Neither an end put alone nor a cross stays behind."""
        if self.under_way and self.lines and self.lines[-1].first == self.lines[-1].last:
            self.lines.pop()
        self._first = self.cross = None

    def drop_last(self) -> bool:
        """Take the newest away; False where there is none."""
        if not self.lines:
            return False
        self.lines.pop()
        self._first = None
        return True

    def put_end(self, frame: DicomFrame | None, point: QPointF) -> str:
        """The first end of a measure, or its last: then its length in words."""
        if self._first is None:
            self._first = point
            self.lines.append(Measure(point, point))
            return ""
        self.draw_to(frame, point)
        self._first = None
        return self.lines[-1].words

    def draw_to(self, frame: DicomFrame | None, point: QPointF) -> None:
        """The last end is here for now."""
        if frame is not None and self.under_way and self.lines:
            line = self.lines[-1]
            line.last = point
            line.words = _length(frame, line)

    def move_cross(self, frame: DicomFrame | None, place: Place, step: tuple[int, int], *, far: bool) -> None:
        """A pixel on, or as far as a point of the screen where pixels are smaller; it begins in the middle."""
        if self.cross is None:
            self.cross = QPointF(place.columns // 2, place.rows // 2)
        else:
            point = place.transform().map(self.cross)
            unit = max(1.0, place.factor) * (FAR if far else 1)
            self.cross = place.in_image(point + QPointF(step[0], step[1]) * unit)
        self.draw_to(frame, self.cross)


def _length(frame: DicomFrame, line: Measure) -> str:
    first, last = line.first, line.last
    return length_words(length_between(frame, (first.x(), first.y()), (last.x(), last.y())))
