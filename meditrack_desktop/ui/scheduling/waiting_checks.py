"""Whom those who wait could be mistaken for, and what else they come for on that day: asked before one is booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Signal

from meditrack_desktop.domain.front_desk import WaitlistEntry
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.patient_visits import same_day_words


class WaitingChecks(QObject):
    """`answered` comes when it is known of all, or could not be had."""

    answered = Signal()

    def __init__(self, desk: Desk, entries: Sequence[WaitlistEntry], day: date, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._entries, self._day = desk, tuple(entries), day
        self._said: dict[UUID, tuple[str, ...]] = {}
        self.pending = True

    def ask(self) -> None:
        """Ask about all of them at once."""
        desk = self._desk
        desk.tasks.query(
            self, self._look, self._on_known, failed=lambda _error: self._on_known({}), replaces="checks"
        )

    def of(self, entry: WaitlistEntry) -> tuple[str, ...]:
        """What whoever books this one has to have seen; nothing while it is not known."""
        return self._said.get(entry.id, ())

    def _look(self) -> dict[UUID, tuple[str, ...]]:
        return {entry.id: self._of(entry) for entry in self._entries}

    def _of(self, entry: WaitlistEntry) -> tuple[str, ...]:
        clinic, actor = self._desk.clinic, self._desk.actor
        said = []
        if clinic.patients.same_name(actor, entry.patient_id):
            said.append(_tr("Another patient has the same name. Check the birth date."))
        others = [
            visit
            for visit in clinic.scheduling.of_patient(actor, entry.patient_id)
            if visit.day == self._day and visit.status.takes_time and visit.id != entry.appointment_id
        ]
        if others:
            visits = "; ".join(same_day_words(one) for one in sorted(others, key=lambda one: one.starts_at))
            said.append(_tr("Has another visit that day: {visits}").format(visits=visits))
        return tuple(said)

    def _on_known(self, said: dict[UUID, tuple[str, ...]]) -> None:
        self._said, self.pending = said, False
        self.answered.emit()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)
