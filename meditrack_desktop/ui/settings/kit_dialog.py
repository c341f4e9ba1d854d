"""A new recovery kit: saved or printed, and proven to be kept by its last eight characters before it counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, Invalid
from meditrack_desktop.services.profile import write_durably
from meditrack_desktop.services.recovery_kit import LAST, RecoveryKit, check_kept
from meditrack_desktop.services.recovery_kit_pdf import kit_pdf
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing.pdf_printer import ask_printer, print_pdf
from meditrack_desktop.ui.widgets import Button, Dialog, Label, LabelledField, TextField

FILE_NAME = "MediTrack recovery kit.pdf"


class KitDialog(Dialog):
    """`then` is given the last characters once they were typed rightly; Cancel leaves the present kit in force."""

    def __init__(self, desk: Desk, host: QWidget, kit: RecoveryKit, then: Callable[[str], object]) -> None:
        tr = QCoreApplication.translate
        super().__init__(
            host,
            tr("KitDialog", "A new recovery kit"),
            tr(
                "KitDialog",
                "Print the page or save it and print it from there. It counts once you have typed the end of its key; "
                "until then the present kit stays good.",
            ),
            width=500,
        )
        self._desk, self._kit, self._then = desk, kit, then
        self.kept = False
        row = QHBoxLayout()
        row.setSpacing(8)
        self.print_button = Button(self.tr("Print…"), icon="printer")
        self.print_button.clicked.connect(self.print_kit)
        self.save_button = Button(self.tr("Save as PDF…"), icon="file-down")
        self.save_button.clicked.connect(self.ask_where)
        row.addWidget(self.print_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.said = Label(self.tr("Not printed or saved yet."), "small", wrap=True)
        self.body.addWidget(self.said)
        self.last = TextField(icon="key-round")
        self.last.setMaxLength(2 * LAST)
        self.field = LabelledField(
            self.tr("Last 8 characters of the key"),
            self.last,
            help=self.tr("Read them from the paper or the PDF."),
        )
        self.body.addWidget(self.field)
        self.add_action(self.tr("Cancel"))
        self.act: Button = self.add_action(
            self.tr("Let it count"), self._on_act, kind="primary", default=True, closes=False
        )

    def print_kit(self) -> None:
        """Ask for a printer and print; the dialog is the system's."""
        printer = ask_printer(self.window(), self.heading.text())
        if printer is None:
            return
        if print_pdf(kit_pdf(self._kit, self._desk.facts.region), printer):
            self._handed_out(self.tr("Sent to the printer."))
        else:
            self.said.setText(self.tr("The printer took nothing. Look at it, or save the kit as PDF."))

    def ask_where(self) -> None:
        """Ask for a place and save the kit there."""
        dialog = QFileDialog(self.window(), self.heading.text(), FILE_NAME, "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, file: Path) -> None:
        """Write the kit to a file, whole or not at all, readable by this person only."""
        kit, region = self._kit, self._desk.facts.region
        self._desk.tasks.change(
            self,
            lambda: write_durably(file, kit_pdf(kit, region)),
            done=lambda _: self._handed_out(
                self.tr("Saved as {file}. Print it from there, then delete the file.").format(file=file.name)
            ),
            failed=self._not_saved,
        )

    def _handed_out(self, words: str) -> None:
        self.kept = True
        self.said.setText(words)
        self.last.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_saved(self, error: ClinicError) -> None:
        self.said.setText(str(errors.words(error)))

    def _on_act(self) -> None:
        if not self.kept:
            self.said.setText(self.tr("Print the kit or save it first."))
            self.print_button.setFocus(Qt.FocusReason.TabFocusReason)
            return
        try:
            check_kept(self._kit, self.last.text())
        except Invalid as wrong:
            self.field.set_error(str(errors.words(wrong)))
            self.last.selectAll()
            self.last.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        last = self.last.text()
        self.close_layer()
        self._then(last)
