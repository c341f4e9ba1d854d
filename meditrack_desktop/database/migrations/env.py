"""Alembic's entry: the connection is handed over by `database/schema.py`, never read from a file."""

from __future__ import annotations

from alembic import context

from meditrack_desktop.database import tables  # noqa: F401  (fills the metadata)
from meditrack_desktop.database.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=False,
    compare_type=True,
)
# The caller holds the transaction: one for the whole way, so a kill leaves the old schema or the new one.
context.run_migrations()
