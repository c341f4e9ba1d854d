"""Medication of a chart: the list at the left of the overview and the form for one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import (
    EditMedication,
    Medication,
    MedicationDetails,
    MedicationIntent,
    MedicationStatus,
    RecordMedication,
)
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart.entry_date import EntryDateField
from meditrack_desktop.ui.patients.chart.entry_list import EntryList
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet, choice
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.widgets import Banner, LabelledField, TextArea, TextField

NEW_FOR = timedelta(days=30)


class MedicationSheet(EntrySheet):
    """A new medication, or one to correct. What the patient is allergic to stands above the fields."""

    def __init__(
        self, desk: Desk, host: QWidget, content: ChartContent, medication: Medication | None = None
    ) -> None:
        title = host.tr("Add medication") if medication is None else host.tr("Medication")
        act = host.tr("Add medication") if medication is None else host.tr("Save medication")
        patient: Patient = content.patient
        super().__init__(desk, host, patient, title, act)
        self.medication = shown = medication
        self._id = new_id()
        warnings = content.allergies.warnings if content.allergies is not None else ()
        if warnings:
            told = "; ".join(chart_words.allergy_text(allergy) for allergy in warnings)
            self.body.addWidget(Banner(told, "danger", lead=self.tr("Allergies:")))
        self.text = TextField(shown.text if shown else "")
        self.dosage = TextField(shown.dosage if shown else "")
        self.started = EntryDateField(
            desk.today, shown.started if shown else None, region=desk.facts.region, ahead=True
        )
        self.ended = EntryDateField(
            desk.today, shown.ended if shown else None, region=desk.facts.region, ahead=True
        )
        self.status = choice(
            chart_words.medication_states(), shown.status if shown else MedicationStatus.ACTIVE
        )
        self.intent = choice(chart_words.intents(), shown.intent if shown else MedicationIntent.ORDER)
        self.reason = TextField(shown.reason if shown else "")
        self.note = TextArea(shown.note if shown else "", lines=2)
        example = self.tr("Such as: Ferrous sulfate 325 mg")
        self.lay_out(
            {
                "text": LabelledField(self.tr("Medication and strength"), self.text, help=example),
                "dosage": LabelledField(self.tr("How it is taken"), self.dosage, optional=True),
                "started": LabelledField(self.tr("Since"), self.started, optional=True),
                "ended": LabelledField(self.tr("Until"), self.ended, optional=True),
                "status": LabelledField(self.tr("State"), self.status),
                "intent": LabelledField(self.tr("Where from"), self.intent),
                "reason": LabelledField(self.tr("What for"), self.reason, optional=True),
                "note": LabelledField(self.tr("Note"), self.note, optional=True),
            },
            (("text",), ("dosage",), ("started", "ended"), ("status", "intent"), ("reason",), ("note",)),
        )
        if shown is not None and shown.status is not MedicationStatus.ENTERED_IN_ERROR:
            self.offer_wrong(self.tr("Entered in error"), self.mark_wrong)

    def focus_first(self) -> None:
        self.text.setFocus()

    def command(self) -> RecordMedication | EditMedication | None:
        for day in (self.started, self.ended):
            if day.check():
                day.setFocus()
                return None
        if self.medication is None:
            return self.form.build(RecordMedication, id=self._id, patient_id=self._patient.id)
        before = self.medication
        return self.form.build(
            EditMedication,
            id=before.id,
            version=before.version,
            system=before.coding.system,
            code=before.coding.code,
        )

    def send(self, command: RecordMedication | EditMedication) -> Medication:
        medications = self._desk.clinic.medications
        if isinstance(command, RecordMedication):
            return medications.record(self._desk.actor, command)
        return medications.edit(self._desk.actor, command)

    def kept(self, record: Medication) -> None:
        before = self.medication
        if before is None:
            text = self.tr("{what} added for {who}")
            undo = partial(_edit, self._desk, record, status=MedicationStatus.ENTERED_IN_ERROR)
        else:
            text = self.tr("{what} saved for {who}")
            undo = partial(_edit, self._desk, before, version=record.version)
        who = words.two_identifiers(self._patient)
        self._desk.say(text.format(what=record.text, who=who), undo)

    def mark_wrong(self) -> None:
        """Say that this entry should not be here; Undo puts it back."""
        before = self.medication
        if before is not None and not self.save.busy:
            gone = as_edit(before, status=MedicationStatus.ENTERED_IN_ERROR)
            self.change(lambda: self._desk.clinic.medications.edit(self._desk.actor, gone), self._marked)

    def _marked(self, record: Medication) -> None:
        self.close_layer()
        text = self.tr("{what} marked as entered in error").format(what=record.text)
        if self.medication is not None:
            self._desk.say(text, partial(_edit, self._desk, self.medication, version=record.version))


class MedicationsSection(EntryList):
    """What the patient takes now; the rest behind one line. What began within 30 days is marked as new."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            self.tr("Medication"),
            self.tr("Add medication"),
            self.tr("No medication is known."),
            parent,
        )

    def entries(self, content: ChartContent) -> tuple[list[EntryRow], list[EntryRow]]:
        present: list[EntryRow] = []
        past: list[EntryRow] = []
        for medication in content.chart.medications if content.chart is not None else ():
            wrong = medication.status is MedicationStatus.ENTERED_IN_ERROR
            now = medication.status in (MedicationStatus.ACTIVE, MedicationStatus.ON_HOLD)
            new = now and self._is_new(medication)
            row = EntryRow(
                medication.text,
                chart_words.medication_about(medication),
                tag=self.tr("New") if new else "",
                struck=wrong,
                quiet=not now,
                key=medication.id,
            )
            row.clicked.connect(partial(self._on_row, medication))
            (present if now else past).append(row)
        return present, past

    def open_form(self, entry: Medication | None) -> MedicationSheet | None:
        """Open the form for one, or for a new one."""
        if self.content is None or not self.may_write:
            return None
        sheet = MedicationSheet(self._desk, self, self.content, entry)
        self.open_sheet(sheet, entry.id if entry is not None else None)
        return sheet

    def _is_new(self, medication: Medication) -> bool:
        began = medication.started
        if began is None or not began.is_whole:
            return False
        first = self._desk.today() - NEW_FOR
        return (began.year, began.month, began.day) >= (first.year, first.month, first.day)

    def _on_row(self, medication: Medication, _checked: bool = False) -> None:
        self.open_form(medication)


def as_edit(medication: Medication, **changed: object) -> EditMedication:
    """A medication as the command that would leave it as it is, but for `changed`."""
    kept = {
        name: getattr(medication, name)
        for name in MedicationDetails.model_fields
        if hasattr(medication, name)
    }
    kept |= {"system": medication.coding.system, "code": medication.coding.code}
    return EditMedication.model_validate(
        {**kept, "id": medication.id, "version": medication.version, **changed}
    )


def _edit(desk: Desk, medication: Medication, **changed: object) -> None:
    command = as_edit(medication, **changed)
    desk.tasks.change(desk.go, lambda: desk.clinic.medications.edit(desk.actor, command))
