"""Checks the audit trail: recomputes every seal, and compares the ends with whoever else remembers them.

One pass over each chain, a few thousand lines at a time. What a contradiction means stands in
`domain.audit.Breach`.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.database.session import ReadSession
from meditrack_desktop.domain.audit import (
    Anchor,
    Breach,
    BreachKind,
    LineSeal,
    SealCheck,
    Witness,
    first_bad,
)
from meditrack_desktop.domain.errors import Stopped
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.audit_trail import NO_HASH, Sealer

AT_A_TIME = 2000
MOST_BREACHES = 200
"""After so many places the rest of a chain is counted but no longer told one by one."""

RESTORED = "backup.restored"
"""The line that explains why what was remembered before it is no longer so."""


def check(
    session: ReadSession,
    key: bytes,
    anchors: Iterable[Anchor],
    now: datetime,
    progress: OnProgress | None = None,
) -> SealCheck:
    """Every chain of the database that the session sees. `Stopped` if `progress` raises it."""
    remembered: dict[str, list[Anchor]] = defaultdict(list)
    asked = 0
    for anchor in anchors:
        remembered[anchor.chain].append(anchor)
        asked += 1
    heads = queries.heads(session)
    run = _Run(session, Sealer(key), progress, sum(seq for seq, _ in heads.values()))
    found: list[Breach] = []
    doubted: list[tuple[Breach, Anchor]] = []
    names = {*queries.chains(session), *remembered}
    for name in sorted(names):
        chain = _Chain(name, tuple(remembered[name]))
        run.read(chain)
        found += chain.breaches + chain.against_head(heads.get(name))
        doubted += chain.against_anchors()
    restored_at = queries.newest(session, RESTORED)
    explained = [breach for breach, anchor in doubted if _is_explained(anchor, restored_at)]
    found += [breach for breach, anchor in doubted if not _is_explained(anchor, restored_at)]
    run.tell(force=True)
    return SealCheck(
        lines=run.done,
        broken=first_bad(found),
        breaches=tuple(sorted(set(found), key=lambda b: (b.chain, b.first, b.last, b.witness))),
        explained=tuple(dict.fromkeys(explained)),
        chains=len(names),
        clock_steps=run.clock_steps,
        witnesses=asked,
        checked_at=now,
    )


def line_seal(session: ReadSession, key: bytes, chain: str, seq: int) -> LineSeal:
    """What one line's seals say; a line that is not there fits nothing."""
    rows = queries.sealed(session, chain, seq - 1, 1)
    if not rows or rows[0].seq != seq:
        return LineSeal(False, False)
    row = rows[0]
    before = NO_HASH if seq == 1 else queries.hash_at(session, chain, seq - 1)
    own = hmac.compare_digest(Sealer(key).seal(row.prev, row), row.hash)
    return LineSeal(own, row.prev == before)


def _is_explained(anchor: Anchor, restored_at: datetime | None) -> bool:
    # At one instant too: the backup that a restore makes of the present may bear the same time as its line.
    return anchor.at is not None and restored_at is not None and anchor.at <= restored_at


@dataclass
class _Chain:
    """One chain as it is read: its end so far, and the seals at the places that others remember."""

    name: str
    anchors: Sequence[Anchor]
    seq: int = 0
    previous: str = NO_HASH
    found: dict[int, str] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)

    def note(self, first: int, last: int, kind: BreachKind) -> None:
        """Something is wrong with these lines; neighbours of one kind are told together."""
        if self.breaches:
            before = self.breaches[-1]
            if before.kind is kind and before.last >= first - 1:
                self.breaches[-1] = Breach(self.name, before.first, last, kind, Witness.CHAIN)
                return
        if len(self.breaches) < MOST_BREACHES:
            self.breaches.append(Breach(self.name, first, last, kind, Witness.CHAIN))

    def against_head(self, head: tuple[int, str] | None) -> list[Breach]:
        """What the head beside the lines says of the end."""
        seq, hash_ = head or (0, NO_HASH)
        if (seq, hash_) == (self.seq, self.previous):
            return []
        if seq > self.seq:
            return [Breach(self.name, self.seq + 1, seq, BreachKind.CUT, Witness.HEAD)]
        if self.breaches and seq == self.seq:
            return []  # the last line is known to be bad already
        return [Breach(self.name, max(seq, 1), self.seq, BreachKind.REPLACED, Witness.HEAD)]

    def against_anchors(self) -> list[tuple[Breach, Anchor]]:
        """What others remember and the chain does not have. Lines up to the last that agrees are sound."""
        agreed = max((a.seq for a in self.anchors if self.found.get(a.seq) == a.hash), default=0)
        doubted = []
        for anchor in self.anchors:
            if anchor.seq > self.seq:
                breach = Breach(self.name, self.seq + 1, anchor.seq, BreachKind.CUT, anchor.witness)
            elif anchor.seq > 0 and self.found.get(anchor.seq) != anchor.hash:
                first = agreed + 1 if agreed < anchor.seq else 1
                breach = Breach(self.name, first, anchor.seq, BreachKind.REPLACED, anchor.witness)
            else:
                continue
            doubted.append((breach, anchor))
        return doubted


class _Run:
    """The reading of all chains: counts, and tells how far it is."""

    def __init__(self, session: ReadSession, sealer: Sealer, progress: OnProgress | None, total: int) -> None:
        self.session = session
        self.sealer = sealer
        self.progress = progress
        self.total = total
        self.done = 0
        self.clock_steps = 0

    def tell(self, *, force: bool = False) -> None:
        if self.progress is not None:
            total = self.done if force else max(self.total, self.done)
            try:
                self.progress(Progress(self.done, total))
            except Stopped:
                if not force:
                    raise

    def read(self, chain: _Chain) -> None:
        wanted = {anchor.seq for anchor in chain.anchors}
        last_at = ""
        while rows := queries.sealed(self.session, chain.name, chain.seq, AT_A_TIME):
            for row in rows:
                if row.seq != chain.seq + 1:
                    chain.note(chain.seq + 1, row.seq - 1, BreachKind.MISSING)
                elif row.prev != chain.previous:
                    # The line before kept its place and changed its seal, or this one its memory of it.
                    chain.note(max(row.seq - 1, 1), row.seq, BreachKind.CHANGED)
                if not hmac.compare_digest(self.sealer.seal(row.prev, row), row.hash):
                    chain.note(row.seq, row.seq, BreachKind.CHANGED)
                if row.seq in wanted:
                    chain.found[row.seq] = row.hash
                if row.at < last_at:
                    self.clock_steps += 1
                last_at = row.at
                chain.seq, chain.previous = row.seq, row.hash
            self.done += len(rows)
            self.tell()
