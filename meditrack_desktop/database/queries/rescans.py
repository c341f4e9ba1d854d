"""Questions about what the virus scanner should look at again: documents, and files in the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.orm import Session

from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.front_desk import DeskTaskRow
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.domain.documents import (
    DocumentStatus,
    MediaType,
    NotScanned,
    Scan,
    ScanVerdict,
    StoredBlob,
)
from meditrack_desktop.domain.incoming import IncomingState

_Table = type[DocumentRow] | type[IncomingRow]
_IN_THE_INBOX = (IncomingState.WAITING, IncomingState.DISCARDED, IncomingState.SPLIT, IncomingState.FILED)


@dataclass(frozen=True, slots=True)
class ToScan:
    """A file in the vault that the scanner may know more about now; `patient_id` None: it lies in the inbox."""

    id: UUID
    patient_id: UUID | None
    file_name: str
    blob: StoredBlob
    verdict: ScanVerdict
    media_type: MediaType
    asks_password: bool


def documents_due(session: Session, since: datetime, signatures_at: datetime | None) -> list[ToScan]:
    """Documents added since then, in the bin too: not scanned yet, or by older signatures than these."""
    query = select(DocumentRow).where(
        DocumentRow.created_at >= since,
        DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR,
        _wants_it(DocumentRow, signatures_at),
    )
    rows = session.scalars(query.order_by(DocumentRow.created_at.desc(), DocumentRow.id))
    return [_to_scan(row, row.patient_id) for row in rows]


def incoming_due(session: Session, since: datetime, signatures_at: datetime | None) -> list[ToScan]:
    """As `documents_due`, of what the inbox still keeps."""
    query = select(IncomingRow).where(
        IncomingRow.created_at >= since,
        IncomingRow.state.in_(_IN_THE_INBOX),
        IncomingRow.blob_id.is_not(None),
        _wants_it(IncomingRow, signatures_at),
    )
    rows = session.scalars(query.order_by(IncomingRow.created_at, IncomingRow.id))
    return [_to_scan(row, None) for row in rows]


def _wants_it(table: _Table, signatures_at: datetime | None) -> ColumnElement[bool]:
    """What was too large or locked stays so until the scanner is another."""
    never = or_(
        table.not_scanned_because.is_(None),
        table.not_scanned_because.in_((NotScanned.NO_SCANNER, NotScanned.FAILED)),
    )
    older: ColumnElement[bool] = false()
    if signatures_at is not None:
        older = or_(table.signatures_at.is_(None), table.signatures_at < signatures_at)
    return and_(
        table.verdict != ScanVerdict.INFECTED,
        or_(and_(table.verdict == ScanVerdict.NOT_SCANNED, never), older),
    )


def _to_scan(row: DocumentRow | IncomingRow, patient_id: UUID | None) -> ToScan:
    assert row.blob_id is not None and row.media_type is not None
    blob = StoredBlob(row.blob_id, row.size, row.sha256, row.ciphertext_size, row.ciphertext_sha256)
    return ToScan(row.id, patient_id, row.file_name, blob, row.verdict, row.media_type, row.asks_password)


def note_scan(session: Session, one: ToScan, scan: Scan) -> None:
    """Keep what the scanner said of a file that is still the same; its version stays, for nothing of it changed."""
    table: _Table = DocumentRow if one.patient_id is not None else IncomingRow
    session.execute(
        update(table)
        .where(table.id == one.id, table.blob_id == one.blob.blob_id)
        .values(
            verdict=scan.verdict,
            scanned_at=scan.scanned_at,
            scanned_by=scan.engine[:120],
            signatures_at=scan.signatures_at,
            not_scanned_because=scan.because,
        )
        .execution_options(synchronize_session=False)
    )


def held(session: Session, one: ToScan) -> DocumentRow | IncomingRow | None:
    """The row, held, if it still names the file that was scanned."""
    if one.patient_id is not None:
        query = select(DocumentRow).where(DocumentRow.id == one.id, DocumentRow.blob_id == one.blob.blob_id)
        return session.scalars(query.with_for_update()).first()
    incoming = select(IncomingRow).where(IncomingRow.id == one.id, IncomingRow.blob_id == one.blob.blob_id)
    return session.scalars(incoming.with_for_update()).first()


def infected(session: Session) -> Sequence[UUID]:
    """Documents in which a virus was found after they were filed, the newest first, in the bin too."""
    query = select(DocumentRow.id).where(
        DocumentRow.verdict == ScanVerdict.INFECTED, DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR
    )
    return session.scalars(query.order_by(DocumentRow.scanned_at.desc(), DocumentRow.id)).all()


def add_task(
    session: Session, task_id: UUID, text: str, patient_id: UUID | None, at: datetime
) -> DeskTaskRow:
    """A task that the program itself writes down for the desks."""
    row = DeskTaskRow(id=task_id, text=text, patient_id=patient_id, created_at=at, created_by=UUID(int=0))
    session.add(row)
    return row
