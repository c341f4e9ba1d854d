"""What a reader hands on, one at a time: a command to carry out, a repetition, a refusal or a remark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Protocol

from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.imports import DateOrder, Skipped
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner

Command = RegisterPatient | AddPractitioner

WHOLE_FILE = "file"
"""The `where` of a `Skipped` that speaks of a file refused as a whole."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One person to bring in. `where` is "row 12" or "Patient/p1"; `names` are how the file's other entries call
    them (FHIR references)."""

    where: str
    command: Command
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same person with the same data as earlier in this file: nothing to do."""

    where: str


@dataclass(frozen=True, slots=True)
class Note:
    """A fact worth telling that skipped nobody."""

    text: str


Item = Taken | Repeated | Skipped | Note


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader must know from outside.

    `today` is the clinic's calendar date, `zone` its time zone. `specialties` maps a FHIR reference of a
    practitioner to the specialty that some PractitionerRole, perhaps in another file, gives them.
    """

    today: date
    date_order: DateOrder = DateOrder.ASK
    specialties: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC


class Source(Protocol):
    """One file, recognised and measured. `done` counts up to `total` records while `items` is read."""

    @property
    def file(self) -> str: ...

    @property
    def total(self) -> int: ...

    @property
    def done(self) -> int: ...

    @property
    def specialties(self) -> Mapping[str, str]: ...

    def items(self, reading: Reading) -> Iterator[Item]:
        """Everything in the file, in order. Raises Invalid where the file turns out unreadable midway."""
        ...


class Unusable(Exception):
    """One row or resource that cannot be taken; the message is the reason as a sentence."""


def refused(file: str, reason: str) -> Invalid:
    """A file that cannot be read as a whole (IMP_001)."""
    return Invalid(ErrorCode.IMPORT_UNREADABLE, file=file, reason=reason)


def not_supported(file: str, reason: str) -> Invalid:
    """A file of a kind that this version does not take (IMP_002)."""
    return Invalid(ErrorCode.IMPORT_NOT_SUPPORTED, file=file, reason=reason)
