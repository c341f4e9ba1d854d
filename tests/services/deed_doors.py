"""The doors of taking back what was done at the calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from meditrack_desktop.database.tables.scheduling import DeedRow
from meditrack_desktop.domain.deeds import TakenBack
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import BookAppointment

P = Permission

DEED_DOORS = {
    "deeds.next": (P.VIEW_CALENDAR, lambda s, a: s.clinic.deeds.next(a)),
    "deeds.undo": (P.VIEW_CALENDAR, lambda s, a: _undo(s, a)),
    "deeds.redo": (P.VIEW_CALENDAR, lambda s, a: _redo(s, a)),
}

DEED_SERVICES = ("deeds",)


def _a_deed_of(scene: Any, actor: Any) -> None:
    """A visit is booked, and it was `actor` who did it."""
    visits = scene.clinic.scheduling.of_patient(scene.everything, scene.patient.id)
    last = max((visit.wall_start for visit in visits), default=datetime(2026, 11, 19, 9))
    scene.clinic.scheduling.book(
        scene.everything,
        BookAppointment(
            patient_id=scene.patient.id,
            practitioner_id=scene.practitioner.id,
            wall_start=last + timedelta(days=7),
            overbook_reason="whenever it is",
        ),
    )
    with scene.clinic.work.unsigned() as session:
        for row in session.query(DeedRow).filter_by(undone_at=None):
            row.account_id = actor.account_id


def _undo(scene: Any, actor: Any) -> TakenBack:
    _a_deed_of(scene, actor)
    found: TakenBack = scene.clinic.deeds.undo(actor)
    return found


def _redo(scene: Any, actor: Any) -> TakenBack:
    _a_deed_of(scene, actor)
    with scene.clinic.work.unsigned() as session:
        for row in session.query(DeedRow):
            row.account_id = scene.everything.account_id
    scene.clinic.deeds.undo(scene.everything)
    with scene.clinic.work.unsigned() as session:
        for row in session.query(DeedRow):
            row.account_id = actor.account_id
    found: TakenBack = scene.clinic.deeds.redo(actor)
    return found
