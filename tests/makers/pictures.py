"""Makes pictures of nobody."""

from __future__ import annotations

import io

from PIL import Image


def a_picture(
    width: int = 40,
    height: int = 30,
    kind: str = "PNG",
    colour: tuple[int, int, int] = (30, 90, 140),
    **save: object,
) -> bytes:
    """One plain colour in the file format `kind`."""
    sink = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(sink, kind, **save)
    return sink.getvalue()
