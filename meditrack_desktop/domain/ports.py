"""What lies outside the machine, as protocols; `adapters` implement them, `bootstrap` joins them."""

from __future__ import annotations

from typing import Protocol


class SecretStore(Protocol):
    """The operating system's keyring, or its stand-in. Values are short text (under 1,200 characters)."""

    @property
    def name(self) -> str:
        """What it is, in one word, for the settings page ("Keychain", "file")."""
        ...

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...

    def delete(self, key: str) -> None: ...
