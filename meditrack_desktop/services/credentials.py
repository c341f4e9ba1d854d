"""The keys and rules that signing in, accounts and codes share: the pepper, a person's key slot, strength."""

from __future__ import annotations

from meditrack_desktop.database.queries import clinic as clinic_queries
from meditrack_desktop.database.queries import settings as settings_queries
from meditrack_desktop.database.session import Database
from meditrack_desktop.domain.errors import ErrorCode, NotAuthenticated
from meditrack_desktop.services import passwords
from meditrack_desktop.services.key_slots import ClinicSecrets, KeySlots
from meditrack_desktop.services.keys import KeyHolder
from meditrack_desktop.services.profile import Profile

CODE_SLOT = "#code"
"""A local clinic's slot that a one-time code opens: no user name has this sign in it."""


class Credentials:
    """Of one workstation. What needs the clinic open raises NotAuthenticated AUTHENTICATION_REQUIRED if it is not."""

    def __init__(self, database: Database, keys: KeyHolder, slots: KeySlots, profile: Profile) -> None:
        self.keys = keys
        self.slots = slots
        self.profile = profile
        self._database = database

    @property
    def shared(self) -> bool:
        """Whether the person is proven by the server's data alone, and no slot of theirs is here."""
        return self._database.shared

    @property
    def opened(self) -> ClinicSecrets:
        opened = self.keys.opened
        if opened is None:
            raise NotAuthenticated(ErrorCode.AUTHENTICATION_REQUIRED)
        return opened

    @property
    def pepper(self) -> bytes:
        return bytes.fromhex(self.opened.pepper)

    def hashed(self, password: str) -> str:
        """What is stored of a password. About 0.3 s."""
        return passwords.hash_password(password, self.pepper)

    def check_strength(self, password: str, about: tuple[str, ...], field: str = "password") -> None:
        """Invalid WEAK_PASSWORD by the clinic's own minimum; its name is a word to guess, too."""
        with self._database.reading() as session:
            least = settings_queries.read(session).password_minimum
            clinic = clinic_queries.profile(session).name
        passwords.check_strength(password, (*about, clinic), field, least)

    def give_slot(self, username: str, password: str) -> None:
        """Let the password open a local clinic, in place of any other of this person and of codes for them."""
        if not self.shared:
            self.slots.put_person(username, password, self.opened)
            self.take_code_slot(username)

    def give_coming_slot(self, username: str, password: str) -> None:
        """Let a new password open a local clinic beside the old one, until it is stored."""
        if not self.shared:
            self.slots.put_coming(username, password, self.opened)

    def mend_slot(self, username: str, password: str) -> None:
        """Give a person whose password was right the slot they lack, or finish a change that broke off."""
        if not self.shared and (not self.slots.has_person(username) or self.slots.has_coming(username)):
            self.slots.put_person(username, password, self.opened)

    def take_slots(self, username: str) -> None:
        """Let nothing of this person's open a local clinic any more."""
        if not self.shared:
            self.slots.remove_person(username, self.keys.opened)
            self.take_code_slot(username)

    def give_code_slot(self, username: str, code: str) -> None:
        """Let a one-time code open a local clinic, so that somebody can choose a password with it."""
        if not self.shared:
            self.slots.put_person(username + CODE_SLOT, code, self.opened)

    def take_code_slot(self, username: str) -> None:
        if not self.shared and self.slots.has_person(username + CODE_SLOT):
            self.slots.remove_person(username + CODE_SLOT, self.keys.opened)
