"""The password half of signing in and of unlocking: the field, the button, and what to say when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.login import entering
from meditrack_desktop.ui.login.entering import Enter, SignedIn
from meditrack_desktop.ui.login.second_step import SixDigits
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, Button, Label, LabelledField, PasswordField

if TYPE_CHECKING:
    from meditrack_desktop.services.clinic import Clinic

__all__ = ["Credentials", "SignedIn"]

_CLOSED = (ErrorCode.SIGN_IN_CLOSED, ErrorCode.DESK_REVOKED, ErrorCode.DESK_NOT_APPROVED)


class Credentials(QWidget):
    """Asks for the password of `username()` and lets that person in by `enter`. The window stays alive.

    While the clinic is still being opened a sign-in waits for `use`. Wrong tries are counted per name, and a
    pause counts down before the field works again. People with an authenticator app are then asked for its six
    digits. `newPasswordNeeded` carries the user name and the password that is good for choosing another one only;
    `kitWanted` comes where this computer has lost its secret; `refused` carries every refusal.
    """

    signedIn = Signal(object)
    retryRequested = Signal()
    newPasswordNeeded = Signal(str, str)
    kitWanted = Signal()
    refused = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        username: Callable[[], str],
        act: str,
        enter: Enter = entering.by_password,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._username, self._act, self._enter = tasks, username, act, enter
        self.wrong_words = self.tr("The name and the password do not belong together.")
        self._clinic: Clinic | None = None
        self._waiting = False
        self._left = False
        self._came: SignedIn | None = None
        self._wrong: dict[str, int] = {}
        self._pause_left = 0
        self._banner: Banner | None = None
        self.password = PasswordField(icon="key-round")
        self.field = LabelledField(self.tr("Password"), self.password)
        self.digits = SixDigits()
        self.button = Button(act, "primary", size="large")
        self.button.set_default()
        self.note = Label("", "small", tone="text3")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count_down)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)
        self._column.addWidget(self.field)
        self._column.addWidget(self.digits)
        self._column.addWidget(self.button)
        self.below = QHBoxLayout()
        self.below.addStretch(1)
        self.below.addWidget(self.note, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(self.below)
        self.note.hide()
        self.password.returnPressed.connect(self.submit)
        self.password.textEdited.connect(self.digits.forget)
        self.digits.code.returnPressed.connect(self.submit)
        self.button.clicked.connect(self.submit)
        self.setFocusProxy(self.password)

    @property
    def paused(self) -> bool:
        return self._pause_left > 0

    def use(self, clinic: Clinic) -> None:
        """The clinic is there; a sign-in that waited for it goes ahead."""
        self._clinic = clinic
        self.clear_trouble()
        if self._waiting:
            self._waiting = False
            self.button.set_busy(False)
            self.submit()

    def lose_clinic(self) -> None:
        """The clinic is opened anew; a sign-in waits for it."""
        self._clinic = None

    def begin_again(self) -> None:
        """Empty the fields for the next person."""
        self.password.clear()
        self.digits.forget()
        self.field.clear_error()
        self.clear_trouble()
        self.note.hide()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Try to sign in with what is typed."""
        if self.button.busy or self.paused:
            return
        username, secret = self._username(), self.password.text()
        if not secret:
            self.field.set_error(self.tr("Type your password."))
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.digits.is_filled():
            return
        code = self.digits.text()
        self.field.clear_error()
        self.clear_trouble()
        self.note.hide()
        self.button.set_busy(True)
        clinic = self._clinic
        if clinic is None:
            self._waiting = True
            return
        self._tasks.change(
            self,
            lambda: self._come_in(clinic, username, secret, code),
            done=self._on_signed_in,
            failed=lambda error: self._on_refused(username, error),
            always=lambda: self.button.set_busy(False),
        )

    def leave(self) -> None:
        """Nobody waits for an answer any more: a session that opens all the same is ended at once."""
        self._left = True
        clinic, found = self._clinic, self._came
        if clinic is not None and found is not None:
            self._tasks.change(self, lambda: clinic.sessions.sign_out(found.actor), failed=lambda _: None)

    def forget_tries(self) -> None:
        """Count wrong tries from none again."""
        self._wrong.clear()

    def show_trouble(self, error: ClinicError) -> None:
        """Say in the card that the clinic cannot be reached or opened, with Try again."""
        self._waiting = False
        self.button.set_busy(False)
        self.clear_trouble()
        said = errors.words(error)
        lost = error.code is ErrorCode.DEVICE_SECRET_MISSING
        act = (
            self.tr("Use the recovery kit") if lost else "" if error.code in _CLOSED else self.tr("Try again")
        )
        icon = "key-round" if lost else "lock" if error.code in _CLOSED else "server"
        self._banner = Banner(said.text, "danger", lead=said.title, action=act, icon=icon, stacked=True)
        self._banner.actionTriggered.connect(self.kitWanted if lost else self._try_again)
        self._column.insertWidget(0, self._banner)
        self._banner.show()  # now, not a turn later: it may take the keyboard
        if self._banner.action is not None:
            # It stands above the field: one step back from it, and not behind everything else of the card.
            QWidget.setTabOrder(self._banner.action, self.password)
            if lost:  # no password helps here
                self._banner.action.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_trouble(self) -> None:
        """Take the notice of trouble away."""
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None

    def pause(self, seconds: int) -> None:
        """Refuse tries for so long, counting down."""
        self._pause_left = max(1, seconds)
        self.password.setEnabled(False)
        self.button.setEnabled(False)
        self.field.clear_error()
        self._say_pause()
        self._second.start()

    def _try_again(self) -> None:
        if self._clinic is None or not self.password.text():
            self.clear_trouble()
            self.retryRequested.emit()
        else:
            self.submit()

    def _come_in(self, clinic: Clinic, username: str, secret: str, code: str) -> SignedIn:
        found = self._came = entering.come_in(clinic, self._enter(clinic, username, secret, code))
        if self._left:
            clinic.sessions.sign_out(found.actor)
        return found

    def _on_signed_in(self, found: SignedIn) -> None:
        self._came = None
        self._wrong.pop(self._username(), None)
        self.begin_again()
        self.signedIn.emit(found)

    def _on_refused(self, username: str, error: ClinicError) -> None:
        code = error.code
        if code is ErrorCode.TOO_MANY_TRIES:
            self.pause(int(error.parameters.get("seconds", 1)))
        elif code is ErrorCode.INVALID_CREDENTIALS:
            self.show_wrong(username)
        elif self.digits.show_refusal(error):
            pass  # the password was right and stays in its field, so that both are sent together
        elif code is ErrorCode.PASSWORD_EXPIRED:
            secret = self.password.text()
            self.begin_again()
            self.newPasswordNeeded.emit(username, secret)
        elif isinstance(error, Unavailable) or code in _CLOSED:
            self.show_trouble(error)
        else:
            self.show_refusal(error)
        self.refused.emit(error)

    def show_refusal(self, error: ClinicError) -> None:
        """Say beside the field why nobody came in, and let it be typed again."""
        self.field.set_error(str(errors.words(error)))
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_wrong(self, username: str) -> None:
        """Say that the try was wrong and how many are left before a pause."""
        self._wrong[username] = self._wrong.get(username, 0) + 1
        self.field.set_error(self.wrong_words)
        left = _free_tries() - self._wrong[username]
        if left > 1:
            self.note.setText(self.tr("{n} tries left before a pause").format(n=left))
        elif left == 1:
            self.note.setText(self.tr("1 try left before a pause"))
        else:
            self.note.setText(self.tr("Each further try waits longer"))
        self.note.show()
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count_down(self) -> None:
        self._pause_left -= 1
        if self._pause_left > 0:
            self._say_pause()
        else:
            self.resume()

    def resume(self) -> None:
        """The pause is over."""
        self._pause_left = 0
        self._second.stop()
        self.password.setEnabled(True)
        self.button.setEnabled(True)
        self.button.set_text(self._act)
        self.field.set_warning("")
        self.begin_again()

    def _say_pause(self) -> None:
        minutes, seconds = divmod(self._pause_left, 60)
        left = f"{minutes}:{seconds:02}" if minutes else self.tr("{n} s").format(n=seconds)
        self.button.set_text(self.tr("Paused, {left} left").format(left=left))
        self.field.set_warning(
            self.tr("The password was wrong too often. Try again in {left}.").format(left=left)
        )


def _free_tries() -> int:
    # Named here, late: the module behind it is heavy and the card must paint before it is loaded.
    from meditrack_desktop.domain.sessions import FREE_FAILURES

    return FREE_FAILURES
