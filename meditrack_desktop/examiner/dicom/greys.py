"""From stored values to what the eye gets: windows, tables and the way from one to the other (DICOM PS3.3 C.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS
from meditrack_desktop.examiner.dicom.values import (
    items_of,
    joined,
    line,
    numbers_of,
    text_of,
    value_of,
)

Pixels = np.ndarray[Any, np.dtype[Any]]
NARROWEST = 1.0
_SAMPLED = 256 * 256
"""How many pixels are looked at to find a window for an image that brings none."""
_LARGEST_TABLE = 1 << 16


class Curve(StrEnum):
    """How a window maps values to brightness."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Table:
    """A table that takes the place of a window: values from `first` on become 0 to 255."""

    first: int
    levels: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """`width` values around `center` are spread over black to white. Both count rescaled values (HU in a CT)."""

    center: float
    width: float
    name: str = ""
    """As the file calls it."""
    curve: Curve = Curve.LINEAR
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Stored value * slope + intercept is what was measured; or a table says it."""

    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    table: tuple[int, tuple[int, ...]] | None = None
    """The first stored value that is mapped, and what it and those after it become."""


def scale_of(*places: Dataset) -> Scale:
    """From the first of `places` that says how values are meant."""
    for place in places:
        if (slopes := numbers_of(place, "RescaleSlope")) and slopes[0]:
            intercepts = numbers_of(place, "RescaleIntercept")
            unit = text_of(place, "RescaleType")
            return Scale(slopes[0], intercepts[0] if intercepts else 0.0, "" if unit == "US" else unit)
        for item in items_of(place, "ModalityLUTSequence"):
            if table := _table_of(item):
                return Scale(unit=text_of(item, "ModalityLUTType"), table=(table[0], tuple(table[1])))
        if scaling := numbers_of(place, "DoseGridScaling"):
            return Scale(scaling[0], 0.0, text_of(place, "DoseUnits"))
    return Scale()


def windows_of(*places: Dataset) -> tuple[Window, ...]:
    """Those that the first of `places` with any brings along: windows first, then tables."""
    for place in places:
        centers, widths = numbers_of(place, "WindowCenter"), numbers_of(place, "WindowWidth")
        names = _names(value_of(place, "WindowCenterWidthExplanation"))
        curve = _curve(text_of(place, "VOILUTFunction"))
        found = [
            Window(center, max(NARROWEST, width), names[number] if number < len(names) else "", curve)
            for number, (center, width) in enumerate(zip(centers, widths, strict=False))
            if width > 0
        ]
        for item in items_of(place, "VOILUTSequence"):
            if (read := _table_of(item)) is not None:
                found.append(_table_window(item, *read))
        if found:
            return tuple(found)
    return ()


def window_for(pixels: Pixels, scale: Scale, padding: float | None) -> Window:
    """A window for an image that brings none: what nearly all of its values lie in."""
    stride = max(1, int((pixels.size / _SAMPLED) ** 0.5))
    sample = np.asarray(pixels[::stride, ::stride], dtype=np.float64)
    if padding is not None and (rest := sample[sample != padding]).size:
        sample = rest
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return Window(0.5, NARROWEST)
    low, high = (float(edge) for edge in np.percentile(rescaled(sample, scale), (0.5, 99.5)))
    if high - low < NARROWEST and np.issubdtype(pixels.dtype, np.integer):
        return Window(low + 0.5, NARROWEST)
    return Window((low + high) / 2, (high - low) or NARROWEST, curve=Curve.LINEAR_EXACT)


def rescaled(values: Pixels, scale: Scale) -> Pixels:
    """What was measured, from what is stored."""
    if scale.table is not None:
        first, mapped = scale.table
        places = np.clip(values.astype(np.int64) - first, 0, len(mapped) - 1)
        return np.asarray(mapped, dtype=np.float64)[places]
    return values * scale.slope + scale.intercept


def brightness(values: Pixels, window: Window) -> Pixels:
    """Measured values as 0 to 255."""
    if window.table is not None:
        places = np.clip(
            np.rint(values).astype(np.int64) - window.table.first, 0, len(window.table.levels) - 1
        )
        return np.take(np.frombuffer(window.table.levels, np.uint8), places)
    center, width = (
        window.center,
        max(window.width, NARROWEST) if window.curve is Curve.LINEAR else window.width,
    )
    if window.curve is Curve.SIGMOID:
        shape = np.exp(np.clip(-4 * (values - center) / width, -700, 700))
        return np.rint(255 / (1 + shape)).astype(np.uint8)
    if window.curve is Curve.LINEAR:
        if width <= 1:
            return np.where(values > center - 0.5, 255, 0).astype(np.uint8)
        center, width = center - 0.5, width - 1
    spread = np.nan_to_num(((values - center) / width + 0.5) * 255, nan=0.0)
    return np.rint(np.clip(spread, 0, 255)).astype(np.uint8)


def shown(pixels: Pixels, scale: Scale, window: Window, *, inverse: bool) -> Pixels:
    """Stored values as 0 (black) to 255 (white), through one table for all values they could have."""
    if pixels.dtype.kind in "iub" and pixels.dtype.itemsize <= 2:
        levels = _levels(np.dtype(pixels.dtype).newbyteorder("=").str, scale, window, inverse)
        stored = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
        return np.take(levels, stored.view(f"u{stored.dtype.itemsize}"))
    found = brightness(rescaled(pixels.astype(np.float64), scale), window)
    return 255 - found if inverse else found


@lru_cache(maxsize=8)
def _levels(kind: str, scale: Scale, window: Window, inverse: bool) -> Pixels:
    """The brightness of every value that pixels of `kind` can have, in the order of their bits."""
    dtype = np.dtype(kind)
    values = np.arange(1 << (8 * dtype.itemsize), dtype=f"u{dtype.itemsize}").view(dtype)
    found = brightness(rescaled(values.astype(np.float64), scale), window)
    return 255 - found if inverse else found


def _table_of(item: Dataset) -> tuple[int, Sequence[int]] | None:
    """(first value, entries) of a table in the header; None if it is none."""
    described = numbers_of(item, "LUTDescriptor")
    data = value_of(item, "LUTData")
    if len(described) != 3 or data is None:
        return None
    count, first, bits = (int(each) for each in described)
    try:
        if isinstance(data, bytes):
            entries = np.frombuffer(data, "<u2" if bits > 8 or len(data) >= 2 * (count or 1) else "u1")
        else:
            entries = np.asarray(data, dtype=np.uint16).reshape(-1)
    except DICOM_FAULTS:
        return None
    if not 0 < entries.size <= _LARGEST_TABLE:
        return None
    return first, [int(entry) for entry in entries[: count or _LARGEST_TABLE]]


def _table_window(item: Dataset, first: int, entries: Sequence[int]) -> Window:
    low, high = min(entries), max(entries)
    levels = bytes(round((entry - low) * 255 / max(1, high - low)) for entry in entries)
    name = line(joined(value_of(item, "LUTExplanation")))
    return Window(
        first + len(entries) / 2, max(NARROWEST, float(len(entries))), name, table=Table(first, levels)
    )


def _names(value: object) -> list[str]:
    several = value if isinstance(value, MultiValue | list | tuple) else (value,)
    return [line(joined(each)) for each in several]


def _curve(name: str) -> Curve:
    return Curve(name) if name in set(Curve) else Curve.LINEAR
