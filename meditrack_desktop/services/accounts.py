"""People who may sign in: what an administrator does with accounts, and a person with their own password."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from uuid import UUID

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.queries import sessions as session_queries
from meditrack_desktop.database.queries import sign_in_tries
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.domain.accounts import (
    Account,
    Actor,
    AddAccount,
    ChangePassword,
    ChangeRoleOfAccounts,
    EditAccount,
    SetAccountActive,
    SetAccountsActive,
    SetAccountsRoles,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import (
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    invalid_fields,
)
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.sessions import SessionEnd
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.password_again import PasswordAgain
from meditrack_desktop.services.sign_in_tries import ClosedTries
from meditrack_desktop.services.work import RefusedWithALine, Work, Works


class Accounts:
    """Accounts are never deleted: history keeps its names."""

    def __init__(
        self, work: Works, credentials: Credentials, password_again: PasswordAgain, tries: ClosedTries
    ) -> None:
        self.work = work
        self._credentials = credentials
        self._password_again = password_again
        self._tries = tries

    def list(self, actor: Actor) -> tuple[Account, ...]:
        """Everybody who may sign in or once could, by name, and how their accounts stand."""
        with self.work.looking(actor, Permission.VIEW_ACCOUNTS) as look:
            look.listed("account")
            return queries.everybody(look.session, look.now)

    def own(self, actor: Actor) -> Account:
        """One's own account: whether there is a PIN, a second factor, an address."""
        with self.work.looking(actor, Permission.CHANGE_OWN_PASSWORD) as look:
            look.viewed("account", actor.account_id)
            row = queries.account(look.session, actor.account_id)
            return queries.standing_now(look.session, row, look.now)

    def add(self, actor: Actor, command: AddAccount) -> Account:
        """Let a person sign in. Conflict USERNAME_TAKEN; Invalid WEAK_PASSWORD.

        Without a password nobody can sign in yet: `resets.issue` makes the code for choosing one.
        """
        password = command.password.get_secret_value() if command.password else ""
        if password:
            self._credentials.check_strength(password, (command.username, command.name))
        hashed = self._credentials.hashed(password or secrets.token_urlsafe(32))
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            if existing := queries.find(work.session, command.id):
                work.noted(Line("account.added", "account", existing.id, detail="repeated"))
                return queries.standing_now(work.session, existing, work.now)
            row = AccountRow(
                id=command.id,
                username=command.username,
                name=command.name,
                email=command.email,
                password_hash=hashed,
                pepper_id=self._credentials.opened.pepper_id,
                must_change_password=command.must_change or not password,
                active=True,
                created_at=work.now,
                practitioner_id=command.practitioner_id,
                roles=[],
            )
            queries.set_roles(row, command.roles)
            work.added(row, "account.added", Change("account", row.id))
            work.flush()
            account = queries.standing_now(work.session, row, work.now)
        if password:
            self._credentials.give_slot(command.username, password)
        return account

    def edit(self, actor: Actor, command: EditAccount) -> Account:
        """Change name, address, doctor and roles. Conflict LAST_ADMINISTRATOR if nobody would be left to
        administer; NotAllowed NOT_YOURSELF for a role given to oneself, or for becoming a doctor of the calendar,
        whose patients one may read then, where there is another administrator."""
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            row = queries.account(work.session, command.id, command.version)
            if command.practitioner_id not in (None, row.practitioner_id):
                self._refuse_oneself_among_others(work, row)
            row.name = command.name
            row.practitioner_id = command.practitioner_id
            if command.email is not None:
                row.email = command.email
            self._give_roles(work, row, command.roles, "account.edited")
            work.flush()
            return queries.standing_now(work.session, row, work.now)

    def set_roles(self, actor: Actor, command: SetAccountsRoles) -> tuple[Account, ...]:
        """Give several people exactly these roles, all of them or none. As `edit`."""
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            rows = [queries.account(work.session, id_) for id_ in dict.fromkeys(command.ids)]
            for row in rows:
                self._give_roles(work, row, command.roles, "account.roles_set")
                work.flush()
            return tuple(queries.standing_now(work.session, row, work.now) for row in rows)

    def change_role_of(self, actor: Actor, command: ChangeRoleOfAccounts) -> tuple[Account, ...]:
        """Give several people one role more or take it from them, all of them or none. As `edit`.

        Invalid with a problem of `roles` for somebody who would be left without any.
        """
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            rows = [queries.account(work.session, id_) for id_ in dict.fromkeys(command.ids)]
            for row in rows:
                before = frozenset(role.role for role in row.roles)
                roles = before | {command.role} if command.held else before - {command.role}
                if not roles:
                    raise invalid_fields(roles=FieldProblem.REQUIRED)
                self._give_roles(work, row, roles, "account.roles_set")
                work.flush()
            return tuple(queries.standing_now(work.session, row, work.now) for row in rows)

    def set_active(self, actor: Actor, command: SetAccountActive) -> Account:
        """Deactivate a person, ending their sessions, or let them in again. As `set_active_of`."""
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            row = queries.account(work.session, command.id, command.version)
            self._set_active(work, row, active=command.active)
            work.flush()
            account = queries.standing_now(work.session, row, work.now)
        self._take_slots([account])
        return account

    def set_active_of(self, actor: Actor, command: SetAccountsActive) -> tuple[Account, ...]:
        """Deactivate several people, ending their sessions, or let them in again: all of them or none.

        Conflict LAST_ADMINISTRATOR; NotAllowed NOT_YOURSELF. A deactivated person's key slot goes too. Somebody
        let in again gets a new one at their next sign-in, for which another person must have opened a local
        clinic.
        """
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            rows = [queries.account(work.session, id_) for id_ in dict.fromkeys(command.ids)]
            for row in rows:
                self._set_active(work, row, active=command.active)
                work.flush()
            accounts = tuple(queries.standing_now(work.session, row, work.now) for row in rows)
        self._take_slots(accounts)
        return accounts

    def open_sign_in(self, actor: Actor, account_id: UUID) -> Account:
        """Let a person try again at every desk, whatever was typed wrong before."""
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            row = queries.account(work.session, account_id)
            sign_in_tries.forget(work.session, row.id)
            work.noted(Line("account.sign_in_opened", "account", row.id), Change("account", row.id))
            account = queries.standing_now(work.session, row, work.now)
        self._tries.forget(account.username, work.now)
        return account

    def change_password(self, actor: Actor, command: ChangePassword) -> None:
        """A person changes their own password; their other sessions end. About 0.8 s.

        Invalid INVALID_CREDENTIALS with a problem of `current`, or WEAK_PASSWORD with one of `new`.
        NotAuthenticated TOO_MANY_TRIES or SIGN_IN_CLOSED: guessing is slowed down here too.
        """
        new = command.new.get_secret_value()
        with self.work.looking(actor, Permission.CHANGE_OWN_PASSWORD) as look:
            look.viewed("account", actor.account_id)
        self._credentials.check_strength(new, (actor.username, actor.name), "new")
        try:
            self._password_again.check(actor, command.current.get_secret_value())
        except NotAuthenticated as refused:
            if refused.code is not ErrorCode.INVALID_CREDENTIALS:
                raise
            raise Invalid(ErrorCode.INVALID_CREDENTIALS, fields={"current": FieldProblem.MALFORMED}) from None
        hashed = self._credentials.hashed(new)
        self._credentials.give_coming_slot(actor.username, new)
        with self.work(actor, Permission.CHANGE_OWN_PASSWORD) as work:
            row = queries.account(work.session, actor.account_id)
            row.password_hash = hashed
            row.pepper_id = self._credentials.opened.pepper_id
            row.must_change_password = False
            next_version(row)
            ended = session_queries.end_all_of(
                work.session,
                row.id,
                work.now,
                SessionEnd.PASSWORD_CHANGED,
                actor.account_id,
                keep=actor.session_id,
            )
            session_queries.note_confirmed(work.session, actor.session_id, work.now)
            work.changed(row, "account.password_changed", *(Change("session", id_) for id_ in ended))
        self._credentials.give_slot(actor.username, new)

    def _give_roles(self, work: Work, row: AccountRow, roles: frozenset[Role], action: str) -> None:
        before = {role.role for role in row.roles}
        if Role.ADMIN in before and Role.ADMIN not in roles and row.active:
            self._keep_an_admin(work)
        if roles - before:
            self._refuse_oneself_among_others(work, row)
        queries.set_roles(row, roles)
        next_version(row)
        detail = f"roles {_words(before)} to {_words(roles)}" if before != roles else ""
        work.changed(row, action, Change("account", row.id), detail=detail)

    def _set_active(self, work: Work, row: AccountRow, *, active: bool) -> None:
        ended: tuple[UUID, ...] = ()
        if row.active and not active:
            if any(role.role is Role.ADMIN for role in row.roles):
                self._keep_an_admin(work)
            if row.id == work.actor.account_id:
                _refuse_oneself(row)
            ended = session_queries.end_all_of(
                work.session, row.id, work.now, SessionEnd.DEACTIVATED, work.actor.account_id
            )
        row.active = active
        action = "account.activated" if active else "account.deactivated"
        changes = (Change("account", row.id), *(Change("session", id_) for id_ in ended))
        work.changed(row, action, *changes)

    def _take_slots(self, accounts: Iterable[Account]) -> None:
        for account in accounts:
            if not account.active:
                self._credentials.take_slots(account.username)

    @staticmethod
    def _refuse_oneself_among_others(work: Work, row: AccountRow) -> None:
        # A practice of one person: whoever is the only administrator is the doctor, too, and there is nobody to ask.
        if row.id == work.actor.account_id and queries.active_admins(work.session) > 1:
            _refuse_oneself(row)

    @staticmethod
    def _keep_an_admin(work: Work) -> None:
        if queries.active_admins(work.session) <= 1:
            raise Conflict(ErrorCode.LAST_ADMINISTRATOR)


def _refuse_oneself(row: AccountRow) -> None:
    raise RefusedWithALine(NotAllowed(ErrorCode.NOT_YOURSELF), Line("account.refused", "account", row.id))


def _words(roles: frozenset[Role] | set[Role]) -> str:
    return "+".join(sorted(roles))
