"""A sheet before it is printed: its pages, the printer, the size that lies in it; a summary also says for whom.

What leaves is noted first and printed then: if the printer fails, one line too many is better than one too few.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.printing import (
    CardSize,
    HandedBy,
    LabelSize,
    MakePrintout,
    NotePrintout,
    PrintKind,
    Printout,
)
from meditrack_desktop.domain.progress import OnProgress
from meditrack_desktop.services.private_file import private_file
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.printing import printers, words
from meditrack_desktop.ui.printing.printers import DeskPrinting
from meditrack_desktop.ui.printing.sheet_preview import SheetPreview
from meditrack_desktop.ui.widgets import Banner, Combo, Dialog, LabelledField, Option, TextField

_PREVIEW_HEIGHT = {PrintKind.LABEL: 190, PrintKind.APPOINTMENT_CARD: 300, PrintKind.CHART_SUMMARY: 340}
_SHARE_OF_WINDOW = 0.36


@dataclass(frozen=True, slots=True)
class Whose:
    """The patient of a sheet; `who` has two identifiers. With `appointment_id` a card is that visit's slip."""

    patient_id: UUID
    who: str
    appointment_id: UUID | None = None


class PrintDialog(Dialog):
    """Enter prints. Without a printer the sheet can still be saved."""

    def __init__(self, desk: Desk, host: QWidget, kind: PrintKind, whose: Whose) -> None:
        super().__init__(host, words.heading(kind), whose.who, width=620)
        self._desk, self._kind, self._whose = desk, kind, whose
        self._folder: Path = desk.clinic.profile.folder
        self._printing = DeskPrinting()
        self._sheet: Printout | None = None
        self._first = True
        self.preview = SheetPreview(desk)
        room = int(host.window().height() * _SHARE_OF_WINDOW)
        self.preview.setFixedHeight(min(theme.current().px(_PREVIEW_HEIGHT[kind]), max(room, 120)))
        self.body.addWidget(self.preview)
        self.notice = Banner("", "info")
        self.notice.hide()
        self.body.addWidget(self.notice)
        self.printer = Combo(name=self.tr("Printer"), placeholder=self.tr("Looking for printers…"))
        self.sheet_size = Combo(words.size_options(kind), name=self.tr("Size"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(LabelledField(self.tr("Printer"), self.printer), 2)
        self.size_field = LabelledField(self.tr("Size"), self.sheet_size)
        row.addWidget(self.size_field, 1)
        self.body.addLayout(row)
        self.recipient, self.purpose = TextField(), TextField()
        self.form = Form(
            {
                "recipient": LabelledField(self.tr("For whom"), self.recipient),
                "purpose": LabelledField(self.tr("Why"), self.purpose),
            }
        )
        if kind is PrintKind.CHART_SUMMARY:
            self.size_field.hide()
            asked = QHBoxLayout()
            asked.setSpacing(12)
            asked.addWidget(self.form.fields["recipient"], 1)
            asked.addWidget(self.form.fields["purpose"], 1)
            self.body.addLayout(asked)
        self.sheet_size.valueChanged.connect(self._on_size)
        self.add_action(self.tr("Cancel"), self.dismiss, closes=False)
        self.save = self.add_action(self.tr("Save as PDF…"), self._choose_file, closes=False, icon="download")
        self.act = self.add_action(
            self.tr("Print"), self.print_sheet, kind="primary", default=True, closes=False, icon="printer"
        )
        self.act.setEnabled(False)
        self.save.setEnabled(False)

    def load(self) -> None:
        """Ask for the printers and the sheet."""
        folder = self._folder

        def look(_progress: OnProgress) -> tuple[DeskPrinting, tuple[str, ...]]:
            return printers.remembered_printing(folder), printers.printer_names()

        self._desk.tasks.slow(self, look, done=self._show_printers, title=self.tr("Looking for printers"))

    def focus_first(self) -> None:
        if self._kind is PrintKind.CHART_SUMMARY:
            self.recipient.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            # Until there is a sheet nothing can be done with it; the keys must not stay behind the dialog.
            self.printer.setFocus(Qt.FocusReason.OtherFocusReason)

    def print_sheet(self) -> None:
        """Note it, then send it to the chosen printer, which this desk remembers from now on."""
        sheet, name = self._sheet, self.printer.value()
        command = self._note(HandedBy.PRINTED)
        if sheet is None or not isinstance(name, str) or not name or command is None:
            return
        self.act.set_busy(True)
        desk, folder = self._desk, self._folder
        printing = self._printing.with_printer(self._kind, name)

        def work(_progress: OnProgress) -> str:
            desk.clinic.printouts.hand_over(desk.actor, command)
            printers.send(sheet.pdf, name, sheet.title)
            printers.keep_printing(folder, printing)
            return name

        self._desk.tasks.slow(
            self,
            work,
            done=self._printed,
            failed=self._refused,
            always=lambda: self.act.set_busy(False),
            title=words.heading(self._kind),
        )

    def save_to(self, target: Path) -> None:
        """Note it, then write it there."""
        sheet, command = self._sheet, self._note(HandedBy.SAVED)
        if sheet is None or command is None:
            return
        desk = self._desk

        def work(_progress: OnProgress) -> None:
            desk.clinic.printouts.hand_over(desk.actor, command)
            with private_file(target) as part:
                part.write_bytes(sheet.pdf)

        self._desk.tasks.slow(
            self,
            work,
            done=lambda _none: self._saved(),
            failed=self._refused,
            title=self.tr("Saving the sheet"),
        )

    def _note(self, by: HandedBy) -> NotePrintout | None:
        if self._kind is not PrintKind.CHART_SUMMARY:
            return NotePrintout(kind=self._kind, patient_id=self._whose.patient_id, by=by)
        return self.form.build(NotePrintout, kind=self._kind, patient_id=self._whose.patient_id, by=by)

    def _show_printers(self, found: tuple[DeskPrinting, tuple[str, ...]]) -> None:
        self._printing, names = found
        nothing = Option("", self.tr("No printer"), enabled=False)
        self.printer.set_options([Option(name, name) for name in names] or [nothing])
        wanted = self._printing.printer(self._kind)
        self.printer.set_value(wanted if wanted in names else (names[0] if names else ""))
        self.sheet_size.set_value(
            self._printing.label_size if self._kind is PrintKind.LABEL else self._printing.card_size
        )
        if not names:
            self._say(
                self.tr(
                    "This computer has no printer. The sheet can be saved as a PDF and printed elsewhere."
                )
            )
        self._ask_sheet()

    def _ask_sheet(self) -> None:
        command = MakePrintout(
            kind=self._kind,
            patient_id=self._whose.patient_id,
            label=self._printing.label_size,
            card=self._printing.card_size,
            appointment_id=self._whose.appointment_id,
        )
        # What is seen and sent is of the size that was chosen, or is not sent yet.
        self._sheet = None
        self.act.setEnabled(False)
        self.save.setEnabled(False)
        desk = self._desk
        desk.tasks.query(
            self,
            partial(desk.clinic.printouts.make, desk.actor, command),
            self._show_sheet,
            failed=self._refused,
            replaces="sheet",
        )

    def _show_sheet(self, sheet: Printout) -> None:
        first, self._sheet = self._first, sheet
        self._first = False
        self.preview.show_pdf(sheet.pdf)
        self.save.setEnabled(True)
        self.act.setEnabled(bool(self.printer.value()))
        if first and self.printer.hasFocus():
            (self.act if self.act.isEnabled() else self.save).setFocus(Qt.FocusReason.OtherFocusReason)
        if sheet.left_out:
            self._say(
                self.tr(
                    "Conditions, medication, measurements and notes are left out: your role does not read them."
                )
            )

    def _on_size(self, size: object) -> None:
        if isinstance(size, LabelSize):
            self._printing = replace(self._printing, label_size=size)
        elif isinstance(size, CardSize):
            self._printing = replace(self._printing, card_size=size)
        self._ask_sheet()

    def _choose_file(self) -> None:
        # No name of a patient in the name of a file.
        dialog = QFileDialog(self.window(), self.tr("Save the sheet"), f"{self._kind.value}.pdf")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def _printed(self, name: str) -> None:
        self.close_layer()
        self._desk.say(words.sent(self._kind, name))

    def _saved(self) -> None:
        self.close_layer()
        self._desk.say(self.tr("The sheet is saved"))

    def _refused(self, error: ClinicError) -> None:
        if not self.form.show(error):
            errors.show(self, error)

    def _say(self, text: str) -> None:
        self.notice.set_text(text)
        self.notice.show()


def open_print_dialog(desk: Desk, host: QWidget, kind: PrintKind, whose: Whose) -> PrintDialog:
    """Open it over `host`'s window and begin to ask."""
    dialog = PrintDialog(desk, host, kind, whose)
    dialog.open_layer()
    dialog.load()
    return dialog
