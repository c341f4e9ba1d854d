"""How a page asks for another: signals only, answered by the main window. Rooms never import each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from meditrack_desktop.domain.front_desk import FollowUp, WaitlistEntry
    from meditrack_desktop.domain.patients import Patient
    from meditrack_desktop.domain.scheduling import Appointment

WhenRegistered = Callable[["Patient"], None]


class Navigator(QObject):
    """Pages call the methods; the main window listens to the signals."""

    settingsRequested = Signal(str)
    restored = Signal()
    patientRequested = Signal(object)
    patientsRequested = Signal(str)
    registerRequested = Signal(str, object)
    takeDownRequested = Signal(str, str, object)
    completeRequested = Signal(object)
    calendarRequested = Signal(object, object)
    bookRequested = Signal(object)
    newestDocumentRequested = Signal(object)
    documentRequested = Signal(object, object)
    importRequested = Signal(object)
    pageRequested = Signal(str)
    historyRequested = Signal(str, object, str)
    accessRequested = Signal(object, str)
    auditRequested = Signal(object, str)
    chartWindowRequested = Signal(object)
    absenceWorklistRequested = Signal(object)
    bookAtRequested = Signal(object, object)
    bookForRequested = Signal(object)
    walkInRequested = Signal()
    checkInRequested = Signal(object)
    visitActRequested = Signal(object, str)
    waitlistJoinRequested = Signal(object, object)
    followUpRequested = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: dict[UUID, int] = {}

    def page_of(self, document_id: UUID) -> int:
        """The page from which this document was asked for last, said once; 0 if none was named."""
        return self._pages.pop(document_id, 0)

    def patient(self, patient_id: UUID) -> None:
        """Open a patient's chart."""
        self.patientRequested.emit(patient_id)

    def chart_window(self, patient_id: UUID) -> None:
        """Open a patient's chart in a window of its own, beside this one."""
        self.chartWindowRequested.emit(patient_id)

    def patients(self, query: str = "") -> None:
        """Open the list of patients, searched for `query`."""
        self.patientsRequested.emit(query)

    def register(self, name: str = "", then: WhenRegistered | None = None) -> None:
        """Register a new patient, `name` typed already; `then` is given the patient once kept."""
        self.registerRequested.emit(name, then)

    def take_down(self, name: str = "", phone: str = "", then: WhenRegistered | None = None) -> None:
        """Take a caller down by name and phone, as far as typed already; `then` is given the provisional patient."""
        self.takeDownRequested.emit(name, phone, then)

    def complete(self, patient_id: UUID) -> None:
        """Open the form of a patient; of one taken down by name and phone, saving makes the record whole."""
        self.completeRequested.emit(patient_id)

    def calendar(self, day: date | None = None, appointment: UUID | None = None) -> None:
        """Open the calendar at a day of the clinic's (None: where it was) with a visit chosen."""
        self.calendarRequested.emit(day, appointment)

    def book(self, patient_id: UUID | None = None) -> None:
        """Book a visit, for this patient if one is given."""
        self.bookRequested.emit(patient_id)

    def document(self, patient_id: UUID, document_id: UUID, page: int = 0) -> None:
        """Read a document of a patient, from `page` on if one is given (from 1)."""
        self._pages = {document_id: page}
        self.documentRequested.emit(patient_id, document_id)

    def newest_document(self, patient_id: UUID) -> None:
        """Read the newest report of a patient."""
        self.newestDocumentRequested.emit(patient_id)

    def settings(self, section: str = "") -> None:
        """Open the settings, at a section by its word if one is given. `restored` comes once a backup was brought
        back: everybody signs in again."""
        self.settingsRequested.emit(section)

    def import_patients(self, files: Sequence[Path] = ()) -> None:
        """Bring patients in from files; without any, ask which."""
        self.importRequested.emit(tuple(files))

    def page(self, word: str) -> None:
        """Open a page by its word, such as "users" or a part of it, "users/roles"."""
        self.pageRequested.emit(word)

    def history(self, object_type: str, object_id: UUID, name: str) -> None:
        """Show who did what to a record; `name` says which it is."""
        self.historyRequested.emit(object_type, object_id, name)

    def access(self, patient_id: UUID, name: str) -> None:
        """Show who opened a patient's chart."""
        self.accessRequested.emit(patient_id, name)

    def audit_of(self, patient_id: UUID, name: str) -> None:
        """Open the audit log at what concerns one patient."""
        self.auditRequested.emit(patient_id, name)

    def book_at(self, practitioner_id: UUID, when: datetime) -> None:
        """Book with a doctor at a time: the clinic's clock, naive."""
        self.bookAtRequested.emit(practitioner_id, when)

    def book_for(self, entry: WaitlistEntry | FollowUp) -> None:
        """Book the next free time for who waits or is due; the booking ends the wait."""
        self.bookForRequested.emit(entry)

    def check_in(self, patient_id: UUID) -> None:
        """Check a patient in for the next visit that is booked for today."""
        self.checkInRequested.emit(patient_id)

    def walk_in(self) -> None:
        """Book now, with the next free doctor."""
        self.walkInRequested.emit()

    def visit_act(self, visit: Appointment, act: str) -> None:
        """Do something with a visit at the calendar, such as "move"."""
        self.visitActRequested.emit(visit, act)

    def join_waitlist(self, patient_id: UUID | None = None, visit: Appointment | None = None) -> None:
        """Let a patient wait for a place; with a visit, for an earlier one."""
        self.waitlistJoinRequested.emit(patient_id, visit)

    def add_follow_up(self, patient_id: UUID | None = None, practitioner_id: UUID | None = None) -> None:
        """Write down that a patient should be seen again."""
        self.followUpRequested.emit(patient_id, practitioner_id)

    def open_absence_worklist(self, absence_id: UUID) -> None:
        """Work off the visits that lie in an absence."""
        self.absenceWorklistRequested.emit(absence_id)
