"""Finding patients by any scrap (techniques 1 to 5 of the performance notes): ranges over stored terms."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow, PatientTermRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.patients import FindPatients, PatientLine, PatientPage
from meditrack_desktop.domain.text import search_words


def find(session: Session, command: FindPatients, clinic: ClinicProfile, now: object) -> PatientPage:
    query = select(PatientRow)
    if not command.include_archived:
        query = query.where(PatientRow.archived_at.is_(None))
    for word in search_words(command.text):
        matching = select(PatientTermRow.patient_id).where(
            PatientTermRow.term >= word, PatientTermRow.term < word + "\U0010ffff"
        )
        query = query.where(PatientRow.id.in_(matching))
    total = session.scalar(select(func.count()).select_from(query.subquery()))
    query = query.order_by(PatientRow.sort_name, PatientRow.id).limit(command.limit).offset(command.offset)
    rows = list(session.scalars(query))
    phones = dict(
        session.execute(
            select(PatientPhoneRow.patient_id, PatientPhoneRow.value).where(
                PatientPhoneRow.position == 0, PatientPhoneRow.patient_id.in_([row.id for row in rows])
            )
        ).all()
    )
    return PatientPage(tuple(_line(row, phones.get(row.id, "")) for row in rows), total)


def same_name(session: Session, row: PatientRow) -> tuple[PatientLine, ...]:
    rows = session.scalars(
        select(PatientRow)
        .where(
            PatientRow.sort_name == row.sort_name, PatientRow.id != row.id, PatientRow.archived_at.is_(None)
        )
        .order_by(PatientRow.id)
        .limit(50)
    )
    return tuple(_line(other, "") for other in rows)


def _line(row: PatientRow, phone: str) -> PatientLine:
    return PatientLine(
        id=row.id,
        mrn=row.mrn,
        family=row.family,
        given=row.given,
        birth_date=BirthDate.parse(row.birth_date) if row.birth_date else None,
        gender=row.gender,
        phone=phone,
        active=row.archived_at is None,
        deceased=row.deceased,
    )
