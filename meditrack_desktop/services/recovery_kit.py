"""The recovery kit: what opens the clinic when every keyring and password is lost. Shown once, then forgotten."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import ErrorCode, Invalid
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.vault.keys import new_key_pair

LAST = 8
"""How many of the key's last characters prove that somebody holds the paper."""
_GROUP = 6
_PREFIX = "AGE-SECRET-KEY-1"


@dataclass(frozen=True, slots=True)
class RecoveryKit:
    """One clinic's kit. `identity` is an age secret key; it shows in no representation."""

    clinic_name: str
    clinic_id: str
    identity: str = field(repr=False)
    made_at: datetime

    def text(self) -> str:
        return (
            f"MediTrack Desktop recovery kit\n\n"
            f"Clinic:    {self.clinic_name}\n"
            f"Clinic id: {self.clinic_id}\n"
            f"Made:      {self.made_at.date().isoformat()}\n\n"
            f"{self.identity}\n\n"
            "Keep this on paper in a safe place. Whoever holds it can open every backup and document of the\n"
            "clinic. Without it, data cannot be recovered once the passwords and this computer are lost.\n"
        )

    def groups(self) -> tuple[str, ...]:
        """The key as it is read aloud and typed: its fixed beginning, then groups of six."""
        rest = self.identity.removeprefix(_PREFIX)
        return (_PREFIX, *(rest[start : start + _GROUP] for start in range(0, len(rest), _GROUP)))


def draw_up(clinic_name: str, clock: Clock) -> RecoveryKit:
    """A kit for a clinic that is yet to be made: it opens nothing until `set_up` was given it."""
    return RecoveryKit(clinic_name, str(new_id()), new_key_pair().secret, clock.now())


def check_kept(kit: RecoveryKit, typed: str) -> None:
    """Invalid RECOVERY_NOT_CONFIRMED unless `typed` are the last 8 characters of the key.

    Case, spaces and dashes do not matter.
    """
    told = "".join(character for character in typed.upper() if character.isalnum())
    if not hmac.compare_digest(told.encode(), kit.identity[-LAST:].upper().encode()):
        raise Invalid(ErrorCode.RECOVERY_NOT_CONFIRMED)


def clinic_of(kit: RecoveryKit) -> UUID:
    """The id that the kit says its clinic has."""
    return UUID(kit.clinic_id)
