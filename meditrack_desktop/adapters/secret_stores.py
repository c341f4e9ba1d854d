"""Where this workstation keeps its own secret: the system's keyring, or a file where there is none.

Only keyrings of the operating system are accepted (security.md D22). A file is no equal of a keyring: it lies
beside the data. Therefore it is sealed with a passphrase of this computer; without one, the person's password
alone protects a local database, and the settings say so.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Protocol

import keyring
from keyring.errors import KeyringError, PasswordDeleteError

from meditrack_desktop.domain.errors import ErrorCode, Unavailable

SERVICE = "MediTrack Desktop"
LONGEST_ENTRY = 1200
"""Characters. Windows takes 2,560 bytes and spells each character with two; others refuse less clearly."""
_ACCEPTED = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
)


class Backend(Protocol):
    """What a keyring of the `keyring` package is asked for."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class SystemKeyring:
    """The operating system's own store. Unavailable KEYRING_UNUSABLE if it is locked, denied or broken.

    Before the first use a probe is written, read back and deleted: some stores take what they do not keep.
    """

    name = "keyring"

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._proven = False

    def get(self, key: str) -> str | None:
        self.prove()
        value = self._get(key)
        if value is not None and len(value) > LONGEST_ENTRY:
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE)
        return value

    def put(self, key: str, value: str) -> None:
        if len(value) > LONGEST_ENTRY:
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE)
        self.prove()
        self._put(key, value)

    def delete(self, key: str) -> None:
        try:
            self._backend.delete_password(SERVICE, key)
        except PasswordDeleteError:
            return  # it was not there
        except (KeyringError, OSError, RuntimeError):
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE) from None

    def prove(self) -> None:
        """Make sure, once, that it keeps what it is given."""
        if self._proven:
            return
        name, probe = f"probe-{secrets.token_hex(4)}", secrets.token_hex(8)
        self._put(name, probe)
        self.delete(name)
        self._proven = True

    def _get(self, key: str) -> str | None:
        try:
            return self._backend.get_password(SERVICE, key)
        except (KeyringError, OSError, RuntimeError, ValueError):
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE) from None

    def _put(self, key: str, value: str) -> None:
        try:
            self._backend.set_password(SERVICE, key, value)
        except (KeyringError, OSError, RuntimeError, ValueError):
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE) from None
        if self._get(key) != value:
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE)


class NoKeyring:
    """Stands where a keyring was used once and the system offers none now. Never replaced by a file in silence."""

    name = "keyring"

    def get(self, key: str) -> str | None:
        raise Unavailable(ErrorCode.KEYRING_UNUSABLE)

    def put(self, key: str, value: str) -> None:
        raise Unavailable(ErrorCode.KEYRING_UNUSABLE)

    def delete(self, key: str) -> None:
        raise Unavailable(ErrorCode.KEYRING_UNUSABLE)


class PrivateFile:
    """A file only this account can read, for machines without a keyring (servers, test machines)."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, key: str) -> str | None:
        return self._read().get(key)

    def put(self, key: str, value: str) -> None:
        write_private(self._path, {**self._read(), key: value})

    def delete(self, key: str) -> None:
        values = self._read()
        values.pop(key, None)
        if values:
            write_private(self._path, values)
        else:
            self._path.unlink(missing_ok=True)

    def _read(self) -> dict[str, str]:
        values = read_private(self._path)
        return {str(key): str(value) for key, value in values.items()} if values else {}


def read_private(path: Path) -> dict[str, object] | None:
    """The JSON object in a file; None if there is no file. Unavailable DEVICE_SECRET_MISSING for anything else."""
    try:
        values = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING) from None
    if not isinstance(values, dict):
        raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING)
    return values


def write_private(path: Path, values: object) -> None:
    """Replace the file whole, readable by this account only. Unavailable PROFILE_UNWRITABLE."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(path.parent)) from None


def system_keyring(chosen: object = None) -> SystemKeyring | None:
    """The keyring of the operating system, not proven yet; None if there is none.

    Of a chain of keyrings the first accepted one is used by itself: a chain might write to a plain file.
    """
    backend = keyring.get_keyring() if chosen is None else chosen
    for each in (backend, *getattr(backend, "backends", ())):
        if type(each).__module__.startswith(_ACCEPTED):
            return SystemKeyring(each)
    return None
