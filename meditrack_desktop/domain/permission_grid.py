"""Changing the permission grid: which role may do what, and what no grid may take away."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from meditrack_desktop.domain.permissions import Permission, Role

KEPT_BY_ADMINS = frozenset({Permission.VIEW_ACCOUNTS, Permission.EDIT_ACCOUNTS, Permission.EDIT_PERMISSIONS})
"""Without these nobody could put the grid right again."""
KEPT_BY_ALL = frozenset({Permission.VIEW_SETTINGS, Permission.CHANGE_OWN_PASSWORD})
"""Without these nobody comes to a desk: it needs the clinic's zone and rules, and one's own account."""


class ChangeGrid(BaseModel):
    """Give a role a permission or take it away. Asking for what is so already changes nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    permission: Permission
    allowed: bool
