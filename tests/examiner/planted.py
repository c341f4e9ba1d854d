"""A process apart whose looking at PNG files is taken over, as by a parser that a file has conquered.

Started as the process apart by tests/examiner/test_faults.py: the word behind a PNG's first bytes says what the
conqueror tries. What it finds it tells as the text of the file.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

from meditrack_desktop.domain.documents import MediaType
from meditrack_desktop.domain.examination import Examination
from meditrack_desktop.examiner import kinds
from meditrack_desktop.examiner.answers import HEAD
from meditrack_desktop.examiner.apart import child, responding, serving
from meditrack_desktop.examiner.apart.asking import Ask
from meditrack_desktop.examiner.limits import Limits

SEEN: list[bytes] = []
"""What this process looked at before; a process that is new for each file has seen nothing."""
PLACE = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path("/tmp")


def tells(words: object) -> Examination:
    return Examination(MediaType.PNG, 1, text=(str(words),))


def tried(deed: Callable[[], object]) -> Examination:
    try:
        return tells(f"allowed: {deed()}")
    except (OSError, ValueError) as error:
        return tells(f"refused: {type(error).__name__}")


def crash() -> None:
    ctypes.string_at(1)


def loop() -> None:
    while True:
        pass


def stubborn() -> None:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    time.sleep(60)


def balloon() -> None:
    held = []
    while True:
        held.append(bytearray(os.urandom(1 << 20) * 64))


def leave_a_file() -> object:
    with (PLACE / "planted-by-a-file").open("w") as target:
        return target.write("x")


def read_a_file() -> object:
    return Path("/etc/hostname").read_text()


def open_a_socket() -> object:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", 9))


def fork() -> object:
    made = os.fork()
    if not made:
        os._exit(0)
    return made


def limits_told() -> object:
    libc = ctypes.CDLL(None)
    names = ("CPU", "CORE", "FSIZE", "NPROC", "NOFILE", "AS")
    told = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in names}
    is_open = []
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        is_open.append(number)
    privileges = libc.prctl(39, *[ctypes.c_ulong(0)] * 4)
    told |= {"seccomp": libc.prctl(21), "privileges": privileges, "dumpable": libc.prctl(3)}
    return {**told, "open": is_open, "environment": sorted(os.environ)}


def shout() -> object:
    os.write(2, b"Mara Fictanova\n")
    os.write(1, b"Mara Fictanova\n")
    return "shouted"


DEEDS: dict[str, Callable[[], object]] = {
    "leave a file": leave_a_file,
    "read a file": read_a_file,
    "open a socket": open_a_socket,
    "fork": fork,
    "start a program": lambda: os.execv(sys.executable, [sys.executable, "-c", "pass"]),
    "kill its mother": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "take memory by name": lambda: os.memfd_create("kept"),
    "raise its limits": lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)),
    "remove a file": lambda: (PLACE / "nobody's").unlink(),
}
ENDS = {"crash": crash, "loop": loop, "stubborn": stubborn, "balloon": balloon, "leave": lambda: os._exit(0)}
TELLS: dict[str, Callable[[], object]] = {
    "limits": limits_told,
    "shout": shout,
    "seen": lambda: len(SEEN),
    "pid": os.getpid,
}


def _raw(facts: bytes, thumbnail: bytes = b"", made: bytes = b"") -> bytes:
    return HEAD.pack(len(facts), len(thumbnail), len(made)) + facts + thumbnail + made


def _found(**changed: object) -> bytes:
    import json

    told = {"media_type": "image/png", "pages": 1, "thumbnail": "", "text": [], "scanned_pages": [],
            "asks_password": False, "inert": [], "named": {"name": "", "birth_date": None, "numbers": []},
            "document_date": None, "contents": None}  # fmt: skip
    return json.dumps({"found": {**told, **changed}, "refused": None, "limit": None, "peak_kib": 1}).encode()


LIES: dict[str, bytes] = {
    "nothing": b"",
    "garbage": os.urandom(4096),
    "sizes beyond the answer": struct.pack(">QQQ", 1 << 62, 0, 0),
    "sizes that wrap": struct.pack(">QQQ", 2**64 - 8, 16, 0),
    "no JSON": _raw(b"{"),
    "deep JSON": _raw(b"[" * 100_000 + b"]" * 100_000),
    "another record": _raw(b'{"answer": 42}'),
    "a number of five thousand digits": _raw(_found().replace(b'"pages": 1', b'"pages": ' + b"9" * 5000)),
    "an unknown kind": _raw(_found(media_type="application/x-executable")),
    "another kind": _raw(_found(media_type="application/pdf")),
    "no pages": _raw(_found(pages=0)),
    "a billion pages": _raw(_found(pages=1_000_000_000)),
    "pages as words": _raw(_found(pages="1")),
    "more texts than pages": _raw(_found(text=["a"] * 50)),
    "a scanned page that is not there": _raw(_found(scanned_pages=[7])),
    "too much text": _raw(_found(text=["x" * 2_100_000])),
    "a refusal of another floor": _raw(
        b'{"found": null, "refused": "AUTH_005", "limit": null, "peak_kib": 0}'
    ),
    "a thumbnail that is none": _raw(_found(), b"GIF89a" + b"\0" * 100),
    "a thumbnail with words": _raw(_found(), b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
    "bytes that nobody asked for": _raw(_found(), b"", b"MZ" * 100),
    "contents of a picture": _raw(_found(contents={"study_uid": "1"})),
}


def look(data: memoryview, limits: Limits) -> Examination:
    word = bytes(data[8:]).decode()
    if word in TELLS:
        told = tells(TELLS[word]())
        SEEN.append(bytes(data))
        return told
    if word in DEEDS:
        return tried(DEEDS[word])
    if word == "huge":
        return Examination(MediaType.PNG, 1, text=("x" * (200 << 20),))
    ENDS[word]()
    return tells("survived")


def respond(ask: Ask, data: memoryview, answer: memoryview) -> None:
    word = bytes(data[8:]).decode("utf-8", "replace")
    if word in LIES:
        answer[: len(LIES[word])] = LIES[word]
        return
    responding.respond(ask, data, answer)


if __name__ == "__main__":
    kinds.LOOKS = {MediaType.PNG: look}  # type: ignore[misc]
    serving.respond = respond  # type: ignore[attr-defined]
    sys.exit(child.serve())
