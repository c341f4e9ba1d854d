"""Choosing a new password at the sign-in window: after a first one, or with a one-time code (security.md D16)."""

from __future__ import annotations

from typing import NoReturn
from uuid import UUID

from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import reset_codes as code_queries
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.tables.accounts import AccountRow, ResetCodeRow
from meditrack_desktop.domain import reset_codes
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Invalid, NotAuthenticated
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.sessions import ResetKind, SessionEnd
from meditrack_desktop.services import passwords
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.credentials import CODE_SLOT
from meditrack_desktop.services.signing_in import SigningIn


class NewPasswords:
    """Raises what `Sessions.choose_password` says."""

    def __init__(self, signing_in: SigningIn) -> None:
        self._in = signing_in
        self.work = signing_in.work
        self._credentials = signing_in.credentials

    def choose(self, username: str, old_or_code: str, new: str, second: str) -> Actor:
        """Store `new` for whoever knows the old password or holds a code, and sign them in with it."""
        code = reset_codes.read(old_or_code)
        keys = [(username, old_or_code), *([(username + CODE_SLOT, code)] if code else [])]
        with self._in.opened_for(username, keys):
            row = self._in.known(username)
            used = self._code_of(row, code) if code else None
            if used is None and not self._knows(row, old_or_code):
                self._refuse(row, code)
            if used is None and passwords.is_right(new, self._credentials.pepper, row.password_hash):
                raise Invalid(ErrorCode.WEAK_PASSWORD, fields={"new": FieldProblem.TAKEN})
            self._credentials.check_strength(new, (row.username, row.name), "new")
            self._in.check_second_factor(row, second)
            hashed = self._credentials.hashed(new)
            self._bring_back(username, keys)
            self._credentials.give_coming_slot(row.username, new)
            changed = self._store(row, hashed, used)
            self._credentials.give_slot(row.username, new)
            return self._in.start(changed, new)

    def _code_of(self, row: AccountRow, code: str) -> ResetCodeRow | None:
        """The code that was issued and is meant; looking for it costs the same if there is none."""
        pepper = self._credentials.pepper
        with self.work.database.reading() as session:
            now = self.work.clock.now()
            issued = code_queries.usable(session, row.id, self.work.trail.chain, now)
        if any(role.role is Role.ADMIN for role in row.roles):
            # Whoever reads an administrator's mail must not become one; they may have been made one meanwhile.
            issued = [each for each in issued if each.kind is not ResetKind.EMAIL]
        found = [each for each in issued if passwords.is_right(code, pepper, each.code_hash)]
        if not issued:
            passwords.waste_time(code, pepper)
        return found[0] if found else None

    def _knows(self, row: AccountRow, password: str) -> bool:
        return passwords.is_right(password, self._credentials.pepper, row.password_hash)

    def _refuse(self, row: AccountRow, code: str | None) -> NoReturn:
        if code is None:
            self._in.refuse(row, "wrong password")
        with self.work.unsigned() as session:
            code_queries.note_wrong(session, row.id, self.work.trail.chain, self.work.clock.now())
        self._in.refuse(row, "wrong code", ErrorCode.RESET_CODE_WRONG)

    def _bring_back(self, username: str, keys: list[tuple[str, str]]) -> None:
        holder = self._credentials.keys
        if holder.dropped:
            any(holder.unlock(slot, key) for slot, key in keys)

    def _store(self, row: AccountRow, hashed: str, used: ResetCodeRow | None) -> AccountRow:
        """The new password, and the end of every session there was. NotAuthenticated RESET_CODE_WRONG if another
        desk used the code up in this very moment."""
        now = self.work.clock.now()
        with self.work.unsigned(Change("account", row.id)) as session:
            if used is not None and not code_queries.take(session, used.id, now):
                raise NotAuthenticated(ErrorCode.RESET_CODE_WRONG)
            if not queries.is_unchanged(session, row):
                raise NotAuthenticated(ErrorCode.INVALID_CREDENTIALS)
            changed = queries.account(session, row.id)
            changed.password_hash = hashed
            changed.pepper_id = self._credentials.opened.pepper_id
            changed.must_change_password = False
            session.reported.add(changed)
            code_queries.withdraw(session, row.id, now)
            session_queries.end_all_of(session, row.id, now, SessionEnd.PASSWORD_CHANGED, row.id)
            self.work.trail.write(session, None, now, [self._line(row.id, used)], name=row.name)
        return changed

    def _line(self, account_id: UUID, used: ResetCodeRow | None) -> Line:
        how = f"by {used.kind} code" if used is not None else "by first password"
        return Line("account.password_changed", "account", account_id, detail=how)
