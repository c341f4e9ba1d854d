"""The sheet that files a document with a patient: what it is, its title and date; one file after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.documents import (
    AttachDocument,
    Document,
    DocumentType,
    clean_file_name,
    title_of,
)
from meditrack_desktop.domain.errors import ClinicError, ErrorCode, Invalid, Stopped
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.progress import OnProgress, Progress
from meditrack_desktop.services.clinic import Clinic
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.tasks import SlowTask
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    DateField,
    IconLabel,
    Label,
    LabelledField,
    Option,
    ProgressBar,
    SideSheet,
    TextField,
)

_GUESSES = {
    "lab": DocumentType.LAB_REPORT,
    "blood": DocumentType.LAB_REPORT,
    "referral": DocumentType.REFERRAL,
    "consent": DocumentType.CONSENT,
    "insurance": DocumentType.INSURANCE,
    "passport": DocumentType.IDENTITY,
    "letter": DocumentType.LETTER,
    "mri": DocumentType.IMAGING,
    "xray": DocumentType.IMAGING,
    "x-ray": DocumentType.IMAGING,
}


class AddDocumentSheet(SideSheet):
    """`filed` is called with each document once it is kept."""

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        patient: Patient,
        files: Sequence[Path],
        filed: Callable[[Document], object],
    ) -> None:
        super().__init__(host, host.tr("Add document"))
        self._desk, self._patient, self._filed = desk, patient, filed
        self._files = list(files)
        self._count = len(self._files)
        self._command: AttachDocument | None = None
        self._task: SlowTask | None = None
        self._refusal: Banner | None = None
        self.who = Label(words.two_identifiers(patient), "strong", wrap=True)
        self.mrn = Label(self.tr("MRN {number}").format(number=patient.mrn), "small")
        self.file = Label("", elide=True)
        self.kind = Combo([Option(kind, word) for kind, word in words.document_types()])
        self.name = TextField()
        self.day = DateField(desk.today, quick=False, maximum=desk.today())
        self.source = TextField()
        self.progress = ProgressBar(self.tr("Adding the document"))
        self.add = Button(self.tr("Add document"), "primary", icon="file-plus")
        self.stop = Button(self.tr("Cancel"))
        self.form = Form(
            {
                "type": LabelledField(self.tr("Type"), self.kind),
                "title": LabelledField(self.tr("Title"), self.name),
                "document_date": LabelledField(self.tr("Date on the document"), self.day, optional=True),
                "source": LabelledField(self.tr("From"), self.source, optional=True),
            }
        )
        self._build()
        # A click beside the sheet must not drop a file that was chosen and not yet added.
        self.dirty = lambda: bool(self._files)
        self._next()

    def focus_first(self) -> None:
        self.kind.setFocus()

    def _build(self) -> None:
        body = self.body
        body.addWidget(self.who)
        body.addWidget(self.mrn)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel("paperclip", 15, "text2"))
        row.addWidget(self.file, 1)
        body.addLayout(row)
        for labelled in self.form.fields.values():
            body.addWidget(labelled)
        body.addWidget(self.progress)
        self.progress.hide()
        body.addStretch(1)
        self.add.set_default()
        self.add.clicked.connect(self._start)
        self.stop.clicked.connect(self._on_stop)
        self.footer.addStretch(1)
        self.footer.addWidget(self.stop)
        self.footer.addWidget(self.add)

    def _next(self) -> None:
        """Show the next file's fields, or close after the last."""
        if not self._files:
            self.close_layer()
            return
        path = self._files[0]
        self._clear_refusal()
        done = self._count - len(self._files) + 1
        if self._count > 1:
            said = self.tr("{name} ({number} of {count})")
            self.file.setText(said.format(name=path.name, number=done, count=self._count))
        else:
            self.file.setText(path.name)
        folded = path.name.casefold()
        image = path.suffix.casefold() in (".jpg", ".jpeg", ".png", ".tif", ".tiff")
        plain = DocumentType.PHOTO if image else DocumentType.OTHER
        self.kind.set_value(next((kind for word, kind in _GUESSES.items() if word in folded), plain))
        self.name.setText(title_of(clean_file_name(path.name)))
        self.day.set_value(None)
        self.source.clear()
        self.form.clear_errors()
        self._command = None

    def _start(self) -> None:
        if self.add.busy or not self._files:
            return
        if self.day.text().strip() and self.day.value() is None:
            self.day.setFocus()
            return
        path = self._files[0]
        extra = {} if self._command is None else {"id": self._command.id}
        command = self.form.build(AttachDocument, patient_id=self._patient.id, file_name=path.name, **extra)
        if command is None:
            return
        self._command = command
        self._clear_refusal()
        self._show_busy(True)
        clinic, actor = self._desk.clinic, self._desk.actor
        self._task = self._desk.tasks.slow(
            self,
            lambda report: attach_file(clinic, actor, command, path, report),
            done=self._kept,
            failed=self._refused,
            always=lambda: self._show_busy(False),
            progress=self._on_progress,
            title=self.tr("Adding a document"),
        )

    def _kept(self, document: Document) -> None:
        self._desk.say(self.tr("{title} added").format(title=document.title))
        self._filed(document)
        self._files.pop(0)
        self._next()

    def _refused(self, error: ClinicError) -> None:
        if isinstance(error, Stopped) or self.form.show(error):
            return
        said = errors.words(error)
        self._refusal = Banner(said.text, "danger", lead=said.title)
        self.body.insertWidget(3, self._refusal)
        if len(self._files) > 1:
            self.stop.set_text(self.tr("Skip this file"))

    def _on_progress(self, progress: Progress) -> None:
        if progress.total:
            self.progress.set_share(progress.done / progress.total)

    def _on_stop(self) -> None:
        if self._task is not None:
            self._task.stop()
        elif self._refusal is not None and len(self._files) > 1:
            self._files.pop(0)
            self._next()
        else:
            self.close_layer()

    def _show_busy(self, busy: bool) -> None:
        if not busy:
            self._task = None
        self.add.set_busy(busy)
        self.progress.setVisible(busy)
        self.progress.set_share(0)
        self.stop.set_text(self.tr("Stop") if busy else self.tr("Cancel"))
        if not busy and self._refusal is not None and len(self._files) > 1:
            self.stop.set_text(self.tr("Skip this file"))

    def _clear_refusal(self) -> None:
        if self._refusal is not None:
            self._refusal.hide()
            self._refusal.deleteLater()
            self._refusal = None


def attach_file(
    clinic: Clinic, actor: Actor, command: AttachDocument, path: Path, progress: OnProgress
) -> Document:
    """File the bytes at `path`; for a working thread. Invalid FILE_UNREADABLE if it cannot be read."""
    try:
        with path.open("rb") as source:
            return clinic.documents.attach(actor, command, source, progress)
    except OSError:
        raise Invalid(ErrorCode.FILE_UNREADABLE) from None
