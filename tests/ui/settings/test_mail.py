"""The mail server under Settings: in a shared clinic alone, saved without its password, tried out for real."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from meditrack_desktop.bootstrap import secret_store
from meditrack_desktop.domain.accounts import Actor, EditAccount
from meditrack_desktop.domain.mail import MailSecurity
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui.main_window import MainWindow
from meditrack_desktop.ui.settings.mail import MailSection
from meditrack_desktop.ui.settings.page import SettingsPage
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Button, Dialog
from tests.conftest import PASSWORDS, ClinicSite, ClinicTemplate, move_to_server
from tests.postgres import PostgresServer
from tests.tls import make_authority, server_side

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
SECRET = "hunter-of-snarks"


@dataclass
class Post:
    """A mail server over TLS, and what it took."""

    port: int = 0
    authority: Path = Path()
    mails: list[tuple[Envelope, Message]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope, message_from_bytes(envelope.content)))
        return "250 OK"


def _check(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"desk", SECRET.encode())
    return AuthResult(success=right, handled=False)  # the server says no, and says it at once


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    authority = make_authority(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    post = Post(port, authority.file)
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=port,
        ssl_context=server_side(*authority.sign(tmp_path, "localhost")),
        authenticator=_check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield post
    controller.stop()


@pytest.fixture
def site(
    postgres_template: ClinicTemplate, postgres_server: PostgresServer, tmp_path: Path
) -> Iterator[ClinicSite]:
    """A desk of a shared clinic: no other mails codes."""
    folder, template = tmp_path / "profile", postgres_template
    shutil.copytree(template.folder, folder)
    name = postgres_server.create(template=template.database)
    move_to_server(folder, postgres_server.url(name))
    yield ClinicSite(folder, template.secrets, template.actors, "postgres", template.kit)
    postgres_server.drop(name)


@pytest.fixture
def chief(clinic: Clinic) -> Actor:
    """The administrator, who has just typed the password and has an address."""
    chief = clinic.sessions.sign_in("admin", PASSWORDS["admin"])
    me = clinic.accounts.own(chief)
    clinic.accounts.edit(
        chief,
        EditAccount(id=me.id, version=me.version, name=me.name, roles=me.roles, email="ada@example.org"),
    )
    return chief


@pytest.fixture
def section(enter: Callable[[Actor], MainWindow], chief: Actor, tasks: Tasks) -> MailSection:
    window = enter(chief)
    assert window.desk is not None
    window.desk.go.settings("mail")
    assert tasks.wait_idle()
    page = window.frame.sheet.current()
    assert isinstance(page, SettingsPage) and isinstance(page.section, MailSection)
    return page.section


def fill(section: MailSection, post: Post, qtbot: QtBot, password: str = SECRET) -> None:
    for typed, text in (
        (section.host, "localhost"),
        (section.port, str(post.port)),
        (section.username, "desk"),
        (section.password, password),
        (section.from_whom, "desk@example.org"),
    ):
        typed.selectAll()
        qtbot.keyClicks(typed, text)
    section.use_certificate(str(post.authority))


def said(section: MailSection) -> list[str]:
    return [toast.text for toast in section.window().toasts.shown]


def press_in_dialog(section: MailSection, text: str) -> None:
    (asked,) = [each for each in section.window().findChildren(Dialog) if each.isVisible()]
    next(each for each in asked.findChildren(Button) if each.text() == text).click()


def test_it_is_set_tried_out_and_removed(
    section: MailSection, post: Post, clinic: Clinic, chief: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    assert section.state.text() == "This desk sends no mail."
    assert section.to.text() == "ada@example.org", "one's own address stands there"
    assert not section.trial.isEnabled() and not section.remove.isEnabled()
    fill(section, post, qtbot)
    assert section.bar.isVisible() and not section.trial.isEnabled(), "only what is saved is tried"
    qtbot.keyClick(section.from_whom, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert tasks.wait_idle()
    kept = clinic.mail.read(chief)
    assert kept is not None
    assert (kept.host, kept.port, kept.security, kept.username, kept.sender, kept.certificate) == (
        "localhost",
        post.port,
        MailSecurity.TLS,
        "desk",
        "desk@example.org",
        str(post.authority),
    )
    assert not section.dirty and clinic.resets.can_mail()
    facts = clinic.profile.facts()
    key = f"{facts.clinic_id}/{facts.workstation}/mail"
    assert secret_store(clinic.profile).get(key) == SECRET
    assert SECRET not in clinic.profile.mail.read_text("utf-8")
    section.trial.click()
    assert tasks.wait_idle(20_000)
    ((envelope, mail),) = post.mails
    assert envelope.rcpt_tos == ["ada@example.org"] and mail["From"] == "desk@example.org"
    assert said(section)[-1] == "Test mail sent. Look whether it arrives."
    section.remove.click()
    press_in_dialog(section, "Keep it")
    assert clinic.mail.read(chief) is not None
    section.remove.click()
    press_in_dialog(section, "Remove this server")
    assert tasks.wait_idle()
    assert clinic.mail.read(chief) is None and secret_store(clinic.profile).get(key) is None
    assert section.host.text() == "" and not section.dirty and not clinic.resets.can_mail()


def test_the_password_never_comes_back_and_stays_when_nothing_is_typed(
    section: MailSection, post: Post, clinic: Clinic, tasks: Tasks, qtbot: QtBot
) -> None:
    fill(section, post, qtbot)
    section.save()
    assert tasks.wait_idle()
    section.load()
    assert tasks.wait_idle()
    assert section.password.text() == ""
    held = [line.text() for line in section.window().findChildren(QLineEdit)]
    assert not [text for text in held if SECRET in text]
    section.from_whom.selectAll()
    qtbot.keyClicks(section.from_whom, "clinic@example.org")
    section.save()
    assert tasks.wait_idle()
    section.try_out()
    assert tasks.wait_idle(20_000)
    assert [envelope.mail_from for envelope, _ in post.mails] == ["clinic@example.org"]


def test_a_refusal_is_told_in_the_page_and_a_wrong_address_beside_its_field(
    section: MailSection, post: Post, tasks: Tasks, qtbot: QtBot
) -> None:
    fill(section, post, qtbot, password="not it")
    section.save()
    assert tasks.wait_idle()
    section.window().resize(1024, 640)
    section.column.verticalScrollBar().setValue(500)
    assert section.column.verticalScrollBar().value() > 0
    section.try_out()
    assert tasks.wait_idle(20_000)
    assert section._banner is not None and "localhost" in section._banner.accessibleName()
    assert section.column.verticalScrollBar().value() == 0, "where it is told"
    assert not section.trial.busy and post.mails == []
    section.password.setText(SECRET)
    section.password.textEdited.emit(SECRET)
    section.save()
    assert tasks.wait_idle()
    assert section._banner is None
    for wrong in ("", "not an address", "a@b.c,d@e.f"):
        section.to.setText(wrong)
        section.try_out()
        assert tasks.wait_idle(20_000)
        assert section.trial_form.fields["to"].error
    assert post.mails == []


def test_what_cannot_be_a_server_is_marked_and_not_kept(
    section: MailSection, post: Post, clinic: Clinic, chief: Actor, tasks: Tasks, qtbot: QtBot
) -> None:
    fill(section, post, qtbot)
    for typed, name, wrong, right in (
        (section.host, "host", "not a host", "localhost"),
        (section.host, "host", "", "localhost"),
        (section.port, "port", "", str(post.port)),
        (section.from_whom, "sender", "desk", "desk@example.org"),
        (section.from_whom, "sender", "", "desk@example.org"),
    ):
        typed.setText(wrong)
        section.save()
        assert tasks.wait_idle()
        assert section.form.fields[name].error, (name, wrong)
        typed.setText(right)
    assert clinic.mail.read(chief) is None
    section.discard()
    assert tasks.wait_idle()
    assert not section.dirty and section.password.text() == "" and section.host.text() == ""


def test_the_usual_port_follows_the_encryption_and_another_stays(section: MailSection) -> None:
    assert section.port.text() == "465"
    section.security.set_value(MailSecurity.STARTTLS)
    section.security.valueChanged.emit(MailSecurity.STARTTLS)
    assert section.port.text() == "587"
    section.port.setText("2525")
    section.security.set_value(MailSecurity.TLS)
    section.security.valueChanged.emit(MailSecurity.TLS)
    assert section.port.text() == "2525"


def test_those_who_may_not_set_it_have_no_such_section(
    enter: Callable[[Actor], MainWindow], reception: Actor, tasks: Tasks
) -> None:
    window = enter(reception)
    assert window.desk is not None
    window.desk.go.settings("mail")
    assert tasks.wait_idle()
    page = window.frame.sheet.current()
    assert isinstance(page, SettingsPage)
    assert "mail" not in page.contents.entries and not isinstance(page.section, MailSection)
