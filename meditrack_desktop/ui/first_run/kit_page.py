"""The recovery kit: printed or saved, and proven to be kept by its last eight characters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, Invalid
from meditrack_desktop.services.profile import write_durably
from meditrack_desktop.services.recovery_kit import LAST, RecoveryKit, check_kept, draw_up
from meditrack_desktop.services.recovery_kit_pdf import kit_pdf
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.first_run.page import Course, SetUpPage
from meditrack_desktop.ui.first_run.words import say
from meditrack_desktop.ui.printing.pdf_printer import ask_printer, print_pdf
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    IconLabel,
    Label,
    LabelledField,
    TextField,
    announce,
)

PDF_FILES = "PDF (*.pdf)"
FILE_NAME = "MediTrack recovery kit.pdf"


class KitPage(SetUpPage):
    """Drawn up once a window. After a break a new one is drawn: the key of the first was kept nowhere."""

    word, step = "kit", 3

    def __init__(self, course: Course) -> None:
        super().__init__(
            course,
            say("Print the recovery kit"),
            say(
                "One page with a key that opens this clinic when passwords are forgotten or the computer is lost. "
                "Nobody, the makers of MediTrack included, can make it again for you."
            ),
        )
        self.kept = False
        self._former = QVBoxLayout()
        self.body.addLayout(self._former)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.print_button = Button(self.tr("Print…"), "secondary", icon="printer", key="Alt P")
        self.save_button = Button(self.tr("Save as PDF…"), "secondary", icon="file-down", key="Alt S")
        self.print_button.clicked.connect(self.print_kit)
        self.save_button.clicked.connect(self.ask_where)
        row.addWidget(self.print_button)
        row.addWidget(self.save_button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addSpacing(10)
        done = QHBoxLayout()
        done.setSpacing(8)
        self.mark = IconLabel("info", 16, "text2")
        done.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self.said = Label("", "body", wrap=True)
        done.addWidget(self.said, 1)
        self.body.addLayout(done)
        self.body.addSpacing(20)
        self.last = TextField(icon="key-round")
        self.last.setMaxLength(2 * LAST)
        self.last_field = LabelledField(
            self.tr("Last 8 characters of the key"),
            self.last,
            help=self.tr("Read them from the paper or the PDF. This proves that the kit is really there."),
        )
        self.body.addWidget(self.last_field)
        self.body.addSpacing(20)
        self.body.addWidget(
            Banner(
                self.tr(
                    "Keep the page in a safe, not in this computer: whoever holds it can open everything."
                ),
                "warn",
            )
        )
        self.body.addStretch(1)
        self.last.textEdited.connect(self.last_field.clear_error)
        self._say_state("")

    def arrive(self) -> None:
        answers = self.course.answers
        if self.course.kit is None:
            if answers.kit_drawn:
                self._former.addWidget(
                    Banner(self.tr("It opens nothing. Tear it up and print this new one."), "warn",
                           lead=self.tr("A kit was made before you left set-up."))
                )  # fmt: skip
                self._former.addSpacing(14)
            self.course.kit = draw_up(answers.clinic_name, self.course.clock)

    def first(self) -> QWidget:
        return self.last if self.kept else self.print_button

    def leave(self, then: Callable[[], object]) -> None:
        if not self.kept:
            self._say_state(self.tr("Print the kit or save it first."), "warn")
            self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        try:
            check_kept(self._kit(), self.last.text())
        except Invalid as wrong:
            said = errors.words(wrong)
            self.last_field.set_error(str(said))
            self.last.selectAll()
            self.last.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        then()

    def print_kit(self) -> None:
        """Ask for a printer and print. Drawing takes a moment; the dialog is the system's."""
        printer = self.ask_printer()
        if printer is None:
            return
        if print_pdf(kit_pdf(self._kit(), self.course.answers.region), printer):
            self._handed_out(self.tr("Sent to {printer}.").format(printer=printer.printerName() or "PDF"))
        else:
            self._say_state(
                self.tr("The printer took nothing. Look at it, or save the kit as PDF."), "danger"
            )

    def ask_printer(self) -> QPrinter | None:
        """Which printer; the system's dialog."""
        return ask_printer(self.window(), self.tr("MediTrack recovery kit"))

    def ask_where(self) -> None:
        """Ask for a place and save the kit there."""
        dialog = QFileDialog(self.window(), self.tr("Save the recovery kit"), FILE_NAME, PDF_FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, file: Path) -> None:
        """Write the kit to a file, whole or not at all, readable by this person only."""
        kit, region = self._kit(), self.course.answers.region
        self.course.tasks.change(
            self,
            lambda: write_durably(file, kit_pdf(kit, region)),
            done=lambda _: self._handed_out(
                self.tr("Saved as {file}. Print it from there, then delete the file.").format(file=file.name)
            ),
            failed=self._not_saved,
        )

    def _not_saved(self, error: ClinicError) -> None:
        folder = str(error.parameters.get("folder", ""))
        words = self.tr("The kit was not saved: {folder} cannot be written. Choose another place.")
        self._say_state(words.format(folder=folder) if folder else str(errors.words(error)), "danger")

    def _kit(self) -> RecoveryKit:
        if self.course.kit is None:
            self.course.kit = draw_up(self.course.answers.clinic_name, self.course.clock)
        return self.course.kit

    def _handed_out(self, words: str) -> None:
        self.kept = self.course.answers.kit_drawn = True
        self._say_state(words, "ok")
        announce(self, words)
        self.last.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_state(self, words: str, tone: str = "text2") -> None:
        self.said.setText(words or self.tr("Not printed or saved yet."))
        self.said.set_tone(tone)
        icons = {"ok": "circle-check", "warn": "triangle-alert", "danger": "circle-alert"}
        self.mark.set_icon(icons.get(tone, "info"), tone)
