"""Who looks at which kind of file. Runs in the process apart only; every module named here is loaded before
the first byte of a file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner import drawing, images, pdf, rearranging, unlocking
from meditrack_desktop.examiner.dicom import examination as dicom
from meditrack_desktop.examiner.dicom import study
from meditrack_desktop.examiner.limits import Limits

Look = Callable[[memoryview, Limits], Examination]
"""Raises Invalid FILE_UNREADABLE, FILE_TOO_LARGE or FILE_TYPE_REFUSED. Whatever else it raises is unreadable too."""
Rearrange = Callable[[memoryview, Sequence[int]], Iterable[bytes | memoryview]]
PutTogether = Callable[
    [Sequence[tuple[str, memoryview]], Limits], tuple[Iterable[bytes | memoryview], Examination]
]
"""The bytes in pieces, so that a study is not held twice, and what they are."""

LOOKS: Mapping[MediaType, Look] = {
    MediaType.PDF: pdf.look,
    MediaType.PNG: images.look,
    MediaType.JPEG: images.look,
    MediaType.TIFF: images.look,
    MediaType.HEIC: images.look,
    MediaType.AVIF: images.look,
    MediaType.WEBP: images.look,
    MediaType.GIF: images.look,
    MediaType.DICOM: partial(dicom.look, pdf=pdf.look),
}
REARRANGES: Mapping[MediaType, Rearrange] = {
    MediaType.PDF: rearranging.pdf_pages,
    MediaType.TIFF: rearranging.tiff_pages,
}
DRAWS: Mapping[MediaType, Rearrange] = {
    MediaType.PDF: drawing.pdf_page,
    **dict.fromkeys(images.FORMATS, drawing.image_page),
}
"""The first of the pages as a PNG."""
Unlock = Callable[[memoryview, str, Limits], tuple[Iterable[bytes | memoryview], Examination]]
UNLOCKS: Mapping[MediaType, Unlock] = {MediaType.PDF: unlocking.unlocked_pdf}
PUT_TOGETHER: PutTogether | None = study.put_together
