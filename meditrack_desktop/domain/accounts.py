"""People who sign in: the account, the actor a session gives, and what an admin may ask."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission, Role
from meditrack_desktop.domain.text import single_line

PASSWORD_MINIMUM = 10
PASSWORD_MAXIMUM = 128


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


@dataclass(frozen=True, slots=True)
class Account:
    """One person's right to sign in. Never deleted, only deactivated: history keeps its names."""

    id: UUID
    username: str
    name: str
    roles: frozenset[Role]
    active: bool
    version: int
    created_at: datetime
    practitioner_id: UUID | None = None


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


class AddAccount(BaseModel):
    """Let a person sign in. The password is the first one; they choose their own later."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=new_id)
    username: Username
    name: PersonName
    roles: frozenset[Role] = Field(min_length=1)
    password: SecretStr
    practitioner_id: UUID | None = None


class EditAccount(BaseModel):
    """Change a person's name or roles."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    version: int
    name: PersonName
    roles: frozenset[Role] = Field(min_length=1)
    practitioner_id: UUID | None = None


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
