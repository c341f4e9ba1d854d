"""The sheet that brings patients in from files: what to read, which column is what, what would come of it, the
run, and its report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.imports import FileLook, ImportPreview, ImportReport, OnBadRows, OnDifferent
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.services.imports.report_file import write_report
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients.import_columns import ColumnsStep
from meditrack_desktop.ui.patients.import_files import FilesStep
from meditrack_desktop.ui.patients.import_result import ImportResult
from meditrack_desktop.ui.patients.import_words import preview_counts, report_counts
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import (
    Button,
    Label,
    ProgressBar,
    Radio,
    SideSheet,
    announce,
)

TIME_LEFT_AFTER_S = 2.0
CHOICE, COLUMNS, PREVIEW, RUNNING, REPORT = range(5)


class ImportSheet(SideSheet):
    """Stays alive while it is closed during a run, so that the import goes on and its report is not lost."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page, page.tr("Import patients"), width=680)
        self._desk, self._page = desk, page
        self.task: SlowTask | None = None
        self.report: ImportReport | None = None
        self.preview: ImportPreview | None = None
        self._began = 0.0
        self._back_to = CHOICE
        self._stack = QStackedWidget()
        self.columns = ColumnsStep()
        self.before = ImportResult(self.tr("Cannot be taken"))
        self.after = ImportResult(self.tr("Skipped"))
        self.after.rows.addStretch(0)
        self.choice = FilesStep()
        self.choice.changed.connect(self._files_changed)
        self._add_questions()
        for part in (self.choice, self.columns, self.before, self._build_progress(), self.after):
            self._stack.addWidget(part)
        self.body.addWidget(self._stack, 1)
        self._build_footer()
        self._show_part(CHOICE)

    @property
    def step(self) -> int:
        """Where the person is: CHOICE, COLUMNS, PREVIEW, RUNNING or REPORT."""
        return self._stack.currentIndex()

    def focus_first(self) -> None:
        first: QWidget | None = {
            CHOICE: self.choice.choose if not self.files else self.next,
            COLUMNS: self.columns.first() or self.next,
            PREVIEW: self.begin,
            RUNNING: self.stop,
            REPORT: self.close_button,
        }[self.step]
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_layer(self) -> None:
        # A report that was fetched has been seen; only a run must outlive its sheet.
        self.keep_after_close = self.task is not None
        super().open_layer()

    @property
    def files(self) -> list[Path]:
        return self.choice.files

    def add_files(self, files: Sequence[Path]) -> None:
        """Add files to be read, each once."""
        self.choice.add_files(files)

    def start(self) -> None:
        """Look at the files, and ask what only a person knows of them."""
        if not self.files or self.task is not None or self.step != CHOICE:
            return
        self.choice.clear_refusal()
        imports, actor, paths = self._desk.clinic.imports, self._desk.actor, tuple(self.files)
        self.next.set_busy(True)
        self._desk.tasks.query(
            self._page,
            lambda: imports.inspect(actor, paths),
            self._show_looks,
            failed=self._refused,
            always=lambda: self.next.set_busy(False),
            replaces="inspect",
        )

    def look_ahead(self) -> None:
        """Read everything and say what would come of it."""
        if self.task is not None or not self.columns.complete():
            return
        imports, actor, paths = self._desk.clinic.imports, self._desk.actor, tuple(self.files)
        mappings, order, different = self.columns.mappings(), self.columns.date_order(), self._different()
        self._begin_run(self.tr("Checking the files"), back_to=COLUMNS)
        self.task = self._desk.tasks.slow(
            self._page,
            lambda report: imports.preview(
                actor,
                paths,
                mappings=mappings,
                date_order=order,
                on_different=different,
                progress=report,
            ),
            done=self.show_preview,
            failed=self._refused,
            always=self._ended,
            progress=self._on_progress,
            title=self.tr("Checking a list"),
        )

    def run_import(self) -> None:
        """Take everybody in. The clinic can go on working meanwhile."""
        if self.task is not None:
            return
        imports, actor, paths = self._desk.clinic.imports, self._desk.actor, tuple(self.files)
        mappings, order, different = self.columns.mappings(), self.columns.date_order(), self._different()
        bad = OnBadRows.TAKE_NONE if self.take_none.isChecked() else OnBadRows.KEEP_GOOD
        self._begin_run(self.tr("Reading the files"), back_to=PREVIEW)
        self.keep_after_close = True
        self.task = self._desk.tasks.slow(
            self._page,
            lambda report: imports.run(
                actor,
                paths,
                mappings=mappings,
                date_order=order,
                on_bad_rows=bad,
                on_different=different,
                progress=report,
            ),
            done=self.show_report,
            failed=self._refused,
            always=self._ended,
            progress=self._on_progress,
            title=self.tr("Importing patients"),
        )

    def show_preview(self, preview: ImportPreview) -> None:
        """Say what would come of it, before anything does."""
        self.task = None
        self.preview = preview
        self.before.show_result(preview_counts(preview), preview.notes, preview.refused)
        for choice in (self.keep_good, self.take_none, self._bad_head):
            choice.setVisible(bool(preview.refused))
        something = preview.new or preview.doctors_new or preview.differing or preview.known
        self.begin.setEnabled(bool(something) or not preview.refused)
        if preview.complete:
            self._show_part(PREVIEW)
        else:
            self._show_part(COLUMNS)

    def show_report(self, report: ImportReport) -> None:
        """Say what came of it."""
        self.task = None
        self.report = report
        self.after.show_result(report_counts(report), report.notes, report.skipped)
        self._show_part(REPORT)
        for button in (self.copy, self.save):
            button.setVisible(bool(report.skipped or report.kept_ours))
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

    def choose_report(self) -> None:
        """Ask where the report goes."""
        dialog = QFileDialog(self.window(), self.tr("Save the report"), "import-report.csv", "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_report(Path(name)))
        dialog.open()

    def save_report(self, target: Path) -> None:
        """Write the report as a table."""
        report = self.report
        if report is not None:
            self._desk.tasks.change(
                self._page,
                lambda: write_report(report, target),
                done=lambda _: self._desk.say(self.tr("Report saved")),
            )

    def _show_looks(self, looks: Sequence[FileLook]) -> None:
        self.columns.show_looks(looks)
        if self.columns.tables or any(look.problem for look in looks):
            self._show_part(COLUMNS)
            self.next.setEnabled(not all(look.problem for look in looks))
        else:
            self.look_ahead()

    def _different(self) -> OnDifferent:
        return OnDifferent.FILE_WINS if self.choice.file_wins.isChecked() else OnDifferent.KEEP_OURS

    def _begin_run(self, words: str, *, back_to: int) -> None:
        self._back_to = back_to
        self.choice.clear_refusal()
        self._began = time.monotonic()
        self.count.setText(words)
        self.left.setText("")
        self.bar.set_share(0)
        self.kept.setVisible(back_to == PREVIEW)
        self._show_part(RUNNING)

    def _add_questions(self) -> None:
        rows = self.before.rows
        self._bad_head = Label(self.tr("Rows that cannot be taken"), "small")
        self.keep_good = Radio(self.tr("Take the good rows and list the others"), checked=True)
        self.take_none = Radio(self.tr("Take nobody, only list what is wrong"))
        for each in (self._bad_head, self.keep_good, self.take_none):
            rows.addWidget(each)
        rows.addStretch(0)

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
        self.kept = Label(keep, tone="text2", wrap=True)
        rows.addWidget(self.kept)
        rows.addStretch(1)
        return part

    def _build_footer(self) -> None:
        self.next = Button(self.tr("Next"), "primary", trailing_icon="chevron-right")
        self.next.set_default()
        self.next.clicked.connect(self._go_on)
        self.back = Button(self.tr("Back"))
        self.back.clicked.connect(lambda: self._show_part(max(CHOICE, self._previous())))
        self.begin = Button(self.tr("Import"), "primary", icon="file-up")
        self.begin.set_default()
        self.begin.clicked.connect(self.run_import)
        self.stop = Button(self.tr("Stop"), "danger_secondary")
        self.stop.clicked.connect(self._on_stop)
        self.background = Button(self.tr("Work in background"))
        self.background.clicked.connect(self.close_layer)
        self.copy = Button(self.tr("Copy skipped rows"), icon="copy")
        self.copy.clicked.connect(self.copy_skipped)
        self.save = Button(self.tr("Save report"), icon="download")
        self.save.clicked.connect(self.choose_report)
        self.again = Button(self.tr("Import more"))
        self.again.clicked.connect(self._begin_again)
        self.close_button = Button(self.tr("Close"), "primary")
        self.close_button.clicked.connect(self.dismiss)
        self.footer.addWidget(self.copy)
        self.footer.addWidget(self.save)
        self.footer.addStretch(1)
        for button in (self.back, self.background, self.stop, self.again, self.next, self.begin):
            self.footer.addWidget(button)
        self.footer.addWidget(self.close_button)

    def _go_on(self) -> None:
        if self.step == CHOICE:
            self.start()
        else:
            self.look_ahead()

    def _previous(self) -> int:
        if self.step == PREVIEW and not self.columns.tables:
            return CHOICE
        return self.step - 1

    def _files_changed(self) -> None:
        if self.step == CHOICE:
            self.next.setEnabled(bool(self.files))
            if self.files:
                self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_part(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        shown = {
            CHOICE: (self.next,),
            COLUMNS: (self.back, self.next),
            PREVIEW: (self.back, self.begin),
            RUNNING: (self.stop, self.background),
            REPORT: (self.again, self.close_button),
        }
        every = {button for buttons in shown.values() for button in buttons}
        for button in (*every, self.copy, self.save):
            button.setVisible(button in shown[number])
        self.background.setVisible(number == RUNNING and self._back_to == PREVIEW)
        if number == CHOICE:
            self.next.setEnabled(bool(self.files))
        if self.isVisible():
            self.focus_first()

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
        self._show_part(CHOICE)
        self.choice.refuse(error)
        if not self.isVisible():
            errors.show(self._page, error)

    def _begin_again(self) -> None:
        self.choice.clear()
        self.report = self.preview = None
        self._show_part(CHOICE)
