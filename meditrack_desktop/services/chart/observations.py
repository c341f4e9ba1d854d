"""Measurements and results: exact values, taken together or one by one, corrected with their history kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.queries import observations as queries
from meditrack_desktop.database.tables.chart import ObservationRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.birth_dates import OLDEST_YEAR
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    ErrorCode,
    FieldProblem,
    NotFound,
    invalid_fields,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.observations import (
    EditObservation,
    Observation,
    ObservationHistory,
    ObservationInput,
    ObservationStatus,
    RecordObservations,
    exact,
    problem_of,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.chart import writing
from meditrack_desktop.services.work import Works

CLOCKS_DIFFER = timedelta(minutes=5)
"""So far ahead a measuring device's clock may be."""


class Observations:
    """A value is never overwritten: what it said before a correction stays readable."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def record(self, actor: Actor, command: RecordObservations) -> tuple[Observation, ...]:
        """Put values into the chart that were taken at one time; several of them make a panel. Sent twice, it
        adds them once.

        NotAllowed NOT_IN_CARE; NotFound; Conflict PATIENT_ARCHIVED, PATIENT_MERGED or PATIENT_RESTRICTED; Invalid
        `taken_at`, `value` or `high`; ChangedMeanwhile if an id is another entry's.
        """
        with self.work(actor, Permission.WRITE_CHART) as work:
            writing.enter(work, command.patient_id)
            ids = [value.id for value in command.values]
            if before := queries.known(work.session, ids):
                if {row.id for row in before} != set(ids) or any(
                    row.patient_id != command.patient_id for row in before
                ):
                    raise ChangedMeanwhile()
                for row in before:
                    work.noted(Line("observation.added", "observation", row.id, row.patient_id, "repeated"))
                return _in_order(queries.records(work.session, before), ids)
            if len(set(ids)) != len(ids):
                raise ChangedMeanwhile()
            self._check(work.now, command.taken_at, *command.values)
            panel_id = new_id() if len(command.values) > 1 or command.panel else None
            rows = [
                ObservationRow(
                    id=value.id,
                    patient_id=command.patient_id,
                    panel_id=panel_id,
                    panel=command.panel,
                    status=ObservationStatus.FINAL,
                    taken_at=command.taken_at,
                    source=command.source,
                    created_at=work.now,
                    created_by=actor.account_id,
                    **_columns(value),
                )
                for value in command.values
            ]
            for row in rows:
                change = writing.changed(row.patient_id, row.id)
                work.added(row, "observation.added", change, patient_id=row.patient_id)
            work.flush()
            return _in_order(queries.records(work.session, rows), ids)

    def edit(self, actor: Actor, command: EditObservation) -> Observation:
        """Correct one value; the former one stays in its history.

        NotFound CHART_ENTRY_NOT_FOUND; ChangedMeanwhile; else as `record`.
        """
        with self.work(actor, Permission.WRITE_CHART) as work:
            found = entries.find(work.session, ObservationRow, command.id)
            writing.enter_entry(work, found.patient_id if found else None)
            row = entries.row(work.session, ObservationRow, command.id, command.version)
            self._check(work.now, command.taken_at, command)
            queries.keep_former(work.session, row, work.now, actor.account_id)
            columns = {**_columns(command), "status": command.status, "taken_at": command.taken_at}
            for name, value in columns.items():
                setattr(row, name, value)
            change = writing.changed(row.patient_id, row.id)
            work.changed(row, "observation.edited", change, patient_id=row.patient_id)
            work.flush()
            return queries.records(work.session, [row])[0]

    def history(self, actor: Actor, patient_id: UUID, kind: str) -> ObservationHistory:
        """One kind of measurement (`Observation.kind`), newest first, with every value that was corrected.

        NotAllowed as `charts.of_patient`; NotFound PATIENT_NOT_FOUND or PATIENT_PURGED.
        """
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            standing = entries.standing(look.session, patient_id)
            reading_rule.check_chart(look, patient_id if standing else None)
            if standing is None or standing.purged:
                raise NotFound(ErrorCode.PATIENT_PURGED if standing else ErrorCode.PATIENT_NOT_FOUND)
            look.listed("observation", patient_id, owner=patient_id)
            values = queries.of_kind(look.session, patient_id, kind)
            former = queries.former(look.session, [value.id for value in values])
            return ObservationHistory(patient_id, kind, values, former)

    @staticmethod
    def _check(now: datetime, taken_at: datetime, *values: ObservationInput) -> None:
        if taken_at > now + CLOCKS_DIFFER:
            raise invalid_fields(taken_at=FieldProblem.IN_THE_FUTURE)
        if taken_at.year < OLDEST_YEAR:
            raise invalid_fields(taken_at=FieldProblem.TOO_OLD)
        for value in values:
            if problems := problem_of(value):
                raise invalid_fields(**problems)


def _in_order(observations: tuple[Observation, ...], ids: list[UUID]) -> tuple[Observation, ...]:
    return tuple(sorted(observations, key=lambda one: ids.index(one.id)))


def _columns(value: ObservationInput) -> dict[str, object]:
    return {
        "name": value.name,
        "system": value.system,
        "code": value.code,
        "value": _text(value.value),
        "text_value": value.text_value,
        "unit": value.unit,
        "low": _text(value.low),
        "high": _text(value.high),
        "note": value.note,
    }


def _text(number: Decimal | None) -> str | None:
    return exact(number) if number is not None else None
