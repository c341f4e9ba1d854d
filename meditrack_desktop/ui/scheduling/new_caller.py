"""A caller nobody knows, taken down while booking: Tab from the typed name asks for a phone, Enter books."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, FieldProblem
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.names import display_name, split_name
from meditrack_desktop.domain.patients import FindPatients, Patient, PatientLine, PhoneInput, TakeDownPatient
from meditrack_desktop.domain.text import digits
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_draft import line_of
from meditrack_desktop.ui.scheduling.words import birth_text
from meditrack_desktop.ui.widgets import Button, LabelledField, TextField, announce, fold

FEWEST_DIGITS = 4


class NewCaller(LabelledField):
    """The phone of a new caller, hidden until a name nobody was chosen for is left by Tab.

    `kept` carries the patient line, new or known. Whoever has this name and this number already is offered first;
    only a click says that it is somebody else.
    """

    kept = Signal(object)
    refused = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.phone = TextField()
        super().__init__(
            QCoreApplication.translate("NewCaller", "Phone of the new caller"), self.phone, parent=parent
        )
        self._desk = desk
        self._id = new_id()
        self._name = ""
        self.known: PatientLine | None = None
        self.choose = Button("", "secondary", icon="user-round", size="small")
        self.other = Button(self.tr("Somebody else"), "quiet", size="small")
        self.choose.clicked.connect(self._choose_known)
        self.other.clicked.connect(self._not_the_same)
        self._sure = self._sent = ""
        self.phone.textEdited.connect(self._on_edited)
        self._answers = QWidget(self)
        row = QHBoxLayout(self._answers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.choose)
        row.addWidget(self.other)
        row.addStretch(1)
        column = self.layout()
        if column is not None:
            column.addWidget(self._answers)
        self._answers.hide()
        self.hide()

    @property
    def name(self) -> str:
        """Whom the phone is asked of; "" while it is not asked."""
        return self._name

    def ask(self, name: str) -> bool:
        """Ask for the phone of somebody of this name; False if it is no name."""
        given, family = split_name(name)
        if not given and not family:
            return False
        if fold(name) != fold(self._name):
            self._id, self._sure = new_id(), ""
        self._name = name
        self._offer(None)
        who = display_name(family, given)
        self.set_help(self.tr("A new record for {name}, completed at check-in").format(name=who))
        self.setVisible(True)
        self.phone.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def withdraw(self) -> None:
        """Nobody new after all."""
        self._name = ""
        self._offer(None)
        self.clear_error()
        self.setVisible(False)

    def take_down(self, failed: Callable[[ClinicError], object]) -> None:
        """Keep the caller; first look whether the clinic knows this name with this number."""
        typed, desk = self.phone.text().strip(), self._desk
        if len(digits(typed)) < FEWEST_DIGITS:
            self._refuse(FieldProblem.TOO_SHORT if typed else FieldProblem.REQUIRED)
            return
        sent = _sure_of(self._name, typed)
        if sent != self._sent:
            # Sent again after a lost answer it is the same caller; with another number it is not.
            self._id, self._sent = new_id(), sent
        try:
            command = TakeDownPatient(id=self._id, name=self._name, phone=PhoneInput(value=typed))
        except ValidationError:
            self._refuse(FieldProblem.MALFORMED)
            return
        sure = self._sure == sent
        desk.tasks.change(
            self,
            partial(_take_down, desk, command, sure=sure),
            done=partial(self._on_answer, command.id),
            failed=partial(self._on_failed, failed),
        )

    def _refuse(self, problem: FieldProblem) -> None:
        self.set_error(errors.problem_words(problem, self.tr("Phone")))
        self.phone.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refused.emit()

    def _on_answer(self, asked: UUID, answer: Patient | PatientLine) -> None:
        if not self._name or asked != self._id:
            # Somebody else was chosen or typed meanwhile: a visit is theirs, and is asked for anew.
            self.refused.emit()
            return
        if isinstance(answer, PatientLine):
            self._offer(answer)
            self.refused.emit()
            return
        self.withdraw()
        self.kept.emit(line_of(answer))

    def _on_failed(self, failed: Callable[[ClinicError], object], error: ClinicError) -> None:
        self.refused.emit()
        failed(error)

    def _offer(self, known: PatientLine | None) -> None:
        self.known = known
        self._answers.setVisible(known is not None)
        if known is None:
            self.set_warning("")
            return
        born = birth_text(known.birth_date, self._desk.today()) or self.tr("birth date unknown")
        who = f"{known.name}, {born}"
        text = self.tr("{who} has this name and this number.").format(who=who)
        self.set_warning(text)
        self.choose.set_text(self.tr("It is {name}").format(name=known.name))
        self.choose.setAccessibleName(self.tr("It is {name}").format(name=who))
        announce(self.phone, text, assertive=True)
        self.choose.setFocus(Qt.FocusReason.TabFocusReason)

    def _choose_known(self) -> None:
        known = self.known
        if known is not None:
            self.withdraw()
            self.kept.emit(known)

    def _not_the_same(self) -> None:
        self._sure = _sure_of(self._name, self.phone.text().strip())
        self._offer(None)
        self.phone.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edited(self, _text: str) -> None:
        self.clear_error()
        if self.known is not None:
            self._offer(None)


def _sure_of(name: str, phone: str) -> str:
    return f"{fold(name)}\n{digits(phone)}"


def _take_down(desk: Desk, command: TakeDownPatient, *, sure: bool) -> Patient | PatientLine:
    """The new patient; or, unless `sure`, whoever has this name and number already. In a working thread."""
    patients, phone = desk.clinic.patients, command.phone
    if not sure and phone is not None:
        question = FindPatients(text=f"{command.name} {phone.value}"[:200], limit=5)
        for line in patients.find(desk.actor, question).lines:
            if line.id != command.id:
                return line
    return patients.take_down(desk.actor, command)
