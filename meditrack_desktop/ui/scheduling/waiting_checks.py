"""Whom those who wait could be mistaken for, and what else they come for on that day: asked before one is booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Signal

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.front_desk import WaitlistEntry
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.patient_visits import same_day_words

Known = dict[UUID, tuple[str, ...] | ClinicError]


class WaitingChecks(QObject):
    """`answered` comes when everybody was asked about. Of whom it could not be known `failed` says why, and `ask`
    asks anew: nobody is booked unchecked, and one who cannot be looked up hides nothing of the others."""

    answered = Signal()

    def __init__(self, desk: Desk, entries: Sequence[WaitlistEntry], day: date, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._entries, self._day = desk, tuple(entries), day
        self._known: Known = {}
        self.pending = True

    def ask(self) -> None:
        """Ask about all of them at once."""
        self.pending = True
        self._desk.tasks.query(self, self._look, self._on_known, failed=self._on_none, replaces="checks")

    def of(self, entry: WaitlistEntry) -> tuple[str, ...]:
        """What whoever books this one has to have seen; nothing while it is not known."""
        known = self._known.get(entry.id, ())
        return () if isinstance(known, ClinicError) else known

    def failed(self, entry: WaitlistEntry) -> ClinicError | None:
        """Why it could not be known of this one."""
        known = self._known.get(entry.id)
        return known if isinstance(known, ClinicError) else None

    def _look(self) -> Known:
        known: Known = {}
        for entry in self._entries:
            try:
                known[entry.id] = self._of(entry)
            except ClinicError as error:
                known[entry.id] = error
        return known

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

    def _on_none(self, error: ClinicError) -> None:
        self._on_known({entry.id: error for entry in self._entries})

    def _on_known(self, known: Known) -> None:
        self._known, self.pending = known, False
        self.answered.emit()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)
