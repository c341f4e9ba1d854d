"""Keeps the end of this desk's chain where the database is not: in the desk's secret store (security.md D11).

Whoever cuts the end off, puts an older copy back, or writes the chain anew with the clinic's key changes the
database; what the desk remembers then contradicts it. A contradicted memory is never overwritten: it is the
evidence, until an administrator brings a backup back on purpose and `accept`s what is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.domain.audit import Anchor, Witness
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.services.audit_check import RESTORED

if TYPE_CHECKING:
    from meditrack_desktop.database.session import Database
    from meditrack_desktop.domain.clock import Clock
    from meditrack_desktop.domain.ports import SecretStore

EVERY_LINES = 200
EVERY = timedelta(minutes=1)
"""How much may be written, and how long it may be, before the store is told: a store can take 50 ms to answer."""

_KEPT = re.compile(r"(\d{1,18}):([0-9a-f]{64}):(\S+)")


@dataclass(frozen=True, slots=True)
class _End:
    seq: int
    hash: str
    at: datetime


class AuditAnchors:
    """The memory of one desk's chain. Thread-safe; nothing here fails a commit that has happened."""

    def __init__(
        self, database: Database, store: SecretStore, clinic_id: UUID, chain: str, clock: Clock
    ) -> None:
        self.chain = chain
        self._database = database
        self._store = store
        self._clock = clock
        self._key = f"{clinic_id}/{chain}/audit-head"
        self._guard = Lock()
        self._writing = Lock()
        self._last: _End | None = None
        self._kept_seq = 0
        self._kept_at: datetime | None = None

    def note(self, seq: int, hash_: str, soon: bool) -> None:
        """A commit ended the chain at `seq`. Told to the store every so often, or at once if `soon`."""
        now = self._clock.now()
        with self._guard:
            if self._last is None or seq > self._last.seq:
                self._last = _End(seq, hash_, now)
            due = (
                soon
                or self._kept_at is None
                or self._last.seq - self._kept_seq >= EVERY_LINES
                or abs(now - self._kept_at) >= EVERY
            )
        if due:
            self.keep()

    def keep(self) -> bool:
        """Tell the store the end now: at sign-out, lock and close. Whether it holds what is so.

        False if the store or the database does not answer, or if the store contradicts the database.
        """
        with self._guard:
            last = self._last
            if last is None or last.seq <= self._kept_seq:
                return True
            # Whatever comes of it, the next try waits its turn: a store that hangs must not slow each commit.
            self._kept_at = self._clock.now()
        with self._writing:
            try:
                kept = self._get()
                if kept is not None and not self._still_there(kept):
                    return False
                # A second program of this desk may have come further than this one.
                if kept is None or kept.seq < last.seq or kept.at < last.at:
                    self._put(last)
            except ClinicError:
                return False
        with self._guard:
            self._kept_seq = max(self._kept_seq, last.seq)
        return True

    def remembered(self) -> tuple[Anchor, ...]:
        """What the store holds of this chain; nothing if it holds nothing or does not answer."""
        try:
            end = self._get()
        except ClinicError:
            return ()
        return () if end is None else (Anchor(self.chain, end.seq, end.hash, Witness.SECRET_STORE, end.at),)

    def accept(self) -> None:
        """Remember what the database holds now, whatever was remembered: after a backup was brought back.

        Unavailable if the store or the database does not answer.
        """
        with self._writing:
            with self._database.reading() as session:
                seq, hash_ = queries.heads(session).get(self.chain, (0, ""))
            if not seq:
                self._store.delete(self._key)
            else:
                self._put(_End(seq, hash_, self._clock.now()))
            with self._guard:
                self._last, self._kept_seq = None, seq

    def _still_there(self, kept: _End) -> bool:
        """Whether the database still has what was remembered, or says why not: a backup brought back since."""
        with self._database.reading() as session:
            if queries.hash_at(session, self.chain, kept.seq) == kept.hash:
                return True
            restored_at = queries.newest(session, RESTORED)
            return restored_at is not None and kept.at < restored_at

    def _get(self) -> _End | None:
        text = self._store.get(self._key)
        match = _KEPT.fullmatch(text) if text else None
        if match is None:
            return None
        try:
            return _End(int(match[1]), match[2], datetime.fromisoformat(match[3]).astimezone(UTC))
        except ValueError:
            return None

    def _put(self, end: _End) -> None:
        self._store.put(self._key, f"{end.seq}:{end.hash}:{end.at.isoformat()}")


Witnesses = Callable[[], tuple[Anchor, ...]]
"""Others who remember ends of chains: backups. Called outside any transaction."""
