"""The desk's memory of its chain: told seldom, never in the way of work, and never overwritten by a contradiction."""

from __future__ import annotations

from datetime import timedelta

import pytest

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.services import audit_anchors
from meditrack_desktop.services.audit_anchors import AuditAnchors
from meditrack_desktop.services.clinic import Clinic


class Store:
    """A secret store that counts, and can be out of order."""

    name = "counting"

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.puts = 0
        self.broken = False

    def get(self, key: str) -> str | None:
        self._refuse()
        return self.values.get(key)

    def put(self, key: str, value: str) -> None:
        self._refuse()
        assert len(value) < 1200
        self.values[key] = value
        self.puts += 1

    def delete(self, key: str) -> None:
        self._refuse()
        self.values.pop(key, None)

    def _refuse(self) -> None:
        if self.broken:
            raise Unavailable(ErrorCode.KEYRING_UNUSABLE)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def anchors(clinic: Clinic, store: Store, clock: FixedClock) -> AuditAnchors:
    """The clinic's anchors, with a store that can be watched."""
    facts = clinic.profile.facts()
    made = AuditAnchors(clinic.work.database, store, facts.clinic_id, facts.workstation, clock)
    clinic.work.trail.ended = made.note
    clinic.audit.anchors = made
    return made


def _register(clinic: Clinic, reception: Actor, count: int) -> None:
    for number in range(count):
        clinic.patients.register(reception, RegisterPatient(family=f"Placeby{number}"))


def _end(clinic: Clinic) -> int:
    with clinic.work.database.reading() as session:
        return queries.heads(session)[clinic.work.trail.chain][0]


def _kept(anchors: AuditAnchors) -> int:
    [anchor] = anchors.remembered()
    return anchor.seq


def test_the_store_is_told_at_first_then_seldom(
    clinic: Clinic, reception: Actor, anchors: AuditAnchors, store: Store, clock: FixedClock
) -> None:
    _register(clinic, reception, 20)
    assert store.puts == 1, "the first line of a program, then not each"
    first = _kept(anchors)
    clock.advance(audit_anchors.EVERY)
    _register(clinic, reception, 1)
    assert store.puts == 2 and _kept(anchors) == first + 20 == _end(clinic)


def test_many_lines_are_told_of_without_waiting(
    clinic: Clinic, reception: Actor, anchors: AuditAnchors, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_anchors, "EVERY_LINES", 10)
    _register(clinic, reception, 31)
    assert store.puts == 4
    assert _end(clinic) - _kept(anchors) < 10


def test_whoever_leaves_leaves_the_end_behind(
    clinic: Clinic, reception: Actor, anchors: AuditAnchors, store: Store
) -> None:
    _register(clinic, reception, 5)
    clinic.sessions.sign_out(reception)
    assert _kept(anchors) == _end(clinic) and store.puts == 2


def test_closing_keeps_the_end(clinic: Clinic, reception: Actor, anchors: AuditAnchors) -> None:
    _register(clinic, reception, 5)
    last = _end(clinic)
    clinic.close()
    assert _kept(anchors) == last


def test_a_store_out_of_order_stops_nobody_and_is_tried_again(
    clinic: Clinic, reception: Actor, anchors: AuditAnchors, store: Store, clock: FixedClock
) -> None:
    store.broken = True
    _register(clinic, reception, 3)
    assert not anchors.keep() and anchors.remembered() == ()
    store.broken = False
    clock.advance(timedelta(minutes=2))
    _register(clinic, reception, 1)
    assert _kept(anchors) == _end(clinic)


def test_a_second_program_that_came_further_is_not_put_back(
    clinic: Clinic, reception: Actor, anchors: AuditAnchors, store: Store, clock: FixedClock
) -> None:
    """The window and the command line share a chain and a store."""
    _register(clinic, reception, 2)
    early = _end(clinic)
    with clinic.work.database.reading() as session:
        hash_ = queries.hash_at(session, anchors.chain, early - 1)
    facts = clinic.profile.facts()
    other = AuditAnchors(clinic.work.database, store, facts.clinic_id, facts.workstation, clock)
    assert hash_ is not None
    other.note(early - 1, hash_, True)
    assert anchors.keep() and _kept(anchors) == early
    other.note(early - 1, hash_, True)
    assert other.keep() and _kept(anchors) == early


def test_a_contradicted_memory_is_not_overwritten(
    clinic: Clinic, reception: Actor, anchors: AuditAnchors, store: Store, clock: FixedClock, admin: Actor
) -> None:
    _register(clinic, reception, 2)
    key = next(iter(store.values))
    remembered = f"{_end(clinic) + 50}:{'f' * 64}:{clock.now().isoformat()}"
    store.values[key] = remembered
    clock.advance(timedelta(minutes=5))
    _register(clinic, reception, 2)
    assert not anchors.keep()
    assert store.values[key] == remembered
    assert not clinic.audit.check(admin).whole
    anchors.accept()
    assert _kept(anchors) == _end(clinic)
    assert clinic.audit.check(admin).whole


@pytest.mark.parametrize("rubbish", ["", "12", "x:y:z", f"5:{'f' * 63}:2026-01-01", f"5:{'f' * 64}:noon"])
def test_a_memory_that_cannot_be_read_is_none(
    clinic: Clinic, reception: Actor, anchors: AuditAnchors, store: Store, rubbish: str
) -> None:
    _register(clinic, reception, 1)
    key = next(iter(store.values))
    store.values[key] = rubbish
    assert anchors.remembered() == ()
