"""Whom to call before they come: visits of the next working day that nobody has confirmed."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import today as day_queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.front_desk import ToConfirm
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import AppointmentStatus, Confirmation, day_bounds
from meditrack_desktop.services.work import Works


class Confirmations:
    def __init__(self, work: Works) -> None:
        self.work = work

    def to_confirm(self, actor: Actor, day: date) -> ToConfirm:
        """Visits to confirm of the first day after `day` that has any, by start: the next working day, be it after a
        weekend or a holiday. Those of whom a message was left are still to confirm, after the others."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("appointment")
            zone = ZoneInfo(clinic_queries.profile(look.session).zone)
            next_day = day_queries.next_day_with_visits(look.session, day_bounds(day, day, zone)[1], zone)
            if next_day is None:
                return ToConfirm(None)
            begins, ends = day_bounds(next_day, next_day, zone)
            booked = [
                visit
                for visit in visit_queries.between(look.session, begins, ends, (), include_cancelled=False)
                if visit.status is AppointmentStatus.BOOKED
            ]
            booked.sort(
                key=lambda visit: (
                    visit.confirmation is Confirmation.MESSAGE_LEFT,
                    visit.starts_at,
                    visit.id,
                )
            )
            asked = tuple(visit for visit in booked if visit.confirmation is not Confirmation.CONFIRMED)
            return ToConfirm(next_day, asked, len(booked) - len(asked))
