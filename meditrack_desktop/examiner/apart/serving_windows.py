"""The other side on Windows: loads the libraries, waits for one line, looks at one file and ends."""

from __future__ import annotations

import mmap
import os
import sys

from meditrack_desktop.examiner.apart.asking import Ask
from meditrack_desktop.examiner.apart.responding import respond
from meditrack_desktop.examiner.apart.windows import DIED_CODE, DONE_CODE


def serve() -> int:
    """Do one deed. The exit code says how it went; without a line nobody wanted any."""
    line = sys.stdin.buffer.readline().decode().split()
    if not line:
        return DONE_CODE
    if sys.platform == "win32":
        files_size, words_size, _, given, given_size, room, room_size = line
        source = mmap.mmap(-1, int(given_size), tagname=given)
        answer = mmap.mmap(-1, int(room_size), tagname=room)
        ask = Ask.unpack(source[int(files_size) : int(files_size) + int(words_size)])
        code = DIED_CODE
        try:
            respond(ask, memoryview(source)[: int(files_size)], memoryview(answer))
            code = DONE_CODE
        finally:
            os._exit(code)
    return DIED_CODE
