"""Asks for the password of a PDF, in the place where its pages would be."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Button, IconLabel, Label, LabelledField, PasswordField


class PasswordPanel(QWidget):
    """`given` carries what was typed; the password is kept nowhere."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.password = PasswordField()
        self.field = LabelledField(
            self.tr("Password of the file"),
            self.password,
            help=self.tr("Whoever sent the file knows it. It is not kept here."),
        )
        self.open = Button(self.tr("Open document"), "primary", icon="lock-open")
        self.open.clicked.connect(self._give)
        self.password.returnPressed.connect(self._give)
        box = QWidget()
        self._box = box
        column = QVBoxLayout(box)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(12)
        column.addWidget(IconLabel("file-lock", 28, "text2"), 0, Qt.AlignmentFlag.AlignHCenter)
        title = Label(self.tr("This PDF asks for a password"), "section", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        column.addWidget(self.field)
        column.addWidget(self.open)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(box, 100)
        row.addStretch(1)
        whole.addLayout(row)
        whole.addStretch(1)
        self._dress()
        theme.current().changed.connect(self._dress)

    def ask(self, *, wrong: bool, keys: bool = True) -> None:
        """Begin, or begin again after a wrong one; without `keys` whoever has them keeps them."""
        self.open.set_busy(False)
        self.password.clear()
        words = self.tr("This password does not open it. Type it again; capital letters count.")
        self.field.set_error(words if wrong else "")
        if keys and self.isVisible():
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        typed = self.password.text()
        if not typed:
            self.field.set_error(self.tr("Type the password of the file."))
            return
        if not self.open.busy:
            self.open.set_busy(True)
            self.given.emit(typed)

    def _dress(self) -> None:
        self._box.setMaximumWidth(theme.current().px(340))
