"""Fire, theft, a dead disk: the backup folder and the recovery kit alone bring everything back (F17)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from meditrack_desktop.bootstrap import open_clinic, preview_by_kit, restore_by_kit
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import keys as key_queries
from meditrack_desktop.domain.backups import BackupOutcome
from meditrack_desktop.domain.desks import DeskStatus
from meditrack_desktop.domain.errors import (
    ClinicError,
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAuthenticated,
    Unavailable,
)
from meditrack_desktop.domain.vault_moves import MoveVault
from meditrack_desktop.services import shared_keys
from meditrack_desktop.services.backup.here import LATEST
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.vault.keys import new_key_pair
from tests.conftest import PASSWORDS
from tests.postgres import PostgresServer
from tests.services.backup.conftest import Kept
from tests.services.backup.test_restore import rows

PEOPLE_TOO = {"session", "workstation", "backup_run", "audit", "audit_chain", "sign_in_try", "key_envelope"}


def wanted(kept: Kept, kit: str, **more: str) -> RestoreByKit:
    return RestoreByKit(kept.folder, LATEST, kit, "admin", PASSWORDS["admin"], **more)


def test_a_new_computer_has_everything_again(kept: Kept, kit: str, tmp_path: Path) -> None:
    """From either database onto a lone computer."""
    made = kept.clinic.backups.run(kept.site.actors["admin"])
    before = rows(kept.clinic, PEOPLE_TOO)
    kept.clinic.close()
    shutil.rmtree(kept.site.folder)  # the old computer burnt
    new = tmp_path / "new"
    shown = preview_by_kit(wanted(kept, kit))
    assert (shown.name, shown.documents, shown.counts["patient"]) == (made.name, 3, 61)

    report = restore_by_kit(new, wanted(kept, kit), clock=kept.clock)

    assert (report.documents, report.documents_added, report.absent, report.saved_as) == (3, 6, (), "")
    clinic = open_clinic(new, kept.clock)
    try:
        admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        assert rows(clinic, PEOPLE_TOO) == before
        front = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
        insured = kept.documents[1]
        with clinic.documents.open(front, insured.id).source as source:
            source.verify()
            assert source.size == insured.size
        check = clinic.audit.check(admin)
        assert check.whole, check
        with clinic.work.database.reading() as session:
            live = session.execute(text("SELECT count(*) FROM session WHERE ended_at IS NULL")).scalar_one()
            assert live == 2, "somebody who was signed in when the backup was made still is"
            assert session.execute(text("PRAGMA cipher_integrity_check")).fetchall() == []
        assert clinic.backups.status(admin).last_verified_at is not None
        kept.clock.advance(kept.clock.now() - made.made_at)
        again = clinic.backups.run(admin)
        assert again.outcome is BackupOutcome.VERIFIED and again.new_documents == 0
        names = {path.name for path in new.iterdir()}
        assert not [name for name in names if name.startswith((".coming", ".scratch", "restore-pending"))]
    finally:
        clinic.close()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_refusals_leave_no_trace(kept: Kept, kit: str, tmp_path: Path) -> None:
    kept.clinic.backups.run(kept.site.actors["admin"])
    new = tmp_path / "new"
    other = new_key_pair().secret
    for command, code in (
        (RestoreByKit(kept.folder, LATEST, other), ErrorCode.RECOVERY_KEY_WRONG),
        (RestoreByKit(kept.folder, LATEST, kit, "admin", "wrong"), ErrorCode.INVALID_CREDENTIALS),
        (RestoreByKit(kept.folder, LATEST, kit, "nobody", "wrong"), ErrorCode.INVALID_CREDENTIALS),
        (RestoreByKit(kept.folder, "../x", kit), ErrorCode.BACKUP_NOT_FOUND),
        (RestoreByKit(tmp_path, LATEST, kit), ErrorCode.BACKUP_NOT_FOUND),
    ):
        with pytest.raises(ClinicError) as caught:
            restore_by_kit(new, command, clock=kept.clock)
        assert caught.value.code is code
        with pytest.raises(Unavailable) as missing:
            open_clinic(new)
        assert missing.value.code is ErrorCode.CLINIC_NOT_SET_UP


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_documents_never_come_back_into_a_folder_that_depends_on_where_one_stands(
    kept: Kept, kit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder without its beginning, and a store's address that was typed wrong and would be such a folder."""
    monkeypatch.chdir(tmp_path)
    admin = kept.site.actors["admin"]
    kept.clinic.backups.run(admin)
    with pytest.raises(Invalid):
        kept.clinic.vault_moves.move(admin, MoveVault("papers", ""))
    kept.clinic.close()
    for address in ("papers", "s3:/clinic", "s3:clinic"):
        with pytest.raises(Invalid) as refused:
            restore_by_kit(tmp_path / "new", wanted(kept, kit, vault_folder=address))
        assert refused.value.fields == {"vault_folder": FieldProblem.MALFORMED}
    assert not (tmp_path / "new" / "clinic.json").exists()
    assert not any((tmp_path / name).exists() for name in ("papers", "s3:", "s3:clinic"))


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_clinic_that_opens_no_more_is_set_aside(kept: Kept, kit: str) -> None:
    kept.clinic.backups.run(kept.site.actors["admin"])
    kept.clinic.close()
    folder = kept.site.folder
    broken = b"not a database at all" * 1000
    (folder / "clinic.db").write_bytes(broken)
    slots = (folder / "slots.json").read_bytes()
    report = restore_by_kit(folder, wanted(kept, kit), clock=kept.clock)
    assert report.saved_as.startswith("set-aside-")
    aside = folder / report.saved_as
    assert (aside / "clinic.db").read_bytes() == broken
    assert (aside / "slots.json").read_bytes() == slots
    clinic = open_clinic(folder, kept.clock)
    try:
        admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        assert (
            len(
                clinic.documents.of_patient(
                    clinic.sessions.sign_in("reception", PASSWORDS["reception"]), kept.patient.id
                )
            )
            == 3
        )
        assert clinic.audit.check(admin).whole
    finally:
        clinic.close()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_clinic_that_somebody_has_open_is_not_set_aside(kept: Kept, kit: str) -> None:
    """The window would go on writing into the file that is set aside, and all of that would be lost."""
    kept.clinic.backups.run(kept.site.actors["admin"])
    folder = kept.site.folder
    script = (
        "import sys; from pathlib import Path; import sqlcipher3.dbapi2 as s\n"
        "c = s.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute(sys.stdin.readline()); c.execute('PRAGMA journal_mode=WAL')\n"
        "c.execute('SELECT count(*) FROM patient').fetchone(); print('open', flush=True); sys.stdin.read()"
    )
    opened = kept.clinic.keys.opened
    assert opened is not None
    kept.clinic.close()
    window = subprocess.Popen(
        [sys.executable, "-c", script, str(folder / "clinic.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert window.stdin is not None and window.stdout is not None
    try:
        window.stdin.write(f"PRAGMA key=\"x'{opened.database_key}'\"\n")
        window.stdin.flush()
        assert window.stdout.readline() == "open\n"
        with pytest.raises(Unavailable) as caught:
            restore_by_kit(folder, wanted(kept, kit), clock=kept.clock)
        assert caught.value.code is ErrorCode.DATABASE_BUSY
        assert not list(folder.glob("set-aside-*"))
    finally:
        window.communicate("", timeout=10)
    assert restore_by_kit(folder, wanted(kept, kit), clock=kept.clock).saved_as


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_another_clinic_is_never_replaced(kept: Kept, kit: str, tmp_path: Path) -> None:
    from meditrack_desktop.bootstrap import ready_demo

    kept.clinic.backups.run(kept.site.actors["admin"])
    demo = tmp_path / "demo"
    ready_demo(demo, kept.clock.now())
    before = {path.name for path in demo.iterdir()}
    with pytest.raises(Conflict) as caught:
        restore_by_kit(demo, wanted(kept, kit), clock=kept.clock)
    assert caught.value.code is ErrorCode.CLINIC_EXISTS
    assert {path.name for path in demo.iterdir()} == before


def test_onto_a_new_server(kept: Kept, kit: str, tmp_path: Path, postgres_server: PostgresServer) -> None:
    """From either database onto an empty Postgres, and this computer is a desk there."""
    kept.clinic.backups.run(kept.site.actors["admin"])
    before = rows(kept.clinic, PEOPLE_TOO)
    kept.clinic.close()
    name = postgres_server.create()
    new = tmp_path / "new"
    try:
        command = wanted(kept, kit, server=postgres_server.url(name), vault_folder=str(tmp_path / "share"))
        report = restore_by_kit(new, command, clock=kept.clock)
        assert (report.documents_added, report.absent) == (6, ())
        clinic = open_clinic(new, kept.clock)
        try:
            admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
            assert rows(clinic, PEOPLE_TOO) == before
            front = clinic.sessions.sign_in("reception", PASSWORDS["reception"])
            with clinic.documents.open(front, kept.documents[1].id).source as source:
                source.verify()
            assert clinic.audit.check(admin).whole
            assert clinic.backups.run(admin).outcome is BackupOutcome.VERIFIED
        finally:
            clinic.close()
    finally:
        postgres_server.drop(name)


@pytest.mark.parametrize("site", ["postgres"], indirect=True)
def test_a_desk_that_was_shut_out_since_stays_out(kept: Kept, kit: str, tmp_path: Path) -> None:
    clinic, admin = kept.clinic, kept.site.actors["admin"]
    with clinic.work.unsigned() as session:
        row = clinic_queries.add_workstation(session, "ws_0badbeef", "Stolen laptop", kept.clock.now())
        row.recipient = new_key_pair().public
        session.reported.add(row)
    clinic.desks.approve(admin, "ws_0badbeef")
    clinic.backups.run(admin)
    clinic.desks.revoke(admin, "ws_0badbeef")
    server = shared_keys.desk_key(clinic.keys.slots).server
    clinic.close()
    new = tmp_path / "new"
    command = wanted(kept, kit, server=server, vault_folder=str(tmp_path / "share"))
    restore_by_kit(new, command, clock=kept.clock)
    again = open_clinic(new, kept.clock)
    try:
        fresh = again.sessions.sign_in("admin", PASSWORDS["admin"])
        status = {desk.id: desk.status for desk in again.desks.list(fresh)}
        assert status["ws_0badbeef"] is DeskStatus.REVOKED
        with again.work.database.reading() as session:
            assert key_queries.envelope(session, "ws_0badbeef") is None
    finally:
        again.close()


def test_the_wrong_password_is_told_before_anything_happens(kept: Kept, kit: str, tmp_path: Path) -> None:
    kept.clinic.backups.run(kept.site.actors["admin"])
    with pytest.raises(NotAuthenticated):
        restore_by_kit(
            tmp_path / "new", RestoreByKit(kept.folder, LATEST, kit, "admin", "x"), clock=kept.clock
        )
