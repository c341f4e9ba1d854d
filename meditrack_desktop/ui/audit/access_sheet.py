"""Who opened one patient's chart: every person and desk, how often and when last."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.audit import Access
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.audit import words
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Avatar, Button, Divider, Label, SideSheet, Skeleton, StateView
from meditrack_desktop.ui.words import role_words


class AccessSheet(SideSheet):
    """For whoever may read the audit log. The entries themselves are one button away."""

    def __init__(self, desk: Desk, host: QWidget, patient_id: UUID, name: str) -> None:
        super().__init__(host, desk.go.tr("Who opened this chart"), width=400)
        self._desk, self._patient_id, self._name = desk, patient_id, name
        self.found: tuple[Access, ...] = ()
        self.body.setSpacing(10)
        self.body.addWidget(Label(name, "strong", wrap=True))
        self._waiting = Skeleton("text")
        self.body.addWidget(self._waiting)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self.entries = Button(self.tr("Show the entries"), icon="scroll-text")
        self.entries.clicked.connect(self._show_entries)
        self.footer.addStretch(1)
        self.footer.addWidget(self.entries)

    def load(self) -> None:
        """Ask, and open the sheet."""
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.access(desk.actor, self._patient_id),
            self.show_access,
            failed=self._cannot_read,
        )
        self.open_layer()

    def show_access(self, found: tuple[Access, ...]) -> None:
        """Show who it was."""
        self.found = found
        self._waiting.hide()
        for number, access in enumerate(found):
            if number:
                self._rows.addWidget(Divider())
            self._rows.addWidget(AccessRow(access, self._desk.facts.tz))

    def _cannot_read(self, error: ClinicError) -> None:
        self._waiting.hide()
        said = errors.words(error)
        self._rows.addWidget(StateView("error", said.title, said.text))

    def _show_entries(self) -> None:
        self.close_layer()
        self._desk.go.audit_of(self._patient_id, self._name)


class AccessRow(QWidget):
    """One person at one desk: who, how often, when last."""

    def __init__(self, access: Access, zone: ZoneInfo) -> None:
        super().__init__()
        name = access.account_name or self.tr("MediTrack")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(Avatar(name, staff=True, size=28), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(1)
        column.addWidget(Label(name, "emphasis", wrap=True))
        roles = role_words(access.roles.split(",")) if access.roles else ""
        column.addWidget(Label(", ".join(part for part in (roles, access.desk) if part), "small", wrap=True))
        seen = self.tr("opened {n} times") if access.seen != 1 else self.tr("opened once")
        said = [seen.format(n=words.count_text(access.seen))] if access.seen else []
        if access.changed:
            changed = self.tr("changed {n} times") if access.changed != 1 else self.tr("changed once")
            said.append(changed.format(n=words.count_text(access.changed)))
        last = self.tr("last {when}").format(when=words.moment_text(access.last_at, zone))
        column.addWidget(Label(", ".join([*said, last]), "body", wrap=True, selectable=True))
        row.addLayout(column, 1)


def open_access(desk: Desk, host: QWidget, patient_id: UUID, name: str) -> AccessSheet:
    """Open the list over `host`'s window."""
    sheet = AccessSheet(desk, host, patient_id, name)
    sheet.load()
    return sheet
