"""The scanner of this desk: its scan folder, its virus scanner, and the reading of scanned text."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.scanning import OFF, ScannerState
from meditrack_desktop.domain.text_recognition import RecognitionReport, TextWaiting
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.long_run import LongRun
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    Label,
    LabelledField,
    Option,
    TextField,
    format_date,
)

ADDRESS = "address"


class ScansSection(Section):
    """Anybody may look. Whoever files chooses the desk's folder; who may change the clinic's settings, the scanner."""

    word = "scans"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "ScansSection")
        super().__init__(desk, tr("Scanner"), tr("this computer"))
        self._may = desk.actor.may(Permission.EDIT_SETTINGS)
        self._may_choose = self._may or desk.actor.may(Permission.FILE_INCOMING)
        self._dialog: QFileDialog | None = None
        self.folder = Label("", "body", wrap=True, selectable=True)
        self.choose = Button(tr("Choose a folder"), icon="folder-open")
        self.choose.clicked.connect(self._ask_folder)
        self.clear = Button(tr("Use no folder"), "quiet")
        self.clear.clicked.connect(lambda: self.set_folder(None))
        self.trouble = Banner("", "danger")
        self.scanner = Label("", "body", wrap=True)
        self.which = Combo(
            [
                Option("", tr("Whatever is found")),
                Option(ADDRESS, tr("ClamAV at an address")),
                Option(OFF, tr("None")),
            ],
            name=tr("Virus scanner"),
        )
        self.which.setMinimumWidth(220)
        self.which.valueChanged.connect(self._on_which)
        self.address = TextField(placeholder="127.0.0.1:3310")
        self.address_field = LabelledField(tr("Address of clamd on this computer"), self.address)
        self.use = Button(tr("Use it"))
        self.use.clicked.connect(self._use_address)
        self.address.returnPressed.connect(self._use_address)
        self.text = Label("", "body", wrap=True)
        self.recognise = Button(tr("Read waiting texts"), icon="scan-text")
        self.recognise.clicked.connect(self._recognise)
        self.run = LongRun(_pages, tr("What was read so far is kept."))
        self._add_rows()

    def _add_rows(self) -> None:
        tr = self.tr
        row = self.add_row(
            tr("Scan folder"),
            tr(
                "What the scanner of this desk puts there goes to the inbox by itself, and leaves the folder."
            ),
        )
        row.body.addWidget(self.folder)
        if self._may_choose:
            row.add(self.choose, self.clear)
        row.body.addWidget(self.trouble)
        self.trouble.hide()
        row = self.add_row(
            tr("Virus scanner"),
            tr("Asked about every file before it is kept. Infected files are always refused."),
        )
        row.body.addWidget(self.scanner)
        if self._may:
            row.add(self.which)
            row.body.addWidget(self.address_field)
            row.add(self.use)
            self.address_field.hide()
            self.use.hide()
        row = self.add_row(
            tr("Text of scans"),
            tr(
                "Scanned pages are read on this computer, so that they are found by their words and know their patient."
            ),
        )
        row.body.addWidget(self.text)
        row.add(self.recognise)
        row.body.addWidget(self.run)

    def load(self) -> None:
        clinic, actor, tasks = self.desk.clinic, self.desk.actor, self.desk.tasks
        tasks.query(
            self,
            lambda: clinic.incoming.scan_folder(actor),
            self._show_folder,
            failed=self.refused,
            replaces="folder",
        )
        self.scanner.setText(self.tr("Asking the scanner"))
        tasks.query(
            self,
            lambda: (clinic.scanning.chosen(actor), clinic.scanning.state(actor)),
            lambda found: self._show_scanner(*found),
            failed=self.refused,
            replaces="scanner",
        )
        if actor.may(Permission.LIST_DOCUMENTS):
            tasks.query(
                self,
                lambda: clinic.text_recognition.waiting(actor),
                self._show_text,
                failed=self.refused,
                replaces="text",
            )
        else:
            self.recognise.hide()

    def set_folder(self, path: Path | None) -> None:
        """Take files from there from now on; None: from nowhere."""
        clinic, actor = self.desk.clinic, self.desk.actor
        self.trouble.hide()
        self.desk.tasks.change(
            self,
            lambda: clinic.incoming.set_scan_folder(actor, path),
            done=self._kept_folder,
            failed=self._folder_refused,
        )

    # The folder

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("The folder of this desk's scanner"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.set_folder(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _kept_folder(self, path: Path | None) -> None:
        self._show_folder(path)
        said = self.tr("Scans are taken from {folder}").format(folder=path)
        self.desk.say(said if path is not None else self.tr("This desk takes no scans any more"))

    def _show_folder(self, path: Path | None) -> None:
        self.folder.setText(str(path) if path is not None else self.tr("None: nothing comes in by itself."))
        self.clear.setEnabled(path is not None)

    def _folder_refused(self, error: ClinicError) -> None:
        said = errors.words(error)
        self.trouble.set_text(said.text, said.title)
        self.trouble.show()

    # The virus scanner

    def _on_which(self, value: object) -> None:
        at_address = value == ADDRESS
        self.address_field.setVisible(at_address)
        self.use.setVisible(at_address)
        if at_address:
            self.address.setFocus()
        else:
            self._choose_scanner(str(value or ""))

    def _use_address(self) -> None:
        self._choose_scanner(self.address.text().strip())

    def _choose_scanner(self, chosen: str) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.address_field.clear_error()
        if self.which.value() == ADDRESS and not chosen:
            self.address_field.set_error(self.tr("Type where clamd listens: a socket file, or a port."))
            return
        self.use.set_busy(True)

        def kept(state: ScannerState) -> None:
            self._show_scanner(chosen, state)
            self.desk.say(self.tr("Virus scanner chosen"))

        def refused(error: ClinicError) -> None:
            if "scanner" in error.fields:
                self.address_field.set_error(
                    self.tr(
                        "A socket file or a port of this computer, as /run/clamav/clamd.ctl or 127.0.0.1:3310."
                    )
                )
            else:
                self.refused(error)

        self.desk.tasks.change(
            self,
            lambda: clinic.scanning.choose(actor, chosen),
            done=kept,
            failed=refused,
            always=lambda: self.use.set_busy(False),
        )

    def _show_scanner(self, chosen: str, state: ScannerState) -> None:
        at_address = chosen not in ("", OFF)
        self.which.set_value(ADDRESS if at_address else chosen)
        if at_address:
            self.address.setText(chosen)
        if self._may:
            self.address_field.setVisible(at_address)
            self.use.setVisible(at_address)
        if not state.usable:
            words = self.tr(
                "None answers. Files are kept and marked as not checked, or refused if the clinic wants that."
            )
            if chosen == OFF:
                words = self.tr("Switched off at this desk. Files are kept and marked as not checked.")
            self.scanner.setText(words)
            return
        said = state.engine or self.tr("A virus scanner answers")
        if state.signatures_at is not None:
            day = format_date(to_wall(state.signatures_at, self.desk.facts.tz).date())
            said = self.tr("{engine}, knows viruses up to {day}").format(engine=said, day=day)
        self.scanner.setText(said)

    # The text of scans

    def _show_text(self, waiting: TextWaiting) -> None:
        if self.run.running:
            return
        if not waiting.recognizer:
            self.text.setText(
                self.tr("This computer has no program that reads scanned text. Scans stay pictures.")
            )
            self.recognise.hide()
            return
        count = waiting.total
        words = (
            self.tr("{program}. Nothing waits.") if not count else self.tr("{program}. {count} files wait.")
        )
        if count == 1:
            words = self.tr("{program}. 1 file waits.")
        self.text.setText(words.format(program=waiting.recognizer, count=count))
        self.recognise.setVisible(True)
        self.recognise.setEnabled(count > 0)

    def _recognise(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.recognise.setEnabled(False)
        task = self.desk.tasks.slow(
            self,
            lambda report: clinic.text_recognition.run(actor, report),
            done=self._recognised,
            failed=self.refused,
            always=self.load,
            title=self.tr("Reading scanned pages"),
        )
        self.run.follow(task)

    def _recognised(self, report: RecognitionReport) -> None:
        words = self.tr("{count} files were read").format(count=report.incoming + report.documents)
        if report.failed:
            words += self.tr(", {failed} could not be").format(failed=report.failed)
        self.desk.say(words)


def _pages(progress: Progress) -> str:
    words = QCoreApplication.translate("ScansSection", "{done} of {total} pages")
    return words.format(done=progress.done, total=progress.total)
