"""A newer program brings the data along (security.md D42, F3): proven backup first, old schema or new, never between.

The next version is a migration that this test makes up: it adds a column and a table and rewrites every patient.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from meditrack_desktop.bootstrap import migrate_clinic, open_clinic
from meditrack_desktop.database import schema
from meditrack_desktop.database.engine import SqliteTarget
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import PASSWORDS
from tests.services.backup.conftest import Kept
from tests.services.backup.doomed import MIGRATE, Order
from tests.services.backup.killing import Point, kill_at_each, points_of, sample

NEXT = '''
"""The next version. Revision ID: 9999"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    op.add_column("patient", sa.Column("mark", sa.String(20), nullable=False, server_default="new"))
    op.create_table("thing", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text))
    op.execute("UPDATE patient SET note = 'migrated ' || mrn")
    op.execute("INSERT INTO thing (id, text) SELECT 1, count(*) FROM patient")
    {more}
'''
SAMPLE = {"sqlite": 8, "postgres": 5}
NewProgram = Callable[..., Path]


@pytest.fixture
def new_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NewProgram:
    """Let the program be one with the next migration."""

    def make(more: str = "") -> Path:
        folder = tmp_path / "migrations"
        shutil.copytree(schema._MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        version = NEXT.format(before=schema.newest(), more=more)
        (folder / "versions" / "v9999_next.py").write_text(version)
        monkeypatch.setattr(schema, "_MIGRATIONS", folder)
        return folder

    return make


def migrated(kept: Kept) -> bool:
    """Whether the clinic has the new schema; it is wholly there, or wholly absent."""
    clinic = open_any(kept)
    try:
        with clinic.work.database.reading() as session:
            version = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            notes = session.execute(
                text("SELECT count(*) FROM patient WHERE note LIKE 'migrated%'")
            ).scalar_one()
            patients = session.execute(text("SELECT count(*) FROM patient")).scalar_one()
            assert patients == 61
            if kept.site.kind == "sqlite":
                assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
                assert session.execute(text("PRAGMA cipher_integrity_check")).fetchall() == []
        if version == "9999":
            assert notes == patients
            assert clinic.audit.check(clinic.sessions.sign_in("admin", PASSWORDS["admin"])).whole
        else:
            assert notes == 0
        return bool(version == "9999")
    finally:
        clinic.close()


def open_any(kept: Kept) -> Clinic:
    clinic = open_clinic(kept.site.folder, kept.clock)
    clinic.keys.open(kept.site.secrets, any_version=True)
    return clinic


def migrate(kept: Kept, password: str = PASSWORDS["admin"]) -> str:
    return migrate_clinic(kept.site.folder, "admin", password, clock=kept.clock).saved_as


def test_with_a_backup_folder_a_proven_backup_comes_first(kept: Kept, new_program: NewProgram) -> None:
    kept.clinic.close()
    new_program()
    with pytest.raises(Unavailable) as caught:
        kept.site.open(kept.clock)
    assert caught.value.code is ErrorCode.DATABASE_OLDER
    saved_as = migrate(kept)
    assert migrated(kept)
    clinic = kept.site.open(kept.clock)
    try:
        admin = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
        (backup,) = clinic.backups.list(admin)
        assert backup.name == saved_as and backup.kind.value == "before-migration"
        assert clinic.backups.verify(admin, saved_as).whole, "an older schema is proven too"
        clinic.backups.restore(admin, saved_as)
    finally:
        clinic.close()
    assert schema.newest() == "9999"
    again = kept.site.open(kept.clock)
    try:
        assert schema.stored(again.work.database) == "9999", "what came back was migrated on the way"
    finally:
        again.close()


def test_without_one_a_copy_is_set_aside(kept: Kept, new_program: NewProgram) -> None:
    kept.clinic.backups.set_target(kept.site.actors["admin"], None)
    kept.clinic.close()
    before = schema.newest()
    new_program()
    saved_as = migrate(kept)
    assert migrated(kept)
    database = Database(SqliteTarget(kept.site.folder / saved_as / "clinic.db"))
    database.unlock(bytes.fromhex(kept.site.secrets.database_key))
    try:
        assert schema.stored(database) == before
        with database.reading() as session:
            assert session.execute(text("SELECT count(*) FROM patient")).scalar_one() == 61
    finally:
        database.lock()
    assert migrate(kept) == "", "nothing to do"


def test_a_stick_that_was_pulled_out_stops_nobody(kept: Kept, new_program: NewProgram) -> None:
    kept.clinic.close()
    kept.folder.rename(kept.folder.with_name("pulled"))
    new_program()
    assert migrate(kept).startswith("set-aside-")
    assert migrated(kept)


@pytest.mark.parametrize(
    "more",
    ["raise RuntimeError('broken')", "op.execute('DELETE FROM patient_phone; ')", "op.execute('nonsense')"],
)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_migration_that_fails_or_loses_rows_changes_nothing(
    kept: Kept, new_program: NewProgram, more: str
) -> None:
    kept.clinic.close()
    new_program(more)
    with pytest.raises((ClinicError, RuntimeError)):
        migrate(kept)
    assert not migrated(kept)
    assert not list(kept.site.folder.glob(".scratch-*"))


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_wrong_password_and_an_open_clinic(kept: Kept, new_program: NewProgram) -> None:
    new_program()
    with pytest.raises(NotAuthenticated):
        migrate(kept, "wrong")
    with kept.clinic.work.database.reading() as session:
        session.execute(text("SELECT 1 FROM patient")).all()
        with pytest.raises(Unavailable) as caught:
            migrate(kept)
    assert caught.value.code in (ErrorCode.DATABASE_BUSY,)
    kept.clinic.close()
    assert not migrated(kept)


def killed(
    kept: Kept, migrations: Path, log: Path, count: int, keep: Callable[[], None], back: Callable[[], None]
) -> None:
    kept.clinic.close()
    keep()
    order = Order(MIGRATE, kept.site.folder, kept.clock, password=PASSWORDS["admin"], migrations=migrations)
    points = points_of(order, log)
    assert migrated(kept)
    outcomes: list[bool] = []

    def before() -> Order:
        back()
        return order

    def check(point: Point, said: str) -> None:
        outcomes.append(migrated(kept))
        assert outcomes[-1] or said != "done"
        migrate(kept)
        assert migrated(kept), "it goes on where it was cut off"
        assert outcomes[-1] or not list(kept.site.folder.glob(".scratch-*"))

    dead = kill_at_each(sample(points, count, seed=6), before, check)
    assert dead >= count * 0.6
    assert False in outcomes


def killed_on(
    kept: Kept, new_program: NewProgram, tmp_path: Path, count: int, request: pytest.FixtureRequest
) -> None:
    original = tmp_path / "original"
    folder = kept.site.folder
    kept.clinic.backups.set_target(kept.site.actors["admin"], None)
    template = ""
    server = None
    if kept.site.kind == "postgres":
        server = request.getfixturevalue("postgres_server")
        with kept.clinic.work.database.reading() as session:
            database = session.execute(text("SELECT current_database()")).scalar_one()

    def keep() -> None:
        nonlocal template
        shutil.copytree(folder, original)
        if server is not None:
            template = server.create(template=database)

    def back() -> None:
        shutil.rmtree(folder)
        shutil.copytree(original, folder)
        if server is not None:
            server.drop(database)
            server._run(f"CREATE DATABASE {database} TEMPLATE {template}")

    try:
        killed(kept, new_program(), tmp_path / "calls", count, keep, back)
    finally:
        if server is not None:
            server.drop(template)


@pytest.mark.skipif(sys.platform != "linux", reason="needs strace")
@pytest.mark.timeout(600)
def test_killed_in_a_migration(
    kept: Kept, new_program: NewProgram, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    killed_on(kept, new_program, tmp_path, SAMPLE[kept.site.kind], request)


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform != "linux", reason="needs strace")
@pytest.mark.timeout(14400)
def test_killed_at_every_write_of_a_migration(
    kept: Kept, new_program: NewProgram, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    killed_on(kept, new_program, tmp_path, 100_000, request)
