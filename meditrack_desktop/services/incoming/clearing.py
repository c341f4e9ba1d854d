"""What leaves the inbox by itself: its copy of what was filed a day ago, and what ended a month ago.

The rows go first. What a crash leaves of the files belongs to no row then, and the sweep sets it apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from meditrack_desktop.database.queries import incoming as queries
from meditrack_desktop.database.queries import incoming_clearing as clearing
from meditrack_desktop.database.session import ReadSession, WriteSession
from meditrack_desktop.database.tables.incoming import IncomingRow
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.domain.incoming import KEPT_FOR, UNFILED_WITHIN
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.runs import ITSELF
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Works

AT_ONCE = 100
LATER = timedelta(hours=1)
"""Whoever takes a filing back in its last minute is not overtaken by the clearing."""

Due = Callable[[ReadSession, datetime, int, bool], Sequence[IncomingRow]]
LetGo = Callable[[WriteSession, Collection[UUID]], None]


def clear_inbox(work: Works, keys: KeyHolder, meter: Meter) -> int:
    """Let go what has had its time; how many files of the inbox that were. Unavailable VAULT_MISSING or
    VAULT_FOREIGN if the vault is away (nothing is touched then); Stopped between two hundreds."""
    keys.vault.check()
    now, cleared = work.clock.now(), 0
    steps: tuple[tuple[datetime, Due, LetGo, str], ...] = (
        (now - UNFILED_WITHIN - LATER, clearing.filed_before, clearing.empty, "incoming.cleared"),
        (now - KEPT_FOR - LATER, clearing.ended_before, clearing.remove, "incoming.purged"),
    )
    for before, due, let_go, action in steps:
        while some := _some(work, keys, before, due, let_go, action):
            cleared += some
            meter.seen(0)
    return cleared


def _some(work: Works, keys: KeyHolder, before: datetime, due: Due, let_go: LetGo, action: str) -> int:
    with work.database.reading() as session:
        asked = [row.id for row in due(session, before, AT_ONCE, False)]
    if not asked:
        return 0
    with work.unsigned(*(Change("incoming", incoming_id) for incoming_id in asked)) as session:
        ids = [row.id for row in due(session, before, AT_ONCE, True)]
        files = queries.files_of(session, ids)
        let_go(session, ids)
        lines = [Line(action, "incoming", incoming_id) for incoming_id in ids]
        if lines:
            work.trail.write(session, None, work.clock.now(), lines, name=ITSELF)
    for blob_id in files:
        with suppress(Unavailable):
            keys.vault.remove(blob_id)
    return len(ids)
