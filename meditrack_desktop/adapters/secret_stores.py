"""Where this workstation keeps its own secret: the system's keyring, or a private file where there is none.

Only keyrings of the operating system are accepted (security.md D22). A file is no equal of a keyring: it
lies beside the data, so on such a machine the person's password alone protects a local database.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from meditrack_desktop.domain.errors import ErrorCode, Unavailable

SERVICE = "MediTrack Desktop"
_ACCEPTED = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
)


class SystemKeyring:
    """The operating system's own store."""

    name = "keyring"

    def get(self, key: str) -> str | None:
        try:
            return keyring.get_password(SERVICE, key)
        except KeyringError:
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE) from None

    def put(self, key: str, value: str) -> None:
        try:
            keyring.set_password(SERVICE, key, value)
        except KeyringError:
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE) from None

    def delete(self, key: str) -> None:
        try:
            keyring.delete_password(SERVICE, key)
        except KeyringError:
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE) from None


class PrivateFile:
    """A file only this account can read, for machines without a keyring (servers, test machines)."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, key: str) -> str | None:
        return self._read().get(key)

    def put(self, key: str, value: str) -> None:
        self._write({**self._read(), key: value})

    def delete(self, key: str) -> None:
        values = self._read()
        values.pop(key, None)
        if values:
            self._write(values)
        else:
            self._path.unlink(missing_ok=True)

    def _read(self) -> dict[str, str]:
        try:
            values = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE) from None
        if not isinstance(values, dict):
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE)
        return values

    def _write(self, values: dict[str, str]) -> None:
        temporary = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(values, file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except OSError:
            raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self._path.parent)) from None


def system_keyring() -> SystemKeyring | None:
    """The system's keyring if it has one that keeps what it is given; None otherwise."""
    backend = keyring.get_keyring()
    if not type(backend).__module__.startswith(_ACCEPTED):
        return None
    store = SystemKeyring()
    probe = secrets.token_hex(8)
    try:
        store.put("probe", probe)
        kept = store.get("probe") == probe
        store.delete("probe")
    except Unavailable:
        return None
    return store if kept else None
