"""The last two pages: where backups go, and lists of patients to bring in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.services import places
from meditrack_desktop.ui.first_run.answers import FOLDER, LATER
from meditrack_desktop.ui.first_run.folder_field import FolderField
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.tiles import Tile, Tiles
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.widgets import Banner, Button, IconButton, IconLabel, Label

LISTS = "CSV, FHIR (*.csv *.tsv *.txt *.json *.ndjson);;All files (*)"


class BackupPage(SetUpPage):
    """A folder, or an explicit "later" that the desk keeps reminding of."""

    word, step = "backup", 4

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Where should backups go?"),
            say("Each night, encrypted for the recovery kit, and tried out by really restoring it."),
        )
        self.tiles = Tiles(
            self.tr("Backups"),
            [
                Tile(
                    FOLDER, "database-backup", self.tr("Into a folder"), self.tr("Another disk or a share.")
                ),
                Tile(LATER, "clock", self.tr("Later"), self.tr("A banner stays until it is done.")),
            ],
        )
        self.body.addWidget(self.tiles)
        self.body.addSpacing(20)
        self.folder = FolderField(
            self.tr("Backup folder"),
            help=self.tr("Not on the same disk as the data: one accident must not take both."),
        )
        self.body.addWidget(self.folder)
        self.warning = Banner(
            self.tr(
                "A lost or broken disk then takes every patient with it. Settings, Backup sets a folder any time."
            ),
            "warn",
            lead=self.tr("Nothing is backed up until then."),
        )
        self.body.addWidget(self.warning)
        self.body.addStretch(1)
        self.tiles.chosen.connect(self._on_chosen)
        self._on_chosen("")

    def show_answers(self) -> None:
        self.folder.set_folder(self.course.answers.backup_folder)
        self.tiles.choose(self.course.answers.backup)

    def take_answers(self) -> None:
        self.course.answers.backup = self.tiles.value
        self.course.answers.backup_folder = self.folder.folder()

    def first(self) -> QWidget:
        return self.tiles.first()

    def leave(self, then: Callable[[], object]) -> None:
        self.take_answers()
        self.clear_trouble()
        if self.tiles.value == LATER:
            then()
        elif not self.tiles.value:
            self.tiles.choose(FOLDER)
            self.folder.path.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.folder.filled():
            folder, profile = Path(self.folder.folder()), self.course.folder
            self.course.tasks.query(
                self,
                lambda: places.check_backup_folder(folder, profile),
                lambda _: then(),
                failed=self.show_trouble,
                replaces="check",
            )

    def _on_chosen(self, value: str) -> None:
        self.folder.setVisible(value == FOLDER)
        self.warning.setVisible(value == LATER)


class ImportPage(SetUpPage):
    """Lists of patients to bring in once the desk is open. Nothing has to be chosen."""

    word, step = "import", 5

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Bring patients along?"),
            say("Lists from another program, as CSV or FHIR. They are read once you are signed in."),
        )
        self.go_on = self.tr("Set up the clinic")
        row = QHBoxLayout()
        self.add = Button(self.tr("Add files…"), icon="upload")
        self.add.clicked.connect(self.ask)
        row.addWidget(self.add)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addSpacing(12)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self.body.addLayout(self._list)
        self.body.addStretch(1)

    def show_answers(self) -> None:
        self._show()

    def ask(self) -> None:
        """Ask for the files."""
        dialog = QFileDialog(self.window(), self.tr("Lists of patients"), "", LISTS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.add_files)
        dialog.open()

    def add_files(self, names: list[str]) -> None:
        """Add files, each once."""
        files = self.course.answers.files
        files.extend(name for name in dict.fromkeys(names) if name not in files)
        self._show()

    def remove(self, name: str) -> None:
        """Leave a file out again."""
        self.course.answers.files.remove(name)
        self._show()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name in self.course.answers.files:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(IconLabel("file-text", 16))
            row.addWidget(Label(Path(name).name, "body", elide=True), 1)
            away = IconButton(
                "x", self.tr("Leave out {file}").format(file=Path(name).name), extent=26, icon_size=14
            )
            away.clicked.connect(partial(self.remove, name))
            row.addWidget(away)
            self._list.addWidget(line)
