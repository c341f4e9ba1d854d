"""The mail server of this desk, which carries one-time codes in a shared clinic: set, tried out, removed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pydantic import SecretStr
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFileDialog

from meditrack_desktop.domain.accounts import Account
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.mail import MailSecurity, MailServer, SetMailServer
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import (
    Button,
    Combo,
    Label,
    LabelledField,
    Option,
    PasswordField,
    TextField,
    confirm,
)

USUAL_PORTS = {MailSecurity.TLS: "465", MailSecurity.STARTTLS: "587"}
FIELD_WIDTH, PORT_WIDTH = 300, 90
LONGEST_PASSWORD = 1000

Typed = tuple[str, str, MailSecurity, str, str, str]


class MailSection(Section):
    """Saved together. The password goes into the secret store and never comes back to the window."""

    word = "mail"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "MailSection")
        super().__init__(desk, tr("E-mail"), tr("of this desk, for one-time codes"))
        self._kept: MailServer | None = None
        self._certificate = ""
        self._sending = False
        self.host, self.port = TextField(name=tr("Server")), TextField(name=tr("Port"))
        self.host.setMaxLength(253)
        self.port.setValidator(QIntValidator(1, 65535, self))
        self.security = Combo(
            [
                Option(MailSecurity.TLS, tr("TLS from the start")),
                Option(MailSecurity.STARTTLS, tr("STARTTLS")),
            ],
            value=MailSecurity.TLS,
            name=tr("Encryption"),
        )
        self.username, self.password = TextField(name=tr("User")), PasswordField(name=tr("Password"))
        self.password.setMaxLength(LONGEST_PASSWORD)
        self.from_whom, self.to = TextField(name=tr("Sender")), TextField(name=tr("Your address"))
        for field in (self.username, self.from_whom, self.to):
            field.setMaxLength(254)
        self.state, self.trusted = Label("", "emphasis", wrap=True), Label("", "body", wrap=True)
        self.choose, self.usual = Button(tr("Choose file"), icon="shield-check"), Button("", "link")
        self.usual.setText(tr("Those of this computer"))
        self.trial = Button(tr("Send a test mail"), icon="send")
        self.remove = Button(tr("Remove this server"), "danger_secondary", icon="trash-2")
        self.form = Form(
            {
                "host": _bare(self.host),
                "port": _bare(self.port),
                "username": _bare(self.username),
                "password": _bare(self.password),
                "sender": _bare(self.from_whom),
            }
        )
        self.trial_form = Form({"to": _bare(self.to)})
        self._add_rows()
        for field in (self.host, self.port, self.username, self.password, self.from_whom):
            field.textEdited.connect(self._on_edited)
            field.returnPressed.connect(self.save)
        self.security.valueChanged.connect(self._on_security)
        self.choose.clicked.connect(self.ask_certificate)
        self.usual.clicked.connect(lambda: self.use_certificate(""))
        self.trial.clicked.connect(self.try_out)
        self.to.returnPressed.connect(self.try_out)
        self.remove.clicked.connect(self.ask_remove)
        self._fill()

    def load(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.query(
            self,
            lambda: (clinic.mail.read(actor), clinic.accounts.own(actor)),
            self._show,
            failed=self.refused,
            replaces="mail",
        )

    def save(self) -> None:
        if not self.dirty or self.bar.save.busy:
            return
        server = self.form.build(
            MailServer,
            port=int(self.port.text() or 0),
            security=self._security(),
            certificate=self._certificate,
        )
        if server is None:
            return
        password = SecretStr(self.password.text()) if self.password.text() else None
        command = SetMailServer(server=server, password=password)
        clinic, actor = self.desk.clinic, self.desk.actor
        self.bar.save.set_busy(True)
        self.desk.tasks.change(
            self,
            lambda: clinic.mail.change(actor, command),
            done=self._saved,
            failed=lambda error: errors.show(self, error),
            always=lambda: self.bar.save.set_busy(False),
        )

    def discard(self) -> None:
        self.password.clear()
        super().discard()

    def set_dirty(self, dirty: bool) -> None:
        """Only what is saved can be tried out and removed."""
        super().set_dirty(dirty)
        for button in (self.trial, self.remove):
            button.setEnabled(self._kept is not None and not dirty)

    def try_out(self) -> None:
        """Send one mail to the address in the field through the server as it is saved; up to 15 s, beside the
        window."""
        if not self.trial.isEnabled() or self._sending:
            return
        self.trial_form.clear_errors()
        self.clear_banner()
        mail, actor, to = self.desk.clinic.mail, self.desk.actor, self.to.text().strip()
        self._set_sending(True)
        self.desk.tasks.slow(
            self,
            lambda _report: mail.try_out(actor, to),
            done=lambda _: self.desk.say(self.tr("Test mail sent. Look whether it arrives.")),
            failed=self._not_sent,
            always=lambda: self._set_sending(False),
            title=self.tr("Sending a test mail"),
        )

    def ask_remove(self) -> None:
        """Say what goes with it, and remove it if that is wanted."""
        confirm(
            self,
            self.tr("Remove the mail server?"),
            self.tr(
                "This desk then mails no codes, and forgets the server's password. Administrators can still hand "
                "codes out."
            ),
            self.tr("Remove this server"),
            self._remove,
            keep=self.tr("Keep it"),
        )

    def ask_certificate(self) -> None:
        """The system's dialog for files."""
        dialog = QFileDialog(self.window(), self.tr("Certificate of the mail server"), self._certificate)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Certificates (*.pem *.crt *.cer);;All files (*)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.use_certificate(str(Path(name))))
        dialog.open()

    def use_certificate(self, file: str) -> None:
        """Trust what this PEM file proves; empty: the authorities that this computer trusts."""
        self._certificate = file
        self._show_certificate()
        self._on_edited()

    def _add_rows(self) -> None:
        tr = self.tr
        about = self.add_row(
            tr("What it is for"),
            tr("Shared clinics only. Administrators never get a code by mail, and nothing else is mailed."),
        )
        about.body.addWidget(self.state)
        about.body.addWidget(
            Label(
                tr('With a server, whoever forgot the password finds "Mail me a code" when signing in here.'),
                "body",
                tone="text2",
                wrap=True,
            )
        )
        fields = self.form.fields
        self.add_row(tr("Server"), tr("Its name, as your mail provider gives it."), fields["host"])
        self.add_row(
            tr("Encryption and port"), tr("Mail never goes out in the open."), self.security, fields["port"]
        )
        self.security.setMinimumWidth(200)
        self.port.setFixedWidth(PORT_WIDTH)
        self.add_row(tr("User"), tr("Empty, if the server asks for none."), fields["username"])
        self.add_row(
            tr("Password"),
            tr("Kept with this computer's secret and never shown again. Empty leaves it as it is."),
            fields["password"],
        )
        self.add_row(tr("Sender"), tr("The address that the mail comes from."), fields["sender"])
        row = self.add_row(
            tr("Certificate"), tr("A file is needed only for a server with an authority of its own.")
        )
        row.body.addWidget(self.trusted)
        row.add(self.choose, self.usual)
        self.add_row(
            tr("Try it out"),
            tr("Sends one mail to your own address, through the server as it is saved."),
            self.trial_form.fields["to"],
            self.trial,
        )
        self.add_row(tr("Send no mail any more"), tr("The password is forgotten too."), self.remove)
        for name in ("host", "username", "password", "sender"):
            fields[name].setMinimumWidth(FIELD_WIDTH)
        self.trial_form.fields["to"].setMinimumWidth(FIELD_WIDTH - PORT_WIDTH)

    def _security(self) -> MailSecurity:
        return MailSecurity(str(self.security.value()))

    def _typed(self) -> Typed:
        return (
            self.host.text().strip(),
            self.port.text(),
            self._security(),
            self.username.text().strip(),
            self.from_whom.text().strip(),
            self._certificate,
        )

    def _on_security(self, _value: object = None) -> None:
        """The usual port follows the way of encrypting; one of the clinic's own stays."""
        if self.port.text() in (*USUAL_PORTS.values(), ""):
            self.port.setText(USUAL_PORTS[self._security()])
        self._on_edited()

    def _on_edited(self, _value: object = None) -> None:
        self.set_dirty(bool(self.password.text()) or self._typed() != _shown(self._kept))

    def _show(self, found: tuple[MailServer | None, Account]) -> None:
        server, account = found
        if not self.to.text():
            self.to.setText(account.email)
        if not self.dirty:
            self._kept = server
            self._fill()

    def _fill(self) -> None:
        """What is kept, into the fields."""
        host, port, security, username, sender, self._certificate = _shown(self._kept)
        for field, text in (
            (self.host, host),
            (self.port, port),
            (self.username, username),
            (self.from_whom, sender),
        ):
            field.setText(text)
        self.security.set_value(security)
        self.password.clear()
        self.form.clear_errors()
        self._show_certificate()
        self.state.setText(
            self.tr("This desk sends mail through {host}.").format(host=host)
            if self._kept is not None
            else self.tr("This desk sends no mail.")
        )
        self.set_dirty(False)

    def _show_certificate(self) -> None:
        self.trusted.setText(self._certificate or self.tr("The authorities that this computer trusts."))
        self.usual.setVisible(bool(self._certificate))

    def _set_sending(self, sending: bool) -> None:
        self._sending = sending
        self.trial.set_busy(sending)

    def _saved(self, server: MailServer) -> None:
        self.clear_banner()
        self._kept = server
        self._fill()
        self.desk.say(self.tr("This desk sends mail through {host}").format(host=server.host))
        self.saved.emit()

    def _not_sent(self, error: ClinicError) -> None:
        if not self.trial_form.show(error):
            errors.show(self, error, retry=self.try_out)
            self.column.verticalScrollBar().setValue(0)  # the button is at the end, what is told at the top

    def _remove(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.change(self, lambda: clinic.mail.remove(actor), done=self._removed)

    def _removed(self, _none: None) -> None:
        self.clear_banner()
        self._kept = None
        self._fill()
        self.desk.say(self.tr("This desk sends no mail any more"))


def _shown(server: MailServer | None) -> Typed:
    """As the fields show it."""
    if server is None:
        return "", USUAL_PORTS[MailSecurity.TLS], MailSecurity.TLS, "", "", ""
    return (
        server.host,
        str(server.port),
        server.security,
        server.username,
        server.sender,
        server.certificate,
    )


def _bare(field: TextField) -> LabelledField:
    """The row says the name already; the field brings the place for what is wrong."""
    labelled = LabelledField(field.accessibleName(), field)
    labelled.label.hide()
    return labelled
