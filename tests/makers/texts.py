"""Documents with texts, kept as rows and files of the vault: for tests of what is found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from meditrack_desktop.database.queries.documents import patient_key
from meditrack_desktop.database.tables.documents import DocumentPartRow, DocumentRow, PatientKeyRow
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.documents import (
    DocumentType,
    MediaType,
    PartKind,
    ScanVerdict,
    StoredBlob,
    TextState,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.services.document_parts import text_part


def keep_text(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    title: str,
    *pages: str,
    type: DocumentType = DocumentType.LAB_REPORT,
    document_date: date | None = None,
    created_at: datetime | None = None,
    index: bool = True,
    **columns: Any,
) -> UUID:
    """A document whose text is `pages`, in the index at once if `index`."""
    kind = type.document_class
    with clinic.work(actor, Permission.ATTACH_DOCUMENT) as work:
        kept = patient_key(work.session, patient_id, kind)
        if kept is None:
            made = clinic.documents.vault.make_patient_key(patient_id, kind, clinic.keys.recipients)
            work.session.add(
                PatientKeyRow(
                    patient_id=patient_id,
                    document_class=kind,
                    public=made.public,
                    wrapped=made.wrapped,
                    epoch=clinic.keys.epoch,
                )
            )
            public = made.public
        else:
            public = kept[0]
        row = DocumentRow(
            id=new_id(),
            patient_id=patient_id,
            title=title,
            type=type,
            document_class=kind,
            media_type=MediaType.PDF,
            file_name=columns.pop("file_name", "scan.pdf"),
            pages=max(1, len(pages)),
            document_date=document_date,
            verdict=ScanVerdict.NOT_SCANNED,
            text_state=TextState.OWN if pages else TextState.NONE,
            created_at=created_at or work.now,
            created_by=actor.account_id,
            **_blob(clinic, b"%PDF-1.4 nothing", public),
            **columns,
        )
        work.added(
            row, "document.attached", Change("document", row.id, patient=patient_id), patient_id=patient_id
        )
        work.flush()
        if pages:
            blob = _blob(clinic, text_part(pages), public)
            work.session.add(DocumentPartRow(document_id=row.id, kind=PartKind.TEXT, **blob))
            work.flush()
        if index:
            clinic.document_search.index.write(work.session, row.id, pages)
        return row.id


def _blob(clinic: Clinic, data: bytes, public: str) -> dict[str, Any]:
    stored: StoredBlob = clinic.documents.vault.store(BytesIO(data), public, new_id())
    return {name: getattr(stored, name) for name in StoredBlob.__dataclass_fields__}


def texts_of(count: int, words: Sequence[str]) -> list[str]:
    """`count` texts of a dozen words each, every text different."""
    return [
        " ".join(words[(at * 7 + step * (at % 5 + 1)) % len(words)] for step in range(12))
        for at in range(count)
    ]
