"""Questions about measurements: the newest, the newest of each kind, one kind through the years."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.tables.chart import ObservationRow, ObservationVersionRow
from meditrack_desktop.domain.observations import FormerValue, Observation, ObservationStatus

AT_ONCE = 500
"""How many ids one statement compares with."""


def of_patient(session: Session, patient_id: UUID, most: int | None) -> tuple[tuple[Observation, ...], int]:
    """The newest `most` by when they were taken, and how many there are in all; `most` None means every one."""
    query = (
        select(ObservationRow)
        .where(ObservationRow.patient_id == patient_id)
        .order_by(ObservationRow.taken_at.desc(), ObservationRow.id.desc())
    )
    rows = list(session.scalars(query if most is None else query.limit(most)))
    counted = len(rows)
    if most is not None and counted == most:
        count = select(func.count()).where(ObservationRow.patient_id == patient_id)
        counted = session.execute(count).scalar_one()
    return records(session, rows), counted


def latest(session: Session, patient_id: UUID) -> tuple[Observation, ...]:
    """The newest valid one of each kind, by code where there is one, else by name; in order of name."""
    # A coded kind is one kind under whatever name, an uncoded one is its name.
    kind = (
        ObservationRow.system,
        ObservationRow.code,
        func.coalesce(func.nullif(ObservationRow.code, ""), ObservationRow.name),
    )
    place = (
        func.row_number()
        .over(partition_by=kind, order_by=(ObservationRow.taken_at.desc(), ObservationRow.id.desc()))
        .label("place")
    )
    ranked = (
        select(ObservationRow.id, place)
        .where(
            ObservationRow.patient_id == patient_id,
            ObservationRow.status != ObservationStatus.ENTERED_IN_ERROR,
        )
        .subquery()
    )
    query = select(ObservationRow).join(ranked, ranked.c.id == ObservationRow.id).where(ranked.c.place == 1)
    return tuple(sorted(records(session, list(session.scalars(query))), key=lambda one: (one.name, one.id)))


def of_kind(session: Session, patient_id: UUID, kind: str) -> tuple[Observation, ...]:
    """All of one kind (a code, or the name of uncoded ones), newest first, those entered in error included."""
    query = (
        select(ObservationRow)
        .where(
            ObservationRow.patient_id == patient_id,
            func.coalesce(func.nullif(ObservationRow.code, ""), ObservationRow.name) == kind,
        )
        .order_by(ObservationRow.taken_at.desc(), ObservationRow.id.desc())
    )
    return records(session, list(session.scalars(query)))


def former(session: Session, observations: Sequence[UUID]) -> tuple[FormerValue, ...]:
    """What these said before they were corrected, the last correction first."""
    rows: list[ObservationVersionRow] = []
    for start in range(0, len(observations), AT_ONCE):
        query = select(ObservationVersionRow).where(
            ObservationVersionRow.observation_id.in_(observations[start : start + AT_ONCE])
        )
        rows.extend(session.scalars(query))
    called = entries.names(session, {row.replaced_by for row in rows})
    rows.sort(key=lambda row: (row.replaced_at, row.version), reverse=True)
    return tuple(
        FormerValue(
            observation_id=row.observation_id,
            version=row.version,
            value=_number(row.value),
            text_value=row.text_value,
            unit=row.unit,
            status=row.status,
            taken_at=row.taken_at,
            replaced_at=row.replaced_at,
            replaced_by_name=called.get(row.replaced_by, ""),
        )
        for row in rows
    )


def known(session: Session, ids: Collection[UUID]) -> list[ObservationRow]:
    """Those of these ids that are in some chart already."""
    return list(session.scalars(select(ObservationRow).where(ObservationRow.id.in_(ids))))


def keep_former(session: Session, row: ObservationRow, at: datetime, by: UUID) -> None:
    """Write down what the row says now, before it is corrected."""
    session.add(
        ObservationVersionRow(
            observation_id=row.id,
            version=row.version,
            value=row.value,
            text_value=row.text_value,
            unit=row.unit,
            status=row.status,
            taken_at=row.taken_at,
            replaced_at=at,
            replaced_by=by,
        )
    )


def records(session: Session, rows: Sequence[ObservationRow]) -> tuple[Observation, ...]:
    called = entries.names(session, {row.created_by for row in rows})
    return tuple(_record(row, called) for row in rows)


def _record(row: ObservationRow, called: dict[UUID, str]) -> Observation:
    return Observation(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        panel_id=row.panel_id,
        panel=row.panel,
        name=row.name,
        coding=entries.coding(row),
        value=_number(row.value),
        text_value=row.text_value,
        unit=row.unit,
        low=_number(row.low),
        high=_number(row.high),
        status=row.status,
        taken_at=row.taken_at,
        source=row.source,
        note=row.note,
        recorded=entries.recorded(row, called),
    )


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None
