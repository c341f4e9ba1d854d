"""Tasks of the front desk: what somebody must not forget, seen by every desk."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import desk_tasks as queries
from meditrack_desktop.database.tables.front_desk import DeskTaskRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ChangedMeanwhile
from meditrack_desktop.domain.front_desk import AddDeskTask, DeskTask, FinishDeskTask
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import day_bounds
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.patient_standing import open_record
from meditrack_desktop.services.work import Work, Works


class DeskTasks:
    def __init__(self, work: Works) -> None:
        self.work = work

    def list(self, actor: Actor) -> tuple[DeskTask, ...]:
        """What is to do, by when it is due (without a time last), then what was done today."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("desk_task")
            zone = ZoneInfo(clinic_queries.profile(look.session).zone)
            today = to_wall(look.now, zone).date()
            return tuple(queries.open_or_done_since(look.session, day_bounds(today, today, zone)[0]))

    def add(self, actor: Actor, command: AddDeskTask) -> DeskTask:
        """Write a task down; the same command twice adds one. Of a patient: Conflict PATIENT_ARCHIVED,
        PATIENT_RESTRICTED or PATIENT_MERGED; NotFound."""
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            if (before := queries.find(work.session, command.id)) is not None:
                return _repeated(work, command, before)
            if command.patient_id is not None:
                open_record(work.session, command.patient_id)
            row = DeskTaskRow(
                id=command.id,
                text=command.text,
                due_at=command.due_at,
                patient_id=command.patient_id,
                created_at=work.now,
                created_by=actor.account_id,
            )
            work.added(row, "desk_task.added", _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row.id)

    def finish(self, actor: Actor, command: FinishDeskTask) -> DeskTask:
        """Say that it is done, or to do again. ChangedMeanwhile; NotFound DESK_012."""
        with self.work(actor, Permission.BOOK_APPOINTMENT) as work:
            row = queries.row(work.session, command.id, command.version)
            if (row.done_at is not None) == command.done:
                raise ChangedMeanwhile()
            row.done_at = work.now if command.done else None
            row.done_by = actor.account_id if command.done else None
            action = "desk_task.finished" if command.done else "desk_task.reopened"
            work.changed(row, action, _change(row), patient_id=row.patient_id)
            work.flush()
            return queries.record(work.session, row.id)


def _repeated(work: Work, command: AddDeskTask, before: DeskTask) -> DeskTask:
    if (before.patient_id, before.text) != (command.patient_id, command.text):
        raise ChangedMeanwhile()
    work.noted(Line("desk_task.added", "desk_task", before.id, before.patient_id, "repeated"))
    return before


def _change(row: DeskTaskRow) -> Change:
    return Change("desk_task", row.id, patient=row.patient_id)
