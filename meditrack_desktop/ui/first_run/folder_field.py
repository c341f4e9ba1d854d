"""A folder, typed or chosen from the system's dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets import Button, LabelledField, TextField


class FolderField(QWidget):
    """A labelled path with Choose beside it."""

    def __init__(self, label: str, *, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = TextField(icon="folder")
        self.labelled = LabelledField(label, self.path, help=help)
        self.choose = Button(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose: {label}").format(label=label))
        self.choose.clicked.connect(self.ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.labelled, 1)
        aside = QVBoxLayout()
        aside.setContentsMargins(0, 0, 0, 0)
        aside.addSpacing(theme.current().px(23))
        aside.addWidget(self.choose)
        aside.addStretch(1)
        row.addLayout(aside)
        self.path.textEdited.connect(self.labelled.clear_error)

    def folder(self) -> str:
        """What is typed, without outer space."""
        return self.path.text().strip()

    def set_folder(self, folder: str) -> None:
        """Put a path into the field."""
        self.path.setText(folder)
        self.labelled.clear_error()

    def filled(self) -> bool:
        """Whether there is a path; marks the field if not."""
        if self.folder():
            return True
        self.labelled.set_error(self.tr("{label} is needed.").format(label=self.path.accessibleName()))
        self.path.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def ask(self) -> None:
        """Open the system's dialog for folders."""
        dialog = QFileDialog(self.window(), self.path.accessibleName(), self.folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.set_folder)
        dialog.open()
