"""Measurements of a chart: what was measured last, and the sheet that takes new values down."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.observations import (
    LOINC,
    MEASUREMENTS,
    Interpretation,
    Measurement,
    Observation,
    ObservationInput,
    RecordObservations,
)
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart.entry_rows import INSET
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet
from meditrack_desktop.ui.patients.chart.measure_row import MeasureRow
from meditrack_desktop.ui.patients.chart.measurement_history import HistorySheet, mark_wrong
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import (
    DateField,
    Divider,
    IconButton,
    Label,
    LabelledField,
    SectionHeading,
    TextField,
    TimeField,
)

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
EVERYDAY = {measurement.code: number for number, measurement in enumerate(MEASUREMENTS)}


class MeasuredSection(QWidget):
    """The newest of each everyday measurement. A row opens how it went over time."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.content: ChartContent | None = None
        self.may_write = False
        self.setAccessibleName(self.tr("Last measured"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(INSET, 0, 0, 2)
        self.heading = SectionHeading(self.tr("Last measured"), note=" ")
        head.addWidget(self.heading, 1)
        self.add = IconButton("plus", self.tr("Take measurements down"), extent=28)
        self.add.clicked.connect(lambda _checked=False: self.open_form())
        head.addWidget(self.add)
        whole.addLayout(head)
        self._rows = column(0)
        whole.addLayout(self._rows)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient's newest values."""
        self.content = content
        may = self._desk.actor.may(Permission.WRITE_CHART)
        self.may_write = may and content.open_to_change and content.chart is not None
        self.add.setVisible(self.may_write)
        clear(self._rows)
        latest = {one.coding.code: one for one in content.chart.latest} if content.chart is not None else {}
        shown = sorted((one for one in latest.values() if one.coding.code in EVERYDAY), key=_in_order)
        newest = max((one.taken_at for one in shown), default=None)
        zone = self._desk.facts.tz
        self.heading.set_note(chart_words.day_text(newest, zone) if newest is not None else "")
        for one in shown:
            if one.coding.code == DIASTOLIC and SYSTOLIC in latest:
                continue
            beside = latest.get(DIASTOLIC) if one.coding.code == SYSTOLIC else None
            older = newest is not None and to_wall(one.taken_at, zone).date() != to_wall(newest, zone).date()
            when = chart_words.day_text(one.taken_at, zone) if older else ""
            row = MeasureRow(*measured_words(one, beside), when=when)
            row.clicked.connect(partial(self._on_row, one))
            self._rows.addWidget(row)
        if not shown:
            nothing = Label(self.tr("Nothing has been measured yet."), tone="text2", wrap=True)
            nothing.setContentsMargins(INSET, 0, INSET, 0)
            self._rows.addWidget(nothing)

    def open_form(self) -> MeasurementsSheet | None:
        """Open the sheet that takes values down."""
        if self.content is None or not self.may_write:
            return None
        sheet = MeasurementsSheet(self._desk, self, self.content.patient)
        sheet.open_layer()
        return sheet

    def open_history(self, observation: Observation) -> HistorySheet | None:
        """Open how one kind of measurement went over time."""
        if self.content is None:
            return None
        sheet = HistorySheet(self._desk, self, self.content.patient, observation, may_write=self.may_write)
        sheet.load()
        return sheet

    def _on_row(self, observation: Observation, _checked: bool = False) -> None:
        self.open_history(observation)


def measured_words(one: Observation, beside: Observation | None = None) -> tuple[str, str, Interpretation]:
    """Name, value and how it stands; two blood pressures are one line: `118 / 76`, the worse of both."""
    if beside is None or one.value is None or beside.value is None:
        return chart_words.measurement_name(one), chart_words.value_text(one), one.interpretation
    text = f"{chart_words.number_text(one.value)} / {chart_words.number_text(beside.value)}"
    outside = (Interpretation.LOW, Interpretation.HIGH)
    found = one.interpretation if one.interpretation in outside else beside.interpretation
    return _tr("Blood pressure"), text, found


def _in_order(one: Observation) -> int:
    return EVERYDAY[one.coding.code]


class MeasurementsSheet(EntrySheet):
    """All everyday measurements in one sheet; what stays empty was not measured."""

    def __init__(self, desk: Desk, host: QWidget, patient: Patient) -> None:
        super().__init__(desk, host, patient, host.tr("Measurements"), host.tr("Save measurements"))
        now = to_wall(desk.clock.now(), desk.facts.tz)
        self.day = DateField(desk.today, now.date(), maximum=now.date())
        self.time = TimeField(time(now.hour, now.minute))
        self.values: dict[str, TextField] = {}
        self._ids = {measurement.key: new_id() for measurement in MEASUREMENTS}
        self._labelled: dict[str, LabelledField] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        for number, measurement in enumerate(MEASUREMENTS):
            field = TextField()
            field.set_note(chart_words.unit_text(measurement.unit))
            field.textEdited.connect(partial(self._on_edited, measurement))
            self.values[measurement.key] = field
            labelled = LabelledField(_label(measurement), field)
            self._labelled[measurement.key] = labelled
            grid.addWidget(labelled, number // 2, number % 2, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(grid)
        self.body.addWidget(Divider())
        fields = {
            "day": LabelledField(self.tr("Measured on"), self.day),
            "time": LabelledField(self.tr("At"), self.time),
        }
        self.lay_out({**fields, **self._labelled}, (("day", "time"),))

    def focus_first(self) -> None:
        self.values["systolic"].setFocus()

    def command(self) -> RecordObservations | None:
        self.form.clear_errors()
        taken: list[ObservationInput] = []
        wrong: list[LabelledField] = []
        for measurement in MEASUREMENTS:
            labelled = self._labelled[measurement.key]
            typed = self.values[measurement.key].text().strip()
            if not typed:
                continue
            value = chart_words.read_number(typed)
            if value is None or value < 0:
                labelled.set_error(self.tr("This is not a number."))
                wrong.append(labelled)
                continue
            taken.append(_input(measurement, value, self._ids[measurement.key]))
        if not taken and not wrong:
            first = self._labelled["systolic"]
            first.set_error(self.tr("Type at least one value."))
            wrong.append(first)
        day, at = self.day.value(), self.time.value()
        if wrong or day is None or at is None:
            (wrong[0].field if wrong else self.day if day is None else self.time).setFocus()
            return None
        when = datetime.combine(day, at, self._desk.facts.tz)
        return RecordObservations(patient_id=self._patient.id, taken_at=when, values=tuple(taken))

    def send(self, command: RecordObservations) -> tuple[Observation, ...]:
        return self._desk.clinic.observations.record(self._desk.actor, command)

    def kept(self, record: tuple[Observation, ...]) -> None:
        text = self.tr("Measurements kept for {who}").format(who=words.two_identifiers(self._patient))
        self._desk.say(text, partial(mark_wrong, self._desk, record))

    def _on_edited(self, measurement: Measurement, text: str) -> None:
        """What is outside the usual range says so at once; it can be saved all the same."""
        if measurement.key == "systolic" and "/" in text:
            text = self._take_both(text)
        value = chart_words.read_number(text)
        labelled = self._labelled[measurement.key]
        labelled.clear_error()
        said = ""
        if value is not None and measurement.low is not None and value < measurement.low:
            said = self.tr("Low: usual from {low}").format(low=measurement.low)
        elif value is not None and measurement.high is not None and value > measurement.high:
            said = self.tr("High: usual up to {high}").format(high=measurement.high)
        labelled.set_warning(said)

    def _take_both(self, typed: str) -> str:
        """`131/84`, as it is said, fills both fields; the upper is returned, typing goes on in the lower."""
        upper, _, lower = (part.strip() for part in typed.partition("/"))
        self.values["systolic"].setText(upper)
        below = self.values["diastolic"]
        if lower:
            below.setText(lower)
            below.textEdited.emit(lower)
        below.setFocus(Qt.FocusReason.OtherFocusReason)
        return upper


def _input(measurement: Measurement, value: Decimal, id_: object) -> ObservationInput:
    return ObservationInput.model_validate(
        {
            "id": id_,
            "name": measurement.name,
            "system": LOINC,
            "code": measurement.code,
            "value": value,
            "unit": measurement.unit,
            "low": measurement.low,
            "high": measurement.high,
        }
    )


def _label(measurement: Measurement) -> str:
    return {
        "systolic": _tr("Blood pressure, upper"),
        "diastolic": _tr("Blood pressure, lower"),
        "pulse": _tr("Pulse"),
        "weight": _tr("Weight"),
        "height": _tr("Height"),
        "temperature": _tr("Temperature"),
        "oxygen": _tr("Oxygen saturation"),
        "breathing": _tr("Breathing"),
    }[measurement.key]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Measurements", text)
