"""What an administrator does to people's accounts: asked where it cannot be undone, said when it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.accounts import (
    Account,
    ChangeRoleOfAccounts,
    SetAccountActive,
    SetAccountsActive,
)
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.domain.sessions import IssuedCode, LiveSession
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.admin.code_dialog import CodeDialog
from meditrack_desktop.ui.admin.words import first_name, names_words, role_word, roles_word
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import confirm

T = TypeVar("T")


class UserActs(QObject):
    """`after` runs when something was done, to ask again for what is shown."""

    def __init__(self, desk: Desk, host: QWidget, after: Callable[[], object]) -> None:
        super().__init__(host)
        self._desk, self._host, self._after = desk, host, after

    def reset_password(self, account: Account) -> None:
        """Make a one-time code and show it; the old password opens until the code is used."""
        clinic, actor = self._desk.clinic, self._desk.actor
        self._change(
            lambda: clinic.resets.issue(actor, account.id), partial(self.show_code, account), said=""
        )

    def show_code(self, account: Account, issued: IssuedCode) -> None:
        """Show a code once."""
        facts, clock = self._desk.facts, self._desk.clock
        CodeDialog(self._host, account, issued, facts.tz, clock.now()).open_layer()

    def sign_out_everywhere(self, account: Account) -> None:
        """End every session of a person, after asking."""
        clinic, actor = self._desk.clinic, self._desk.actor
        first = first_name(account.name)
        confirm(
            self._host,
            self.tr("Sign {name} out everywhere?").format(name=account.name),
            self.tr(
                "Every desk where {first} is signed in locks within seconds. Drafts there are kept."
            ).format(first=first),
            self.tr("Sign out everywhere"),
            lambda: self._change(
                lambda: clinic.sessions.end_all_of(actor, account.id),
                said=self.tr("{name} is signed out everywhere").format(name=account.name),
            ),
            keep=self.tr("Keep signed in"),
        )

    def end_session(self, session: LiveSession) -> None:
        """End one session at once: its person only has to sign in again."""
        clinic, actor = self._desk.clinic, self._desk.actor
        words = self.tr("The session of {name} at {desk} has ended")
        self._change(
            lambda: clinic.sessions.end(actor, session.id),
            said=words.format(name=session.name, desk=session.workstation_name),
        )

    def open_sign_in(self, account: Account) -> None:
        """Let a person who was locked out try again."""
        clinic, actor = self._desk.clinic, self._desk.actor
        self._change(
            lambda: clinic.accounts.open_sign_in(actor, account.id),
            said=self.tr("{name} may sign in again").format(name=account.name),
        )

    def remove_authenticator(self, account: Account) -> None:
        """For a lost phone; asked, since only its owner can put it back."""
        clinic, actor = self._desk.clinic, self._desk.actor
        confirm(
            self._host,
            self.tr("Remove the authenticator of {name}?").format(name=account.name),
            self.tr("Their password alone opens the clinic until they set an authenticator up again."),
            self.tr("Remove authenticator"),
            lambda: self._change(
                lambda: clinic.second_factor.disable_of(actor, account.id),
                said=self.tr("The authenticator of {name} was removed").format(name=account.name),
            ),
            keep=self.tr("Keep it"),
        )

    def toggle_active(self, account: Account) -> None:
        """Deactivate a person after asking, or let them in again at once."""
        clinic, actor = self._desk.clinic, self._desk.actor
        command = SetAccountActive(id=account.id, version=account.version, active=not account.active)
        if not account.active:
            self._change(
                lambda: clinic.accounts.set_active(actor, command),
                said=self.tr("{name} may sign in again").format(name=account.name),
            )
            return
        confirm(
            self._host,
            self.tr("Deactivate {name}?").format(name=account.name),
            self.tr(
                "They are signed out everywhere within seconds and cannot sign in. "
                "What they did stays under their name, and you can reactivate them."
            ),
            self.tr("Deactivate {name}").format(name=first_name(account.name)),
            lambda: self._change(
                lambda: clinic.accounts.set_active(actor, command),
                said=self.tr("{name} was deactivated").format(name=account.name),
            ),
            keep=self.tr("Keep active"),
        )

    def set_all_active(self, accounts: Sequence[Account], active: bool) -> None:
        """Deactivate several people or let them in again, all or none, after naming them."""
        chosen = [account for account in accounts if account.active is not active]
        if not chosen:
            return
        clinic, actor = self._desk.clinic, self._desk.actor
        command = SetAccountsActive(ids=tuple(account.id for account in chosen), active=active)
        who, n = names_words([account.name for account in chosen]), len(chosen)
        if active:
            title = self.tr("Reactivate {n} users?").format(n=n)
            text = self.tr("{who} may sign in again. If one of them cannot be changed, none is.")
            act, said = self.tr("Reactivate {n} users"), self.tr("{n} users may sign in again")
            keep = self.tr("Keep inactive")
        else:
            title = self.tr("Deactivate {n} users?").format(n=n)
            text = self.tr(
                "{who} are signed out everywhere and cannot sign in. "
                "If one of them cannot be deactivated, none is."
            )
            act, said = self.tr("Deactivate {n} users"), self.tr("{n} users were deactivated")
            keep = self.tr("Keep active")
        confirm(
            self._host,
            title,
            text.format(who=who),
            act.format(n=n),
            lambda: self._change(
                lambda: clinic.accounts.set_active_of(actor, command), said=said.format(n=n)
            ),
            keep=keep,
            danger=not active,
        )

    def set_role_of_all(self, accounts: Sequence[Account], role: Role, held: bool) -> None:
        """Give several people a role or take it away, all or none, after naming them."""
        chosen = [account for account in accounts if (role in account.roles) is not held]
        if not chosen:
            words = self.tr("All of them are {role} already") if held else self.tr("None of them is {role}")
            self._desk.say(words.format(role=role_word(role)))
            return
        left = [account.name for account in chosen if not held and account.roles == {role}]
        if left:
            words = self.tr(
                "{who} would be left without a role. Nothing was changed. Give another role first."
            )
            self._desk.say(words.format(who=names_words(left)))
            return
        clinic, actor = self._desk.clinic, self._desk.actor
        command = ChangeRoleOfAccounts(ids=tuple(a.id for a in chosen), role=role, held=held)
        who = names_words([account.name for account in chosen])
        if held:
            title, text = self.tr("Give the role {role}?"), self.tr("{who} may then do what {roles} may.")
            act, keep = self.tr("Give the role"), self.tr("Keep as it is")
        else:
            title = self.tr("Take the role {role} away?")
            text = self.tr("{who} may then no longer do what only {roles} may.")
            act, keep = self.tr("Take the role away"), self.tr("Keep the role")
        text = text + " " + self.tr("If one of them cannot be changed, none is.")
        confirm(
            self._host,
            title.format(role=role_word(role)),
            text.format(who=who, roles=roles_word(role).lower()),
            act,
            lambda: self._change(
                lambda: clinic.accounts.change_role_of(actor, command),
                said=self.tr("The roles of {who} were changed").format(who=who),
            ),
            keep=keep,
            danger=False,
        )

    def _change(
        self,
        work: Callable[[], T],
        done: Callable[[T], object] | None = None,
        *,
        said: str,
    ) -> None:
        def kept(result: T) -> None:
            if said:
                self._desk.say(said)
            if done is not None:
                done(result)
            self._after()

        self._desk.tasks.change(self._host, work, done=kept, failed=self._refused)

    def _refused(self, error: ClinicError) -> None:
        if error.code is not ErrorCode.PASSWORD_AGAIN:
            errors.show(self._host, error)
            self._after()
