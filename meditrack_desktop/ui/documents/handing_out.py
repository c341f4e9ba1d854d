"""Printing a document and saving a copy of it: both leave the clinic, so both are noted with a recipient first.

What is asked is what the patient's list of disclosures needs; the usual answer stands there, and Enter takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from meditrack_desktop.domain.documents import Document, MediaType
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Stopped
from meditrack_desktop.domain.privacy import DisclosureKind, HandOutDocument
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.documents.page_content import PageContent
from meditrack_desktop.ui.documents.pages import PageSize, Printable
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.printing.page_printer import DrawnPage, PagePrinter
from meditrack_desktop.ui.printing.printers import printer_names
from meditrack_desktop.ui.remembered import remembered_in
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import (
    Banner,
    CheckBox,
    Combo,
    Dialog,
    LabelledField,
    Option,
    ProgressBar,
    TextField,
)
from meditrack_desktop.ui.words import two_identifiers

_REMEMBERED = "print/document"
_PIXELS_AN_INCH = 96
_ENDINGS = {
    MediaType.PDF: "pdf",
    MediaType.PNG: "png",
    MediaType.JPEG: "jpg",
    MediaType.TIFF: "tif",
    MediaType.HEIC: "heic",
    MediaType.AVIF: "avif",
    MediaType.WEBP: "webp",
    MediaType.GIF: "gif",
    MediaType.DICOM: "dcm",
    MediaType.DICOM_STUDY: "zip",
}


class HandOutDialog(Dialog):
    """What both ask: for whom, and why."""

    def __init__(
        self, desk: Desk, host: QWidget, document: Document, content: PageContent, title: str
    ) -> None:
        super().__init__(host, title, width=500)
        self.text.setText(f"{document.title}, {two_identifiers(content.patient)}")
        self.text.setVisible(True)
        self._desk, self._document = desk, document
        self._task: SlowTask | None = None
        self.recipient = TextField(self.tr("The patient"))
        self.purpose = TextField(self.tr("Asked for by the patient"))
        self.treatment = CheckBox(self.tr("For the patient's treatment"))
        self.form = Form(
            {
                "recipient": LabelledField(self.tr("For whom"), self.recipient),
                "purpose": LabelledField(self.tr("Why"), self.purpose),
            }
        )
        self.progress = ProgressBar(title)
        self.progress.hide()
        self.refusal = Banner("", "danger")
        self.refusal.hide()
        self.body.addWidget(self.refusal)

    def focus_first(self) -> None:
        self.recipient.setFocus(Qt.FocusReason.OtherFocusReason)
        self.recipient.selectAll()

    def dismiss(self) -> None:
        """While it is under way, it is stopped first."""
        if self._task is not None:
            self._task.stop()
        else:
            super().dismiss()

    def _ask_for_whom(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        for field in self.form.fields.values():
            row.addWidget(field, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.treatment)
        self.body.addWidget(self.progress)

    def _command(self, kind: DisclosureKind) -> HandOutDocument | None:
        return self.form.build(
            HandOutDocument, document_id=self._document.id, kind=kind, treatment=self.treatment.isChecked()
        )

    def _watch(self, task: SlowTask) -> None:
        self._task = task
        self.refusal.hide()
        self.progress.set_share(0)
        self.progress.show()
        # Thrown away with everything this person had open, it stops, too.
        self.destroyed.connect(task.stop)

    def _on_progress(self, progress: Progress) -> None:
        if progress.total:
            self.progress.set_share(progress.done / progress.total)

    def _over(self) -> None:
        self._task = None
        self.progress.hide()

    def _refused(self, error: ClinicError) -> None:
        if error.code is ErrorCode.STOPPED:
            if self._task is not None and not self._task.stopping:
                self._say_let_go()
            return
        if self.form.show(error):
            return
        said = errors.words(error)
        self.refusal.set_text(said.text, said.title)
        self.refusal.show()

    def _say_let_go(self) -> None:
        """The document was closed under it, as by the lock: nobody shall think that all of it came out."""
        self.refusal.set_text(
            self.tr(
                "The document was closed meanwhile. Look at what came out, and begin again once it is open."
            ),
            self.tr("Not everything came out."),
        )
        self.refusal.show()


class SaveCopyDialog(HandOutDialog):
    """The original, no longer encrypted, where the person chooses."""

    def __init__(self, desk: Desk, host: QWidget, document: Document, content: PageContent) -> None:
        super().__init__(desk, host, document, content, host.tr("Save a copy"))
        self._ask_for_whom()
        self.body.addWidget(
            Banner(self.tr("The copy is not encrypted: whoever has the file can read it."), "info")
        )
        self.add_action(self.tr("Cancel"), self.dismiss, closes=False)
        self.act = self.add_action(
            self.tr("Choose where to save…"), self._choose, kind="primary", default=True, closes=False
        )

    def save_to(self, target: Path) -> None:
        """Note it and write it there: both or neither."""
        command = self._command(DisclosureKind.SAVED_COPY)
        if command is None or self._task is not None:
            return
        desk = self._desk
        self.act.set_busy(True)
        self._watch(
            desk.tasks.slow(
                self,
                lambda report: desk.clinic.documents.save_copy(desk.actor, command, target, report),
                done=lambda _document: self._saved(target),
                failed=self._refused,
                always=self._over,
                progress=self._on_progress,
                title=self.tr("Saving a copy"),
            )
        )

    def _choose(self) -> None:
        if self._command(DisclosureKind.SAVED_COPY) is None:
            return
        # No name of a patient in the name of a file.
        name = f"document.{_ENDINGS[self._document.media_type]}"
        dialog = QFileDialog(self.window(), self.tr("Save a copy"), name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen)))
        dialog.open()

    def _saved(self, target: Path) -> None:
        self.close_layer()
        self._desk.say(self.tr("Saved as {name}").format(name=target.name))

    def _over(self) -> None:
        super()._over()
        self.act.set_busy(False)


class PrintPagesDialog(HandOutDialog):
    """The open document on paper: drawn at the printer's own dots, a page at a time, beside the window."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        document: Document,
        content: PageContent,
        reading: Printable,
        quarters: int,
        anew: Callable[[], Printable | None],
    ) -> None:
        """`anew` gives what is seen of the document by the time it is printed, if `reading` was let go of."""
        super().__init__(desk, host, document, content, host.tr("Print"))
        self._reading, self._quarters, self._anew = reading, quarters, anew
        self.printer = Combo(name=self.tr("Printer"), placeholder=self.tr("Looking for printers…"))
        self.body.addWidget(LabelledField(self.tr("Printer"), self.printer))
        self._ask_for_whom()
        self.add_action(self.tr("Cancel"), self.dismiss, closes=False)
        self.act = self.add_action(
            self.tr("Print"), self.print_pages, kind="primary", default=True, closes=False, icon="printer"
        )
        self.act.setEnabled(False)

    def load(self) -> None:
        """Ask for the printers, which can take seconds."""
        folder = self._desk.clinic.profile.folder

        def look(_progress: OnProgress) -> tuple[str, tuple[str, ...]]:
            return str(remembered_in(folder).value(_REMEMBERED, "")), printer_names()

        self._desk.tasks.slow(self, look, done=self._show_printers, title=self.tr("Looking for printers"))

    def print_pages(self) -> None:
        """Note it first and print it then: one line too many is better than one too few."""
        name = self.printer.value()
        command = self._command(DisclosureKind.PRINT)
        if not isinstance(name, str) or not name or command is None or self._task is not None:
            return
        if self._reading.closed:
            self._reading = self._anew() or self._reading
        if self._reading.closed:
            self._say_let_go()
            return
        desk, reading, quarters = self._desk, self._reading, self._quarters
        folder = desk.clinic.profile.folder

        def work(report: OnProgress) -> str:
            printer = PagePrinter(name, "MediTrack")
            desk.clinic.documents.hand_out(desk.actor, command).source.close()
            printer.print(_drawn(reading, printer.dots, quarters, report))
            kept = remembered_in(folder)
            kept.setValue(_REMEMBERED, name)
            kept.sync()
            return name

        self.act.set_busy(True)
        self._watch(
            desk.tasks.slow(
                self,
                work,
                done=self._printed,
                failed=self._refused,
                always=self._over,
                progress=self._on_progress,
                title=self.tr("Printing"),
            )
        )

    def _show_printers(self, found: tuple[str, tuple[str, ...]]) -> None:
        wanted, names = found
        nothing = Option("", self.tr("No printer"), enabled=False)
        self.printer.set_options([Option(name, name) for name in names] or [nothing])
        self.printer.set_value(wanted if wanted in names else (names[0] if names else ""))
        self.act.setEnabled(bool(names))
        if not names:
            self.refusal.set_text(
                self.tr("Save a copy and print it elsewhere."), self.tr("This computer has no printer.")
            )
            self.refusal.show()

    def _printed(self, name: str) -> None:
        self.close_layer()
        self._desk.say(self.tr("Sent to {printer}").format(printer=name))

    def _over(self) -> None:
        super()._over()
        self.act.set_busy(False)


def _drawn(reading: Printable, dots: int, quarters: int, report: OnProgress) -> Iterator[DrawnPage]:
    sizes: list[PageSize] = reading.sizes()
    for page, size in enumerate(sizes):
        report(Progress(page, len(sizes)))
        _check_open(reading, page)
        image = reading.draw(page, round(size.width / _PIXELS_AN_INCH * dots))
        if image.isNull():
            _check_open(reading, page)
            image = _said_on_paper(size)
        points = 72 / _PIXELS_AN_INCH
        yield DrawnPage(image, size.width * points, size.height * points, quarters)
    report(Progress(len(sizes), len(sizes)))


def _check_open(reading: Printable, done: int) -> None:
    """The document may be let go of meanwhile, as by the lock: then no page of nothing goes on paper."""
    if reading.closed:
        raise Stopped(done=done)


def _said_on_paper(size: PageSize) -> QImage:
    """In place of a page that cannot be drawn: paper must never look whole where it is not."""
    image = QImage(round(size.width), round(size.height), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    words = QCoreApplication.translate("Documents", "This page cannot be shown. The file is kept as it came.")
    painter.drawText(image.rect(), int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), words)
    painter.end()
    return image
