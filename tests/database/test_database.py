"""The open database: keys, versions, faults by their meaning, and the schema the migrations make."""

from __future__ import annotations

import gc
import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from meditrack_desktop.database import schema, tables
from meditrack_desktop.database.base import Base
from meditrack_desktop.database.engine import PostgresTarget, SqliteTarget
from meditrack_desktop.database.faults import translated
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.session import Database
from meditrack_desktop.database.whole_copy import fold_journal
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode, Unavailable
from meditrack_desktop.domain.patients import RegisterPatient
from meditrack_desktop.domain.practitioners import AddPractitioner
from meditrack_desktop.domain.scheduling import BookAppointment
from meditrack_desktop.services.clinic import Clinic
from tests.conftest import ClinicTemplate
from tests.postgres import PostgresServer

assert tables


@pytest.fixture
def copy(sqlite_template: ClinicTemplate, tmp_path: Path) -> Path:
    shutil.copytree(sqlite_template.folder, tmp_path / "p")
    return tmp_path / "p" / "clinic.db"


def _key(template: ClinicTemplate) -> bytes:
    return bytes.fromhex(template.secrets.database_key)


def _refusal(database: Database, key: bytes | None) -> ErrorCode:
    with pytest.raises(Unavailable) as refused:
        database.unlock(key)
    assert database.locked
    return refused.value.code


def test_a_wrong_key_changes_nothing(copy: Path) -> None:
    before = copy.read_bytes()
    assert _refusal(Database(SqliteTarget(copy)), os.urandom(32)) is ErrorCode.DATABASE_KEY_WRONG
    assert copy.read_bytes() == before


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    code = _refusal(Database(SqliteTarget(tmp_path / "clinic.db")), os.urandom(32))
    assert code is ErrorCode.DATABASE_MISSING
    assert not (tmp_path / "clinic.db").exists()


@pytest.mark.parametrize("damage", ["head", "cut", "garbage"])
def test_a_damaged_file_is_refused(copy: Path, sqlite_template: ClinicTemplate, damage: str) -> None:
    content = bytearray(copy.read_bytes())
    if damage == "head":
        content[20] ^= 1
    elif damage == "cut":
        content = content[:1000]
    else:
        content = bytearray(os.urandom(8192))
    copy.write_bytes(content)
    code = _refusal(Database(SqliteTarget(copy)), _key(sqlite_template))
    assert code in (ErrorCode.DATABASE_KEY_WRONG, ErrorCode.DATABASE_DAMAGED)


def test_a_newer_database_is_refused_and_untouched(copy: Path, sqlite_template: ClinicTemplate) -> None:
    database = Database(SqliteTarget(copy))
    database.unlock(_key(sqlite_template))
    with database.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable) as newer:
        schema.check(database)
    assert newer.value.code is ErrorCode.DATABASE_NEWER
    with pytest.raises(Unavailable) as newer:
        schema.migrate(database)
    assert newer.value.code is ErrorCode.DATABASE_NEWER
    assert schema.stored(database) == "9999"
    database.lock()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hush@127.0.0.1:1/x",
        "postgresql://u:hush@host.invalid/x",
        "not a url",
        "mysql://u:hush@127.0.0.1/x",
        "",
    ],
)
def test_a_server_that_is_not_there_is_one_clear_refusal(url: str) -> None:
    with pytest.raises(Unavailable) as silent:
        Database(PostgresTarget(url)).unlock()
    assert silent.value.code is ErrorCode.DATABASE_UNREACHABLE
    assert "hush" not in repr(silent.value)


def test_a_missing_database_on_a_running_server(postgres_server: PostgresServer) -> None:
    with pytest.raises(Unavailable) as silent:
        Database(PostgresTarget(postgres_server.url("no_such_database"))).unlock()
    assert silent.value.code is ErrorCode.DATABASE_UNREACHABLE


def test_migrations_make_the_schema_the_program_means(clinic: Clinic) -> None:
    with clinic.work.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        difference = [
            change
            for change in compare_metadata(context, Base.metadata)
            if "alembic_version" not in repr(change)
        ]
    assert difference == []
    assert schema.stored(clinic.work.database) == schema.newest()
    assert schema.migrate(clinic.work.database) == (schema.newest(), schema.newest())


def test_a_reading_session_sees_but_does_not_write(clinic: Clinic) -> None:
    with clinic.work.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM account")).scalar_one() == 3


def test_locked_means_locked(clinic: Clinic) -> None:
    clinic.work.database.lock()
    with pytest.raises(Unavailable) as locked, clinic.work.database.reading():
        pass
    assert locked.value.code is ErrorCode.DATABASE_LOCKED


@pytest.mark.parametrize("writes", [False, True])
def test_a_file_locked_in_the_middle_of_a_transaction_is_closed_after_it(
    sqlite_template: ClinicTemplate, copy: Path, writes: bool
) -> None:
    database = Database(SqliteTarget(copy))
    database.unlock(_key(sqlite_template))
    gc.disable()  # nobody else tidies up
    try:
        with database.writing() if writes else database.reading() as session:
            session.execute(text("SELECT count(*) FROM clinic"))
            database.lock()
            with pytest.raises(Unavailable):
                fold_journal(copy, _key(sqlite_template))
        fold_journal(copy, _key(sqlite_template))
    finally:
        gc.enable()


def test_what_the_driver_says_goes_no_further(clinic: Clinic) -> None:
    """DETAIL and parameters of a broken constraint hold values of rows."""
    statement = text(
        "INSERT INTO workstation (id, name, enrolled_at) SELECT id, name, enrolled_at FROM workstation"
    )
    with pytest.raises(Conflict) as breach, clinic.work.database.writing() as session:
        session.execute(statement)
    assert breach.value.code is ErrorCode.CHANGED_MEANWHILE
    assert clinic.work.trail.chain not in repr(breach.value)
    assert breach.value.__cause__ is None and breach.value.__suppress_context__


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE appointment SET minutes = 0", ("CHECK", "ck_appointment_within_a_day")),
        ("UPDATE appointment SET reason = NULL", ("NOT NULL", "23502")),
        ("UPDATE appointment SET patient_id = practitioner_id", ("FOREIGN KEY", "fk_appointment_patient_id")),
    ],
    ids=["check", "not-null", "foreign-key"],
)
def test_a_rule_that_the_program_should_have_kept_is_its_fault(
    clinic: Clinic, admin: Actor, reception: Actor, statement: str, rule: tuple[str, str]
) -> None:
    """Nobody was first, so nobody may be told that somebody was."""
    doctor = clinic.practitioners.add(admin, AddPractitioner(family="Shili"))
    patient = clinic.patients.register(reception, RegisterPatient(family="Standin"))
    clinic.scheduling.book(
        reception,
        BookAppointment(
            patient_id=patient.id,
            practitioner_id=doctor.id,
            wall_start=datetime(2026, 11, 19, 9),
            minutes=30,
            overbook_reason="outside hours",
        ),
    )
    with pytest.raises(ClinicError) as fault, clinic.work.database.writing() as session:
        session.execute(text(statement))
    assert not isinstance(fault.value, Conflict)
    assert fault.value.code is ErrorCode.DATABASE_REFUSED
    assert fault.value.parameters["state"] in rule


def test_a_full_disk_and_a_busy_database_have_names(clinic: Clinic) -> None:
    import sqlcipher3.dbapi2 as sqlcipher

    for message, code in (
        ("database or disk is full", ErrorCode.DATABASE_FULL),
        ("database is locked", ErrorCode.DATABASE_BUSY),
        ("attempt to write a readonly database", ErrorCode.DATABASE_READ_ONLY),
        ("database disk image is malformed", ErrorCode.DATABASE_DAMAGED),
        ("disk I/O error", ErrorCode.DATABASE_IO),
        ("no such column: account.shoe_size", ErrorCode.DATABASE_REFUSED),
        ("something nobody has heard of", ErrorCode.DATABASE_DAMAGED),
    ):
        with pytest.raises(ClinicError) as meant, translated():
            raise DBAPIError("SELECT 1", {}, sqlcipher.OperationalError(message))
        assert meant.value.code is code


def test_the_file_is_opened_as_decided(sqlite_template: ClinicTemplate, copy: Path) -> None:
    """Durable, consistent, and wiping keys only (docs/decisions/0010)."""
    database = Database(SqliteTarget(copy))
    database.unlock(_key(sqlite_template))
    with database.engine.connect() as connection:
        found = {
            name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "temp_store",
                "cipher_memory_security",
            )
        }
    database.lock()
    assert found == {
        "journal_mode": "wal",
        "synchronous": "2",
        "foreign_keys": "1",
        "temp_store": "2",
        "cipher_memory_security": "0",
    }


def test_one_reading_sees_one_state(clinic: Clinic) -> None:
    """What others commit meanwhile is not mixed in, on either database."""
    count = text("SELECT count(*) FROM workstation")
    with clinic.work.database.reading() as session:
        before = session.execute(count).scalar_one()
        with clinic.work.database.writing() as other:
            row = clinic_queries.add_workstation(other, "ws_other", "Front desk 2", clinic.work.clock.now())
            other.reported.add(row)
        assert session.execute(count).scalar_one() == before
    with clinic.work.database.reading() as session:
        assert session.execute(count).scalar_one() == before + 1


def test_postgres_itself_refuses_to_write_in_a_reading(clinic: Clinic) -> None:
    if not clinic.work.database.shared:
        pytest.skip("SQLite has no reading transactions; the session object refuses")
    with pytest.raises(Unavailable) as refused, clinic.work.database.reading() as session:
        session.execute(text("DELETE FROM workstation"))
    assert refused.value.code is ErrorCode.DATABASE_READ_ONLY
