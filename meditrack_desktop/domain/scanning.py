"""What is known of the virus scanner of this computer (security.md D27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SCANNED_AGAIN_FOR = timedelta(days=30)
"""So long after it was filed a document is scanned again when the scanner has learnt more."""


@dataclass(frozen=True, slots=True)
class ScannerState:
    """The scanner as it is now. `usable` False: there is none, or it does not answer; documents are then kept and
    marked, never called clean.

    `engine` in its own words, empty if there is none; `signatures_at` how old its knowledge is, if it says so.
    `limit` is the largest file in bytes that it looks at as a whole, None if it says itself when one is too large.
    """

    usable: bool
    engine: str = ""
    signatures_at: datetime | None = None
    limit: int | None = None


NO_SCANNER = ScannerState(usable=False)

OFF = "off"
"""Chosen instead of an address: this desk uses no scanner."""
