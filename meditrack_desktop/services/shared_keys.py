"""The clinic's secrets on a shared server: an envelope for each desk, and one for the recovery kit.

What lies in the table is two proofs of 32 bytes (of the content, and of whose it is) and an age file. Whoever
writes to the database can take an envelope away, but cannot hand a desk keys of their own, nor add a desk: the
proofs need the seal key, which no row holds.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from meditrack_desktop.database.queries import desks as desk_queries
from meditrack_desktop.database.queries import keys as queries
from meditrack_desktop.database.session import Database, ReadSession
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.services.clinic_secrets import (
    ClinicSecrets,
    is_proof,
    open_envelope,
    proof,
    seal_envelope,
)
from meditrack_desktop.services.key_slots import DeskKey, KeySlots

_PROOF = 32


def desk_key(slots: KeySlots) -> DeskKey:
    """This desk's own key. Unavailable DEVICE_SECRET_MISSING if the device secret opens none."""
    desk = slots.open_desk()
    if desk is None:
        raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING)
    return desk


def open_desk(database: Database, slots: KeySlots, workstation: str) -> ClinicSecrets:
    """What the envelope of this desk holds now.

    NotAuthenticated DESK_REVOKED or DESK_NOT_APPROVED; Unavailable DEVICE_SECRET_MISSING, or PROFILE_DAMAGED for
    an envelope that was not made by this clinic.
    """
    desk = desk_key(slots)
    with database.reading() as session:
        row = desk_queries.find(session, workstation)
        sealed = queries.envelope(session, workstation)
    if row is not None and row.revoked_at is not None:
        raise NotAuthenticated(ErrorCode.DESK_REVOKED)
    if row is None or row.approved_at is None or sealed is None:
        raise NotAuthenticated(ErrorCode.DESK_NOT_APPROVED)
    opened = unsealed(sealed, desk.identity, workstation, desk.seal_key)
    if opened is None:
        raise Unavailable(ErrorCode.DEVICE_SECRET_MISSING)
    if not desk.seal_key:
        # The first envelope is believed; from now on only what its maker's seal key proves.
        slots.put_desk(replace(desk, seal_key=opened.seal_key))
    return opened


def unsealed(sealed: bytes, identity: str, holder: str, seal_key: str = "") -> ClinicSecrets | None:
    """The secrets of an envelope in the table; None if this identity does not open it.

    Without a `seal_key` known before, the one inside is believed. Unavailable PROFILE_DAMAGED for a wrong proof.
    """
    content = sealed[2 * _PROOF :]
    # Before the key is used on it, where that can be: a hostile age header is slow to read.
    if seal_key and not is_proof(sealed[:_PROOF], seal_key, f"envelope:{holder}", content):
        raise Unavailable(ErrorCode.PROFILE_DAMAGED, file="key_envelope")
    opened = open_envelope(content, identity)
    if opened is None:
        return None
    if not is_proof(sealed[:_PROOF], opened.seal_key, f"envelope:{holder}", content):
        raise Unavailable(ErrorCode.PROFILE_DAMAGED, file="key_envelope")
    return opened


def give(
    session: ReadSession, opened: ClinicSecrets, holder: str, recipients: Sequence[str], at: datetime
) -> None:
    """Put one holder's envelope into the table."""
    content = seal_envelope(opened, recipients)
    proofs = proof(opened.seal_key, f"envelope:{holder}", content) + _membership(opened, holder, recipients)
    queries.put_envelope(session, holder, opened.epoch, proofs + content, at)


def give_everybody(session: ReadSession, before: ClinicSecrets, after: ClinicSecrets, at: datetime) -> None:
    """Seal new envelopes for every approved desk and for the kit; take away those of all others.

    A desk is believed to be one only if its present envelope proves that somebody who could open the clinic gave
    it to this very key: a row's key may have been exchanged, or a revoked desk put back, in the database.
    """
    live = {desk.id: desk.recipient for desk in desk_queries.live(session)}
    for holder in sorted(queries.holders(session)):
        if holder == queries.RECOVERY:
            continue
        recipient = live.get(holder, "")
        kept = (queries.envelope(session, holder) or b"")[_PROOF : 2 * _PROOF]
        members = (_membership(each, holder, [recipient]) for each in (before, after))
        if recipient and any(hmac.compare_digest(kept, member) for member in members):
            give(session, after, holder, [recipient], at)
        else:
            queries.remove_envelope(session, holder)
    give(session, after, queries.RECOVERY, after.recovery_recipients, at)


def _membership(opened: ClinicSecrets, holder: str, recipients: Sequence[str]) -> bytes:
    return proof(opened.seal_key, f"member:{holder}:{opened.epoch}", ",".join(recipients).encode())


def take_away(session: ReadSession, holder: str) -> None:
    """Remove a holder's envelope: it opens the clinic no more."""
    queries.remove_envelope(session, holder)


def open_by_kit(database: Database, identity: str) -> ClinicSecrets | None:
    """The secrets by the recovery kit; None if it is another clinic's."""
    with database.reading() as session:
        sealed = queries.envelope(session, queries.RECOVERY)
    return unsealed(sealed, identity, queries.RECOVERY) if sealed else None
