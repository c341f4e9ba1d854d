"""The two kinds of compressed pixels that pydicom's own decoders leave out."""

from __future__ import annotations

from typing import Any

import gdcm
import numpy as np
from openjpeg.utils import decode
from pydicom.uid import HTJ2K, HTJ2KLossless, HTJ2KLosslessRPCL

HIGH_THROUGHPUT = (HTJ2K, HTJ2KLossless, HTJ2KLosslessRPCL)
_FRAME_MARKERS = (0xC0, 0xC1, 0xC2)
_BARE_MARKERS = (0x01, *range(0xD0, 0xD9))

gdcm.Trace.WarningOff()
gdcm.Trace.ErrorOff()


def precision(packed: bytes) -> int:
    """Bits of a sample, as the JPEG says itself; 0 if it does not."""
    position = 2
    while position + 5 <= len(packed) and packed[position] == 0xFF:
        marker = packed[position + 1]
        if marker in _FRAME_MARKERS:
            return packed[position + 4]
        if marker == 0xFF:
            position += 1
        elif marker in _BARE_MARKERS:
            position += 2
        else:
            position += 2 + int.from_bytes(packed[position + 2 : position + 4], "big")
    return 0


def twelve_bits(
    packed: bytes, rows: int, columns: int, stored: int, *, signed: bool
) -> np.ndarray[Any, np.dtype[Any]]:
    """A grey JPEG of twelve bits a sample. ValueError if it holds another number of pixels."""
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(packed)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((columns, rows, 1))
    image.SetDataElement(element)
    grey = gdcm.PhotometricInterpretation.GetPIType("MONOCHROME2")
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(grey))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGExtendedProcess2_4))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, stored, stored - 1, int(signed)))
    # It gives its bytes away as text.
    unpacked = image.GetBuffer().encode("utf-8", "surrogateescape")
    return np.frombuffer(unpacked, dtype="<i2" if signed else "<u2").reshape(rows, columns)


def high_throughput(packed: bytes) -> np.ndarray[Any, np.dtype[Any]]:
    """A high-throughput JPEG 2000; colours as red, green and blue."""
    found: np.ndarray[Any, np.dtype[Any]] = decode(packed)
    return found
