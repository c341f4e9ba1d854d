"""Searching: half as many rows for phones, how names are spelled, and indexes that a long list is walked along.

Revision ID: 0004
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from meditrack_desktop.database.types import SortedText

revision = "0004"
down_revision: str | None = "0003"

AT_A_TIME = 2000
STANDING = ("archived_at", "purged_at", "merged_into")


def upgrade() -> None:
    op.create_table(
        "patient_tail",
        sa.Column("tail", SortedText, nullable=False),
        sa.Column("before", SortedText, nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("sort_name", SortedText, nullable=False),
        sa.PrimaryKeyConstraint("tail", "before", "patient_id", name=op.f("pk_patient_tail")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spelling",
        sa.Column("near", SortedText, nullable=False),
        sa.Column("word", SortedText, nullable=False),
        sa.PrimaryKeyConstraint("near", "word", name=op.f("pk_spelling")),
        sqlite_with_rowid=False,
    )
    op.drop_index("ix_patient_sort_name", "patient")
    op.drop_index("ix_patient_birth_date", "patient")
    op.create_index("ix_patient_sort_name", "patient", ["sort_name", "id", *STANDING])
    op.create_index("ix_patient_birth_date", "patient", ["birth_date", "sort_name", "id", *STANDING])
    op.create_index("ix_patient_created_by", "patient", ["created_by"])
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_patient_merged_into", "patient", ["merged_into"], sqlite_where=merged, postgresql_where=merged
    )
    for name, where in (("provisional", "provisional"), ("archived", "archived_at IS NOT NULL")):
        condition = sa.text(where)
        op.create_index(
            f"ix_patient_{name}",
            "patient",
            ["sort_name", "id"],
            sqlite_where=condition,
            postgresql_where=condition,
        )
    _fill()


def _fill() -> None:
    """What was stored for searching becomes what is stored now."""
    connection = op.get_bind()
    term = sa.table("patient_term", sa.column("term", sa.String))
    tail = sa.table(
        "patient_tail",
        sa.column("tail", sa.String),
        sa.column("before", sa.String),
        sa.column("patient_id", sa.Uuid),
        sa.column("sort_name", sa.String),
    )
    spelling = sa.table("spelling", sa.column("near", sa.String), sa.column("word", sa.String))
    connection.execute(
        sa.delete(term).where(
            sa.or_(
                *(sa.func.substr(term.c.term, 1, len(mark)) == mark for mark in ("#", "*", "!#", "!*")),
                term.c.term == "!",
            )
        )
    )
    known: set[str] = set()
    for rows in _patients(connection):
        tails: set[tuple[str, str, Any, str]] = set()
        words: set[str] = set()
        for id_, text, archived, sort_name in rows:
            parts = text.split()
            words.update(part for part in parts if part[0] not in "#$" and len(part) >= 4)
            mark = "!" if archived is not None else ""
            for number in (part[1:] for part in parts if part.startswith("#")):
                tails.update(
                    (mark + number[start:], number[start - 1 : start] if start else "", id_, sort_name)
                    for start in range(len(number) - 4, -1, -2)
                )
        if tails:
            connection.execute(
                sa.insert(tail),
                [
                    {"tail": one, "before": before, "patient_id": id_, "sort_name": name}
                    for one, before, id_, name in sorted(tails)
                ],
            )
        ways = [{"near": way, "word": word} for word in sorted(words - known) for way in _ways(word[:7])]
        if ways:
            connection.execute(sa.insert(spelling), ways)
        known |= words


def _ways(start: str) -> list[str]:
    return sorted({start, *(start[:at] + start[at + 1 :] for at in range(len(start)))})


def _patients(connection: sa.Connection) -> Iterator[list[tuple[Any, ...]]]:
    patient = sa.table(
        "patient",
        sa.column("id", sa.Uuid),
        sa.column("search_text", sa.String),
        sa.column("archived_at", sa.String),
        sa.column("sort_name", sa.String),
        sa.column("purged_at", sa.String),
    )
    last = None
    while True:
        query = sa.select(
            patient.c.id, patient.c.search_text, patient.c.archived_at, patient.c.sort_name
        ).where(patient.c.purged_at.is_(None))
        if last is not None:
            query = query.where(patient.c.id > last)
        rows = [tuple(row) for row in connection.execute(query.order_by(patient.c.id).limit(AT_A_TIME))]
        if not rows:
            return
        last = rows[-1][0]
        yield rows
