"""Whether a patient's record may be written to: asked once for every change that names a patient.

A restricted record can be read but not changed (GDPR 18); an erased one is there for nobody.
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
    """Conflict PATIENT_RESTRICTED or NotFound PATIENT_PURGED if a change under `permission` touches such a one."""
    if permission in WRITES_BESIDE:
        return
    asked = {patient_id for patient_id in patients if patient_id is not None}
    for restricted, purged in queries.closed(session, asked):
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
