"""What a list of patients can be narrowed by beside the text: who is shown at all, and the filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.care_team import CareTeamRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.patients import FindPatients
from meditrack_desktop.domain.scheduling import AppointmentStatus

FEW = 5000
"""A filter that fewer patients pass is read first; of a denser one each patient of the list is asked."""

_TAKES_TIME = [status for status in AppointmentStatus if status.takes_time]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question under way. `asker` is the account that "created by me" and "my patients" speak of."""

    session: Session
    command: FindPatients
    now: datetime
    asker: UUID | None = None


def shown(command: FindPatients) -> list[ColumnElement[bool]]:
    """Who is in the lists at all. Purged and merged records never are."""
    if command.archived:
        standing = [PatientRow.archived_at.is_not(None)]
    else:
        standing = [] if command.include_archived else [PatientRow.archived_at.is_(None)]
    return [*standing, PatientRow.purged_at.is_(None), PatientRow.merged_into.is_(None)]


def standings(command: FindPatients) -> tuple[bool, ...]:
    """Which terms are searched: those of patients who are archived (True), or who are not."""
    if command.archived:
        return (True,)
    return (False, True) if command.include_archived else (False,)


def filters(asked: Asked) -> list[ColumnElement[bool]]:
    """What each patient's row is asked, beside `shown`."""
    command = asked.command
    conditions: list[ColumnElement[bool]] = [PatientRow.id.in_(ids) for ids in _few(asked)]
    if command.created_by_me:
        conditions.append(PatientRow.created_by == asked.asker)
    if command.without_visit_since is not None:
        midnight = datetime.combine(command.without_visit_since, time())
        conditions.append(
            ~exists().where(
                AppointmentRow.patient_id == PatientRow.id,
                AppointmentRow.starts_at >= _instant(midnight) - timedelta(days=1),
                AppointmentRow.wall_start >= midnight,
                AppointmentRow.status.in_(_TAKES_TIME),
            )
        )
    if command.provisional:
        conditions.append(PatientRow.provisional.is_(True))
    if command.deceased is not None:
        conditions.append(PatientRow.deceased.is_(command.deceased))
    return conditions


def narrowest(asked: Asked) -> Select[UUID] | None:
    """The patients of a filter that only a few pass, or None if there is no such filter."""
    choices = _few(asked)
    if asked.command.created_by_me:
        choices.append(select(PatientRow.id).where(PatientRow.created_by == asked.asker))
    if asked.command.provisional:
        choices.append(select(PatientRow.id).where(PatientRow.provisional))
    for ids in choices:
        if len(asked.session.execute(ids.limit(FEW)).all()) < FEW:
            return ids
    return None


def _few(asked: Asked) -> list[Select[UUID]]:
    command, found = asked.command, []
    doctors: list[Any] = [command.doctor] if command.doctor is not None else []
    if command.my_patients:
        own = select(AccountRow.practitioner_id).where(AccountRow.id == asked.asker)
        doctors.append(own.scalar_subquery())
    for doctor in doctors:
        found.append(
            select(CareTeamRow.patient_id).where(
                CareTeamRow.practitioner_id == doctor, CareTeamRow.ended_at.is_(None)
            )
        )
    if command.visiting_on is not None:
        found.append(_visiting(command.visiting_on))
    return found


def _visiting(day: date) -> Select[UUID]:
    midnight = datetime.combine(day, time())
    # No zone is more than a day from UTC, and instants have the index.
    return select(AppointmentRow.patient_id).where(
        AppointmentRow.starts_at >= _instant(midnight) - timedelta(days=1),
        AppointmentRow.starts_at < _instant(midnight) + timedelta(days=2),
        AppointmentRow.wall_start >= midnight,
        AppointmentRow.wall_start < midnight + timedelta(days=1),
        AppointmentRow.status.in_(_TAKES_TIME),
    )


def _instant(wall: datetime) -> datetime:
    return wall.replace(tzinfo=UTC)
