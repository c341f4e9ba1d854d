"""This workstation's secret in a file sealed with a passphrase, for computers without a keyring (security.md D22)."""

from __future__ import annotations

import base64
import json
import os
import secrets
import unicodedata
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from meditrack_desktop.adapters.secret_stores import PrivateFile, read_private, write_private
from meditrack_desktop.domain.errors import ErrorCode, Unavailable

_ABOUT = b"meditrack device file v1"


class PassphraseFile:
    """Values under AES-256-GCM with Argon2id of the passphrase (64 MiB, 3 passes), in one file."""

    name = "passphrase"

    def __init__(self, path: Path, passphrase: str = "", *, takes_over: bool = False) -> None:
        """`takes_over`: a bare file that lies there is read, and sealed by the next `put`."""
        self._path = path
        self._takes_over = takes_over
        self._passphrase = passphrase
        self._derived: tuple[bytes, bytes] | None = None
        self._guard = Lock()

    @staticmethod
    def lies_in(path: Path) -> bool:
        """Whether the file at `path` is one of these, and not a bare one."""
        try:
            return "sealed" in (read_private(path) or {})
        except Unavailable:
            return False

    def unlock(self, passphrase: str) -> None:
        """Give the passphrase, from now on. Unavailable DEVICE_PASSPHRASE_WRONG; then the one before stays."""
        before = self._passphrase, self._derived
        self._passphrase, self._derived = passphrase, None
        try:
            self._read()
        except Unavailable:
            self._passphrase, self._derived = before
            raise

    def get(self, key: str) -> str | None:
        """Unavailable DEVICE_PASSPHRASE_NEEDED or DEVICE_PASSPHRASE_WRONG; DEVICE_SECRET_MISSING if damaged."""
        return self._read().get(key)

    def put(self, key: str, value: str) -> None:
        self._write({**self._read(), key: value})

    def delete(self, key: str) -> None:
        if not self._path.exists():
            return
        values = self._read()
        values.pop(key, None)
        self._write(values)

    def _read(self) -> dict[str, str]:
        content = read_private(self._path)
        if content is None:
            if not self._passphrase:
                raise Unavailable(ErrorCode.DEVICE_PASSPHRASE_NEEDED)
            return {}
        if self._takes_over and "sealed" not in content:
            return {str(key): str(value) for key, value in content.items()}
        try:
            salt, nonce, sealed = (
                base64.b64decode(str(content[name]), validate=True) for name in ("salt", "nonce", "sealed")
            )
        except (KeyError, ValueError):
            raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING) from None
        key = self._key(salt)
        try:
            values: dict[str, str] = json.loads(AESGCM(key).decrypt(nonce, sealed, _ABOUT))
        except (InvalidTag, ValueError):
            raise Unavailable(ErrorCode.DEVICE_PASSPHRASE_WRONG) from None
        return values

    def _write(self, values: dict[str, str]) -> None:
        salt = self._derived[0] if self._derived else os.urandom(16)
        key, nonce = self._key(salt), secrets.token_bytes(12)
        sealed = AESGCM(key).encrypt(nonce, json.dumps(values).encode(), _ABOUT)
        content = {"salt": salt, "nonce": nonce, "sealed": sealed}
        write_private(self._path, {name: base64.b64encode(each).decode() for name, each in content.items()})

    def _key(self, salt: bytes) -> bytes:
        """Derived once: 0.1 s and 64 MiB."""
        if not self._passphrase:
            raise Unavailable(ErrorCode.DEVICE_PASSPHRASE_NEEDED)
        with self._guard:
            if self._derived is None or self._derived[0] != salt:
                folded = unicodedata.normalize("NFKC", self._passphrase).encode("utf-8", "surrogatepass")
                derivation = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)
                self._derived = salt, derivation.derive(folded)
            return self._derived[1]


class FreshFile:
    """Where a new secret goes when the one before is lost: a file that cannot be read is set aside, not deleted."""

    def __init__(self, path: Path, passphrase: str = "") -> None:
        self._path = path
        self._store: PassphraseFile | PrivateFile = (
            PassphraseFile(path, passphrase, takes_over=True) if passphrase else PrivateFile(path)
        )

    @property
    def name(self) -> str:
        return self._store.name

    def get(self, key: str) -> str | None:
        return self._store.get(key)

    def put(self, key: str, value: str) -> None:
        try:
            sealed = PassphraseFile.lies_in(self._path)
            usable = sealed == isinstance(self._store, PassphraseFile) or not sealed
            if usable:
                self._store.get(key)
        except Unavailable:
            usable = False
        if not usable:
            try:
                self._path.rename(self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}.old"))
            except OSError:
                raise Unavailable(ErrorCode.PROFILE_UNWRITABLE, folder=str(self._path.parent)) from None
        self._store.put(key, value)

    def delete(self, key: str) -> None:
        self._store.delete(key)
