"""The kind of a visit that somebody wants to book, hold, or find a place for."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.queries import visit_types
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.errors import ErrorCode, NotFound
from meditrack_desktop.domain.visit_types import VisitType


def on_offer(session: ReadSession, visit_type_id: UUID | None) -> VisitType | None:
    """None for no kind at all. NotFound VISIT_TYPE_NOT_FOUND if there is none, or it is no longer offered."""
    if visit_type_id is None:
        return None
    kind = visit_types.record(session, visit_type_id)
    if not kind.active:
        raise NotFound(ErrorCode.VISIT_TYPE_NOT_FOUND)
    return kind
