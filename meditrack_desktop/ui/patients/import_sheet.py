"""The sheet that brings patients in from files: what to read and how, then progress, then what came of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.imports import DateOrder, ImportReport, OnBadRows, Progress, Skipped
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Cell,
    Column,
    Combo,
    IconButton,
    IconLabel,
    Label,
    LabelledField,
    Option,
    ProgressBar,
    Radio,
    RecordModel,
    RecordTable,
    SectionHeading,
    SideSheet,
    announce,
)

FILTER = "CSV, FHIR (*.csv *.tsv *.txt *.json *.ndjson);;All files (*)"
TIME_LEFT_AFTER_S = 2.0


class ImportSheet(SideSheet):
    """Stays alive while it is closed during a run, so that the import goes on and its report is not lost."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page, page.tr("Import patients"), width=600)
        self._desk, self._page = desk, page
        self.files: list[Path] = []
        self.task: SlowTask | None = None
        self.report: ImportReport | None = None
        self._began = 0.0
        self._stack = QStackedWidget()
        for part in (self._build_choice(), self._build_progress(), self._build_report()):
            self._stack.addWidget(part)
        self.body.addWidget(self._stack, 1)
        self._build_footer()
        self._show_choice()

    def focus_first(self) -> None:
        first = self.choose if not self.files else self.begin
        if self._stack.currentIndex():
            first = self.stop if self.task is not None else self.close_button
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_layer(self) -> None:
        # A report that was fetched has been seen; only a run must outlive its sheet.
        self.keep_after_close = self.task is not None
        super().open_layer()

    def choose_files(self) -> None:
        """Ask which files to read."""
        dialog = QFileDialog(self.window(), self.tr("Import patients"), "", FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add_files([Path(name) for name in names]))
        dialog.open()

    def add_files(self, files: Sequence[Path]) -> None:
        """Add files to be read, each once."""
        self.files.extend(file for file in dict.fromkeys(files) if file not in self.files)
        self._show_files()
        if self.files:
            self.begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def start(self) -> None:
        """Read the files. The clinic can go on working meanwhile."""
        if not self.files or self.task is not None:
            return
        self._clear_refusal()
        imports, actor, paths = self._desk.clinic.imports, self._desk.actor, tuple(self.files)
        order, bad = DateOrder(str(self.order.value())), OnBadRows.KEEP_GOOD
        if self.take_none.isChecked():
            bad = OnBadRows.TAKE_NONE
        self._began = time.monotonic()
        self.count.setText(self.tr("Reading the files"))
        self.left.setText("")
        self.bar.set_share(0)
        self.keep_after_close = True
        self.task = self._desk.tasks.slow(
            self._page,
            lambda report: imports.run(actor, paths, date_order=order, on_bad_rows=bad, progress=report),
            done=self.show_report,
            failed=self._refused,
            always=self._ended,
            progress=self._on_progress,
            title=self.tr("Importing patients"),
        )
        self._show_part(1)

    def show_report(self, report: ImportReport) -> None:
        """Say what came of it."""
        self.task = None
        self.report = report
        clear(self._counts)
        for icon, tone, text in _counts(self, report):
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(IconLabel(icon, 16, tone))
            row.addWidget(Label(text, "body", wrap=True), 1)
            self._counts.addLayout(row)
        for note in report.notes:
            self._counts.addWidget(Label(note, "small", wrap=True, selectable=True))
        self.model.set_records(report.skipped)
        self.table.setVisible(bool(report.skipped))
        self._skipped_head.set_count(len(report.skipped) or None)
        self._skipped_head.setVisible(bool(report.skipped))
        self._show_part(2)
        self.copy.setVisible(bool(report.skipped))
        text = self.tr("Import finished: {added} added, {skipped} skipped").format(
            added=count_text(report.added), skipped=count_text(len(report.skipped))
        )
        announce(self._page, text)
        if not self.isVisible():
            self._desk.say(text)

    def copy_skipped(self) -> None:
        """Put the skipped rows on the clipboard, one a line, columns apart by tabs as spreadsheets take them."""
        if self.report is not None:
            rows = [(self.tr("File"), self.tr("Where"), self.tr("Reason"))]
            rows += [(skip.file, skip.where, skip.reason) for skip in self.report.skipped]
            text = "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
            QGuiApplication.clipboard().setText(text)
            self._desk.say(self.tr("{count} rows copied").format(count=count_text(len(rows) - 1)))

    def _build_choice(self) -> QWidget:
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        about = self.tr(
            "Bring in a spreadsheet (CSV) or FHIR files. What a file is, is read from its content. The same file "
            "twice adds nobody twice."
        )
        rows.addWidget(Label(about, tone="text2", wrap=True))
        self._file_rows = column(4)
        rows.addLayout(self._file_rows)
        self.choose = Button(self.tr("Choose files"), icon="file-up")
        self.choose.clicked.connect(self.choose_files)
        rows.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignLeft)
        self.order = Combo(
            [
                Option(DateOrder.ASK.value, self.tr("Skip dates that could be either")),
                Option(DateOrder.DAY_FIRST.value, self.tr("Day first: 3 April")),
                Option(DateOrder.MONTH_FIRST.value, self.tr("Month first: 4 March")),
            ],
            value=DateOrder.ASK.value,
        )
        rows.addWidget(LabelledField(self.tr("How to read a date such as 03/04/2001"), self.order))
        rows.addWidget(Label(self.tr("If some rows cannot be taken"), "small"))
        self.keep_good = Radio(self.tr("Take the good rows and list the others"), checked=True)
        self.take_none = Radio(self.tr("Take nobody, only list what is wrong"))
        rows.addWidget(self.keep_good)
        rows.addWidget(self.take_none)
        self._refusal: Banner | None = None
        self._refusal_place = column(0)
        rows.addLayout(self._refusal_place)
        rows.addStretch(1)
        return part

    def _build_progress(self) -> QWidget:
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 8, 0, 0)
        rows.setSpacing(10)
        self.count = Label("", "section")
        self.bar = ProgressBar(self.tr("Importing patients"))
        self.left = Label("", "small")
        rows.addWidget(self.count)
        rows.addWidget(self.bar)
        rows.addWidget(self.left)
        keep = self.tr("You can keep working. Stopping keeps what was added so far.")
        rows.addWidget(Label(keep, tone="text2", wrap=True))
        rows.addStretch(1)
        return part

    def _build_report(self) -> QWidget:
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        self._counts = column(6)
        rows.addLayout(self._counts)
        self._skipped_head = SectionHeading(self.tr("Skipped"))
        rows.addWidget(self._skipped_head)
        columns = [
            Column("file", self.tr("File"), 120, priority=1, sortable=False),
            Column("where", self.tr("Where"), 84, sortable=False),
            Column("reason", self.tr("Reason"), 240, stretch=True, sortable=False),
        ]
        self.model = RecordModel(columns, _skipped_cell)
        self.table = RecordTable(self.model, self.tr("Skipped rows"))
        self.table.setMinimumHeight(theme.current().px(160))
        self.table.rowChanged.connect(self._show_reason)
        rows.addWidget(self.table, 1)
        self.reason = Label("", "small", wrap=True, selectable=True)
        rows.addWidget(self.reason)
        rows.addStretch(0)
        return part

    def _build_footer(self) -> None:
        self.begin = Button(self.tr("Import"), "primary", icon="file-up")
        self.begin.set_default()
        self.begin.clicked.connect(self.start)
        self.stop = Button(self.tr("Stop import"), "danger_secondary")
        self.stop.clicked.connect(self._on_stop)
        self.background = Button(self.tr("Work in background"))
        self.background.clicked.connect(self.close_layer)
        self.copy = Button(self.tr("Copy skipped rows"), icon="copy")
        self.copy.clicked.connect(self.copy_skipped)
        self.again = Button(self.tr("Import more"))
        self.again.clicked.connect(self._begin_again)
        self.close_button = Button(self.tr("Close"), "primary")
        self.close_button.clicked.connect(self.dismiss)
        self.footer.addWidget(self.copy)
        self.footer.addStretch(1)
        for button in (self.background, self.stop, self.again, self.begin, self.close_button):
            self.footer.addWidget(button)

    def _show_choice(self) -> None:
        self._show_part(0)
        self._show_files()

    def _show_part(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        for at, buttons in enumerate(
            ((self.begin,), (self.stop, self.background), (self.again, self.close_button))
        ):
            for button in buttons:
                button.setVisible(at == number)
        self.copy.setVisible(False)
        if self.isVisible():
            self.focus_first()

    def _show_files(self) -> None:
        clear(self._file_rows)
        for file in self.files:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(IconLabel("file-text", 16, "text2"))
            row.addWidget(Label(file.name, elide=True), 1)
            remove = IconButton(
                "x", self.tr("Leave out {name}").format(name=file.name), extent=26, icon_size=14
            )
            remove.clicked.connect(lambda _checked=False, gone=file: self._leave_out(gone))
            row.addWidget(remove)
            self._file_rows.addLayout(row)
        self.choose.set_text(self.tr("Choose more files") if self.files else self.tr("Choose files"))
        self.begin.setEnabled(bool(self.files))

    def _leave_out(self, file: Path) -> None:
        self.files.remove(file)
        self._show_files()

    def _on_progress(self, progress: Progress) -> None:
        if not progress.total:
            return
        self.bar.set_share(progress.done / progress.total)
        words = self.tr("{done} of {total} rows")
        self.count.setText(words.format(done=count_text(progress.done), total=count_text(progress.total)))
        took = time.monotonic() - self._began
        if took > TIME_LEFT_AFTER_S and progress.done:
            left = round(took / progress.done * (progress.total - progress.done))
            self.left.setText(self._time_left(left))

    def _time_left(self, seconds: int) -> str:
        if seconds >= 90:
            return self.tr("About {minutes} min left").format(minutes=count_text(round(seconds / 60)))
        return self.tr("About {seconds} s left").format(seconds=count_text(seconds))

    def _on_stop(self) -> None:
        if self.task is not None:
            self.task.stop()
            self.left.setText(self.tr("Stopping after the rows in hand"))

    def _ended(self) -> None:
        self.task = None
        self.keep_after_close = False
        if self.isHidden():
            # The report waits until somebody opens the sheet again.
            self.keep_after_close = self.report is not None

    def _refused(self, error: ClinicError) -> None:
        self.task = None
        self._show_choice()
        said = errors.words(error)
        self._refusal = Banner(said.text, "danger", lead=said.title)
        self._refusal_place.addWidget(self._refusal)
        if not self.isVisible():
            errors.show(self._page, error)

    def _clear_refusal(self) -> None:
        if self._refusal is not None:
            self._refusal.hide()
            self._refusal.deleteLater()
            self._refusal = None

    def _begin_again(self) -> None:
        self.files.clear()
        self.report = None
        self._show_choice()

    def _show_reason(self, row: int) -> None:
        self.reason.setText(self.model.record(row).reason if 0 <= row < self.model.rowCount() else "")


def _skipped_cell(skip: Skipped, key: str) -> Cell:
    return Cell(getattr(skip, key), tone="text" if key == "reason" else "text2")


def _counts(sheet: ImportSheet, report: ImportReport) -> list[tuple[str, str, str]]:
    """(icon, tone, sentence) for each number worth saying; added and skipped are always said."""
    tr = sheet.tr
    said = [("circle-check", "ok", tr("{count} patients added").format(count=count_text(report.added)))]
    more = (
        ("stethoscope", "ok", tr("{count} doctors added"), report.doctors_added),
        ("pencil", "info", tr("{count} updated"), report.updated),
        ("copy", "text2", tr("{count} were here already, unchanged"), report.unchanged),
    )
    said += [
        (icon, tone, text.format(count=count_text(number))) for icon, tone, text, number in more if number
    ]
    skipped = len(report.skipped)
    tone = "danger" if skipped else "text2"
    said.append(("circle-x", tone, tr("{count} skipped").format(count=count_text(skipped))))
    return said
