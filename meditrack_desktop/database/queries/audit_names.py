"""What the lines of the audit trail are about, as those things are called now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.clinic import WorkstationRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.audit import AuditPerson
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.names import display_name


class PatientName(NamedTuple):
    name: str
    number: str
    born: BirthDate | None
    purged: bool


def patients(session: Session, ids: Collection[UUID]) -> dict[UUID, PatientName]:
    query: Select[*tuple[Any, ...]] = select(
        PatientRow.id,
        PatientRow.family,
        PatientRow.given,
        PatientRow.mrn,
        PatientRow.birth_date,
        PatientRow.purged_at,
    )
    return {
        row.id: PatientName(
            display_name(row.family, row.given),
            row.mrn,
            BirthDate.parse(row.birth_date) if row.birth_date else None,
            row.purged_at is not None,
        )
        for row in (session.execute(query.where(PatientRow.id.in_(ids))) if ids else ())
    }


def visits(session: Session, ids: Collection[UUID]) -> dict[UUID, Any]:
    """The start on the clinic's clock of each visit."""
    query = select(AppointmentRow.id, AppointmentRow.wall_start).where(AppointmentRow.id.in_(ids))
    return {row.id: row.wall_start for row in (session.execute(query) if ids else ())}


def documents(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    query = select(DocumentRow.id, DocumentRow.title).where(DocumentRow.id.in_(ids))
    return {row.id: row.title for row in (session.execute(query) if ids else ())}


def doctors(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    query = select(
        PractitionerRow.id, PractitionerRow.prefix, PractitionerRow.given, PractitionerRow.family
    ).where(PractitionerRow.id.in_(ids))
    return {
        row.id: " ".join(part for part in (row.prefix, row.given, row.family) if part)
        for row in (session.execute(query) if ids else ())
    }


def accounts(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    query = select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(ids))
    return {row.id: row.name for row in (session.execute(query) if ids else ())}


def people(session: Session) -> tuple[AuditPerson, ...]:
    """Everybody who has an account, active or not, by name."""
    query = select(AccountRow.id, AccountRow.name, AccountRow.username).order_by(AccountRow.name)
    return tuple(AuditPerson(row.id, row.name, row.username) for row in session.execute(query))


def desks(session: Session) -> dict[str, str]:
    """The names of all desks, revoked ones too."""
    query = select(WorkstationRow.id, WorkstationRow.name).order_by(WorkstationRow.name)
    return {row.id: row.name for row in session.execute(query)}
