"""How a second start hands a caller's number to the program that runs already: a local socket of one person.

Nothing but a phone number passes, in one short line; the answer says that it was taken, never who calls.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from meditrack_desktop.domain.callers import LONGEST, read_number

WAIT_MS = 2000
_TAKEN = b"taken\n"
_LONGEST_LINE = 4 * LONGEST + 1


class HandOver(QObject):
    """The running program's end. `called` carries a number that was read and found to be one."""

    called = Signal(str)

    def __init__(self, profile: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(4)
        self._server.newConnection.connect(self._on_connection)
        self._name = server_name(profile)

    def listen(self) -> bool:
        """Begin to take numbers; False if another program of this person on this profile does, or nobody can."""
        if not self._name or _connected(self._name) is not None:
            return False
        # What is there now was left behind by a program that was killed.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """Take no more."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Visitor(socket, self)


class _Visitor(QObject):
    """One second start: a line is read, answered, and that is all."""

    def __init__(self, socket: QLocalSocket, server: HandOver) -> None:
        super().__init__(server)
        self._socket, self._server = socket, server
        socket.setParent(self)
        socket.setReadBufferSize(_LONGEST_LINE)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)
        QTimer.singleShot(WAIT_MS, self, socket.abort)
        self._read()

    def _read(self) -> None:
        socket = self._socket
        if not socket.canReadLine():
            if socket.bytesAvailable() >= _LONGEST_LINE:
                socket.abort()
            return
        line = bytes(socket.readLine(_LONGEST_LINE).data())
        try:
            number = read_number(line.decode("utf-8"))
        except UnicodeDecodeError:
            number = None
        socket.readyRead.disconnect(self._read)
        if number is None:
            socket.abort()
            return
        socket.write(_TAKEN)
        socket.flush()
        socket.disconnectFromServer()
        self._server.called.emit(number)


def hand_over(profile: Path, number: str) -> bool:
    """Give `number` to the program that runs on this profile; False if none does. Needs no application object."""
    socket = _connected(server_name(profile))
    if socket is None:
        return False
    socket.write(number.encode() + b"\n")
    socket.flush()
    answer = b""
    while len(answer) < len(_TAKEN) and socket.waitForReadyRead(WAIT_MS):
        answer += bytes(socket.readAll().data())
    socket.abort()
    return answer == _TAKEN


def server_name(profile: Path) -> str:
    """Where the program on this profile listens for this person; "" if there is no place of theirs alone."""
    whose = f"{getpass.getuser()}\n{profile.expanduser().resolve()}"
    name = f"meditrack-{hashlib.sha256(whose.encode()).hexdigest()[:24]}"
    if sys.platform == "win32":
        return name
    folder = _own_folder()
    return "" if folder is None else str(folder / name)


def _own_folder() -> Path | None:
    """A folder that no other person of this computer can write to."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and _is_ours(Path(given)):
        return Path(given)
    folder = Path(tempfile.gettempdir()) / f"meditrack-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder if _is_ours(folder) else None


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_folder = (found.st_mode & 0o170000) == 0o040000
    return is_folder and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _connected(name: str) -> QLocalSocket | None:
    if not name:
        return None
    socket = QLocalSocket()
    socket.connectToServer(name)
    return socket if socket.waitForConnected(WAIT_MS) else None
