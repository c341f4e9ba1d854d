"""One step in the card: a heading, a sentence, fields, one act, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, Unavailable
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.tasks import Tasks
from meditrack_desktop.ui.widgets import Banner, Button, Label


class Step(QWidget):
    """Put fields into `body`; `submit` runs on the button and is to be bound to Enter of the last field.

    `backRequested` asks for the step before. Escape does the same.
    """

    backRequested = Signal()

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self._banner: Banner | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(4)
        self.title = Label("", "display", wrap=True)
        words.addWidget(self.title)
        self.text = Label("", "body", tone="text2", wrap=True)
        words.addWidget(self.text)
        column.addLayout(words)
        self.body = QVBoxLayout()
        self.body.setSpacing(14)
        column.addLayout(self.body)
        self.button = Button("", "primary", size="large")
        self.button.clicked.connect(self.submit)
        column.addWidget(self.button)
        self.links = QHBoxLayout()
        self.back = Button(self.tr("Back"), "link")
        self.back.clicked.connect(self.backRequested)
        self.links.addWidget(self.back)
        self.links.addStretch(1)
        column.addLayout(self.links)

    def set_words(self, title: str, text: str, act: str) -> None:
        """Change the heading, the sentence and the button."""
        self.title.setText(title)
        self.text.setText(text)
        self.button.set_text(act)
        self.setAccessibleName(title)

    def submit(self) -> None:
        """Do the step's act; a busy step does nothing."""

    def show_error(self, error: ClinicError) -> None:
        """What has no field of its own is said above the fields."""
        self.clear_banner()
        said = errors.words(error)
        icon = "server" if isinstance(error, Unavailable) else "circle-alert"
        self._banner = Banner(said.text, "danger", lead=said.title, icon=icon)
        self.body.insertWidget(0, self._banner)

    def say(self, text: str) -> None:
        """Good news above the fields."""
        self.clear_banner()
        self._banner = Banner(text, "ok")
        self.body.insertWidget(0, self._banner)

    def clear_banner(self) -> None:
        """Take the notice away."""
        if self._banner is not None:
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None

    def focus(self, field: QWidget) -> None:
        """Bring the keyboard to a field."""
        field.setFocus(Qt.FocusReason.OtherFocusReason)
