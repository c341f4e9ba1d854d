"""Kills a process at the n-th write, fsync or rename it makes, by strace; nothing is left to luck."""

from __future__ import annotations

import os
import pickle
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import warm
from tests.services.backup.doomed import Order

WRITES = (
    "write", "pwrite64", "fsync", "fdatasync", "rename", "renameat", "unlink", "unlinkat", "ftruncate", "mkdir",
    "rmdir", "sendto",
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """The n-th call of one kind."""

    call: str
    number: int


def needs_strace() -> str:
    tool = shutil.which("strace")
    if tool is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run([tool, "-o", os.devnull, "true"], capture_output=True, timeout=30, check=False)
    if tried.returncode:
        pytest.skip("tracing is not allowed here")
    return tool


def carry_out(order: Order, *options: str) -> str:
    """Let a process carry the order out under strace; what it said after "ready"."""
    process = warm.start("tests.services.backup.doomed")
    assert process.stdin is not None and process.stdout is not None
    pickle.dump(order, process.stdin)
    process.stdin.flush()
    assert process.stdout.readline() == b"ready\n"
    tracer = subprocess.Popen(
        [needs_strace(), "-f", "-p", str(process.pid), "-e", f"trace={','.join(WRITES)}", *options],
        stderr=subprocess.PIPE,
    )
    assert tracer.stderr is not None
    assert b"attached" in tracer.stderr.readline()
    process.stdin.write(b"x")
    process.stdin.flush()
    said = process.stdout.read().decode()
    process.wait(60)
    process.stdin.close()
    process.stdout.close()
    tracer.communicate(timeout=60)
    return said.strip()


def points_of(order: Order, log: Path) -> list[Point]:
    """Every call that writes while the order is carried out once, undisturbed."""
    assert carry_out(order, "-o", str(log)) == "done"
    calls = re.findall(rf"^(?:\d+ +)?({'|'.join(WRITES)})\(", log.read_text(), re.MULTILINE)
    return [Point(call, n) for call in WRITES for n in range(1, calls.count(call) + 1)]


def sample(points: list[Point], count: int, seed: int) -> list[Point]:
    """Some of them: of each kind the last ones, where things take their places, and others by chance."""
    by_kind = [[point for point in points if point.call == call] for call in WRITES]
    ends = [kind[-1] for kind in by_kind if kind and kind[0].call.startswith(("rename", "unlink", "fsync"))]
    rest = [point for point in points if point not in ends]
    return [*ends, *random.Random(seed).sample(rest, min(len(rest), max(0, count - len(ends))))][:count]


def kill_at_each(chosen: list[Point], order: Callable[[], Order], check: Callable[[Point, str], None]) -> int:
    """Carry `order` out again and again, killed at each point in turn, and look after each. How many died."""
    killed = 0
    for point in chosen:
        inject = f"inject={point.call}:signal=KILL:when={point.number}"
        said = carry_out(order(), "-o", os.devnull, "-e", inject)
        killed += said != "done"
        check(point, said)
    return killed
