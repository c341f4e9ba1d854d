"""Says whose leave it is by which one reads documents that are otherwise not one's to read (security.md D34)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.access_grants import OwnAccess
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Banner, format_date, format_time


class GivenBar(QWidget):
    """The bar over documents that one may read because somebody gave access, with its end. Hidden otherwise."""

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._patient_id = desk, patient_id
        self.banner = Banner("", "info", icon="key-round", square=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        self.hide()

    def load(self) -> None:
        """Ask whether this person was given access to this patient."""
        desk = self._desk
        if not desk.actor.may(Permission.LIST_DOCUMENTS):
            return
        desk.tasks.query(
            self,
            lambda: desk.clinic.access_grants.own(desk.actor),
            self._show,
            failed=lambda _error: None,
            replaces="given",
        )

    def _show(self, given: Sequence[OwnAccess]) -> None:
        mine = [one for one in given if one.patient_id == self._patient_id]
        self.setVisible(bool(mine))
        if mine:
            last = max(mine, key=lambda one: one.expires_at)
            wall = to_wall(last.expires_at, self._desk.facts.tz)
            words = self.tr("{name} let you read these documents until {date}, {time}.")
            self.banner.set_text(
                words.format(
                    name=last.given_by_name, date=format_date(wall.date()), time=format_time(wall.time())
                )
            )
