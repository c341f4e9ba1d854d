"""The files of a sheet with how it went for each: a line of words beside the name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import errors
from meditrack_desktop.ui.filing.run import FileState, How
from meditrack_desktop.ui.widgets import IconLabel, Label

_ICONS = {
    How.WAITS: ("paperclip", "text2"),
    How.RUNS: ("hourglass", "text2"),
    How.KEPT: ("circle-check", "ok"),
    How.AT_THIS_DESK: ("clock", "text2"),
    How.REFUSED: ("circle-x", "danger"),
    How.STOPPED: ("ban", "text2"),
    How.DECLINED: ("user-x", "text2"),
}


class FileRow(QWidget):
    """One file: its name, and what was kept or why it was not."""

    def __init__(self, state: FileState) -> None:
        super().__init__()
        self.icon = IconLabel("paperclip", 15, "text2")
        self.name = Label(file_words(state), elide=True)
        self.said = Label("", "small", tone="text2", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.said)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.show_state(state)

    def show_state(self, state: FileState) -> None:
        """Say how it stands."""
        self.icon.set_icon(*_ICONS[state.how])
        text = state_words(state)
        self.said.setText(text)
        self.said.set_tone("danger" if state.how is How.REFUSED else "text2")
        self.said.setVisible(bool(text))
        self.setAccessibleName(f"{self.name.text()}. {text}")


class FileRows(QWidget):
    """All files of the sheet."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.rows: dict[int, FileRow] = {}

    def show_files(self, states: Sequence[FileState]) -> None:
        """Replace what is shown."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for state in states:
            row = self.rows[id(state)] = FileRow(state)
            self._column.addWidget(row)

    def show_state(self, state: FileState) -> None:
        row = self.rows.get(id(state))
        if row is not None:
            row.show_state(state)


def file_words(state: FileState) -> str:
    """The file's name; of a study how many files it has."""
    if not state.file.is_study:
        return state.file.name
    return _tr("{name}, {n} DICOM files").format(name=state.file.name, n=len(state.file.paths))


def state_words(state: FileState) -> str:
    """How it went, in a sentence; "" while it waits."""
    if state.how is How.RUNS:
        return _tr("Being looked at and stored")
    if state.how is How.KEPT:
        return _tr("Added")
    if state.how is How.STOPPED:
        return _tr("Stopped before it was added; it lies where it was")
    if state.how is How.DECLINED:
        return _tr("Not added: it names somebody else. It lies where it was")
    if state.error is not None:
        return str(errors.words(state.error))
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Documents", text)
