"""Overlays: drawings of one bit a pixel that lie over an image (groups 6000 to 601E)."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS

MOST = 16
_DATA, _ROWS, _COLUMNS, _FRAMES, _ORIGIN, _FIRST = 0x3000, 0x0010, 0x0011, 0x0015, 0x0050, 0x0051


def overlays_of(
    dataset: Dataset, frame: int, rows: int, columns: int
) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    """All of them over one frame as one mask; None if there are none."""
    found: np.ndarray[Any, np.dtype[np.bool_]] | None = None
    for number in range(MOST):
        group = 0x6000 + 2 * number
        if (group, _DATA) not in dataset:
            continue
        try:
            mask = _one(dataset, group, frame, rows, columns)
        except DICOM_FAULTS:
            continue
        if mask is not None:
            found = mask if found is None else found | mask
    return found


def _one(
    dataset: Dataset, group: int, frame: int, rows: int, columns: int
) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
    def value(element: int, otherwise: Any) -> Any:
        held = dataset.get((group, element))
        return otherwise if held is None or held.value is None else held.value

    data = value(_DATA, b"")
    height, width = int(value(_ROWS, 0)), int(value(_COLUMNS, 0))
    own = frame - (int(value(_FIRST, 1)) - 1)
    if not 0 <= own < max(1, int(value(_FRAMES, 1))):
        return None
    first_bit, count = own * height * width, height * width
    stretch = np.frombuffer(data, np.uint8)[first_bit // 8 : (first_bit + count + 7) // 8]
    bits = np.unpackbits(stretch, bitorder="little")[first_bit % 8 :][:count]
    drawn = bits.reshape(height, width).astype(bool)
    top, left = (int(each) - 1 for each in value(_ORIGIN, (1, 1)))
    mask = np.zeros((rows, columns), dtype=bool)
    y, x = max(0, top), max(0, left)
    part = drawn[y - top : rows - top, x - left : columns - left]
    mask[y : y + part.shape[0], x : x + part.shape[1]] = part
    return mask if mask.any() else None
