"""Signing in and out at this desk, and the sessions that live."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn
from uuid import UUID

from meditrack_desktop.database.queries import accounts as account_queries
from meditrack_desktop.database.queries import sessions as queries
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.domain.accounts import Actor, RecentUser
from meditrack_desktop.domain.audit import Outcome
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated, NotFound, Unavailable
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import PIN_TRIES, LiveSession, SessionEnd
from meditrack_desktop.services import pin_keys
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.new_passwords import NewPasswords
from meditrack_desktop.services.password_again import PasswordAgain
from meditrack_desktop.services.pins import read_pin
from meditrack_desktop.services.signing_in import SigningIn, folded
from meditrack_desktop.services.work import Works

SEEN_EVERY = timedelta(minutes=1)


class Sessions:
    """Signing in needs no actor; everything else does."""

    def __init__(self, work: Works, signing_in: SigningIn, password_again: PasswordAgain) -> None:
        self.work = work
        self._in = signing_in
        self._new_passwords = NewPasswords(signing_in)
        self._password_again = password_again

    def recent_users(self) -> tuple[RecentUser, ...]:
        """Who signed in at this desk lately, newest first. Needs no actor and no open database."""
        recent = self._in.credentials.profile.facts().recent
        return tuple(
            RecentUser(user, name, frozenset(Role(r) for r in roles)) for user, name, roles in recent
        )

    def sign_in(self, username: str, password: str, code: str = "") -> Actor:
        """Open a session at this desk, opening the clinic first if it is locked. About 0.5 s.

        NotAuthenticated INVALID_CREDENTIALS for a wrong name or password (nobody is told which), TOO_MANY_TRIES
        with `seconds` to wait, SIGN_IN_CLOSED after very many, SECOND_FACTOR_NEEDED or SECOND_FACTOR_WRONG,
        PASSWORD_EXPIRED if another password has to be chosen first (`choose_password`), DESK_REVOKED or
        DESK_NOT_APPROVED. Unavailable if the database or its key is.
        """
        with self._in.guard:
            return self._in.by_password(folded(username), password, code)

    def choose_password(self, username: str, old_or_code: str, new: str, code: str = "") -> Actor:
        """Choose a new password with the old one or a one-time code, and sign in with it; other sessions end.

        `code` is the second factor's, where there is one. NotAuthenticated as `sign_in`, or RESET_CODE_WRONG for
        what looks like a code; Invalid WEAK_PASSWORD with a problem of `new` (TAKEN: it is the old one). About 1 s.
        """
        with self._in.guard:
            return self._new_passwords.choose(folded(username), old_or_code, new, code)

    def unlock(self, actor: Actor, password: str, code: str = "") -> Actor:
        """The same person at the same desk again: a new session, the one before ends. About 0.5 s.

        NotAuthenticated as `sign_in`. A second factor is asked only if the session before is over, or the desk was
        left so long that a local clinic was closed.
        """
        with self._in.guard:
            live = actor if self._lives_here(actor) else None
            fresh = self._in.by_password(folded(actor.username), password, code, live)
        if self._lives_here(actor):
            self._end(fresh, actor.session_id, "session.ended", SessionEnd.SIGNED_OUT)
        return fresh

    def unlock_with_pin(self, actor: Actor, pin: str) -> Actor:
        """Go on with a session of this desk that lives. About 0.2 s.

        NotAuthenticated PIN_WRONG with the tries `left`, of which the last one ends the session; SESSION_EXPIRED;
        AUTHENTICATION_REQUIRED if the desk was left so long that only the password opens it again.
        """
        keys = self._in.credentials.keys
        if keys.opened is None:
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        if not self._lives_here(actor):
            raise NotAuthenticated(ErrorCode.SESSION_EXPIRED)
        with self.work.unsigned() as session:
            tries = queries.count_pin_try(session, actor.session_id)
            row = account_queries.account(session, actor.account_id)
        typed = read_pin(pin)
        if tries is None or typed is None or not self._is_pin(row, typed):
            self._refuse_pin(actor, tries)
        if keys.dropped and not keys.restore_by_pin(typed):
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        with self.work.as_oneself(actor) as work:
            queries.forgive_pins(work.session, actor.session_id)
            work.noted(Line("session.unlocked", "session", actor.session_id, detail="by PIN"))
            return account_queries.actor(work.session, row, actor.session_id, actor.workstation)

    def confirm(self, actor: Actor, password: str) -> None:
        """Prove once more who is there; for ten minutes nothing asks for the password again. About 0.3 s.

        NotAuthenticated INVALID_CREDENTIALS, TOO_MANY_TRIES with `seconds`, SIGN_IN_CLOSED, SESSION_EXPIRED.
        """
        self._password_again.check(actor, password)
        with self.work.as_oneself(actor) as work:
            queries.note_confirmed(work.session, actor.session_id, work.now)
            work.noted(Line("session.confirmed", "session", actor.session_id))

    def still_live(self, actor: Actor) -> None:
        """NotAuthenticated SESSION_EXPIRED or DESK_REVOKED once the session is over. Cheap, leaves no line."""
        with self.work.database.reading() as session:
            standing = self.work.standing(session, actor)
        now, seen = self.work.clock.now(), standing.last_seen_at
        if seen is None or now - seen >= SEEN_EVERY:
            with self.work.unsigned() as writing:
                queries.note_seen(writing, actor.session_id, standing.workstation, now)

    def sign_out(self, actor: Actor) -> None:
        """End the session. Nothing happens if it has ended already."""
        self._end(actor, actor.session_id, "session.ended", SessionEnd.SIGNED_OUT)

    def own(self, actor: Actor) -> tuple[LiveSession, ...]:
        """Where this person is signed in, this session included."""
        with self.work.looking(actor, Permission.SEE_OWN_SESSIONS) as look:
            look.listed("session", owner=actor.account_id)
            return queries.live(look.session, look.now, actor.session_id, actor.account_id)

    def list(self, actor: Actor, account_id: UUID | None = None) -> tuple[LiveSession, ...]:
        """Who is signed in where: everybody, or one person."""
        with self.work.looking(actor, Permission.VIEW_ACCOUNTS) as look:
            look.listed("session", owner=account_id)
            return queries.live(look.session, look.now, actor.session_id, account_id)

    def end(self, actor: Actor, session_id: UUID) -> None:
        """End one session; that desk locks at its next step. Others' need MANAGE_SESSIONS and the password of
        late. NotFound SESSION_NOT_FOUND if it is over."""
        with self.work(actor, Permission.SEE_OWN_SESSIONS) as work:
            row = queries.find(work.session, session_id)
            own = row is not None and row.account_id == actor.account_id
            if not own:
                work.require(Permission.MANAGE_SESSIONS)
            why = SessionEnd.SIGNED_OUT_EVERYWHERE if own else SessionEnd.ENDED_BY_ADMIN
            if not queries.end(work.session, session_id, work.now, why, actor.account_id):
                raise NotFound(ErrorCode.SESSION_NOT_FOUND)
            work.noted(
                Line("session.ended", "session", session_id, detail=why), Change("session", session_id)
            )

    def end_all_of(self, actor: Actor, account_id: UUID) -> int:
        """End every session of a person but the one that asks; returns how many."""
        with self.work(actor, Permission.MANAGE_SESSIONS) as work:
            account_queries.account(work.session, account_id)
            ended = queries.end_all_of(
                work.session,
                account_id,
                work.now,
                SessionEnd.ENDED_BY_ADMIN,
                actor.account_id,
                keep=actor.session_id,
            )
            work.noted(
                Line("session.all_ended", "account", account_id, detail=f"{len(ended)}"),
                *(Change("session", id_) for id_ in ended),
            )
            return len(ended)

    def sign_out_everywhere(self, actor: Actor) -> int:
        """End all one's other sessions; returns how many. This one goes on."""
        with self.work(actor, Permission.SEE_OWN_SESSIONS) as work:
            why = SessionEnd.SIGNED_OUT_EVERYWHERE
            ended = queries.end_all_of(
                work.session, actor.account_id, work.now, why, actor.account_id, keep=actor.session_id
            )
            work.noted(
                Line("session.all_ended", "account", actor.account_id, detail=f"{len(ended)}"),
                *(Change("session", id_) for id_ in ended),
            )
            return len(ended)

    def _lives_here(self, actor: Actor) -> bool:
        """Whether the session is live and was begun at this desk; False while a local clinic is closed."""
        try:
            with self.work.database.reading() as session:
                return self.work.standing(session, actor).workstation == self.work.trail.chain
        except (NotAuthenticated, Unavailable):
            return False

    def _is_pin(self, row: AccountRow, typed: str) -> bool:
        kept = row.pin_hash
        return kept is not None and pin_keys.is_right(typed, kept, row.id, self._in.credentials.pepper)

    def _refuse_pin(self, actor: Actor, tries: int | None) -> NoReturn:
        left = PIN_TRIES - tries if tries is not None else 0
        now = self.work.clock.now()
        with self.work.unsigned(Change("session", actor.session_id)) as session:
            lines = [Line("pin.refused", "pin", actor.account_id, outcome=Outcome.REFUSED)]
            if left == 0 and queries.end(
                session, actor.session_id, now, SessionEnd.TOO_MANY_PINS, actor.account_id
            ):
                lines.append(
                    Line("session.ended", "session", actor.session_id, detail=SessionEnd.TOO_MANY_PINS)
                )
            self.work.trail.write(session, actor, now, lines)
        raise NotAuthenticated(ErrorCode.PIN_WRONG, left=left)

    def _end(self, actor: Actor, session_id: UUID, action: str, why: SessionEnd) -> None:
        now = self.work.clock.now()
        with self.work.unsigned(Change("session", session_id)) as session:
            if queries.end(session, session_id, now, why, actor.account_id):
                self.work.trail.write(session, actor, now, [Line(action, "session", session_id)])
