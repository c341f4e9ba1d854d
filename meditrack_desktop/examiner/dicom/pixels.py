"""Unpacks one frame of a DICOM image, from its own bytes only."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import get_decoder

from meditrack_desktop.domain.documents import MOST_PIXELS
from meditrack_desktop.examiner.dicom import jpeg
from meditrack_desktop.examiner.dicom.fragments import Fragments
from meditrack_desktop.examiner.dicom.header import UNDEFINED, Header, PixelPlace
from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS
from meditrack_desktop.examiner.dicom.source import Part, SourceFile
from meditrack_desktop.examiner.dicom.undrawable import Undrawable, WhyNot
from meditrack_desktop.examiner.dicom.values import text_of, value_of, whole_of

if TYPE_CHECKING:
    from pydicom.pixels.decoders.base import Decoder

Pixels = np.ndarray[Any, np.dtype[Any]]

_VIDEO = frozenset({*uid.MPEGTransferSyntaxes})
_BITS = (1, 8, 16, 32, 64)


@dataclass(frozen=True, slots=True)
class PixelForm:
    """How the pixels are laid out, as the header says."""

    rows: int
    columns: int
    samples: int
    photometric: str
    allocated: int
    stored: int
    signed: bool
    planar: int
    frames: int
    """As many as the header claims; see `FrameReader.frames`."""

    @property
    def size(self) -> float:
        """Bytes of an unpacked frame; not whole for frames of single bits."""
        samples = 2 if self.photometric == "YBR_FULL_422" else self.samples
        return self.rows * self.columns * samples * self.allocated / 8


def form_of(dataset: Dataset, place: PixelPlace) -> PixelForm:
    """Undrawable DAMAGED if the header does not say enough, TOO_LARGE beyond MOST_PIXELS."""
    floats = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}
    allocated = floats.get(place.keyword) or whole_of(dataset, "BitsAllocated")
    form = PixelForm(
        rows=whole_of(dataset, "Rows"),
        columns=whole_of(dataset, "Columns"),
        samples=whole_of(dataset, "SamplesPerPixel", 1) or 1,
        photometric=text_of(dataset, "PhotometricInterpretation") or "MONOCHROME2",
        allocated=allocated,
        stored=whole_of(dataset, "BitsStored") or allocated,
        signed=whole_of(dataset, "PixelRepresentation") == 1,
        planar=whole_of(dataset, "PlanarConfiguration"),
        frames=max(1, whole_of(dataset, "NumberOfFrames", 1)),
    )
    if form.rows < 1 or form.columns < 1 or form.allocated not in _BITS or form.samples not in (1, 3):
        raise Undrawable(WhyNot.DAMAGED)
    if form.rows * form.columns > MOST_PIXELS:
        raise Undrawable(WhyNot.TOO_LARGE)
    return form


class FrameReader:
    """The frames of one file, unpacked one at a time. Colours come as red, green and blue.

    Whatever the source raises (damage in the vault) passes through.
    """

    def __init__(self, header: Header) -> None:
        """Undrawable with the reason if no frame of this file can be drawn."""
        if header.pixels is None:
            raise Undrawable(WhyNot.NO_PIXELS)
        self._header, self._place = header, header.pixels
        self.form = form_of(header.dataset, header.pixels)
        self._decoder = _decoder(str(header.syntax))
        self._fragments: Fragments | None = None
        if self._place.size == UNDEFINED:
            if self._decoder.is_native:
                raise Undrawable(WhyNot.DAMAGED)
            self._fragments = Fragments(
                header.body,
                self._place.position,
                self.form.frames,
                one_each=header.syntax == uid.RLELossless,
                offsets=_extended_table(header.dataset, self.form.frames),
            )
        elif not self._decoder.is_native:
            raise Undrawable(WhyNot.DAMAGED)

    @property
    def is_packed(self) -> bool:
        return self._fragments is not None

    def frames(self) -> int:
        """How many frames the file really holds, at most those that it claims."""
        if self._fragments is not None:
            return min(self.form.frames, self._fragments.count())
        there = min(self._place.size, self._header.body.size - self._place.position)
        return min(self.form.frames, int(there / self.form.size))

    def read(self, index: int) -> tuple[Pixels, str]:
        """(pixels, photometric interpretation) of one frame: rows by columns, by three for colours.

        Undrawable DAMAGED.
        """
        packed = self._fragments.frame(index) if self._fragments is not None else None
        try:
            pixels, photometric = self._native(index) if packed is None else self._unpacked(packed)
        except DICOM_FAULTS as fault:
            raise Undrawable(WhyNot.DAMAGED) from fault
        shape = (self.form.rows, self.form.columns)
        if pixels.shape[:2] != shape or pixels.ndim != (2 if self.form.samples == 1 else 3):
            raise Undrawable(WhyNot.DAMAGED)
        return pixels, photometric

    def _native(self, index: int) -> tuple[Pixels, str]:
        end = math.ceil((index + 1) * self.form.size)
        if end > self._place.size or self._place.position + end > self._header.body.size:
            raise Undrawable(WhyNot.DAMAGED)
        if self.form.allocated == 1:
            return self._bits(index), self.form.photometric
        stretch = self._header.body.size - self._place.position
        file = SourceFile(Part(self._header.body, self._place.position, stretch))
        return self._decoded(file, index, self.form.frames)

    def _bits(self, index: int) -> Pixels:
        """A frame of single bits, which may begin in the middle of a byte."""
        count = self.form.rows * self.form.columns * self.form.samples
        first, skipped = divmod(index * count, 8)
        size = (skipped + count + 7) // 8
        data = self._header.body.read_at(self._place.position + first, size)
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[skipped : skipped + count]
        return bits.reshape(self.form.rows, self.form.columns)

    def _unpacked(self, packed: bytes) -> tuple[Pixels, str]:
        form = self.form
        if (
            self._header.syntax in (uid.JPEGExtended12Bit, uid.JPEGBaseline8Bit)
            and jpeg.precision(packed) == 12
        ):
            # pydicom has no decoder for twelve bits; the library under it does.
            return jpeg.twelve_bits(
                packed, form.rows, form.columns, form.stored, signed=form.signed
            ), form.photometric
        if self._header.syntax in jpeg.HIGH_THROUGHPUT:
            return jpeg.high_throughput(packed), "RGB" if form.samples == 3 else form.photometric
        return self._decoded(encapsulate([packed], has_bot=False), 0, 1)

    def _decoded(self, source: Any, index: int, frames: int) -> tuple[Pixels, str]:
        form = self.form
        options: dict[str, Any] = {
            "rows": form.rows,
            "columns": form.columns,
            "number_of_frames": frames,
            "samples_per_pixel": form.samples,
            "photometric_interpretation": form.photometric,
            "bits_allocated": form.allocated,
            "bits_stored": form.stored,
            "pixel_representation": int(form.signed),
            "planar_configuration": form.planar,
            "pixel_keyword": self._place.keyword,
            "pixel_vr": self._place.vr,
        }
        pixels, properties = self._decoder.as_array(source, index=index, **options)
        return pixels, str(properties["photometric_interpretation"])


KINDS = {
    "JPEG": uid.JPEGBaseline8Bit,
    "JPEG of 12 bits": uid.JPEGExtended12Bit,
    "lossless JPEG": uid.JPEGLosslessSV1,
    "JPEG-LS": uid.JPEGLSLossless,
    "JPEG 2000": uid.JPEG2000,
    "RLE": uid.RLELossless,
}
"""Ways of packing that every build of the program unpacks."""


def missing_decoders() -> tuple[str, ...]:
    """Of KINDS, those that this build cannot unpack."""
    return tuple(name for name, syntax in KINDS.items() if not get_decoder(syntax).is_available)


@lru_cache(maxsize=32)
def _decoder(syntax: str) -> Decoder:
    if syntax in _VIDEO:
        raise Undrawable(WhyNot.VIDEO)
    if not syntax or syntax == uid.DeflatedExplicitVRLittleEndian:
        syntax = str(uid.ExplicitVRLittleEndian) if syntax else ""
    try:
        return get_decoder(syntax)
    except DICOM_FAULTS:
        raise Undrawable(WhyNot.UNKNOWN_FORMAT) from None


def _extended_table(dataset: Dataset, frames: int) -> tuple[int, ...]:
    found = value_of(dataset, "ExtendedOffsetTable")
    if not isinstance(found, bytes) or len(found) != 8 * frames:
        return ()
    return struct.unpack(f"<{frames}Q", found)
