"""The patient of a booking: search as you type, tell people of one name apart, or take a new caller down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.patients import Patient, PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.suggestions import Suggestion, SuggestPatients
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_draft import line_of
from meditrack_desktop.ui.scheduling.words import birth_text
from meditrack_desktop.ui.suggestions import suggestion_option
from meditrack_desktop.ui.widgets import IconLabel, Label, LabelledField, Option, SearchSelect, announce, fold

SHOWN_MATCHES = 6
REGISTER = "register"


class PatientChoice(LabelledField):
    """The labelled search. Below it stands the second identifier of who is chosen, or a warning.

    `newWanted`: it is somebody new, of the name typed. `chosen` carries the patient line or None, `checked` comes
    when it is known whether somebody else has the same name.
    """

    registered = Signal()
    newWanted = Signal()
    chosen = Signal(object)
    checked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.search = SearchSelect(
            placeholder=QCoreApplication.translate("PatientChoice", "Name, birth date, phone or MRN"), delay=0
        )
        super().__init__(QCoreApplication.translate("PatientChoice", "Patient"), self.search, parent=parent)
        self._desk = desk
        self.patient: PatientLine | None = None
        self._found: dict[UUID, PatientLine] = {}
        self._twins: set[UUID] = set()
        self._same_name = self._same_day = ""
        self.pending = False
        self._elsewhere = QWidget(self)
        row = QHBoxLayout(self._elsewhere)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel("calendar-clock", 13, "warn", line="small"), 0, Qt.AlignmentFlag.AlignTop)
        self._other_visits = Label("", "hint", tone="warn", wrap=True)
        row.addWidget(self._other_visits, 1)
        column = self.layout()
        if column is not None:
            column.addWidget(self._elsewhere)
        self._elsewhere.hide()
        self.search.queryChanged.connect(self._ask)
        self.search.picked.connect(self._on_picked)
        self.search.actionPicked.connect(lambda _value: self.newWanted.emit())
        self.search.textEdited.connect(lambda _text: self.clear_error())

    def choose(self, line: PatientLine) -> None:
        """Take this patient without a search."""
        self.patient = line
        self._found[line.id] = line
        self.search.set_choice(Option(line.id, line.name, avatar=line.name))
        self._say_who(line)

    @property
    def warnings(self) -> tuple[str, str]:
        """What stands there about namesakes, and about other visits."""
        return self._same_name, self._same_day

    def warn_of_visits(self, others: Sequence[str]) -> None:
        """Say which other visits the patient has on that day; none: say nothing."""
        self._same_day = ""
        if others and self.patient is not None:
            words = self.tr("Has another visit that day: {visits}")
            self._same_day = words.format(visits="; ".join(others))
        self._show_warnings()

    def register(self) -> None:
        """Register the typed name as a new patient, and go on with them."""
        self._desk.go.register(self.search.text().strip(), self._on_registered)

    def _ask(self, text: str) -> None:
        if not text:
            self.search.set_options([])
            return
        desk = self._desk
        command = SuggestPatients(text=text[:200], limit=SHOWN_MATCHES)
        desk.tasks.query(
            self,
            lambda: desk.clinic.patients.suggest(desk.actor, command),
            lambda found: self._on_found(text, found),
            replaces="patients",
        )

    def _on_found(self, text: str, found: tuple[Suggestion, ...]) -> None:
        if text != self.search.text().strip():
            return
        lines = [one.line for one in found]
        self._found = {line.id: line for line in lines}
        names = [fold(line.name) for line in lines]
        self._twins = {line.id for line in lines if names.count(fold(line.name)) > 1}
        today = self._desk.today()
        options = [suggestion_option(one.line.id, one, today, typed=True) for one in found]
        if self._desk.actor.may(Permission.REGISTER_PATIENT):
            words = self.tr('New patient "{name}"').format(name=text)
            options.append(Option(REGISTER, words, icon="user-plus", keys=("Tab",), action=True))
        words = self.tr("first {count}") if len(found) == SHOWN_MATCHES else self.tr("{count} matches")
        note = self.tr("1 match") if len(found) == 1 else words.format(count=len(found))
        self.search.set_options(options, note)
        announce(self.search, note)

    def _on_picked(self, value: object) -> None:
        self.patient = self._found.get(value) if isinstance(value, UUID) else None
        self._say_who(self.patient)

    def _say_who(self, line: PatientLine | None) -> None:
        """The second identifier below the name; and at once or soon the warning that a name is not unique."""
        self.clear_error()
        self._same_name = self._same_day = ""
        self.pending = line is not None and line.id not in self._twins
        self.set_help("" if line is None else _second_line(line, self._desk.today()))
        if line is not None and line.id in self._twins:
            self._warn(line)
        self._show_warnings()
        self.chosen.emit(line)
        if line is None or not self.pending:
            return
        desk, chosen = self._desk, line
        desk.tasks.query(
            self,
            lambda: desk.clinic.patients.same_name(desk.actor, chosen.id),
            lambda others: self._on_namesakes(chosen, bool(others)),
            failed=lambda _error: self._on_unknown(chosen),
            replaces="same name",
        )

    def _on_namesakes(self, line: PatientLine, others: bool) -> None:
        if self.patient is None or self.patient.id != line.id:
            return
        self.pending = False
        if others:
            self._warn(line)
        self._show_warnings()
        self.checked.emit()

    def _on_unknown(self, line: PatientLine) -> None:
        """Nobody could be asked: that is said where a namesake would be, and read before anything is booked."""
        if self.patient is None or self.patient.id != line.id:
            return
        self.pending = False
        text = self.tr("Patients of the same name could not be looked up. Check the birth date: {who}")
        self._same_name = text.format(who=_second_line(line, self._desk.today()))
        self._show_warnings()
        self.checked.emit()

    def _warn(self, line: PatientLine) -> None:
        text = self.tr("Another patient has the same name. Check the birth date: {who}")
        self._same_name = text.format(who=_second_line(line, self._desk.today()))

    def _show_warnings(self) -> None:
        self.set_warning(self._same_name)
        self._other_visits.setText(self._same_day)
        self._elsewhere.setVisible(bool(self._same_day))

    def _on_registered(self, patient: Patient) -> None:
        self.choose(line_of(patient))
        self.registered.emit()


def _second_line(line: PatientLine, today: date) -> str:
    return ", ".join(part for part in (birth_text(line.birth_date, today), line.phone) if part)
