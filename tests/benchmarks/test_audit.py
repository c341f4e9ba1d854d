"""How fast the audit trail is checked and read, as ratios; `pytest --benchmark-only` runs them.

Goals: checking a line costs at most 3 times what sealing one in memory does (a million lines took 30 s on two busy
cores); a page of a long log comes as fast as one of a short log, within a factor of 3.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditQuery, Outcome
from meditrack_desktop.services.audit_trail import NO_HASH, seal
from meditrack_desktop.services.clinic import Clinic
from tests.makers.long_trail import lengthen

LINES = 20_000
pytestmark = [pytest.mark.parametrize("site", ["sqlite"], indirect=True), pytest.mark.timeout(300)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _seal_as_many(lines: int) -> None:
    row: dict[str, object] = {
        "chain": "ws_00000000",
        "seq": 1,
        "at": datetime(2026, 11, 18, 10, 42, tzinfo=UTC),
        "account_id": uuid4(),
        "account_name": "Rosa Ontwerp",
        "roles": "receptionist",
        "session_id": uuid4(),
        "action": "appointment.moved",
        "object_type": "appointment",
        "object_id": uuid4(),
        "patient_id": uuid4(),
        "outcome": Outcome.DONE,
        "detail": "wall_start; start 2026-11-18T09:00 to 2026-11-18T10:30",
    }
    previous, key = NO_HASH, b"k" * 32
    for seq in range(lines):
        row["seq"] = seq
        previous = seal(key, previous, row)


def test_checking_costs_little_more_than_sealing(
    benchmark: Any, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    lengthen(clinic, [admin, reception], LINES)
    pairs: list[tuple[float, float]] = []

    def one_round() -> None:
        ours = _seconds(lambda: clinic.audit.check(admin))
        pairs.append((ours, _seconds(lambda: _seal_as_many(LINES))))

    one_round()
    pairs.clear()
    benchmark.pedantic(one_round, rounds=5)
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    benchmark.extra_info.update(
        lines_a_second=round(LINES / ours),
        ratio=round(ours / theirs, 2),
        million_s=round(ours / LINES * 1e6, 1),
    )
    assert ours / theirs < 3


def test_the_memory_of_a_check_does_not_grow_with_the_log(
    benchmark: Any, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    def peak() -> int:
        tracemalloc.start()
        try:
            clinic.audit.check(admin)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    lengthen(clinic, [admin, reception], LINES // 4)
    short = peak()
    lengthen(clinic, [admin, reception], LINES)
    long = benchmark.pedantic(peak, rounds=1)
    benchmark.extra_info.update(short_kb=short // 1024, long_kb=long // 1024)
    assert long < 1.3 * short


def test_a_page_of_a_long_log_is_as_fast_as_one_of_a_short_log(
    benchmark: Any, clinic: Clinic, admin: Actor, reception: Actor
) -> None:
    query = AuditQuery(limit=200)

    def one() -> float:
        return statistics.median(_seconds(lambda: clinic.audit.search(admin, query)) for _ in range(7))

    lengthen(clinic, [admin, reception], 1000)
    short = one()
    lengthen(clinic, [admin, reception], 2 * LINES)
    long = benchmark.pedantic(one, rounds=1)
    benchmark.extra_info.update(short_ms=round(short * 1e3, 1), long_ms=round(long * 1e3, 1))
    assert long < 3 * short
