"""People who may sign in: what an administrator does with accounts, and a person with their own password."""

from __future__ import annotations

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.database.tables.accounts import AccountRow
from meditrack_desktop.domain.accounts import (
    Account,
    Actor,
    AddAccount,
    ChangePassword,
    EditAccount,
    SetAccountActive,
)
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import (
    Conflict,
    ErrorCode,
    FieldProblem,
    Invalid,
    NotAuthenticated,
)
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.services import passwords
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.key_slots import ClinicSecrets, KeySlots
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import Profile
from meditrack_desktop.services.work import Works


class Accounts:
    """Accounts are never deleted: history keeps its names."""

    def __init__(self, work: Works, keys: KeyHolder, slots: KeySlots, profile: Profile) -> None:
        self.work = work
        self._keys = keys
        self._slots = slots
        self._profile = profile

    def list(self, actor: Actor) -> tuple[Account, ...]:
        """Everybody who may sign in or once could."""
        with self.work.looking(actor, Permission.VIEW_ACCOUNTS) as look:
            look.listed("account")
            return queries.everybody(look.session)

    def add(self, actor: Actor, command: AddAccount) -> Account:
        """Let a person sign in. Conflict USERNAME_TAKEN; Invalid WEAK_PASSWORD."""
        password = command.password.get_secret_value()
        passwords.check_strength(password, (command.username, command.name))
        opened = self._opened()
        hashed = passwords.hash_password(password, bytes.fromhex(opened.pepper))
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            if existing := queries.find(work.session, command.id):
                work.noted(Line("account.added", "account", existing.id, detail="repeated"))
                return queries.record(existing)
            row = AccountRow(
                id=command.id,
                username=command.username,
                name=command.name,
                password_hash=hashed,
                pepper_id=opened.pepper_id,
                active=True,
                created_at=work.now,
                practitioner_id=command.practitioner_id,
                roles=[],
            )
            queries.set_roles(row, command.roles)
            work.added(row, "account.added", Change("account", row.id))
            work.flush()
            account = queries.record(row)
        self._give_slot(command.username, password, opened)
        return account

    def edit(self, actor: Actor, command: EditAccount) -> Account:
        """Change name and roles. Conflict LAST_ADMINISTRATOR if nobody would be left to administer."""
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            row = queries.account(work.session, command.id, command.version)
            before = {role.role for role in row.roles}
            if Role.ADMIN in before and Role.ADMIN not in command.roles and row.active:
                self._keep_an_admin(queries.active_admins(work.session))
            row.name = command.name
            row.practitioner_id = command.practitioner_id
            queries.set_roles(row, command.roles)
            next_version(row)
            detail = f"roles {_words(before)} to {_words(command.roles)}" if before != command.roles else ""
            work.changed(row, "account.edited", Change("account", row.id), detail=detail)
            work.flush()
            return queries.record(row)

    def set_active(self, actor: Actor, command: SetAccountActive) -> Account:
        """Deactivate a person, ending their sessions, or let them in again.

        A deactivated person's key slot goes too. Somebody let in again gets a new one at their next sign-in,
        for which another person must have opened a local clinic.
        """
        with self.work(actor, Permission.EDIT_ACCOUNTS) as work:
            row = queries.account(work.session, command.id, command.version)
            if row.active and not command.active:
                if any(role.role is Role.ADMIN for role in row.roles):
                    self._keep_an_admin(queries.active_admins(work.session))
                queries.end_sessions_of(work.session, row.id, work.now)
            row.active = command.active
            action = "account.activated" if command.active else "account.deactivated"
            work.changed(row, action, Change("account", row.id))
            work.flush()
            account = queries.record(row)
        if not account.active:
            self._slots.remove_person(account.username)
        return account

    def change_password(self, actor: Actor, command: ChangePassword) -> None:
        """A person changes their own password; their other sessions end."""
        current, new = command.current.get_secret_value(), command.new.get_secret_value()
        opened = self._opened()
        passwords.check_strength(new, (actor.username, actor.name), field="new")
        pepper = bytes.fromhex(opened.pepper)
        with self.work.looking(actor, Permission.CHANGE_OWN_PASSWORD) as look:
            look.viewed("account", actor.account_id)
            stored = queries.account(look.session, actor.account_id).password_hash
        if not passwords.is_right(current, pepper, stored):
            raise Invalid(ErrorCode.INVALID_CREDENTIALS, fields={"current": FieldProblem.MALFORMED})
        hashed = passwords.hash_password(new, pepper)
        if not self._profile.facts().shared:
            self._slots.put_coming(actor.username, new, opened)
        with self.work(actor, Permission.CHANGE_OWN_PASSWORD) as work:
            row = queries.account(work.session, actor.account_id)
            row.password_hash = hashed
            row.pepper_id = opened.pepper_id
            queries.end_sessions_of(work.session, row.id, work.now, keep=actor.session_id)
            work.changed(row, "account.password_changed")
        self._give_slot(actor.username, new, opened)

    def _give_slot(self, username: str, password: str, opened: ClinicSecrets) -> None:
        if not self._profile.facts().shared:
            self._slots.put_person(username, password, opened)

    def _opened(self) -> ClinicSecrets:
        opened = self._keys.opened
        if opened is None:
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        return opened

    @staticmethod
    def _keep_an_admin(admins: int) -> None:
        if admins <= 1:
            raise Conflict(ErrorCode.LAST_ADMINISTRATOR)


def _words(roles: frozenset[Role] | set[Role]) -> str:
    return "+".join(sorted(roles))
