"""The step in which a person chooses a password of their own, after one that was good for one sign-in only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui.login import entering
from meditrack_desktop.ui.login.entering import SignedIn
from meditrack_desktop.ui.login.new_password import NewPasswordField
from meditrack_desktop.ui.login.second_step import SixDigits
from meditrack_desktop.ui.login.step import Step
from meditrack_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic


class ChoosePassword(Step):
    """`begin` says for whom; `signedIn` carries a `SignedIn` once the new password is kept."""

    signedIn = Signal(object)

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, parent)
        self.set_words(
            self.tr("Choose a password"),
            self.tr("The one you typed was for one sign-in only. From now on only you know yours."),
            self.tr("Keep it and sign in"),
        )
        self._clinic: Clinic | None = None
        self._username = self._secret = ""
        self.password = NewPasswordField(tasks, about=lambda: (self._username,))
        self.digits = SixDigits()
        self.password.returnPressed.connect(self.submit)
        self.digits.code.returnPressed.connect(self.submit)
        self.body.addWidget(self.password)
        self.body.addWidget(self.digits)
        self.setFocusProxy(self.password)

    def begin(self, clinic: Clinic, username: str, secret: str) -> None:
        """Ask this person; `secret` is what they signed in with."""
        self._clinic, self._username, self._secret = clinic, username, secret
        self.clear_banner()
        self.password.clear()
        self.digits.forget()

    def forget(self) -> None:
        """Leave nothing of it behind."""
        self._username = self._secret = ""
        self.password.clear()
        self.digits.forget()

    def submit(self) -> None:
        clinic, new = self._clinic, self.password.text()
        if clinic is None or self.button.busy:
            return
        if not new:
            self.password.field.set_error(self.tr("Type a new password."))
            self.focus(self.password.password)
            return
        if not self.digits.is_filled():
            return
        username, secret, digits = self._username, self._secret, self.digits.text()
        self.clear_banner()
        self.button.set_busy(True)
        self.tasks.change(
            self,
            lambda: entering.come_in(clinic, clinic.sessions.choose_password(username, secret, new, digits)),
            done=self._on_signed_in,
            failed=self._on_refused,
            always=lambda: self.button.set_busy(False),
        )

    def _on_signed_in(self, found: SignedIn) -> None:
        self.forget()
        self.signedIn.emit(found)

    def _on_refused(self, error: ClinicError) -> None:
        if not (self.password.show_refusal(error) or self.digits.show_refusal(error)):
            self.show_error(error)
