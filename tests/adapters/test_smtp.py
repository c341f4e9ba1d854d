"""Mail by SMTP, handed to a real server over real TLS; no other line is taken."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from meditrack_desktop.adapters import smtp
from meditrack_desktop.adapters.smtp import SmtpMailer
from meditrack_desktop.domain.accounts import check_email
from meditrack_desktop.domain.clock import FixedClock
from meditrack_desktop.domain.errors import ErrorCode, Unavailable
from meditrack_desktop.domain.mail import MailAccount, MailSecurity, MailServer

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Box:
    """What arrived, and at what."""

    port: int = 0
    authority: Path = Path()
    mails: list[tuple[Envelope, Message]] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope, message_from_bytes(envelope.content)))
        return "250 OK"


def _certificate(folder: Path, host: str, *, expired: bool = False) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    ends = now - timedelta(days=1) if expired else now + timedelta(days=2)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    certificate, secret = folder / f"{host}.pem", folder / f"{host}.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


def _check(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"desk", b"hunter-of-snarks")
    return AuthResult(success=right, handled=False)  # the server says no, and says it at once


def _serve(folder: Path, security: MailSecurity, host: str, *, expired: bool = False) -> Iterator[Box]:
    certificate, secret = _certificate(folder, host, expired=expired)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    box = Box(authority=certificate)
    by_command = security is MailSecurity.STARTTLS
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=_free_port(),
        ssl_context=None if by_command else context,
        tls_context=context if by_command else None,
        require_starttls=by_command,
        authenticator=_check,
        auth_required=True,
        auth_require_tls=by_command,
    )
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


def _free_port() -> int:
    """A port that was free a moment ago; the controller looks whether it answers and takes no 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(params=[MailSecurity.TLS, MailSecurity.STARTTLS])
def security(request: pytest.FixtureRequest) -> MailSecurity:
    kind: MailSecurity = request.param
    return kind


@pytest.fixture
def box(tmp_path: Path, security: MailSecurity) -> Iterator[Box]:
    yield from _serve(tmp_path, security, "localhost")


def _mailer(box: Box, security: MailSecurity, **changes: Any) -> SmtpMailer:
    password = changes.pop("password", "hunter-of-snarks")
    details = {
        "host": "localhost",
        "port": box.port,
        "security": security,
        "username": "desk",
        "sender": "desk@example.org",
        "certificate": str(box.authority),
    }
    server = MailServer.model_validate({**details, **changes})
    return SmtpMailer(MailAccount(server, password), FixedClock(NOON))


def _refused(mailer: SmtpMailer, to: str = "rosa@example.org", subject: str = "A code") -> None:
    with pytest.raises(Unavailable) as refused:
        mailer.send(to, subject, "text\n")
    assert refused.value.code is ErrorCode.MAIL_NOT_SENT
    assert set(refused.value.parameters) == {"host"}


def test_one_plain_mail_arrives(box: Box, security: MailSecurity) -> None:
    text = "Example Street Clinic: 7K3M-Q9XD\n\nŁódź, ünïcode, and a line\n.\nthat is only a dot\n"
    _mailer(box, security).send("rosa@example.org", "Your one-time code", text)
    ((envelope, mail),) = box.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("desk@example.org", ["rosa@example.org"])
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "desk@example.org",
        "rosa@example.org",
        "Your one-time code",
    )
    assert mail["Date"] == "Sat, 21 Nov 2026 12:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain" and not mail.is_multipart()
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes) and payload.decode().replace("\r\n", "\n") == text
    assert mail["Message-ID"].endswith("@example.org>")


def test_a_certificate_nobody_vouches_for_is_refused(box: Box, security: MailSecurity) -> None:
    _refused(_mailer(box, security, certificate=""))
    assert box.mails == []


def test_a_certificate_of_another_name_is_refused(tmp_path: Path, security: MailSecurity) -> None:
    for other in _serve(tmp_path, security, "elsewhere.example.org"):
        _refused(_mailer(other, security))
        assert other.mails == []


def test_a_certificate_that_ran_out_is_refused(tmp_path: Path, security: MailSecurity) -> None:
    for late in _serve(tmp_path, security, "localhost", expired=True):
        _refused(_mailer(late, security))
        assert late.mails == []


def test_a_server_without_tls_is_told_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 1.0)  # such a server waits for us as we wait for it
    box = Box(authority=_certificate(tmp_path, "localhost")[0])
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        box.port = controller.port
        for kind in MailSecurity:
            _refused(_mailer(box, kind))
        assert box.mails == []
    finally:
        controller.stop()


def test_a_wrong_password_and_a_server_that_refuses_are_one_answer(box: Box, security: MailSecurity) -> None:
    _refused(_mailer(box, security, password="not it"))
    box.refuse = "554 rosa@example.org is on our list"
    _refused(_mailer(box, security))


def test_a_closed_port_is_the_same_answer(security: MailSecurity, tmp_path: Path) -> None:
    box = Box(port=1, authority=_certificate(tmp_path, "localhost")[0])
    _refused(_mailer(box, security))
    _refused(_mailer(box, security, certificate=str(tmp_path / "missing.pem")))


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("a@b.c\r\nBcc: x@y", "A code"),
        ("a@b.c\nRCPT TO:<x@y>", "A code"),
        ("a@b.c", "A code\r\nBcc: x@y"),
        ("a@b.c", "A\rcode"),
    ],
)
def test_line_breaks_make_no_headers(box: Box, security: MailSecurity, to: str, subject: str) -> None:
    _refused(_mailer(box, security), to, subject)
    assert box.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "a@b.c\r\nBcc: x@y",
        "a@b.c,x@y.z",
        "a b@c.d",
        "Rosa <rosa@example.org>",
        "a@b@c",
        "@b.c",
        "a@",
        "röså@b.c",
    ],
)
def test_only_one_plain_address_is_an_address(address: str) -> None:
    with pytest.raises(ValueError, match="malformed"):
        check_email(address)
