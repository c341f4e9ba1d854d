"""Asking a signed-in person for their password once more, throttled with signing in (security.md D14)."""

from __future__ import annotations

from datetime import timedelta

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.services import passwords
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.sessions import wait_after
from meditrack_desktop.services.work import Works


class PasswordAgain:
    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self.work = work
        self._keys = keys

    def check(self, actor: Actor, password: str) -> None:
        """NotAuthenticated INVALID_CREDENTIALS, or TOO_MANY_TRIES with `seconds`. About 0.3 s."""
        opened = self._keys.opened
        if opened is None:
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        desk, now = self.work.trail.chain, self.work.clock.now()
        with self.work.database.reading() as session:
            row = queries.account(session, actor.account_id)
            tried = queries.tries(session, row.id, desk)
        if tried is not None:
            left = tried.last_at + wait_after(tried.failures) - now
            if left > timedelta(0):
                raise NotAuthenticated(ErrorCode.TOO_MANY_TRIES, seconds=max(1, round(left.total_seconds())))
        right = passwords.is_right(password, bytes.fromhex(opened.pepper), row.password_hash)
        with self.work.unsigned() as session:
            if right:
                queries.forget_failures(session, row.id, desk)
                return
            queries.note_failure(session, row.id, desk, now)
            line = Line("password.refused", "account", row.id, outcome=Outcome.REFUSED)
            self.work.trail.write(session, actor, now, [line])
        raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
