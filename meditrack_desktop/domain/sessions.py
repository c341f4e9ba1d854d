"""Sessions of people at desks: how they end, and the codes that let somebody choose a new password."""

from __future__ import annotations

from enum import StrEnum


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
