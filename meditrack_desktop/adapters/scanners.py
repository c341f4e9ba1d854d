"""Which virus scanner this computer has."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Lock

from meditrack_desktop.adapters.clamav import ClamAv
from meditrack_desktop.adapters.clamd import Address, usual_address
from meditrack_desktop.adapters.windows_defender import WindowsScanner, amsi
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.documents import NotScanned, Scan, ScanVerdict
from meditrack_desktop.domain.ports import Scanner
from meditrack_desktop.domain.scanning import NO_SCANNER, OFF, ScannerState


class ThisComputersScanner:
    """ClamAV where it listens, Windows' own where it has one, otherwise none.

    `chosen` says what was chosen for this desk: "" finds it by itself, OFF uses none, else clamd's address.
    Looked for anew each time while there is none, so that one that was installed meanwhile is used.
    """

    def __init__(self, clock: Clock, chosen: Callable[[], str] = str) -> None:
        self._clock = clock
        self._chosen = chosen
        self._guard = Lock()
        self._found: tuple[str, Scanner] | None = None

    def scan(self, data: bytes, file_name: str) -> Scan:
        scanner = self._scanner()
        if scanner is None:
            return Scan(ScanVerdict.NOT_SCANNED, because=NotScanned.NO_SCANNER)
        return scanner.scan(data, file_name)

    def state(self) -> ScannerState:
        scanner = self._scanner()
        return scanner.state() if scanner else NO_SCANNER

    def _scanner(self) -> Scanner | None:
        chosen = self._chosen()
        if chosen == OFF:
            return None
        with self._guard:
            if self._found is None or self._found[0] != chosen:
                found = self._look(chosen)
                self._found = (chosen, found) if found else None
            return self._found[1] if self._found else None

    def _look(self, chosen: str) -> Scanner | None:
        if chosen:
            try:
                return ClamAv(Address.read(chosen), self._clock)
            except ValueError:
                return None
        if sys.platform == "win32" and (interface := amsi()):
            return WindowsScanner(interface, self._clock)
        address = usual_address()
        return ClamAv(address, self._clock) if address else None
