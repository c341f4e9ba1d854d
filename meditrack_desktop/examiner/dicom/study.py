"""Puts the DICOM files of one study together as one document: a zip whose entries lie in it as they came."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import replace

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.examination import Examination, NamedPerson, StudyContents, StudySeries
from meditrack_desktop.examiner.dicom.examination import (
    SAMPLED,
    UNPACKED_PIXELS,
    Looked,
    contents_of,
    look_at,
    opened,
    thumbnail_of,
)
from meditrack_desktop.examiner.limits import Limits

Piece = bytes | memoryview
File = tuple[str, memoryview]


def put_together(files: Sequence[File], limits: Limits) -> tuple[Iterable[Piece], Examination]:
    """The zip in pieces, and what it is. A file that came twice is kept once.

    Invalid FILE_UNREADABLE (a file is broken or a directory), FILE_SEVERAL_STUDIES (of more than one study, or of
    more than one person), FILE_TOO_LARGE.
    """
    kept = _each_once(files)
    looked = _look_at_all([data for _, data in kept])
    _check_together(looked)
    in_order = contents_of((one, number) for number, one in enumerate(looked))
    pieces, contents = _packed([data for _, data in kept], in_order)
    contents = replace(contents, duplicates=len(files) - len(kept))
    return pieces, Examination(
        MediaType.DICOM_STUDY,
        pages=min(sum(series.frames for series in contents.series), limits.study_images),
        thumbnail=_thumbnail([data for _, data in kept], looked, in_order, limits),
        named=next((one.named for one in looked if one.named), NamedPerson()),
        document_date=contents.study_at.date() if contents.study_at else None,
        contents=contents,
    )


def by_study(files: Sequence[File]) -> tuple[tuple[int, ...], ...]:
    """Which of `files` belong together: their numbers, study by study, in the order in which studies appear.

    Reads headers only. Invalid as `put_together`.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for number, (_, data) in enumerate(files):
        dataset = opened(data).dataset
        key = (str(dataset.get("StudyInstanceUID", "")), str(dataset.get("PatientID", "")))
        groups.setdefault(key, []).append(number)
    return tuple(tuple(group) for group in groups.values())


def _each_once(files: Sequence[File]) -> list[File]:
    """Without files that are the same to the last byte. Two that only claim to be the same image are both kept."""
    seen = dict[bytes, File]()
    for name, data in files:
        seen.setdefault(hashlib.sha256(data).digest(), (name, data))
    return list(seen.values())


def _look_at_all(files: Sequence[memoryview]) -> list[Looked]:
    """In one budget for all: it takes as much time as one large file, not as many times as there are files."""
    share, found = UNPACKED_PIXELS / len(files), list[Looked]()
    left = 0.0
    for data in files:
        left += share
        one = look_at(opened(data), len(data), int(left))
        pixels = one.image.rows * one.image.columns
        left -= min(int(left) // pixels, SAMPLED, one.image.frames) * pixels if pixels else 0
        found.append(one)
    return found


def _check_together(looked: Sequence[Looked]) -> None:
    studies = {one.facts.study_uid for one in looked}
    people = {
        (one.facts.patient_number, one.facts.patient_name.casefold(), one.facts.birth_date) for one in looked
    }
    if len(studies) > 1 or len(people) > 1:
        raise Invalid(ErrorCode.FILE_SEVERAL_STUDIES)


def _packed(files: Sequence[memoryview], in_order: StudyContents) -> tuple[Iterable[Piece], StudyContents]:
    """The zip, and the contents with offsets into it. `in_order` names files by number where offsets will be."""
    sink = _Pieces()
    placed: list[StudySeries] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as packed:  # type: ignore[call-overload]
        for number, series in enumerate(in_order.series, 1):
            images = []
            for place, image in enumerate(series.images, 1):
                entry = zipfile.ZipInfo(f"{number:04d}/{place:05d}.dcm")
                packed.writestr(entry, files[image.offset])
                images.append(replace(image, offset=entry.header_offset + len(entry.FileHeader())))
            placed.append(replace(series, images=tuple(images)))
    return sink.pieces.values(), replace(in_order, series=tuple(placed))


class _Pieces:
    """A file that is only written: keeps what it was given instead of copying it."""

    def __init__(self) -> None:
        self.pieces: dict[int, Piece] = {}
        self._position = 0

    def write(self, piece: Piece) -> int:
        # An entry's head is written again once its checksum is known: in the same place, of the same size.
        if len(piece):
            self.pieces[self._position] = piece
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._position

    def seek(self, position: int, whence: int = 0) -> int:
        self._position = position
        return position

    def seekable(self) -> bool:
        return True

    def flush(self) -> None:
        """Nothing waits here."""


def _thumbnail(
    files: Sequence[memoryview], looked: Sequence[Looked], in_order: StudyContents, limits: Limits
) -> bytes:
    """The middle of the longest series that can be drawn."""
    for series in sorted(in_order.series, key=lambda one: -one.frames):
        drawable = [image for image in series.images if image.drawable]
        if drawable:
            number = drawable[len(drawable) // 2].offset
            return thumbnail_of(opened(files[number]), looked[number], limits.thumbnail)
    return b""
