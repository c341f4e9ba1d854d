"""Killed in a backup or a restore (security.md F4): earlier backups are whole, the clinic is the old or the new one."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from meditrack_desktop.bootstrap import open_clinic, restore_by_kit
from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.backups import BackupOutcome
from meditrack_desktop.domain.errors import ErrorCode, NotFound, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.services.backup.folder import BackupFolder
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS
from tests.makers.people import a_patient
from tests.services.backup.conftest import Kept
from tests.services.backup.doomed import BACKUP, BY_KIT, RESTORE, Order
from tests.services.backup.killing import Point, kill_at_each, points_of, sample
from tests.services.backup.test_restore import rows

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs strace"),
    pytest.mark.timeout(600),
]
SAMPLE = {"sqlite": 8, "postgres": 5}


def signed_in(clinic: Clinic, username: str) -> Actor:
    """A live session without the half second that a password costs."""
    now = clinic.work.clock.now()
    with clinic.work.unsigned() as session:
        row = account_queries.by_username(session, username)
        assert row is not None
        live = SessionRow(
            id=new_id(),
            token_sha256=new_id().hex,
            account_id=row.id,
            workstation=clinic.work.trail.chain,
            started_at=now,
            expires_at=now + timedelta(hours=1),
            confirmed_at=now,
        )
        session.add(live)
        roles = frozenset(role.role for role in row.roles)
        permissions = account_queries.permissions_of(session, row.id)
        return Actor(row.id, live.id, live.workstation, username, row.name, roles, permissions)


class Doomed:
    """A clinic that is closed here, and killed elsewhere."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.admin = kept.site.actors["admin"]
        self.first = kept.clinic.backups.run(self.admin).name
        kept.clinic.close()

    def order(self, deed: str, name: str = "") -> Order:
        self.kept.clock.advance(timedelta(seconds=5))
        return Order(
            deed, self.kept.site.folder, self.kept.clock, self.kept.site.secrets, self.signed_in(), name
        )

    def signed_in(self) -> Actor:
        clinic = self.kept.site.open(self.kept.clock)
        try:
            return signed_in(clinic, "admin")
        finally:
            clinic.close()

    def new_document_and_patient(self) -> Patient:
        clinic = self.kept.site.open(self.kept.clock)
        try:
            front = signed_in(clinic, "reception")
            return clinic.patients.register(front, a_patient("Spät", "Erna"))
        finally:
            clinic.close()

    def check_backups(self, clinic: Clinic, admin: Actor) -> None:
        """Every one that counts is whole; a run that died left nothing that counts."""
        names = BackupFolder(self.kept.folder).names()
        assert self.first in names
        for name in {self.first, *names[-2:]}:
            check = clinic.backups.verify(admin, name)
            assert check.whole, check
        assert not list(self.kept.site.folder.glob(".scratch-*"))

    def check_after_backup(self, point: Point, said: str) -> None:
        clinic = self.kept.site.open(self.kept.clock)
        try:
            admin = signed_in(clinic, "admin")
            self.check_backups(clinic, admin)
            assert clinic.audit.check(admin).whole
            self.kept.clock.advance(timedelta(seconds=5))
            assert clinic.backups.run(admin).outcome is BackupOutcome.VERIFIED, point
            assert not clinic.backups.status(admin).running
            assert not list(self.kept.folder.rglob("*.part")), point
        finally:
            clinic.close()


def whole(clinic: Clinic, kind: str) -> None:
    if kind != "sqlite":
        return
    with clinic.work.database.reading() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert session.execute(text("PRAGMA cipher_integrity_check")).fetchall() == []
        assert session.execute(text("PRAGMA foreign_key_check")).fetchall() == []


def killed_in_backups(kept: Kept, log: Path, count: int) -> None:
    doomed = Doomed(kept)
    points = points_of(doomed.order(BACKUP), log)
    chosen = sample(points, count, seed=3)
    killed = kill_at_each(chosen, lambda: doomed.order(BACKUP), doomed.check_after_backup)
    assert killed >= count * 0.6, chosen


def killed_in_restores(kept: Kept, log: Path, count: int) -> None:
    doomed = Doomed(kept)
    old = state(kept)
    points = points_of(doomed.order(RESTORE, doomed.first), log)
    late: list[Patient] = []
    outcomes: list[bool] = []

    def order() -> Order:
        late.append(doomed.new_document_and_patient())
        return doomed.order(RESTORE, doomed.first)

    def check(point: Point, said: str) -> None:
        clinic = kept.site.open(kept.clock)
        try:
            admin = signed_in(clinic, "admin")
            doomed.check_backups(clinic, admin)
            whole(clinic, kept.site.kind)
            trail = clinic.audit.check(admin)
            assert trail.whole, (point, trail)
            restored = is_gone(clinic, admin, late[-1])
            outcomes.append(restored)
            assert restored or said != "done"
            if restored:
                assert rows(clinic) == old, point
            for document in clinic.documents.of_patient(kept_front(clinic), kept.patient.id):
                clinic.documents.get(admin, document.id)
            assert not list(kept.site.folder.glob(".coming-*"))
        finally:
            clinic.close()

    chosen = sample(points, count, seed=4)
    killed = kill_at_each(chosen, order, check)
    assert killed >= count * 0.6, chosen
    assert False in outcomes, "none of the kills came before the old state was given up"


def kept_front(clinic: Clinic) -> Actor:
    return signed_in(clinic, "reception")


def state(kept: Kept) -> dict[str, list[tuple[Any, ...]]]:
    clinic = kept.site.open(kept.clock)
    try:
        return rows(clinic)
    finally:
        clinic.close()


def is_gone(clinic: Clinic, admin: Actor, patient: Patient) -> bool:
    try:
        clinic.patients.get(admin, patient.id)
    except NotFound:
        return True
    return False


def test_killed_in_a_backup(kept: Kept, tmp_path: Path) -> None:
    killed_in_backups(kept, tmp_path / "calls", SAMPLE[kept.site.kind])


def test_killed_in_a_restore(kept: Kept, tmp_path: Path) -> None:
    killed_in_restores(kept, tmp_path / "calls", SAMPLE[kept.site.kind])


@pytest.mark.exhaustive
@pytest.mark.timeout(7200)
def test_killed_in_a_backup_at_a_hundred_points(kept: Kept, tmp_path: Path) -> None:
    killed_in_backups(kept, tmp_path / "calls", 100)


@pytest.mark.exhaustive
@pytest.mark.timeout(7200)
def test_killed_in_a_restore_at_a_hundred_points(kept: Kept, tmp_path: Path) -> None:
    killed_in_restores(kept, tmp_path / "calls", 100)


def killed_by_kit(kept: Kept, kit: str, tmp_path: Path, count: int) -> None:
    """Onto a profile whose database is broken: it stays as it is, or everything is there again."""
    doomed = Doomed(kept)
    old = state(kept)
    command = RestoreByKit(kept.folder, doomed.first, kit, "admin", PASSWORDS["admin"])
    folder = tmp_path / "new"
    folder.mkdir()
    order = Order(BY_KIT, folder, kept.clock, kit=command)
    points = points_of(order, tmp_path / "calls")
    outcomes: list[bool] = []

    def check(point: Point, said: str) -> None:
        try:
            clinic = open_clinic(folder, kept.clock)
        except Unavailable as error:
            assert error.code is ErrorCode.CLINIC_NOT_SET_UP and said != "done"
            outcomes.append(False)
            restore_by_kit(folder, command, clock=kept.clock)
            clinic = open_clinic(folder, kept.clock)
        else:
            outcomes.append(True)
        try:
            admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
            whole(clinic, "sqlite")
            assert clinic.audit.check(admin).whole
            assert rows(clinic) == old
            assert not list(folder.glob("restore-pending*")) and not list(folder.glob(".coming-*"))
        finally:
            clinic.close()
        for path in (folder / "clinic.json", folder / "slots.json"):
            path.unlink()
        (folder / "clinic.db").write_bytes(b"broken" * 1000)

    chosen = sample(points, count, seed=5)
    killed = kill_at_each(chosen, lambda: order, check)
    assert killed >= count * 0.6, chosen
    assert set(outcomes) == {False, True}


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_killed_in_a_restore_by_kit(kept: Kept, kit: str, tmp_path: Path) -> None:
    killed_by_kit(kept, kit, tmp_path, SAMPLE[kept.site.kind])


@pytest.mark.exhaustive
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_killed_in_a_restore_by_kit_at_a_hundred_points(kept: Kept, kit: str, tmp_path: Path) -> None:
    killed_by_kit(kept, kit, tmp_path, 100)
