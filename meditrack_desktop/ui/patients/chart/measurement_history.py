"""How one kind of measurement went over time: a small chart, the same as a table, and correcting a value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pydantic import ValidationError
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.observations import (
    EditObservation,
    Observation,
    ObservationHistory,
    ObservationStatus,
)
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet
from meditrack_desktop.ui.patients.chart.line_chart import LineChart, Point
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import (
    Button,
    Label,
    LabelledField,
    SectionHeading,
    SideSheet,
    Skeleton,
    StateView,
    TextArea,
    TextField,
)

WRONG = ObservationStatus.ENTERED_IN_ERROR


class HistorySheet(SideSheet):
    """Chart above, every value below it. A value that is pressed can be corrected."""

    def __init__(
        self, desk: Desk, host: QWidget, patient: Patient, observation: Observation, *, may_write: bool
    ) -> None:
        name = chart_words.measurement_name(observation)
        super().__init__(host, name, width=440)
        self._desk, self._patient, self._observation = desk, patient, observation
        self.may_write = may_write
        self.history: ObservationHistory | None = None
        self._table = False
        self.body.setSpacing(12)
        self.body.addWidget(Label(words.two_identifiers(patient), "small", wrap=True))
        self._waiting = Skeleton("text")
        self.body.addWidget(self._waiting)
        self.plot = LineChart()
        self.plot.hide()
        self.body.addWidget(self.plot)
        head = QHBoxLayout()
        head.addWidget(SectionHeading(self.tr("All values")), 1)
        self.switch = Button(self.tr("Show as table"), "link", size="small")
        self.switch.clicked.connect(self._toggle)
        head.addWidget(self.switch)
        self.body.addLayout(head)
        self._rows = column(2)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        desk.live.changed.connect(self._on_changed)

    def load(self) -> None:
        """Ask for the values and open the sheet."""
        self._ask()
        self.open_layer()

    def show_history(self, history: ObservationHistory) -> None:
        """Show the values as they are now."""
        if history.patient_id != self._patient.id:
            return
        self.history = history
        self._waiting.hide()
        zone = self._desk.facts.tz
        good = [one for one in history.values if one.status is not WRONG and one.value is not None]
        points = [
            Point(one.taken_at, float(one.value), chart_words.value_text(one), one.interpretation)
            for one in reversed(good)
            if one.value is not None
        ]
        low = next((float(one.low) for one in good if one.low is not None), None)
        high = next((float(one.high) for one in good if one.high is not None), None)
        self.plot.show_points(points, low, high, zone)
        self._arrange()
        clear(self._rows)
        corrected = {former.observation_id: former for former in reversed(history.former)}
        for one in history.values:
            about = [chart_words.moment_text(one.taken_at, zone), one.source]
            word = chart_words.interpretation_word(one.interpretation)
            if one.id in corrected:
                former = corrected[one.id]
                said = former.text_value
                if former.value is not None:
                    said = chart_words.number_text(former.value)
                text = self.tr("corrected from {value} by {name}")
                about.append(text.format(value=said, name=former.replaced_by_name))
            if one.status is WRONG:
                about.append(self.tr("entered in error"))
            value = chart_words.value_text(one)
            row = EntryRow(
                f"{value}, {word}" if word else value,
                ", ".join(part for part in about if part),
                icon=chart_words.arrow_icon(one.interpretation),
                danger=bool(chart_words.arrow_icon(one.interpretation)) and one.status is not WRONG,
                struck=one.status is WRONG,
            )
            row.clicked.connect(partial(self._on_row, one))
            self._rows.addWidget(row)
        if not history.values:
            self._rows.addWidget(StateView("empty", self.tr("No values"), icon="heart-pulse"))

    def _toggle(self) -> None:
        self._table = not self._table
        self._arrange()

    def _arrange(self) -> None:
        """Every value stands in words below; the drawing can be put away."""
        enough = self.plot.points_shown > 1
        self.switch.setVisible(enough)
        self.switch.set_text(self.tr("Show as chart") if self._table else self.tr("Show as table"))
        self.plot.setVisible(enough and not self._table)

    def _ask(self) -> None:
        desk, one = self._desk, self._observation
        desk.tasks.query(
            self,
            lambda: desk.clinic.observations.history(desk.actor, self._patient.id, one.kind),
            self.show_history,
            failed=self._cannot_read,
            replaces="history",
        )

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches_patient(self._patient.id):
            self._ask()

    def _on_row(self, observation: Observation, _checked: bool = False) -> None:
        if self.may_write:
            ValueSheet(self._desk, self, self._patient, observation).open_layer()

    def _cannot_read(self, error: ClinicError) -> None:
        self._waiting.hide()
        said = errors.words(error)
        clear(self._rows)
        self._rows.addWidget(StateView("error", said.title, said.text))


class ValueSheet(EntrySheet):
    """One value to correct; what it said before stays in its history."""

    def __init__(self, desk: Desk, host: QWidget, patient: Patient, observation: Observation) -> None:
        name = chart_words.measurement_name(observation)
        super().__init__(desk, host, patient, host.tr("Correct a value"), host.tr("Save value"))
        self.observation = observation
        when = chart_words.moment_text(observation.taken_at, desk.facts.tz)
        self.body.addWidget(Label(f"{name}, {when}", "strong", wrap=True))
        text = observation.text_value
        if observation.value is not None:
            text = chart_words.number_text(observation.value)
        self.value = TextField(text)
        self.value.set_note(chart_words.unit_text(observation.unit))
        self.note = TextArea(observation.note, lines=2)
        self.lay_out(
            {
                "value": LabelledField(self.tr("Value"), self.value),
                "note": LabelledField(self.tr("Note"), self.note, optional=True),
            },
            (("value",), ("note",)),
        )
        if observation.status is not WRONG:
            self.offer_wrong(self.tr("Entered in error"), self.mark_wrong)

    def focus_first(self) -> None:
        self.value.setFocus()
        self.value.selectAll()

    def command(self) -> EditObservation | None:
        self.form.clear_errors()
        typed = self.value.text().strip()
        number = chart_words.read_number(typed)
        worded = self.observation.value is None
        if not typed or (number is None and not worded):
            said = self.tr("This is not a number.") if typed else self.tr("Type the value.")
            self.form.fields["value"].set_error(said)
            self.value.setFocus()
            return None
        given = {"value": None, "text_value": typed} if worded else {"value": number, "text_value": ""}
        try:
            return as_edit(
                self.observation,
                status=ObservationStatus.AMENDED,
                note=self.note.toPlainText().strip(),
                **given,
            )
        except ValidationError:
            self.form.fields["value"].set_error(self.tr("This value is too long."))
            return None

    def send(self, command: EditObservation) -> Observation:
        return self._desk.clinic.observations.edit(self._desk.actor, command)

    def kept(self, record: Observation) -> None:
        text = self.tr("{what} corrected for {who}").format(
            what=chart_words.measurement_name(record), who=words.two_identifiers(self._patient)
        )
        self._desk.say(text, partial(_put_back, self._desk, (self.observation,), (record,)))

    def mark_wrong(self) -> None:
        """Say that this value should not be here; Undo puts it back."""
        if not self.save.busy:
            gone = as_edit(self.observation, status=WRONG)
            self.change(lambda: self._desk.clinic.observations.edit(self._desk.actor, gone), self._marked)

    def _marked(self, record: Observation) -> None:
        self.close_layer()
        name = chart_words.measurement_name(record)
        text = self.tr("{what} marked as entered in error").format(what=name)
        self._desk.say(text, partial(_put_back, self._desk, (self.observation,), (record,)))


def as_edit(observation: Observation, **changed: object) -> EditObservation:
    """A value as the command that would leave it as it is, but for `changed`."""
    names = ("id", "version", "name", "value", "text_value", "unit", "low", "high", "note", "taken_at")
    kept = {name: getattr(observation, name) for name in names}
    kept |= {"system": observation.coding.system, "code": observation.coding.code}
    return EditObservation.model_validate({**kept, "status": observation.status, **changed})


def mark_wrong(desk: Desk, observations: Sequence[Observation]) -> None:
    """Take values just entered out again."""
    for one in observations:
        command = as_edit(one, status=WRONG)
        desk.tasks.change(desk.go, partial(desk.clinic.observations.edit, desk.actor, command))


def _put_back(desk: Desk, before: Sequence[Observation], now: Sequence[Observation]) -> None:
    for old, new in zip(before, now, strict=True):
        command = as_edit(old, version=new.version)
        desk.tasks.change(desk.go, partial(desk.clinic.observations.edit, desk.actor, command))
