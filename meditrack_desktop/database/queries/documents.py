"""Questions about documents and the keys of patients."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow, PatientKeyRow
from meditrack_desktop.database.tables.patients import PatientRow
from meditrack_desktop.domain.documents import (
    Document,
    DocumentClass,
    DocumentStatus,
    DocumentType,
    Inert,
    PartKind,
    StoredBlob,
)
from meditrack_desktop.domain.errors import ChangedMeanwhile, Conflict, ErrorCode, NotFound

_reviewer = aliased(AccountRow)
_PARTS = (
    select(func.aggregate_strings(cast(DocumentPartRow.kind, String), ","))
    .where(DocumentPartRow.document_id == DocumentRow.id)
    .correlate(DocumentRow)
    .scalar_subquery()
)
NOT_IN_ERROR = DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR
"""What was filed with the wrong patient is in no list, count or export of theirs."""


def _records() -> Select[*tuple[Any, ...]]:
    return (
        select(DocumentRow, AccountRow.name, _reviewer.name, _PARTS)
        .outerjoin(AccountRow, AccountRow.id == DocumentRow.created_by)
        .outerjoin(_reviewer, _reviewer.id == DocumentRow.reviewed_by)
    )


def _record(row: Row[*tuple[Any, ...]]) -> Document:
    document, name, reviewer, parts = row
    return Document(
        id=document.id,
        version=document.version,
        patient_id=document.patient_id,
        title=document.title,
        type=document.type,
        document_class=document.document_class,
        media_type=document.media_type,
        file_name=document.file_name,
        size=document.size,
        pages=document.pages,
        document_date=document.document_date,
        source=document.source,
        verdict=document.verdict,
        created_at=document.created_at,
        created_by=document.created_by,
        created_by_name=name or "",
        deleted_at=document.deleted_at,
        delete_reason=document.delete_reason,
        status=document.status,
        replaces_id=document.replaces_id,
        note=document.note,
        turn=document.turn,
        asks_password=document.asks_password,
        inert=inert_of(document.inert),
        modality=document.modality,
        body_part=document.body_part,
        study_id=document.study_id,
        scanned_at=document.scanned_at,
        scanned_by=document.scanned_by,
        not_scanned_because=document.not_scanned_because,
        name_check=document.name_check,
        text_state=document.text_state,
        reviewed_at=document.reviewed_at,
        reviewed_by_name=reviewer or "",
        appointment_id=document.appointment_id,
        parts=frozenset(PartKind(kind) for kind in (parts or "").split(",") if kind),
    )


def inert_of(stored: str) -> frozenset[Inert]:
    """The set that a column holds as values with commas between them."""
    return frozenset(Inert(value) for value in stored.split(",") if value)


def stored_inert(inert: Collection[Inert]) -> str:
    """How a column holds the set."""
    return ",".join(sorted(inert))


def find(session: Session, document_id: UUID) -> Document | None:
    row = session.execute(_records().where(DocumentRow.id == document_id)).first()
    return _record(row) if row else None


def record(session: Session, document_id: UUID) -> Document:
    """The document, in the bin or not. NotFound."""
    found = find(session, document_id)
    if found is None:
        raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
    return found


def of_patient(
    session: Session,
    patient_id: UUID,
    include_deleted: bool,
    *,
    portraits: bool = False,
    superseded: bool = False,
) -> list[Document]:
    """A patient's documents, newest first; the photo of their face, and what a newer version replaced, only if
    asked."""
    query = _records().where(DocumentRow.patient_id == patient_id, NOT_IN_ERROR)
    if not superseded:
        query = query.where(DocumentRow.status != DocumentStatus.SUPERSEDED)
    if not portraits:
        query = query.where(DocumentRow.type != DocumentType.PORTRAIT)
    if not include_deleted:
        query = query.where(DocumentRow.deleted_at.is_(None))
    rows = session.execute(query.order_by(DocumentRow.created_at.desc(), DocumentRow.id.desc()))
    return [_record(row) for row in rows]


def of_ids(session: Session, ids: Sequence[UUID]) -> list[Document]:
    """Those of these documents that exist, in no order."""
    return [_record(row) for row in session.execute(_records().where(DocumentRow.id.in_(ids)))]


def with_documents(session: Session, patient_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these patients who have a document that is not in the bin."""
    query = select(DocumentRow.patient_id).where(
        DocumentRow.patient_id.in_(patient_ids), DocumentRow.deleted_at.is_(None), NOT_IN_ERROR
    )
    return sorted(set(session.scalars(query)))


def live_portraits(session: Session, patient_id: UUID) -> Sequence[DocumentRow]:
    """The photos of a patient's face that are not in the bin, held; more than one after an interrupted change."""
    return session.scalars(
        select(DocumentRow)
        .where(
            DocumentRow.patient_id == patient_id,
            DocumentRow.type == DocumentType.PORTRAIT,
            DocumentRow.deleted_at.is_(None),
        )
        .with_for_update()
    ).all()


def held(session: Session, document_id: UUID) -> DocumentRow | None:
    """A document's row, held until the transaction ends."""
    return session.scalars(select(DocumentRow).where(DocumentRow.id == document_id).with_for_update()).first()


def row(session: Session, document_id: UUID, version: int) -> DocumentRow:
    """The row to change. NotFound; ChangedMeanwhile if `version` is not the newest."""
    found = held(session, document_id)
    if found is None:
        raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
    if found.version != version:
        raise ChangedMeanwhile()
    return found


def blob(session: Session, document_id: UUID) -> StoredBlob:
    """What the vault needs to open the file and to notice a swap. NotFound."""
    found = session.execute(
        select(
            DocumentRow.blob_id,
            DocumentRow.size,
            DocumentRow.sha256,
            DocumentRow.ciphertext_size,
            DocumentRow.ciphertext_sha256,
        ).where(DocumentRow.id == document_id)
    ).first()
    if found is None:
        raise NotFound(ErrorCode.DOCUMENT_NOT_FOUND)
    return StoredBlob(*found)


def patient_archived_at(session: Session, patient_id: UUID, *, hold: bool = False) -> datetime | None:
    """When the patient was archived, None for a live one. NotFound.

    `hold` keeps others from adding this patient's key, or archiving them, until the transaction ends, and refuses
    a record that was merged into another: Conflict PATIENT_MERGED.
    """
    query = select(PatientRow.archived_at, PatientRow.purged_at, PatientRow.merged_into)
    query = query.where(PatientRow.id == patient_id)
    if hold:
        query = query.with_for_update(key_share=True)
    found = session.execute(query).first()
    if found is None:
        raise NotFound(ErrorCode.PATIENT_NOT_FOUND)
    if found.purged_at is not None:
        raise NotFound(ErrorCode.PATIENT_PURGED)
    if hold and found.merged_into is not None:
        raise Conflict(ErrorCode.PATIENT_MERGED)
    archived_at: datetime | None = found.archived_at
    return archived_at


@dataclass(frozen=True, slots=True)
class FileKey:
    """What opens a file: a patient's key and whose it is, which is not the document's patient after a merge."""

    owner: UUID
    document_class: DocumentClass
    public: str
    wrapped: bytes


def file_keys(session: Session, documents: Collection[UUID]) -> dict[UUID, FileKey]:
    """The keys that these documents are encrypted to; those whose key was forgotten are missing.

    A document opens with the key of its patient, or of a record that was merged into theirs, and no other.
    """
    owner = func.coalesce(DocumentRow.key_patient_id, DocumentRow.patient_id)
    query = select(
        DocumentRow.id,
        PatientKeyRow.patient_id,
        PatientKeyRow.document_class,
        PatientKeyRow.public,
        PatientKeyRow.wrapped,
    ).join(
        PatientKeyRow,
        and_(PatientKeyRow.patient_id == owner, PatientKeyRow.document_class == DocumentRow.document_class),
    )
    query = query.join(PatientRow, PatientRow.id == owner).where(
        DocumentRow.id.in_(documents),
        or_(owner == DocumentRow.patient_id, PatientRow.merged_into == DocumentRow.patient_id),
    )
    found = session.execute(query)
    return {row.id: FileKey(row.patient_id, row.document_class, row.public, row.wrapped) for row in found}


def patient_key(
    session: Session, patient_id: UUID, document_class: DocumentClass
) -> tuple[str, bytes] | None:
    """A patient's key of one class, (public, wrapped), if it was made already."""
    found = session.execute(
        select(PatientKeyRow.public, PatientKeyRow.wrapped).where(
            PatientKeyRow.patient_id == patient_id, PatientKeyRow.document_class == document_class
        )
    ).first()
    return (found.public, found.wrapped) if found else None
