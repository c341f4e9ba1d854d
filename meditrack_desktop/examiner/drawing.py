"""One page as a grey picture, large enough for its text to be recognised. Runs in the process apart only."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import pypdfium2
from PIL import ExifTags, Image

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner.images import FORMATS, plain, upright
from meditrack_desktop.examiner.limits import LONGEST_DRAWN
from meditrack_desktop.examiner.pdf import opened
from meditrack_desktop.examiner.pillow import FAULTS
from meditrack_desktop.examiner.sniffing import sniff

DOTS_PER_INCH = 300
_POINTS = 72


def pdf_page(data: memoryview, pages: Sequence[int]) -> Iterable[bytes]:
    """The page as it would be printed, without what was typed into forms. Invalid FILE_NOT_DIVISIBLE for a page
    that is not there."""
    with opened(data) as document:
        if not 1 <= pages[0] <= len(document):
            raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE)
        try:
            page = document[pages[0] - 1]
            longer = max(page.get_size())
            if longer <= 0:
                raise Invalid(ErrorCode.FILE_UNREADABLE)
            scale = min(DOTS_PER_INCH / _POINTS, (LONGEST_DRAWN - 1) / longer)
            return [_png(page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil())]
        except (pypdfium2.PdfiumError, ValueError):
            raise Invalid(ErrorCode.FILE_UNREADABLE) from None


def image_page(data: memoryview, pages: Sequence[int]) -> Iterable[bytes]:
    """The picture upright, as its camera says, and no larger than LONGEST_DRAWN."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS[sniff(data)]) as image:
            if pages[0] > getattr(image, "n_frames", 1):
                raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE)
            if pages[0] > 1:
                image.seek(pages[0] - 1)
            turn = image.getexif().get(ExifTags.Base.Orientation, 1)
            drawn = upright(plain(image).convert("L"), image.format, turn)
            drawn.thumbnail((LONGEST_DRAWN, LONGEST_DRAWN))
            return [_png(drawn)]
    except FAULTS:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None


def _png(image: Image.Image) -> bytes:
    """Without a word of metadata; packed quickly, for it is thrown away soon."""
    target = io.BytesIO()
    bare = Image.frombytes("L", image.size, image.convert("L").tobytes())
    bare.save(target, "PNG", compress_level=1)
    return target.getvalue()
