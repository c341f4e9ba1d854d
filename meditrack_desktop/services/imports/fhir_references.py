"""Who is meant by a FHIR reference: entries find the people of the chosen files, and never anybody else.

A number alone proves nobody: `Patient/1` of one export is not `Patient/1` of another. So a reference is answered
only by somebody whom this very run took from a chosen file, the entry's own file first; where two files call two
people alike, it is answered by nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

from meditrack_desktop.services.imports.fhir_values import Json, child, objects, text
from meditrack_desktop.services.imports.items import Unusable

_NOBODY = b""
"""Stands for a name that two people bear, or somebody who was not taken."""

PATIENT, DOCTOR = "patient", "doctor"
"""The two kinds of people that entries speak of."""
NOT_SAID = "It does not say whose it is."
NOT_TAKEN = "Its {noun} was not taken, or two in the chosen files are called alike."
NOT_THERE = "Its {noun} is not in the chosen files; choose the file with the {noun} together with this one."
INSIDE = "Its {noun} is only described inside it, without a record of their own."


class AddressBook:
    """Whom each name means, by file and over all files. Keeps digests, not names: about 200 bytes a person."""

    def __init__(self) -> None:
        self._people: dict[bytes, bytes] = {}

    def learn(self, noun: str, file: int, names: Iterable[str], person: UUID | None) -> None:
        """`person` (a "patient" or a "doctor") is called by `names` in the file of that number; None: somebody who
        was not taken."""
        told = person.bytes if person else _NOBODY
        for name in names:
            for key in _keys(noun, file, name):
                if self._people.setdefault(key, told) != told:
                    self._people[key] = _NOBODY

    def knows(self, noun: str, file: int, name: str) -> bool:
        return any(key in self._people for key in _keys(noun, file, name))

    def find(self, noun: str, file: int, name: str) -> UUID:
        """Whom `name` means in that file. Unusable with the reason."""
        for key in _keys(noun, file, name):
            told = self._people.get(key)
            if told is not None:
                if told == _NOBODY:
                    raise Unusable(NOT_TAKEN.format(noun=noun))
                return UUID(bytes=told)
        raise Unusable(NOT_THERE.format(noun=noun))


def names_of(resource: Json, full_url: str) -> tuple[str, ...]:
    """How other entries may call this resource."""
    kind, own_id = resource.get("resourceType"), resource.get("id")
    own = f"{kind}/{own_id.strip()}" if isinstance(own_id, str) and own_id.strip() else ""
    return tuple(dict.fromkeys(name for name in (full_url, own) if name))


def reference(resource: Json, key: str) -> str:
    """The name of the patient that `key` of the resource refers by. Unusable if it says none."""
    said = text(child(resource, key), "reference")
    if not said:
        raise Unusable(NOT_SAID)
    return plain(said, PATIENT)


def plain(said: str, noun: str) -> str:
    """A reference without the version it may name."""
    if said.startswith("#"):
        raise Unusable(INSIDE.format(noun=noun))
    return said.partition("/_history/")[0]


def contained(resource: Json, said: str) -> Json:
    """The resource inside this one that `#id` means, or {}."""
    wanted = said.removeprefix("#")
    return next((one for one in objects(resource, "contained") if one.get("id") == wanted), {})


def _keys(noun: str, file: int, name: str) -> tuple[bytes, bytes]:
    return _digest(f"{noun}\x1f{file}\x1f{name}"), _digest(f"{noun}\x1f{name}")


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
