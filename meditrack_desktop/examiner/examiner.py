"""The door: a file goes in, what it is comes out, and this process never parsed a byte of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import BoundedSemaphore

from meditrack_desktop.domain.documents import MEBIBYTE, MediaType
from meditrack_desktop.domain.errors import ErrorCode, Invalid, Unavailable
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner.answers import (
    HEAD,
    LARGEST_FACTS,
    LARGEST_THUMBNAIL,
    Answer,
    NotBelieved,
    believe,
    is_small_png,
)
from meditrack_desktop.examiner.apart import memory
from meditrack_desktop.examiner.apart.asking import Ask, Deed, Ended
from meditrack_desktop.examiner.limits import LONGEST_DRAWN, SECONDS, Limits
from meditrack_desktop.examiner.sniffing import check_name, sniff
from meditrack_desktop.logs import events

if sys.platform == "win32":
    from meditrack_desktop.examiner.apart.windows import Processes
else:
    from meditrack_desktop.examiner.apart.posix import Processes

WORD = "examine-apart"
"""What the front door (`__main__`) is started with to become the process apart; no person types it."""
_AT_ONCE = 2
_log = events("examiner")
_GROWTH = 8 * MEBIBYTE
"""How much larger than its file a rearranged one, or a study in its zip, may be."""
_A_FILE_OF_A_STUDY = 1024
_LONGEST_PASSWORD = 1000
_LARGEST_DRAWN = LONGEST_DRAWN * LONGEST_DRAWN + MEBIBYTE


def command() -> list[str]:
    """What starts the process apart, frozen or from source."""
    if getattr(sys, "frozen", False):
        return [sys.executable, WORD]
    return [sys.executable, "-P", "-m", "meditrack_desktop", WORD]


def environment() -> dict[str, str]:
    """Nothing of this process's environment but what a program needs to start: no address, no secret."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    source = str(Path(__file__).resolve().parents[2])
    told = {"PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    # One thread for matrices: each would hold address space that the file may need.
    return {**kept, **told, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Examiner:
    """Looks into strangers' files. Safe in several threads; at most two files are looked into at once."""

    def __init__(self, start: Sequence[str] | None = None, seconds: float = SECONDS) -> None:
        self._processes = Processes(start or command(), environment())
        self._seconds = seconds
        self._turn = BoundedSemaphore(_AT_ONCE)
        self.peak_kib = 0
        """The most memory that any process apart said it held."""

    def warm(self) -> None:
        """Start what looks, so that the first file need not wait. Unavailable EXAMINER_FAILED."""
        try:
            self._processes.warm()
        except OSError:
            raise Unavailable(ErrorCode.EXAMINER_FAILED) from None

    def close(self) -> None:
        """End every process. The next call would start one again."""
        self._processes.close()

    def examine(self, data: bytes, file_name: str, limits: Limits | None = None) -> Examination:
        """What a file is. `file_name` is a cleaned one, or "".

        Invalid FILE_EMPTY, FILE_TYPE_REFUSED, FILE_NAME_DISAGREES, FILE_TOO_LARGE (`limit`: bytes, pages or
        dots) or FILE_UNREADABLE; Unavailable EXAMINER_FAILED.
        """
        limits = limits or Limits()
        media_type = sniff(data)
        check_name(media_type, file_name)
        if len(data) > (largest := limits.largest(media_type)):
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=largest)
        ask = Ask(Deed.EXAMINE, limits, media_type, ((file_name, len(data)),))
        found = self._ask(ask, [data], 0).facts.found
        if found is None or found.media_type is not media_type:
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        return found

    def rearrange(self, data: bytes, pages: Sequence[int], limits: Limits | None = None) -> bytes:
        """A new PDF or TIFF of these pages, counted from 1, in this order.

        Invalid FILE_NOT_DIVISIBLE (another kind, no such page), FILE_ASKS_PASSWORD, FILE_UNREADABLE, FILE_TOO_LARGE;
        Unavailable EXAMINER_FAILED.
        """
        limits = limits or Limits()
        media_type = sniff(data)
        if media_type not in (MediaType.PDF, MediaType.TIFF) or not 1 <= len(pages) <= limits.most_pages(
            media_type
        ):
            raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE)
        if len(data) > (largest := limits.largest(media_type)):
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=largest)
        ask = Ask(Deed.REARRANGE, limits, media_type, (("", len(data)),), tuple(pages))
        made = self._ask(ask, [data], largest).made
        if sniff(made) is not media_type:
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        return made

    def draw(self, data: bytes, page: int, limits: Limits | None = None) -> bytes:
        """One page (from 1) of a PDF or a picture as a grey PNG, upright as far as the file says which way that is,
        at 300 dots an inch or as many as a picture has, at most LONGEST_DRAWN a side.

        Invalid FILE_NOT_DIVISIBLE (another kind, no such page), FILE_ASKS_PASSWORD, FILE_UNREADABLE, FILE_TOO_LARGE;
        Unavailable EXAMINER_FAILED.
        """
        limits = limits or Limits()
        media_type = sniff(data)
        if not (media_type is MediaType.PDF or media_type.is_image) or page < 1:
            raise Invalid(ErrorCode.FILE_NOT_DIVISIBLE)
        if len(data) > (largest := limits.largest(media_type)):
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=largest)
        ask = Ask(Deed.DRAW, limits, media_type, (("", len(data)),), (page,))
        made = self._ask(ask, [data], _LARGEST_DRAWN).made
        if not is_small_png(made, LONGEST_DRAWN):
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        return made

    def unlock(self, data: bytes, password: str, limits: Limits | None = None) -> tuple[bytes, Examination]:
        """A PDF without its password, and what it is. The reader's or the owner's password opens it.

        Invalid FILE_ASKS_PASSWORD for a wrong one, FILE_TYPE_REFUSED (no PDF), FILE_UNREADABLE, FILE_TOO_LARGE;
        Unavailable EXAMINER_FAILED.
        """
        limits = limits or Limits()
        media_type = sniff(data)
        if media_type is not MediaType.PDF:
            raise Invalid(ErrorCode.FILE_TYPE_REFUSED)
        if len(data) > (largest := limits.largest(media_type)):
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=largest)
        if len(password) > _LONGEST_PASSWORD:
            raise Invalid(ErrorCode.FILE_ASKS_PASSWORD)
        ask = Ask(Deed.UNLOCK, limits, media_type, (("", len(data)),), password=password)
        answer = self._ask(ask, [data], largest)
        found = answer.facts.found
        if found is None or found.media_type is not media_type or found.asks_password:
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        if not answer.made or sniff(answer.made) is not media_type:
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        return answer.made, found

    def put_together(
        self, files: Sequence[tuple[str, bytes]], limits: Limits | None = None
    ) -> tuple[bytes, Examination]:
        """The DICOM files of one study as one document.

        Invalid FILE_EMPTY, FILE_TYPE_REFUSED (not DICOM, or not of one study), FILE_TOO_LARGE, FILE_UNREADABLE;
        Unavailable EXAMINER_FAILED.
        """
        limits = limits or Limits()
        size = sum(len(data) for _, data in files)
        if not files:
            raise Invalid(ErrorCode.FILE_EMPTY)
        if len(files) > limits.study_images:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.study_images)
        if size > limits.largest_study:
            raise Invalid(ErrorCode.FILE_TOO_LARGE, limit=limits.largest_study)
        for _, data in files:
            if sniff(data) is not MediaType.DICOM:
                raise Invalid(ErrorCode.FILE_TYPE_REFUSED)
        named = tuple((name, len(data)) for name, data in files)
        ask = Ask(Deed.PUT_TOGETHER, limits, MediaType.DICOM_STUDY, named)
        most = size + _A_FILE_OF_A_STUDY * len(files) + _GROWTH
        answer = self._ask(ask, [data for _, data in files], most)
        found = answer.facts.found
        if found is None or found.media_type is not MediaType.DICOM_STUDY or not answer.made:
            raise Invalid(ErrorCode.FILE_UNREADABLE)
        return answer.made, found

    def _ask(self, ask: Ask, files: Sequence[bytes], most_made: int) -> Answer:
        """A believed answer that is no refusal."""
        with self._turn:
            answer = self._answer(ask, files, most_made)
        self.peak_kib = max(self.peak_kib, answer.facts.peak_kib)
        if (code := answer.facts.refused) is not None:
            if (limit := answer.facts.limit) is None:
                raise Invalid(code)
            raise Invalid(code, limit=limit)
        return answer

    def _answer(self, ask: Ask, files: Sequence[bytes], most_made: int) -> Answer:
        words = ask.pack()
        size = sum(map(len, files))
        room_size = HEAD.size + LARGEST_FACTS + LARGEST_THUMBNAIL + most_made
        try:
            with memory.lent(size + len(words)) as given, memory.lent(room_size) as room:
                memory.fill(given, [*files, words])
                sizes = (size, len(words), room_size)
                ended = self._processes.run(sizes, given, room, self._seconds)
                if ended is not Ended.DONE:
                    _log.warning("examiner.ended", how=ended, kind=ask.media_type, size=size)
                if ended is Ended.NEVER_STARTED:
                    raise Unavailable(ErrorCode.EXAMINER_FAILED)
                if ended is not Ended.DONE:
                    raise Invalid(ErrorCode.FILE_UNREADABLE)
                with memoryview(room.map) as answer:
                    return believe(answer, ask.limits, most_made)
        except NotBelieved:
            _log.warning("examiner.not_believed", kind=ask.media_type, size=size)
            raise Invalid(ErrorCode.FILE_UNREADABLE) from None
        except OSError:
            raise Unavailable(ErrorCode.EXAMINER_FAILED) from None
