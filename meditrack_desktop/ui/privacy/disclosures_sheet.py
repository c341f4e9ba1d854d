"""To whom something about a patient was given, and the accounting to hand to the patient."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Unavailable
from meditrack_desktop.domain.privacy import AccountingForm, Disclosure
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.privacy.words import moment_text
from meditrack_desktop.ui.widgets import Button, Divider, Label, SideSheet, Skeleton, StateView, Tag


class DisclosuresSheet(SideSheet):
    """Newest first. What was for treatment is marked; the accounting leaves it out."""

    def __init__(self, desk: Desk, host: QWidget, patient_id: UUID, who: str) -> None:
        super().__init__(host, desk.go.tr("To whom it was given"), width=420)
        self._desk, self._patient_id = desk, patient_id
        self.found: tuple[Disclosure, ...] = ()
        self.body.setSpacing(10)
        self.body.addWidget(Label(who, "strong", wrap=True))
        self._waiting = Skeleton("text")
        self.body.addWidget(self._waiting)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self.pdf = Button(self.tr("Save as PDF…"), icon="file-down")
        self.csv = Button(self.tr("Save as CSV…"))
        self.pdf.clicked.connect(lambda: self._choose(AccountingForm.PDF))
        self.csv.clicked.connect(lambda: self._choose(AccountingForm.CSV))
        self.footer.addStretch(1)
        for button in (self.csv, self.pdf):
            button.setEnabled(False)
            self.footer.addWidget(button)

    def load(self) -> None:
        """Ask, and open the sheet."""
        desk = self._desk
        desk.tasks.query(
            self,
            lambda: desk.clinic.disclosures.list(desk.actor, self._patient_id),
            self.show_disclosures,
            failed=self._cannot_read,
        )
        self.open_layer()

    def show_disclosures(self, found: tuple[Disclosure, ...]) -> None:
        """Show them."""
        self.found = found
        self._waiting.hide()
        for button in (self.csv, self.pdf):
            button.setEnabled(True)
        if not found:
            self._rows.addWidget(StateView("empty", self.tr("Nothing was given out"), icon="send"))
        for number, one in enumerate(found):
            if number:
                self._rows.addWidget(Divider())
            self._rows.addLayout(self._row(one))

    def save(self, form: AccountingForm, target: Path) -> None:
        """Write the accounting there; what it says is read anew."""
        desk = self._desk

        def write() -> None:
            data = desk.clinic.disclosures.accounting(desk.actor, self._patient_id, form)
            try:
                target.write_bytes(data)
            except OSError:
                raise Unavailable(ErrorCode.EXPORT_TARGET_UNUSABLE) from None

        desk.tasks.query(self, write, lambda _none: desk.say(self.tr("Saved")))

    def _choose(self, form: AccountingForm) -> None:
        dialog = QFileDialog(self.window(), self.tr("Save the accounting"), f"disclosures.{form.value}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(form, Path(name)))
        dialog.open()

    def _row(self, one: Disclosure) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(Label(one.recipient or self.tr("Emptied"), "emphasis", wrap=True, selectable=True))
        when = moment_text(one.at, self._desk.facts.tz)
        for text, variant in (
            (one.address, "body"),
            (one.what, "body"),
            (one.purpose, "body"),
            (f"{when}, {one.account_name}", "small"),
        ):
            if text:
                shown = Label(text, variant, wrap=True, selectable=True)  # type: ignore[arg-type]
                column.addWidget(shown)
        if one.treatment:
            column.addWidget(Tag(self.tr("For treatment"), "info"), 0, Qt.AlignmentFlag.AlignLeft)
        return column

    def _cannot_read(self, error: ClinicError) -> None:
        self._waiting.hide()
        said = errors.words(error)
        self._rows.addWidget(StateView("error", said.title, said.text))


def open_disclosures(desk: Desk, host: QWidget, patient_id: UUID, who: str) -> DisclosuresSheet:
    """Open the list over `host`'s window."""
    sheet = DisclosuresSheet(desk, host, patient_id, who)
    sheet.load()
    return sheet
