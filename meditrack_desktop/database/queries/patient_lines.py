"""The lines of a page of patients: given ids in order, everything a row of the list shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import allergies as allergy_queries
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.patients import PatientPhoneRow, PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.patient_scraps import AllOf, Kind, matches
from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.domain.scheduling import CHANGEABLE

STILL_TO_COME = sorted(CHANGEABLE)
"""A visit that was finished early is none that comes."""


def lines(
    session: Session, ids: Sequence[UUID], now: datetime, wanted: AllOf | None = None
) -> tuple[PatientLine, ...]:
    """The lines of these patients in this order, in five questions however long the page.

    `wanted` is what was searched for, to name what matched.
    """
    if not ids:
        return ()
    rows = _rows(session, ids)
    phones = _phones(session, ids)
    doctors = _usual_doctors(session, ids)
    warned = allergy_queries.warnings(session, ids)
    visits = {
        row.patient_id: row.starts_at
        for row in session.execute(next_visits(now).where(AppointmentRow.patient_id.in_(ids)))
    }
    return tuple(
        PatientLine(
            id=row.id,
            mrn=row.mrn,
            family=row.family,
            given=row.given,
            birth_date=BirthDate.parse(row.birth_date) if row.birth_date else None,
            gender=row.gender,
            phone=phones.get(row.id, ""),
            active=row.archived_at is None,
            deceased=row.deceased,
            usual_doctor=doctors.get(row.id, ""),
            next_visit=visits.get(row.id),
            matched=_matched(wanted, row),
            provisional=row.provisional,
            allergy=warned.get(row.id, ("", 0))[0],
            allergies=warned.get(row.id, ("", 0))[1],
        )
        for row in (rows[patient_id] for patient_id in ids if patient_id in rows)
    )


def next_visits(now: datetime) -> Select[*tuple[Any, ...]]:
    """Each patient's first visit from `now` on that still takes time."""
    query: Select[*tuple[Any, ...]] = select(
        AppointmentRow.patient_id, func.min(AppointmentRow.starts_at).label("starts_at")
    )
    return query.where(AppointmentRow.starts_at >= now, AppointmentRow.status.in_(STILL_TO_COME)).group_by(
        AppointmentRow.patient_id
    )


def _rows(session: Session, ids: Sequence[UUID]) -> dict[UUID, Row[*tuple[Any, ...]]]:
    query: Select[*tuple[Any, ...]] = select(
        PatientRow.id,
        PatientRow.mrn,
        PatientRow.family,
        PatientRow.given,
        PatientRow.birth_date,
        PatientRow.gender,
        PatientRow.archived_at,
        PatientRow.deceased,
        PatientRow.provisional,
        PatientRow.search_text,
    )
    return {row.id: row for row in session.execute(query.where(PatientRow.id.in_(ids)))}


def _matched(wanted: AllOf | None, row: Row[*tuple[Any, ...]]) -> str:
    if wanted is None:
        return ""
    return matches(wanted, row.search_text, row.birth_date) or Kind.NAME


def _phones(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(PatientPhoneRow.patient_id, PatientPhoneRow.value).where(
        PatientPhoneRow.patient_id.in_(ids), PatientPhoneRow.position == 0
    )
    return {row.patient_id: row.value for row in session.execute(query)}


def _usual_doctors(session: Session, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = (
        select(CareTeamRow.patient_id, PractitionerRow.prefix, PractitionerRow.given, PractitionerRow.family)
        .join(PractitionerRow, PractitionerRow.id == CareTeamRow.practitioner_id)
        .where(CareTeamRow.patient_id.in_(ids), CareTeamRow.ended_at.is_(None), CareTeamRow.usual)
    )
    return {
        row.patient_id: " ".join(part for part in (row.prefix, row.given, row.family) if part)
        for row in session.execute(query)
    }
