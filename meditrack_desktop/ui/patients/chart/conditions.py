"""Conditions of a chart: the list at the left of the overview and the form for one."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.conditions import (
    Condition,
    ConditionDetails,
    ConditionStatus,
    EditCondition,
    RecordCondition,
)
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart.entry_date import EntryDateField
from meditrack_desktop.ui.patients.chart.entry_list import EntryList
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet, choice
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.widgets import LabelledField, TextArea, TextField


class ConditionSheet(EntrySheet):
    """A new condition, or one to correct."""

    def __init__(
        self, desk: Desk, host: QWidget, patient: Patient, condition: Condition | None = None
    ) -> None:
        title = host.tr("Add condition") if condition is None else host.tr("Condition")
        act = host.tr("Add condition") if condition is None else host.tr("Save condition")
        super().__init__(desk, host, patient, title, act)
        self.condition = shown = condition
        self._id = new_id()
        self.text = TextField(shown.text if shown else "")
        self.onset = EntryDateField(desk.today, shown.onset if shown else None, region=desk.facts.region)
        self.abated = EntryDateField(desk.today, shown.abated if shown else None, region=desk.facts.region)
        self.status = choice(
            chart_words.condition_states(), shown.status if shown else ConditionStatus.ACTIVE
        )
        self.sure = choice(
            chart_words.verifications(), shown.verification if shown else Verification.CONFIRMED
        )
        self.note = TextArea(shown.note if shown else "", lines=2)
        dates = self.tr("A day, a month or a year.")
        self.lay_out(
            {
                "text": LabelledField(self.tr("Condition"), self.text),
                "onset": LabelledField(self.tr("Since"), self.onset, help=dates, optional=True),
                "abated": LabelledField(self.tr("Until"), self.abated, optional=True),
                "status": LabelledField(self.tr("State"), self.status),
                "verification": LabelledField(self.tr("How sure"), self.sure),
                "note": LabelledField(self.tr("Note"), self.note, optional=True),
            },
            (("text",), ("onset", "abated"), ("status", "verification"), ("note",)),
        )
        if shown is not None and shown.verification is not Verification.ENTERED_IN_ERROR:
            self.offer_wrong(self.tr("Entered in error"), self.mark_wrong)

    def focus_first(self) -> None:
        self.text.setFocus()

    def command(self) -> RecordCondition | EditCondition | None:
        for day in (self.onset, self.abated):
            if day.check():
                day.setFocus()
                return None
        if self.condition is None:
            return self.form.build(RecordCondition, id=self._id, patient_id=self._patient.id)
        before = self.condition
        return self.form.build(
            EditCondition,
            id=before.id,
            version=before.version,
            system=before.coding.system,
            code=before.coding.code,
        )

    def send(self, command: RecordCondition | EditCondition) -> Condition:
        conditions = self._desk.clinic.conditions
        if isinstance(command, RecordCondition):
            return conditions.record(self._desk.actor, command)
        return conditions.edit(self._desk.actor, command)

    def kept(self, record: Condition) -> None:
        before = self.condition
        if before is None:
            text = self.tr("{what} added for {who}")
            undo = partial(_edit, self._desk, record, verification=Verification.ENTERED_IN_ERROR)
        else:
            text = self.tr("{what} saved for {who}")
            undo = partial(_edit, self._desk, before, version=record.version)
        who = words.two_identifiers(self._patient)
        self._desk.say(text.format(what=record.text, who=who), undo)

    def mark_wrong(self) -> None:
        """Say that this entry should not be here; Undo puts it back."""
        before = self.condition
        if before is not None and not self.save.busy:
            gone = as_edit(before, verification=Verification.ENTERED_IN_ERROR)
            self.change(lambda: self._desk.clinic.conditions.edit(self._desk.actor, gone), self._marked)

    def _marked(self, record: Condition) -> None:
        self.close_layer()
        text = self.tr("{what} marked as entered in error").format(what=record.text)
        if self.condition is not None:
            self._desk.say(text, partial(_edit, self._desk, self.condition, version=record.version))


class ConditionsSection(EntryList):
    """What the patient has now; what is over and what was wrong behind one line."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            self.tr("Conditions"),
            self.tr("Add condition"),
            self.tr("No conditions are known."),
            parent,
        )

    def entries(self, content: ChartContent) -> tuple[list[EntryRow], list[EntryRow]]:
        present: list[EntryRow] = []
        past: list[EntryRow] = []
        for condition in content.chart.conditions if content.chart is not None else ():
            wrong = condition.verification is Verification.ENTERED_IN_ERROR
            refuted = condition.verification is Verification.REFUTED
            now = condition.status.present and not wrong and not refuted
            row = EntryRow(
                condition.text,
                chart_words.condition_about(condition),
                struck=wrong,
                quiet=not now,
                key=condition.id,
            )
            row.clicked.connect(partial(self._on_row, condition))
            (present if now else past).append(row)
        return present, past

    def open_form(self, entry: Condition | None) -> ConditionSheet | None:
        """Open the form for one, or for a new one."""
        if self.content is None or not self.may_write:
            return None
        sheet = ConditionSheet(self._desk, self, self.content.patient, entry)
        self.open_sheet(sheet, entry.id if entry is not None else None)
        return sheet

    def _on_row(self, condition: Condition, _checked: bool = False) -> None:
        self.open_form(condition)


def as_edit(condition: Condition, **changed: object) -> EditCondition:
    """A condition as the command that would leave it as it is, but for `changed`."""
    kept = {
        name: getattr(condition, name) for name in ConditionDetails.model_fields if hasattr(condition, name)
    }
    kept |= {"system": condition.coding.system, "code": condition.coding.code}
    return EditCondition.model_validate({**kept, "id": condition.id, "version": condition.version, **changed})


def _edit(desk: Desk, condition: Condition, **changed: object) -> None:
    command = as_edit(condition, **changed)
    desk.tasks.change(desk.go, lambda: desk.clinic.conditions.edit(desk.actor, command))
