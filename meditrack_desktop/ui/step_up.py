"""The small dialog that asks for the password once more, and then lets what was refused be done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Button, Dialog, LabelledField, PasswordField

if TYPE_CHECKING:
    from meditrack_desktop.domain.accounts import Actor
    from meditrack_desktop.services.clinic import Clinic

Act = Callable[[], None]


class StepUp(QObject):
    """Takes the refusals of `tasks` that ask for the password again. One dialog, however many acts wait for it.

    `use` says whose password it is; `cancel` gives up, for example when the desk locks.
    """

    def __init__(self, tasks: Tasks, window: QWidget) -> None:
        super().__init__(window)
        self._tasks, self._window = tasks, window
        self._clinic: Clinic | None = None
        self._actor: Actor | None = None
        self._host: QWidget = window
        self._waiting: list[tuple[Act, Act]] = []
        self._dialog: PasswordDialog | None = None

    @property
    def dialog(self) -> PasswordDialog | None:
        """The open dialog, if one is."""
        return self._dialog if self._dialog is not None and isValid(self._dialog) else None

    def use(self, clinic: Clinic, actor: Actor, host: QWidget) -> None:
        """Ask this person from now on, in a dialog that belongs to `host`."""
        self._clinic, self._actor, self._host = clinic, actor, host
        self._tasks.ask_again = self.ask

    def rest(self) -> None:
        """Nobody is here to be asked."""
        self.cancel()
        self._tasks.ask_again = None

    def ask(self, again: Act, never: Act) -> None:
        """Ask for the password; acts that come meanwhile wait for the same answer."""
        self._waiting.append((again, never))
        if self.dialog is not None:
            return
        clinic, actor = self._clinic, self._actor
        if clinic is None or actor is None:
            self.cancel()
            return
        dialog = PasswordDialog(self._host, actor.name)
        self._dialog = dialog
        dialog.typed.connect(lambda password: self._confirm(dialog, clinic, actor, password))
        dialog.closed.connect(self.cancel)
        # What asks may stand in a window of its own; the question comes where the person is looking.
        if QApplication.activeWindow() is not self._host.window():
            self._host.window().raise_()
            self._host.window().activateWindow()
        dialog.open_layer()

    def cancel(self) -> None:
        """Leave everything undone that waits."""
        dialog, self._dialog = self.dialog, None
        waiting, self._waiting = self._waiting, []
        if dialog is not None and dialog.isVisible():
            dialog.close_layer()
        for _, never in waiting:
            never()

    def _confirm(self, dialog: PasswordDialog, clinic: Clinic, actor: Actor, password: str) -> None:
        self._tasks.change(
            dialog,
            lambda: clinic.sessions.confirm(actor, password),
            done=lambda _: self._confirmed(dialog),
            failed=dialog.show_refusal,
            always=lambda: dialog.confirm.set_busy(False),
        )

    def _confirmed(self, dialog: PasswordDialog) -> None:
        waiting, self._waiting = self._waiting, []
        self._dialog = None
        dialog.close_layer()
        for again, _ in waiting:
            again()


class PasswordDialog(Dialog):
    """One field; Enter confirms. `typed` carries the password."""

    typed = Signal(str)

    def __init__(self, host: QWidget, name: str) -> None:
        tr = QCoreApplication.translate
        super().__init__(
            host,
            tr("PasswordDialog", "Your password once more"),
            tr("PasswordDialog", "This step needs it, {name}. What you entered stays as it is.").format(
                name=name
            ),
            width=400,
        )
        self.password = PasswordField(icon="key-round")
        self.field = LabelledField(self.tr("Password"), self.password)
        self.body.addWidget(self.field)
        self.add_action(self.tr("Cancel"))
        self.confirm: Button = self.add_action(
            self.tr("Confirm"), self._on_confirm, kind="primary", default=True, closes=False
        )

    def show_refusal(self, error: ClinicError) -> None:
        """Say why the password did not do, and let it be typed again."""
        wrong = error.code is ErrorCode.INVALID_CREDENTIALS
        self.field.set_error(self.tr("That is not your password.") if wrong else str(errors.words(error)))
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_confirm(self) -> None:
        if not self.password.text():
            self.field.set_error(self.tr("Type your password."))
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.field.clear_error()
        self.confirm.set_busy(True)
        self.typed.emit(self.password.text())
