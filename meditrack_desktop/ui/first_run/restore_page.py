"""Coming back from a backup on a new computer: the backup folder and the kit's key; first what it would bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.services.backup.here import LATEST
from meditrack_desktop.services.backup.onto_this_computer import RestoreByKit
from meditrack_desktop.ui.first_run.folder_field import FolderField
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.passphrase import PassphraseFields
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.widgets import (
    Banner,
    LabelledField,
    PasswordField,
    TextField,
    announce,
    format_date,
)

if TYPE_CHECKING:
    from meditrack_desktop.domain.backups import RestorePreview


class RestorePage(SetUpPage):
    """`restoreRequested` once the person saw what comes back and went on; the window shows the work.

    `goOnChanged` carries new words for the button.
    """

    word, step = "restore", 1
    restoreRequested = Signal()
    goOnChanged = Signal(str)

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Restore from a backup"),
            say(
                "The clinic as it was when its newest backup was made, on this computer. The recovery kit opens it."
            ),
        )
        self.found: RestorePreview | None = None
        self._looked_at: RestoreByKit | None = None
        self.backup = FolderField(self.tr("Backup folder"))
        self.key = TextField(icon="key-round")
        self.key_field = LabelledField(
            self.tr("Key from the recovery kit"), self.key, help=self.tr("It begins with AGE-SECRET-KEY-1.")
        )
        self.username, self.password = TextField(), PasswordField()
        self.name_field = LabelledField(self.tr("User name"), self.username, optional=True)
        self.password_field = LabelledField(self.tr("Password"), self.password, optional=True)
        self._outcome = QVBoxLayout()
        self._outcome.setContentsMargins(0, 0, 0, 0)
        person = QHBoxLayout()
        person.setSpacing(12)
        person.addWidget(self.name_field, 2)
        person.addWidget(self.password_field, 3)
        self.body.addWidget(self.backup)
        self.body.addSpacing(14)
        self.body.addWidget(self.key_field)
        self.body.addSpacing(14)
        self.body.addLayout(person)
        self.name_field.set_help(self.tr("As it was then. Forgotten: leave it empty."))
        self.body.addSpacing(14)
        self.passphrase = PassphraseFields()
        self.body.addWidget(self.passphrase)
        self.body.addLayout(self._outcome)
        self.store_key = PasswordField()
        self.store_field = LabelledField(
            self.tr("Key of the store of documents"),
            self.store_key,
            optional=True,
            help=self.tr(
                "Key and secret with a blank between them: the documents stay in that store. Empty: they come back "
                "from the backup onto this computer."
            ),
        )
        self.store_field.hide()
        self.body.addSpacing(14)
        self.body.addWidget(self.store_field)
        self.body.addStretch(1)
        for field in (self.key, self.username, self.password, self.backup.path):
            field.textChanged.connect(self._forget)
        self.key.textEdited.connect(self.key_field.clear_error)

    def arrive(self) -> None:
        self.passphrase.setVisible(not self.course.has_keyring)
        self.course.tasks.query(self, self.course.doors.has_keyring, self._on_keyring)

    def take_answers(self) -> None:
        self.course.secrets.passphrase = self.passphrase.value()

    def first(self) -> QWidget:
        return self.backup.path

    def command(self) -> RestoreByKit:
        """What is typed, as a request."""
        return RestoreByKit(
            folder=Path(self.backup.folder()),
            name=LATEST,
            identity="".join(self.key.text().split()).upper(),
            username=self.username.text().strip(),
            password=self.password.text() if self.username.text().strip() else "",
            vault_access=self.store_key.text().strip(),
        )

    def _wanted(self) -> RestoreByKit:
        """Which backup, whatever becomes of its documents."""
        return replace(self.command(), vault_access="")

    def leave(self, then: Callable[[], object]) -> None:
        self.take_answers()
        self.clear_trouble()
        if not self.backup.filled() or not self.required(self.key_field):
            return
        if self.username.text().strip() and not self.required(self.password_field):
            return
        if not self.course.has_keyring and not self.passphrase.good():
            return
        command = self._wanted()
        if self.found is not None and command == self._looked_at:
            self.restoreRequested.emit()
            return
        self._looked_at = command
        self.course.tasks.query(
            self,
            lambda: self.course.doors.preview_restore(command),
            self.show_found,
            failed=self._on_refused,
            always=lambda: self.busyChanged.emit(False),
            replaces="preview",
        )
        self.busyChanged.emit(True)

    def show_found(self, found: RestorePreview) -> None:
        """Say what would come back; the next time the page is left, it does."""
        self._forget()
        self.found, self._looked_at = found, self._wanted()
        made = found.made_at.astimezone()
        patients = QLocale().toString(found.counts.get("patient", 0))
        words = self.tr("Backup of {day}, {time}: {patients} patients, {documents} documents.").format(
            day=format_date(made.date()),
            time=f"{made:%H:%M}",
            patients=patients,
            documents=QLocale().toString(found.documents),
        )
        if found.store:
            words = self.tr("{words} They lay in the store {address}.").format(
                words=words, address=found.store
            )
            self.store_field.show()
        self._outcome.addWidget(Banner(words, "ok", lead=found.clinic_name))
        announce(self, f"{found.clinic_name}. {words}")
        self.goOnChanged.emit(self.tr("Restore"))

    def _on_refused(self, error: ClinicError) -> None:
        self._looked_at = None
        self.show_trouble(error)
        self.key.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self.found = self._looked_at = None
        self.store_field.hide()
        self.store_key.clear()
        while (item := self._outcome.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.goOnChanged.emit("")

    def _on_keyring(self, there: bool) -> None:
        self.course.has_keyring = there
        self.passphrase.setVisible(not there)
