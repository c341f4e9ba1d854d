"""Signing in and out at this desk, and the sessions that live."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from threading import Lock

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow
from meditrack_desktop.domain.accounts import Actor, RecentUser, fold_username
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAuthenticated
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.services import passwords
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.key_slots import ClinicSecrets, KeySlots
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Works

SESSION_LENGTH = timedelta(hours=12)
FREE_FAILURES = 4
LONGEST_WAIT = timedelta(minutes=15)


def wait_after(failures: int) -> timedelta:
    """How long a desk waits after so many failures of one person in a row: none for 4, then doubling."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_FAILURES + 1, 20)), LONGEST_WAIT)


class Sessions:
    """Signing in needs no actor; everything else does."""

    def __init__(self, work: Works, keys: KeyHolder, slots: KeySlots, profile: Profile) -> None:
        self.work = work
        self._keys = keys
        self._slots = slots
        self._profile = profile
        self._sign_in_guard = Lock()
        self._closed_failures: dict[str, tuple[int, datetime]] = {}

    def recent_users(self) -> tuple[RecentUser, ...]:
        """Who signed in at this desk lately, newest first. Needs no actor and no open database."""
        recent = self._profile.facts().recent
        return tuple(
            RecentUser(user, name, frozenset(Role(r) for r in roles)) for user, name, roles in recent
        )

    def sign_in(self, username: str, password: str) -> Actor:
        """Open a session at this desk, opening the clinic first if it is locked.

        NotAuthenticated INVALID_CREDENTIALS for a wrong name or password (nobody is told which), or
        TOO_MANY_TRIES with `seconds` to wait. Unavailable if the database or its key is. About 0.5 s.
        """
        try:
            folded = fold_username(username)
        except ValueError:
            raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS) from None
        with self._sign_in_guard:
            was_locked = self._keys.opened is None
            if was_locked:
                self._open_clinic(folded, password)
            try:
                return self._open_session(folded, password)
            except ClinicError:
                if was_locked and not self._profile.facts().shared:
                    self._keys.close()
                raise

    def sign_out(self, actor: Actor) -> None:
        """End the session. Nothing happens if it has ended already."""
        now = self.work.clock.now()
        with self.work.unsigned() as session:
            queries.end_session(session, actor.session_id, now)
            self.work.trail.write(session, actor, now, [Line("session.ended", "session", actor.session_id)])

    def _open_clinic(self, username: str, password: str) -> None:
        """Unlock with this person's slot (local) or this workstation's (shared)."""
        if self._profile.facts().shared:
            opened = self._slots.open_workstation()
            if opened is None:
                raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
        else:
            self._refuse_too_fast(*self._closed_failures.get(username, (0, self.work.clock.now())))
            opened = self._slots.open_person(username, password)
            if opened is None:
                failures, _ = self._closed_failures.get(username, (0, None))
                self._closed_failures[username] = (failures + 1, self.work.clock.now())
                raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
        self._keys.open(opened)

    def _open_session(self, username: str, password: str) -> Actor:
        opened = self._opened()
        pepper = bytes.fromhex(opened.pepper)
        desk = self.work.trail.chain
        with self.work.database.reading() as session:
            row = queries.by_username(session, username)
            tried = queries.tries(session, row.id, desk) if row else None
        if row is None or not row.active:
            passwords.waste_time(password, pepper)
            self._note_refusal(None, "unknown or inactive account")
            raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
        if tried is not None:
            self._refuse_too_fast(tried.failures, tried.last_at)
        if not passwords.is_right(password, pepper, row.password_hash):
            self._note_refusal(row, "wrong password")
            raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
        actor = self._start_session(row)
        self._closed_failures.pop(username, None)
        if not self._slots.has_person(username) or self._slots.has_coming(username):
            self._give_slot(username, password, opened)
        self._profile.note_recent(actor.username, actor.name, tuple(sorted(actor.roles)))
        return actor

    def _start_session(self, row: AccountRow) -> Actor:
        now = self.work.clock.now()
        token = secrets.token_bytes(32)
        with self.work.unsigned() as session:
            session_row = SessionRow(
                id=new_id(),
                token_sha256=hashlib.sha256(token).hexdigest(),
                account_id=row.id,
                workstation=self.work.trail.chain,
                started_at=now,
                expires_at=now + SESSION_LENGTH,
            )
            session.add(session_row)
            queries.forget_failures(session, row.id, self.work.trail.chain)
            actor = Actor(
                account_id=row.id,
                session_id=session_row.id,
                workstation=self.work.trail.chain,
                username=row.username,
                name=row.name,
                roles=frozenset(role.role for role in row.roles),
                permissions=queries.permissions_of(session, row.id),
                practitioner_id=row.practitioner_id,
            )
            self.work.trail.write(session, actor, now, [Line("session.started", "session", session_row.id)])
        return actor

    def _note_refusal(self, row: AccountRow | None, why: str) -> None:
        now = self.work.clock.now()
        line = Line(
            "session.refused", "account", row.id if row else None, detail=why, outcome=Outcome.REFUSED
        )
        with self.work.unsigned() as session:
            if row is not None:
                queries.note_failure(session, row.id, self.work.trail.chain, now)
            self.work.trail.write(session, None, now, [line], name=row.name if row else "")

    def _refuse_too_fast(self, failures: int, last_at: datetime) -> None:
        left = last_at + wait_after(failures) - self.work.clock.now()
        if left > timedelta(0):
            seconds = max(1, round(left.total_seconds()))
            raise NotAuthenticated(ErrorCode.TOO_MANY_TRIES, seconds=seconds)

    def _give_slot(self, username: str, password: str, opened: ClinicSecrets) -> None:
        if not self._profile.facts().shared:
            self._slots.put_person(username, password, opened)

    def _opened(self) -> ClinicSecrets:
        opened = self._keys.opened
        if opened is None:
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        return opened
