"""clamd's protocol: where it listens on this computer, one question, one whole answer or none."""

from __future__ import annotations

import socket
import stat
import struct
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from meditrack_desktop.domain.scanning import is_address

HOMEBREW = "/".join(("", "opt", "homebrew"))
"""Where Macs have what people add to them."""
USUAL_SOCKETS = (
    "/run/clamav/clamd.ctl",
    "/var/run/clamav/clamd.ctl",
    "/run/clamav/clamd.sock",
    "/run/clamav/clamd.socket",
    "/run/clamd.scan/clamd.sock",
    "/var/lib/clamav/clamd-socket",
    "/usr/local/var/run/clamav/clamd.sock",
    f"{HOMEBREW}/var/run/clamav/clamd.sock",
)
"""Where packages of Linux and macOS put it. Folders that anybody may write to are no such place: whoever put a
socket there would be handed every document."""
GREETING_LIMIT = 5.0
"""Seconds for being let in, and for what needs no work."""
LONGEST_ANSWER = 4096
_CHUNK = 256 * 1024


class NoAnswer(Exception):
    """It is not there, hung, closed too early or said what clamd does not say."""


@dataclass(frozen=True, slots=True)
class Address:
    """A socket file, or a port of this computer: documents never cross the network unencrypted."""

    path: str = ""
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"

    @classmethod
    def read(cls, text: str) -> Address:
        """As a person writes it: "/run/clamav/clamd.ctl" or "127.0.0.1:3310". ValueError for anything else, the
        addresses of other computers among it."""
        text = text.strip()
        if not is_address(text):
            raise ValueError("no address of this computer")
        if text.startswith("/"):
            return cls(path=text)
        host, _, port = text.rpartition(":")
        return cls(host="127.0.0.1" if host == "localhost" else host.strip("[]"), port=int(port))


def usual_address(places: Iterable[str] | None = None) -> Address | None:
    """The first usual place that holds a socket which nobody but the system could have put there."""
    return next(
        (Address(path=place) for place in places or USUAL_SOCKETS if _is_trusted_socket(Path(place))), None
    )


def version(address: Address, limit: float) -> str:
    """ "ClamAV 1.4.6/27800/Fri Nov 20 08:23:01 2026"; without a date where it has no official signatures.
    NoAnswer."""
    told = _ask(address, b"VERSION", (), min(GREETING_LIMIT, limit))
    if not told.startswith("ClamAV "):
        raise NoAnswer
    return told


def stream(address: Address, pieces: Iterable[bytes], limit: float) -> str:
    """What it says of the bytes: "stream: OK", "stream: Some.Name FOUND" or a complaint. NoAnswer."""
    return _ask(address, b"INSTREAM", pieces, limit)


def _ask(address: Address, command: bytes, pieces: Iterable[bytes], limit: float) -> str:
    until = time.monotonic() + limit
    try:
        with _connected(address, min(limit, GREETING_LIMIT)) as connection:
            try:
                _send(connection, b"z" + command + b"\0", until)
                if command == b"INSTREAM":
                    for piece in _in_chunks(pieces):
                        _send(connection, struct.pack(">I", len(piece)), until)
                        _send(connection, piece, until)
                    _send(connection, struct.pack(">I", 0), until)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has heard enough, and may have said why
            return _answer(connection, until)
    except (OSError, ValueError):
        raise NoAnswer from None


def _connected(address: Address, limit: float) -> socket.socket:
    if not address.path:
        return socket.create_connection((address.host, address.port), timeout=limit)
    # Windows has no such sockets, and its Python no such name.
    connection = socket.socket(getattr(socket, "AF_UNIX"), socket.SOCK_STREAM)  # noqa: B009
    try:
        connection.settimeout(limit)
        connection.connect(address.path)
    except BaseException:
        connection.close()
        raise
    return connection


def _send(connection: socket.socket, data: bytes | memoryview, until: float) -> None:
    connection.settimeout(_left(until))
    connection.sendall(data)


def _answer(connection: socket.socket, until: float) -> str:
    told = b""
    while not told.endswith(b"\0"):
        connection.settimeout(_left(until))
        piece = connection.recv(LONGEST_ANSWER)
        told += piece
        if not piece or len(told) > LONGEST_ANSWER:
            raise NoAnswer
    return told[:-1].decode("utf-8")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _in_chunks(pieces: Iterable[bytes]) -> Iterator[memoryview]:
    for piece in pieces:
        whole = memoryview(piece)
        for start in range(0, len(whole), _CHUNK):
            yield whole[start : start + _CHUNK]


def _is_trusted_socket(path: Path) -> bool:
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            return False
        folders = path.resolve().parents
        return not any(folder.stat().st_mode & stat.S_IWOTH for folder in folders)
    except OSError:
        return False
