"""Mail by SMTP: always over TLS with a verified certificate, one plain-text part, no line break in any header."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from meditrack_desktop.domain.clock import Clock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.mail import MailAccount, MailSecurity

TIMEOUT_SECONDS = 15.0


class SmtpMailer:
    """One connection for each mail: they are few."""

    def __init__(self, account: MailAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock

    def send(self, to: str, subject: str, text: str) -> None:
        """Unavailable MAIL_NOT_SENT with `host`, whatever went wrong: the server's own words may name people."""
        server = self._account.server
        try:
            message = self._message(to, subject, text)
            with self._connected() as connection:
                if server.username:
                    connection.login(server.username, self._account.password)
                connection.send_message(message, server.sender, [to])
        except (OSError, ValueError, smtplib.SMTPException):
            raise Unavailable(ErrorCode.MAIL_NOT_SENT, host=server.host) from None

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        sender = self._account.server.sender
        if any(broken in value for value in (to, subject, sender) for broken in "\r\n"):
            raise ValueError("a header is one line")
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{new_id().hex}@{sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._account.server
        verified = ssl.create_default_context(cafile=server.certificate or None)
        # Our own computer's name is nobody's business: mail servers only want one that is well formed.
        if server.security is MailSecurity.TLS:
            with smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname="[127.0.0.1]",
                timeout=TIMEOUT_SECONDS,
                context=verified,
            ) as connection:
                yield connection
            return
        with smtplib.SMTP(
            server.host, server.port, local_hostname="[127.0.0.1]", timeout=TIMEOUT_SECONDS
        ) as connection:
            connection.starttls(context=verified)
            yield connection
