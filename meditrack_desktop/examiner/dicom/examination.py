"""Examines one DICOM file: what it says, whether its pixels can be drawn, a small picture, a wrapped PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import (
    Examination,
    NamedPerson,
    StudyContents,
    StudyImage,
    StudySeries,
)
from meditrack_desktop.examiner.dicom.facts import ImageFacts, facts_of, named_in, wrapped_pdf
from meditrack_desktop.examiner.dicom.geometry import slice_position
from meditrack_desktop.examiner.dicom.header import MOST_INFLATED, InflatesTooFar, NotReadable
from meditrack_desktop.examiner.dicom.images import DicomFile
from meditrack_desktop.examiner.dicom.library import DICOM_FAULTS
from meditrack_desktop.examiner.dicom.pictures import png, small_picture
from meditrack_desktop.examiner.dicom.source import MemorySource
from meditrack_desktop.examiner.dicom.undrawable import Undrawable
from meditrack_desktop.examiner.limits import Limits
from meditrack_desktop.examiner.sniffing import preamble_of_another

SAMPLED = 5
"""How many frames of a file are unpacked to see that it is sound: the first, the last, and some between."""
UNPACKED_PIXELS = 64_000_000
"""Of all frames together; a file of large ones is sampled less, and of a study's many files only some are."""

LookAtPdf = Callable[[memoryview, Limits], Examination]


@dataclass(frozen=True, slots=True)
class Looked:
    """One file: what it says, and its image as it will lie in the document (offset 0 until it has its place)."""

    facts: ImageFacts
    named: NamedPerson
    image: StudyImage
    has_picture: bool
    """Whether it means to be a picture; a plan, a report or a wrapped document does not."""


def look(data: memoryview, limits: Limits, pdf: LookAtPdf | None = None) -> Examination:
    """What a DICOM file is. `pdf` examines a document that it wraps.

    Invalid FILE_UNREADABLE (broken, or a directory of a medium), FILE_TOO_LARGE (what it inflates to).
    """
    file = opened(data)
    looked = look_at(file, len(data))
    contents = contents_of([(looked, 0)])
    found = Examination(
        MediaType.DICOM,
        pages=min(looked.image.frames, limits.study_images),
        named=looked.named,
        document_date=contents.study_at.date() if contents.study_at else None,
        contents=contents,
        inert=preamble_of_another(data),
    )
    wrapped = wrapped_pdf(file.header)
    if wrapped is not None and pdf is not None:
        inner = pdf(memoryview(bytearray(wrapped.read_at(0, wrapped.size))), limits)
        return replace(
            found,
            pages=inner.pages,
            thumbnail=inner.thumbnail,
            text=inner.text,
            scanned_pages=inner.scanned_pages,
            inert=found.inert | inner.inert,
        )
    return replace(found, thumbnail=thumbnail_of(file, looked, limits.thumbnail))


def opened(data: memoryview) -> DicomFile:
    """Its header. Invalid FILE_UNREADABLE, FILE_TOO_LARGE."""
    try:
        return DicomFile(MemorySource(data))
    except InflatesTooFar:
        raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=MOST_INFLATED) from None
    except NotReadable:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None


def look_at(file: DicomFile, size: int, budget: int = UNPACKED_PIXELS) -> Looked:
    """What one file of `size` bytes says, and whether frames of it can be drawn. At most `budget` pixels are
    unpacked; without any, only the place of its pixels is looked at."""
    facts = facts_of(file.dataset)
    has_picture = file.header.pixels is not None
    frames, rows, columns, drawable = 1, 0, 0, False
    try:
        reader = file.reader()
        rows, columns = reader.form.rows, reader.form.columns
        frames = max(1, reader.frames())
        drawable = frames == reader.form.frames
        _draw_some(file, frames, budget // (rows * columns))
    except (Undrawable, *DICOM_FAULTS):
        drawable = False
    image = StudyImage(
        offset=0,
        size=size,
        frames=frames,
        instance_number=facts.instance_number,
        slice_position=_position(file),
        rows=rows,
        columns=columns,
        drawable=drawable,
    )
    return Looked(facts, named_in(file.dataset), image, has_picture)


def thumbnail_of(file: DicomFile, looked: Looked, longest: int) -> bytes:
    """A PNG of the middle frame, or nothing."""
    if not looked.image.drawable:
        return b""
    try:
        return png(small_picture(file.frame(looked.image.frames // 2), longest))
    except (Undrawable, *DICOM_FAULTS):
        return b""


def contents_of(placed: Iterable[tuple[Looked, int]]) -> StudyContents:
    """Files and where their bytes begin, sorted into series."""
    placed = list(placed)
    groups: dict[str, list[tuple[Looked, int]]] = {}
    for looked, offset in placed:
        groups.setdefault(looked.facts.series_uid, []).append((looked, offset))
    series = sorted(map(_series, groups.values()), key=_series_order)
    first = placed[0][0].facts
    moments = [looked.facts.study_at for looked, _ in placed if looked.facts.study_at is not None]
    return StudyContents(
        study_uid=first.study_uid,
        study_at=first.study_at or min(moments, default=None),
        description=first.study_description,
        body_part=next((looked.facts.body_part for looked, _ in placed if looked.facts.body_part), ""),
        referring=first.referring,
        series=tuple(series),
    )


def _series(group: list[tuple[Looked, int]]) -> StudySeries:
    in_order = sorted(group, key=lambda one: _image_order(one[0].image))
    facts = group[0][0].facts
    return StudySeries(
        uid=facts.series_uid,
        number=facts.series_number,
        description=facts.series_description,
        modality=facts.modality,
        images=tuple(replace(looked.image, offset=offset) for looked, offset in in_order),
        slice_thickness_mm=facts.slice_thickness_mm,
    )


def _image_order(image: StudyImage) -> tuple[float, float]:
    """Along the body first; images without a place go by their number, after those that have one."""
    nowhere = float("inf")
    position = nowhere if image.slice_position is None else image.slice_position
    number = nowhere if image.instance_number is None else image.instance_number
    return position, number


def _series_order(series: StudySeries) -> tuple[float, str]:
    return (float("inf") if series.number is None else series.number, series.uid)


def _position(file: DicomFile) -> float | None:
    return slice_position(*file.places(0))


def _draw_some(file: DicomFile, frames: int, most: int) -> None:
    """Draw the first frame, the last and some between, at most `most`. Undrawable if one cannot be."""
    count = min(SAMPLED, frames, most)
    if count > 0:
        file.frame(0)
    for step in range(1, count):
        file.reader().read(round(step * (frames - 1) / (count - 1)))
