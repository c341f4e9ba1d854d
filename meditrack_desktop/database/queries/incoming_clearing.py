"""What of the inbox has had its time: copies of what was filed, what was discarded or divided, and the last rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from meditrack_desktop.database.tables.incoming import IncomingPartRow, IncomingRow
from meditrack_desktop.domain.incoming import IncomingState

_piece = aliased(IncomingRow)


def filed_before(session: Session, instant: datetime, limit: int, hold: bool) -> Sequence[IncomingRow]:
    """Files whose filing cannot be taken back any more and of which the inbox still has its copy; `hold` keeps others
    from them."""
    query = select(IncomingRow).where(
        IncomingRow.state == IncomingState.FILED,
        IncomingRow.ended_at < instant,
        IncomingRow.blob_id.is_not(None),
    )
    return _rows(session, query, limit, hold)


def ended_before(session: Session, instant: datetime, limit: int, hold: bool) -> Sequence[IncomingRow]:
    """Rows that say nothing to anybody any more: what ended, or was refused, before an instant.

    A divided file stays as long as one of its pieces is there: it can be put together again, and pieces name it.
    """
    pieces = exists().where(_piece.origin_id == IncomingRow.id)
    over = or_(
        and_(
            IncomingRow.state.in_((IncomingState.FILED, IncomingState.DISCARDED, IncomingState.SPLIT)),
            IncomingRow.ended_at < instant,
        ),
        and_(IncomingRow.state == IncomingState.REFUSED, IncomingRow.created_at < instant),
    )
    return _rows(session, select(IncomingRow).where(over, ~pieces), limit, hold)


def empty(session: Session, ids: Collection[UUID]) -> None:
    """Leave of these rows that something was filed, and by which bytes it would be known again."""
    session.execute(delete(IncomingPartRow).where(IncomingPartRow.incoming_id.in_(ids)))
    session.execute(
        update(IncomingRow)
        .where(IncomingRow.id.in_(ids))
        .values(
            blob_id=None,
            ciphertext_size=0,
            ciphertext_sha256="",
            named_name="",
            named_birth_date=None,
            named_numbers="",
            version=IncomingRow.version + 1,
        )
    )


def remove(session: Session, ids: Collection[UUID]) -> None:
    """Delete these rows and those of their parts."""
    session.execute(delete(IncomingPartRow).where(IncomingPartRow.incoming_id.in_(ids)))
    session.execute(delete(IncomingRow).where(IncomingRow.id.in_(ids)))


def _rows(session: Session, query: Select[IncomingRow], limit: int, hold: bool) -> Sequence[IncomingRow]:
    query = query.order_by(IncomingRow.id).limit(limit)
    if hold:
        query = query.with_for_update(of=IncomingRow, skip_locked=True)
    return session.scalars(query).all()
