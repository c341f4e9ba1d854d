"""A scanner that is away, hangs, closes too early or answers anything else has said nothing (H18)."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from meditrack_desktop.adapters import clamd
from meditrack_desktop.adapters.clamav import ClamAv, engine_of, signatures_of
from meditrack_desktop.adapters.clamd import Address, usual_address
from meditrack_desktop.adapters.eicar import eicar
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import NotScanned, ScanVerdict

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
VERSION = b"ClamAV 1.4.6/27814/Sat Nov 21 08:23:01 2026\0"
Answer = Callable[[socket.socket, bytes], None]
"""Does something with a connection, given the bytes of the stream that came."""


@contextmanager
def answering(answer: Answer, version: bytes = VERSION) -> Iterator[Address]:
    """A server that tells its version, finds EICAR of any size, and treats any other stream as `answer` does."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                command = _until_nul(connection)
                if command == b"zVERSION":
                    connection.sendall(version)
                    continue
                data = _stream(connection)
                if data.startswith(eicar()):
                    connection.sendall(b"stream: Own.Eicar FOUND\0")
                else:
                    answer(connection, data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Address(host="127.0.0.1", port=listening.getsockname()[1])
    finally:
        ended.set()
        listening.close()


def _until_nul(connection: socket.socket) -> bytes:
    told = b""
    while not told.endswith(b"\0"):
        told += connection.recv(1) or b"\0"
    return told[:-1]


def _stream(connection: socket.socket) -> bytes:
    """The beginning of what was sent; the rest is only counted."""
    kept, file = b"", connection.makefile("rb")
    while size := struct.unpack(">I", file.read(4))[0]:
        piece = file.read(size)
        kept = kept or piece
    return kept


def say(*words: bytes) -> Answer:
    def answer(connection: socket.socket, data: bytes) -> None:
        for word in words:
            connection.sendall(word)

    return answer


def hang(connection: socket.socket, data: bytes) -> None:
    time.sleep(3)


def reset(connection: socket.socket, data: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


WRONG: dict[str, Answer] = {
    "nothing": say(),
    "half an ok": say(b"stream: OK"),
    "half a word": say(b"stream: "),
    "garbage": say(os.urandom(300).replace(b"\0", b"x"), b"\0"),
    "another protocol": say(b"HTTP/1.1 200 OK\r\n\r\n\0"),
    "an ok for nobody": say(b"OK\0"),
    "an ok with more": say(b"stream: OK and something\0"),
    "an ok within a name": say(b"stream: OK FOUND not\0"),
    "another's ok": say(b"1: stream: OK\0"),
    "an error": say(b"stream: Can't allocate memory ERROR\0"),
    "found nothing": say(b"stream:  FOUND\0"),
    "endless": say(*[b"x" * 4096] * 50),
    "not text": say(b"stream: \xff\xfe OK\0"),
    "hangs": hang,
    "reset": reset,
}


@pytest.mark.parametrize("what", WRONG)
def test_it_has_said_nothing(what: str) -> None:
    with answering(WRONG[what]) as address:
        before = time.monotonic()
        said = ClamAv(address, FixedClock(NOON), time_limit=1.0).scan(b"a document" * 1000, "x.pdf")
        assert (said.verdict, said.because, said.finding) == (ScanVerdict.NOT_SCANNED, NotScanned.FAILED, "")
        assert time.monotonic() - before < 30, "it would wait for ever"


def test_the_same_server_is_believed_when_it_answers() -> None:
    with answering(say(b"stream: OK\0")) as address:
        said = ClamAv(address, FixedClock(NOON)).scan(b"a document", "x.pdf")
    assert said.verdict is ScanVerdict.CLEAN
    assert said.engine == "ClamAV 1.4.6"
    assert said.signatures_at == datetime(2026, 11, 21, 8, 23, 1, tzinfo=UTC)


def test_an_answer_in_pieces_is_one() -> None:
    with answering(say(b"stream: Some.", b"Worm-1 ", b"FOUND\0")) as address:
        said = ClamAv(address, FixedClock(NOON)).scan(b"a document", "x.pdf")
    assert (said.verdict, said.finding) == (ScanVerdict.INFECTED, "Some.Worm-1")


def test_nobody_there() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        ours = ClamAv(Address(host="127.0.0.1", port=held.getsockname()[1]), FixedClock(NOON))
        assert ours.scan(b"x", "x").because is NotScanned.FAILED
        assert not ours.state().usable


def test_no_such_socket(tmp_path: Path) -> None:
    ours = ClamAv(Address(path=str(tmp_path / "gone")), FixedClock(NOON))
    assert ours.scan(b"x", "x").verdict is ScanVerdict.NOT_SCANNED
    ours = ClamAv(Address(path="/" + "long" * 60), FixedClock(NOON))
    assert ours.scan(b"x", "x").verdict is ScanVerdict.NOT_SCANNED


def test_a_server_that_never_greets_is_given_up_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        before = time.monotonic()
        ours = ClamAv(Address(host="127.0.0.1", port=silent.getsockname()[1]), FixedClock(NOON), time_limit=1)
        assert ours.scan(b"x", "x").because is NotScanned.FAILED
        assert time.monotonic() - before < 30, "it would wait for ever"


@pytest.mark.parametrize("version", [b"\0", b"OpenSSH 9\0", b"ClamAV", b"\xff\xff\0"])
def test_what_is_no_clamd_is_no_scanner(version: bytes) -> None:
    with answering(say(b"stream: OK\0"), version) as address:
        ours = ClamAv(address, FixedClock(NOON), time_limit=1)
        assert ours.scan(b"x", "x").verdict is ScanVerdict.NOT_SCANNED
        assert not ours.state().usable


@pytest.mark.parametrize(
    ("version", "at"),
    [
        ("ClamAV 1.4.6/27814/Sat Nov  7 08:23:01 2026", datetime(2026, 11, 7, 8, 23, 1, tzinfo=UTC)),
        ("ClamAV 1.4.6", None),
        ("ClamAV 1.4.6/27814/Sat Nov 31 08:23:01 2026", None),
        ("ClamAV 1.4.6/27814/Sa. 7. Nov 2026", None),
    ],
)
def test_how_old_its_knowledge_is(version: str, at: datetime | None) -> None:
    assert signatures_of(version) == at
    assert engine_of(version) == "ClamAV 1.4.6"


@pytest.mark.parametrize(
    "text", ["10.0.0.7:3310", "clamd.example.com:3310", "127.0.0.1", "127.0.0.1:0", "", "clamd.ctl", "::1"]
)
def test_other_computers_are_no_address(text: str) -> None:
    with pytest.raises(ValueError):
        Address.read(text)


@pytest.mark.parametrize("text", ["/run/clamav/clamd.ctl", "127.0.0.1:3310", "localhost:3310", "[::1]:3310"])
def test_addresses_of_this_computer(text: str) -> None:
    assert str(Address.read(text)).endswith(text.rpartition(":")[2])


def test_a_socket_where_anybody_may_write_is_not_taken(tmp_path: Path) -> None:
    """Whoever could put a socket there would be handed every document."""
    private, shared = Path("/run") / f"clamd-test-{os.getpid()}", tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    if os.access("/run", os.W_OK):
        private.mkdir(0o755)
    try:
        sockets = [_listening(folder / "clamd.ctl") for folder in (private, shared) if folder.is_dir()]
        (shared / "file").write_text("no socket")
        assert usual_address([str(shared / "clamd.ctl"), str(shared / "file"), "/nowhere/clamd.ctl"]) is None
        if private.is_dir():
            assert usual_address([str(private / "clamd.ctl")]) == Address(path=str(private / "clamd.ctl"))
        for each in sockets:
            each.close()
    finally:
        with suppress(FileNotFoundError):
            (private / "clamd.ctl").unlink()
            private.rmdir()


def _listening(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    return listening


def test_no_usual_place_is_open_to_everybody() -> None:
    assert not [place for place in clamd.USUAL_SOCKETS if place.startswith("/tmp")]
