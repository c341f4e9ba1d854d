"""Writes imported visits: with the status they have in the file, and never over time a doctor has given away.

A visit for which the doctor's time is taken stays out and is reported; nothing is overbooked that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from meditrack_desktop.database.queries import chart_imports as queries
from meditrack_desktop.database.queries import scheduling as visits
from meditrack_desktop.database.tables.scheduling import AppointmentRow
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.imports.chart_outcome import ChartOutcome
from meditrack_desktop.services.imports.fhir_appointments import FoundVisit
from meditrack_desktop.services.imports.fhir_entries import Entry
from meditrack_desktop.services.work import Work

TAKEN = "The doctor has another visit at that time. Visits are not overbooked by an import."
OTHER_WORDS = "The visit is here already and says something else. Nothing was changed; compare."


def write(
    work: Work,
    batch: Sequence[Entry],
    outcome: ChartOutcome,
    clinic: ClinicProfile,
    tick: Callable[[], None],
) -> None:
    """Add the visits of the batch that are new and for which there is time."""
    found = [(entry, entry.command) for entry in batch if isinstance(entry.command, FoundVisit)]
    if not found:
        return
    visits.hold_doctors(work.session, {entry.doctor for entry, _ in found if entry.doctor})
    names = {(entry.patient_id, entry.foreign_id) for entry, _ in found}
    there = queries.named(work.session, AppointmentRow, names)
    rows: dict[tuple[UUID, str], dict[str, Any]] = {}
    given: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for entry, visit in found:
        tick()
        doctor = entry.doctor
        assert doctor is not None
        name = (entry.patient_id, entry.foreign_id)
        says = _says(visit, doctor)
        before = there.get(name) or rows.get(name)
        if before is not None:
            if all(before[column] == value for column, value in says.items()):
                outcome.unchanged += 1
            else:
                outcome.refused.append((entry, OTHER_WORDS))
        elif visit.status.takes_time and _is_taken(work, doctor, visit, given.get(doctor, [])):
            outcome.refused.append((entry, TAKEN))
        else:
            rows[name] = _row(work, entry, visit, says, clinic)
            if visit.status.takes_time:
                given.setdefault(doctor, []).append((visit.starts_at, visit.ends_at))
    queries.insert_many(work.session, AppointmentRow, list(rows.values()))
    for row in rows.values():
        work.noted(
            Line("appointment.imported", "appointment", row["id"], row["patient_id"]),
            Change(
                "appointment",
                row["id"],
                patient=row["patient_id"],
                doctor=row["practitioner_id"],
                day=row["wall_start"].date(),
            ),
        )
    outcome.added += len(rows)


def _is_taken(
    work: Work, doctor: UUID, visit: FoundVisit, given: Sequence[tuple[datetime, datetime]]
) -> bool:
    if any(starts_at < visit.ends_at and visit.starts_at < ends_at for starts_at, ends_at in given):
        return True
    return visits.is_taken(work.session, doctor, visit.starts_at, visit.ends_at, but=doctor)


def _says(visit: FoundVisit, doctor: UUID) -> dict[str, Any]:
    return {
        "practitioner_id": doctor,
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "status": visit.status,
        "confirmation": visit.confirmation,
        "visit_type": visit.visit_type,
        "reason": visit.reason,
        "cancel_reason": visit.cancel_reason,
    }


def _row(
    work: Work, entry: Entry, visit: FoundVisit, says: dict[str, Any], clinic: ClinicProfile
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "version": 1,
        "patient_id": entry.patient_id,
        "foreign_id": entry.foreign_id,
        "wall_start": to_wall(visit.starts_at, clinic.tz).replace(fold=0),
        "zone": clinic.zone,
        "minutes": visit.minutes,
        "overbooked": False,
        "overbook_reason": "",
        "cancelled_by": visit.cancelled_by,
        "created_at": work.now,
        "created_by": work.actor.account_id,
        **says,
    }
