"""Watches one run for people in different files who share an identifier, before anything is written."""

from __future__ import annotations

import hashlib

from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.domain.text import search_words
from meditrack_desktop.services.imports.items import Command, Taken

_SHARED = "Somebody else in the chosen files has the same identifier: name or birth date differ."


class RunCheck:
    """Keeps a digest of every identifier and of the name and birth date it came with, not the people."""

    def __init__(self) -> None:
        self._people: dict[bytes, bytes] = {}

    def conflict(self, taken: Taken) -> str:
        """The reason why this person cannot be taken beside those before, or ""."""
        person = _person(taken.command)
        kind = type(taken.command).__name__
        for identifier in taken.command.identifiers:
            key = _digest(f"{kind}\x1f{identifier.system}\x1f{identifier.value}")
            if self._people.setdefault(key, person) != person:
                return _SHARED
        return ""


def _person(command: Command) -> bytes:
    born = command.birth_date if isinstance(command, RegisterPatient) else None
    words = (*search_words(command.family), "\x1f", *search_words(command.given))
    return _digest(f"{' '.join(words)}\x1f{born.iso() if born else ''}")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
