"""The step for a forgotten password: a one-time code from an administrator or by e-mail, or the recovery kit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui.login import entering
from meditrack_desktop.ui.login.entering import SignedIn
from meditrack_desktop.ui.login.new_password import NewPasswordField
from meditrack_desktop.ui.login.second_step import SixDigits
from meditrack_desktop.ui.login.step import Step
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Button, LabelledField, TextField

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic


class ForgotPassword(Step):
    """`signedIn` carries a `SignedIn` once the code was right and the new password is kept.

    `kitWanted` asks for the way with the recovery kit.
    """

    signedIn = Signal(object)
    kitWanted = Signal()

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, parent)
        self._clinic: Clinic | None = None
        self.set_words(
            self.tr("Forgot password"),
            self.tr(
                "An administrator gives you a one-time code: Users & roles, your name, Reset password. "
                "With it you choose a new password."
            ),
            self.tr("Set password and sign in"),
        )
        self.username = TextField(icon="user-round")
        self.name_field = LabelledField(self.tr("User name"), self.username)
        self.code = TextField(icon="key-round")
        self.code_field = LabelledField(
            self.tr("One-time code"),
            self.code,
            help=self.tr("For example 7K3M-Q9XD-2TFV. Dashes may be left out."),
        )
        self.password = NewPasswordField(tasks, about=lambda: (self.username.text().strip(),))
        self.digits = SixDigits()
        for field in (self.name_field, self.code_field, self.password, self.digits):
            self.body.addWidget(field)
        self.mail = Button(self.tr("Mail me a code"), "link")
        self.mail.clicked.connect(self._mail)
        self.mail.hide()
        self.kit = Button(self.tr("Use the recovery kit"), "link")
        self.kit.clicked.connect(self.kitWanted)
        self.links.addWidget(self.mail)
        self.links.addSpacing(12)
        self.links.addWidget(self.kit)
        self.username.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.submit)
        self.digits.code.returnPressed.connect(self.submit)

    def begin(self, clinic: Clinic, username: str) -> None:
        """Help this person, if the card knows who."""
        self._clinic = clinic
        self.forget()
        self.username.setText(username)
        self.mail.hide()
        self.tasks.query(self, clinic.resets.can_mail, self._offer_mail, failed=_no_mail, replaces="mail")
        self.focus(self.code if username else self.username)

    def forget(self) -> None:
        """Leave nothing of it behind."""
        self.clear_banner()
        self.code.clear()
        self.password.clear()
        self.digits.forget()
        self.name_field.clear_error()
        self.code_field.clear_error()

    def submit(self) -> None:
        clinic = self._clinic
        if clinic is None or self.button.busy or not self._is_filled():
            return
        username, code, new = self.username.text().strip(), self.code.text().strip(), self.password.text()
        digits = self.digits.text()
        self.clear_banner()
        self.button.set_busy(True)
        self.tasks.change(
            self,
            lambda: entering.come_in(clinic, clinic.sessions.choose_password(username, code, new, digits)),
            done=self._on_signed_in,
            failed=self._on_refused,
            always=lambda: self.button.set_busy(False),
        )

    def _is_filled(self) -> bool:
        wanted = (
            (self.username.text().strip(), self.name_field, self.tr("Type your user name.")),
            (self.code.text().strip(), self.code_field, self.tr("Type the code.")),
            (self.password.text(), self.password.field, self.tr("Type a new password.")),
        )
        empty = [(field, words) for value, field, words in wanted if not value]
        for field, words in empty:
            field.set_error(words)
        if empty:
            self.focus(empty[0][0].field)
            return False
        self.name_field.clear_error()
        self.code_field.clear_error()
        return self.digits.is_filled()

    def _on_signed_in(self, found: SignedIn) -> None:
        self.forget()
        self.signedIn.emit(found)

    def _on_refused(self, error: ClinicError) -> None:
        if self.password.show_refusal(error) or self.digits.show_refusal(error):
            return
        if error.code in (ErrorCode.RESET_CODE_WRONG, ErrorCode.INVALID_CREDENTIALS):
            self.code_field.set_error(self.tr("That code is not right, was used already or is too old."))
            self.code.selectAll()
            self.focus(self.code)
        else:
            self.show_error(error)

    def _offer_mail(self, can: bool) -> None:
        self.mail.setVisible(can)

    def _mail(self) -> None:
        """The same answer whoever asks, and at once: whether there is such a person is nobody's business here."""
        clinic, username = self._clinic, self.username.text().strip()
        if clinic is None:
            return
        if not username:
            self.name_field.set_error(self.tr("Type your user name."))
            self.focus(self.username)
            return
        self.name_field.clear_error()
        self.tasks.query(
            self,
            lambda: clinic.resets.request_by_email(username),
            _sent,
            failed=self.show_error,
            replaces="send",
        )
        self.say(
            self.tr(
                "If this name has an address here, a code is on its way. It is good for 10 minutes at this desk."
            )
        )
        self.focus(self.code)


def _no_mail(error: ClinicError) -> None:
    """Then no code by mail is offered."""


def _sent(_answer: object) -> None:
    """Said already."""
