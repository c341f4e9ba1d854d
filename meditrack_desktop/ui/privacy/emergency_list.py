"""Emergency accesses that somebody has to look at."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.emergency_access import EmergencyAccess, ReviewEmergency
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.privacy.reason import ReasonAsked
from meditrack_desktop.ui.privacy.words import moment_text
from meditrack_desktop.ui.privacy.worklist import Worklist
from meditrack_desktop.ui.widgets import Button, Cell, CellTag, Column


class EmergencyList(QWidget):
    """The longest waiting first. One's own wait for somebody else."""

    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        columns = (
            Column("who", self.tr("Who"), 200, sortable=False),
            Column("patient", self.tr("Patient"), 180, sortable=False),
            Column("reason", self.tr("Reason"), 220, stretch=True, sortable=False),
            Column("started", self.tr("Opened"), 170, priority=2, sortable=False),
            Column("due", self.tr("To be looked at by"), 250, priority=1, sortable=False),
        )
        self.list: Worklist[EmergencyAccess] = Worklist(
            self.tr("Emergency accesses to look at"),
            columns,
            self.cell,
            lambda access: access.id,
            (self.tr("Nothing waits to be looked at"), self.tr("Emergency accesses appear here.")),
        )
        self.chart = self.list.add_act(Button(self.tr("Open chart"), icon="external-link"), self.open_chart)
        self.review = self.list.add_act(
            Button(self.tr("Looked at…"), "primary", icon="check"), self.review_chosen
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.chosenChanged.connect(self._on_chosen)
        self.list.table.opened.connect(lambda _row: self.review_chosen())

    def refresh(self) -> None:
        """Ask again."""
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.emergency.to_review(desk.actor),
            self.show_records,
            failed=lambda error: self.list.show_failure(error, self.refresh),
            replaces="emergencies",
        )

    def show_records(self, found: tuple[EmergencyAccess, ...]) -> None:
        """Show the answer."""
        self.list.show_records(found)
        self.counted.emit(len(found))

    def review_chosen(self) -> None:
        """Note what came of looking at the chosen one."""
        access, desk = self.list.chosen, self._desk
        if access is None or access.account_id == desk.actor.account_id:
            return
        ReasonAsked(
            desk,
            self,
            (
                self.tr("Looked at the emergency access of {who}?").format(who=access.account_name),
                self.tr("Patient: {patient}. Reason given: {reason}").format(
                    patient=access.patient_name, reason=access.reason
                ),
                self.tr("Looked at"),
            ),
            lambda note: desk.clinic.emergency.review(
                desk.actor, ReviewEmergency(id=access.id, version=access.version, note=note)
            ),
            lambda _access: self.refresh(),
            label=self.tr("What you found"),
        ).open_layer()

    def open_chart(self) -> None:
        """The chart of the chosen line's patient."""
        access = self.list.chosen
        if access is not None:
            self._desk.go.patient(access.patient_id)

    def cell(self, access: EmergencyAccess, key: str) -> Cell:
        """One cell of one access."""
        zone, now = self._desk.facts.tz, self._desk.clock.now()
        if key == "who":
            own = access.account_id == self._desk.actor.account_id
            tags = (CellTag(self.tr("You")),) if own else ()
            return Cell(access.account_name, avatar=access.account_name, staff=True, tags=tags)
        if key == "patient":
            return Cell(access.patient_name)
        if key == "reason":
            return Cell(" ".join(access.reason.split()))
        if key == "started":
            return Cell(moment_text(access.started_at, zone), tone="text2")
        late = (CellTag(self.tr("Overdue"), "danger"),) if access.overdue(now) else ()
        return Cell(moment_text(access.review_due_at, zone), tags=late)

    def _on_chosen(self) -> None:
        access = self.list.chosen
        own = access is not None and access.account_id == self._desk.actor.account_id
        self.chart.setEnabled(access is not None)
        self.review.setEnabled(access is not None and not own)
        self.list.about.setText(self.tr("Your own waits for somebody else.") if own else "")
