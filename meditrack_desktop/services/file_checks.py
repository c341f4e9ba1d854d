"""Looks at a file's bytes before they are kept: what it really is, and whether it can be shown at all.

Only PDF, PNG, JPEG and TIFF, told by their first bytes (security.md D26). Sizes are read from headers before
anything is decoded, and nothing here is told apart by what a stranger's parser happens to raise.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pypdfium2
from PIL import Image, ImageFile

from meditrack_desktop.domain.documents import (
    LARGEST_DOCUMENT,
    MOST_PAGES,
    MOST_PIXELS,
    MediaType,
    file_ending,
)
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.services.pdf_engine import PDFIUM

BLOCK = 1024 * 1024
DECODED_PIXELS = 2 * MOST_PIXELS
"""How much of a many-paged image is decoded to see that it is whole; of later pages only sizes are looked at."""

_BEGINNINGS = (
    (b"%PDF-", MediaType.PDF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
)
_ENDINGS = {
    MediaType.PDF: {"pdf"},
    MediaType.PNG: {"png", "apng"},
    MediaType.JPEG: {"jpg", "jpeg", "jpe", "jfif", "mpo"},
    MediaType.TIFF: {"tif", "tiff"},
}
_FORMATS = {
    MediaType.PNG: ("PNG",),
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.TIFF: ("TIFF",),
}
IMAGE_FAULTS = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Warning,
)
"""What Pillow is known to raise on broken files. None of it says anything a person could use."""

_PASSWORD_NEEDED = 4

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False
warnings.filterwarnings("error", module=r"PIL\.")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a file turned out to be. A PDF that asks for a password counts as one page."""

    media_type: MediaType
    pages: int


class Source(Protocol):
    """Where bytes come from: an open file, or anything that reads like one."""

    def read(self, size: int, /) -> bytes: ...


def open_regular(path: Path) -> BinaryIO:
    """Open a file that a person picked. Invalid FILE_UNREADABLE for links, devices, pipes and locked files."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    # Without O_NONBLOCK a pipe would hold the caller until somebody writes to it.
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    return os.fdopen(descriptor, "rb")


def read_whole(source: Source, limit: int = LARGEST_DOCUMENT) -> bytes:
    """The bytes of `source` from where it stands, read once. Invalid FILE_TOO_LARGE, FILE_EMPTY, FILE_UNREADABLE.

    `limit` in bytes. A file that is too large by its own account is refused before it is read.
    """
    try:
        if (left := _size_left(source)) is not None and left > limit:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limit)
        data = bytearray()
        while block := source.read(BLOCK):
            data += block
            if len(data) > limit:
                raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limit)
    except (OSError, ValueError):
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    if not data:
        raise Invalid(ErrorCode.FILE_EMPTY)
    return bytes(data)


def _size_left(source: Source) -> int | None:
    fileno = getattr(source, "fileno", None)
    if fileno is None:
        return None
    try:
        status = os.fstat(fileno())
    except io.UnsupportedOperation:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    return status.st_size


def check_file(data: bytes, file_name: str) -> CheckedFile:
    """What `data` is, if it is a file we keep. `file_name` is a cleaned name; one without an ending is fine.

    Invalid FILE_EMPTY, FILE_TYPE_REFUSED, FILE_NAME_DISAGREES, FILE_TOO_LARGE (pixels or pages, `limit` says
    how many) or FILE_UNREADABLE.
    """
    media_type = sniff(data)
    ending = file_ending(file_name)
    if ending and ending not in _ENDINGS[media_type]:
        raise Invalid(ErrorCode.FILE_NAME_DISAGREES, media_type=media_type.value)
    if media_type is MediaType.PDF:
        return CheckedFile(media_type, _pdf_pages(data))
    return CheckedFile(media_type, _image_pages(data, media_type))


def sniff(data: bytes) -> MediaType:
    """What the first bytes say; never what comes later in the file. Invalid FILE_EMPTY, FILE_TYPE_REFUSED."""
    if not data:
        raise Invalid(ErrorCode.FILE_EMPTY)
    for beginning, media_type in _BEGINNINGS:
        if data.startswith(beginning):
            return media_type
    raise Invalid(ErrorCode.FILE_TYPE_REFUSED)


def _pdf_pages(data: bytes) -> int:
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_NEEDED:
                return 1
            raise Invalid(ErrorCode.FILE_UNREADABLE) from None
        try:
            pages = len(document)
            if pages > MOST_PAGES:
                raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=MOST_PAGES)
            if pages == 0:
                raise Invalid(ErrorCode.FILE_UNREADABLE)
            return pages
        finally:
            document.close()


def _image_pages(data: bytes, media_type: MediaType) -> int:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS[media_type]) as image:
            if media_type is MediaType.TIFF:
                return _tiff_pages(image)
            _check_pixels(image)
            if getattr(image, "n_frames", 1) > MOST_PAGES:
                raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=MOST_PAGES)
            image.load()
            return 1
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=MOST_PIXELS) from None
    except IMAGE_FAULTS:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None


def _tiff_pages(image: Image.Image) -> int:
    """Pages are counted one by one: a number in a header could promise millions."""
    pages, decoded = 0, 0
    while True:
        try:
            image.seek(pages)
        except EOFError:
            break
        if pages == MOST_PAGES:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=MOST_PAGES)
        _check_pixels(image)
        pages += 1
        decoded += image.width * image.height
        if decoded <= DECODED_PIXELS:
            image.load()
    if pages == 0:
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    return pages


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=MOST_PIXELS)
