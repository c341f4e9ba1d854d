"""Allergies: the sheet that lists them all, asks about them, and the form for one."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.allergies import (
    Allergy,
    AllergyCategory,
    AllergyDetails,
    AllergyStatus,
    EditAllergy,
    RecordAllergy,
    SayNoneKnown,
    Severity,
)
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart import words as chart_words
from meditrack_desktop.ui.patients.chart.entry_date import EntryDateField
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet, choice
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Label,
    LabelledField,
    Segmented,
    SideSheet,
    TextArea,
    TextField,
    confirm,
)


class AllergySheet(EntrySheet):
    """A new allergy, or one to correct. Who may not write charts leaves it unconfirmed."""

    def __init__(self, desk: Desk, host: QWidget, patient: Patient, allergy: Allergy | None = None) -> None:
        title = host.tr("Record allergy") if allergy is None else host.tr("Allergy")
        act = host.tr("Record allergy") if allergy is None else host.tr("Save allergy")
        super().__init__(desk, host, patient, title, act)
        self.allergy = allergy
        self._id = new_id()
        doctor = desk.actor.may(Permission.WRITE_CHART)
        sure = Verification.CONFIRMED if doctor else Verification.UNCONFIRMED
        shown = allergy if allergy is not None else None
        self.substance = TextField(shown.substance if shown else "")
        self.severity = Segmented(
            list(chart_words.severities()),
            shown.severity if shown else Severity.UNKNOWN,
            name=self.tr("Severity"),
        )
        self.reaction = TextField(shown.reaction if shown else "")
        self.category = choice(
            chart_words.categories(), shown.category if shown else AllergyCategory.MEDICATION
        )
        self.onset = EntryDateField(desk.today, shown.onset if shown else None, region=desk.facts.region)
        self.status = choice(chart_words.allergy_states(), shown.status if shown else AllergyStatus.ACTIVE)
        self.sure = choice(chart_words.verifications(), shown.verification if shown else sure)
        self.note = TextArea(shown.note if shown else "", lines=2)
        fields = {
            "substance": LabelledField(self.tr("To what"), self.substance),
            "severity": LabelledField(self.tr("How bad"), self.severity),
            "reaction": LabelledField(self.tr("What happens"), self.reaction, optional=True),
            "category": LabelledField(self.tr("Kind"), self.category),
            "onset": LabelledField(self.tr("Since"), self.onset, optional=True),
        }
        rows: list[tuple[str, ...]] = [("substance",), ("severity",), ("reaction",), ("category", "onset")]
        if shown is not None or doctor:
            fields["status"] = LabelledField(self.tr("State"), self.status)
            fields["verification"] = LabelledField(self.tr("How sure"), self.sure)
            self.sure.setEnabled(doctor)
            rows.append(("status", "verification"))
        fields["note"] = LabelledField(self.tr("Note"), self.note, optional=True)
        self.lay_out(fields, (*rows, ("note",)))
        if shown is not None and shown.verification is not Verification.ENTERED_IN_ERROR:
            self.offer_wrong(self.tr("Entered in error"), self.mark_wrong)

    def focus_first(self) -> None:
        self.substance.setFocus()

    def command(self) -> RecordAllergy | EditAllergy | None:
        if self.onset.check():
            self.onset.setFocus()
            return None
        if self.allergy is None:
            return self.form.build(RecordAllergy, id=self._id, patient_id=self._patient.id)
        coding = self.allergy.coding
        return self.form.build(
            EditAllergy,
            id=self.allergy.id,
            version=self.allergy.version,
            system=coding.system,
            code=coding.code,
        )

    def send(self, command: RecordAllergy | EditAllergy) -> Allergy:
        allergies = self._desk.clinic.allergies
        if isinstance(command, RecordAllergy):
            return allergies.record(self._desk.actor, command)
        return allergies.edit(self._desk.actor, command)

    def kept(self, record: Allergy) -> None:
        if self.allergy is None:
            text = self.tr("Allergy to {what} recorded for {who}")
            undo = partial(set_wrong, self._desk, record)
        else:
            text = self.tr("Allergy to {what} saved for {who}")
            undo = partial(put_back, self._desk, self.allergy, record.version)
        said = text.format(what=record.substance, who=words.two_identifiers(self._patient))
        self._desk.say(said, undo)

    def mark_wrong(self) -> None:
        """Say that this entry should not be here; Undo puts it back. Who could not do that is asked first."""
        if self.allergy is None or self.save.busy:
            return
        if self._desk.actor.may(Permission.WRITE_CHART):
            self._mark(self.allergy)
            return
        confirm(
            self,
            self.tr("Entered in error?"),
            self.tr(
                "The allergy to {what} of {who} no longer warns. Only a doctor can bring it back."
            ).format(what=self.allergy.substance, who=words.two_identifiers(self._patient)),
            self.tr("Mark as entered in error"),
            partial(self._mark, self.allergy),
            keep=self.tr("Keep it"),
        )

    def _mark(self, allergy: Allergy) -> None:
        gone = as_edit(allergy, verification=Verification.ENTERED_IN_ERROR)
        self.change(lambda: self._desk.clinic.allergies.edit(self._desk.actor, gone), self._marked)

    def _marked(self, record: Allergy) -> None:
        self.close_layer()
        before = self.allergy
        if before is not None:
            text = self.tr("Allergy to {what} marked as entered in error").format(what=record.substance)
            back = partial(put_back, self._desk, before, record.version)
            self._desk.say(text, back if self._desk.actor.may(Permission.WRITE_CHART) else None)


class AllergiesSheet(SideSheet):
    """All allergies of one patient, also those that no longer warn, and what the patient says."""

    def __init__(self, desk: Desk, host: QWidget, content: ChartContent) -> None:
        super().__init__(host, host.tr("Allergies"))
        self._desk, self._content = desk, content
        self.may_write = desk.actor.may(Permission.RECORD_ALLERGY)
        self.form: AllergySheet | None = None
        self.refusal: Banner | None = None
        self.body.setSpacing(12)
        self.who = Label("", "small", wrap=True)
        self.body.addWidget(self.who)
        self.asked = Label("", tone="text2", wrap=True)
        self.body.addWidget(self.asked)
        self._rows = column(2)
        self.body.addLayout(self._rows)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self.add = Button(self.tr("Record allergy"), "primary", icon="plus")
        self.add.clicked.connect(lambda _checked=False: self.edit(None))
        self.none = Button(self.tr("No known allergies"), icon="shield-check")
        self.none.clicked.connect(self.say_none)
        acts.addWidget(self.add)
        acts.addWidget(self.none)
        acts.addStretch(1)
        self.body.addLayout(acts)
        self.body.addStretch(1)
        self.show_content(content)

    def show_content(self, content: ChartContent) -> None:
        """Show the allergies as they are now."""
        self._content = content
        known = content.allergies
        self.who.setText(words.two_identifiers(content.patient))
        clear(self._rows)
        allergies = known.allergies if known is not None else ()
        may = self.may_write and content.open_to_change
        for allergy in allergies:
            wrong = allergy.verification is Verification.ENTERED_IN_ERROR
            row = EntryRow(
                chart_words.allergy_text(allergy),
                chart_words.allergy_about(allergy),
                icon="octagon-alert" if allergy.warns else "history",
                danger=allergy.warns,
                struck=wrong,
            )
            row.setEnabled(may)
            row.clicked.connect(partial(self._on_row, allergy))
            self._rows.addWidget(row)
        if known is not None and known.none_known is not None:
            day = chart_words.day_text(known.none_known.at, self._desk.facts.tz)
            text = self.tr("No known allergies. {name} asked on {date}.")
            self.asked.setText(text.format(name=known.none_known.by_name, date=day))
        elif not allergies:
            self.asked.setText(self.tr("Nobody has asked about allergies yet."))
        else:
            self.asked.setText(self.tr("Press Enter on one to correct it."))
        self.asked.setVisible(bool(not allergies or may))
        self.add.setVisible(may)
        warned = bool(known is not None and known.warnings)
        self.none.setVisible(may and not warned)

    def edit(self, allergy: Allergy | None) -> None:
        """Open the form for one, or for a new one."""
        self.form = AllergySheet(self._desk, self, self._content.patient, allergy)
        self.form.open_layer()

    def say_none(self) -> None:
        """Write down that the patient was asked and knows of none."""
        if self.none.busy:
            return
        desk, patient = self._desk, self._content.patient
        command = SayNoneKnown(patient_id=patient.id)
        said = self.tr("No known allergies, asked today: {who}").format(who=words.two_identifiers(patient))
        self.none.set_busy(True)
        desk.tasks.change(
            self,
            lambda: desk.clinic.allergies.say_none_known(desk.actor, command),
            done=lambda _list: self._said_none(said),
            failed=self._refused,
            always=lambda: self.none.set_busy(False),
        )

    def focus_first(self) -> None:
        (self.add if self.add.isVisibleTo(self) else self).setFocus()

    def _said_none(self, said: str) -> None:
        self.close_layer()
        self._desk.say(said)

    def _on_row(self, allergy: Allergy, _checked: bool = False) -> None:
        self.edit(allergy)

    def _refused(self, error: ClinicError) -> None:
        if self.refusal is not None:
            self.refusal.hide()
            self.refusal.deleteLater()
        said = errors.words(error)
        self.refusal = Banner(said.text, "danger", lead=said.title)
        self.body.insertWidget(0, self.refusal)


def as_edit(allergy: Allergy, **changed: object) -> EditAllergy:
    """An allergy as the command that would leave it as it is, but for `changed`."""
    kept = {name: getattr(allergy, name) for name in AllergyDetails.model_fields if hasattr(allergy, name)}
    kept |= {"system": allergy.coding.system, "code": allergy.coding.code}
    return EditAllergy.model_validate({**kept, "id": allergy.id, "version": allergy.version, **changed})


def set_wrong(desk: Desk, allergy: Allergy) -> None:
    """Mark an entry just made as entered in error."""
    gone = as_edit(allergy, verification=Verification.ENTERED_IN_ERROR)
    desk.tasks.change(desk.go, lambda: desk.clinic.allergies.edit(desk.actor, gone))


def put_back(desk: Desk, before: Allergy, version: int) -> None:
    """Make an entry again what it was."""
    back = as_edit(before, version=version)
    desk.tasks.change(desk.go, lambda: desk.clinic.allergies.edit(desk.actor, back))
