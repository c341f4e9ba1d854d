"""Questions about the clinic itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.clinic import ClinicRow, CounterRow, WorkstationRow
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.errors import ErrorCode, Unavailable


def row(session: Session) -> ClinicRow:
    """The clinic's own row. Unavailable CLINIC_NOT_SET_UP in a database without a clinic."""
    found = session.scalars(select(ClinicRow)).first()
    if found is None:
        raise Unavailable(ErrorCode.CLINIC_NOT_SET_UP)
    return found


def profile(session: Session) -> ClinicProfile:
    """The clinic's own facts. Unavailable CLINIC_NOT_SET_UP in a database without a clinic."""
    clinic = row(session)
    return ClinicProfile(clinic.id, clinic.name, clinic.zone, clinic.region, clinic.created_at, clinic.demo)


def add_clinic(
    session: Session,
    clinic_id: UUID,
    name: str,
    zone: str,
    region: str,
    demo: bool,
    at: datetime,
) -> ClinicRow:
    row = ClinicRow(
        id=clinic_id,
        name=name,
        zone=zone,
        region=region,
        demo=demo,
        created_at=at,
    )
    session.add(row)
    return row


def has_clinic(session: Session) -> bool:
    return session.scalars(select(ClinicRow.id)).first() is not None


def add_workstation(session: Session, workstation: str, name: str, at: datetime) -> WorkstationRow:
    row = WorkstationRow(id=workstation, name=name, enrolled_at=at)
    session.add(row)
    return row


def next_number(session: Session, counter: str) -> int:
    """The counter's next value; numbers given in a transaction that fails are given again."""
    value = session.execute(
        update(CounterRow)
        .where(CounterRow.name == counter)
        .values(value=CounterRow.value + 1)
        .returning(CounterRow.value)
    ).scalar()
    if value is None:
        session.execute(insert(CounterRow).values(name=counter, value=1))
        return 1
    return value
