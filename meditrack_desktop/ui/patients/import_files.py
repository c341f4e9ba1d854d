"""The step that says which files are read, and whose words stay where a file and a record differ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import Banner, Button, IconButton, IconLabel, Label, Radio

FILTER = "CSV, FHIR, vCard (*.csv *.tsv *.txt *.json *.ndjson *.vcf);;All files (*)"


class FilesStep(QWidget):
    """`changed` when there are other files than before."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.files: list[Path] = []
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        about = self.tr(
            "Bring in a spreadsheet (CSV), FHIR files or address cards (vCard). What a file is, is read from its "
            "content. The same file twice adds nobody twice."
        )
        rows.addWidget(Label(about, tone="text2", wrap=True))
        self._file_rows = column(4)
        rows.addLayout(self._file_rows)
        self.choose = Button(self.tr("Choose files"), icon="file-up")
        self.choose.clicked.connect(self.choose_files)
        rows.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        group = QWidget()
        choices = QVBoxLayout(group)
        choices.setContentsMargins(0, 8, 0, 0)
        choices.setSpacing(8)
        choices.addWidget(
            Label(self.tr("Where a file says otherwise than the record of a known person"), "small")
        )
        self.keep_ours = Radio(self.tr("Keep the record, and only fill what is empty"), checked=True)
        self.file_wins = Radio(self.tr("The file is right"))
        choices.addWidget(self.keep_ours)
        choices.addWidget(self.file_wins)
        rows.addWidget(group)
        self._refusal = column(0)
        rows.addLayout(self._refusal)
        rows.addStretch(1)

    def choose_files(self) -> None:
        """Ask which files to read."""
        dialog = QFileDialog(self.window(), self.tr("Import patients"), "", FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def add_files(self, files: Sequence[Path]) -> None:
        """Add files to be read, each once."""
        self.files.extend(file for file in dict.fromkeys(files) if file not in self.files)
        self._show()

    def clear(self) -> None:
        """Begin with none again."""
        self.files.clear()
        self.clear_refusal()
        self._show()

    def refuse(self, error: ClinicError) -> None:
        """Say why the files were not read."""
        self.clear_refusal()
        said = errors.words(error)
        self._refusal.addWidget(Banner(said.text, "danger", lead=said.title))

    def clear_refusal(self) -> None:
        clear(self._refusal)

    def _show(self) -> None:
        clear(self._file_rows)
        for file in self.files:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(IconLabel("file-text", 16, "text2"))
            row.addWidget(Label(file.name, elide=True), 1)
            remove = IconButton(
                "x", self.tr("Leave out {name}").format(name=file.name), extent=26, icon_size=14
            )
            remove.clicked.connect(lambda _checked=False, gone=file: self._leave_out(gone))
            row.addWidget(remove)
            self._file_rows.addLayout(row)
        self.choose.set_text(self.tr("Choose more files") if self.files else self.tr("Choose files"))
        self.changed.emit()

    def _leave_out(self, file: Path) -> None:
        self.files.remove(file)
        self._show()
