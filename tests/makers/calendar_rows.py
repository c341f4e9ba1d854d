"""Everything that the calendar's tables hold, to compare a moment with another."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from meditrack_desktop.database.queries.deed_watch import GROWING, WATCHED
from meditrack_desktop.services.clinic import Clinic

Rows = dict[str, list[dict[str, Any]]]


def calendar_rows(clinic: Clinic, *, growing: bool = False) -> Rows:
    """All rows by table, in the order of their keys; how often each was written only if asked for."""
    found: Rows = {}
    with clinic.work.database.reading() as session:
        for name, table in WATCHED.items():
            rows = session.execute(select(table).order_by(*table.primary_key)).mappings()
            found[name] = [
                {key: value for key, value in row.items() if growing or key not in GROWING} for row in rows
            ]
    return found


def counters(clinic: Clinic) -> dict[Any, tuple[int, ...]]:
    """By row: how often it was written."""
    return {
        (name, row["id"]): tuple(row[each] for each in sorted(GROWING & row.keys()))
        for name, rows in calendar_rows(clinic, growing=True).items()
        for row in rows
        if "id" in row
    }
