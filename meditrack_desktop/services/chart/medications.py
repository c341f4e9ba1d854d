"""Medication: what a patient takes or was prescribed, and correcting what is on record."""

from __future__ import annotations

from meditrack_desktop.database.queries import chart_entries as entries
from meditrack_desktop.database.queries import medications as queries
from meditrack_desktop.database.tables.chart import MedicationRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ChangedMeanwhile
from meditrack_desktop.domain.medications import (
    EditMedication,
    Medication,
    MedicationDetails,
    RecordMedication,
)
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.chart import writing
from meditrack_desktop.services.work import Works


class Medications:
    """Nothing is deleted: what was wrong is marked entered-in-error."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def record(self, actor: Actor, command: RecordMedication) -> Medication:
        """Put a medicine into the chart. Sent twice, it adds one.

        NotAllowed NOT_IN_CARE; NotFound; Conflict PATIENT_ARCHIVED, PATIENT_MERGED or PATIENT_RESTRICTED; Invalid
        `started` or `ended`; ChangedMeanwhile if the id is another entry's.
        """
        with self.work(actor, Permission.WRITE_CHART) as work:
            writing.enter(work, command.patient_id)
            if before := entries.find(work.session, MedicationRow, command.id):
                if before.patient_id != command.patient_id:
                    raise ChangedMeanwhile()
                work.noted(Line("medication.added", "medication", before.id, before.patient_id, "repeated"))
                return queries.record_of(work.session, before)
            _check(command)
            row = MedicationRow(
                id=command.id,
                patient_id=command.patient_id,
                created_at=work.now,
                created_by=actor.account_id,
                **_columns(command),
            )
            change = writing.changed(row.patient_id, row.id)
            work.added(row, "medication.added", change, patient_id=row.patient_id)
            work.flush()
            return queries.record_of(work.session, row)

    def edit(self, actor: Actor, command: EditMedication) -> Medication:
        """Change what it says. NotFound CHART_ENTRY_NOT_FOUND; ChangedMeanwhile; else as `record`."""
        with self.work(actor, Permission.WRITE_CHART) as work:
            found = entries.find(work.session, MedicationRow, command.id)
            writing.enter_entry(work, found.patient_id if found else None)
            row = entries.row(work.session, MedicationRow, command.id, command.version)
            _check(command)
            for name, value in _columns(command).items():
                setattr(row, name, value)
            change = writing.changed(row.patient_id, row.id)
            work.changed(row, "medication.edited", change, patient_id=row.patient_id)
            work.flush()
            return queries.record_of(work.session, row)


def _check(details: MedicationDetails) -> None:
    # A prescription may begin tomorrow or run until spring: only what lies too far back is refused.
    writing.refuse_too_old(started=details.started, ended=details.ended)
    writing.refuse_disorder(details.started, details.ended, "ended")


def _columns(details: MedicationDetails) -> dict[str, object]:
    return {
        "text": details.text,
        "system": details.system,
        "code": details.code,
        "dosage": details.dosage,
        "intent": details.intent,
        "status": details.status,
        "started": entries.iso(details.started),
        "ended": entries.iso(details.ended),
        "reason": details.reason,
        "note": details.note,
    }
