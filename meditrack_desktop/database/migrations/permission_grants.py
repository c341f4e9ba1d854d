"""What migrations of several versions do alike. Clinics have run them: what stands here never changes its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from alembic import op


def grant(permissions: Mapping[str, Iterable[str]]) -> None:
    """Give the roles of a clinic that exists already a version's new permissions, by role."""
    connection = op.get_bind()
    grid = sa.table("role_permission", sa.column("role", sa.String), sa.column("permission", sa.String))
    if connection.execute(sa.select(sa.func.count()).select_from(grid)).scalar_one() == 0:
        return  # a new clinic is given its whole grid by set-up
    op.bulk_insert(
        grid, [{"role": role, "permission": name} for role, names in permissions.items() for name in names]
    )
