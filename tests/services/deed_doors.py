"""The doors of visits that repeat, and of taking back what was done at the calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from meditrack_desktop.database.tables.scheduling import DeedRow
from meditrack_desktop.domain.deeds import TakenBack
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment
from meditrack_desktop.domain.series import (
    BookSeries,
    CancelSeries,
    Every,
    MoveSeries,
    PreviewSeries,
    Scope,
    SeriesRule,
)

P = Permission
WEEKLY = SeriesRule(every=Every.WEEK, count=2)

DEED_DOORS = {
    "deeds.next": (P.VIEW_CALENDAR, lambda s, a: s.clinic.deeds.next(a)),
    "deeds.undo": (P.VIEW_CALENDAR, lambda s, a: _undo(s, a)),
    "deeds.redo": (P.VIEW_CALENDAR, lambda s, a: _redo(s, a)),
    "series.preview": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.series.preview(a, PreviewSeries(first=_first(s), rule=WEEKLY)),
    ),
    "series.book": (P.BOOK_APPOINTMENT, lambda s, a: s.clinic.series.book(a, _series(s))),
    "series.of": (P.VIEW_CALENDAR, lambda s, a: s.clinic.series.of(a, _booked(s).id)),
    "series.move": (
        P.MOVE_APPOINTMENT,
        lambda s, a: s.clinic.series.move(
            a,
            MoveSeries(
                id=(visit := _booked(s)).id,
                version=visit.version,
                scope=Scope.ALL,
                wall_start=visit.wall_start + timedelta(minutes=30),
                overbook_reason="whatever lies there",
            ),
        ),
    ),
    "series.cancel": (
        P.CANCEL_APPOINTMENT,
        lambda s, a: s.clinic.series.cancel(
            a,
            CancelSeries(
                id=(visit := _booked(s)).id, version=visit.version, scope=Scope.FOLLOWING, reason="moved away"
            ),
        ),
    ),
}

DEED_SERVICES = ("deeds", "series")


def _first(scene: Any) -> BookAppointment:
    """One that nothing is in the way of."""
    visits = scene.clinic.scheduling.of_patient(scene.everything, scene.appointment.patient_id)
    last = max((visit.wall_start for visit in visits), default=datetime(2026, 11, 19, 9))
    return BookAppointment(
        patient_id=scene.patient.id,
        practitioner_id=scene.practitioner.id,
        wall_start=last + timedelta(days=7),
        overbook_reason="whenever it is",
    )


def _series(scene: Any) -> BookSeries:
    first = _first(scene)
    return BookSeries(
        first=first, rule=WEEKLY, starts=(first.wall_start, first.wall_start + timedelta(days=7))
    )


def _booked(scene: Any) -> Appointment:
    """The first of a series."""
    visits = scene.clinic.series.book(scene.everything, _series(scene)).visits
    found: Appointment = visits[0]
    return found


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
