"""What is asked of the process apart: a deed, its limits, and where in the memory the files lie."""

from __future__ import annotations

import json
import os
import struct
import sys
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.examiner.limits import Limits

SIZES = struct.Struct(">QQQ?")
"""Of the files together, of the words after them, of the memory for the answer; and whether to copy itself."""


STARTED, DONE = b"s", b"d"
"""What the worker says as it begins, every limit being in force, and when the answer lies ready."""
FORKS = sys.platform == "linux" and hasattr(os, "pidfd_open")
"""Whether the waiting process copies itself for each file here, or does one deed and ends."""


class Ended(StrEnum):
    """How a worker ended."""

    DONE = "done"
    DIED = "died"
    OVERTIME = "overtime"
    NEVER_STARTED = "never_started"


class Deed(StrEnum):
    """What the process apart can be asked for."""

    EXAMINE = "examine"
    REARRANGE = "rearrange"
    PUT_TOGETHER = "put_together"
    DRAW = "draw"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Ask:
    """One deed. `files` are names and sizes, in the order in which their bytes lie."""

    deed: Deed
    limits: Limits
    media_type: MediaType
    files: tuple[tuple[str, int], ...]
    pages: tuple[int, ...] = ()
    password: str = field(default="", repr=False)
    """Of the file, for the one deed that needs it."""

    def pack(self) -> bytes:
        return json.dumps({**asdict(self), "limits": asdict(self.limits)}).encode()

    @classmethod
    def unpack(cls, data: bytes) -> Ask:
        """Ours only: the program writes it, and nobody else."""
        told = json.loads(data)
        return cls(
            Deed(told["deed"]),
            Limits(**told["limits"]),
            MediaType(told["media_type"]),
            tuple((name, size) for name, size in told["files"]),
            tuple(told["pages"]),
            told["password"],
        )
