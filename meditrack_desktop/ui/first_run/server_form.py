"""The address of a clinic server, tested live: fields, the outcome as a banner, and Test again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.servers import Holding, ServerAddress, ServerFound
from meditrack_desktop.services.server_test import try_server
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.first_run.page import Course
from meditrack_desktop.ui.first_run.words import failed_words, found_words
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    CheckBox,
    Label,
    LabelledField,
    PasswordField,
    TextField,
    announce,
)
from meditrack_desktop.ui.widgets.feedback import Tone

CERTIFICATES = "Certificates (*.pem *.crt *.cer);;All files (*)"


class ServerForm(QWidget):
    """`tested` comes with each outcome, good or bad; `joinRequested` where a clinic was found there."""

    tested = Signal()
    joinRequested = Signal()

    def __init__(self, course: Course) -> None:
        super().__init__()
        self._course = course
        self._certificate: Path | None = None
        self._asked: ServerAddress | None = None
        self._waiting: Callable[[], object] | None = None
        self._running = False
        self.found: ServerFound | None = None
        self._banner: Banner | None = None
        self._build_fields()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._grid)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.encrypted)
        row.addStretch(1)
        self.trusts = Label("", "small", elide=True)
        row.addWidget(self.trusts, 1)
        column.addLayout(row)
        self.open_wire = Label(
            self.tr("For a wire you trust, such as this computer itself: others on it could read along."),
            "hint",
            tone="warn",
            wrap=True,
        )
        column.addWidget(self.open_wire)
        column.addSpacing(14)
        self.outcome = QWidget()
        self._outcome = QVBoxLayout(self.outcome)
        self._outcome.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.outcome)
        self.password.editingFinished.connect(self._on_left_password)
        self.encrypted.toggled.connect(self._on_encrypted)
        for field in (self.host, self.port, self.database, self.user, self.password):
            field.textEdited.connect(self._forget)
        self._on_encrypted(True)

    def _build_fields(self) -> None:
        self.host, self.port, self.user = TextField(), TextField(), TextField()
        self.port.setValidator(QIntValidator(1, 65535, self))
        self.database, self.password = TextField(), PasswordField()
        self.choose = Button(self.tr("Certificate…"), "secondary", icon="shield-check")
        self.choose.clicked.connect(self.choose_certificate)
        self.form = Form(
            {
                "host": LabelledField(self.tr("Server name or address"), self.host),
                "port": LabelledField(self.tr("Port"), self.port),
                "user": LabelledField(self.tr("Database user"), self.user),
                "database": LabelledField(self.tr("Database"), self.database),
                "password": LabelledField(self.tr("Password"), self.password),
            }
        )
        self.encrypted = CheckBox(self.tr("Refuse connections that are not encrypted"), True)
        fields = self.form.fields
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(12)
        for place, name in (((0, 0), "host"), ((0, 1), "port"), ((1, 0), "user"), ((1, 1), "database")):
            self._grid.addWidget(fields[name], *place)
        self._grid.addWidget(fields["password"], 2, 0)
        aside = QVBoxLayout()
        aside.setContentsMargins(0, 0, 0, 0)
        aside.addSpacing(theme.current().px(23))
        aside.addWidget(self.choose)
        aside.addStretch(1)
        self._grid.addLayout(aside, 2, 1)
        self._grid.setColumnStretch(0, 474)
        self._grid.setColumnStretch(1, 134)

    def show_answers(self) -> None:
        """Put what was answered before into the fields; a password never was kept."""
        answers = self._course.answers
        for field, value in (
            (self.host, answers.host),
            (self.port, answers.port),
            (self.user, answers.user),
            (self.database, answers.database),
        ):
            field.setText(value)
        self.password.setText(self._course.secrets.server_password)
        self.encrypted.setChecked(answers.encrypted)
        self.use_certificate(Path(answers.certificate) if answers.certificate else None)

    def take_answers(self) -> None:
        """Write the fields into the answers."""
        answers = self._course.answers
        answers.host, answers.port = self.host.text().strip(), self.port.text().strip()
        answers.user, answers.database = self.user.text().strip(), self.database.text().strip()
        answers.encrypted = self.encrypted.isChecked()
        answers.certificate = str(self._certificate or "")
        self._course.secrets.server_password = self.password.text()

    def address(self) -> ServerAddress | None:
        """What is typed, if it can be an address; else the fields at fault are marked."""
        for name in ("host", "port", "user", "database"):
            if not self.form.values()[name]:
                labelled = self.form.fields[name]
                labelled.set_error(self.tr("{label} is needed.").format(label=labelled.label.text()))
                labelled.field.setFocus(Qt.FocusReason.OtherFocusReason)
                return None
        return self.form.build(
            ServerAddress, encrypted=self.encrypted.isChecked(), certificate=self._certificate
        )

    def test(self, then: Callable[[], object] | None = None) -> None:
        """Look at the server; `then` is called once every part of it works, whatever lies there."""
        address = self.address()
        if address is None:
            return
        self._waiting = then or self._waiting
        if address == self._asked and self._running:
            return
        if address == self._asked and self.found is not None:
            self._go_on()
            return
        self._asked, self.found = address, None
        self._running = True
        self._show("info", self.tr("Testing the server…"), "", icon="hourglass")
        self._course.tasks.query(
            self,
            lambda: try_server(address),
            # An answer about another address than the one that stands there now is nobody's.
            lambda found: self.show_found(found) if address == self._asked else None,
            failed=lambda error: self.show_failed(error) if address == self._asked else None,
            replaces="server",
        )

    def choose_certificate(self) -> None:
        """Ask for the file of the authority that signed the server's certificate."""
        dialog = QFileDialog(self.window(), self.tr("The clinic's certificate authority"), "", CERTIFICATES)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.use_certificate(Path(name)))
        dialog.open()

    def use_certificate(self, file: Path | None) -> None:
        """Trust servers whose certificate this file's authority signed; None: those this computer trusts."""
        if file != self._certificate:
            self._forget()
        self._certificate = file
        words = (
            self.tr("Trusts {file}").format(file=file.name)
            if file
            else self.tr("Trusts this computer's list")
        )
        self.trusts.setText(words)

    def _on_left_password(self) -> None:
        # Enter comes through here too, and then once more by way of the page that goes on.
        if self.password.text() and self.host.text().strip() and self._asked is None:
            self.test()

    def show_found(self, found: ServerFound) -> None:
        """Say what lies on the server, every part of which works."""
        self._running, self.found = False, found
        tone, lead, text = found_words(found)
        joins = found.holding is Holding.CLINIC
        self._show(tone, lead, text, action=self.tr("Join it") if joins else self.tr("Test again"))
        announce(self, f"{lead} {text}")
        self.tested.emit()
        self._go_on()

    def show_failed(self, error: ClinicError) -> None:
        """Name the part that failed."""
        self._running, self._waiting = False, None
        lead, text = failed_words(error)
        self._show("danger", lead, text, action=self.tr("Test again"))
        announce(self, f"{lead} {text}", assertive=True)
        self.form.show(error)
        self.tested.emit()

    def _go_on(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def act(self) -> None:
        """What the banner offers: look again, or join the clinic that was found."""
        if self.found is not None and self.found.holding is Holding.CLINIC:
            self.joinRequested.emit()
        else:
            self._asked = None
            self.found = None
            self.test()

    def _on_encrypted(self, on: bool) -> None:
        self.open_wire.setVisible(not on)
        self.choose.setEnabled(on)
        self.trusts.setVisible(on)
        self._forget()

    def _forget(self) -> None:
        """What was found belongs to another address."""
        self._asked, self.found, self._running, self._waiting = None, None, False, None
        self._clear()

    def _show(self, tone: str, lead: str, text: str, action: str = "", icon: str = "") -> None:
        self._clear()
        named: Tone = tone  # type: ignore[assignment]
        self._banner = Banner(text, named, lead=lead, action=action, icon=icon)
        if self._banner.action is not None:
            self._banner.action.setToolTip(f"{action} (Alt+T)")
        self._banner.actionTriggered.connect(self.act)
        self._outcome.addWidget(self._banner)

    def _clear(self) -> None:
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
