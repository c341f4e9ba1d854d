"""Which role may do what: the one grid of the clinic, read by everybody who administers and changed by few."""

from __future__ import annotations

from collections.abc import Mapping

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Conflict, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permission_grid import KEPT_BY_ADMINS, KEPT_BY_ALL, ChangeGrid
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.work import Works


class PermissionGrid:
    def __init__(self, work: Works) -> None:
        self.work = work

    def read(self, actor: Actor) -> Mapping[Role, frozenset[Permission]]:
        """Every role with what it may do."""
        with self.work.looking(actor, Permission.VIEW_ACCOUNTS) as look:
            look.listed("permission_grid")
            return queries.grid(look.session)

    def change(self, actor: Actor, command: ChangeGrid) -> Mapping[Role, frozenset[Permission]]:
        """Give or take one permission, for everybody with the role, from their next step on.

        Conflict LAST_ADMINISTRATOR for what administrators need to put the grid right again, PERMISSION_KEPT for
        what everybody needs to come to a desk at all.
        """
        with self.work(actor, Permission.EDIT_PERMISSIONS) as work:
            if command.role is Role.ADMIN and not command.allowed and command.permission in KEPT_BY_ADMINS:
                raise Conflict(ErrorCode.LAST_ADMINISTRATOR)
            if not command.allowed and command.permission in KEPT_BY_ALL:
                raise Conflict(ErrorCode.PERMISSION_KEPT)
            change = queries.allow if command.allowed else queries.forbid
            changed = change(work.session, command.role, command.permission)
            done = ("given" if command.allowed else "taken") if changed else "unchanged"
            detail = f"{command.role} {command.permission} {done}"
            work.noted(
                Line("permission_grid.changed", "permission_grid", detail=detail),
                *((Change("permission_grid", new_id()),) if changed else ()),
            )
            return queries.grid(work.session)
