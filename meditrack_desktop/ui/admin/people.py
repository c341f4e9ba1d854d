"""What the page of users reads at once, and what is typed about one of them before it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.accounts import Account, AccountStatus, Actor
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.sessions import LiveSession
from meditrack_desktop.ui.admin.words import in_order, role_word

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who may sign in, what roles allow, and who is signed in where."""

    accounts: tuple[Account, ...]
    grid: Mapping[Role, frozenset[Permission]]
    doctors: tuple[Practitioner, ...]
    sessions: tuple[LiveSession, ...]

    def account(self, account_id: UUID | None) -> Account | None:
        return next((account for account in self.accounts if account.id == account_id), None)

    def sessions_of(self, account_id: UUID) -> tuple[LiveSession, ...]:
        return tuple(session for session in self.sessions if session.account_id == account_id)

    def allowed(self, roles: Iterable[Role]) -> frozenset[Permission]:
        """What a person with these roles may do."""
        return frozenset().union(*(self.grid.get(role, frozenset()) for role in roles))

    def is_last_admin(self, account: Account) -> bool:
        """Whether nobody else could administer the clinic. For greying out only; the service refuses."""
        admins = [other for other in self.accounts if other.active and Role.ADMIN in other.roles]
        return [other.id for other in admins] == [account.id]

    @property
    def signed_in(self) -> int:
        return sum(account.status is AccountStatus.SIGNED_IN for account in self.accounts)


def gather(clinic: Clinic, actor: Actor) -> People:
    """Everything the page shows. Raises what the services raise; asks only for what the role may see."""
    return People(
        clinic.accounts.list(actor),
        clinic.permission_grid.read(actor),
        clinic.practitioners.list(actor) if actor.may(Permission.VIEW_DOCTORS) else (),
        clinic.sessions.list(actor),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the pane of one person, and the account it was begun from."""

    base: Account
    name: str
    email: str
    roles: frozenset[Role]
    practitioner_id: UUID | None

    @staticmethod
    def of(account: Account) -> Draft:
        return Draft(account, account.name, account.email, account.roles, account.practitioner_id)

    @property
    def changed(self) -> bool:
        return _values(self) != _values(Draft.of(self.base))

    def onto(self, newer: Account) -> Draft:
        """The same entries over what somebody else saved meanwhile: what was not touched here is theirs."""
        before = self.base
        touched = {
            "name": self.name != before.name,
            "email": self.email != before.email,
            "roles": self.roles != before.roles,
            "practitioner_id": self.practitioner_id != before.practitioner_id,
        }
        theirs = {field: getattr(newer, field) for field, mine in touched.items() if not mine}
        return replace(self, base=newer, **theirs)


class Drafts:
    """What is typed about people and not saved, by account."""

    def __init__(self) -> None:
        self._held: dict[UUID, Draft] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def of(self, account: Account) -> Draft:
        """What is typed about somebody, or how they are."""
        return self._held.get(account.id, Draft.of(account))

    def keep(self, draft: Draft) -> None:
        """Remember a draft; one that changes nothing is forgotten."""
        if draft.changed:
            self._held[draft.base.id] = draft
        else:
            self.drop(draft.base.id)

    def drop(self, account_id: UUID) -> None:
        self._held.pop(account_id, None)

    def bring_up_to_date(self, people: People) -> dict[UUID, Account]:
        """Lay drafts over what others saved meanwhile; returns those accounts as they were before."""
        overtaken = {}
        for account_id, draft in list(self._held.items()):
            newer = people.account(account_id)
            if newer is None:
                self.drop(account_id)
                continue
            if newer.version != draft.base.version:
                overtaken[account_id] = draft.base
            self.keep(draft.onto(newer))
        return overtaken


def differences(before: Account, after: Account, doctors: Iterable[Practitioner]) -> list[str]:
    """What somebody else changed, as short sentences: `roles are now Doctor`."""
    found = []
    if before.name != after.name:
        found.append(_tr("the name is now {name}").format(name=after.name))
    if before.roles != after.roles:
        roles = ", ".join(role_word(role) for role in in_order(after.roles))
        found.append(_tr("the roles are now {roles}").format(roles=roles))
    if before.email != after.email:
        found.append(_tr("the e-mail is now {email}").format(email=after.email or _tr("empty")))
    if before.practitioner_id != after.practitioner_id:
        name = next((doctor.name for doctor in doctors if doctor.id == after.practitioner_id), _tr("nobody"))
        found.append(_tr("the doctor is now {name}").format(name=name))
    if before.active != after.active:
        found.append(_tr("they may sign in again") if after.active else _tr("they were deactivated"))
    return found


def _values(draft: Draft) -> tuple[str, str, frozenset[Role], UUID | None]:
    return draft.name, draft.email, draft.roles, draft.practitioner_id


def _tr(text: str) -> str:
    return QCoreApplication.translate("People", text)
