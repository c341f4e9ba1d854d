"""What stays as it is now when an older database is brought back: who the clinic's people and desks are.

Otherwise whoever was shut out since the backup could come in again, and a password that was changed since would
open nothing: the slots on the desks know the new one only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.tables.accounts import SessionRow
from meditrack_desktop.database.tables.backups import BackupRunRow
from meditrack_desktop.database.tables.clinic import ClinicRow
from meditrack_desktop.database.tables.documents import PatientKeyRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.tables.privacy import PurgeRequestRow
from meditrack_desktop.domain.backups import BackupOutcome
from meditrack_desktop.domain.documents import DocumentClass

STAYS = (
    "account",
    "account_role",
    "role_permission",
    "reset_code",
    "session",
    "sign_in_try",
    "workstation",
    "clinic_key",
    "key_envelope",
    "backup_run",
)
"""Accounts and desks are never deleted, so those of now are all that older rows may name."""
AT_A_TIME = 2000


def carry_over(now: Session, restored: Session) -> None:
    """Put today's rows of `STAYS` in place of the restored ones. Nobody stays signed in."""
    restored.execute(text("PRAGMA defer_foreign_keys=ON"))
    tables = Base.metadata.tables
    doctors = set(restored.scalars(select(PractitionerRow.id)))
    for name in reversed(STAYS):
        restored.execute(delete(tables[name]))
    for name in STAYS:
        for rows in _rows(now, tables[name]):
            if name == "account":
                rows = [_without_lost_doctor(row, doctors) for row in rows]
            restored.execute(insert(tables[name]), rows)


def close_doors(restored: Session, at: datetime) -> None:
    """Nobody who was signed in when the backup was made is so when it comes back; no backup is being made."""
    restored.execute(update(SessionRow).where(SessionRow.ended_at.is_(None)).values(ended_at=at))
    restored.execute(
        update(BackupRunRow)
        .where(BackupRunRow.outcome == BackupOutcome.RUNNING)
        .values(outcome=BackupOutcome.FAILED, finished_at=at)
    )


def erased_since(now: Session, restored: Session) -> set[UUID]:
    """Patients of the restored database who were erased for good, or whose erasing was agreed to, after it."""
    agreed = select(PurgeRequestRow.patient_id).where(
        PurgeRequestRow.approved_at.is_not(None), PurgeRequestRow.withdrawn_at.is_(None)
    )
    erased = set(now.scalars(agreed))
    # Where the erasing was cut short, what was merged into such a record has no request of its own yet.
    erased.update(now.scalars(select(PatientRow.id).where(PatientRow.merged_into.in_(agreed))))
    return erased & set(restored.scalars(select(PatientRow.id).where(PatientRow.purged_at.is_(None))))


def carry_purges(now: Session, restored: Session, patients: set[UUID]) -> None:
    """Put today's requests about these patients in place of the restored ones."""
    table = Base.metadata.tables[PurgeRequestRow.__tablename__]
    for patient_id in patients:
        restored.execute(delete(table).where(table.c.patient_id == patient_id))
        found = now.execute(select(table).where(table.c.patient_id == patient_id)).mappings()
        rows = [dict(row) for row in found]
        if rows:
            restored.execute(insert(table), rows)


def keys_by_owner(session: Session) -> dict[tuple[UUID, DocumentClass], dict[str, Any]]:
    """Every row of patients' keys, as columns."""
    return {
        (row["patient_id"], row["document_class"]): row
        for rows in _rows(session, Base.metadata.tables[PatientKeyRow.__tablename__])
        for row in rows
    }


def put_keys(restored: Session, rows: list[dict[str, Any]]) -> None:
    """These keys and no others, the inbox's among them; those of patients who are not there are left out."""
    table = Base.metadata.tables[PatientKeyRow.__tablename__]
    there = {*restored.scalars(select(PatientRow.id)), *restored.scalars(select(ClinicRow.id))}
    restored.execute(delete(table))
    wanted = [row for row in rows if row["patient_id"] in there]
    for start in range(0, len(wanted), AT_A_TIME):
        restored.execute(insert(table), wanted[start : start + AT_A_TIME])


def _without_lost_doctor(row: dict[str, Any], doctors: set[UUID]) -> dict[str, Any]:
    return row if row["practitioner_id"] in doctors else {**row, "practitioner_id": None}


def _rows(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = session.execute(select(table).execution_options(yield_per=AT_A_TIME)).mappings()
    for part in found.partitions(AT_A_TIME):
        yield [dict(row) for row in part]
