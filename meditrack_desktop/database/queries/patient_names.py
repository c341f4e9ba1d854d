"""What a list at the desk tells of the patient in each of its lines: the name, two identifiers and a phone."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_
from sqlalchemy.sql.selectable import FromClause, Join

from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.names import display_name

_patient, _phone = PatientRow.__table__.c, PatientPhoneRow.__table__.c

COLUMNS: tuple[ColumnElement[Any], ...] = (
    _patient.given,
    _patient.family,
    _patient.birth_date,
    _patient.mrn,
    _phone.value,
)
"""In the order of `names_of`; with `beside`."""

LIVE: tuple[ColumnElement[bool], ...] = (
    _patient.archived_at.is_(None),
    _patient.restricted_at.is_(None),
    _patient.purged_at.is_(None),
    _patient.merged_into.is_(None),
    _patient.deceased.is_(False),
)
"""A patient who may be called and booked."""


class PatientNames(NamedTuple):
    name: str
    birth_date: BirthDate | None
    mrn: str
    phone: str


def beside(table: FromClause, patient_id: ColumnElement[Any], *, every: bool = False) -> Join:
    """The rows joined with their patients and the first phone of each; `every`: also those of no patient."""
    return table.join(PatientRow.__table__, _patient.id == patient_id, isouter=every).outerjoin(
        PatientPhoneRow.__table__, and_(_phone.patient_id == patient_id, _phone.position == 0)
    )


def names_of(
    given: str | None, family: str | None, birth_date: str | None, mrn: str | None, phone: str | None
) -> PatientNames:
    return PatientNames(
        display_name(family or "", given or ""),
        BirthDate.parse(birth_date) if birth_date else None,
        mrn or "",
        phone or "",
    )
