"""Who did what to one record: a sheet for everybody who may see the record itself."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.audit import AuditLine
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.audit import words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Divider, IconLabel, Label, SideSheet, Skeleton, StateView


class HistorySheet(SideSheet):
    """What was done to a visit, a patient or a document, newest first. Who only looked is not told here."""

    def __init__(self, desk: Desk, host: QWidget, object_type: str, object_id: UUID, name: str) -> None:
        super().__init__(host, desk.go.tr("History"), width=400)
        self._desk, self._kind, self._id = desk, object_type, object_id
        self.lines: tuple[AuditLine, ...] = ()
        self.body.setSpacing(10)
        if name:
            self.body.addWidget(Label(name, "strong", wrap=True))
        self._waiting = Skeleton("text")
        self.body.addWidget(self._waiting)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)

    def load(self) -> None:
        """Ask for the history and open the sheet."""
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.timeline(desk.actor, self._kind, self._id),
            self.show_lines,
            failed=self._cannot_read,
        )
        self.open_layer()

    def show_lines(self, lines: tuple[AuditLine, ...]) -> None:
        """Show what was done."""
        self.lines = lines
        self._waiting.hide()
        for number, line in enumerate(lines):
            if number:
                self._rows.addWidget(Divider())
            self._rows.addWidget(HistoryRow(self._desk, line, apart=line.event.object_type != self._kind))
        if not lines:
            empty = self.tr("Nothing was done to it since the log began.")
            self._rows.addWidget(StateView("empty", self.tr("No entries"), empty, icon="history"))

    def _cannot_read(self, error: ClinicError) -> None:
        self._waiting.hide()
        said = errors.words(error)
        self._rows.addWidget(StateView("error", said.title, said.text))


class HistoryRow(QWidget):
    """One deed: what, from when to when, by whom, at which desk."""

    def __init__(self, desk: Desk, line: AuditLine, *, apart: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        icon = IconLabel(words.action_icon(line), 16, "text2", line="body")
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        title = words.headline(line) if apart else words.action_word(line.event)
        said = [title]
        column.addWidget(Label(title, "emphasis", wrap=True))
        if apart:
            which = words.subject_of_patient(line.subject)
            if which:
                said.append(which)
                column.addWidget(Label(which, "body", wrap=True))
        for step in line.steps:
            text = f"{words.step_word(step)} {words.step_text(step)}"
            said.append(text)
            column.addWidget(Label(text, "body", wrap=True))
        fields = words.field_words(line)
        if fields:
            said.append(", ".join(fields))
            column.addWidget(Label(", ".join(fields), "body", wrap=True))
        who = ", ".join((words.who_text(line.event), line.desk))
        when = words.moment_text(line.event.at, desk.facts.tz)
        said += [who, when]
        column.addWidget(Label(who, "small", wrap=True))
        column.addWidget(Label(when, "small", tone="text3"))
        row.addLayout(column, 1)
        self.setAccessibleName(", ".join(said))


def open_history(desk: Desk, host: QWidget, object_type: str, object_id: UUID, name: str) -> HistorySheet:
    """Open the history of a record over `host`'s window; `name` says whose it is."""
    sheet = HistorySheet(desk, host, object_type, object_id, name)
    sheet.load()
    return sheet
