"""The images of an open DICOM document: one frame at a time, read where it lies, never the whole file.

The bytes were examined in a process of their own before they were kept (security.md D28). Frames and headers that
were read are kept in memory up to a bound, and let go of with `close`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
from math import hypot
from threading import RLock
from typing import BinaryIO

import numpy as np

from meditrack_desktop.domain.documents import MEBIBYTE, THUMBNAIL_SIZE
from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.domain.examination import StudyContents, StudyImage
from meditrack_desktop.examiner.dicom.facts import ImageFacts, facts_of, wrapped_pdf
from meditrack_desktop.examiner.dicom.geometry import Letters, Spacing
from meditrack_desktop.examiner.dicom.greys import Curve, Window
from meditrack_desktop.examiner.dicom.header import NotReadable
from meditrack_desktop.examiner.dicom.header_lines import HeaderLine, header_lines
from meditrack_desktop.examiner.dicom.images import DicomFile, DicomFrame
from meditrack_desktop.examiner.dicom.images import windowed as _windowed
from meditrack_desktop.examiner.dicom.pictures import small_picture
from meditrack_desktop.examiner.dicom.pixels import missing_decoders
from meditrack_desktop.examiner.dicom.source import Part, Source, SourceFile
from meditrack_desktop.examiner.dicom.undrawable import Undrawable, WhyNot

__all__ = [
    "CtPreset",
    "Curve",
    "DicomFrame",
    "DicomImages",
    "HeaderLine",
    "ImageFacts",
    "Length",
    "Letters",
    "Picture",
    "Spacing",
    "Undrawable",
    "WhyNot",
    "Window",
    "WrappedPdf",
    "ct_presets",
    "length_between",
    "missing_decoders",
    "open_images",
    "windowed",
]

FRAMES_KEPT = 192 * MEBIBYTE
"""Of unpacked pixels; at least two frames however large they are."""
HEADERS_KEPT = 128
_CT = "CT"


class CtPreset(StrEnum):
    """Windows that people know by name, for rescaled values of a CT."""

    BRAIN = "brain"
    SUBDURAL = "subdural"
    MEDIASTINUM = "mediastinum"
    LUNG = "lung"
    ABDOMEN = "abdomen"
    LIVER = "liver"
    SPINE = "spine"
    BONE = "bone"


_CT_WINDOWS = {
    CtPreset.BRAIN: (40, 80),
    CtPreset.SUBDURAL: (75, 215),
    CtPreset.MEDIASTINUM: (50, 350),
    CtPreset.LUNG: (-600, 1500),
    CtPreset.ABDOMEN: (50, 400),
    CtPreset.LIVER: (30, 150),
    CtPreset.SPINE: (50, 250),
    CtPreset.BONE: (400, 1800),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """8 bits a pixel, or three times as many for colours; rows follow each other without gaps."""

    columns: int
    rows: int
    is_colour: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Length:
    """A distance in the image: millimetres where the file says what a pixel is, else `pixels` of its width."""

    pixels: float
    millimetres: float | None
    at_detector: bool = False
    """In the plane of the detector, not of the patient."""


class WrappedPdf(SourceFile):
    """A PDF within a DICOM file, to be read like any document's bytes; whoever opened the file closes it."""

    def __init__(self, part: Source) -> None:
        self._part = part
        self.refusal: Unavailable | None = None
        super().__init__(self)

    @property
    def size(self) -> int:
        return self._part.size

    def read_at(self, position: int, size: int) -> bytes:
        try:
            return self._part.read_at(position, size)
        except Unavailable as refusal:
            self.refusal = refusal
            raise

    def read_all(self) -> bytes:
        return self._part.read_at(0, self.size)

    def copy_to(self, sink: BinaryIO) -> None:
        sink.write(self.read_all())


def ct_presets(modality: str) -> tuple[tuple[CtPreset, Window], ...]:
    """The well-known windows of a CT; none for anything else."""
    if modality != _CT:
        return ()
    return tuple((name, Window(center, width)) for name, (center, width) in _CT_WINDOWS.items())


def windowed(
    frame: DicomFrame, window: Window | None = None, *, invert: bool = False, overlays: bool = True
) -> Picture:
    """What the eye gets. Without a window: the frame's first. Colours know no window."""
    shown = _windowed(frame, window, invert=invert)
    if overlays and frame.overlays is not None:
        shown = np.where(
            frame.overlays[..., None] if frame.is_colour else frame.overlays, np.uint8(255), shown
        )
    return Picture(frame.columns, frame.rows, frame.is_colour, np.ascontiguousarray(shown).tobytes())


def length_between(frame: DicomFrame, first: tuple[float, float], last: tuple[float, float]) -> Length:
    """Between two places, each (column, row) in pixels of the frame."""
    right, down = last[0] - first[0], last[1] - first[1]
    spacing = frame.spacing
    pixels = hypot(right, down * frame.aspect)
    if spacing is None:
        return Length(pixels, None)
    return Length(pixels, hypot(right * spacing.right, down * spacing.down), spacing.at_detector)


def open_images(source: Source, contents: StudyContents) -> DicomImages:
    """The images of a document whose bytes are read through `source`. Whoever opened `source` closes it."""
    return DicomImages(source, contents)


class DicomImages:
    """Series are numbered from 0 as in the contents; `index` counts a series' frames from 0.

    Safe in several threads. Whatever the source raises (damage in the vault, a lock) passes through.
    """

    def __init__(self, source: Source, contents: StudyContents) -> None:
        self.contents = contents
        self._source = source
        self._lock = RLock()
        self._files: OrderedDict[int, DicomFile] = OrderedDict()
        self._frames: OrderedDict[tuple[int, int], DicomFrame] = OrderedDict()
        self._kept = 0

    def count(self, series: int) -> int:
        """How many frames the series has, those that cannot be drawn among them."""
        return self.contents.series[series].frames

    def frame(self, series: int, index: int) -> DicomFrame:
        """One frame, from memory if it was read before. Undrawable; LookupError beyond the end."""
        image, number = self._place(series, index)
        with self._lock:
            key = (image.offset, number)
            found = self._frames.get(key)
            if found is not None:
                self._frames.move_to_end(key)
                return found
            found = self._file(image).frame(number)
            self._frames[key] = found
            self._kept += found.nbytes
            while self._kept > FRAMES_KEPT and len(self._frames) > 2:
                self._kept -= self._frames.popitem(last=False)[1].nbytes
            return found

    def facts(self, series: int, index: int) -> ImageFacts:
        """What the file of that frame says. Undrawable DAMAGED if its header cannot be read."""
        image, _ = self._place(series, index)
        with self._lock:
            return facts_of(self._file(image).dataset)

    def header(self, series: int, index: int) -> tuple[HeaderLine, ...]:
        """Every element of that frame's file but its pixels. Undrawable DAMAGED."""
        image, _ = self._place(series, index)
        with self._lock:
            return header_lines(self._file(image).header)

    def thumbnail(self, series: int, longest: int = THUMBNAIL_SIZE) -> Picture:
        """The middle of a series, small and upright; the frame itself is not kept. Undrawable."""
        image, number = self._place(series, self.count(series) // 2)
        with self._lock:
            small = small_picture(self._file(image).frame(number), longest)
        is_colour = small.mode != "L"
        drawn = small.convert("RGB") if is_colour else small
        return Picture(drawn.width, drawn.height, is_colour, drawn.tobytes())

    def wrapped_pdf(self, series: int, index: int) -> WrappedPdf | None:
        """The PDF that the file wraps; None if it wraps none. Undrawable DAMAGED."""
        image, _ = self._place(series, index)
        with self._lock:
            found = wrapped_pdf(self._file(image).header)
        return None if found is None else WrappedPdf(found)

    def close(self) -> None:
        """Forget everything that was read."""
        with self._lock:
            self._files.clear()
            self._frames.clear()
            self._kept = 0

    def _place(self, series: int, index: int) -> tuple[StudyImage, int]:
        """The image and the frame in it."""
        left = index
        for image in self.contents.series[series].images:
            if 0 <= left < image.frames:
                return image, left
            left -= image.frames
        raise LookupError("beyond the end of the series")

    def _file(self, image: StudyImage) -> DicomFile:
        found = self._files.get(image.offset)
        if found is None:
            try:
                found = DicomFile(Part(self._source, image.offset, image.size))
            except (NotReadable, ValueError):
                raise Undrawable(WhyNot.DAMAGED) from None
            self._files[image.offset] = found
            if len(self._files) > HEADERS_KEPT:
                self._files.popitem(last=False)
        self._files.move_to_end(image.offset)
        return found
