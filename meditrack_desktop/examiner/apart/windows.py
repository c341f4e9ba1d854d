"""The program's side on Windows: a spare process waits with its libraries loaded, does one deed and ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from meditrack_desktop.examiner.apart.asking import Ended
from meditrack_desktop.examiner.apart.job_object import Job
from meditrack_desktop.examiner.apart.memory import Memory

DONE_CODE, DIED_CODE = 0, 70
"""How the process apart says that it ended; any other code below the system's own means that it never began."""
_SYSTEMS_OWN = 0x40000000
_START_SECONDS = 10
_NO_WINDOW = 0x08000000
_LAUNCHER = "__PYVENV_LAUNCHER__"


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    job: Job

    def end(self) -> None:
        self.job.close()
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


class Processes:
    """Starts one process a deed, the next while the last one works. Safe in several threads."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command, self._environment = real_python(list(command), dict(environment))
        self._lock = Lock()
        self._spare: _Worker | None = None

    def warm(self) -> None:
        """Start the spare process now. OSError if that fails."""
        with self._lock:
            if self._spare is None or self._spare.process.poll() is not None:
                self._end()
                self._spare = self._start()

    def close(self) -> None:
        """End the spare process."""
        with self._lock:
            self._end()

    def run(self, sizes: tuple[int, int, int], given: Memory, room: Memory, seconds: float) -> Ended:
        """Have one deed done and its worker ended. OSError if no process could be started."""
        self.warm()
        with self._lock:
            worker, self._spare = self._spare or self._start(), None
        try:
            line = worker.process.stdin
            if line is None:
                raise OSError("the process that looks into files has no line")
            words = (*sizes, given.name, given.size, room.name, room.size)
            line.write(" ".join(map(str, words)).encode() + b"\n")
            line.flush()
            self.warm()
            try:
                return ended(worker.process.wait(_START_SECONDS + seconds))
            except subprocess.TimeoutExpired:
                return Ended.OVERTIME
        finally:
            worker.end()

    def _start(self) -> _Worker:
        job = Job()
        process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # What a parser writes there may quote the file.
            stderr=subprocess.DEVNULL,
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )
        worker = _Worker(process, job)
        try:
            # It has read nothing of anybody's yet: it waits for the line that says where a file lies.
            job.hold(int(getattr(process, "_handle", 0)))
        except OSError:
            worker.end()
            raise
        return worker

    def _end(self) -> None:
        if self._spare is not None:
            self._spare.end()
            self._spare = None


def ended(code: int) -> Ended:
    """What an exit code says. Windows' own (a fault, a job's limit) are large or negative."""
    if code == DONE_CODE:
        return Ended.DONE
    died = code in (DIED_CODE,) or code < 0 or code >= _SYSTEMS_OWN
    return Ended.DIED if died else Ended.NEVER_STARTED


def real_python(command: list[str], environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """In a virtual environment python.exe starts another python.exe, which a job of one process forbids."""
    base = getattr(sys, "_base_executable", sys.executable)
    if not getattr(sys, "frozen", False) and command[0] == sys.executable != base:
        return [base, *command[1:]], {**environment, _LAUNCHER: sys.executable}
    return command, environment
