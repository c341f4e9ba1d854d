"""Pictures: sizes before anything is decoded, every page whole, a small upright one to show."""

from __future__ import annotations

import io
import re
from datetime import date

import pi_heif
from PIL import ExifTags, Image, ImageOps

from meditrack_desktop.domain.documents import MOST_PIXELS, MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner.limits import Limits
from meditrack_desktop.examiner.pillow import FAULTS
from meditrack_desktop.examiner.sniffing import sniff

FORMATS = {
    MediaType.PNG: ("PNG",),
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.TIFF: ("TIFF",),
    MediaType.HEIC: ("HEIF",),
    MediaType.AVIF: ("AVIF",),
    MediaType.WEBP: ("WEBP",),
    MediaType.GIF: ("GIF",),
}
DECODED_PIXELS = 2 * MOST_PIXELS
"""How much of what moves is decoded to see that it is whole."""
_TAKEN = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized)
_EXIF_DAY = re.compile(r"(\d{4}):(\d{2}):(\d{2})[ T]")

pi_heif.register_heif_opener()
Image.init()


def look(data: memoryview, limits: Limits) -> Examination:
    """Decode every page of a picture once."""
    media_type = sniff(data)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS[media_type]) as image:
            pages, thumbnail, taken = _pages(image, media_type, limits)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.pixels) from None
    except FAULTS:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    return Examination(
        media_type,
        pages,
        thumbnail,
        text=("",) * pages,
        scanned_pages=tuple(range(1, pages + 1)),
        document_date=taken,
    )


def _pages(image: Image.Image, media_type: MediaType, limits: Limits) -> tuple[int, bytes, date | None]:
    """Pages are counted one by one: a number in a header could promise millions."""
    _check_pixels(image, limits)
    taken = _taken_on(image)
    if media_type is not MediaType.TIFF:
        image.load()
        thumbnail = thumbnail_of(image, limits.thumbnail)
        _check_frames(image, limits)
        return 1, thumbnail, taken
    pages, thumbnail = 0, b""
    while True:
        try:
            image.seek(pages)
        except EOFError:
            break
        if pages == limits.pages:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.pages)
        _check_pixels(image, limits)
        image.load()
        thumbnail = thumbnail or thumbnail_of(image, limits.thumbnail)
        pages += 1
    if not pages:
        raise Invalid(ErrorCode.FILE_UNREADABLE)
    return pages, thumbnail, taken


def _check_frames(image: Image.Image, limits: Limits) -> None:
    """What moves is kept as one still; its frames are counted, and each decoded while that is cheap."""
    frames = getattr(image, "n_frames", 1)
    if frames > limits.pages:
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.pages)
    decoded = image.width * image.height
    for frame in range(1, frames):
        decoded += image.width * image.height
        if decoded > DECODED_PIXELS:
            return
        image.seek(frame)
        image.load()


def _check_pixels(image: Image.Image, limits: Limits) -> None:
    if image.width * image.height > limits.pixels:
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.pixels)


def thumbnail_of(image: Image.Image, longest: int) -> bytes:
    """A PNG of at most `longest` on its longer side, upright, on white, without a word of metadata."""
    turn = image.getexif().get(ExifTags.Base.Orientation, 1)
    small = image.copy() if max(image.size) <= 2 * longest else _reduced(image, longest)
    small = plain(small)
    small.thumbnail((longest, longest))
    small = upright(small, image.format, turn)
    kept = Image.new("RGB", small.size, "white")
    kept.paste(small.convert("RGB"))
    target = io.BytesIO()
    kept.save(target, "PNG", optimize=True)
    return target.getvalue()


def upright(image: Image.Image, kept_as: str | None, turn: int) -> Image.Image:
    """Turned as EXIF says; `kept_as` is the format it was read from. HEIF is turned by its library already."""
    if turn not in range(2, 9) or kept_as == "HEIF":
        return image
    image.getexif()[ExifTags.Base.Orientation] = turn
    return ImageOps.exif_transpose(image)


def _reduced(image: Image.Image, longest: int) -> Image.Image:
    if image.mode in ("1", "P"):
        # Every n-th dot would lose thin lines; a region at a time keeps memory low.
        image = image.convert("L" if image.mode == "1" else "RGBA")
    elif image.mode.startswith("I;16"):
        image = image.convert("F")
    factor = max(1, max(image.size) // (2 * longest))
    return image.reduce((min(factor, image.width), min(factor, image.height)))


def plain(image: Image.Image) -> Image.Image:
    """Eight bits a colour, on white."""
    if image.mode.startswith("I") or image.mode == "F":
        wide = image.convert("F")
        low, high = _darkest_and_lightest(wide)
        scale = 255 / (high - low) if high > low else 1.0
        return wide.point(lambda value: value * scale - low * scale).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa", "P") or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return image.convert("RGB") if image.mode not in ("RGB", "L") else image


def _darkest_and_lightest(image: Image.Image) -> tuple[float, float]:
    low, high = image.getextrema()
    return (float(low), float(high)) if isinstance(low, float) and isinstance(high, float) else (0.0, 0.0)


def _taken_on(image: Image.Image) -> date | None:
    """The day on which the camera says that it was taken."""
    told = image.getexif().get_ifd(ExifTags.IFD.Exif)
    for tag in _TAKEN:
        if match := _EXIF_DAY.match(str(told.get(tag, ""))):
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                return None
    return None
