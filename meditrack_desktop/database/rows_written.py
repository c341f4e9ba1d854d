"""How many rows a statement wrote: of two desks that want the same, one wrote it."""

from __future__ import annotations

from typing import cast

from sqlalchemy import CursorResult, Delete, Update
from sqlalchemy.orm import Session


def rows_written(session: Session, statement: Update | Delete) -> int:
    """Run it and count."""
    # A statement that writes is answered by a cursor; the session's types know of what was read only.
    return cast("CursorResult[*tuple[()]]", session.execute(statement)).rowcount
