"""Processes of their own that start at once: forked from one that has the program imported and did nothing else.

Importing it takes a second and a half, and the tests start hundreds. What they start here is as much a process as
any: it has its own pid, memory, files, arguments and exit code, and dies of SIGKILL. Elsewhere than on Linux it is
an ordinary start.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from select import select
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
_MOST = 1 << 20


class Started:
    """A process that runs; as much of `Popen` as the tests need."""

    def __init__(self, status: int, stdin: IO[bytes] | None, stdout: IO[bytes] | None) -> None:
        self._status = os.fdopen(status, "rb")
        self.pid = int(self._status.readline())
        self.stdin, self.stdout = stdin, stdout
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, or minus the signal it died of. Killed, and TimeoutExpired, if it takes longer."""
        if self.returncode is None:
            if not select([self._status], [], [], timeout)[0]:
                self.kill()
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = int(self._status.readline())
            self._status.close()
        return self.returncode

    def poll(self) -> int | None:
        if self.returncode is None and select([self._status], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


Process = Started | subprocess.Popen[bytes]


def start(module: str, *arguments: str, env: Mapping[str, str] | None = None) -> Process:
    """`python -m module arguments` from the top of the tree, with pipes to its input and from its output."""
    if sys.platform != "linux":
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(command, stdin=-1, stdout=-1, cwd=ROOT, env=env)
    to_read, stdin = os.pipe()
    stdout, to_write = os.pipe()
    started = _fork(
        module, arguments, env, (to_read, to_write, 2), os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb")
    )
    os.close(to_read)
    os.close(to_write)
    return started


def run(
    module: str,
    *arguments: str,
    input: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[bytes]:
    """The same, from its beginning to its end."""
    command = [sys.executable, "-m", module, *arguments]
    if sys.platform != "linux":
        return subprocess.run(
            command, input=input, capture_output=True, cwd=ROOT, env=env, timeout=timeout, check=False
        )
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        stdin.write(input)
        stdin.seek(0)
        started = _fork(module, arguments, env, (stdin.fileno(), out.fileno(), err.fileno()), None, None)
        code = started.wait(timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


def _fork(
    module: str,
    arguments: Sequence[str],
    env: Mapping[str, str] | None,
    files: tuple[int, int, int],
    stdin: IO[bytes] | None,
    stdout: IO[bytes] | None,
) -> Started:
    status, to_tell = os.pipe()
    order = json.dumps([module, arguments, dict(os.environ if env is None else env)]).encode()
    assert len(order) < _MOST
    socket.send_fds(_parent()[0], [order], [*files, to_tell])
    os.close(to_tell)
    return Started(status, stdin, stdout)


@cache
def _parent() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The process that all others come from, started when the first is wanted; it ends when we do."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST)
    with there:
        parent = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", str(there.fileno())],
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            pass_fds=[there.fileno()],
        )
    return here, parent


def _serve(orders: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        order, files, _, _ = socket.recv_fds(orders, _MOST, 4)
        if not order:
            return
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watch(order, *files)
            return
        for file in files:
            os.close(file)


def _watch(order: bytes, stdin: int, stdout: int, stderr: int, status: int) -> None:
    """Start it, tell its pid, and what it ended with."""
    pid = os.fork()
    if pid == 0:
        os.close(status)
        for place, file in enumerate((stdin, stdout, stderr)):
            os.dup2(file, place)
            os.close(file)
        _become(*json.loads(order))
        return
    for file in (stdin, stdout, stderr):
        os.close(file)
    for place in range(3):
        os.close(place)
    os.write(status, b"%d\n" % pid)
    _, ended = os.waitpid(pid, 0)
    os.write(status, b"%d\n" % os.waitstatus_to_exitcode(ended))
    os._exit(0)


def _become(module: str, arguments: list[str], env: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    tempfile.tempdir = None
    sys.dont_write_bytecode = True
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    import meditrack_desktop.bootstrap
    import meditrack_desktop.cli.main  # noqa: F401

    gc.freeze()  # what is shared with the others stays as it lies
    _serve(socket.socket(fileno=int(sys.argv[1])))
