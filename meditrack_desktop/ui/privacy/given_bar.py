"""Says whose leave it is by which one reads documents that are otherwise not one's to read (security.md D34)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.access_grants import OwnAccess
from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.widgets import Banner, format_date, format_time

TICK_MS = 20_000
"""A computer may sleep, and its clock may be put right: the end is looked for at least this often."""
_MOMENT = timedelta(milliseconds=1)


class GivenBar(QWidget):
    """The bar over documents that one may read because somebody gave access, with its end. Hidden otherwise.

    `over` comes when that end is there, or somebody took the access back: what it opened must not stay on the screen.
    """

    over = Signal()

    def __init__(self, desk: Desk, patient_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._patient_id = desk, patient_id
        self.access: OwnAccess | None = None
        """The one that lasts longest."""
        self.banner = Banner("", "info", icon="key-round", square=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        desk.live.changed.connect(self._on_changed)
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
            failed=lambda _error: self._unknown(),
            replaces="given",
        )

    def look(self) -> None:
        """Once its end is there, ask: the clock that counts may be another one's."""
        if self._past():
            self.load()
        else:
            self._wait()

    def _past(self) -> bool:
        return self.access is not None and self.access.expires_at <= self._desk.clock.now()

    def _wait(self) -> None:
        if self.access is not None:
            left = (self.access.expires_at - self._desk.clock.now()) // _MOMENT + 1
            self._timer.start(min(left, TICK_MS) if left > 0 else TICK_MS)

    def _show(self, given: Sequence[OwnAccess]) -> None:
        mine = [one for one in given if one.patient_id == self._patient_id]
        last = max(mine, key=lambda one: one.expires_at, default=None)
        if last is None:
            self._end()
            return
        self.access = last
        wall = to_wall(last.expires_at, self._desk.facts.tz)
        words = self.tr("{name} let you read these documents until {date}, {time}.")
        self.banner.set_text(
            words.format(
                name=last.given_by_name, date=format_date(wall.date()), time=format_time(wall.time())
            )
        )
        self.show()
        self._wait()

    def _unknown(self) -> None:
        """Nobody can be asked: past its end it opens nothing, before it is as it was."""
        if self._past():
            self._end()
        else:
            self._wait()

    def _end(self) -> None:
        before, self.access = self.access, None
        self._timer.stop()
        self.hide()
        if before is not None:
            self.over.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches("access_grant") and changes.touches_patient(self._patient_id):
            self.load()
