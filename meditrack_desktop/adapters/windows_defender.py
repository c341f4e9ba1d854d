"""Windows: the Antimalware Scan Interface hands bytes in memory to Defender, or whatever guards the computer.

No file is written for it, as Defender's own command line would want. It has no date of its own; that of Defender's
signatures stands in the registry.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Protocol

from meditrack_desktop.adapters.eicar import eicar, padded_eicar
from meditrack_desktop.adapters.proven_size import ProvenSize
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.documents import MEBIBYTE, NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.scanning import NO_SCANNER, ScannerState

ENGINE = "Windows (AMSI)"
DETECTED = 32768
"""AMSI_RESULT_DETECTED: from here on it is malware."""
BLOCKED_FROM, BLOCKED_TO = 0x4000, 0x4FFF
"""AMSI_RESULT_BLOCKED_BY_ADMIN_START and _END: nothing was looked at."""
SMALLEST_TRIED = MEBIBYTE
_LARGEST = 0xFFFFFFFF
_SIGNATURES = r"SOFTWARE\Microsoft\Windows Defender\Signature Updates"
_SAMPLE = ("AMSI Test Sample: ", "7e72c3ce-861b-4339-", "8740-0ac1484c1386")


class NoVerdict(Exception):
    """The interface refused, or nobody stands behind it."""


class Interface(Protocol):
    """What Windows offers, one call."""

    def scan(self, data: bytes, name: str) -> int:
        """An AMSI_RESULT. NoVerdict."""
        ...

    def signatures_at(self) -> datetime | None: ...


class WindowsScanner:
    """AMSI as the clinic's scanner. It is usable once it found the sample that every provider knows."""

    def __init__(self, interface: Interface, clock: Clock) -> None:
        self._interface = interface
        self._clock = clock
        self._guard = Lock()
        self._sizes: ProvenSize | None = None
        """None until it found the sample; asked again each time until then."""

    def scan(self, data: bytes, file_name: str) -> Scan:
        try:
            if not self._is_usable():
                return self._said(NotScanned.FAILED)
            result = self._interface.scan(data, file_name)
            if result >= DETECTED:
                return self._said(None, finding="Malware")
            if BLOCKED_FROM <= result <= BLOCKED_TO:
                return self._said(NotScanned.FAILED)
            return self._said(None if self._holds(len(data)) else NotScanned.TOO_LARGE)
        except NoVerdict:
            return self._said(NotScanned.FAILED)

    def state(self) -> ScannerState:
        try:
            if not self._is_usable():
                return NO_SCANNER
        except NoVerdict:
            return NO_SCANNER
        limit = self._sizes.limit if self._sizes else None
        return ScannerState(True, ENGINE, self._interface.signatures_at(), limit)

    def _said(self, because: NotScanned | None, finding: str = "") -> Scan:
        verdict = ScanVerdict.INFECTED if finding else ScanVerdict.CLEAN
        return Scan(
            ScanVerdict.NOT_SCANNED if because else verdict,
            engine=ENGINE,
            signatures_at=self._interface.signatures_at(),
            scanned_at=self._clock.now(),
            because=because,
            finding=finding,
        )

    def _is_usable(self) -> bool:
        with self._guard:
            if self._sizes is None and self._finds(b""):
                self._sizes = ProvenSize()
            return self._sizes is not None

    def _holds(self, size: int) -> bool:
        with self._guard:
            sizes = self._sizes
            assert sizes is not None
            # The next power of two first: most files are then answered for without a question of their own.
            for tried in (max(SMALLEST_TRIED, 1 << (size - 1).bit_length()), size):
                if sizes.is_unknown(tried) and not sizes.holds(size):
                    whole = b"".join(padded_eicar(tried))
                    (sizes.found if self._finds(whole[len(eicar()) :]) else sizes.missed)(tried)
            return sizes.holds(size)

    def _finds(self, rest: bytes) -> bool:
        known = (eicar() + rest, "".join(_SAMPLE).encode() + rest)
        return any(self._interface.scan(sample, "scanner-test") >= DETECTED for sample in known)


class Amsi:
    """amsi.dll. OSError where there is none."""

    def __init__(self, library: Any = None) -> None:
        self._library = library or _library()
        self._context = ctypes.c_void_p()
        if self._library.AmsiInitialize("MediTrack", ctypes.byref(self._context)) != 0:
            raise OSError("AMSI does not start")

    def scan(self, data: bytes, name: str) -> int:
        if not data or len(data) > _LARGEST:
            raise NoVerdict
        result = ctypes.c_int(0)
        status = self._library.AmsiScanBuffer(
            self._context, ctypes.c_char_p(data), len(data), name[:200], None, ctypes.byref(result)
        )
        if status != 0:
            raise NoVerdict
        return result.value

    def signatures_at(self) -> datetime | None:
        """When Defender's signatures were applied; None where another program guards the computer."""
        return _defender_date()


def amsi() -> Amsi | None:
    """The interface of this computer, if it has one."""
    found = None
    if sys.platform == "win32":
        with suppress(OSError):
            found = Amsi()
    return found


def _library() -> Any:
    """With its arguments typed: a handle is as wide as a pointer."""
    if sys.platform == "win32":
        library = ctypes.WinDLL("amsi.dll")
        library.AmsiInitialize.argtypes = (ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_void_p))
        library.AmsiInitialize.restype = ctypes.c_long
        library.AmsiScanBuffer.argtypes = (
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_ulong,
            ctypes.c_wchar_p,
            ctypes.c_void_p,
            ctypes.POINTER(ctypes.c_int),
        )
        library.AmsiScanBuffer.restype = ctypes.c_long
        return library
    raise OSError("only Windows has it")


def _defender_date() -> datetime | None:
    raw: object = None
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _SIGNATURES) as key:
            raw, _ = winreg.QueryValueEx(key, "AVSignatureApplied")
    return file_time(raw) if isinstance(raw, bytes) else None


def file_time(raw: bytes) -> datetime | None:
    """A FILETIME: tenths of microseconds since 1601, least byte first."""
    if len(raw) != 8:
        return None
    try:
        return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=int.from_bytes(raw, "little") // 10)
    except OverflowError:
        return None
