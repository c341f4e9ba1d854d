"""The bin, emptied: what lay in it for the clinic's number of days leaves the database, then the vault.

The rows go first. What a crash leaves of the files belongs to no row then, and the sweep sets it apart.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from meditrack_desktop.database.queries import document_bin as queries
from meditrack_desktop.database.queries import document_index
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import Unavailable
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.backup.meter import Meter
from meditrack_desktop.services.backup.runs import ITSELF
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.work import Works

AT_ONCE = 100


def empty_bins(work: Works, keys: KeyHolder, meter: Meter) -> int:
    """Let go what lay in the bin long enough; how many documents that were. Unavailable VAULT_MISSING or
    VAULT_FOREIGN if the vault is away (nothing is touched then); Stopped between two hundreds."""
    keys.vault.check()
    emptied = 0
    while some := _some(work, keys):
        emptied += some
        meter.seen(0)
    return emptied


def _some(work: Works, keys: KeyHolder) -> int:
    now = work.clock.now()
    with work.database.reading() as session:
        before = now - timedelta(days=settings_queries.read(session).bin_days)
        asked = queries.due(session, before, AT_ONCE)
    if not asked:
        return 0
    changes = (Change("document", one.id, patient=one.patient_id) for one in asked)
    with work.unsigned(*changes) as session:
        due = queries.due(session, before, AT_ONCE, hold=True)
        document_index.remove(session, [one.id for one in due])
        files = queries.let_go(session, [one.id for one in due])
        lines = [Line("document.emptied", "document", one.id, one.patient_id) for one in due]
        if lines:
            work.trail.write(session, None, now, lines, name=ITSELF)
    for blob_id in files:
        with suppress(Unavailable):
            keys.vault.remove(blob_id)
    return len(due)
