"""The dialogs of one's own account that ask for secrets: a new password, and a PIN."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.accounts import ChangePassword
from meditrack_desktop.domain.errors import ClinicError, FieldProblem
from meditrack_desktop.domain.sessions import SetPin
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.login.new_password import NewPasswordField
from meditrack_desktop.ui.widgets import Button, Dialog, LabelledField, PasswordField

PIN_DIGITS = 6


class ChangePasswordDialog(Dialog):
    """`then` runs once the new password is kept; other sessions of this person have ended by then."""

    def __init__(self, desk: Desk, host: QWidget, then: Callable[[], object], least: int) -> None:
        tr = QCoreApplication.translate
        super().__init__(
            host,
            tr("ChangePasswordDialog", "Change your password"),
            tr("ChangePasswordDialog", "Where else you are signed in, you are signed out."),
        )
        self._desk, self._then = desk, then
        self.current = PasswordField(icon="key-round")
        self.current_field = LabelledField(self.tr("Present password"), self.current)
        self.new = NewPasswordField(
            desk.tasks, about=lambda: (desk.actor.username, desk.actor.name, desk.facts.name)
        )
        self.new.set_least(least)
        self.body.addWidget(self.current_field)
        self.body.addWidget(self.new)
        self.add_action(self.tr("Cancel"))
        self.keep: Button = self.add_action(
            self.tr("Change password"), self._on_keep, kind="primary", default=True, closes=False
        )
        self.dirty = lambda: bool(self.new.text())

    def _on_keep(self) -> None:
        current, new = self.current.text(), self.new.text()
        self.current_field.set_error("" if current else self.tr("Type your present password."))
        if not new:
            self.new.field.set_error(self.tr("Type a new password."))
        if not current or not new:
            (self.new.password if current else self.current).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        command = ChangePassword(current=SecretStr(current), new=SecretStr(new))
        self.keep.set_busy(True)
        accounts, actor = self._desk.clinic.accounts, self._desk.actor
        self._desk.tasks.change(
            self,
            lambda: accounts.change_password(actor, command),
            done=lambda _: self._on_kept(),
            failed=self._on_refused,
            always=lambda: self.keep.set_busy(False),
        )

    def _on_kept(self) -> None:
        self.dirty = None
        self.close_layer()
        self._then()

    def _on_refused(self, error: ClinicError) -> None:
        if "current" in error.fields:
            self.current_field.set_error(self.tr("That is not your password."))
            self.current.selectAll()
            self.current.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.new.show_refusal(error):
            self.current_field.set_error(str(errors.words(error)))


class PinDialog(Dialog):
    """Six digits, typed twice. `then` runs once the PIN is kept."""

    def __init__(self, desk: Desk, host: QWidget, then: Callable[[], object]) -> None:
        tr = QCoreApplication.translate
        super().__init__(
            host,
            tr("PinDialog", "Choose a PIN"),
            tr(
                "PinDialog",
                "Six digits unlock this desk while you are signed in. After 5 wrong ones your password is needed.",
            ),
            width=400,
        )
        self._desk, self._then = desk, then
        self.pin, self.again = PasswordField(icon="key-round"), PasswordField(icon="key-round")
        self.pin_field = LabelledField(self.tr("PIN"), self.pin)
        self.again_field = LabelledField(self.tr("The same PIN again"), self.again)
        for field in (self.pin, self.again):
            field.setMaxLength(PIN_DIGITS)
            field.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData)
        self.body.addWidget(self.pin_field)
        self.body.addWidget(self.again_field)
        self.add_action(self.tr("Cancel"))
        self.keep: Button = self.add_action(
            self.tr("Set PIN"), self._on_keep, kind="primary", default=True, closes=False
        )

    def _on_keep(self) -> None:
        pin = self.pin.text()
        good = len(pin) == PIN_DIGITS and pin.isdecimal()
        self.pin_field.set_error("" if good else self.tr("Type six digits."))
        same = self.again.text() == pin
        self.again_field.set_error("" if same or not good else self.tr("This is not the same PIN."))
        if not good or not same:
            (self.again if good else self.pin).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.keep.set_busy(True)
        pins, actor = self._desk.clinic.pins, self._desk.actor
        self._desk.tasks.change(
            self,
            lambda: pins.set(actor, SetPin(pin=SecretStr(pin))),
            done=lambda _: self._on_kept(),
            failed=self._on_refused,
            always=lambda: self.keep.set_busy(False),
        )

    def _on_kept(self) -> None:
        self.close_layer()
        self._then()

    def _on_refused(self, error: ClinicError) -> None:
        easy = error.fields.get("pin") is FieldProblem.TOO_WEAK
        words = self.tr("Many people choose this one. Take another.") if easy else str(errors.words(error))
        self.pin_field.set_error(words)
        self.pin.selectAll()
        self.pin.setFocus(Qt.FocusReason.OtherFocusReason)
