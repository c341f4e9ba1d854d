"""Proving who somebody is and opening a session at this desk (security.md D12 to D14).

A local clinic is shut until a person's slot opens it, so their password is asked there first and in the database
second; a shared one is opened by the desk. Whatever is refused leaves the clinic as open as it was.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import NoReturn

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import reset_codes as code_queries
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.queries import sign_in_tries as try_queries
from meditrack_desktop.database.tables.accounts import AccountRow, SessionRow
from meditrack_desktop.domain.accounts import Actor, fold_username
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAuthenticated, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.sessions import SESSION_LENGTH
from meditrack_desktop.services import passwords
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.pin_keys import PinEnvelope
from meditrack_desktop.services.second_factor import step_of, unseal
from meditrack_desktop.services.sign_in_tries import ClosedTries, Strangers, refuse_guessing
from meditrack_desktop.services.work import Works

NOBODY = ""
"""What a name that cannot be anybody's is folded to: it is looked for in vain, as long as any other."""


def folded(username: str) -> str:
    """The name as accounts are kept; `NOBODY` for what no account may be called."""
    try:
        return fold_username(username[:200])
    except ValueError:
        return NOBODY


class SigningIn:
    """One person at a time. Raises what `Sessions.sign_in` says."""

    def __init__(self, work: Works, credentials: Credentials, tries: ClosedTries) -> None:
        self.work = work
        self.credentials = credentials
        self._tries = tries
        self._strangers = Strangers()
        self.guard = Lock()

    def by_password(self, username: str, password: str, code: str, live: Actor | None = None) -> Actor:
        """A new session. `live` is whose session at this desk it goes on: then no second factor is asked."""
        with self.opened_for(username, [(username, password)]):
            row = self.known(username)
            if not self._is_right(row, password):
                self.refuse(row, "wrong password")
            if row.must_change_password:
                self._hold_up(row, "password right, another must be chosen", ErrorCode.PASSWORD_EXPIRED)
            if live is None:
                self.check_second_factor(row, code)
            actor = self.start(row, password)
            self.credentials.mend_slot(username, password)
            self._tidy()
            return actor

    @contextmanager
    def opened_for(self, username: str, keys: list[tuple[str, str]]) -> Iterator[None]:
        """Open the clinic for what follows; if that is refused, one that was shut is shut again.

        `keys` are (slot, password) pairs to try, all of them for whoever asks, so that no answer is faster.
        """
        holder = self.credentials.keys
        was_shut = holder.opened is None
        if was_shut:
            self._open(username, keys)
        try:
            yield
        except BaseException:
            if was_shut:
                holder.close()
            raise

    def known(self, username: str) -> AccountRow:
        """The active account of this name, if it need not wait. An unknown one costs a check of a password."""
        desk = self.work.trail.chain
        with self.work.database.reading() as session:
            self.work.time.hear(session_queries.told(session))
            now = self.work.clock.now()
            if session_queries.desk_is_revoked(session, desk):
                raise NotAuthenticated(ErrorCode.DESK_REVOKED)
            row = queries.by_username(session, username)
            if row is not None and row.active:
                refuse_guessing(session, row.id, desk, now)
                return row
        self._strangers.refuse_too_fast(username, now)
        passwords.waste_time(username, self.credentials.pepper)
        self._strangers.failed(username, now)
        self._note_stranger(row)
        raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)

    def check_second_factor(self, row: AccountRow, code: str) -> None:
        """NotAuthenticated SECOND_FACTOR_NEEDED or SECOND_FACTOR_WRONG, if the account has one."""
        if row.totp_sealed is None:
            return
        if not code.strip():
            self._hold_up(row, "password right, second factor asked", ErrorCode.SECOND_FACTOR_NEEDED)
        secret = unseal(row.totp_sealed, row.id, self.credentials.pepper)
        step = step_of(secret, code, self.work.clock.now()) if secret else None
        if step is not None:
            with self.work.unsigned() as session:
                if queries.take_totp_step(session, row.id, step):
                    return
        self.refuse(row, "wrong second factor", ErrorCode.SECOND_FACTOR_WRONG)

    def start(self, row: AccountRow, password: str) -> Actor:
        """A session for somebody who was proven to be the account's owner; the vault's keys come back."""
        self._bring_back(row.username, password)
        now = self.work.clock.now()
        desk = self.work.trail.chain
        live = SessionRow(
            id=new_id(),
            token_sha256=hashlib.sha256(secrets.token_bytes(32)).hexdigest(),
            account_id=row.id,
            workstation=desk,
            started_at=now,
            expires_at=now + SESSION_LENGTH,
            last_seen_at=now,
            confirmed_at=now,
        )
        with self.work.unsigned(Change("session", live.id)) as session:
            if not queries.is_unchanged(session, row):
                raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
            session.add(live)
            session.flush()
            session_queries.note_seen(session, live.id, desk, now)
            try_queries.forget(session, row.id, desk)
            actor = queries.actor(session, row, live.id, desk)
            lines = [*self.work.time.lines(session), Line("session.started", "session", live.id)]
            self.work.trail.write(session, actor, now, lines)
        if not self.credentials.shared:
            self._tries.forget(row.username, now)
        self._expect_pin(row)
        self.credentials.profile.note_recent(actor.username, actor.name, tuple(sorted(actor.roles)))
        return actor

    def refuse(self, row: AccountRow, why: str, code: ErrorCode = ErrorCode.INVALID_CREDENTIALS) -> NoReturn:
        """Count a failure and raise it. The trail says why, the person at the desk is not told."""
        now = self.work.clock.now()
        line = Line("session.refused", "account", row.id, detail=why, outcome=Outcome.REFUSED)
        with self.work.unsigned() as session:
            try_queries.note_failure(session, row.id, self.work.trail.chain, now)
            self.work.trail.write(session, None, now, [line], name=row.name)
        raise NotAuthenticated(code)

    def _hold_up(self, row: AccountRow, why: str, code: ErrorCode) -> NoReturn:
        """Raise it without counting a failure: the password was right, which is worth a line if it was stolen."""
        now = self.work.clock.now()
        line = Line("session.refused", "account", row.id, detail=why, outcome=Outcome.REFUSED)
        with self.work.unsigned() as session:
            self.work.trail.write(session, None, now, [line], name=row.name)
        raise NotAuthenticated(code)

    def _open(self, username: str, keys: list[tuple[str, str]]) -> None:
        if self.credentials.shared:
            self.credentials.keys.open_as_desk()
            return
        now = self.work.clock.now()
        self._tries.refuse_too_fast(username, now)
        self._tries.failed(username, now)
        # Counted before it is tried: who pulls the plug has had that try all the same.
        try:
            right = [self.credentials.keys.unlock(slot, key) for slot, key in keys]
        except ClinicError:
            self._tries.take_back(username, now)
            raise
        if not any(right):
            raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
        self._tries.forget(username, now)

    def _is_right(self, row: AccountRow, password: str) -> bool:
        return passwords.is_right(password, self.credentials.pepper, row.password_hash)

    def _bring_back(self, username: str, password: str) -> None:
        """The identities of the vault, if they were dropped when somebody locked the desk."""
        keys = self.credentials.keys
        if keys.dropped and not keys.unlock(username, password):
            raise Unavailable(ErrorCode.VAULT_LOCKED)

    def _expect_pin(self, row: AccountRow) -> None:
        kept = row.pin_hash
        pin = PinEnvelope(kept, row.id, self.credentials.pepper) if kept else None
        self.credentials.keys.expect_pin(pin)

    def _note_stranger(self, row: AccountRow | None) -> None:
        """One counter for all names that nobody has, and the line that says how far it is."""
        now = self.work.clock.now()
        with self.work.unsigned() as session:
            if row is None:
                why = f"unknown name, {try_queries.note_unknown_name(session)} so far"
            else:
                why = "inactive account"
            line = Line(
                "session.refused", "account", row.id if row else None, detail=why, outcome=Outcome.REFUSED
            )
            self.work.trail.write(session, None, now, [line], name=row.name if row else "")

    def _tidy(self) -> None:
        """Take the slots of codes that open nothing any more, and of people who left while the plug was pulled."""
        if self.credentials.shared:
            return
        with self.work.database.reading() as session:
            done = code_queries.usernames_without_use(session, self.work.clock.now())
            left = queries.inactive_usernames(session)
        for username in done:
            self.credentials.take_code_slot(username)
        for username in left:
            self.credentials.take_slots(username)
