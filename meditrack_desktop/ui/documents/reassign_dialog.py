"""A document filed with the wrong patient goes to the right one: both people side by side, and the reason."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.documents import Document, ReassignDocument
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient, PatientLine
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.patient_pick import PatientPick
from meditrack_desktop.ui.filing.two_people import PersonCard, TwoPeople
from meditrack_desktop.ui.widgets import Dialog, LabelledField, TextField
from meditrack_desktop.ui.words import birth_words


class ReassignDialog(Dialog):
    """`then` is given the document as it is with the right patient."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        document: Document,
        patient: Patient,
        then: Callable[[Document], object],
    ) -> None:
        super().__init__(host, "", width=560)
        title = self.tr("File with another patient")
        self.heading.setText(title)
        self.setAccessibleName(title)
        about = self.tr("{title} leaves this chart: its lists, its search and its counts.")
        self.text.setText(about.format(title=document.title))
        self.text.setVisible(True)
        self._desk, self._document, self._patient, self._then = desk, document, patient, then
        # One command, tried again after a question: it files once.
        self._new_id = new_id()
        self._host = host
        self.pick = PatientPick(desk, self.tr("The right patient"), leave_out=frozenset({patient.id}))
        self.pick.chosen.connect(self._on_chosen)
        self.people = TwoPeople(
            PersonCard(self.tr("Is filed with"), patient.name, self._about(patient)),
            PersonCard(self.tr("Belongs to"), self.tr("Nobody chosen yet")),
        )
        self.reason = TextField()
        self.field = LabelledField(
            self.tr("Reason"), self.reason, help=self.tr("For example: two patients of one name")
        )
        for widget in (self.pick, self.people, self.field):
            self.body.addWidget(widget)
        self.dirty = lambda: self.pick.patient is not None or bool(self.reason.text().strip())
        self.add_action(self.tr("Leave it here"), self.dismiss, closes=False)
        self.act = self.add_action(
            self.tr("File with this patient"), self._answer, kind="primary", default=True, closes=False
        )
        self.act.setEnabled(False)

    def focus_first(self) -> None:
        self.pick.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _about(self, who: Patient | PatientLine) -> str:
        return ", ".join(part for part in (birth_words(who.birth_date, self._desk.today()), who.mrn) if part)

    def _on_chosen(self, line: PatientLine | None) -> None:
        right = self.people.right
        if line is None:
            right.show_person(self.tr("Nobody chosen yet"), "")
        else:
            right.show_person(line.name, self._about(line))
        self.act.setEnabled(line is not None)

    def _answer(self) -> None:
        line = self.pick.patient
        if line is None or self.act.busy:
            return
        try:
            command = ReassignDocument(
                id=self._document.id,
                version=self._document.version,
                new_id=self._new_id,
                patient_id=line.id,
                reason=self.reason.text().strip(),
            )
        except ValidationError:
            self.field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._file(command, line)

    def _file(self, command: ReassignDocument, line: PatientLine) -> None:
        """With whom it was asked for: the field may hold somebody else by the time an answer comes."""
        desk = self._desk
        self.act.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.documents.reassign(desk.actor, command),
            done=lambda document: self._done(document, line),
            failed=lambda error: self._refused(command, line, error),
            always=lambda: self.act.set_busy(False),
        )

    def _done(self, document: Document, line: PatientLine) -> None:
        self.close_layer()
        self._desk.say(self.tr("{title} is filed with {name}").format(title=document.title, name=line.name))
        self._then(document)

    def _refused(self, command: ReassignDocument, line: PatientLine, error: ClinicError) -> None:
        if error.code is ErrorCode.FILE_NAMES_ANOTHER:
            AnotherNameDialog(
                self._host,
                self._document.title,
                (line.name, self._about(line)),
                error,
                lambda: self._file(command.model_copy(update={"other_name_confirmed": True}), line),
                lambda: None,
            ).open_layer()
            return
        words = errors.words(error)
        self.field.set_error(str(words))
