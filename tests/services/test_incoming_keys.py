"""The inbox's own key: made once, rotated, recovered, backed up and brought back like a patient's."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from meditrack_desktop.bootstrap import open_clinic, recover_clinic, restore_by_kit
from meditrack_desktop.database.queries import keys as key_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import BackupOutcome
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.incoming import INBOX_CLASS, IncomingFile, IncomingState
from meditrack_desktop.services.backup.here import LATEST
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.recovery import RecoverClinic
from meditrack_desktop.services.recovery_kit import LAST
from meditrack_desktop.services.shared_keys import desk_key
from tests.conftest import PASSWORDS, ClinicSite
from tests.makers.documents import a_pdf
from tests.makers.people import a_patient
from tests.services.incoming_scene import InboxDesk, a_png

NEW = "willow-cabinet-seven-moons"
PAPER = a_pdf("Laboratory report")


@pytest.fixture
def desk(clinic: Clinic, reception: Actor) -> InboxDesk:
    return InboxDesk(clinic, reception, clinic.patients.register(reception, a_patient()))


def inbox_keys(clinic: Clinic) -> int:
    with clinic.work.database.reading() as session:
        owners = [(owner, kind) for owner, kind, _ in key_queries.all_keys(session)]
    return owners.count((clinic.keys.vault.clinic_id, INBOX_CLASS))


def test_it_is_made_with_the_first_file_and_once(desk: InboxDesk) -> None:
    assert inbox_keys(desk.clinic) == 0
    begin = Barrier(3)

    def take(colour: str) -> IncomingFile:
        begin.wait()
        return desk.take(a_png(colour), "a.png")

    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(take, ("red", "green", "blue")))
    assert inbox_keys(desk.clinic) == 1
    assert [desk.read(one) for one in taken] == [a_png(colour) for colour in ("red", "green", "blue")]


def test_keys_that_change_while_the_first_file_is_stored(
    desk: InboxDesk, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = type(desk.clinic.keys.vault)
    store, done = vault.store, list[int]()

    def storing(*args: Any) -> Any:
        if not done:
            done.append(1)
            desk.clinic.key_rotation.rotate(admin)
        return store(*args)

    monkeypatch.setattr(vault, "store", storing)
    one = desk.take(PAPER)
    assert desk.read(one) == PAPER
    with desk.clinic.work.database.reading() as session:
        assert key_queries.count_behind(session, desk.clinic.keys.epoch) == 0


def test_a_rotation_and_a_new_kit(desk: InboxDesk, admin: Actor) -> None:
    one = desk.take(PAPER)
    status = desk.clinic.key_rotation.rotate(admin)
    assert (status.epoch, status.waiting, status.unreadable) == (2, 0, 0)
    assert desk.read(one) == PAPER
    kit = desk.clinic.key_rotation.new_kit(admin)
    desk.clinic.key_rotation.confirm_kit(admin, kit.identity[-LAST:])
    assert desk.read(one) == PAPER
    second = desk.take(a_png(), "a.png")
    assert desk.read(second) == a_png()
    desk.file(one)
    # The new kit alone opens it: from its recovery copy, wrapped to nothing that anybody has.
    owner = desk.clinic.keys.vault.clinic_id
    with desk.clinic.work.database.reading() as session:
        (public,) = [key for whose, _, key in key_queries.all_keys(session) if whose == owner]
    copy = desk.clinic.keys.vault.recover_key(
        kit.identity, owner, INBOX_CLASS, public, desk.clinic.keys.recipients
    )
    assert copy is not None


def test_the_kit_brings_back_what_nothing_opens(desk: InboxDesk, admin: Actor, site: ClinicSite) -> None:
    one = desk.take(PAPER)
    with desk.clinic.work.unsigned() as session:
        session.execute(text("UPDATE patient_key SET wrapped = :junk, epoch = 0"), {"junk": b"junk"})
    assert desk.clinic.key_rotation.status(admin).unreadable == 1
    assert desk.clinic.key_rotation.bring_back(admin, site.kit).unreadable == 0
    assert desk.read(one) == PAPER


def test_a_lost_computer_is_recovered_with_the_kit(
    site: ClinicSite, clinic: Clinic, clock: FixedClock, desk: InboxDesk
) -> None:
    one = desk.take(PAPER)
    server = desk_key(clinic.keys.slots).server if site.kind == "postgres" else ""
    clinic.close()
    (site.folder / "device.json").unlink()
    recover_clinic(
        site.folder, RecoverClinic(identity=site.kit, username="admin", password=NEW, server=server), clock
    )
    again = open_clinic(site.folder, clock)
    try:
        again.sessions.sign_in("admin", NEW)
        reception = again.sessions.sign_in("reception", PASSWORDS["reception"])
        assert InboxDesk(again, reception, desk.patient).read(one) == PAPER
    finally:
        again.close()


def test_a_backup_brings_it_back(
    site: ClinicSite, clinic: Clinic, clock: FixedClock, desk: InboxDesk, admin: Actor, tmp_path: Path
) -> None:
    one = desk.take(PAPER)
    folder = tmp_path / "stick"
    folder.mkdir()
    clinic.backups.set_target(admin, folder)
    made = clinic.backups.run(admin)
    assert made.outcome is BackupOutcome.VERIFIED
    desk.file(one)
    clinic.backups.restore(admin, made.name)
    again = site.open(clock)
    try:
        front = again.sessions.sign_in("reception", PASSWORDS["reception"])
        there = InboxDesk(again, front, desk.patient)
        assert again.incoming.get(front, one.id).state is IncomingState.WAITING
        assert there.read(one) == PAPER
        assert again.incoming.thumbnail(front, one.id)
        fresh = again.sessions.sign_in("admin", PASSWORDS["admin"])
        check = again.upkeep.verify(fresh)
        assert check.whole, check
    finally:
        again.close()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_backup_brings_it_back_on_a_new_computer(
    site: ClinicSite, clinic: Clinic, clock: FixedClock, desk: InboxDesk, admin: Actor, tmp_path: Path
) -> None:
    one = desk.take(PAPER)
    folder = tmp_path / "stick"
    folder.mkdir()
    clinic.backups.set_target(admin, folder)
    clinic.backups.run(admin)
    clinic.close()
    shutil.rmtree(site.folder)
    new = tmp_path / "new"
    restore_by_kit(new, RestoreByKit(folder, LATEST, site.kit, "admin", PASSWORDS["admin"]), clock=clock)
    again = open_clinic(new, clock)
    try:
        again.sessions.sign_in("admin", PASSWORDS["admin"])
        front = again.sessions.sign_in("reception", PASSWORDS["reception"])
        assert InboxDesk(again, front, desk.patient).read(one) == PAPER
    finally:
        again.close()


def test_the_sweep_knows_its_files(desk: InboxDesk, admin: Actor, clock: FixedClock) -> None:
    one = desk.take(PAPER)
    desk.take(a_png(), "b.png")
    clock.advance(timedelta(minutes=1))
    report = desk.clinic.upkeep.run(admin)
    assert (report.missing, report.damaged, report.set_apart) == ((), (), ())
    assert report.checked == len(desk.files())
    victim = max(desk.files(), key=lambda path: path.stat().st_size)
    victim.write_bytes(b"somebody else's")
    assert len(desk.clinic.upkeep.verify(admin).damaged) == 1
    assert desk.clinic.incoming.get(desk.actor, one.id).state is IncomingState.WAITING
