"""What is done to a patient from their chart. Every act names its patient as they were read, never by what is shown
elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.notes import MarkNoteWrong, Note
from meditrack_desktop.domain.patients import ArchivePatient, Patient, RestorePatient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.allergies import AllergiesSheet
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.reason_dialog import ReasonDialog
from meditrack_desktop.ui.patients.register import open_edit
from meditrack_desktop.ui.printing.acts import open_print_menu, printables
from meditrack_desktop.ui.privacy.chart_menu import add_privacy
from meditrack_desktop.ui.widgets import Menu


class ChartActs(QObject):
    """For one chart page, `host`; `content` gives what it shows now."""

    def __init__(self, desk: Desk, host: QWidget, content: Callable[[], ChartContent | None]) -> None:
        super().__init__(host)
        self._desk, self._host, self._content = desk, host, content
        self.allergies: AllergiesSheet | None = None
        self.print_menu: Menu | None = None

    @property
    def patient(self) -> Patient | None:
        content = self._content()
        return None if content is None else content.patient

    def book(self) -> None:
        """Book a visit for this patient."""
        if (patient := self._changeable(Permission.BOOK_APPOINTMENT)) is not None:
            self._desk.go.book(patient.id)

    def edit(self) -> None:
        """Open the form with the patient's details."""
        if (patient := self._changeable(Permission.EDIT_PATIENT)) is not None:
            open_edit(self._desk, self._host, patient)

    def show_allergies(self) -> None:
        """Open the sheet of all allergies."""
        content = self._content()
        if content is None or self.allergies is not None:
            return
        self.allergies = AllergiesSheet(self._desk, self._host, content)
        self.allergies.closed.connect(self._forget_allergies)
        self.allergies.open_layer()

    def archive(self) -> None:
        """Ask for a reason and take the patient out of the lists; Undo brings them back."""
        patient = self.patient
        if patient is None or not patient.active or not self._may(Permission.ARCHIVE_PATIENT):
            return
        dialog = ReasonDialog(
            self._host,
            self.tr("Archive {who}?").format(who=words.two_identifiers(patient)),
            self.tr("The patient leaves lists and searches. Nothing is deleted, and it can be undone."),
            self.tr("Archive patient"),
            lambda reason: self._archive(patient, reason, dialog),
        )
        dialog.open_layer()

    def restore(self) -> None:
        """Bring an archived patient back into the lists."""
        patient = self.patient
        if patient is not None and not patient.active and self._may(Permission.ARCHIVE_PATIENT):
            self._restore(patient)

    def show_history(self) -> None:
        """Who changed what: of the patient, their visits, documents and doctors."""
        if (patient := self.patient) is not None:
            self._desk.go.history("patient", patient.id, words.two_identifiers(patient))

    def show_access(self) -> None:
        """Who opened this chart."""
        if (patient := self.patient) is not None and self._may(Permission.VIEW_AUDIT):
            self._desk.go.access(patient.id, words.two_identifiers(patient))

    def open_kept(self) -> None:
        """The chart into which this record was merged."""
        if (patient := self.patient) is not None and patient.merged_into is not None:
            self._desk.go.patient(patient.merged_into)

    def print(self) -> None:
        """Offer what can be printed."""
        if (patient := self.patient) is not None:
            who = words.two_identifiers(patient)
            self.print_menu = open_print_menu(self._desk, self._host, patient.id, who)

    def fill_menu(self, menu: Menu) -> None:
        """What is needed seldom: printing and privacy."""
        if (patient := self.patient) is not None:
            who = words.two_identifiers(patient)
            for one in printables(self._desk, self._host, patient.id, who):
                menu.add(one.text, one.print, icon=one.icon)
            add_privacy(menu, self._desk, self._host, patient, who)

    def mark_note_wrong(self, note: Note) -> None:
        """Ask why a signed note should not be in this chart; it stays readable, struck through."""
        patient = self.patient
        if patient is None or note.patient_id != patient.id:
            return
        dialog = ReasonDialog(
            self._host,
            self.tr("Mark this note as wrong?"),
            self.tr(
                "A note in the chart of {who}. It stays readable, struck through, with your reason. This cannot "
                "be undone."
            ).format(who=words.two_identifiers(patient)),
            self.tr("Mark as wrong"),
            lambda reason: self._mark(note, reason, dialog),
        )
        dialog.open_layer()

    def _mark(self, note: Note, reason: str, dialog: ReasonDialog) -> None:
        notes, actor, desk = self._desk.clinic.notes, self._desk.actor, self._desk
        command = MarkNoteWrong(id=note.id, version=note.version, reason=" ".join(reason.split())[:200])
        said = self.tr("Note marked as wrong")

        def marked(_note: Note) -> None:
            dialog.close_layer()
            desk.say(said)

        desk.tasks.change(
            self._host,
            lambda: notes.mark_wrong(actor, command),
            done=marked,
            failed=partial(self._refused, dialog),
        )

    def _archive(self, patient: Patient, reason: str, dialog: ReasonDialog) -> None:
        patients, actor = self._desk.clinic.patients, self._desk.actor
        command = ArchivePatient(id=patient.id, version=patient.version, reason=reason)

        def archived(gone: Patient) -> None:
            dialog.close_layer()
            text = self.tr("{who} archived").format(who=words.two_identifiers(gone))
            self._desk.say(text, lambda: self._restore(gone))

        self._desk.tasks.change(
            self._host,
            lambda: patients.archive(actor, command),
            done=archived,
            failed=partial(self._refused, dialog),
        )

    def _restore(self, patient: Patient) -> None:
        patients, actor, desk = self._desk.clinic.patients, self._desk.actor, self._desk
        command = RestorePatient(id=patient.id, version=patient.version)
        text = self.tr("{who} restored").format(who=words.two_identifiers(patient))
        desk.tasks.change(
            desk.go, lambda: patients.restore(actor, command), done=lambda _patient: desk.say(text)
        )

    def _refused(self, dialog: ReasonDialog, error: ClinicError) -> None:
        dialog.close_layer()
        errors.show(self._host, error)

    def _changeable(self, needs: Permission) -> Patient | None:
        content = self._content()
        if content is None or not content.open_to_change or not self._may(needs):
            return None
        return content.patient

    def _may(self, permission: Permission) -> bool:
        return self._desk.actor.may(permission)

    def _forget_allergies(self) -> None:
        self.allergies = None
