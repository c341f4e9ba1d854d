"""AMSI: its verdicts mean what Windows says they mean. The library itself is stood in for; see not-verified.md."""

from __future__ import annotations

import ctypes
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from meditrack_desktop.adapters.eicar import eicar
from meditrack_desktop.adapters.scanners import ThisComputersScanner
from meditrack_desktop.adapters.windows_defender import (
    Amsi,
    NoVerdict,
    WindowsScanner,
    amsi,
    file_time,
)
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.documents import MEBIBYTE, NotScanned, ScanVerdict
from meditrack_desktop.domain.scanning import OFF

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Provider:
    """Finds EICAR at the beginning of what it looks at, in files up to its limit."""

    def __init__(self, limit: int = 1 << 40, answer: int = 0, knows: bool = True) -> None:
        self.limit, self.answer, self.knows = limit, answer, knows
        self.seen: list[int] = []

    def scan(self, data: bytes, name: str) -> int:
        self.seen.append(len(data))
        if self.knows and len(data) <= self.limit and data.startswith(eicar()):
            return 32768
        return self.answer

    def signatures_at(self) -> datetime | None:
        return NOON


def ours(provider: Any) -> WindowsScanner:
    return WindowsScanner(provider, FixedClock(NOON))


@pytest.mark.parametrize("answer", [0, 1, 100])
def test_clean(answer: int) -> None:
    said = ours(Provider(answer=answer)).scan(b"a letter", "letter.pdf")
    assert (said.verdict, said.engine, said.signatures_at) == (ScanVerdict.CLEAN, "Windows (AMSI)", NOON)


def test_infected() -> None:
    assert ours(Provider()).scan(eicar(), "eicar.com").verdict is ScanVerdict.INFECTED


@pytest.mark.parametrize("answer", [0x4000, 0x4FFF])
def test_forbidden_to_look_is_not_scanned(answer: int) -> None:
    assert ours(Provider(answer=answer)).scan(b"x", "x").because is NotScanned.FAILED


def test_nobody_behind_it_is_no_scanner() -> None:
    scanner = ours(Provider(knows=False))
    assert not scanner.state().usable
    assert scanner.scan(b"x", "x").verdict is ScanVerdict.NOT_SCANNED


def test_above_a_silent_limit_is_not_scanned() -> None:
    scanner = ours(Provider(limit=3 * MEBIBYTE))
    assert scanner.scan(bytes(2_500_000), "x").verdict is ScanVerdict.CLEAN
    assert scanner.scan(bytes(3 * MEBIBYTE), "x").verdict is ScanVerdict.CLEAN
    said = scanner.scan(bytes(3 * MEBIBYTE + 1), "x")
    assert (said.verdict, said.because) == (ScanVerdict.NOT_SCANNED, NotScanned.TOO_LARGE)
    assert scanner.state().limit == 3 * MEBIBYTE


def test_a_size_is_tried_once() -> None:
    provider = Provider()
    scanner = ours(provider)
    for _ in range(3):
        scanner.scan(bytes(2_500_000), "x")
    assert len([size for size in provider.seen if size > 3_000_000]) == 1


class Library:
    """amsi.dll as documented: HRESULT back, the result through a pointer."""

    def __init__(self, status: int = 0, result: int = 1) -> None:
        self.status, self.result = status, result
        self.told: list[tuple[bytes, int, str]] = []

    def AmsiInitialize(self, name: str, context: Any) -> int:
        return 0

    def AmsiScanBuffer(self, context: Any, data: Any, size: int, name: str, session: Any, result: Any) -> int:
        self.told.append((ctypes.string_at(data, size), size, name))
        ctypes.cast(result, ctypes.POINTER(ctypes.c_int))[0] = self.result
        return self.status


def test_bytes_go_over_whole() -> None:
    library = Library()
    assert Amsi(library).scan(b"a\0b\0", "n" * 300) == 1
    assert library.told == [(b"a\0b\0", 4, "n" * 200)]


def test_a_failure_is_no_verdict() -> None:
    with pytest.raises(NoVerdict):
        Amsi(Library(status=-2147024809)).scan(b"x", "x")
    with pytest.raises(NoVerdict):
        Amsi(Library()).scan(b"", "x")


def test_when_signatures_were_applied() -> None:
    epoch = 116_444_736_000_000_000
    assert file_time(epoch.to_bytes(8, "little")) == datetime(1970, 1, 1, tzinfo=UTC)
    assert file_time(b"short") is None
    assert file_time(b"\xff" * 8) is None


@pytest.mark.skipif(sys.platform == "win32", reason="there it is")
def test_elsewhere_there_is_none() -> None:
    assert amsi() is None


def test_switched_off_at_this_desk() -> None:
    scanner = ThisComputersScanner(FixedClock(NOON), lambda: OFF)
    assert scanner.scan(eicar(), "x").because is NotScanned.NO_SCANNER
    assert not scanner.state().usable


@pytest.mark.parametrize("chosen", ["10.0.0.7:3310", "nonsense"])
def test_an_address_that_is_none_is_no_scanner(chosen: str) -> None:
    said = ThisComputersScanner(FixedClock(NOON), lambda: chosen).scan(b"x", "x")
    assert (said.verdict, said.because) == (ScanVerdict.NOT_SCANNED, NotScanned.NO_SCANNER)
