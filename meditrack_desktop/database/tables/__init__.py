"""What is stored, a file a feature. Importing this package makes every table known to the metadata."""

from meditrack_desktop.database.tables import (
    accounts,
    audit,
    care_team,
    clinic,
    documents,
    patients,
    practitioners,
    scheduling,
)

__all__ = [
    "accounts",
    "audit",
    "care_team",
    "clinic",
    "documents",
    "patients",
    "practitioners",
    "scheduling",
]
