"""Making two records of one again, row by row: for whoever takes a merge back, and for a restored clinic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from meditrack_desktop.database.queries import document_versions, patient_parts
from meditrack_desktop.database.queries import patient_merges as queries
from meditrack_desktop.database.queries import patients as patient_queries
from meditrack_desktop.database.queries.patient_terms import Terms, replace_terms, terms_of
from meditrack_desktop.database.queries.row_changes import RowChange, take_back, take_back_in
from meditrack_desktop.database.session import WriteSession
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.services import merged_fields, patient_rows
from meditrack_desktop.services.photos import REPLACED

PHONES = "phones"
"""Under this word a snapshot keeps the numbers that a kept record got: where they stand may change."""


def divide(
    session: WriteSession, kept: PatientRow, gone: PatientRow, changes: list[RowChange], merged_at: datetime
) -> dict[UUID, Terms]:
    """Let every row say what it said before `changes`, but for what was changed since.

    Both rows want a new version, then `settle` with the answer: what they were found by until now.
    """
    terms = {row.id: terms_of(row) for row in (kept, gone)}
    own: dict[tuple[str, object], PatientRow] = {
        (PatientRow.__tablename__, row.id): row for row in (kept, gone)
    }
    around = [one for one in changes if one.table != PHONES and _place(one) not in own]
    take_back(session, patient_parts.usual_once(session, around))
    patient_parts.send_after(session, kept.id, gone.id, merged_at)
    document_versions.part(session, (kept.id, gone.id))
    for one in changes:
        if (row := own.get(_place(one))) is not None:
            take_back_in(row, one)
    if not patient_parts.photo_again(session, gone.photo_id, REPLACED):
        gone.photo_id = None
    for each in (kept, gone):
        if queries.allergies(session, each.id):
            each.no_allergies_at, each.no_allergies_by = None, None
    merged_fields.drop_phones(
        kept, [one.after["number"] for one in changes if one.table == PHONES and one.after]
    )
    return terms


def settle(
    session: WriteSession, both: tuple[PatientRow, PatientRow], terms: Mapping[UUID, Terms], region: str
) -> None:
    """Write both rows, and what they are found by from now on."""
    session.flush()
    for row in both:
        patient_queries.read_parts_again(session, row)
        patient_rows.find_by_what_it_says(row, region)
        replace_terms(row, terms[row.id])
    session.flush()


def _place(change: RowChange) -> tuple[str, object]:
    return change.table, change.key.get("id")
