"""The step with the recovery kit: an administrator comes in again although every password or the keyring is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.login.new_password import NewPasswordField
from meditrack_desktop.ui.login.step import Step
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import LabelledField, PasswordField, TextArea, TextField

if TYPE_CHECKING:
    from meditrack_desktop.services.recovery import RecoverClinic, Recovered

Recover = Callable[["RecoverClinic"], "Recovered"]
"""Joined by the front door, as it takes the keyring too. Blocks for a second or two."""


class RecoveryKitStep(Step):
    """`recovered` carries the user name and the new password, to sign in with once the clinic is open anew."""

    recovered = Signal(str, str)

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, parent)
        self._recover: Recover | None = None
        self.set_words(
            self.tr("Recovery kit"),
            self.tr(
                "The key on the paper opens the clinic for an administrator, also when this computer has lost its own "
                "secret. Everybody else then needs a one-time code from you: Users & roles, Reset password."
            ),
            self.tr("Open the clinic"),
        )
        self.key = TextArea(lines=3)
        self.key_field = LabelledField(
            self.tr("Key of the recovery kit"),
            self.key,
            help=self.tr("It begins with AGE-SECRET-KEY-1. Spaces and small letters do not matter."),
        )
        self.username = TextField(icon="user-round")
        self.name_field = LabelledField(self.tr("Administrator's user name"), self.username)
        self.password = NewPasswordField(tasks, about=lambda: (self.username.text().strip(),))
        self.store_key = PasswordField()
        self.store_field = LabelledField(
            self.tr("Key of the store of documents"),
            self.store_key,
            optional=True,
            help=self.tr("Key and secret with a blank between them. Empty: this computer still has them."),
        )
        self.store_field.hide()
        for field in (self.key_field, self.name_field, self.password, self.store_field):
            self.body.addWidget(field)
        self.username.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.submit)
        self.store_key.returnPressed.connect(self.submit)
        self.setFocusProxy(self.key)

    def begin(self, recover: Recover, username: str, in_store: bool = False) -> None:
        """Help this person, if the card knows who. `in_store`: the documents lie where a key of its own is asked."""
        self._recover = recover
        self.forget()
        self.store_field.setVisible(in_store)
        self.username.setText(username)

    def forget(self) -> None:
        """Leave nothing of it behind."""
        self.clear_banner()
        self.key.clear()
        self.password.clear()
        self.store_key.clear()
        self.store_field.clear_error()
        self.key_field.clear_error()
        self.name_field.clear_error()

    def submit(self) -> None:
        recover = self._recover
        if recover is None or self.button.busy or not self._is_filled():
            return
        key, username, new = self.key.toPlainText(), self.username.text().strip(), self.password.text()
        access = self.store_key.text().strip()

        def work() -> Recovered:
            from meditrack_desktop.services.recovery import RecoverClinic, read_identity

            return recover(RecoverClinic(read_identity(key), username, new, vault_access=access))

        self.clear_banner()
        self.button.set_busy(True)
        self.tasks.change(
            self,
            work,
            done=lambda _: self._on_recovered(username, new),
            failed=self._on_refused,
            always=lambda: self.button.set_busy(False),
        )

    def _is_filled(self) -> bool:
        wanted = (
            (self.key.toPlainText().strip(), self.key_field, self.tr("Type the key.")),
            (self.username.text().strip(), self.name_field, self.tr("Type the user name.")),
            (self.password.text(), self.password.field, self.tr("Type a new password.")),
        )
        for value, field, words in wanted:
            field.set_error("" if value else words)
        empty = [field for value, field, _ in wanted if not value]
        if empty:
            self.focus(empty[0].field)
        return not empty

    def _on_recovered(self, username: str, password: str) -> None:
        self.forget()
        self.recovered.emit(username, password)

    def _on_refused(self, error: ClinicError) -> None:
        if self.password.show_refusal(error):
            return
        if error.code is ErrorCode.RECOVERY_KEY_WRONG:
            self.key_field.set_error(str(errors.words(error)))
            self.focus(self.key)
        elif error.code in (ErrorCode.VAULT_ACCESS_NEEDED, ErrorCode.VAULT_ACCESS_REFUSED):
            self.store_field.set_error(str(errors.words(error)))
            self.focus(self.store_key)
        elif error.code is ErrorCode.ACCOUNT_NOT_FOUND:
            self.name_field.set_error(self.tr("No administrator of this clinic has that name."))
            self.focus(self.username)
        else:
            self.show_error(error)
