"""The doors of holding a slot, of finding a free one, and of the doctor's beginning."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from meditrack_desktop.domain.free_time import FindFreeTime, FreeTimeOfDay
from meditrack_desktop.domain.holds import PlaceHold
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import AppointmentStatus, MarkSeen, SetAppointmentStatus

P = Permission
DAY = date(2026, 11, 19)


def _see(scene: Any, actor: Any) -> None:
    visit = scene.clinic.scheduling.get(scene.everything, scene.appointment.id)
    if visit.status is AppointmentStatus.BOOKED:
        arrived = SetAppointmentStatus(id=visit.id, version=visit.version, status=AppointmentStatus.ARRIVED)
        visit = scene.clinic.scheduling.set_status(scene.everything, arrived)
    scene.clinic.scheduling.mark_seen(actor, MarkSeen(id=visit.id, version=visit.version))


BOOKING_DOORS: dict[str, tuple[Permission, Any]] = {
    "scheduling.mark_seen": (P.SET_APPOINTMENT_STATUS, _see),
    "holds.place": (
        P.BOOK_APPOINTMENT,
        lambda s, a: s.clinic.holds.place(
            a, PlaceHold(practitioner_id=s.practitioner.id, wall_start=datetime(2026, 11, 19, 12))
        ),
    ),
    "holds.release": (P.BOOK_APPOINTMENT, lambda s, a: s.clinic.holds.release(a)),
    "holds.of_days": (P.VIEW_CALENDAR, lambda s, a: s.clinic.holds.of_days(a, DAY, DAY)),
    "free_time.next": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.free_time.next(a, FindFreeTime(after=datetime(2026, 11, 19, 9))),
    ),
    "free_time.of_day": (
        P.VIEW_CALENDAR,
        lambda s, a: s.clinic.free_time.of_day(
            a, FreeTimeOfDay(day=DAY, practitioner_ids=(s.practitioner.id,))
        ),
    ),
}

BOOKING_SERVICES = ("holds", "free_time")

NO_LINE = {
    "holds.place": "what it becomes has its line; who holds what is seen at every desk for two minutes",
    "holds.release": "as placing one",
    "incoming.collect": "asked every few seconds; whatever it takes in has its line",
}
