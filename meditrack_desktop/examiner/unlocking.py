"""A PDF that asks for a password, without it. Runs in the process apart only.

What comes out says the same on every page; it is looked at like any file before anybody draws it.
"""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Literal, cast

import pikepdf

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner import pdf
from meditrack_desktop.examiner.limits import Limits

_ENCODINGS = ("utf-8", "latin-1", "pdfdoc", "cp1252")
"""How programs have written what a person typed: by today's rules, and by those of older files."""
_FORMS: tuple[Literal["NFKC", "NFC"], ...] = ("NFKC", "NFC")


def unlocked_pdf(
    data: memoryview, password: str, limits: Limits
) -> tuple[Iterable[bytes | memoryview], Examination]:
    """The same PDF without encryption, and what it is.

    Invalid FILE_ASKS_PASSWORD for a wrong password, FILE_TOO_LARGE, FILE_UNREADABLE.
    """
    made = _Bounded(limits.largest_document)
    with _opened(data, password) as document:
        try:
            # Streams stay packed as they are: nothing unfolds here that the file does not need itself.
            document.save(
                made,
                encryption=False,
                preserve_pdfa=False,
                fix_metadata_version=False,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
        except (pikepdf.PdfError, OSError, ValueError, RuntimeError):
            if made.is_full:
                raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.largest_document) from None
            raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    whole = made.getbuffer()
    found = pdf.look(whole, limits)
    if found.asks_password:
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    return [whole], found


def attempts(password: str) -> Iterator[bytes]:
    """What was typed, as the bytes that it may have been when the file was locked; each once."""
    seen = set()
    for typed in (password, *(unicodedata.normalize(form, password) for form in _FORMS)):
        for encoding in _ENCODINGS:
            try:
                attempt = typed.encode(encoding)
            except UnicodeError:
                continue
            if attempt not in seen:
                seen.add(attempt)
                yield attempt


def _opened(data: memoryview, password: str) -> pikepdf.Pdf:
    for attempt in attempts(password):
        try:
            return pikepdf.open(cast(BinaryIO, _Source(data)), password=attempt)
        except pikepdf.PasswordError:
            continue
        except (pikepdf.PdfError, OSError, ValueError, RuntimeError):
            raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    raise Invalid(ErrorCode.FILE_ASKS_PASSWORD)


class _Source(io.RawIOBase):
    """The file where it lies, as something to read from: no second copy of it."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._data)}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        piece = self._data[self._at : self._at + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


class _Bounded(io.BytesIO):
    """Memory that takes so much and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self.is_full = False

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._most:
            self.is_full = True
            raise OSError("larger than a document may be")
        return super().write(data)
