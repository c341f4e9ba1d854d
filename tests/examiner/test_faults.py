"""The process apart dies, hangs, swells, lies and attacks: one clear error each, and nothing is left behind."""

from __future__ import annotations

import ast
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from meditrack_desktop.domain.errors import ErrorCode, Invalid, Unavailable
from meditrack_desktop.examiner import Examiner
from meditrack_desktop.examiner.apart.posix import Processes
from meditrack_desktop.examiner.apart.serving import NOT_FOR_PEOPLE
from meditrack_desktop.examiner.examiner import command, environment
from tests.examiner import planted

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="how a process ends is asked of /proc")
PNG = b"\x89PNG\r\n\x1a\n"
COMMAND = [sys.executable, "-P", planted.__file__]
SECONDS = 1.5


@pytest.fixture(scope="module")
def conquered() -> Iterator[Examiner]:
    """An examiner whose process apart is planted."""
    examiner = Examiner(COMMAND, SECONDS)
    yield examiner
    examiner.close()


def told(examiner: Examiner, word: str) -> str:
    return examiner.examine(PNG + word.encode(), "").text[0]


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in listed.read_text().split()] if listed.exists() else []


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture(autouse=True)
def nothing_left(conquered: Examiner) -> Iterator[None]:
    """No process that still works, no open descriptor, no file: whatever the test did."""
    assert told(conquered, "seen") == "0"
    before = descriptors()
    yield
    assert told(conquered, "seen") == "0"
    waiting = conquered._processes._waiting
    working = [pid for pid in children_of(waiting.pid) if is_alive(pid)] if waiting else []
    assert working == []
    assert descriptors() == before
    assert not (planted.PLACE / "planted-by-a-file").exists()


@pytest.mark.parametrize("end", [*planted.ENDS, "huge"])
def test_whatever_ends_it_is_an_unreadable_file(end: str, conquered: Examiner) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid) as caught:
        told(conquered, end)
    assert caught.value.code is ErrorCode.FILE_UNREADABLE
    assert time.monotonic() - began < 40


@pytest.mark.parametrize("deed", planted.DEEDS)
def test_what_it_may_not_do_it_cannot(deed: str, conquered: Examiner) -> None:
    assert told(conquered, deed).startswith("refused: ")


@pytest.mark.parametrize("lie", planted.LIES)
def test_no_lie_is_believed(lie: str, conquered: Examiner) -> None:
    with pytest.raises(Invalid) as caught:
        told(conquered, lie)
    assert caught.value.code is ErrorCode.FILE_UNREADABLE


def test_its_limits_are_in_force_before_it_sees_a_byte(conquered: Examiner) -> None:
    found = ast.literal_eval(told(conquered, "limits"))
    assert found["CPU"] == 20
    assert found["CORE"] == found["FSIZE"] == found["NPROC"] == 0
    assert found["NOFILE"] == 32
    assert found["AS"] < 1100 * 2**20
    assert (found["seccomp"], found["privileges"], found["dumpable"]) == (2, 1, 0)
    # Nothing in, nothing out, nothing to shout at; the file, the answer, and the pipe on which it says "done".
    assert len(found["open"]) == 6
    assert not {"HOME", "PATH", "USER", "DBUS_SESSION_BUS_ADDRESS"} & set(found["environment"])


def test_what_it_shouts_is_heard_by_nobody(conquered: Examiner, capfd: pytest.CaptureFixture[str]) -> None:
    assert told(conquered, "shout") == "shouted"
    assert capfd.readouterr() == ("", "")


def test_every_file_has_a_process_of_its_own(conquered: Examiner) -> None:
    pids = {told(conquered, "pid") for _ in range(5)}
    assert len(pids) == 5
    assert [told(conquered, "seen") for _ in range(5)] == ["0"] * 5


def test_a_waiting_process_that_was_killed_is_started_again(conquered: Examiner) -> None:
    waiting = conquered._processes._waiting
    assert waiting is not None
    os.kill(waiting.pid, signal.SIGKILL)
    waiting.wait()
    assert told(conquered, "seen") == "0"


def test_many_threads_ask_at_once(conquered: Examiner) -> None:
    words = ["seen", "crash", "fork", "garbage"] * 4

    def outcome(word: str) -> str:
        try:
            return told(conquered, word)
        except Invalid as refusal:
            return refusal.code.name

    with ThreadPoolExecutor(4) as pool:
        assert (
            list(pool.map(outcome, words))
            == ["0", "FILE_UNREADABLE", "refused: PermissionError", "FILE_UNREADABLE"] * 4
        )


def test_a_closed_examiner_leaves_no_process(conquered: Examiner) -> None:
    told(conquered, "seen")
    waiting = conquered._processes._waiting
    assert waiting is not None and is_alive(waiting.pid)
    conquered.close()
    assert not is_alive(waiting.pid)


@pytest.mark.parametrize("start", [["/no/such/program"], [sys.executable, "-c", "raise SystemExit(1)"]])
def test_a_program_that_does_not_start_is_said_so(start: list[str], conquered: Examiner) -> None:
    examiner = Examiner(start)
    with pytest.raises(Unavailable) as caught:
        examiner.examine(PNG + b"seen", "")
    assert caught.value.code is ErrorCode.EXAMINER_FAILED
    examiner.close()


def test_where_a_process_cannot_copy_itself_each_does_one_deed(conquered: Examiner) -> None:
    examiner = Examiner(COMMAND, SECONDS)
    examiner._processes = Processes(COMMAND, environment(), forks=False)
    pids = {told(examiner, "pid") for _ in range(2)}
    assert len(pids) == 2
    assert told(examiner, "seen") == "0"
    for end in ("crash", "loop", "garbage"):
        with pytest.raises(Invalid) as caught:
            told(examiner, end)
        assert caught.value.code is ErrorCode.FILE_UNREADABLE
    assert told(examiner, "leave a file").startswith("refused: ")
    waiting = examiner._processes._waiting
    examiner.close()
    assert waiting is not None and not is_alive(waiting.pid)


def test_the_front_door_starts_it_without_the_rest_of_the_program() -> None:
    """By the word alone, before a window or the database is loaded; typed by a person it ends at once."""
    program = command()
    typed = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), cwd="/")
    assert (typed.returncode, typed.stdout, typed.stderr) == (NOT_FOR_PEOPLE, b"", b"")
    traced = [program[0], "-X", "importtime", *program[1:]]
    told_of = subprocess.run(
        traced, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), cwd="/"
    ).stderr
    loaded = {line.rpartition(b"|")[2].strip().decode() for line in told_of.splitlines()}
    assert "meditrack_desktop.examiner.kinds" in loaded
    strangers = {
        "PySide6",
        "sqlalchemy",
        "sqlcipher3",
        "keyring",
        "meditrack_desktop.services",
        "meditrack_desktop.bootstrap",
    }
    assert not strangers & loaded


def test_it_ends_with_the_program_however_that_ends(conquered: Examiner) -> None:
    script = (
        "import sys; from meditrack_desktop.examiner import Examiner;"
        f"e = Examiner({COMMAND!r}); e.examine({PNG + b'seen'!r}, '');"
        "print(e._processes._waiting.pid, flush=True);"
        f"e.examine({PNG + b'stubborn'!r}, '')"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, **environment()}
    )
    assert program.stdout is not None
    mother = int(program.stdout.readline())
    ends = time.monotonic() + 5
    while not (working := children_of(mother)) and time.monotonic() < ends:
        time.sleep(0.02)
    assert working
    program.kill()
    program.wait()
    program.stdout.close()
    while any(map(is_alive, [mother, *working])) and time.monotonic() < ends + 5:
        time.sleep(0.02)
    assert not any(map(is_alive, [mother, *working]))


def test_it_looks_into_files_though_a_thousand_others_are_open(conquered: Examiner) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2048:
        pytest.skip("so many cannot be opened here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2048, hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        assert told(conquered, "seen") == "0"
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
