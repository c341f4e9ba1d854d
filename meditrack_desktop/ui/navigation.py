"""How a page asks for another: signals only, answered by the main window. Rooms never import each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from meditrack_desktop.domain.patients import Patient

WhenRegistered = Callable[["Patient"], None]


class Navigator(QObject):
    """Pages call the methods; the main window listens to the signals."""

    patientRequested = Signal(object)
    patientsRequested = Signal(str)
    registerRequested = Signal(str, object)
    calendarRequested = Signal(object, object)
    bookRequested = Signal(object)
    documentRequested = Signal(object, object)
    importRequested = Signal()

    def patient(self, patient_id: UUID) -> None:
        """Open a patient's chart."""
        self.patientRequested.emit(patient_id)

    def patients(self, query: str = "") -> None:
        """Open the list of patients, searched for `query`."""
        self.patientsRequested.emit(query)

    def register(self, name: str = "", then: WhenRegistered | None = None) -> None:
        """Register a new patient, `name` typed already; `then` is given the patient once kept."""
        self.registerRequested.emit(name, then)

    def calendar(self, day: date | None = None, appointment: UUID | None = None) -> None:
        """Open the calendar at a day of the clinic's (None: where it was) with a visit chosen."""
        self.calendarRequested.emit(day, appointment)

    def book(self, patient_id: UUID | None = None) -> None:
        """Book a visit, for this patient if one is given."""
        self.bookRequested.emit(patient_id)

    def document(self, patient_id: UUID, document_id: UUID) -> None:
        """Read a document of a patient."""
        self.documentRequested.emit(patient_id, document_id)

    def import_patients(self) -> None:
        """Bring patients in from a file."""
        self.importRequested.emit()
