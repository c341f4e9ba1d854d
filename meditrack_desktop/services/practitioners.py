"""Doctors: adding them, their details, their weekly hours, and letting them go without losing history."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import practitioners as queries
from meditrack_desktop.database.tables.practitioners import PractitionerIdentifierRow, PractitionerRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import (
    AddPractitioner,
    EditPractitioner,
    Practitioner,
    SetPractitionerActive,
    SetWorkingHours,
)
from meditrack_desktop.services import hours_rule
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Work, Works


class Practitioners:
    """A doctor is deactivated, never deleted: their visits keep their name."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def get(self, actor: Actor, practitioner_id: UUID) -> Practitioner:
        """One doctor, active or not. NotFound DOCTOR_NOT_FOUND."""
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            row = queries.practitioner(look.session, practitioner_id)
            look.viewed("practitioner", practitioner_id)
            return queries.record(row)

    def add(self, actor: Actor, command: AddPractitioner) -> Practitioner:
        """A new doctor with their hours. Sent twice, it adds one."""
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            if existing := queries.find(work.session, command.id):
                work.noted(Line("practitioner.added", "practitioner", command.id, detail="repeated"))
                return queries.record(existing)
            row = added(work, command)
            work.flush()
            return queries.record(row)

    def edit(self, actor: Actor, command: EditPractitioner) -> Practitioner:
        """Name, specialty and room. NotFound, ChangedMeanwhile."""
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            row = queries.practitioner(work.session, command.id, command.version)
            row.family = command.family
            row.given = command.given
            row.prefix = command.prefix
            row.specialty = command.specialty
            row.room = command.room
            return self._changed(work, row, "practitioner.edited")

    def set_hours(self, actor: Actor, command: SetWorkingHours) -> Practitioner:
        """Replace the weekly hours, of one week or of several that repeat; visits already booked stay.

        NotFound, ChangedMeanwhile. EDIT_OWN_HOURS is enough for the doctor who the actor is; anybody else needs
        EDIT_HOURS. `working_times.affected_by_hours` tells which visits would lie outside.
        """
        with self.work(actor, Permission.VIEW_DOCTORS) as work:
            hours_rule.check(work, command.id)
            row = queries.practitioner(work.session, command.id, command.version)
            if queries.set_hours(row, command.hours):
                next_version(row)
            queries.set_cycle(row, command.cycle_weeks, command.cycle_from)
            return self._changed(work, row, "practitioner.hours_set")

    def set_active(self, actor: Actor, command: SetPractitionerActive) -> Practitioner:
        """Take a doctor out of the calendar's choices, or bring them back. NotFound, ChangedMeanwhile."""
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            row = queries.practitioner(work.session, command.id, command.version)
            row.active = command.active
            action = "practitioner.activated" if command.active else "practitioner.deactivated"
            return self._changed(work, row, action)

    def list(self, actor: Actor, include_inactive: bool = False) -> tuple[Practitioner, ...]:
        """Doctors in name order; only those who still work here unless asked otherwise."""
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            look.listed("practitioner")
            return queries.everybody(look.session, include_inactive=include_inactive)

    @staticmethod
    def _changed(work: Work, row: PractitionerRow, action: str) -> Practitioner:
        work.changed(row, action, _change(row))
        work.flush()
        return queries.record(row)


def _change(row: PractitionerRow) -> Change:
    return Change("practitioner", row.id, doctor=row.id)


def added(work: Work, command: AddPractitioner) -> PractitionerRow:
    """The row of a new doctor with their hours, reported; whoever asks has looked that there is none yet."""
    row = PractitionerRow(
        id=command.id,
        family=command.family,
        given=command.given,
        prefix=command.prefix,
        specialty=command.specialty,
        room=command.room,
        active=True,
        cycle_weeks=1,
        created_at=work.now,
        created_by=work.actor.account_id,
        hours=[],
        identifiers=[
            PractitionerIdentifierRow(id=new_id(), system=one.system, value=one.value)
            for one in dict.fromkeys(command.identifiers)
        ],
    )
    queries.set_hours(row, command.hours)
    work.added(row, "practitioner.added", _change(row))
    return row
