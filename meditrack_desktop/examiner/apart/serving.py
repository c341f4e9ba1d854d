"""The other side: a process that loads the libraries, waits, and looks at one file.

On Linux the process that waits never sees a file. It makes a copy of itself for each, and the copy ends with its
file; so starting costs milliseconds, and no file ever meets what another left behind. On other systems the
waiting process does the one deed itself and ends.
"""

from __future__ import annotations

import array
import gc
import mmap
import os
import select
import signal
import socket
import stat
from collections.abc import Sequence

from meditrack_desktop.examiner.apart import lockdown
from meditrack_desktop.examiner.apart.asking import DONE, SIZES, STARTED, Ask
from meditrack_desktop.examiner.apart.responding import respond

IDLE_SECONDS = 300
NOT_FOR_PEOPLE = 2
"""How it ends when somebody types the word that starts it."""


def serve() -> int:
    """Wait at the socket that stands in for standard input, until nobody is there or nothing was asked for long."""
    if not stat.S_ISSOCK(os.fstat(0).st_mode):
        return NOT_FOR_PEOPLE
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lockdown.before_any_file()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=os.dup(0)) as asked:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.close(nowhere)
        while _is_asked(asked):
            told, descriptors = _receive(asked)
            if not told:
                return 0
            *sizes, forks = told
            if not forks:
                asked.close()
                _work(sizes, descriptors)
            _in_a_copy(asked, sizes, descriptors)
    return 0


def _is_asked(asked: socket.socket) -> bool:
    waited = 0
    while waited < IDLE_SECONDS:
        if select.select([asked], [], [], 1 if _some_run() else IDLE_SECONDS - waited)[0]:
            return True
        waited += 1 if _some_run() else IDLE_SECONDS
    return False


def _some_run() -> bool:
    """Whether a copy still runs; those that ended are forgotten."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _receive(asked: socket.socket) -> tuple[tuple[int, ...], list[int]]:
    holder = array.array("i")
    data, extra, _, _ = asked.recvmsg(SIZES.size, socket.CMSG_SPACE(3 * holder.itemsize))
    for level, kind, payload in extra:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            holder.frombytes(payload[: len(payload) - len(payload) % holder.itemsize])
    return (SIZES.unpack(data) if len(data) == SIZES.size else ()), list(holder)


def _in_a_copy(asked: socket.socket, sizes: Sequence[int], descriptors: Sequence[int]) -> None:
    mother = os.getpid()
    child = os.fork()
    if child == 0:
        asked.close()
        lockdown.die_with(mother)
        _work(sizes, descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    handle = os.pidfd_open(child)
    socket.send_fds(asked, [STARTED], [handle])
    os.close(handle)


def _work(sizes: Sequence[int], descriptors: Sequence[int]) -> None:
    """Never returns. Whatever goes wrong here ends the process without an answer, and that is an answer too."""
    code = 1
    try:
        given, room, done = descriptors
        files_size, words_size, answer_size = sizes
        # A private map: writing to it (ctypes asks for that) changes nothing for anybody else.
        source = mmap.mmap(given, files_size + words_size, access=mmap.ACCESS_COPY)
        answer = mmap.mmap(room, answer_size)
        os.close(given)
        os.close(room)
        ask = Ask.unpack(source[files_size:])
        lockdown.around_a_file(files_size + answer_size)
        os.write(done, STARTED)
        respond(ask, memoryview(source)[:files_size], memoryview(answer))
        os.write(done, DONE)
        code = 0
    finally:
        os._exit(code)
