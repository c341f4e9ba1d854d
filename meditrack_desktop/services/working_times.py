"""When doctors work, day by day: special days, days on which the clinic is closed, and what follows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import working_times as queries
from meditrack_desktop.database.tables.working_time import ClosureRow, SpecialDayRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Step, told
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import (
    ChangedMeanwhile,
    Conflict,
    ErrorCode,
    FieldProblem,
    NotFound,
    invalid_fields,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import SetWorkingHours
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.working_time import (
    LONGEST_LOOK_DAYS,
    Closure,
    DoctorDay,
    OpenTime,
    RemoveClosure,
    SetClosure,
    SetSpecialDay,
    SpecialDay,
    minute_of_day,
)
from meditrack_desktop.services import affected_visits, hours_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Look, Work, Works


class WorkingTimes:
    """No change of working time moves a visit: who saves is told which visits lie outside, and decides."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def of_days(
        self, actor: Actor, practitioner_ids: Sequence[UUID], first: date, last: date
    ) -> tuple[DoctorDay, ...]:
        """Each doctor's days from `first` to `last`, both counted: by doctor in the order asked for, then by day.

        No ids: all active doctors in name order. Whoever does not set these hours is told absences and special days
        of others without their notes, and illness only as being away. NotFound DOC_001; Invalid `last` over 400 days.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            length = check_days(first, last)
            ids = tuple(practitioner_ids) or practitioner_queries.active_ids(look.session)
            known = queries.of_days(look.session, ids, first, last)
            if not known.cycles.keys() >= set(ids):
                raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
            known = hours_rule.as_told(look, known)
            look.listed("working_time")
            days = [first + timedelta(days=n) for n in range(length)]
            return tuple(known.day_of(doctor, day) for doctor in ids for day in days)

    def set_special_day(self, actor: Actor, command: SetSpecialDay) -> DoctorDay:
        """What a doctor does on one date, or again what the weekly hours say. The day as it is then.

        NotFound DOC_001. Needs EDIT_HOURS, or EDIT_OWN_HOURS for one's own. ChangedMeanwhile if the day says
        something else by now than was seen, unless it says already what is wanted.
        """
        with self.work(actor, Permission.VIEW_CALENDAR) as work:
            hours_rule.check(work, command.practitioner_id)
            visit_queries.hold_doctors(work.session, [command.practitioner_id])
            doctor, day = command.practitioner_id, command.day
            now = queries.of_days(work.session, (doctor,), day, day).day_of(doctor, day).special
            if now not in (command.seen, _wanted(command)):
                raise ChangedMeanwhile()
            before = queries.special_day(work.session, doctor, day)
            if command.stretches is None:
                self._forget(work, command, before)
            else:
                self._keep(work, command, before)
            work.flush()
            known = queries.of_days(work.session, (command.practitioner_id,), command.day, command.day)
            return known.day_of(command.practitioner_id, command.day)

    def affected_by_special_day(self, actor: Actor, command: SetSpecialDay) -> tuple[Appointment, ...]:
        """Visits that would lie outside the doctor's time then, by start; nothing is saved. NotFound DOC_001."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            _check_doctor(look, command.practitioner_id)
            look.listed("appointment", owner=command.practitioner_id)
            return affected_visits.by_special_day(
                look.session, command.practitioner_id, command.day, _wanted(command), look.now, _zone(look)
            )

    def affected_by_hours(self, actor: Actor, command: SetWorkingHours) -> tuple[Appointment, ...]:
        """Visits to come that would lie outside these weekly hours, by start; nothing is saved. NotFound DOC_001.

        Not those on a special day, nor those that were put outside the hours on purpose.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            _check_doctor(look, command.id)
            look.listed("appointment", owner=command.id)
            return affected_visits.by_hours(look.session, command, look.now, _zone(look))

    def closures(self, actor: Actor, first: date, last: date) -> tuple[Closure, ...]:
        """Days on which the clinic is closed or opens for less, in order. Invalid `last` over 400 days."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            check_days(first, last)
            look.listed("closure")
            return tuple(queries.closures(look.session, first, last))

    def set_closure(self, actor: Actor, command: SetClosure) -> Closure:
        """Close the clinic on a day, or shorten it; with the version seen, change that. Sent twice, it is set once.

        Doctors with a special day on that date keep it. Conflict CLOSURE_TAKEN if another closure lies on the day;
        NotFound DOC_004, ChangedMeanwhile.
        """
        with self.work(actor, Permission.EDIT_HOURS) as work:
            if command.version is None and (before := queries.find_closure(work.session, command.id)):
                work.noted(Line("closure.added", "closure", command.id, detail="repeated"))
                return queries.closure_record(before)
            # Whoever books now waits, so that nobody books into a day that is closed in this very moment.
            everybody = practitioner_queries.active_ids(work.session)
            visit_queries.hold_doctors(work.session, everybody)
            if queries.is_closure_taken(work.session, command.day, command.id):
                raise Conflict(ErrorCode.CLOSURE_TAKEN, fields={"day": FieldProblem.TAKEN})
            if command.version is None:
                row = ClosureRow(
                    id=command.id,
                    day=command.day,
                    name=command.name,
                    opens=command.opens,
                    closes=command.closes,
                    created_at=work.now,
                    created_by=actor.account_id,
                )
                work.added(row, "closure.added", _change(row))
            else:
                row = queries.closure(work.session, command.id, command.version)
                was = _change(row)
                row.day, row.name = command.day, command.name
                row.opens, row.closes = command.opens, command.closes
                work.changed(row, "closure.edited", was, _change(row))
            work.flush()
            return queries.closure_record(row)

    def remove_closure(self, actor: Actor, command: RemoveClosure) -> None:
        """The clinic is open on that day after all. NotFound DOC_004, ChangedMeanwhile."""
        with self.work(actor, Permission.EDIT_HOURS) as work:
            row = queries.closure(work.session, command.id, command.version)
            work.session.delete(row)
            work.changed(row, "closure.deleted", _change(row))
            work.flush()

    def affected_by_closure(self, actor: Actor, command: SetClosure) -> tuple[Appointment, ...]:
        """Visits of any doctor in the time that the clinic would be closed, by start; nothing is saved."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("appointment")
            closure = Closure(command.id, 0, command.day, command.name, command.opens, command.closes)
            return affected_visits.by_closure(look.session, closure, look.now, _zone(look))

    @staticmethod
    def _keep(work: Work, command: SetSpecialDay, before: SpecialDayRow | None) -> None:
        row = before or SpecialDayRow(
            id=new_id(),
            practitioner_id=command.practitioner_id,
            day=command.day,
            created_at=work.now,
            created_by=work.actor.account_id,
        )
        row.note = command.note
        report = work.changed if before else work.added
        report(row, "special_day.set", _of_doctor(command), detail=_told_of(command))
        work.flush()
        queries.set_special_hours(work.session, row.id, _stretches(command))

    @staticmethod
    def _forget(work: Work, command: SetSpecialDay, before: SpecialDayRow | None) -> None:
        if before is None:
            work.noted(Line("special_day.deleted", "special_day", detail="repeated"))
            return
        work.session.delete(before)
        work.changed(before, "special_day.deleted", _of_doctor(command), detail=_told_of(command))


def check_days(first: date, last: date) -> int:
    """How many days these are, both counted. Invalid `last` if there are none, more than 400, or years too far."""
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_LOOK_DAYS or not 1900 <= first.year <= last.year <= 2200:
        raise invalid_fields(last=FieldProblem.OUT_OF_RANGE)
    return length


def _stretches(command: SetSpecialDay) -> tuple[OpenTime, ...]:
    stretches = [
        OpenTime(minute_of_day(one.starts), minute_of_day(one.ends, ends=True))
        for one in command.stretches or ()
    ]
    return tuple(sorted(stretches, key=lambda one: one.starts))


def _wanted(command: SetSpecialDay) -> SpecialDay | None:
    if command.stretches is None:
        return None
    return SpecialDay(command.practitioner_id, command.day, _stretches(command), command.note)


def _told_of(command: SetSpecialDay) -> str:
    """What the trail tells of it: whose day, and which."""
    day = datetime.combine(command.day, time(0)).isoformat("T", "minutes")
    return told(Step("start", "", day), Step("doctor", "", command.practitioner_id.hex))


def _of_doctor(command: SetSpecialDay) -> Change:
    return Change("practitioner", command.practitioner_id, doctor=command.practitioner_id, day=command.day)


def _change(row: ClosureRow) -> Change:
    return Change("closure", row.id, day=row.day)


def _check_doctor(look: Look, practitioner_id: UUID) -> None:
    if not queries.cycles(look.session, (practitioner_id,)):
        raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)


def _zone(look: Look) -> ZoneInfo:
    return ZoneInfo(clinic_queries.profile(look.session).zone)
