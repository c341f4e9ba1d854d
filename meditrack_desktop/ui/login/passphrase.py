"""The step for this computer's own passphrase, where the system has no keyring to keep its secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.login.step import Step
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import LabelledField, PasswordField

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic


class DevicePassphrase(Step):
    """`given` comes once the passphrase was right; it is asked once until the program ends."""

    given = Signal()

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tasks, parent)
        self._clinic: Clinic | None = None
        self.set_words(
            self.tr("This computer's passphrase"),
            self.tr("The system has no keyring, so a passphrase chosen at set-up protects this desk."),
            self.tr("Open"),
        )
        self.passphrase = PasswordField(icon="key-round")
        self.field = LabelledField(self.tr("Passphrase"), self.passphrase)
        self.body.addWidget(self.field)
        self.passphrase.returnPressed.connect(self.submit)
        self.setFocusProxy(self.passphrase)

    def begin(self, clinic: Clinic) -> None:
        """Ask for it."""
        self._clinic = clinic
        self.forget()

    def forget(self) -> None:
        """Leave nothing of it behind."""
        self.passphrase.clear()
        self.field.clear_error()
        self.clear_banner()

    def submit(self) -> None:
        clinic, typed = self._clinic, self.passphrase.text()
        if clinic is None or self.button.busy:
            return
        if not typed:
            self.field.set_error(self.tr("Type the passphrase."))
            self.focus(self.passphrase)
            return
        self.field.clear_error()
        self.button.set_busy(True)
        self.tasks.change(
            self,
            lambda: clinic.keys.give_device_passphrase(typed),
            done=lambda _: self._on_given(),
            failed=self._on_refused,
            always=lambda: self.button.set_busy(False),
        )

    def _on_given(self) -> None:
        self.forget()
        self.given.emit()

    def _on_refused(self, error: ClinicError) -> None:
        if error.code is ErrorCode.DEVICE_PASSPHRASE_WRONG:
            self.field.set_error(str(errors.words(error)))
            self.passphrase.selectAll()
            self.focus(self.passphrase)
        else:
            self.show_error(error)
