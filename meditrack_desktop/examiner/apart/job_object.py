"""Windows: a job holds the process apart to its memory, its time and itself, and ends with its handle."""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_int64, c_size_t, c_uint32, c_uint64

from meditrack_desktop.examiner.limits import MEMORY, SECONDS

_BASIC_UI, _EXTENDED = 4, 9
_PROCESS_TIME, _ACTIVE_PROCESS, _PROCESS_MEMORY = 0x2, 0x8, 0x100
_DIE_QUIETLY, _KILL_ON_CLOSE = 0x400, 0x2000
_ALL_OF_THE_DESKTOP = 0xFF
"""No clipboard, no windows of others, no settings of the display, no logging off."""
_TICKS = 10_000_000


class BasicLimits(ctypes.Structure):
    _fields_ = [
        ("process_time", c_int64),
        ("job_time", c_int64),
        ("flags", c_uint32),
        ("least_working_set", c_size_t),
        ("most_working_set", c_size_t),
        ("active_processes", c_uint32),
        ("affinity", c_size_t),
        ("priority", c_uint32),
        ("scheduling", c_uint32),
    ]


class ExtendedLimits(ctypes.Structure):
    _fields_ = [
        ("basic", BasicLimits),
        ("transfers", c_uint64 * 6),
        ("process_memory", c_size_t),
        ("job_memory", c_size_t),
        ("peak_process_memory", c_size_t),
        ("peak_job_memory", c_size_t),
    ]


def limits() -> ExtendedLimits:
    """One process, MEMORY bytes, SECONDS of processor time; gone when the last handle of the job is."""
    wanted = ExtendedLimits()
    wanted.basic.flags = _PROCESS_TIME | _ACTIVE_PROCESS | _PROCESS_MEMORY | _DIE_QUIETLY | _KILL_ON_CLOSE
    wanted.basic.process_time = SECONDS * _TICKS
    wanted.basic.active_processes = 1
    wanted.process_memory = MEMORY
    return wanted


class Job:
    """A new job. OSError if Windows refuses one: nothing is looked at without."""

    def __init__(self) -> None:
        self._handle = 0
        if sys.platform == "win32":
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._kernel.CreateJobObjectW.restype = ctypes.c_void_p
            self._kernel.CreateJobObjectW.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p]
            self._kernel.SetInformationJobObject.argtypes = [
                ctypes.c_void_p,
                ctypes.c_int,
                ctypes.c_void_p,
                c_uint32,
            ]
            self._kernel.AssignProcessToJobObject.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
            self._kernel.CloseHandle.argtypes = [ctypes.c_void_p]
            self._handle = self._kernel.CreateJobObjectW(None, None) or 0
            self._must(self._handle)
            self._set(_EXTENDED, limits())
            self._set(_BASIC_UI, c_uint32(_ALL_OF_THE_DESKTOP))

    def hold(self, process_handle: int) -> None:
        """Put a process into the job. OSError if that fails."""
        if sys.platform == "win32":
            self._must(self._kernel.AssignProcessToJobObject(self._handle, process_handle))

    def close(self) -> None:
        """End whatever is in the job."""
        if sys.platform == "win32" and self._handle:
            self._kernel.CloseHandle(self._handle)
            self._handle = 0

    def _set(self, kind: int, value: ctypes.Structure | c_uint32) -> None:
        if sys.platform == "win32":
            size = ctypes.sizeof(value)
            self._must(self._kernel.SetInformationJobObject(self._handle, kind, ctypes.byref(value), size))

    def _must(self, worked: int) -> None:
        if sys.platform == "win32" and not worked:
            error = ctypes.WinError(ctypes.get_last_error())
            self.close()
            raise error
