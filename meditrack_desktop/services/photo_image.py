"""A picture of a face as it comes, made small, upright, and free of everything but what it shows."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.photos import LARGEST_PHOTO, PHOTO_SIDE
from meditrack_desktop.services.pillow_faults import IMAGE_FAULTS

_QUALITY = 88
_BACKGROUND = (255, 255, 255)
_OF_JPEG = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"})
"""What Pillow tells of a JPEG file that says no more than how its pixels are to be shown."""


def portrait(data: bytes) -> bytes:
    """`data` (JPEG, PNG or WebP, whatever its name was) as a new JPEG of at most 512 by 512 pixels.

    Place, camera and time that a photo carries are not taken over. Invalid FILE_EMPTY, FILE_TOO_LARGE,
    FILE_TYPE_REFUSED or FILE_UNREADABLE.
    """
    if not data:
        raise Invalid(ErrorCode.FILE_EMPTY)
    if len(data) > LARGEST_PHOTO:
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=LARGEST_PHOTO)
    kind = _kind(data)
    if not kind:
        raise Invalid(ErrorCode.FILE_TYPE_REFUSED)
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            # A large JPEG is decoded at a fraction of its size: enough for the picture that is kept.
            image.draft("RGB", (2 * PHOTO_SIDE, 2 * PHOTO_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
            kept = Image.new("RGB", upright.size, _BACKGROUND)
            shown = upright.convert("RGBA")
            kept.paste(shown, mask=shown.getchannel("A"))
    except IMAGE_FAULTS:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    sink = io.BytesIO()
    kept.save(sink, "JPEG", quality=_QUALITY)
    return sink.getvalue()


def is_portrait(data: bytes) -> bool:
    """Whether `data` is such a picture already: a small JPEG that carries nothing beside what it shows."""
    if _kind(data) != "JPEG" or len(data) > LARGEST_PHOTO:
        return False
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            plain = not image.getexif() and image.info.keys() <= _OF_JPEG
            image.load()
            return plain and image.mode == "RGB" and max(image.size) <= PHOTO_SIDE
    except IMAGE_FAULTS:
        return False


def _kind(data: bytes) -> str:
    """The format the bytes begin like, as Pillow calls it; "" for any other than the three."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""
