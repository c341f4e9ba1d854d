"""Which mail server this desk hands mail to. Its password lies in the desk's secret store, never in the file."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import suppress

from meditrack_desktop.domain.accounts import Actor, check_email
from meditrack_desktop.domain.errors import ErrorCode, FieldProblem, Unavailable, invalid_fields
from meditrack_desktop.domain.mail import MailAccount, MailServer, SetMailServer
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.ports import Mailer, SecretStore
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.profile import Profile, write_durably
from meditrack_desktop.services.work import Works

FORMAT = 1
LARGEST_FILE = 64 * 1024

MakeMailer = Callable[[MailAccount], Mailer]


class OutgoingMail:
    """This desk's mail server: a small file beside the profile, and a password in the secret store."""

    def __init__(self, profile: Profile, store: SecretStore, make_mailer: MakeMailer) -> None:
        self._profile = profile
        self._store = store
        self._make_mailer = make_mailer

    @property
    def server(self) -> MailServer | None:
        """What the file says. One that is no such file is kept under another name, and the desk sends no mail."""
        file = self._profile.mail
        try:
            if file.stat().st_size > LARGEST_FILE:
                raise ValueError("too large")
            content = json.loads(file.read_text("utf-8"))
            if content.pop("format") != FORMAT:
                raise ValueError("another format")
            return MailServer.model_validate(content)
        except OSError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            with suppress(OSError):
                file.rename(file.with_name(f"{file.name}.damaged-{secrets.token_hex(4)}"))
            return None

    def mailer(self) -> Mailer:
        """Unavailable MAIL_NOT_SET_UP, or KEYRING_UNUSABLE if the password cannot be read."""
        server = self.server
        if server is None:
            raise Unavailable(ErrorCode.MAIL_NOT_SET_UP)
        return self._make_mailer(MailAccount(server, self._store.get(self._key()) or ""))

    def keep(self, server: MailServer, password: str | None) -> None:
        """Unavailable PROFILE_UNWRITABLE or KEYRING_UNUSABLE."""
        if password is not None:
            self._store.put(self._key(), password)
        content = {"format": FORMAT, **server.model_dump(mode="json")}
        write_durably(self._profile.mail, json.dumps(content, indent=1).encode())

    def forget(self) -> None:
        """The password goes first: without it the file opens nothing."""
        with suppress(Unavailable):
            self._store.delete(self._key())
        self._profile.mail.unlink(missing_ok=True)

    def _key(self) -> str:
        facts = self._profile.facts()
        return f"{facts.clinic_id}/{facts.workstation}/mail"


class Mail:
    """A mail server is a desk's own matter: another desk may reach another one, or none."""

    def __init__(self, work: Works, outgoing: OutgoingMail) -> None:
        self.work = work
        self._outgoing = outgoing

    def read(self, actor: Actor) -> MailServer | None:
        """The server this desk uses, without the password; None if it sends no mail."""
        with self.work.looking(actor, Permission.VIEW_SETTINGS) as look:
            look.listed("mail")
        return self._outgoing.server

    def change(self, actor: Actor, command: SetMailServer) -> MailServer:
        """Let this desk send mail through a server. Unavailable PROFILE_UNWRITABLE or KEYRING_UNUSABLE."""
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            work.noted(Line("mail.changed", "mail"))
        password = command.password
        self._outgoing.keep(command.server, password.get_secret_value() if password else None)
        return command.server

    def remove(self, actor: Actor) -> None:
        """Let this desk send no mail any more."""
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            work.noted(Line("mail.removed", "mail"))
        self._outgoing.forget()

    def try_out(self, actor: Actor, to: str) -> None:
        """Send a test mail. Invalid with a problem of `to`; Unavailable MAIL_NOT_SET_UP or MAIL_NOT_SENT. Up to
        15 s."""
        with self.work(actor, Permission.EDIT_SETTINGS) as work:
            work.noted(Line("mail.tried", "mail"))
        try:
            address = check_email(to)
        except ValueError:
            raise invalid_fields(to=FieldProblem.MALFORMED) from None
        if not address:
            raise invalid_fields(to=FieldProblem.REQUIRED)
        self._outgoing.mailer().send(address, "MediTrack Desktop", "This desk can send mail.\n")
