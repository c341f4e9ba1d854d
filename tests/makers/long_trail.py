"""Fills a clinic's audit trail with many sealed lines, as years of work would."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from meditrack_desktop.database.queries import audit as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.services.audit_trail import seal
from meditrack_desktop.services.clinic import Clinic

AT_ONCE = 5000
_ACTIONS = (
    ("patient.viewed", "patient", ""),
    ("appointment.moved", "appointment", "wall_start; start 2026-11-18T09:00 to 2026-11-18T10:30"),
    ("document.opened", "document", ""),
    ("appointment.listed", "appointment", ""),
    ("session.started", "session", ""),
)


def lengthen(clinic: Clinic, actors: list[Actor], lines: int, patients: int = 500) -> list[UUID]:
    """Write `lines` more, one every 20 seconds up to now; returns the patients they are about."""
    key, chain = clinic.work.trail.key, clinic.work.trail.chain
    assert key is not None
    ids = [uuid4() for _ in range(patients)]
    at = clinic.work.clock.now() - timedelta(seconds=20 * lines)
    done = 0
    while done < lines:
        with clinic.work.database.writing() as session:
            seq, previous = queries.take_head(session, chain)
            rows: list[dict[str, object]] = []
            for number in range(done, min(done + AT_ONCE, lines)):
                seq += 1
                at += timedelta(seconds=20)
                actor = actors[number % len(actors)]
                action, kind, detail = _ACTIONS[number % len(_ACTIONS)]
                row: dict[str, object] = {
                    "chain": chain,
                    "seq": seq,
                    "at": at,
                    "account_id": actor.account_id,
                    "account_name": actor.name,
                    "roles": ",".join(actor.roles),
                    "session_id": actor.session_id,
                    "action": action,
                    "object_type": kind,
                    "object_id": ids[number % patients],
                    "patient_id": ids[(number * 7) % patients],
                    "outcome": Outcome.REFUSED if number % 997 == 0 else Outcome.DONE,
                    "detail": detail,
                }
                sealed = seal(key, previous, row)
                rows.append({**row, "prev": previous, "hash": sealed})
                previous = sealed
            queries.add_lines(session, rows)
            queries.set_head(session, chain, seq, previous)
            done += len(rows)
    return ids
