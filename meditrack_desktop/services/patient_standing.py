"""Whether a patient's record may be written to: asked once for every change that names a patient.

A restricted record can be read but not changed (GDPR 18); an erased one is there for nobody; one that was merged
into another is history, and whatever is new belongs to the kept one.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from meditrack_desktop.database.queries import patients as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.errors import Conflict, ErrorCode, NotFound
from meditrack_desktop.domain.permissions import Permission

WRITES_BESIDE = frozenset(
    {
        Permission.VIEW_PATIENTS,
        Permission.RESTRICT_PATIENT,
        Permission.PURGE_PATIENT,
        Permission.DISCLOSE_PATIENT,
        Permission.BREAK_GLASS,
        Permission.REVIEW_BREAK_GLASS,
        Permission.GRANT_ACCESS,
    }
)
"""What is written about a patient's record without changing it: by these it stays open."""


def refuse_closed(
    session: ReadSession, permission: Permission | None, patients: Iterable[UUID | None]
) -> None:
    """Whether a change under `permission` may touch these patients.

    Conflict PATIENT_RESTRICTED, or PATIENT_MERGED for one that was merged into another; NotFound PATIENT_PURGED.
    """
    asked = {patient_id for patient_id in patients if patient_id is not None}
    for restricted, purged, merged in queries.closed(session, asked):
        if merged is not None and purged is None and permission is not Permission.MERGE_PATIENTS:
            raise Conflict(ErrorCode.PATIENT_MERGED)
        if permission in WRITES_BESIDE:
            continue
        if purged is not None:
            raise NotFound(ErrorCode.PATIENT_PURGED)
        if restricted is not None:
            raise Conflict(ErrorCode.PATIENT_RESTRICTED)


def open_record(session: ReadSession, patient_id: UUID, version: int | None = None) -> PatientRow:
    """The patient's row, for a change to the record or to what hangs on it.

    NotFound PATIENT_NOT_FOUND or PATIENT_PURGED; ChangedMeanwhile if `version` is not the newest; Conflict
    PATIENT_MERGED or PATIENT_ARCHIVED. That it is not restricted is asked when the `Work` ends.
    """
    row = queries.patient(session, patient_id, version)
    if row.merged_into is not None:
        raise Conflict(ErrorCode.PATIENT_MERGED)
    if row.archived_at is not None:
        raise Conflict(ErrorCode.PATIENT_ARCHIVED)
    return row
