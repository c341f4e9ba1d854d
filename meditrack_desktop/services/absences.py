"""When doctors are away. Their visits stay where they are: who adds an absence is told which ones need a place.

Why a doctor is away may be nobody's business: the note, and that somebody is ill, are told to whoever sets the
doctor's hours (the front desk, as a rule, which has to say something on the phone) and to the doctor; anybody else
is told that the doctor is away, and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import absence_worklists as worklist_queries
from meditrack_desktop.database.queries import absences as queries
from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import practitioners as practitioner_queries
from meditrack_desktop.database.queries import scheduling as visit_queries
from meditrack_desktop.database.queries import working_times as time_queries
from meditrack_desktop.database.tables.working_time import AbsenceRow
from meditrack_desktop.domain.absences import AbsenceAdded
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Step, told
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.working_time import Absence, AddAbsence, EndAbsence, absence_span
from meditrack_desktop.services import affected_visits, deeds, hours_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Look, Work, Works
from meditrack_desktop.services.working_times import check_days


class Absences:
    def __init__(self, work: Works) -> None:
        self.work = work

    def list(
        self, actor: Actor, practitioner_ids: Sequence[UUID], first: date, last: date
    ) -> tuple[Absence, ...]:
        """Absences of these doctors (none: all who are active) that take any of the days, by start.

        Both days count. NotFound DOC_001; Invalid `last` over 400 days.
        """
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            check_days(first, last)
            ids = tuple(practitioner_ids) or practitioner_queries.active_ids(look.session)
            if not time_queries.cycles(look.session, ids).keys() >= set(ids):
                raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
            look.listed("absence")
            as_told = hours_rule.discretion(look)
            found = time_queries.absences(look.session, ids, first, last)
            everything = (as_told(one) for some in found.values() for one in some)
            return tuple(sorted(everything, key=lambda one: (one.starts_at, one.practitioner_id, one.id)))

    def affected_by(self, actor: Actor, command: AddAbsence) -> tuple[Appointment, ...]:
        """Which visits would lie in this absence, by start; nothing is saved. NotFound DOC_001."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            if not time_queries.cycles(look.session, (command.practitioner_id,)):
                raise NotFound(ErrorCode.DOCTOR_NOT_FOUND)
            look.listed("appointment", owner=command.practitioner_id)
            starts_at, ends_at = absence_span(command.wall_start, command.wall_end, _zone(look))
            return affected_visits.by_absence(
                look.session, command.practitioner_id, starts_at, ends_at, look.now
            )

    def add(self, actor: Actor, command: AddAbsence) -> AbsenceAdded:
        """A doctor is away; with the visits that lie in it. Sent twice, it is added once.

        NotFound DOC_001. Needs EDIT_HOURS, or EDIT_OWN_HOURS for one's own. Booking into an absence is refused
        from now on, and what was booked a moment before is among the visits told.
        """
        with self.work(actor, Permission.VIEW_CALENDAR) as work:
            hours_rule.check(work, command.practitioner_id)
            visit_queries.hold_doctors(work.session, [command.practitioner_id])
            if (before := queries.find(work.session, command.id)) is not None:
                if before.practitioner_id != command.practitioner_id:
                    raise ChangedMeanwhile()
                work.noted(Line("absence.added", "absence", command.id, detail="repeated"))
                return _added(work, before)
            deeds.record(work, DeedKind.ABSENCE_ADDED)
            row = new_row(work, command, _zone(work))
            work.added(row, "absence.added", change(row), detail=told_of(row))
            work.flush()
            added = _added(work, row)
            worklist_queries.remember(work.session, row.id, [visit.id for visit in added.affected])
            return added

    def end(self, actor: Actor, command: EndAbsence) -> Absence | None:
        """The doctor is back: one that is under way ends this minute, any other is taken away (None).

        NotFound DOC_003, ChangedMeanwhile. Needs what `add` needs.
        """
        with self.work(actor, Permission.VIEW_CALENDAR) as work:
            found = queries.find(work.session, command.id)
            if found is None:
                work.require(Permission.EDIT_HOURS)
                raise NotFound(ErrorCode.ABSENCE_NOT_FOUND)
            hours_rule.check(work, found.practitioner_id)
            row = queries.row(work.session, command.id, command.version)
            deeds.record(work, DeedKind.ABSENCE_ENDED)
            wall_now = to_wall(work.now, _zone(work)).replace(second=0, microsecond=0, fold=0)
            now = work.now.replace(second=0, microsecond=0)
            if row.starts_at < now < row.ends_at and row.wall_start < wall_now:
                row.wall_end, row.ends_at = wall_now, now
                work.changed(row, "absence.ended", change(row), detail=told_of(row))
                work.flush()
                return time_queries.absence_record(row)
            work.session.delete(row)
            work.changed(row, "absence.ended", change(row), detail=f"{told_of(row)}; taken away")
            work.flush()
            return None


def new_row(work: Work, command: AddAbsence, zone: ZoneInfo, foreign_id: str | None = None) -> AbsenceRow:
    """The row of a new absence; `foreign_id` names the event in the calendar that it came from."""
    starts_at, ends_at = absence_span(command.wall_start, command.wall_end, zone)
    return AbsenceRow(
        id=command.id,
        practitioner_id=command.practitioner_id,
        wall_start=command.wall_start,
        wall_end=command.wall_end,
        starts_at=starts_at,
        ends_at=ends_at,
        kind=command.kind,
        note=command.note,
        foreign_id=foreign_id,
        created_at=work.now,
        created_by=work.actor.account_id,
    )


def change(row: AbsenceRow) -> Change:
    """What pages hear of it: the doctor, and the day on which it begins."""
    return Change("absence", row.id, doctor=row.practitioner_id, day=row.wall_start.date())


def told_of(row: AbsenceRow) -> str:
    """What the trail tells of it: whose it is, and when it begins. Not why."""
    return told(
        Step("start", "", row.wall_start.isoformat("T", "minutes")),
        Step("doctor", "", row.practitioner_id.hex),
    )


def _added(work: Work, row: AbsenceRow) -> AbsenceAdded:
    affected = affected_visits.by_absence(
        work.session, row.practitioner_id, row.starts_at, row.ends_at, work.now
    )
    return AbsenceAdded(time_queries.absence_record(row), affected)


def _zone(seen: Look | Work) -> ZoneInfo:
    return ZoneInfo(clinic_queries.profile(seen.session).zone)
