"""Kinds of visits: how long, what they cost, which time and rooms they take beside the visit itself."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.base import changed_columns, next_version
from meditrack_desktop.database.queries import visit_types as queries
from meditrack_desktop.database.tables.visit_types import VisitTypeRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.visit_types import SaveVisitType, VisitType
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Work, Works


class VisitTypes:
    """None is deleted, as old visits name them: one that is no longer offered is made inactive."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def list(self, actor: Actor, include_inactive: bool = False) -> tuple[VisitType, ...]:
        """Kinds of visits in their order; only those that are offered unless asked otherwise."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("visit_type")
            return queries.everything(look.session, include_inactive=include_inactive)

    def save(self, actor: Actor, command: SaveVisitType) -> VisitType:
        """Add a kind of visit, or change one; visits that were booked keep their length, buffers and rooms.

        Conflict CALENDAR_NAME_TAKEN; NotFound VISIT_TYPE_NOT_FOUND or DOCTOR_NOT_FOUND; ChangedMeanwhile. Sent
        twice, a new one is added once.
        """
        with self.work(actor, Permission.EDIT_VISIT_TYPES) as work:
            if command.version is None and queries.find(work.session, command.id) is not None:
                work.noted(Line("visit_type.added", "visit_type", command.id, detail="repeated"))
                return queries.record(work.session, command.id)
            if queries.is_name_taken(work.session, command.name, command.id):
                raise Conflict(ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN})
            if command.version is None:
                self._add(work, command)
            else:
                row = queries.row(work.session, command.id, command.version)
                _take_over(row, command)
                other_parts = queries.set_parts(work.session, row.id, command.needs, command.practitioner_ids)
                if other_parts and not changed_columns(row):
                    next_version(row)
                work.changed(row, "visit_type.edited", Change("visit_type", row.id))
            work.flush()
            return queries.record(work.session, command.id)

    @staticmethod
    def _add(work: Work, command: SaveVisitType) -> UUID:
        row = VisitTypeRow(id=command.id, created_at=work.now, created_by=work.actor.account_id)
        _take_over(row, command)
        work.added(row, "visit_type.added", Change("visit_type", row.id))
        work.flush()
        queries.set_parts(work.session, row.id, command.needs, command.practitioner_ids)
        return row.id


def _take_over(row: VisitTypeRow, command: SaveVisitType) -> None:
    for name in (
        "name",
        "minutes",
        "price",
        "buffer_before",
        "buffer_after",
        "preparation",
        "for_new_patients",
        "active",
        "position",
    ):
        setattr(row, name, getattr(command, name))
