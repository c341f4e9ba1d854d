"""A clinic of the version before the calendar was rebuilt keeps every row, and no two of its visits overlap after."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Time,
    Uuid,
    column,
    insert,
    select,
    table,
    text,
    update,
)
from sqlalchemy.sql.type_api import TypeEngine

from meditrack_desktop.database import schema
from meditrack_desktop.database.base import Base
from meditrack_desktop.database.engine import SCHEMA, PostgresTarget, SqliteTarget
from meditrack_desktop.database.faults import translated
from meditrack_desktop.database.session import Database
from meditrack_desktop.database.types import Code, UtcDateTime, WallDateTime
from meditrack_desktop.domain.errors import ClinicError, SlotTaken
from meditrack_desktop.domain.ids import new_id
from tests.postgres import PostgresServer

BEFORE, AFTER = "0004", "0005"
NINE = datetime(2026, 11, 18, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty clinic of the version before."""
    if request.param == "sqlite":
        opened = Database(SqliteTarget(tmp_path / "clinic.db"))
        (tmp_path / "clinic.db").touch()
        opened.unlock(os.urandom(32))
        schema.migrate(opened, BEFORE)
        yield opened
        opened.lock()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    opened = Database(PostgresTarget(server.url(name)))
    opened.unlock()
    schema.migrate(opened, BEFORE)
    yield opened
    opened.lock()
    server.drop(name)


class Older:
    """Writes rows as they were then, every column filled."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.tables: dict[str, Table] = {}
        with database.engine.connect() as connection:
            found = MetaData()
            found.reflect(connection, schema=SCHEMA if database.shared else None)
            self.tables = {one.name: one for one in found.sorted_tables}

    def add(self, name: str, **values: Any) -> dict[str, Any]:
        row = {one.name: values.get(one.name, _filler(one.name, _type(one))) for one in self.tables[name].c}
        with self.database.engine.execution_options(writing=True).begin() as connection:
            connection.execute(insert(self._now(name)), row)
        return row

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What the columns of then say."""
        with self.database.engine.connect() as connection:
            found = connection.execute(select(self._now(name))).mappings()
            return sorted((dict(row) for row in found), key=lambda row: sorted(map(str, row.items())))

    def _now(self, name: str) -> Any:
        return table(name, *(column(one.name, _type(one)) for one in self.tables[name].c))


def _type(one: Any) -> TypeEngine[Any]:
    known: TypeEngine[Any] = Base.metadata.tables[one.table.name].c[one.name].type
    return known


def _filler(name: str, kind: TypeEngine[Any]) -> Any:
    if isinstance(kind, Code):
        return next(iter(kind.kind))
    if isinstance(kind, Uuid):
        return new_id()
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 1
    if isinstance(kind, WallDateTime):
        return NINE.replace(tzinfo=None)
    if isinstance(kind, UtcDateTime | DateTime):
        return NINE
    if isinstance(kind, Date):
        return date(2026, 11, 18)
    if isinstance(kind, Time):
        return time(9)
    return b"x" if isinstance(kind, LargeBinary) else f"{name} ß"[:20]


def _a_clinic(older: Older) -> tuple[UUID, UUID]:
    """A doctor with split hours and a patient; who hangs on whom does not matter to these tables."""
    doctor = older.add("practitioner")["id"]
    for weekday, starts, ends in ((0, time(9), time(13)), (0, time(14), time(23, 59)), (6, time(0), time(4))):
        older.add("working_hours", practitioner_id=doctor, weekday=weekday, starts=starts, ends=ends)
    return doctor, older.add("patient", merged_into=None, purged_at=None)["id"]


def _visit(doctor: UUID, patient: UUID, starts: datetime, minutes: int, **values: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "practitioner_id": doctor,
        "patient_id": patient,
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=minutes),
        "minutes": minutes,
        "wall_start": starts.replace(tzinfo=None),
        "zone": "Europe/London",
        "status": "booked",
        "foreign_id": None,
        "overbooked": False,
    } | values


def _with_visits(older: Older) -> tuple[UUID, UUID]:
    doctor, patient = _a_clinic(older)
    visits = [
        _visit(doctor, patient, NINE, 30),
        _visit(doctor, patient, NINE, 30, overbooked=True),
        _visit(doctor, patient, NINE + timedelta(minutes=10), 10, overbooked=True, status="fulfilled"),
        _visit(doctor, patient, NINE, 30, status="cancelled"),
        _visit(doctor, patient, NINE + timedelta(minutes=30), 15, status="noshow"),
        _visit(doctor, patient, NINE + timedelta(minutes=30), 30, status="arrived", foreign_id="urn:a"),
        _visit(doctor, patient, NINE + timedelta(days=2), 1440),
        _visit(doctor, patient, datetime(1999, 3, 1, 8, tzinfo=UTC), 1, status="fulfilled"),
    ]
    for values in visits:
        older.add("appointment", **values)
    return doctor, patient


def test_every_row_says_what_it_said(database: Database) -> None:
    older = Older(database)
    _with_visits(older)
    names = [name for name in older.tables if name not in ("alembic_version", "role_permission")]
    before = {name: older.rows(name) for name in names}
    assert [len(before[name]) for name in ("appointment", "working_hours", "practitioner")] == [8, 3, 1]
    assert schema.migrate(database) == (BEFORE, schema.newest())
    assert {name: older.rows(name) for name in names} == before
    schema.check(database)
    with database.engine.connect() as connection:
        visit = Base.metadata.tables["appointment"].c
        for starts, ends, *busy in connection.execute(
            select(visit.starts_at, visit.ends_at, visit.busy_from, visit.busy_until)
        ):
            assert [starts, ends] == busy
        weeks = select(Base.metadata.tables["working_hours"].c.week)
        assert set(connection.execute(weeks).scalars()) == {0}
        if not database.shared:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_the_guard_holds_for_visits_from_before(database: Database) -> None:
    older = Older(database)
    doctor, patient = _with_visits(older)
    schema.migrate(database)
    visits = Base.metadata.tables["appointment"]
    longest = NINE + timedelta(days=2)

    def book(starts: datetime, minutes: int, **values: Any) -> None:
        row = _visit(doctor, patient, starts, minutes, **values)
        row |= {"busy_from": row["starts_at"], "busy_until": row["ends_at"], "version": 1}
        full = {one.name: row.get(one.name, _filler(one.name, one.type)) for one in visits.c}
        full |= {"late_cancel": False, "seen_at": None, "series_id": None, "visit_type_id": None}
        full |= {"arrived_at": None, "cancelled_by": None}
        with _writing(database) as connection:
            connection.execute(insert(visits), full)

    for starts, minutes in (
        (NINE + timedelta(minutes=29), 30),  # beside one that was booked
        (NINE + timedelta(minutes=12), 2),  # inside one that was overbooked
        (longest + timedelta(hours=23, minutes=59), 5),  # at the end of the longest there can be
        (longest - timedelta(hours=23), 1440),
    ):
        with pytest.raises(SlotTaken):
            book(starts, minutes)
    book(NINE + timedelta(minutes=60), 30)
    book(NINE + timedelta(minutes=5), 5, overbooked=True)
    with pytest.raises(SlotTaken), _writing(database) as connection:
        # A visit from before is moved onto another from before.
        later = visits.c.starts_at == longest
        moved = {"starts_at": NINE, "ends_at": NINE + timedelta(minutes=30)}
        moved |= {"busy_from": moved["starts_at"], "busy_until": moved["ends_at"]}
        connection.execute(update(visits).where(later).values(**moved))
    with pytest.raises(ClinicError), _writing(database) as connection:
        # What it takes is never less than the visit itself.
        connection.execute(
            update(visits).where(visits.c.starts_at == longest).values(busy_from=longest + timedelta(hours=1))
        )


def test_an_old_visit_that_overlaps_by_wish_can_still_be_worked_with(database: Database) -> None:
    """Somebody overbooked over it: its status changes all the same, and it may become shorter."""
    older = Older(database)
    _with_visits(older)
    schema.migrate(database)
    visits = Base.metadata.tables["appointment"]
    first = (visits.c.starts_at == NINE) & (visits.c.status == "booked") & ~visits.c.overbooked
    with _writing(database) as connection:
        changed = connection.execute(update(visits).where(first).values(status="arrived"))
        assert changed.rowcount == 1


def test_new_rights_are_given_to_the_roles_of_a_clinic_that_is_set_up(database: Database) -> None:
    older = Older(database)
    older.add("role_permission", role="admin", permission="edit_settings")
    schema.migrate(database)
    found = {(row["role"], row["permission"]) for row in older.rows("role_permission")}
    assert {(str(role), str(permission)) for role, permission in found} == {
        ("admin", "edit_settings"),
        ("admin", "edit_visit_types"),
        ("receptionist", "file_incoming"),
        ("receptionist", "edit_document"),
        ("doctor", "file_incoming"),
        ("doctor", "edit_document"),
        ("doctor", "review_document"),
    }


@contextmanager
def _writing(database: Database) -> Iterator[Connection]:
    """A transaction whose faults are told as the program tells them."""
    with translated(), database.engine.execution_options(writing=True).begin() as connection:
        yield connection
