"""Everything of one DICOM file but its pixels: the header, and where the pixels lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
)

from meditrack_desktop.domain.documents import MEBIBYTE
from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS
from meditrack_desktop.examiner.dicom.source import MemorySource, Source, SourceFile

PREAMBLE = 128
PREFIX = b"DICM"
MOST_INFLATED = 128 * MEBIBYTE
"""How large a compressed ("deflated") file may become; beyond that it is refused."""
DEFERRED = 16 * MEBIBYTE
"""Elements above this size stay in the file; only a wrapped document is ever as large."""
UNDEFINED = 0xFFFFFFFF

_TELLING = (
    "SOPClassUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "PatientID",
    "PatientName",
    "Modality",
    "Rows",
)
"""A file that does not say how it is written has one of these, or it is noise after the right first bytes."""
_PIXELS = {0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData", 0x7FE00010: "PixelData"}


class NotReadable(Exception):
    """Not DICOM, a directory of a medium, or broken before anything useful was found."""


class InflatesTooFar(NotReadable):
    """Compressed, and larger than MOST_INFLATED when it is not."""


@dataclass(frozen=True, slots=True)
class PixelPlace:
    """Where an element with pixels lies in the body. `size` is UNDEFINED for frames packed one by one."""

    keyword: str
    vr: str
    position: int
    size: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself. `body` is what `pixels` counts in: the file, or what it inflates to."""

    meta: Dataset
    dataset: Dataset
    syntax: UID
    """Empty if the file does not say it and nothing can be told from its bytes."""
    body: Source
    pixels: PixelPlace | None


def read_header(source: Source) -> Header:
    """Read up to the pixels, of a file with or without a preamble. NotReadable; whatever `source` raises passes
    through."""
    beginning = source.read_at(0, PREAMBLE + len(PREFIX))
    file = SourceFile(source)
    file.seek(len(beginning) if beginning[PREAMBLE:] == PREFIX else 0)
    try:
        meta = read_dataset(
            file,  # type: ignore[arg-type]
            is_implicit_VR=False,
            is_little_endian=True,
            stop_when=lambda tag, vr, length: tag >> 16 != 2,
        )
        return _read_body(source, file.tell(), meta)
    except InflatesTooFar:
        raise
    except DICOM_FAULTS as fault:
        raise NotReadable from fault


def _read_body(source: Source, position: int, meta: Dataset) -> Header:
    syntax = UID(str(meta.get("TransferSyntaxUID", "")).strip("\0 "))
    if meta.get("MediaStorageSOPClassUID") == MediaStorageDirectoryStorage:
        raise NotReadable
    if syntax == DeflatedExplicitVRLittleEndian:
        source, position = MemorySource(_inflate(source, position)), 0
    file = SourceFile(source)
    file.seek(position)
    implicit, little = _encoding(file.read(6), syntax)
    file.seek(position)
    last: list[tuple[BaseTag, str | None, int]] = []

    def at_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
        if tag in _PIXELS:
            last.append((tag, vr, length))
        return tag in _PIXELS

    dataset = read_dataset(file, implicit, little, stop_when=at_pixels, defer_size=DEFERRED)  # type: ignore[arg-type]
    if "DirectoryRecordSequence" in dataset or not len(dataset):
        raise NotReadable
    if not syntax.is_transfer_syntax and not any(keyword in dataset for keyword in _TELLING):
        raise NotReadable
    if not syntax:
        syntax = _guessed(implicit, little, last[-1][2] if last else 0)
    return Header(meta, dataset, syntax, source, _place(file.tell(), last))


def _place(position: int, last: list[tuple[BaseTag, str | None, int]]) -> PixelPlace | None:
    if not last:
        return None
    tag, vr, length = last[-1]
    return PixelPlace(_PIXELS[tag], vr or "OW", position + (8 if vr is None else 12), length)


def _encoding(first: bytes, syntax: UID) -> tuple[bool, bool]:
    """(implicit, little endian). A file that does not say it is read as its first element looks."""
    if syntax:
        return syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    if len(first) < 6:
        raise NotReadable
    if not first[4:6].isalpha() or not first[4:6].isupper():
        return True, True
    group_little, group_big = struct.unpack("<H", first[:2])[0], struct.unpack(">H", first[:2])[0]
    return False, bool(group_little <= group_big)


def _guessed(implicit: bool, little: bool, pixel_length: int) -> UID:
    """Frames packed one by one cannot be unpacked by guessing."""
    if pixel_length == UNDEFINED:
        return UID("")
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def _inflate(source: Source, position: int) -> bytes:
    """InflatesTooFar instead of a file that swells; what was cut off is read as far as it goes."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    found = bytearray()
    while not unpacker.eof and (packed := source.read_at(position, MEBIBYTE)):
        position += len(packed)
        while packed and not unpacker.eof:
            found += unpacker.decompress(packed, MEBIBYTE)
            packed = unpacker.unconsumed_tail
            if len(found) > MOST_INFLATED:
                raise InflatesTooFar
    return bytes(found)
