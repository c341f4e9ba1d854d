"""Sessions of people at desks: how they end, how long one waits after failures, and codes, PINs and second factors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr

SESSION_LENGTH = timedelta(hours=12)
CONFIRMED_FOR = timedelta(minutes=10)
"""So long after the password was typed, what asks for it again does not ask."""
PIN_TRIES = 5
FREE_FAILURES = 4
LONGEST_WAIT = timedelta(minutes=15)
CLOSED_AFTER = 100
"""So many failures in a row close a desk's bucket for a person, and all desks that they never use (D14)."""
AT_HOME_FOR = timedelta(days=30)
"""A desk where a person signed in within this time is not closed by failures at others."""


def wait_after(failures: int) -> timedelta:
    """How long a desk waits after so many failures of one person in a row: none for 4, then doubling."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_FAILURES + 1, 20)), LONGEST_WAIT)


def wait_left(failures: int, last_at: datetime, now: datetime) -> timedelta:
    """What is left of the wait. Never longer than the whole wait, though a clock was put back meanwhile."""
    whole = wait_after(failures)
    return min(last_at + whole - now, whole)


class SessionEnd(StrEnum):
    """Why a session is over. Stored; never change a value."""

    SIGNED_OUT = "signed-out"
    ENDED_BY_ADMIN = "ended-by-admin"
    SIGNED_OUT_EVERYWHERE = "signed-out-everywhere"
    PASSWORD_CHANGED = "password-changed"
    DEACTIVATED = "deactivated"
    DESK_REVOKED = "desk-revoked"
    TOO_MANY_PINS = "too-many-pins"


class ResetKind(StrEnum):
    """Who handed the code over (security.md D16)."""

    ADMIN = "admin"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class LiveSession:
    """Somebody signed in at a desk, not ended and not expired. `current`: the one that asks.

    `last_seen_at` is to the minute; `ends_at` when the password is needed at the latest.
    """

    id: UUID
    account_id: UUID
    name: str
    username: str
    workstation: str
    workstation_name: str
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    current: bool = False


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A one-time code as it is shown once ("7K3M-Q9XD-2TFV"); only its hash is kept. Typed in any case, with or
    without dashes."""

    account_id: UUID
    code: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"IssuedCode({self.account_id}, …)"


class SetPin(BaseModel):
    """Choose the six digits that unlock one's own live session at this desk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pin: SecretStr


@dataclass(frozen=True, slots=True)
class SecondFactorOffer:
    """A new authenticator secret (base32) and its `otpauth:` address for the QR code. On only once enabled."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        return "SecondFactorOffer(…)"
