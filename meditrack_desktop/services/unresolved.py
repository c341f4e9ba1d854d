"""Visits that are over and of which nobody said what became of them. Nothing is marked by itself."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import unresolved as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, day_bounds
from meditrack_desktop.services.work import Works


class Unresolved:
    def __init__(self, work: Works) -> None:
        self.work = work

    def of_day(self, actor: Actor, day: date) -> tuple[Appointment, ...]:
        """Visits of one day whose time is over and that are still booked, waiting or in a room; by start."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("appointment")
            zone = ZoneInfo(clinic_queries.profile(look.session).zone)
            begins, ends = day_bounds(day, day, zone)
            ids = queries.ids_between(look.session, begins, ends, look.now)
            return _by_start(visit_queries.of_ids(look.session, ids))

    def before(self, actor: Actor, day: date) -> tuple[Appointment, ...]:
        """The same of all days before `day`, the oldest first; 500 at most."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("appointment")
            zone = ZoneInfo(clinic_queries.profile(look.session).zone)
            ids = queries.ids_between(look.session, None, day_bounds(day, day, zone)[0], look.now)
            return _by_start(visit_queries.of_ids(look.session, ids))


def _by_start(visits: list[Appointment]) -> tuple[Appointment, ...]:
    return tuple(sorted(visits, key=lambda visit: (visit.starts_at, visit.practitioner_name, visit.id)))
