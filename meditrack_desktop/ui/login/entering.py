"""The ways into a session, as the card's fields call them: by password, by code, by PIN. They block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.domain.clinic import ClinicProfile
    from meditrack_desktop.domain.settings import ClinicSettings
    from meditrack_desktop.services.clinic import Clinic

Enter = Callable[["Clinic", str, str, str], "Actor"]
"""(clinic, user name, password or PIN, six digits or nothing) to the session."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came in, the clinic's facts that every window needs, and its rules (None: what they were).

    `has_pin`: whether six digits unlock this person's session.
    """

    actor: Actor
    facts: ClinicProfile
    rules: ClinicSettings | None = None
    has_pin: bool = False


def by_password(clinic: Clinic, username: str, password: str, code: str) -> Actor:
    """A new session."""
    return clinic.sessions.sign_in(username, password, code)


def come_in(clinic: Clinic, actor: Actor) -> SignedIn:
    """What the desk needs of an open session, and hearing what other desks change."""
    pin = clinic.accounts.own(actor).has_pin
    found = SignedIn(actor, clinic.settings.clinic(actor), clinic.settings.read(actor), pin)
    clinic.listen()
    return found
