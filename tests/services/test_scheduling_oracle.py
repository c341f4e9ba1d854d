"""Long random days at the calendar, at three desks at once, beside a model that knows only lists and comparisons.

Somebody books, holds, moves, lengthens, cancels, overbooks, goes through visits, sends a doctor away, takes back and
does again; stale and impossible commands come in between. The model says in advance what must happen: done, or
refused and why. Whatever happens, no two visits share a doctor or a room unless somebody asked for it (security.md
F10, F11, H60).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from meditrack_desktop.database.queries import appointment_assets as asset_queries
from meditrack_desktop.database.queries import holds as hold_queries
from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.services.booking import obstacles, visits
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicSite
from tests.services.calendar_walk import Desk, walk
from tests.services.doors import person

STEPS_OF_A_WALK = int(os.environ.get("MEDITRACK_CALENDAR_STEPS", "2500"))
"""How long each walk of the usual run is: four of them, two on each database."""


@pytest.fixture
def desks(site: ClinicSite, clock: FixedClock, clinic: Clinic) -> Iterator[list[Desk]]:
    """Three people at three desks, each with a program and a database connection of its own."""
    second, third = site.open(clock), site.open(clock)
    people = [person(clinic, name, frozenset({Role.RECEPTIONIST})) for name in ("second", "third")]
    with clinic.work.unsigned() as session:
        for row in session.query(SessionRow):
            row.expires_at = clock.now() + timedelta(days=2)
    yield [Desk(clinic, site.actors["reception"]), Desk(second, people[0]), Desk(third, people[1])]
    second.close()
    third.close()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [7, 8])
def test_thousands_of_steps_at_three_desks(
    desks: list[Desk], admin: Actor, clock: FixedClock, seed: int
) -> None:
    walked = walk(desks, admin, clock, seed, STEPS_OF_A_WALK)
    done = walked.done
    for name in ("book", "move", "resize", "cancel", "status", "hold", "send away", "undo", "redo"):
        assert done[name] >= STEPS_OF_A_WALK / 200, (name, done)
    for code in (
        "SLOT_NOT_AVAILABLE",
        "SLOT_HELD",
        "DOCTOR_NOT_AVAILABLE",
        "ROOM_TAKEN",
        "CHANGED_MEANWHILE",
    ):
        assert sum(count for name, count in done.items() if name.endswith(f"refused {code}")) > 0, done
    assert done["hold refused ROOM_TAKEN"] > 0, done
    assert desks[0].clinic.audit.check(admin).whole


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("broken", ["holds", "held rooms", "hours", "rooms", "stamps"])
def test_the_model_notices_what_is_broken(
    desks: list[Desk], admin: Actor, clock: FixedClock, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "holds":
        monkeypatch.setattr(hold_queries, "of_others", lambda *_: [])
    elif broken == "held rooms":
        monkeypatch.setattr(hold_queries, "rooms_of_others", lambda *_: {})
    elif broken == "hours":
        monkeypatch.setattr(obstacles, "of_hours", lambda *_: [])
    elif broken == "rooms":
        monkeypatch.setattr(asset_queries, "taken", lambda *_: set())
    else:
        monkeypatch.setattr(visits, "stamps_after", lambda before, *_: before)
    with pytest.raises((AssertionError, pytest.fail.Exception, ClinicError)):
        walk(desks, admin, clock, 7, 400)


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_many_thousands_of_steps(desks: list[Desk], admin: Actor, clock: FixedClock, seed: int) -> None:
    walk(desks, admin, clock, 100 + seed, 5_000)
