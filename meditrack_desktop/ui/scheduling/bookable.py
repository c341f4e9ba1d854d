"""What can be booked: the clinic's kinds of visits, and its rooms and devices; asked once, and when they change."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.visit_types import Asset, VisitType
from meditrack_desktop.ui.desk import Desk


class Bookable(QObject):
    """`changed` comes with every answer. `known`: the first has come, or could not be had."""

    changed = Signal()

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.kinds: tuple[VisitType, ...] = ()
        self.assets: tuple[Asset, ...] = ()
        self.known = self._asked = False
        desk.live.changed.connect(self._on_changed)

    def load(self) -> None:
        """Ask, unless that was done and nothing changed since."""
        if self._asked:
            return
        self._asked = True
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.query(
            self._page,
            lambda: (clinic.visit_types.list(actor), clinic.assets.list(actor)),
            self._on_answer,
            failed=lambda _error: self._on_failed(),
            replaces="bookable",
        )

    def kinds_of(self, practitioner_id: UUID) -> list[VisitType]:
        """What this doctor offers, in the clinic's order."""
        return [kind for kind in self.kinds if kind.offered_by(practitioner_id)]

    def usual(self, practitioner_id: UUID, *, new_patient: bool) -> VisitType | None:
        """What a visit with this doctor usually is: of somebody who has not been here, one for new patients."""
        offered = self.kinds_of(practitioner_id)
        fitting = [kind for kind in offered if kind.for_new_patients is new_patient]
        regular = [kind for kind in offered if not kind.for_new_patients]
        return next(iter([*fitting, *regular, *offered]), None)

    def _on_answer(self, found: tuple[tuple[VisitType, ...], tuple[Asset, ...]]) -> None:
        self.kinds, self.assets = found
        self.known = True
        self.changed.emit()

    def _on_failed(self) -> None:
        self.known, self._asked = True, False
        self.changed.emit()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._asked and changes.touches("visit_type", "asset"):
            self._asked = False
            self.load()
