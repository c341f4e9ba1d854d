"""Saved filters of the list of patients: each person's own, on every desk they sign in at."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import saved_filters as queries
from meditrack_desktop.database.tables.around_patients import SavedFilterRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem, NotFound, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.saved_filters import (
    MOST_FILTERS,
    OrderFilters,
    RenameFilter,
    SavedFilter,
    SaveFilter,
)
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Work, Works


class SavedFilters:
    """Another person's filter is as if it were not there."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def list(self, actor: Actor) -> tuple[SavedFilter, ...]:
        """One's own, in their order."""
        with self.work.looking(actor, Permission.VIEW_PATIENTS) as look:
            look.listed("saved_filter", owner=actor.account_id)
            records = (queries.record(row) for row in queries.rows_of(look.session, actor.account_id))
            return tuple(record for record in records if record is not None)

    def save(self, actor: Actor, command: SaveFilter) -> SavedFilter:
        """Keep a filter, or another one in its place.

        Conflict FILTER_NAME_TAKEN; Invalid `name` (out of range) beyond 30 filters; NotFound FILTER_NOT_FOUND for
        the id of somebody else's.
        """
        with self.work(actor, Permission.VIEW_PATIENTS) as work:
            mine = queries.rows_of(work.session, actor.account_id)
            if queries.exists_for_others(work.session, actor.account_id, command.id):
                raise NotFound(ErrorCode.FILTER_NOT_FOUND)
            _refuse_taken(work, command.name, command.id)
            kept = command.filter.model_dump_json(exclude_defaults=True)
            row = queries.find(work.session, actor.account_id, command.id)
            if row is not None:
                row.name, row.command = command.name, kept
                work.changed(row, "saved_filter.edited", Change("saved_filter", row.id))
            else:
                if len(mine) >= MOST_FILTERS:
                    raise invalid_fields(name=FieldProblem.OUT_OF_RANGE)
                row = SavedFilterRow(
                    id=command.id,
                    name=command.name,
                    command=kept,
                    position=max((one.position for one in mine), default=-1) + 1,
                    created_at=work.now,
                    created_by=actor.account_id,
                )
                work.added(row, "saved_filter.added", Change("saved_filter", row.id))
            work.flush()
            return SavedFilter(row.id, row.version, row.name, command.filter, row.position)

    def rename(self, actor: Actor, command: RenameFilter) -> SavedFilter:
        """Give it another name. NotFound FILTER_NOT_FOUND, ChangedMeanwhile, Conflict FILTER_NAME_TAKEN."""
        with self.work(actor, Permission.VIEW_PATIENTS) as work:
            row = queries.row(work.session, actor.account_id, command.id, command.version)
            _refuse_taken(work, command.name, command.id)
            row.name = command.name
            work.changed(row, "saved_filter.renamed", Change("saved_filter", row.id))
            work.flush()
            record = queries.record(row)
            if record is None:
                raise NotFound(ErrorCode.FILTER_NOT_FOUND)
            return record

    def remove(self, actor: Actor, filter_id: UUID) -> None:
        """Forget it. NotFound FILTER_NOT_FOUND."""
        with self.work(actor, Permission.VIEW_PATIENTS) as work:
            row = queries.row(work.session, actor.account_id, filter_id)
            work.session.delete(row)
            work.changed(row, "saved_filter.deleted", Change("saved_filter", filter_id))
            work.flush()

    def put_in_order(self, actor: Actor, command: OrderFilters) -> tuple[SavedFilter, ...]:
        """Let them stand in this order. NotFound FILTER_NOT_FOUND for an id that is none of one's own."""
        with self.work(actor, Permission.VIEW_PATIENTS) as work:
            mine = queries.rows_of(work.session, actor.account_id)
            known = {row.id: row for row in mine}
            if not known.keys() >= set(command.ids):
                raise NotFound(ErrorCode.FILTER_NOT_FOUND)
            first = [known[filter_id] for filter_id in dict.fromkeys(command.ids)]
            ordered = [*first, *(row for row in mine if row not in first)]
            for place, row in enumerate(ordered):
                if row.position != place:
                    row.position = place
                    work.changed(row, "saved_filter.ordered", Change("saved_filter", row.id))
            if not work.lines:
                work.noted(Line("saved_filter.ordered", "saved_filter", detail="repeated"))
            work.flush()
            records = (queries.record(row) for row in ordered)
            return tuple(record for record in records if record is not None)


def _refuse_taken(work: Work, name: str, but: UUID) -> None:
    if queries.is_taken(work.session, work.actor.account_id, name, but):
        raise Conflict(ErrorCode.FILTER_NAME_TAKEN, fields={"name": FieldProblem.TAKEN})
