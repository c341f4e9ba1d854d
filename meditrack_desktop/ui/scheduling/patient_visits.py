"""What the calendar knows of a patient who is being booked: whether they were here before, and their other visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QObject, Signal

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.words import clock_text


class PatientVisits(QObject):
    """`answered` comes when what was asked of the last patient is known, or could not be had."""

    answered = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._of: UUID | None = None
        self._visits: tuple[Appointment, ...] = ()
        self.pending = self.failed = False

    def ask(self, patient_id: UUID | None) -> None:
        """Ask for this patient's visits; None: nobody is chosen."""
        self._visits = ()
        self._of, self.pending, self.failed = patient_id, patient_id is not None, False
        if patient_id is None:
            return
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.of_patient(desk.actor, patient_id),
            lambda visits: self._on_answer(patient_id, visits),
            failed=lambda error: self._on_failed(patient_id, error),
            replaces="visits",
        )

    @property
    def new_patient(self) -> bool:
        """Nobody who is known to have come before; only somebody chosen can be new."""
        asked, now = self._of is not None and not self.pending and not self.failed, self._desk.clock.now()
        return asked and not any(visit.status.takes_time and visit.starts_at < now for visit in self._visits)

    def on(self, day: date) -> list[Appointment]:
        """Their visits of a day that take place, in order."""
        found = [visit for visit in self._visits if visit.day == day and visit.status.takes_time]
        return sorted(found, key=lambda visit: visit.starts_at)

    def _on_answer(self, patient_id: UUID, visits: Sequence[Appointment]) -> None:
        if patient_id == self._of:
            self._visits, self.pending = tuple(visits), False
            self.answered.emit()

    def _on_failed(self, patient_id: UUID, _error: ClinicError) -> None:
        if patient_id == self._of:
            self.pending, self.failed = False, True
            self.answered.emit()


def same_day_words(visit: Appointment) -> str:
    """`14:00 with Dr. Ines Modelo`."""
    said = QCoreApplication.translate("Calendar", "{time} with {doctor}")
    return said.format(time=clock_text(minute_of(visit.wall_start)), doctor=visit.practitioner_name)
