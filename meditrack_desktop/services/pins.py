"""The optional PIN: six digits that unlock one's own live session at the desk where it was begun (ruling 5)."""

from __future__ import annotations

from itertools import pairwise

from meditrack_desktop.database.base import next_version
from meditrack_desktop.database.queries import accounts as queries
from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.errors import FieldProblem, invalid_fields
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.sessions import SetPin
from meditrack_desktop.domain.text import digits
from meditrack_desktop.services import passwords
from meditrack_desktop.services.credentials import Credentials
from meditrack_desktop.services.pin_keys import PinEnvelope, pin_recipient
from meditrack_desktop.services.work import Works

LENGTH = 6


class Pins:
    def __init__(self, work: Works, credentials: Credentials) -> None:
        self.work = work
        self._credentials = credentials

    def set(self, actor: Actor, command: SetPin) -> None:
        """Choose a PIN, replacing the one there is. Invalid with a problem of `pin`: MALFORMED unless six digits,
        TOO_WEAK for one that many people choose. NotAllowed PASSWORD_AGAIN. About 0.1 s."""
        pin = read_pin(command.pin.get_secret_value())
        if pin is None:
            raise invalid_fields(pin=FieldProblem.MALFORMED)
        if is_easy(pin):
            raise invalid_fields(pin=FieldProblem.TOO_WEAK)
        pepper = self._credentials.pepper
        kept = pin_recipient(pin, actor.account_id, pepper)
        with self.work(actor, Permission.CHANGE_OWN_PASSWORD) as work:
            work.require_password()
            row = queries.account(work.session, actor.account_id)
            row.pin_hash = kept
            next_version(row)
            work.changed(row, "pin.set", Change("account", row.id))
        self._credentials.keys.expect_pin(PinEnvelope(kept, actor.account_id, pepper))

    def clear(self, actor: Actor) -> None:
        """Unlock by password only from now on."""
        with self.work(actor, Permission.CHANGE_OWN_PASSWORD) as work:
            row = queries.account(work.session, actor.account_id)
            row.pin_hash = None
            next_version(row)
            work.changed(row, "pin.cleared", Change("account", row.id))
        self._credentials.keys.expect_pin(None)


def read_pin(typed: str) -> str | None:
    """Six digits in ASCII, whatever script they were typed in; None if it is anything else."""
    pin = digits(typed)
    return pin if len(pin) == LENGTH and len(typed) == LENGTH else None


def is_easy(pin: str) -> bool:
    """Few different digits, a row of them, halves or thirds alike, or one of the most used."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeated = pin[:3] == pin[3:] or pin[:2] * 3 == pin or pin == pin[::-1]
    return len(set(pin)) < 3 or steps in ({1}, {9}) or repeated or pin in passwords.common_passwords()
