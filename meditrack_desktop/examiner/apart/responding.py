"""Does what is asked and writes the answer, on every system alike."""

from __future__ import annotations

# Libraries load these with nearly every file: once before the first is once for all.
import _strptime  # type: ignore[import-not-found]  # noqa: F401
import encodings.utf_16_le  # noqa: F401
import sys
from collections.abc import Sequence

import numpy.ma  # noqa: F401

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.examiner import kinds
from meditrack_desktop.examiner.answers import HEAD, LARGEST_FACTS, LARGEST_THUMBNAIL, Facts, pack
from meditrack_desktop.examiner.apart.asking import Ask, Deed


def respond(ask: Ask, data: memoryview, answer: memoryview) -> None:
    """Do what is asked and write the answer. Only refusals of our own are caught."""
    made: Sequence[bytes | memoryview] = ()
    try:
        if ask.deed is Deed.EXAMINE:
            look = kinds.LOOKS.get(ask.media_type)
            if look is None:
                raise Invalid(ErrorCode.FILE_TYPE_REFUSED)
            facts = Facts(found=look(data, ask.limits))
        elif ask.deed is Deed.REARRANGE:
            made = list(kinds.REARRANGES[ask.media_type](data, ask.pages))
            facts = Facts()
        elif ask.deed is Deed.DRAW:
            made = list(kinds.DRAWS[ask.media_type](data, ask.pages))
            facts = Facts()
        elif ask.deed is Deed.UNLOCK:
            pieces, found = kinds.UNLOCKS[ask.media_type](data, ask.password, ask.limits)
            made, facts = list(pieces), Facts(found=found)
        else:
            if kinds.PUT_TOGETHER is None:
                raise Invalid(ErrorCode.FILE_TYPE_REFUSED)
            pieces, found = kinds.PUT_TOGETHER(_cut(ask, data), ask.limits)
            made, facts = list(pieces), Facts(found=found)
    except Invalid as refusal:
        limit = refusal.parameters.get("limit")
        facts = Facts(refused=refusal.code, limit=limit if isinstance(limit, int) else None)
    _write(facts, made, answer)


def _cut(ask: Ask, data: memoryview) -> list[tuple[str, memoryview]]:
    files, at = [], 0
    for name, size in ask.files:
        files.append((name, data[at : at + size]))
        at += size
    return files


def _write(facts: Facts, made: Sequence[bytes | memoryview], answer: memoryview) -> None:
    if HEAD.size + LARGEST_FACTS + LARGEST_THUMBNAIL + sum(map(len, made)) > len(answer):
        facts, made = Facts(refused=ErrorCode.FILE_TOO_LARGE, limit=len(answer)), ()
    told, thumbnail = pack(Facts(facts.found, facts.refused, facts.limit, peak_kib()))
    pieces = [told, thumbnail, *made]
    answer[: HEAD.size] = HEAD.pack(len(told), len(thumbnail), sum(map(len, made)))
    at = HEAD.size
    for piece in pieces:
        answer[at : at + len(piece)] = piece
        at += len(piece)


def peak_kib() -> int:
    """The most memory that this process held, KiB."""
    if sys.platform == "win32":
        return 0  # its job holds it
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
