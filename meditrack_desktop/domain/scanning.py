"""What is known of the virus scanner of this computer (security.md D27)."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from meditrack_desktop.domain.documents import MediaType, NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.errors import ErrorCode, Invalid

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


@dataclass(frozen=True, slots=True)
class RescanReport:
    """What scanning again found. `unsure` are those that still have no verdict, `infected` those found now."""

    scanned: int = 0
    infected: int = 0
    unsure: int = 0


def is_address(text: str) -> bool:
    """Whether that is where a scanner on this computer may listen: "/run/clamav/clamd.ctl", "127.0.0.1:3310".

    No other computer: documents would cross the network unencrypted.
    """
    if text.startswith("/"):
        return "\0" not in text and len(text) < 104
    host, _, port = text.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback and 0 < int(port) < 65536
    except ValueError:
        return False


def what_to_scan(data: bytes, media_type: MediaType) -> tuple[bytes, ...]:
    """The file, and by itself a PDF that a DICOM file wraps: not every scanner looks into DICOM (H43)."""
    at = data.find(b"%PDF-") if media_type is MediaType.DICOM else -1
    return (data,) if at < 0 else (data, data[at:])


def locked(scan: Scan) -> Scan:
    """What a scan of a file is worth that asks for a password: nobody looked into it, unless what it found (H23)."""
    if scan.verdict is not ScanVerdict.CLEAN:
        return scan
    return replace(scan, verdict=ScanVerdict.NOT_SCANNED, because=NotScanned.ENCRYPTED)


def worst_of(scans: Sequence[Scan]) -> Scan:
    """One answer for several pieces: infected if one is, clean only if all are. At least one."""
    order = (ScanVerdict.INFECTED, ScanVerdict.NOT_SCANNED, ScanVerdict.CLEAN)
    return min(scans, key=lambda scan: order.index(scan.verdict))


def refuse_infected(verdict: ScanVerdict, engine: str = "") -> None:
    """Nobody opens, hands out or files what a virus was found in after it was kept: Invalid FILE_INFECTED."""
    if verdict is ScanVerdict.INFECTED:
        raise Invalid(ErrorCode.FILE_INFECTED, engine=engine, finding="")
