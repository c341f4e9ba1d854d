"""Hangs rows of every table on a patient, from a seed: whatever can hang on one, does."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, Time, Uuid, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.types import Code, UtcDateTime, WallDateTime
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.notes import NoteStatus
from meditrack_desktop.services.clinic import Clinic

PARTS_OF_OTHERS = frozenset({"patient", "patient_phone", "patient_twin", "patient_merge", "patient_key"})
"""Named by other makers, or by the services themselves."""
_BASE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def tables_of_patients() -> list[Table]:
    """Every table with a row that names a patient, in an order in which they can be filled."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in PARTS_OF_OTHERS
        and any(key.column.table.name == "patient" for key in table.foreign_keys)
    ]


def hang_on(
    session: Session, patient: UUID, chance: random.Random, others: Sequence[UUID] = (), most: int = 3
) -> int:
    """Some rows of every table; returns how many. `others` are patients whom a row may name beside."""
    doctors = list(session.scalars(select(PractitionerRow.id).order_by(PractitionerRow.id)))
    accounts = list(session.scalars(select(AccountRow.id).order_by(AccountRow.id)))
    known: dict[str, list[UUID]] = {"practitioner": doctors, "account": accounts}
    written = 0
    for table in tables_of_patients():
        mine: list[dict[str, Any]] = []
        for place in range(chance.randint(1, most)):
            row = {
                column.name: some_value(column, chance, patient, known, others) for column in table.columns
            }
            _mend(table.name, row, place, chance, known)
            if _fits(table.name, row, mine):
                mine.append(row)
        for row in mine:
            session.execute(table.insert().values(row))
        if "id" in table.c:
            known[table.name] = [row["id"] for row in mine]
        written += len(mine)
    return written


def some_value(
    column: Column[Any],
    chance: random.Random,
    patient: UUID,
    known: dict[str, list[UUID]],
    others: Sequence[UUID],
) -> Any:
    """What could stand in a column: `known` rows by table where it names one, None here and there if it may."""
    kind = column.type
    if column.name == "patient_id":
        return patient
    for key in column.foreign_keys:
        target = key.column.table.name
        ids = [each for each in others if each != patient] if target == "patient" else known.get(target, [])
        return chance.choice(ids) if ids and (not column.nullable or chance.random() < 0.7) else None
    if column.nullable and chance.random() < 0.4:
        return None
    if isinstance(kind, Uuid):
        return new_id()
    if isinstance(kind, Code):
        return chance.choice(list(kind.kind))
    if isinstance(kind, Boolean):
        return chance.random() < 0.5
    if isinstance(kind, Integer):
        return chance.randint(1, 60)
    if isinstance(kind, UtcDateTime):
        return _BASE + timedelta(minutes=chance.randrange(100_000))
    if isinstance(kind, WallDateTime):
        return (_BASE + timedelta(minutes=chance.randrange(100_000))).replace(tzinfo=None)
    if isinstance(kind, Date):
        return date(2026, 1, 1) + timedelta(days=chance.randrange(300))
    if isinstance(kind, Time):
        return time(chance.randrange(24), chance.randrange(60))
    if isinstance(kind, LargeBinary):
        return b"bytes"
    return "".join(chance.choice("abc ßéя東") for _ in range(min(9, getattr(kind, "length", 9) or 9)))


def _mend(
    name: str, row: dict[str, Any], place: int, chance: random.Random, known: dict[str, list[UUID]]
) -> None:
    """What the database asks of a row beyond its types."""
    if name == "appointment":
        # Nobody's time overlaps: each row has an hour of its own.
        start = _BASE + timedelta(hours=chance.randrange(1_000_000))
        row |= {"starts_at": start, "ends_at": start + timedelta(minutes=20), "minutes": 20}
        row |= {"wall_start": start.replace(tzinfo=None), "busy_from": start, "busy_until": row["ends_at"]}
    if "weekdays" in row:
        row["weekdays"] = "024"
    if name == "access_grant":
        row["account_id"], row["given_by"] = chance.sample(known["account"], 2)
    if name == "purge_request":
        row |= {"withdrawn_at": _BASE, "done_at": None, "approved_at": None}
    if name == "document":
        row["key_patient_id"] = None
    if row.get("foreign_id") is not None:
        row["foreign_id"] = f"urn:x|{place}"
    if name == "clinical_note":
        row["signed_at"] = None if row["status"] is NoteStatus.DRAFT else _BASE
    if name == "patient_identifier":
        row |= {"system": "urn:test", "value": new_id().hex}


def _fits(name: str, row: dict[str, Any], others: list[dict[str, Any]]) -> bool:
    """Whether it breaks no rule about rows of one patient."""
    if name == "recent_patient":
        return all(other["account_id"] != row["account_id"] for other in others)
    live = [other for other in others if other.get("ended_at") is None]
    if name != "care_team" or row["ended_at"] is not None:
        return True
    if any(other["practitioner_id"] == row["practitioner_id"] for other in live):
        return False
    row["usual"] = row["usual"] and not any(other["usual"] for other in live)
    return True


Dump = dict[str, dict[tuple[Any, ...], dict[str, Any]]]

GOES_ON = frozenset({"audit", "audit_chain", "counter", "session", "patient_merge"})
"""The trail and its head, counters and who is signed in go on by themselves; a merge itself stays on record."""


def dump(clinic: Clinic) -> Dump:
    """Every row of the database but those that go on by themselves."""
    with clinic.work.database.reading() as session:
        return {
            table.name: {
                tuple(row[column.name] for column in table.primary_key.columns): dict(row)
                for row in session.execute(select(table)).mappings()
            }
            for table in Base.metadata.sorted_tables
            if table.name not in GOES_ON
        }


def without_versions(dumped: Dump) -> Dump:
    """The same, whatever the versions are."""
    return {
        name: {
            key: {column: value for column, value in row.items() if column != "version"}
            for key, row in rows.items()
        }
        for name, rows in dumped.items()
    }


def nothing_hangs_on(dumped: Dump, gone: UUID, kept: UUID) -> None:
    """After a merge only the keys, the phones and a portrait that was not chosen name the gone record."""
    for table in tables_of_patients():
        for row in dumped[table.name].values():
            if table.name != "document" or row["type"].value != "portrait":
                assert row.get("patient_id") != gone, table.name
            assert row.get("linked_patient_id") != gone
            assert row.get("linked_patient_id") is None or row["linked_patient_id"] != row["patient_id"]
    for row in dumped["patient_twin"].values():
        assert gone not in (row["first_id"], row["second_id"]) or kept in (row["first_id"], row["second_id"])
