"""The table of the log: its columns, and how a line looks in each."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.audit import AuditLine, SubjectState
from meditrack_desktop.ui.audit import words
from meditrack_desktop.ui.widgets import Cell, Column, RecordModel


class LogCells:
    """`with_day`: whether the times name their day, because more than one day is shown."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.with_day = False

    def model(self) -> RecordModel:
        """An empty model of lines."""

        def tr(text: str) -> str:
            return QCoreApplication.translate("Audit", text)

        columns = [
            Column("time", tr("Time"), 118, sortable=False),
            Column("person", tr("Person"), 126, sortable=False),
            Column("desk", tr("Desk"), 106, priority=3, sortable=False),
            Column("action", tr("Action"), 126, sortable=False),
            Column("what", tr("What"), 108, priority=1, sortable=False),
            Column("which", tr("Which"), 146, stretch=True, sortable=False),
            Column("detail", tr("Detail"), 126, priority=2, sortable=False),
        ]
        return RecordModel(columns, self.cell, identity=lambda line: line.event.place)

    def cell(self, line: AuditLine, key: str) -> Cell:
        """How a line looks in a column."""
        event = line.event
        if key == "time":
            return Cell(words.time_text(event.at, self._zone, with_day=self.with_day))
        if key == "person":
            return Cell(words.who_text(event), strong=True)
        if key == "desk":
            return Cell(line.desk, tone="text2")
        if key == "action":
            tone = "danger" if words.is_alarming(line) else "text"
            return Cell(words.action_word(event), icon=words.action_icon(line), tone=tone)
        if key == "what":
            return Cell(words.object_word(event.object_type), tone="text2")
        if key == "which":
            known = line.subject.state in (SubjectState.KNOWN, SubjectState.NONE)
            return Cell(words.subject_text(line.subject), tone="text" if known else "text3")
        return Cell(words.detail_text(line), tone="text2")
