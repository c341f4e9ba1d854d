"""Questions about the inbox."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.queries.documents import inert_of
from meditrack_desktop.database.queries.stored_blobs import blob_columns
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.database.tables.clinic import ClinicRow, WorkstationRow
from meditrack_desktop.database.tables.documents import DocumentRow
from meditrack_desktop.database.tables.incoming import IncomingPartRow, IncomingRow
from meditrack_desktop.domain.documents import DocumentStatus, PartKind, StoredBlob
from meditrack_desktop.domain.errors import ChangedMeanwhile, ErrorCode, NotFound
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.incoming import IncomingFile, IncomingState, one_line

MOST = 1000
"""Of one list of the inbox; whoever has more waiting sees the oldest first."""
_maker, _ender = aliased(AccountRow), aliased(AccountRow)
_ENDED = (IncomingState.FILED, IncomingState.DISCARDED, IncomingState.SPLIT)


def _records() -> Select[*tuple[Any, ...]]:
    picture = exists().where(
        IncomingPartRow.incoming_id == IncomingRow.id, IncomingPartRow.kind == PartKind.THUMBNAIL
    )
    return (
        select(IncomingRow, _maker.name, _ender.name, WorkstationRow.name, picture)
        .outerjoin(_maker, _maker.id == IncomingRow.created_by)
        .outerjoin(_ender, _ender.id == IncomingRow.ended_by)
        .outerjoin(WorkstationRow, WorkstationRow.id == IncomingRow.desk)
        .outerjoin(DocumentRow, DocumentRow.id == IncomingRow.document_id)
    )


def _record(found: Row[*tuple[Any, ...]]) -> IncomingFile:
    row, maker, ender, desk, picture = found
    return IncomingFile(
        id=row.id,
        version=row.version,
        file_name=row.file_name,
        source=row.source,
        desk=desk or row.desk,
        state=row.state,
        received_at=row.created_at,
        received_by_name=maker or "",
        media_type=row.media_type,
        pages=row.pages,
        size=row.size,
        verdict=row.verdict,
        not_scanned_because=row.not_scanned_because,
        asks_password=row.asks_password,
        inert=inert_of(row.inert),
        modality=row.modality,
        turn=row.turn,
        document_date=row.document_date,
        named=one_line(named_of(row)),
        type_guess=row.type_guess,
        has_thumbnail=bool(picture),
        refusal=row.refusal,
        ended_at=row.ended_at,
        ended_by_name=ender or "",
        end_reason=row.end_reason,
    )


def named_of(row: IncomingRow) -> NamedPerson:
    """Whom the file names."""
    numbers = tuple(row.named_numbers.split("\n")) if row.named_numbers else ()
    return NamedPerson(row.named_name, row.named_birth_date, numbers)


def find(session: Session, incoming_id: UUID) -> IncomingFile | None:
    found = session.execute(_records().where(IncomingRow.id == incoming_id)).first()
    return _record(found) if found else None


def record(session: Session, incoming_id: UUID) -> IncomingFile:
    """NotFound INCOMING_NOT_FOUND."""
    found = find(session, incoming_id)
    if found is None:
        raise NotFound(ErrorCode.INCOMING_NOT_FOUND)
    return found


def listed(session: Session, state: IncomingState) -> tuple[IncomingFile, ...]:
    """What waits, or was refused, the oldest first; what ended, the newest end first. MOST at most."""
    query = _records().where(IncomingRow.state == state).limit(MOST)
    if state in _ENDED:
        query = query.order_by(IncomingRow.ended_at.desc(), IncomingRow.id)
    else:
        query = query.order_by(IncomingRow.created_at, IncomingRow.id)
    return tuple(_record(found) for found in session.execute(query))


def count(session: Session, state: IncomingState) -> int:
    query = select(func.count()).select_from(IncomingRow).where(IncomingRow.state == state)
    return session.scalar(query) or 0


def peek(session: Session, incoming_id: UUID) -> IncomingRow:
    """The row, to read. NotFound INCOMING_NOT_FOUND."""
    found = session.get(IncomingRow, incoming_id)
    if found is None:
        raise NotFound(ErrorCode.INCOMING_NOT_FOUND)
    return found


def held(session: Session, incoming_id: UUID) -> IncomingRow:
    """The row to change, held. NotFound INCOMING_NOT_FOUND."""
    query = select(IncomingRow).where(IncomingRow.id == incoming_id).with_for_update()
    found = session.scalars(query, execution_options={"populate_existing": True}).first()
    if found is None:
        raise NotFound(ErrorCode.INCOMING_NOT_FOUND)
    return found


def check_version(row: IncomingRow, version: int) -> None:
    """ChangedMeanwhile if `version` is not the newest."""
    if row.version != version:
        raise ChangedMeanwhile()


def hold_inbox(session: Session) -> None:
    """Nobody else takes anything in, or makes the inbox's key, before the transaction ends."""
    session.execute(select(ClinicRow.id).with_for_update())


def same_bytes(session: Session, sha256: str, since: datetime) -> IncomingFile | None:
    """An earlier file of the very same bytes that waits, or was filed since an instant and lies in a chart; the
    newest. What lies in the bin, or was filed in error, is taken in anew: it may be all that will be left of it."""
    query = _records().where(
        IncomingRow.sha256 == sha256,
        or_(
            IncomingRow.state == IncomingState.WAITING,
            and_(
                IncomingRow.state == IncomingState.FILED,
                IncomingRow.ended_at >= since,
                DocumentRow.deleted_at.is_(None),
                DocumentRow.status != DocumentStatus.ENTERED_IN_ERROR,
            ),
        ),
    )
    found = session.execute(query.order_by(IncomingRow.created_at.desc()).limit(1)).first()
    return _record(found) if found else None


def kept_bytes(session: Session, sha256: str) -> IncomingFile | None:
    """Any file of these bytes that the inbox still keeps, whatever became of it."""
    query = _records().where(IncomingRow.sha256 == sha256, IncomingRow.blob_id.is_not(None))
    found = session.execute(query.order_by(IncomingRow.created_at.desc()).limit(1)).first()
    return _record(found) if found else None


def refused(session: Session, file_name: str, refusal: str, sha256: str, size: int) -> IncomingFile | None:
    """The line that says already that this very file was refused for this reason."""
    query = _records().where(
        IncomingRow.refusal == refusal,
        IncomingRow.file_name == file_name,
        IncomingRow.sha256 == sha256,
        IncomingRow.size == size,
    )
    found = session.execute(query.limit(1)).first()
    return _record(found) if found else None


def blob(session: Session, incoming_id: UUID) -> StoredBlob:
    """What the vault needs to open the file. NotFound for one whose bytes left the vault."""
    found = session.execute(blob_columns(IncomingRow).where(IncomingRow.id == incoming_id)).first()
    if found is None:
        raise NotFound(ErrorCode.INCOMING_NOT_FOUND)
    return StoredBlob(*found)


def parts(session: Session, incoming_id: UUID) -> dict[PartKind, StoredBlob]:
    found = session.execute(
        blob_columns(IncomingPartRow)
        .add_columns(IncomingPartRow.kind)
        .where(IncomingPartRow.incoming_id == incoming_id)
    )
    return {row.kind: StoredBlob(*row[:5]) for row in found}


def thumbnails(
    session: Session, ids: Collection[UUID], states: Sequence[IncomingState]
) -> dict[UUID, StoredBlob]:
    """The thumbnails of those of these files that have one and are in one of these states."""
    found = session.execute(
        blob_columns(IncomingPartRow)
        .add_columns(IncomingPartRow.incoming_id)
        .join(IncomingRow, IncomingRow.id == IncomingPartRow.incoming_id)
        .where(
            IncomingPartRow.incoming_id.in_(ids),
            IncomingPartRow.kind == PartKind.THUMBNAIL,
            IncomingRow.state.in_(states),
        )
    )
    return {row.incoming_id: StoredBlob(*row[:5]) for row in found}


def part_row(incoming_id: UUID, kind: PartKind, blob: StoredBlob) -> IncomingPartRow:
    return IncomingPartRow(incoming_id=incoming_id, kind=kind, **asdict(blob))


def pieces_of(session: Session, incoming_id: UUID) -> list[IncomingRow]:
    """Everything that was cut out of a file, the pieces of pieces too, held."""
    found: list[IncomingRow] = []
    origins = [incoming_id]
    while origins:
        query = select(IncomingRow).where(IncomingRow.origin_id.in_(origins)).order_by(IncomingRow.id)
        pieces = session.scalars(query.with_for_update()).all()
        found += pieces
        origins = [piece.id for piece in pieces]
    return found


def partly_filed(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Those of these files of which a piece was filed, or a piece of a piece."""
    found = set[UUID]()
    whose = {each: {each} for each in ids}
    while whose:
        query = select(IncomingRow.id, IncomingRow.origin_id, IncomingRow.state)
        pieces: dict[UUID, set[UUID]] = {}
        for piece in session.execute(query.where(IncomingRow.origin_id.in_(whose))):
            pieces.setdefault(piece.id, set()).update(whose[piece.origin_id])
            if piece.state is IncomingState.FILED:
                found |= whose[piece.origin_id]
        whose = pieces
    return found


def origins_of(session: Session, origin_id: UUID | None) -> list[IncomingRow]:
    """What a piece was cut out of, and what that was cut out of, held."""
    found: list[IncomingRow] = []
    while origin_id is not None:
        found.append(held(session, origin_id))
        origin_id = found[-1].origin_id
    return found


def filed_with(session: Session, incoming_id: UUID) -> UUID | None:
    """The patient whose document a file became, if it did; nothing is held."""
    query = select(DocumentRow.patient_id).join(IncomingRow, IncomingRow.document_id == DocumentRow.id)
    return session.scalar(query.where(IncomingRow.id == incoming_id))


def files_of(session: Session, ids: Collection[UUID]) -> list[UUID]:
    """The files in the vault of these, and of what was made from them."""
    originals = select(IncomingRow.blob_id).where(IncomingRow.id.in_(ids), IncomingRow.blob_id.is_not(None))
    made = select(IncomingPartRow.blob_id).where(IncomingPartRow.incoming_id.in_(ids))
    return [*(each for each in session.scalars(originals) if each), *session.scalars(made)]


def forget_parts(session: Session, ids: Collection[UUID]) -> None:
    """Delete the rows of what was made from these files."""
    session.execute(delete(IncomingPartRow).where(IncomingPartRow.incoming_id.in_(ids)))
