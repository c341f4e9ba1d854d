"""What Windows is told of the process apart: no Windows is here, so shapes and words are compared with its own."""

from __future__ import annotations

import ctypes
import sys

import pytest

from meditrack_desktop.examiner.apart import windows
from meditrack_desktop.examiner.apart.asking import Ended
from meditrack_desktop.examiner.apart.job_object import BasicLimits, ExtendedLimits, limits

pytestmark = pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="64-bit Windows only")


def test_the_structures_lie_as_windows_reads_them() -> None:
    assert (ctypes.sizeof(BasicLimits), ctypes.sizeof(ExtendedLimits)) == (64, 144)
    assert BasicLimits.flags.offset == 16
    assert BasicLimits.active_processes.offset == 40
    assert (ExtendedLimits.transfers.offset, ExtendedLimits.process_memory.offset) == (64, 112)


def test_one_process_a_gigabyte_twenty_seconds_and_gone_with_the_program() -> None:
    wanted = limits()
    assert wanted.basic.flags == 0x2 | 0x8 | 0x100 | 0x400 | 0x2000
    assert wanted.basic.process_time == 200_000_000
    assert wanted.basic.active_processes == 1
    assert wanted.process_memory == 2**30


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, Ended.DONE),
        (windows.DIED_CODE, Ended.DIED),
        (0xC0000005, Ended.DIED),  # access violation
        (-1073741819, Ended.DIED),  # the same, signed
        (0x40010004, Ended.DIED),
        (1, Ended.NEVER_STARTED),  # Python could not import something
        (2, Ended.NEVER_STARTED),
    ],
)
def test_an_exit_code_says_how_it_ended(code: int, said: Ended) -> None:
    assert windows.ended(code) is said


def test_the_launcher_of_a_virtual_environment_is_stepped_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", r"C:\venv\Scripts\python.exe")
    monkeypatch.setattr(sys, "_base_executable", r"C:\Python311\python.exe")
    command, environment = windows.real_python([sys.executable, "-m", "x"], {"SYSTEMROOT": r"C:\Windows"})
    assert command == [r"C:\Python311\python.exe", "-m", "x"]
    assert environment["__PYVENV_LAUNCHER__"] == sys.executable
    assert environment["SYSTEMROOT"] == r"C:\Windows"
