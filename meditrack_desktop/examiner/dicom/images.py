"""One DICOM file to be drawn: its frames with everything that drawing and measuring them needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from meditrack_desktop.examiner.dicom.geometry import (
    Letters,
    Spacing,
    aspect_of,
    letters_of,
    slice_position,
    spacing_of,
)
from meditrack_desktop.examiner.dicom.greys import (
    Scale,
    Window,
    scale_of,
    shown,
    window_for,
    windows_of,
)
from meditrack_desktop.examiner.dicom.header import Header, read_header
from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS
from meditrack_desktop.examiner.dicom.overlays import overlays_of
from meditrack_desktop.examiner.dicom.pixels import FrameReader
from meditrack_desktop.examiner.dicom.source import Source
from meditrack_desktop.examiner.dicom.undrawable import Undrawable, WhyNot
from meditrack_desktop.examiner.dicom.values import items_of, number_of, value_of

Pixels = np.ndarray[Any, np.dtype[Any]]

_INVERSE = "MONOCHROME1"
_PALETTE = "PALETTE COLOR"
_MACROS = (
    "PixelMeasuresSequence",
    "PlaneOrientationSequence",
    "PlanePositionSequence",
    "PixelValueTransformationSequence",
    "FrameVOILUTSequence",
)
"""Where files of many frames keep, for each frame or for all, what other files say at the top."""


@dataclass(frozen=True, slots=True, eq=False)
class DicomFrame:
    """One frame. `pixels` are stored values, rows by columns; or red, green and blue of 8 bits by three."""

    pixels: Pixels
    inverse: bool
    """Whether the lowest value is white."""
    scale: Scale
    windows: tuple[Window, ...]
    """What the file brings, or what was found to fit it; never empty for grey images."""
    has_own_window: bool
    spacing: Spacing | None
    aspect: float
    """How many times as high as wide a pixel is."""
    letters: Letters | None
    overlays: Pixels | None
    slice_position: float | None = None

    @property
    def is_colour(self) -> bool:
        return self.pixels.ndim == 3

    @property
    def rows(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def columns(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def nbytes(self) -> int:
        return int(self.pixels.nbytes) + (0 if self.overlays is None else int(self.overlays.nbytes))


def windowed(frame: DicomFrame, window: Window | None = None, *, invert: bool = False) -> Pixels:
    """8 bits a pixel (three times as many for colours), black to white. Without a window: the frame's first."""
    if frame.is_colour:
        return 255 - frame.pixels if invert else frame.pixels
    return shown(frame.pixels, frame.scale, window or frame.windows[0], inverse=frame.inverse != invert)


class DicomFile:
    """One file. Reads its header once, and of its pixels only the frames that are asked for."""

    def __init__(self, source: Source, header: Header | None = None) -> None:
        """NotReadable; whatever `source` raises passes through."""
        self.header = header or read_header(source)
        self._reader: FrameReader | None = None

    @property
    def dataset(self) -> Dataset:
        return self.header.dataset

    def reader(self) -> FrameReader:
        """Undrawable with the reason if it has no frame that can be drawn."""
        if self._reader is None:
            self._reader = FrameReader(self.header)
        return self._reader

    def frame(self, index: int) -> DicomFrame:
        """Frame `index`, counted from 0. Undrawable."""
        pixels, photometric = self.reader().read(index)
        try:
            return self._dressed(index, pixels, photometric)
        except DICOM_FAULTS as fault:
            raise Undrawable(WhyNot.DAMAGED) from fault

    def _dressed(self, index: int, pixels: Pixels, photometric: str) -> DicomFrame:
        places = self.places(index)
        if photometric == _PALETTE:
            pixels = apply_color_lut(pixels, self.dataset)
        if pixels.ndim == 3:
            pixels = _eight_bits(pixels, self.reader().form.stored if photometric != _PALETTE else 0)
        scale = scale_of(*places)
        windows = windows_of(*places) if pixels.ndim == 2 else ()
        own = bool(windows)
        if pixels.ndim == 2 and not own:
            windows = (window_for(pixels, scale, number_of(self.dataset, "PixelPaddingValue")),)
        return DicomFrame(
            pixels,
            photometric == _INVERSE,
            scale,
            windows,
            own,
            spacing_of(*places),
            aspect_of(*places),
            letters_of(*places),
            overlays_of(self.dataset, index, *pixels.shape[:2]),
            slice_position(*places),
        )

    def places(self, index: int) -> list[Dataset]:
        """Where something said of one frame may stand, the most special first: frame, all frames, file."""
        found: list[Dataset] = []
        own = value_of(self.dataset, "PerFrameFunctionalGroupsSequence")
        for groups in (_item(own, index), *items_of(self.dataset, "SharedFunctionalGroupsSequence")[:1]):
            if groups is not None:
                for macro in _MACROS:
                    found += items_of(groups, macro)[:1]
        return [*found, self.dataset]


def _item(sequence: object, index: int) -> Dataset | None:
    try:
        return sequence[index] if sequence is not None and index < len(sequence) else None  # type: ignore[index, arg-type]
    except DICOM_FAULTS:
        return None


def _eight_bits(pixels: Pixels, stored: int) -> Pixels:
    """Colours of more bits, brought down to eight."""
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype.kind == "f":
        return np.asarray(np.rint(np.clip(pixels, 0, 1) * 255), dtype=np.uint8)
    bits = stored or 8 * pixels.dtype.itemsize
    shift = max(0, bits - 8)
    return np.asarray(np.clip(pixels >> shift, 0, 255), dtype=np.uint8)
