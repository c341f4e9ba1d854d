"""The six digits of an authenticator app, asked for only where somebody has one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.widgets import LabelledField, TextField

DIGITS = 6


class SixDigits(QWidget):
    """Hidden until `ask` or a refusal that wants it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = TextField(icon="smartphone")
        self.code.setMaxLength(DIGITS + 1)
        self.code.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.field = LabelledField(
            self.tr("Six digits"), self.code, help=self.tr("Your authenticator app shows them now.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        self.setFocusProxy(self.code)
        self.hide()

    @property
    def asked(self) -> bool:
        return not self.isHidden()

    def text(self) -> str:
        """The digits, or nothing if they are not asked for."""
        return "".join(self.code.text().split()) if self.asked else ""

    def is_filled(self) -> bool:
        """Whether there is nothing to ask, or six digits stand there; says so if not."""
        typed = self.text()
        if not self.asked or (len(typed) == DIGITS and typed.isdecimal()):
            self.field.clear_error()
            return True
        self.ask(self.tr("Type the six digits."))
        return False

    def ask(self, problem: str = "") -> None:
        """Show the field, with what was wrong."""
        self.show()
        self.field.set_error(problem)
        self.code.selectAll()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_refusal(self, error: ClinicError) -> bool:
        """Ask if the refusal wants the digits or found them wrong; False if it is about something else."""
        if error.code is ErrorCode.SECOND_FACTOR_NEEDED:
            self.ask()
        elif error.code is ErrorCode.SECOND_FACTOR_WRONG:
            self.ask(str(errors.words(error)))
        else:
            return False
        return True

    def forget(self) -> None:
        """Empty and hidden for the next person."""
        self.code.clear()
        self.field.clear_error()
        self.hide()
