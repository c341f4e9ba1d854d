"""F4, merging: a desk is killed while it merges two records, or makes two of them again: all of it, or nothing."""

from __future__ import annotations

import random
import sys
import time

import pytest

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_merges import MergePatients, UndoMerge
from meditrack_desktop.services.clinic import Clinic
from tests.journeys.busy_desk import Command, Orders
from tests.journeys.test_kill import World, finish, stdin_of, world
from tests.makers.people import a_patient
from tests.makers.whole_records import dump, hang_on, nothing_hangs_on, without_versions

__all__ = ["world"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
TIMES = 8


def killed_while(world: World, command: Command, seconds: float) -> bool:
    """A desk that is killed so long after it began; whether it had said that it was done."""
    orders = Orders(
        folder=world.site.folder,
        secrets=world.site.secrets,
        actor=world.site.actors["admin"],
        clock=world.clock,
        commands=(command,),
        sizes={},
    )
    desk = world.start(orders)
    stdin_of(desk).write(b"x")
    stdin_of(desk).flush()
    time.sleep(seconds)
    desk.kill()
    acknowledged, _ = finish(desk)
    return command.id in acknowledged


def test_killed_at_random_moments(world: World) -> None:
    chance = random.Random(5)
    admin, desk = world.site.actors["admin"], world.site.actors["reception"]
    clinic = world.site.open(world.clock)
    kept = clinic.patients.register(desk, a_patient("Beispiel", "Greta", "0151 4960050"))
    gone = clinic.patients.register(desk, a_patient("Beispiel", "Grete", "07400 123456"))
    with clinic.work.unsigned() as session:
        for patient in (kept, gone):
            hang_on(session, patient.id, chance, (kept.id, gone.id, world.patient.id), most=12)
    before = without_versions(dump(clinic))
    clinic.close()
    told = {True: 0, False: 0}
    for number in range(TIMES):
        clinic = world.site.open(world.clock)
        versions = [clinic.patients.get(admin, each.id).version for each in (kept, gone)]
        clinic.close()
        command = MergePatients(
            id=new_id(),
            kept_id=kept.id,
            kept_version=versions[0],
            gone_id=gone.id,
            gone_version=versions[1],
            reason="registered twice",
        )
        acknowledged = killed_while(world, command, chance.uniform(0.002, 0.5))
        clinic = world.site.open(world.clock)
        merged = _is_merged(clinic, admin, command)
        assert merged or not acknowledged, "what was acknowledged is there"
        told[merged] += 1
        if not merged:
            assert without_versions(dump(clinic)) == before, f"half a merge, {number}"
            clinic.patient_merges.merge(admin, command)
        nothing_hangs_on(dump(clinic), gone.id, kept.id)
        merge = clinic.patient_merges.list(admin, kept.id)[0]
        clinic.close()
        undo = UndoMerge(id=merge.id, version=merge.version)
        acknowledged = killed_while(world, undo, chance.uniform(0.002, 0.5))
        clinic = world.site.open(world.clock)
        merged = _is_merged(clinic, admin, command)
        assert not (merged and acknowledged)
        if merged:
            nothing_hangs_on(dump(clinic), gone.id, kept.id)
            clinic.patient_merges.undo(admin, undo)
        assert without_versions(dump(clinic)) == before, f"half an undoing, {number}"
        assert clinic.audit.check(admin).whole
        clinic.close()
    print(f"{told[True]} merges were done when the desk died, {told[False]} were not")


def _is_merged(clinic: Clinic, actor: Actor, command: MergePatients) -> bool:
    merges = clinic.patient_merges.list(actor, command.kept_id)
    return any(one.id == command.id and one.undone_at is None for one in merges)
