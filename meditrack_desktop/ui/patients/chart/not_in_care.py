"""In place of the clinical part, for who could be let in: whom to ask, and the way in an emergency."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.privacy.emergency import open_in_emergency
from meditrack_desktop.ui.widgets import Dialog, StateView


class NotInCare(QWidget):
    """Hidden where the chart is open, and for roles that have no charts to read."""

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._patient_id = desk, patient_id
        self._content: ChartContent | None = None
        self.state = StateView("no_permission", self.tr("Clinical notes are for the care team"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.state)
        self.hide()

    def show_content(self, content: ChartContent) -> None:
        """Say who can help, if this chart is closed to whoever reads."""
        self._content = content
        self.setVisible(content.closed is not None)
        if content.closed is None:
            return
        self.setMinimumHeight(theme.current().px(220))
        self.state.clear_actions()
        who = words.two_identifiers(content.patient)
        doctors = ", ".join(member.practitioner_name for member in content.team)
        if doctors:
            text = self.tr("You are not in the care team of {who}. Ask {doctors} or an administrator.")
        else:
            text = self.tr("You are not in the care team of {who}. Ask an administrator.")
        self.state.set_state(
            "no_permission",
            self.tr("Clinical notes are for the care team"),
            text.format(who=who, doctors=doctors),
        )
        self.state.add_action(self.tr("How to get access"), self.explain)
        if self._desk.actor.may(Permission.BREAK_GLASS):
            self.state.add_action(
                self.tr("Emergency access"), self.open, kind="danger_secondary", icon="triangle-alert"
            )

    def open(self) -> None:
        """Ask for the reason; the chart reads itself again once it is open."""
        open_in_emergency(self._desk, self, self._patient_id, lambda _access: None)

    def explain(self) -> None:
        """Whom to ask, and for what."""
        content = self._content
        if content is None:
            return
        dialog = Dialog(
            self,
            self.tr("Getting access to this chart"),
            self.tr(
                "Who looks after {who} can add you to the care team or let you in for a time; so can an "
                "administrator. Booking a visit with you does the same."
            ).format(who=words.two_identifiers(content.patient)),
        )
        dialog.add_action(self.tr("Close"), kind="primary", default=True)
        dialog.open_layer()
