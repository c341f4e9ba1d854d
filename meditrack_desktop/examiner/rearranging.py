"""Pages of a PDF or TIFF in another order, or some of them, as a new file of the same kind."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import pypdfium2
from PIL import Image

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner import tiff_pages as tiff
from meditrack_desktop.examiner.pdf import opened
from meditrack_desktop.examiner.pillow import FAULTS


def pdf_pages(data: memoryview, pages: Sequence[int]) -> Iterable[bytes]:
    """Each page with what it shows; scripts and attachments of the document stay behind."""
    with opened(data) as document:
        if not all(1 <= page <= len(document) for page in pages):
            raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE)
        made = pypdfium2.PdfDocument.new()
        try:
            made.import_pages(document, [page - 1 for page in pages])
            target = io.BytesIO()
            made.save(target)
        except pypdfium2.PdfiumError:
            raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE) from None
        finally:
            made.close()
    return [target.getbuffer()]  # type: ignore[list-item]


def tiff_pages(data: memoryview, pages: Sequence[int]) -> Iterable[bytes]:
    """As they lie there where the file says plainly where; else decoded and packed again without loss."""
    try:
        made = tiff.pages_of(data, pages)
        with Image.open(io.BytesIO(made), formats=("TIFF",)) as image:
            if getattr(image, "n_frames", 1) == len(pages):
                image.load()
                return [made]
    except (tiff.NotCopyable, *FAULTS):
        pass
    return [_packed_again(data, pages)]


def _packed_again(data: memoryview, pages: Sequence[int]) -> bytes:
    target = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=("TIFF",)) as image:
            if not all(1 <= page <= getattr(image, "n_frames", 1) for page in pages):
                raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE)
            frames = []
            for page in pages:
                image.seek(page - 1)
                frames.append(image.copy())
            frames[0].save(
                target, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_adobe_deflate"
            )
    except FAULTS:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
    return target.getvalue()
