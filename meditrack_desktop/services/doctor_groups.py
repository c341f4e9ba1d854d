"""Doctors who are shown together in the calendar, on one key."""

from __future__ import annotations

from meditrack_desktop.database.base import changed_columns, next_version
from meditrack_desktop.database.queries import doctor_groups as queries
from meditrack_desktop.database.tables.practitioners import DoctorGroupRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioner_profiles import DoctorGroup, RemoveDoctorGroup, SaveDoctorGroup
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Works


class DoctorGroups:
    def __init__(self, work: Works) -> None:
        self.work = work

    def list(self, actor: Actor) -> tuple[DoctorGroup, ...]:
        """Groups by their key, then name; doctors in the order they were put in, also those who left the clinic."""
        with self.work.looking(actor, Permission.VIEW_DOCTORS) as look:
            look.listed("doctor_group")
            return queries.everything(look.session)

    def save(self, actor: Actor, command: SaveDoctorGroup) -> DoctorGroup:
        """Add a group or, with the version seen, change one. Two groups may share a key: the first by name has it.

        Conflict CALENDAR_NAME_TAKEN; NotFound DOC_008 or DOC_001; ChangedMeanwhile. Sent twice, it is added once.
        """
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            if command.version is None and (before := queries.find(work.session, command.id)):
                work.noted(Line("doctor_group.added", "doctor_group", command.id, detail="repeated"))
                return queries.record(work.session, before)
            if queries.is_name_taken(work.session, command.name, command.id):
                raise Conflict(ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN})
            if command.version is None:
                row = DoctorGroupRow(id=command.id, name=command.name, position=command.position)
                work.added(row, "doctor_group.added", Change("doctor_group", row.id))
                work.flush()
                queries.set_members(work.session, row.id, command.practitioner_ids)
            else:
                row = queries.row(work.session, command.id, command.version)
                row.name, row.position = command.name, command.position
                others = queries.set_members(work.session, row.id, command.practitioner_ids)
                if others and not changed_columns(row):
                    next_version(row)
                work.changed(row, "doctor_group.edited", Change("doctor_group", row.id))
            work.flush()
            return queries.record(work.session, row)

    def remove(self, actor: Actor, command: RemoveDoctorGroup) -> None:
        """Forget a group; its doctors stay. NotFound DOC_008, ChangedMeanwhile."""
        with self.work(actor, Permission.EDIT_DOCTORS) as work:
            row = queries.row(work.session, command.id, command.version)
            queries.remove_members(work.session, row.id)
            work.session.delete(row)
            work.changed(row, "doctor_group.deleted", Change("doctor_group", row.id))
            work.flush()
