"""When doctors work, day by day: special days, days on which the clinic is closed, and what follows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.queries import working_times as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, NotFound, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.working_time import LONGEST_LOOK_DAYS, DoctorDay
from meditrack_desktop.services import hours_rule
from meditrack_desktop.services.work import Works


class WorkingTimes:
    """No change of working time moves a visit: who saves is told which visits lie outside, and decides."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_days(
        self, actor: Actor, practitioner_ids: Sequence[UUID], first: date, last: date
    ) -> tuple[DoctorDay, ...]:
        """Each doctor's days from `first` to `last`, both counted: by doctor in the order asked for, then by day.

        No ids: all active doctors in name order. Absences of others are told without their note, and illness only
        as being away, to whoever does not set these hours. NotFound DOC_001; Invalid `last` over 400 days.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            length = check_days(first, last)
            ids = tuple(practitioner_ids) or practitioner_queries.active_ids(look.session)
            known = queries.of_days(look.session, ids, first, last)
            if not known.cycles.keys() >= set(ids):
                raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
            told = hours_rule.discretion(look)
            known = replace(
                known, absences={of: [told(one) for one in some] for of, some in known.absences.items()}
            )
            look.listed("working_time")
            days = [first + timedelta(days=n) for n in range(length)]
            return tuple(known.day_of(doctor, day) for doctor in ids for day in days)


def check_days(first: date, last: date) -> int:
    """How many days these are, both counted. Invalid `last` if there are none or more than 400."""
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_LOOK_DAYS:
        raise invalid_fields(last=FieldProblem.OUT_OF_RANGE)
    return length
