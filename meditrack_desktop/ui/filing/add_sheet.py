"""The sheet that files documents with a patient: what they are, once for all of them, and how it went for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from meditrack_desktop.domain.documents import (
    AttachDocument,
    Document,
    DocumentType,
    MediaType,
    clean_file_name,
    title_of,
)
from meditrack_desktop.domain.errors import ClinicError, ErrorCode
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.progress import Progress
from meditrack_desktop.domain.type_guess import type_guess
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.another_name import AnotherNameDialog
from meditrack_desktop.ui.filing.file_rows import FileRows
from meditrack_desktop.ui.filing.outcome import end_words, is_final, to_try
from meditrack_desktop.ui.filing.ready import make_ready
from meditrack_desktop.ui.filing.run import FileState, FilingRun, How
from meditrack_desktop.ui.filing.sources import (
    ChosenFile,
    choose_files,
    chosen_on,
    looked_into,
    need_looking,
)
from meditrack_desktop.ui.filing.words import kinds_to_file
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    DateField,
    Label,
    LabelledField,
    Option,
    ProgressBar,
    SideSheet,
    TextField,
    announce,
)
from meditrack_desktop.ui.words import born_words, two_identifiers

PROGRESS_AFTER_MS = 2000
_PICTURES = frozenset(".jpg .jpeg .png .tif .tiff .heic .heif .avif .webp .gif".split())


class AddDocumentSheet(SideSheet):
    """`filed` is called with each document once it is kept. Enter adds; what was refused stays, with its reason.

    With `replaces` the file is a newer version of that document.
    """

    def __init__(
        self,
        desk: Desk,
        host: QWidget,
        patient: Patient,
        files: Sequence[Path | ChosenFile],
        filed: Callable[[Document], object] = lambda _document: None,
        *,
        replaces: Document | None = None,
    ) -> None:
        super().__init__(host, host.tr("Add newer version") if replaces else host.tr("Add document"))
        self._desk, self._host, self._patient, self._filed = desk, host, patient, filed
        self._replaces = replaces
        self._states: list[FileState] = []
        self._asked: dict[UUID, AttachDocument] = {}
        """What the fields said of each file when adding was asked for; what is typed later is not about these."""
        self.ending = Banner("", "warn")
        """How it ended, while something is left."""
        self.run = FilingRun(desk, self)
        self.run.kept.connect(self._kept)
        self.run.changed.connect(self._on_state)
        self.run.progressed.connect(self._on_progress)
        self.run.ended.connect(self._ended)
        self.who = Label(two_identifiers(patient), "strong", wrap=True)
        self.mrn = Label(self.tr("MRN {number}").format(number=patient.mrn), "small")
        self.files = FileRows()
        self.kind = Combo([Option(kind, word) for kind, word in kinds_to_file()])
        self.name = TextField()
        self.day = DateField(desk.today, quick=False, maximum=desk.today())
        self.source = TextField()
        self.progress = ProgressBar(self.tr("Adding the documents"))
        self.add = Button(self.tr("Add document"), "primary", icon="file-plus")
        self.stop = Button(self.tr("Cancel"))
        self.another = Button(self.tr("Choose other files"), icon="folder-open")
        self.form = Form(
            {
                "type": LabelledField(self.tr("Type"), self.kind),
                "title": LabelledField(self.tr("Title"), self.name),
                "document_date": LabelledField(self.tr("Date on the document"), self.day, optional=True),
                "source": LabelledField(self.tr("From"), self.source, optional=True),
            }
        )
        self._slow = QTimer(self, singleShot=True, interval=PROGRESS_AFTER_MS)
        self._slow.timeout.connect(self.progress.show)
        self._build()
        make_ready(desk.tasks, self, desk.clinic, desk.actor)
        # A click beside the sheet must not drop a file that was chosen and not yet added.
        self.dirty = lambda: bool(to_try(self._states))
        chosen = [one if isinstance(one, ChosenFile) else chosen_on([one])[0] for one in files]
        if need_looking(chosen):
            self.add.setEnabled(False)
            desk.tasks.query(
                self,
                lambda: looked_into(chosen),
                self._show_files,
                failed=self._show_refusal,
                replaces="look",
            )
        else:
            self._show_files(chosen)

    def focus_first(self) -> None:
        if self.form.fields["title"].isHidden():
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            self.name.selectAll()

    def dismiss(self) -> None:
        """While files are being added, that is stopped first."""
        if self.run.running:
            self.run.stop()
        else:
            super().dismiss()

    def _build(self) -> None:
        body = self.body
        body.addWidget(self.who)
        body.addWidget(self.mrn)
        if self._replaces is not None:
            words = self.tr("Newer version of {title}. The older one stays, and says so.")
            body.addWidget(Banner(words.format(title=self._replaces.title), "info", icon="history"))
        body.addWidget(self.ending)
        self.ending.hide()
        body.addWidget(self.files)
        for labelled in self.form.fields.values():
            body.addWidget(labelled)
        body.addWidget(self.progress)
        self.progress.hide()
        body.addStretch(1)
        self.add.set_default()
        self.add.clicked.connect(self._start)
        self.stop.clicked.connect(self._on_stop)
        self.footer.addStretch(1)
        self.another.clicked.connect(self._choose_others)
        self.another.hide()
        for button in (self.stop, self.another, self.add):
            self.footer.addWidget(button)

    def _show_files(self, files: Sequence[ChosenFile]) -> None:
        self._show_states([FileState(file) for file in files])
        if not self._states:
            return
        first = self._states[0].file
        if self._replaces is not None:
            self.kind.set_value(self._replaces.type)
            self.name.setText(self._replaces.title)
            self.source.setText(self._replaces.source)
        else:
            self.kind.set_value(_guess(first))
            self.name.setText(title_of(clean_file_name(first.name)))
        if self.isVisible():
            self.focus_first()

    def _show_states(self, states: list[FileState]) -> None:
        self._states = states[:1] if self._replaces is not None else states
        if not self._states:
            self.close_layer()
            self._desk.say(self.tr("There was no file in it."))
            return
        self.files.show_files(self._states)
        self.add.setEnabled(True)
        self._say_how_many()
        self.form.fields["title"].setVisible(len(self._states) == 1)

    def _say_how_many(self) -> None:
        count = len(to_try(self._states))
        one = self.tr("Add document")
        self.add.set_text(one if count == 1 else self.tr("Add {n} documents").format(n=count))
        self.add.setVisible(count > 0)

    def _start(self) -> None:
        if self.add.busy or self.run.running or not self._states:
            return
        if self.day.text().strip() and self.day.value() is None:
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        made = [(state.id, self._command(state)) for state in to_try(self._states)]
        self._asked = {which: command for which, command in made if command is not None}
        if not made or len(self._asked) < len(made):
            return
        self._hide_ending()
        for state in self._states:
            if state.how in (How.REFUSED, How.STOPPED) and not is_final(state):
                state.how = How.WAITS
        self.add.set_busy(True)
        self.stop.set_text(self.tr("Stop"))
        self.progress.set_share(0)
        self._slow.start()
        self.run.begin(self._states, self._made)

    def _command(self, state: FileState) -> AttachDocument | None:
        extra: dict[str, object] = {}
        if len(self._states) > 1:
            extra["title"] = ""
        if self._replaces is not None:
            extra["replaces_id"] = self._replaces.id
        return self.form.build(
            AttachDocument,
            id=state.id,
            patient_id=self._patient.id,
            file_name=state.file.name,
            other_name_confirmed=state.confirmed,
            **extra,
        )

    def _made(self, state: FileState) -> AttachDocument:
        return self._asked[state.id].model_copy(update={"other_name_confirmed": state.confirmed})

    def _on_state(self, state: FileState) -> None:
        self.files.show_state(state)

    def _on_progress(self, progress: Progress) -> None:
        done = sum(state.safe or state.how in (How.REFUSED, How.DECLINED) for state in self._states)
        share = progress.done / progress.total if progress.total else 0.0
        self.progress.set_share((done + share) / max(1, len(self._states)))

    def _kept(self, document: Document) -> None:
        self._filed(document)

    def _ended(self) -> None:
        self._slow.stop()
        self.progress.hide()
        self.add.set_busy(False)
        left = [state for state in self._states if not state.safe]
        kept = len(self._states) - len(left)
        another = next((state for state in left if _asks_about(state)), None)
        if not left:
            self.close_layer()
            self._say_kept(kept)
            return
        self.stop.set_text(self.tr("Close") if kept else self.tr("Cancel"))
        self._say_how_many()
        if another is not None:
            self._ask_about(another)
            return
        first = left[0].error
        if len(self._states) == 1 and first is not None and self.form.show(first):
            return
        self._show_ending()

    def _show_ending(self) -> None:
        """What is left, and the next step; each file says for itself why."""
        lead, text = end_words(self._states)
        again = to_try(self._states)
        self.ending.set_text(text, lead)
        self.ending.show()
        announce(self, f"{lead} {text}", assertive=True)
        self.add.set_text(self.tr("Try again"))
        self.stop.set_text(self.tr("Close"))
        self.another.setVisible(len(again) < sum(not state.safe for state in self._states))
        self.another.set_default(not again)
        self.another.set_kind("secondary" if again else "primary")
        self.add.set_default(bool(again))
        if not again:
            self.another.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.isAncestorOf(QApplication.focusWidget() or self._host):
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _hide_ending(self) -> None:
        self.ending.hide()
        self.another.hide()
        self.add.set_default(True)

    def _choose_others(self) -> None:
        choose_files(self, self.take_others, several=self._replaces is None)

    def take_others(self, files: Sequence[ChosenFile]) -> None:
        """These in place of those that cannot be added."""
        self._desk.tasks.query(
            self, lambda: looked_into(files), self._put_others, failed=self._show_refusal, replaces="look"
        )

    def _put_others(self, files: Sequence[ChosenFile]) -> None:
        kept = [state for state in self._states if not is_final(state)]
        self._hide_ending()
        self._show_states([*kept, *(FileState(file) for file in files)])
        if len(self._states) == 1 and self._replaces is None:
            self.name.setText(title_of(clean_file_name(self._states[0].file.name)))

    def _say_kept(self, kept: int) -> None:
        if waiting := sum(state.how is How.AT_THIS_DESK for state in self._states):
            words = self.tr("{n} kept on this computer until the document folder is back")
            self._desk.say(words.format(n=waiting))
            return
        if kept == 1:
            title = self.name.text().strip() if len(self._states) == 1 else self._states[0].file.name
            self._desk.say(self.tr("{title} added").format(title=title))
        else:
            self._desk.say(self.tr("{n} documents added").format(n=kept))

    def _ask_about(self, state: FileState) -> None:
        """Whether the file belongs here although it names somebody else."""
        patient, error = self._patient, state.error
        assert error is not None
        about = ", ".join(part for part in (born_words(patient.birth_date), patient.mrn) if part)

        def anyway() -> None:
            state.confirmed = True
            state.how = How.WAITS
            self.add.set_busy(True)
            self.run.begin(self._states, self._made)

        AnotherNameDialog(
            self._host, state.file.name, (patient.name, about), error, anyway, lambda: self._declined(state)
        ).open_layer()

    def _declined(self, state: FileState) -> None:
        state.how = How.DECLINED
        self.files.show_state(state)
        left = [one for one in self._states if not one.safe]
        if left != [state]:
            self._ended()
            return
        self.close_layer()
        kept = len(self._states) - 1
        words = self.tr("{name} was not filed").format(name=state.file.name)
        self._desk.say(words if not kept else self.tr("{n} added, {words}").format(n=kept, words=words))

    def _show_refusal(self, error: ClinicError) -> None:
        if self.form.show(error):
            return
        said = errors.words(error)
        self.ending.set_text(said.text, said.title)
        self.ending.show()
        announce(self, str(said), assertive=True)

    def _on_stop(self) -> None:
        if self.run.running:
            self.run.stop()
        else:
            self.close_layer()


def _guess(file: ChosenFile) -> DocumentType:
    ending = Path(file.name).suffix.lower()
    if file.is_study or ending in (".dcm", ".dicom", ".ima"):
        return DocumentType.IMAGING
    picture = ending in _PICTURES
    found = type_guess(MediaType.JPEG if picture else MediaType.PDF, "", clean_file_name(file.name))
    return DocumentType.PHOTO if picture and found is DocumentType.OTHER else found


def _asks_about(state: FileState) -> bool:
    """Whether it was refused for naming somebody else, and nobody was asked yet."""
    names_another = state.error is not None and state.error.code is ErrorCode.FILE_NAMES_ANOTHER
    return names_another and state.how is How.REFUSED
