"""Who opened this chart: everybody and when, for whoever may read the audit log; else what one did oneself."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.audit import Access, AuditPage, AuditQuery
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.audit.access_sheet import AccessRow
from meditrack_desktop.ui.audit.history import HistoryRow
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import (
    Button,
    Divider,
    Label,
    ScrollColumn,
    Skeleton,
    StateView,
)

WIDEST = 720
OWN_LINES = 100


def access_tab(desk: Desk, patient_id: UUID) -> AccessTab | None:
    """The tab of one chart; None if there is nothing to show to this person."""
    may = desk.actor.may
    return (
        AccessTab(desk, patient_id) if may(Permission.VIEW_AUDIT) or may(Permission.VIEW_OWN_ACTS) else None
    )


class AccessTab(QWidget):
    """Asks when it is brought to the front: reading the log leaves a line in it."""

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._patient_id = desk, patient_id
        self.everybody = desk.actor.may(Permission.VIEW_AUDIT)
        self._name = ""
        self.found: tuple[Access, ...] = ()
        self._scroll = ScrollColumn(margins=(20, 16, 20, 16))
        self._scroll.body.setSpacing(12)
        holder = QWidget()
        holder.setMaximumWidth(theme.current().px(WIDEST))
        body = QVBoxLayout(holder)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        head = QHBoxLayout()
        title = self.tr("Who opened this chart") if self.everybody else self.tr("What you did in this chart")
        head.addWidget(Label(title, "section"), 1)
        self.entries = Button(self.tr("Show the entries"), icon="scroll-text", size="small")
        self.entries.clicked.connect(lambda: desk.go.audit_of(patient_id, self._name))
        head.addWidget(self.entries)
        body.addLayout(head)
        self.entries.setVisible(self.everybody)
        if not self.everybody:
            body.addWidget(
                Label(self.tr("Who else opened it, an administrator can tell."), tone="text2", wrap=True)
            )
        self._waiting = Skeleton("text")
        body.addWidget(self._waiting)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        body.addLayout(self._rows)
        self._scroll.body.addWidget(holder, 0, Qt.AlignmentFlag.AlignTop)
        self._scroll.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)

    def set_name(self, name: str) -> None:
        """Whose chart it is, by two identifiers."""
        self._name = name

    def load(self) -> None:
        """Ask who it was."""
        desk = self._desk
        if self.everybody:
            desk.tasks.query(
                self,
                lambda: desk.clinic.audit.access(desk.actor, self._patient_id),
                self.show_access,
                failed=self._cannot_read,
                replaces="access",
            )
            return
        mine = AuditQuery(patient_id=self._patient_id, limit=OWN_LINES)
        desk.tasks.query(
            self,
            lambda: desk.clinic.audit.own(desk.actor, mine),
            self.show_own,
            failed=self._cannot_read,
            replaces="access",
        )

    def show_access(self, found: tuple[Access, ...]) -> None:
        """Show every person and desk."""
        self.found = found
        self._begin()
        for number, access in enumerate(found):
            if number:
                self._rows.addWidget(Divider())
            self._rows.addWidget(AccessRow(access, self._desk.facts.tz))
        if not found:
            self._rows.addWidget(StateView("empty", self.tr("Nobody has opened it yet"), icon="eye"))

    def show_own(self, page: AuditPage) -> None:
        """Show what this person did."""
        self._begin()
        for number, line in enumerate(page.lines):
            if number:
                self._rows.addWidget(Divider())
            self._rows.addWidget(HistoryRow(self._desk, line, apart=line.event.object_type != "patient"))
        if not page.lines:
            self._rows.addWidget(StateView("empty", self.tr("No entries"), icon="eye"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.load()

    def _begin(self) -> None:
        self._waiting.hide()
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _cannot_read(self, error: ClinicError) -> None:
        self._begin()
        said = errors.words(error)
        self._rows.addWidget(StateView("error", said.title, said.text))
