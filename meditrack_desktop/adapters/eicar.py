"""The test file that every virus scanner knows, put together only while it is asked for."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator

# In pieces and encoded, so that no scanner trips over this file.
_PIECES = (
    b"WDVPIVAlQEFQWzQ=",
    b"XFBaWDU0KFBeKTdDQyk3fSRFSUNBUi1TVEE=",
    b"TkRBUkQtQU5USVZJUlVTLVRFU1QtRklMRSEkSCtIKg==",
)
_BLOCK = 256 * 1024


def eicar() -> bytes:
    """Its 68 bytes."""
    return b"".join(base64.b64decode(piece) for piece in _PIECES)


def padded_eicar(size: int) -> Iterator[bytes]:
    """A file of so many bytes (300 at least) that holds it as its beginning and, for scanners that know it only by
    its whole, as the entry of a zip."""
    head = eicar() + _stored_zip("eicar.com", eicar())
    yield head
    block = bytes(_BLOCK)
    rest = size - len(head)
    while rest > 0:
        yield block[:rest]
        rest -= len(block)


def _stored_zip(name: str, content: bytes) -> bytes:
    raw, checksum, size = name.encode(), zlib.crc32(content), len(content)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 10, 0, 0, 0, 33, checksum, size, size, len(raw), 0)
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        b"PK\1\2",
        20,
        10,
        0,
        0,
        0,
        33,
        checksum,
        size,
        size,
        len(raw),
        0,
        0,
        0,
        0,
        0,
        0,
    )
    directory = entry + raw
    place = len(local) + len(raw) + size
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(directory), place, 0)
    return local + raw + content + directory + end
