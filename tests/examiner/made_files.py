"""Files by hand: what no program would write, and small whole ones that say what a test needs."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image


def image(kind: str, size: tuple[int, int] = (8, 8), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def png_of(width: int, height: int, depth: int = 1, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG whose header may promise what nobody could write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, 0, 0, 0, 0])
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\x00" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def stream(data: bytes, more: str = "") -> bytes:
    return f"<< /Length {len(data)} {more} >>\nstream\n".encode() + data + b"\nendstream"


def pdf_of(
    pages: Sequence[str | bytes] = ("",),
    size: tuple[float, float] = (595, 842),
    catalogue: str = "",
    page: str = "",
    more: Mapping[int, bytes] | None = None,
) -> bytes:
    """A PDF with these contents of pages (Helvetica is /F1). `catalogue` and `page` are put into those objects;
    `more` are objects from number 100 on."""
    objects: dict[int, bytes] = {3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
    kids = []
    for at, content in enumerate(pages):
        number = 10_000 + 2 * at
        packed = content if isinstance(content, bytes) else stream(content.encode("latin-1"))
        kids.append(f"{number} 0 R")
        objects[number + 1] = packed
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents {number + 1} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> /XObject << /I1 100 0 R >> >> {page} >>"
        ).encode()
    objects[1] = f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode()
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    objects.update(more or {})
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += f"{number} 1\n{place:010} 00000 n \n".encode()
    out += f"trailer\n<< /Size {max(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def lines(*text: str) -> str:
    """The content of a page that says these lines."""
    shown = "".join(f"({line}) Tj 0 -16 Td " for line in text)
    return f"BT /F1 12 Tf 60 780 Td {shown}ET"
