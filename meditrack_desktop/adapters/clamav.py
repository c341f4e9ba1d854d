"""ClamAV as the clinic's scanner, and how far its word is believed.

clamd says OK of a file above its limits unless its AlertExceedsMax is on. So its OK counts only once it found
EICAR in a file of at least that size; what is larger is not scanned, never clean (security.md D27).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum, auto
from threading import Lock

from meditrack_desktop.adapters import clamd
from meditrack_desktop.adapters.clamd import Address, NoAnswer
from meditrack_desktop.adapters.eicar import eicar, padded_eicar
from meditrack_desktop.adapters.proven_size import ProvenSize
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.documents import MEBIBYTE, NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.scanning import ScannerState

TIME_LIMIT = 120.0
"""Seconds for one file: clamd's own limit."""
BELIEVED_FOR = 600.0
"""Seconds until its limits are tried again: it may have been started anew with others."""
LARGEST_PROBE = 128 * MEBIBYTE
SMALLEST_PROBE = MEBIBYTE
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})")


class _Word(StrEnum):
    """What clamd can mean."""

    OK = auto()
    FOUND = auto()
    STREAM_TOO_LONG = auto()
    OVER_LIMIT = auto()
    ENCRYPTED = auto()


@dataclass(slots=True)
class _Trust:
    """What one clamd is, and how far its OK is believed."""

    version: str
    since: float
    usable: bool = False
    sizes: ProvenSize = field(default_factory=ProvenSize)


class ClamAv:
    """One clamd. A connection for each file, as its protocol wants it."""

    def __init__(self, address: Address, clock: Clock, time_limit: float = TIME_LIMIT) -> None:
        self.address = address
        self._clock = clock
        self._time_limit = time_limit
        self._guard = Lock()
        self._trust: _Trust | None = None

    def scan(self, data: bytes, file_name: str = "") -> Scan:
        """What clamd says of `data`; the name is not told to it."""
        version = ""
        try:
            trust = self._trusted()
            version = trust.version
            if not trust.usable:
                return self._said(version, because=NotScanned.FAILED)
            word, finding = _read(clamd.stream(self.address, (data,), self._time_limit))
            if word is _Word.OK:
                return self._said(
                    version, because=None if self._holds(trust, len(data)) else NotScanned.TOO_LARGE
                )
        except NoAnswer:
            return self._said(version, because=NotScanned.FAILED)
        if word is _Word.FOUND:
            return self._said(version, finding=finding)
        encrypted = word is _Word.ENCRYPTED
        return self._said(version, because=NotScanned.ENCRYPTED if encrypted else NotScanned.TOO_LARGE)

    def state(self) -> ScannerState:
        """What it is. Usable only if it answers and finds EICAR."""
        try:
            trust = self._trusted()
        except NoAnswer:
            return ScannerState(usable=False, engine="ClamAV")
        return ScannerState(
            trust.usable, engine_of(trust.version), signatures_of(trust.version), trust.sizes.limit
        )

    def _said(self, version: str, because: NotScanned | None = None, finding: str = "") -> Scan:
        verdict = ScanVerdict.INFECTED if finding else ScanVerdict.CLEAN
        return Scan(
            ScanVerdict.NOT_SCANNED if because else verdict,
            engine=engine_of(version),
            signatures_at=signatures_of(version),
            scanned_at=self._clock.now(),
            because=because,
            finding=finding,
        )

    def _trusted(self) -> _Trust:
        """How far it is believed as it is now. NoAnswer."""
        version = clamd.version(self.address, self._time_limit)
        with self._guard:
            trust = self._trust
            if trust is None or trust.version != version or time.monotonic() - trust.since > BELIEVED_FOR:
                trust = _Trust(version, time.monotonic())
                word, _ = _read(clamd.stream(self.address, (eicar(),), self._time_limit))
                trust.usable = word is _Word.FOUND
                size = LARGEST_PROBE if trust.usable else 0
                while size >= SMALLEST_PROBE and not trust.sizes.holds(size):
                    self._try(trust, size)
                    size //= 2
                self._trust = trust
            return trust

    def _holds(self, trust: _Trust, size: int) -> bool:
        """Whether an OK to a file of this size means anything; tried with one of that size if nobody knows."""
        with self._guard:
            if trust.sizes.is_unknown(size):
                self._try(trust, size)
            return trust.sizes.holds(size)

    def _try(self, trust: _Trust, size: int) -> None:
        word, _ = _read(clamd.stream(self.address, padded_eicar(size), self._time_limit))
        if word is _Word.FOUND:
            trust.sizes.found(size)
        elif word is _Word.OK:
            trust.sizes.missed(size)
        elif word is _Word.OVER_LIMIT:
            trust.sizes.warns = True
        # A stream that is too long is refused for every file alike and says nothing of the limits within.


def engine_of(version: str) -> str:
    """ "ClamAV 1.4.6" of its whole answer to VERSION."""
    return version.split("/")[0].strip()[:120] or "ClamAV"


def signatures_of(version: str) -> datetime | None:
    """When its database was made; clamd names no zone, so it may be hours off."""
    found = _DATE.search(version)
    if found is None or found[1] not in _MONTHS:
        return None
    try:
        day, hour, minute, second, year = (int(part) for part in found.groups()[1:])
        return datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _read(answer: str) -> tuple[_Word, str]:
    """The meaning, and the name of what was found. NoAnswer for what clamd does not say."""
    if answer == "stream: OK":
        return _Word.OK, ""
    if answer == "INSTREAM size limit exceeded. ERROR":
        return _Word.STREAM_TOO_LONG, ""
    name = answer.removeprefix("stream: ").removesuffix(" FOUND")
    finding = "".join(letter for letter in name if letter.isprintable())[:200]
    if len(answer) != len(name) + len("stream:  FOUND") or not finding:
        raise NoAnswer
    if finding.startswith("Heuristics.Limits.Exceeded"):
        return _Word.OVER_LIMIT, ""
    if finding.startswith("Heuristics.Encrypted"):
        return _Word.ENCRYPTED, ""
    return _Word.FOUND, finding
