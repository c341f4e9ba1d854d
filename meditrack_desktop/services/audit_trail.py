"""Writes the audit trail: the one function that adds lines, each sealed to the one before it (D10).

A chain per workstation; the seal is an HMAC with the clinic's audit key, so that somebody with the database
but not the key cannot forge a line. Lines name fields and ids, never values.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.logs import events

if TYPE_CHECKING:
    from meditrack_desktop.database.session import WriteSession

_log = events("trail")
NO_HASH = "0" * 64
LONGEST_DETAIL = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One thing done or refused, before it has its place in the chain."""

    action: str
    object_type: str
    object_id: UUID | None = None
    patient_id: UUID | None = None
    detail: str = ""
    outcome: Outcome = Outcome.DONE


class AuditTrail:
    """The trail of one workstation. `key` is set when the clinic is unlocked."""

    def __init__(self, chain: str) -> None:
        self.chain = chain
        self.key: bytes | None = None
        self.ended: Callable[[int, str, bool], None] | None = None
        """Told (seq, hash, soon) of each commit; `soon` when somebody came or left (see `audit_anchors`)."""

    def write(
        self, session: WriteSession, actor: Actor | None, at: datetime, lines: Sequence[Line], name: str = ""
    ) -> None:
        """Add `lines` in order, in the caller's transaction. `name` stands in for an actor nobody is yet.

        Unavailable DATABASE_LOCKED if the clinic was locked meanwhile: a sign-out does not wait for questions.
        """
        if not lines:
            return
        key = self.key
        if key is None:
            raise Unavailable(ErrorCode.DATABASE_LOCKED)
        seq, previous = queries.take_head(session, self.chain)
        rows: list[dict[str, object]] = []
        sealer = Sealer(key)
        shared: dict[str, object] = {
            "chain": self.chain,
            "at": at,
            "account_id": actor.account_id if actor else None,
            "account_name": actor.name if actor else name,
            "roles": ",".join(sorted(actor.roles)) if actor else "",
            "session_id": actor.session_id if actor else None,
        }
        canonical = {column: _canonical(value) for column, value in shared.items()}
        for line in lines:
            seq += 1
            row: dict[str, object] = {
                **shared,
                "seq": seq,
                "action": line.action,
                "object_type": line.object_type,
                "object_id": line.object_id,
                "patient_id": line.patient_id,
                "outcome": line.outcome,
                "detail": line.detail[:LONGEST_DETAIL],
            }
            sealed = sealer.seal(
                previous,
                [
                    canonical[column] if column in canonical else _canonical(row[column])
                    for column in SEALED_COLUMNS
                ],
            )
            rows.append({**row, "prev": previous, "hash": sealed})
            previous = sealed
            _log.debug(line.action, outcome=line.outcome, object=line.object_id, patient=line.patient_id)
        queries.add_lines(session, rows)
        queries.set_head(session, self.chain, seq, previous)
        if self.ended is not None:
            soon = any(line.action.startswith("session.") for line in lines)
            session.once_committed.append(partial(self.ended, seq, previous, soon))


SEALED_COLUMNS = (
    "chain",
    "seq",
    "at",
    "account_id",
    "account_name",
    "roles",
    "session_id",
    "action",
    "object_type",
    "object_id",
    "patient_id",
    "outcome",
    "detail",
)


def seal(key: bytes, previous: str, row: dict[str, object]) -> str:
    """The hex seal of a line that follows `previous`: HMAC-SHA256 over a canonical JSON array."""
    values = [_canonical(row[name]) for name in SEALED_COLUMNS]
    text = json.dumps([previous, *values], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class Sealer:
    """Seals many stored lines one after another: what `seal` does, for values that are canonical already."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def seal(self, previous: str, row: Sequence[object]) -> str:
        """The seal of a line that follows `previous`; its sealed columns come first, each canonical."""
        values = [previous, *row[: len(SEALED_COLUMNS)]]
        keyed = self._keyed.copy()
        keyed.update(self._encode(values).encode("utf-8", "surrogatepass"))
        return keyed.hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return value.hex
    return value if value is None or isinstance(value, int) else str(value)
