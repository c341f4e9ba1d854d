"""Handing out a copy of a patient's record: for whom, why and where to; then the passphrase, shown once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.privacy import ExportPatient, PatientExport
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import (
    Banner,
    Card,
    CheckBox,
    Dialog,
    Label,
    LabelledField,
    ProgressBar,
    TextField,
)


class HandOutDialog(Dialog):
    """One encrypted archive. What this person may not read stays out of it, and the archive says so."""

    def __init__(self, desk: Desk, host: QWidget, patient: Patient, who: str) -> None:
        super().__init__(
            host,
            host.tr("Hand out a copy of the record of {who}").format(who=who),
            host.tr("One encrypted file with everything you may read. It is noted to whom it went, and why."),
            width=520,
        )
        self._desk, self._host, self._patient = desk, host, patient
        self._task: SlowTask | None = None
        self.recipient, self.address = TextField(), TextField()
        self.purpose = TextField()
        self.age_recipient = TextField(placeholder="age1…")
        fields = {
            "recipient": LabelledField(self.tr("To whom"), self.recipient),
            "address": LabelledField(self.tr("Address"), self.address, optional=True),
            "purpose": LabelledField(self.tr("Why"), self.purpose),
            "age_recipient": LabelledField(
                self.tr("Their age key"),
                self.age_recipient,
                optional=True,
                help=self.tr("Without one a passphrase is made and shown once."),
            ),
        }
        self.form = Form(fields)
        for field in fields.values():
            self.body.addWidget(field)
        self.treatment = CheckBox(self.tr("For the patient's treatment"))
        self.body.addWidget(self.treatment)
        self.bar = ProgressBar(self.tr("Writing the archive"))
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.dirty = lambda: self._task is not None or not self.form.is_empty()
        self.cancel = self.add_action(self.tr("Cancel"), self.dismiss, closes=False)
        self.act = self.add_action(
            self.tr("Choose where to save…"), self._choose, kind="primary", default=True, closes=False
        )

    def focus_first(self) -> None:
        self.recipient.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_to(self, target: Path) -> None:
        """Write the archive there."""
        command = self._command()
        if command is None or self._task is not None:
            return
        self.bar.set_share(0)
        self.bar.show()
        self.act.set_busy(True)
        desk = self._desk

        def write(progress: OnProgress) -> PatientExport:
            return desk.clinic.exports.run(desk.actor, command, target, progress)

        self._task = desk.tasks.slow(
            self,
            write,
            done=self._written,
            failed=self._refused,
            always=self._ended,
            progress=self._show_progress,
            title=self.tr("Handing out a copy"),
        )
        # Thrown away with everything this person had open, it stops, too.
        self.destroyed.connect(self._task.stop)

    def _command(self) -> ExportPatient | None:
        return self.form.build(
            ExportPatient, patient_id=self._patient.id, treatment=self.treatment.isChecked()
        )

    def _choose(self) -> None:
        command = self._command()
        if command is None:
            return
        # No name of a patient in the name of a file.
        ending = ".age" if command.age_recipient else ".zip"
        dialog = QFileDialog(self.window(), self.tr("Save the archive"), f"record{ending}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def dismiss(self) -> None:
        """While the archive is being written, that is stopped first: nobody would see its passphrase."""
        if self._task is not None:
            self._task.stop()
        else:
            super().dismiss()

    def _show_progress(self, progress: Progress) -> None:
        if progress.total:
            self.bar.set_share(progress.done / progress.total)

    def _written(self, export: PatientExport) -> None:
        self.close_layer()
        if export.passphrase:
            PassphraseDialog(self._host, export).open_layer()
        else:
            self._desk.say(self.tr("The archive is written"))

    def _refused(self, error: ClinicError) -> None:
        if not self.form.show(error):
            errors.show(self, error)

    def _ended(self) -> None:
        self._task = None
        self.bar.hide()
        self.act.set_busy(False)


class PassphraseDialog(Dialog):
    """What is closed here cannot be shown again: the passphrase is kept nowhere."""

    def __init__(self, host: QWidget, export: PatientExport) -> None:
        super().__init__(
            host,
            host.tr("The archive is written"),
            host.tr(
                "Give the passphrase to the recipient by another way than the file: by phone, or on paper."
            ),
            width=480,
        )
        self._passphrase = export.passphrase
        card = Card(padding=14)
        self.passphrase = Label(export.passphrase, "section", selectable=True)
        self.passphrase.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.passphrase.setAccessibleName(
            self.tr("The passphrase, letter by letter: {letters}").format(letters=" ".join(export.passphrase))
        )
        card.body.addWidget(self.passphrase)
        self.body.addWidget(card)
        self.body.addWidget(
            Banner(self.tr("It is shown only now. Without it nobody opens the file."), "info")
        )
        if export.left_out:
            text = self.tr("Documents that you may not read were left out: {count}. The archive says so.")
            self.body.addWidget(Banner(text.format(count=export.left_out), "warn"))
        self.copy = self.add_action(self.tr("Copy passphrase"), self._copy, closes=False, icon="copy")
        self.add_action(self.tr("Done"), kind="primary", default=True)

    def focus_first(self) -> None:
        self.copy.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._passphrase)
        self.copy.set_text(self.tr("Copied"))
        self.copy.setToolTip(self.tr("It leaves the clipboard after a minute."))


def open_hand_out(desk: Desk, host: QWidget, patient: Patient, who: str) -> HandOutDialog:
    """Open the questions over `host`'s window."""
    dialog = HandOutDialog(desk, host, patient, who)
    dialog.open_layer()
    return dialog
