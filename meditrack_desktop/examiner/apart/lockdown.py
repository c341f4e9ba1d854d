"""What the process apart may not do. Each step is taken where the system has it, and the next one regardless."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

from meditrack_desktop.examiner.limits import MEMORY, SECONDS

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_OPEN_FILES = 32


def before_any_file() -> None:
    """What the waiting process gives up itself: dumps, being looked into, new rights, the network."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _prctl(_PR_SET_DUMPABLE, 0)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def die_with(mother: int) -> None:
    """End when the process that made this one ends."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != mother:
        os._exit(1)


def around_a_file(mapped: int) -> None:
    """The limits of one file; `mapped` bytes of it and of its answer lie in memory already."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS + 5)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_CPU", SECONDS)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NPROC", 0)
    _limit("RLIMIT_NOFILE", _OPEN_FILES)
    _limit("RLIMIT_AS", MEMORY + mapped)
    if sys.platform == "linux":
        from meditrack_desktop.examiner.apart import landlock, seccomp

        landlock.only_our_own_code()
        seccomp.forbid()


def _limit(name: str, most: int) -> None:
    number = getattr(resource, name, None)
    if number is None:
        return
    try:
        hard = resource.getrlimit(number)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(number, (most, most))
    except (OSError, ValueError):
        return  # macOS refuses some; the clock of the program stands beside


def _prctl(option: int, value: int) -> None:
    nothing = ctypes.c_ulong(0)
    ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), nothing, nothing, nothing)
