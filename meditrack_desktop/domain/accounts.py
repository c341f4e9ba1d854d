"""People who sign in: the account, the actor a session gives, and what an admin may ask."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.text import single_line

PASSWORD_MINIMUM = 10
PASSWORD_MAXIMUM = 128
MOST_AT_ONCE = 200
"""So many accounts one request may change."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person on one workstation: what every service method takes first."""

    account_id: UUID
    session_id: UUID
    workstation: str
    username: str
    name: str
    roles: frozenset[Role]
    permissions: frozenset[Permission]
    practitioner_id: UUID | None = None

    def may(self, permission: Permission) -> bool:
        """For greying out buttons only; the service checks again."""
        return permission in self.permissions


class AccountStatus(StrEnum):
    """How an account stands now. The first that fits: a locked one is not also signed in.

    `INVITED` has never been used with a password of the person's own; `LOCKED` has a desk at which signing in
    is closed after too many failures.
    """

    INACTIVE = "inactive"
    LOCKED = "locked"
    SIGNED_IN = "signed-in"
    INVITED = "invited"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's right to sign in. Never deleted, only deactivated: history keeps its names.

    `last_seen_at` is when somebody last used it at any desk, to the minute; None if nobody ever did.
    """

    id: UUID
    username: str
    name: str
    roles: frozenset[Role]
    active: bool
    version: int
    created_at: datetime
    practitioner_id: UUID | None = None
    email: str = ""
    last_seen_at: datetime | None = None
    status: AccountStatus = AccountStatus.ACTIVE
    must_change_password: bool = False
    has_pin: bool = False
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class RecentUser:
    """Somebody who signed in at this desk lately; shown on the sign-in card before anyone has."""

    username: str
    name: str
    roles: frozenset[Role]


def fold_username(value: str) -> str:
    """Usernames that look alike are one: compatibility forms folded, case ignored, edges trimmed (H66)."""
    folded = unicodedata.normalize("NFKC", value).strip().casefold()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,39}", folded):
        raise ValueError("malformed")
    return folded


Username = Annotated[str, AfterValidator(fold_username)]
PersonName = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(single_line)]


def check_email(value: str) -> str:
    """One plain address or nothing: no line break, no second address, no display name (H53)."""
    address = value.strip()
    if address and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}", address):
        raise ValueError("malformed")
    return address


EmailAddress = Annotated[str, Field(max_length=254), AfterValidator(check_email)]


class AddAccount(BaseModel):
    """Let a person sign in. Without `password` they are invited: a one-time code lets them choose their own.

    `must_change`: the password given is good for choosing another one only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    username: Username
    name: PersonName
    roles: frozenset[Role] = Field(min_length=1)
    password: SecretStr | None = None
    must_change: bool = False
    email: EmailAddress = ""
    practitioner_id: UUID | None = None


class EditAccount(BaseModel):
    """Change a person's name, address, doctor or roles. An `email` of None stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    name: PersonName
    roles: frozenset[Role] = Field(min_length=1)
    email: EmailAddress | None = None
    practitioner_id: UUID | None = None


AccountIds = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class SetAccountsActive(BaseModel):
    """Deactivate several people or let them in again: all of them or none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: AccountIds
    active: bool


class SetAccountsRoles(BaseModel):
    """Give several people exactly these roles: all of them or none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: AccountIds
    roles: frozenset[Role] = Field(min_length=1)


class ChangeRoleOfAccounts(BaseModel):
    """Give several people one role more or take it from them, whatever else they hold: all of them or none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: AccountIds
    role: Role
    held: bool


class SetAccountActive(BaseModel):
    """Deactivate a person (their sessions die) or let them in again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    active: bool


class ChangePassword(BaseModel):
    """A person changes their own password."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    current: SecretStr
    new: SecretStr
