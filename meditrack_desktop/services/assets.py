"""Rooms and devices that visits take, one visit at a time."""

from __future__ import annotations

from meditrack_desktop.database.queries import visit_types as queries
from meditrack_desktop.database.tables.visit_types import AssetRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode, FieldProblem
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.visit_types import Asset, SaveAsset
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Works


class Assets:
    """None is deleted, as visits name them: one that is out of use is made inactive."""

    def __init__(self, work: Works) -> None:
        self.work = work

    def list(self, actor: Actor, include_inactive: bool = False) -> tuple[Asset, ...]:
        """Rooms and devices by group, then name; only those in use unless asked otherwise."""
        with self.work.looking(actor, Permission.VIEW_CALENDAR) as look:
            look.listed("asset")
            return queries.assets(look.session, include_inactive=include_inactive)

    def save(self, actor: Actor, command: SaveAsset) -> Asset:
        """Add a room or device, or change one; visits for which it is kept keep it.

        Conflict CALENDAR_NAME_TAKEN; NotFound ASSET_NOT_FOUND; ChangedMeanwhile. Sent twice, it is added once.
        """
        with self.work(actor, Permission.EDIT_VISIT_TYPES) as work:
            if command.version is None and (before := queries.find_asset(work.session, command.id)):
                work.noted(Line("asset.added", "asset", command.id, detail="repeated"))
                return queries.asset_record(before)
            if queries.is_asset_name_taken(work.session, command.name, command.id):
                raise Conflict(ErrorCode.CALENDAR_NAME_TAKEN, fields={"name": FieldProblem.TAKEN})
            if command.version is None:
                row = AssetRow(
                    id=command.id,
                    name=command.name,
                    kind=command.kind,
                    group=command.group,
                    active=command.active,
                    created_at=work.now,
                    created_by=actor.account_id,
                )
                work.added(row, "asset.added", Change("asset", row.id))
            else:
                row = queries.asset_row(work.session, command.id, command.version)
                row.name, row.kind = command.name, command.kind
                row.group, row.active = command.group, command.active
                work.changed(row, "asset.edited", Change("asset", row.id))
            work.flush()
            return queries.asset_record(row)
