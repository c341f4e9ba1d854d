"""Reading the audit trail and checking that nobody changed it."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import AuditEvent, SealCheck
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.services.audit_trail import NO_HASH, SEALED_COLUMNS, seal
from meditrack_desktop.services.work import Look, Works

AT_A_TIME = 2000


class Audit:
    def __init__(self, work: Works) -> None:
        self.work = work

    def list(
        self, actor: Actor, *, patient_id: UUID | None = None, limit: int = 200, offset: int = 0
    ) -> tuple[AuditEvent, ...]:
        """Lines, newest first; of one patient if `patient_id` is given."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            look.listed("audit", patient_id)
            return queries.lines(look.session, patient_id=patient_id, limit=limit, offset=offset)

    def check(self, actor: Actor) -> SealCheck:
        """Recompute every seal of every chain, and compare each chain's end with its head."""
        with self.work.looking(actor, Permission.VIEW_AUDIT) as look:
            look.listed("audit_seal")
            counted = 0
            broken: list[tuple[str, int]] = []
            for chain, (last, head) in sorted(queries.heads(look.session).items()):
                seen, bad = self._check_chain(look, chain, last, head)
                counted += seen
                if bad is not None:
                    broken.append((chain, bad))
            return SealCheck(counted, tuple(broken))

    def _check_chain(self, look: Look, chain: str, last: int, head: str) -> tuple[int, int | None]:
        key = self.work.trail.key
        if key is None:
            raise RuntimeError("the clinic is locked")
        previous, seq = NO_HASH, 0
        while rows := queries.chain(look.session, chain, seq, AT_A_TIME):
            for row in rows:
                seq += 1
                if row.seq != seq or row.prev != previous or seal(key, previous, _values(row)) != row.hash:
                    return seq, seq
                previous = row.hash
        return seq, None if (seq, previous) == (last, head) else seq + 1


def _values(row: Base) -> dict[str, object]:
    return {name: getattr(row, name) for name in SEALED_COLUMNS}
