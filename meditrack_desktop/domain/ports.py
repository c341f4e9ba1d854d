"""What lies outside the machine, as protocols; `adapters` implement them, `bootstrap` joins them."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


class SecretStore(Protocol):
    """The operating system's keyring, or its stand-in. Values are short text (under 1,200 characters)."""

    @property
    def name(self) -> str:
        """What it is, in one word: "keyring", "passphrase" (a sealed file) or "file" (a bare one)."""
        ...

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...

    def delete(self, key: str) -> None: ...


@runtime_checkable
class LockedStore(Protocol):
    """A secret store that somebody has to open first."""

    def unlock(self, passphrase: str) -> None: ...


class Mailer(Protocol):
    """Hands one plain mail to a mail server."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Unavailable MAIL_NOT_SENT. The server took it once this returns; whether it arrives nobody knows."""
        ...
