"""Conditions: recording diagnoses and problems, and correcting what is on record."""

from __future__ import annotations

from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.queries import conditions as queries
from meditrack_desktop.database.tables.chart import ConditionRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.conditions import (
    Condition,
    ConditionDetails,
    EditCondition,
    RecordCondition,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.chart import writing
from meditrack_desktop.services.work import Work, Works


class Conditions:
    """Nothing is deleted: what was wrong is marked entered-in-error."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def record(self, actor: Actor, command: RecordCondition) -> Condition:
        """Put a condition into the chart. Sent twice, it adds one.

        NotAllowed NOT_IN_CARE; NotFound; Conflict PATIENT_ARCHIVED, PATIENT_MERGED or PATIENT_RESTRICTED; Invalid
        `onset` or `abated`; ChangedMeanwhile if the id is another entry's.
        """
        with self.work(actor, Permission.WRITE_CHART) as work:
            writing.enter(work, command.patient_id)
            if before := entries.find(work.session, ConditionRow, command.id):
                if before.patient_id != command.patient_id:
                    raise ChangedMeanwhile()
                work.noted(Line("condition.added", "condition", before.id, before.patient_id, "repeated"))
                return queries.record_of(work.session, before)
            _check(work, command)
            row = ConditionRow(
                id=command.id,
                patient_id=command.patient_id,
                created_at=work.now,
                created_by=actor.account_id,
                **_columns(command),
            )
            change = writing.changed(row.patient_id, row.id)
            work.added(row, "condition.added", change, patient_id=row.patient_id)
            work.flush()
            return queries.record_of(work.session, row)

    def edit(self, actor: Actor, command: EditCondition) -> Condition:
        """Change what it says. NotFound CHART_ENTRY_NOT_FOUND; ChangedMeanwhile; else as `record`."""
        with self.work(actor, Permission.WRITE_CHART) as work:
            found = entries.find(work.session, ConditionRow, command.id)
            writing.enter_entry(work, found.patient_id if found else None)
            row = entries.row(work.session, ConditionRow, command.id, command.version)
            _check(work, command)
            for name, value in _columns(command).items():
                setattr(row, name, value)
            change = writing.changed(row.patient_id, row.id)
            work.changed(row, "condition.edited", change, patient_id=row.patient_id)
            work.flush()
            return queries.record_of(work.session, row)


def _check(work: Work, details: ConditionDetails) -> None:
    writing.refuse_future(writing.clinic_today(work), onset=details.onset, abated=details.abated)
    writing.refuse_disorder(details.onset, details.abated, "abated")


def _columns(details: ConditionDetails) -> dict[str, object]:
    return {
        "text": details.text,
        "system": details.system,
        "code": details.code,
        "status": details.status,
        "verification": details.verification,
        "onset": entries.iso(details.onset),
        "abated": entries.iso(details.abated),
        "note": details.note,
    }
