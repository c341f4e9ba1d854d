"""What is kept beside a document, as bytes: its thumbnail, its text, the contents of its study."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from meditrack_desktop.domain.documents import MOST_TEXT, PartKind
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.examination import Examination, StudyContents

_CONTENTS = TypeAdapter(StudyContents)


def parts_of(examination: Examination) -> Mapping[PartKind, bytes]:
    """The parts to keep of a file that was examined; those that would be empty are left out."""
    parts: dict[PartKind, bytes] = {}
    if examination.thumbnail:
        parts[PartKind.THUMBNAIL] = examination.thumbnail
    if any(page.strip() for page in examination.text):
        parts[PartKind.TEXT] = text_part(examination.text)
    if examination.contents is not None:
        parts[PartKind.CONTENTS] = _CONTENTS.dump_json(examination.contents)
    return parts


def text_part(pages: Sequence[str]) -> bytes:
    """The text of each page, cut where MOST_TEXT characters are reached."""
    left, kept = MOST_TEXT, list[str]()
    for page in pages:
        kept.append(page[:left])
        left -= len(kept[-1])
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")


def text_of(part: bytes) -> tuple[str, ...]:
    """What `text_part` kept. Unavailable VAULT_DAMAGED."""
    try:
        return tuple(str(page) for page in json.loads(part))
    except (ValueError, TypeError, RecursionError):
        raise Unavailable(ErrorCode.VAULT_DAMAGED) from None


def contents_of(part: bytes) -> StudyContents:
    """The contents that `parts_of` kept. Unavailable VAULT_DAMAGED."""
    try:
        return _CONTENTS.validate_json(part)
    except ValidationError:
        raise Unavailable(ErrorCode.VAULT_DAMAGED) from None
