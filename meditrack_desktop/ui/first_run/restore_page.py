"""Coming back from a backup on a new computer: the folder of the backup, and the kit's key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.first_run.folder_field import FolderField
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.passphrase import PassphraseFields
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.widgets import LabelledField, TextField


class RestorePage(SetUpPage):
    """`restoreRequested` once both are typed; the window shows the work."""

    word, step = "restore", 1
    restoreRequested = Signal()

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Restore from a backup"),
            say(
                "The clinic as it was when the backup was made, on this computer. The recovery kit opens it."
            ),
        )
        self.go_on = self.tr("Restore")
        self.backup = FolderField(
            self.tr("Backup folder"),
            help=self.tr("The folder of one backup, or the one that holds them all."),
        )
        self.key = TextField(icon="key-round")
        self.key_field = LabelledField(
            self.tr("Key from the recovery kit"), self.key, help=self.tr("It begins with AGE-SECRET-KEY-1.")
        )
        self.passphrase = PassphraseFields()
        for part in (self.backup, self.key_field, self.passphrase):
            self.body.addWidget(part)
            self.body.addSpacing(14)
        self.body.addStretch(1)
        self.key.textEdited.connect(self.key_field.clear_error)

    def arrive(self) -> None:
        self.passphrase.setVisible(not self.course.has_keyring)
        self.course.tasks.query(self, self.course.doors.has_keyring, self._on_keyring)

    def take_answers(self) -> None:
        self.course.secrets.passphrase = self.passphrase.value()

    def first(self) -> QWidget:
        return self.backup.path

    def leave(self, then: Callable[[], object]) -> None:
        self.take_answers()
        self.clear_trouble()
        if not self.backup.filled() or not self.required(self.key_field):
            return
        if self.course.has_keyring or self.passphrase.good():
            self.restoreRequested.emit()

    def _on_keyring(self, there: bool) -> None:
        self.course.has_keyring = there
        self.passphrase.setVisible(not there)
