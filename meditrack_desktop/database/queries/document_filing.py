"""Questions asked as a document is filed: whom a file may name, how much came today, what it replaces."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.around_patients import ConsentRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.patients import PatientIdentifierRow, PatientRow
from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.documents import DocumentStatus
from meditrack_desktop.domain.name_check import KnownPerson
from meditrack_desktop.domain.names import display_name
from meditrack_desktop.domain.search_terms import joined


def known_person(session: Session, patient_id: UUID) -> tuple[KnownPerson, str]:
    """A patient as files may name them, with the records that were merged into theirs, and their name."""
    rows = session.scalars(
        select(PatientRow).where(or_(PatientRow.id == patient_id, PatientRow.merged_into == patient_id))
    ).all()
    own = next(row for row in rows if row.id == patient_id)
    numbers = session.scalars(
        select(PatientIdentifierRow.value).where(PatientIdentifierRow.patient_id.in_([r.id for r in rows]))
    )
    names = (name for row in rows for name in (f"{row.family} {row.given}", row.preferred_name))
    return (
        KnownPerson(
            names=tuple(name for name in names if name.strip()),
            birth_date=BirthDate.parse(own.birth_date) if own.birth_date else None,
            numbers=(*(row.mrn for row in rows), *numbers),
            given=tuple(name for row in rows for name in (row.given, row.preferred_name) if name.strip()),
        ),
        display_name(own.family, own.given),
    )


def numbers_of_others(session: Session, patient_id: UUID, numbers: Collection[str]) -> list[str]:
    """Those of these numbers that are the record number of another patient, however they are punctuated.

    Record numbers are looked up as they are and as this clinic writes them; whoever was merged into the patient
    is no other.
    """
    wanted = {form: number for number in numbers for form in _written(number)}
    if not wanted:
        return []
    found = session.scalars(
        select(PatientRow.mrn).where(
            PatientRow.mrn.in_(wanted),
            PatientRow.id != patient_id,
            or_(PatientRow.merged_into.is_(None), PatientRow.merged_into != patient_id),
            PatientRow.purged_at.is_(None),
        )
    )
    return sorted({wanted[mrn] for mrn in found})


def filed_since(session: Session, patient_id: UUID, since: datetime) -> int:
    """How many documents a patient got from an instant on, those in the bin included."""
    query = select(func.count()).where(DocumentRow.patient_id == patient_id, DocumentRow.created_at >= since)
    return session.scalar(query) or 0


def moved_from(session: Session, document_id: UUID) -> UUID | None:
    """The document of another patient that this one was, if it was."""
    return session.scalar(select(DocumentRow.moved_from_id).where(DocumentRow.id == document_id))


def replaced_by(session: Session, document_id: UUID) -> UUID | None:
    """The document that supersedes this one now, if there is one that is not in the bin."""
    return session.scalar(
        select(DocumentRow.id).where(
            DocumentRow.replaces_id == document_id,
            DocumentRow.deleted_at.is_(None),
            DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR,
        )
    )


def rests_on(session: Session, document_id: UUID) -> bool:
    """Whether a consent or the patient's photo is this document."""
    consent = select(ConsentRow.id).where(ConsentRow.document_id == document_id)
    photo = select(PatientRow.id).where(PatientRow.photo_id == document_id)
    return any(session.scalars(query.limit(1)).first() is not None for query in (consent, photo))


def _written(number: str) -> set[str]:
    plain = joined(number)
    forms = {number.strip(), plain, plain.upper()}
    if plain.isdecimal() and plain.isascii() and len(plain) >= 5:
        forms.add(f"{plain[:-4]}-{plain[-4:]}")
    return forms - {""}
