"""Somebody pulls the plug while keys are rotated or the kit is replaced (F4): no key is lost, and it goes on."""

from __future__ import annotations

import pickle
import random
import sys
from dataclasses import dataclass
from uuid import UUID

import pytest

from meditrack_desktop.bootstrap import open_clinic
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.services import shared_keys
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.vault.keys import unwrap
from tests import warm
from tests.conftest import PASSWORDS, ClinicSite
from tests.journeys.key_desk import KeyOrders
from tests.services.doors import PNG
from tests.services.key_makers import assert_every_key_opens, epochs_of, file_documents

PATIENTS = 3
KEYS = 2 * PATIENTS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@dataclass
class World:
    site: ClinicSite
    clock: FixedClock
    documents: list[UUID]
    kit: str


@pytest.fixture
def world(site: ClinicSite, clock: FixedClock) -> World:
    clinic = site.open(clock)
    try:
        documents = file_documents(clinic, site.actors["reception"], PATIENTS)
    finally:
        clinic.close()
    return World(site, clock, documents, site.kit)


def _run(world: World, new_kit: bool, die_at: int, after: bool = False) -> tuple[int, str]:
    """One desk with these orders. Returns how many writes it came to (0 if it died) and the kit it drew up."""
    clinic = world.site.open(world.clock)
    try:
        clinic.keys.refresh()
        assert clinic.keys.opened is not None
        orders = KeyOrders(
            world.site.folder,
            clinic.keys.opened,
            world.site.actors["admin"],
            world.clock,
            new_kit,
            die_at,
            after,
        )
    finally:
        clinic.close()
    done = warm.run("tests.journeys.key_desk", input=pickle.dumps(orders))
    lines = done.stdout.decode().split()
    kit = lines[0] if new_kit and lines else ""
    if done.returncode == 0:
        return int(lines[-1]), kit
    assert done.returncode == -9, done.stderr.decode()
    return 0, kit


def _opens(world: World, clinic: Clinic, kit: str) -> bool:
    if world.site.kind == "sqlite":
        return clinic.keys.slots.open_recovery(kit) is not None
    return shared_keys.open_by_kit(clinic.work.database, kit) is not None


def _check(world: World, drawn_up: str) -> None:
    """Everything opens as it lies there, then the change is finished, and everything opens again."""
    clinic = open_clinic(world.site.folder, world.clock)
    try:
        admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        assert assert_every_key_opens(clinic) == KEYS
        replaced = bool(drawn_up) and _opens(world, clinic, drawn_up)
        assert replaced or _opens(world, clinic, world.kit), "no kit opens the clinic"
        kits = [kit for kit in (drawn_up, world.kit) if kit]
        copies = clinic.keys.vault.layout.keys
        assert len({unwrap(path.read_bytes(), kits)[0].public for path in copies.glob("*.age")}) == KEYS
        clinic.key_rotation.rotate(admin)
        status = clinic.key_rotation.status(admin)
        assert not status.unfinished and status.unreadable == 0
        assert epochs_of(clinic) == {status.epoch} and assert_every_key_opens(clinic) == KEYS
        now, former = (drawn_up, world.kit) if replaced else (world.kit, drawn_up)
        assert _opens(world, clinic, now) and not (former and _opens(world, clinic, former))
        recovered = list(clinic.keys.vault.recover(now, clinic.keys.recipients))
        assert len(recovered) == KEYS, "each key has one recovery copy, and the kit that is good opens it"
        for document in world.documents[1::2]:
            rosa = world.site.actors["reception"]
            with clinic.documents.open(rosa, document).source as source:
                assert source.read_all() == PNG
        assert clinic.audit.check(admin).whole
        world.kit = now
    finally:
        clinic.close()


def _kill(world: World, new_kit: bool, die_at: int, after: bool) -> bool:
    """Whether it died before it was done."""
    came_to, drawn_up = _run(world, new_kit, die_at, after)
    _check(world, drawn_up)
    return came_to == 0


@pytest.mark.parametrize("new_kit", [False, True], ids=["rotation", "new kit"])
def test_killed_at_a_sample_of_writes(world: World, new_kit: bool) -> None:
    total, drawn_up = _run(world, new_kit, 0)
    assert total > (20 if new_kit else 6)
    _check(world, drawn_up)
    chance = random.Random(7)
    for number in sorted(chance.sample(range(1, total + 1), 3)):
        assert _kill(world, new_kit, number, chance.random() < 0.5), number


@pytest.mark.exhaustive
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("new_kit", [False, True], ids=["rotation", "new kit"])
def test_killed_at_every_write(world: World, new_kit: bool, after: bool) -> None:
    total, drawn_up = _run(world, new_kit, 0)
    _check(world, drawn_up)
    died = [_kill(world, new_kit, number, after) for number in range(1, total + 1)]
    assert all(died[:-1]), died
