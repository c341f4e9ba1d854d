"""The table of users: its columns, what stands in each cell, how it is filtered and sorted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.accounts import Account, AccountStatus
from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.permissions import Role
from meditrack_desktop.ui.admin.words import in_order, seen_words, status_tag
from meditrack_desktop.ui.widgets import Cell, CellTag, Column, RecordModel, matches
from meditrack_desktop.ui.words import role_words

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _tr(text: str) -> str:
    return QCoreApplication.translate("UserTable", text)


class UserCells:
    """What stands in the cells. `zone` is the clinic's; `me` is who looks."""

    def __init__(self, clock: Clock, zone: ZoneInfo, me: UUID) -> None:
        self._clock, self._zone, self._me = clock, zone, me

    def model(self) -> RecordModel:
        """A model of accounts, told apart by their ids, with a box each."""
        columns = [
            Column("name", _tr("Name"), 176, stretch=True),
            Column("username", _tr("User name"), 100, priority=3),
            Column("roles", _tr("Role"), 172, priority=1),
            Column("seen", _tr("Last seen"), 168, priority=2),
            Column("status", _tr("Status"), 118),
        ]
        return RecordModel(columns, self.cell, identity=lambda account: account.id, checkable=True)

    def cell(self, account: Account, key: str) -> Cell:
        """One cell of one person."""
        quiet = "text" if account.active else "text2"
        if key == "name":
            you = (CellTag(_tr("You")),) if account.id == self._me else ()
            return Cell(account.name, tone=quiet, avatar=account.name, staff=account.active, tags=you)
        if key == "username":
            return Cell(account.username, tone="text2")
        if key == "roles":
            return Cell(role_words(account.roles), tone=quiet)
        if key == "seen":
            return Cell(seen_words(account, self._zone, self._clock.now()), tone="text2")
        return Cell(tags=(status_tag(account),))


@dataclass(frozen=True, slots=True)
class UserFilter:
    """What is shown: everybody (`None`), or one state; one role; a text in name or user name."""

    status: AccountStatus | None = None
    role: Role | None = None
    text: str = ""

    def passes(self, account: Account) -> bool:
        if self.role is not None and self.role not in account.roles:
            return False
        if self.status is AccountStatus.ACTIVE:
            if account.status not in (AccountStatus.ACTIVE, AccountStatus.SIGNED_IN):
                return False
        elif self.status is not None and account.status is not self.status:
            return False
        return not self.text or matches(self.text, f"{account.name} {account.username}")

    @property
    def active(self) -> int:
        """How many filters are on, the text not counted."""
        return (self.status is not None) + (self.role is not None)


def ordered(accounts: Iterable[Account], key: str, *, descending: bool) -> list[Account]:
    """People in the order of a column; those who are alike, by name."""
    states = list(AccountStatus)

    def place(account: Account) -> tuple[object, ...]:
        if key == "username":
            return (account.username,)
        if key == "roles":
            return tuple(list(Role).index(role) for role in in_order(account.roles))
        if key == "seen":
            return (account.last_seen_at or _EPOCH,)
        if key == "status":
            return (states.index(account.status),)
        return (_by_name(account.name),)

    by_name = sorted(accounts, key=lambda account: _by_name(account.name))
    return sorted(by_name, key=place, reverse=descending)


def _by_name(name: str) -> str:
    """Titles do not count: Dr. Ines Modelo stands with I."""
    return " ".join(word for word in name.casefold().split() if not word.endswith("."))
