"""Asking a signed-in person for their password once more, throttled with signing in (security.md D14)."""

from __future__ import annotations

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.services import passwords
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.sign_in_tries import refuse_guessing
from meditrack_desktop.services.work import Works


class PasswordAgain:
    def __init__(self, work: Works, keys: KeyHolder) -> None:
        self.work = work
        self._keys = keys

    def check(self, actor: Actor, password: str) -> None:
        """NotAuthenticated INVALID_CREDENTIALS, TOO_MANY_TRIES with `seconds`, or SIGN_IN_CLOSED. About 0.3 s."""
        opened = self._keys.opened
        if opened is None:
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        desk = self.work.trail.chain
        with self.work.database.reading() as session:
            self.work.standing(session, actor)
            now = self.work.clock.now()
            row = queries.account(session, actor.account_id)
            refuse_guessing(session, row.id, desk, now)
        right = passwords.is_right(password, bytes.fromhex(opened.pepper), row.password_hash)
        with self.work.unsigned() as session:
            if right:
                sign_in_tries.forget(session, row.id, desk)
                return
            sign_in_tries.note_failure(session, row.id, desk, now)
            line = Line("password.refused", "account", row.id, outcome=Outcome.REFUSED)
            self.work.trail.write(session, actor, now, [line])
        raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
