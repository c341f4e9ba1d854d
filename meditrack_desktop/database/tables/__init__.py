"""What is stored, a file a feature. Importing this package makes every table known to the metadata."""

from meditrack_desktop.database.tables import (
    accounts,
    around_patients,
    audit,
    backups,
    care_team,
    chart,
    clinic,
    documents,
    front_desk,
    patient_search,
    patients,
    practitioners,
    privacy,
    scheduling,
    visit_types,
    working_time,
)

__all__ = [
    "accounts",
    "around_patients",
    "audit",
    "backups",
    "care_team",
    "chart",
    "clinic",
    "documents",
    "front_desk",
    "patient_search",
    "patients",
    "practitioners",
    "privacy",
    "scheduling",
    "visit_types",
    "working_time",
]
