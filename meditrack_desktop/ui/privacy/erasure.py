"""Asking for a patient to be erased: what it means, in honest words, before anybody asks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.privacy import AskForPurge, PurgeRequest
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import Banner, CheckBox, Dialog, LabelledField, TextArea


class ErasureDialog(Dialog):
    """One administrator asks here; another has to agree on the Privacy page."""

    def __init__(self, desk: Desk, host: QWidget, patient: Patient, who: str) -> None:
        super().__init__(
            host,
            host.tr("Ask for {who} to be erased?").format(who=who),
            host.tr(
                "Another administrator has to agree. Then the keys of the documents are destroyed, the files "
                "deleted, and name, numbers and notes emptied. Visits stay in the counts, without a name."
            ),
            width=520,
        )
        self._desk, self._patient = desk, patient
        self.body.addWidget(
            Banner(
                self.tr(
                    "The law usually requires that medical records are kept. Where you are not sure, restrict the "
                    "record instead: that can be undone."
                ),
                "warn",
            )
        )
        self.body.addWidget(
            Banner(
                self.tr("Copies in backups end when the last backup that holds the key has expired."), "info"
            )
        )
        self.reason = TextArea(lines=2)
        field = LabelledField(
            self.tr("Reason"), self.reason, help=self.tr("It is kept. Leave the patient's name out of it.")
        )
        self.form = Form({"reason": field})
        self.overrule = CheckBox(self.tr("Erase it although it should still be kept; I take responsibility"))
        self.overrule.hide()
        self.body.addWidget(field)
        self.body.addWidget(self.overrule)
        self.dirty = lambda: bool(self.reason.toPlainText().strip())
        self.add_action(self.tr("Keep the record"))
        self.act = self.add_action(
            self.tr("Ask for erasure"), self._ask, kind="danger", default=True, closes=False
        )

    def focus_first(self) -> None:
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self) -> None:
        command = self.form.build(
            AskForPurge, patient_id=self._patient.id, overrule=self.overrule.isChecked()
        )
        if command is None:
            return
        self.act.set_busy(True)
        desk = self._desk
        desk.tasks.change(
            self,
            lambda: desk.clinic.purges.ask(desk.actor, command),
            done=self._asked,
            failed=self._refused,
            always=lambda: self.act.set_busy(False),
        )

    def _asked(self, _request: PurgeRequest) -> None:
        self.close_layer()
        self._desk.say(self.tr("Asked. Another administrator can agree on the Privacy page."))

    def _refused(self, error: ClinicError) -> None:
        said = errors.words(error)
        if error.code is ErrorCode.RETENTION_NOT_OVER:
            # Only now: nobody should tick it before knowing that it is needed.
            self.overrule.show()
        self.form.fields["reason"].set_error(f"{said.title} {said.text}")


def open_erasure(desk: Desk, host: QWidget, patient: Patient, who: str) -> ErasureDialog:
    """Open the question over `host`'s window."""
    dialog = ErasureDialog(desk, host, patient, who)
    dialog.open_layer()
    return dialog
