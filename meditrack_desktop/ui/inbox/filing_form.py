"""The right side of the inbox: whose file it is and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.documents import DocumentType, clean_file_name, title_of
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.incoming import FileIncoming, Guess, IncomingFile
from meditrack_desktop.domain.patients import Patient, PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.patient_pick import PatientPick
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.inbox.checking import Checking
from meditrack_desktop.ui.inbox.guesses import GuessList
from meditrack_desktop.ui.inbox.links import Links
from meditrack_desktop.ui.inbox.person_check import named_in, named_words
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.patients.words import document_types
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    DateField,
    Divider,
    Label,
    LabelledField,
    Option,
    ScrollColumn,
    TextArea,
    TextField,
    announce,
)
from meditrack_desktop.ui.words import birth_words

WIDTH = 340
SEEN_MS = 300
"""Enter files nobody who was not on the screen so long: a key pressed twice files one file."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The patient a file will be filed with, and both identifiers of theirs."""

    id: UUID
    name: str
    birth_date: BirthDate | None
    record_number: str


class FilingForm(QWidget):
    """`wanted` carries the command once everything is there; nobody chosen: the search has the keys.

    `settled`: somebody was chosen by hand, the keys may go back to the list.
    """

    wanted = Signal(object)
    discardWanted = Signal()
    settled = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._file: IncomingFile | None = None
        self._id = new_id()
        self._looking = False
        self.chosen: Chosen | None = None
        self._seen = QTimer(self, singleShot=True, interval=SEEN_MS)
        self.held = Banner("", "warn", stacked=True)
        self.named = Label("", "body", wrap=True)
        self.guesses = GuessList()
        self.guesses.chosen.connect(self._on_guess)
        self.nobody = Label("", "body", tone="text2", wrap=True)
        self.pick = PatientPick(desk, tr("Another patient"))
        self.pick.chosen.connect(self._on_pick)
        self.new = Button(tr("New patient"), "link", icon="user-plus", key="Ctrl Shift N")
        self.new.clicked.connect(self.register)
        if not desk.actor.may(Permission.REGISTER_PATIENT):
            self.new.hide()
        self.checking = Checking(desk)
        self.checking.namesake.connect(self._on_namesake)
        self.check = self.checking.two
        self.links = Links(desk, self)
        for said in (self.links.looked, self.checking.warned):
            said.connect(lambda: self._seen.start())  # what is said is read before Enter files
        self.kind = Combo([Option(kind, word) for kind, word in document_types()])
        self.kind.valueChanged.connect(lambda _kind: self._on_kind())
        self.name = TextField()
        self.day = DateField(desk.today, quick=False, maximum=desk.today())
        self.source = TextField()
        self.note = TextArea(lines=3)
        self.add_note = Button(tr("Add a note"), "link", icon="plus")
        self.add_note.clicked.connect(self._unfold_note)
        self.form = Form(
            {
                "type": LabelledField(tr("Type"), self.kind),
                "title": LabelledField(tr("Title"), self.name),
                "document_date": LabelledField(tr("Date on the document"), self.day, optional=True),
                "source": LabelledField(tr("From"), self.source, optional=True),
                "appointment_id": self.links.visit_field,
                "replaces_id": self.links.older_field,
                "note": LabelledField(tr("Note"), self.note, optional=True),
            }
        )
        self.refusal = Banner("", "danger")
        self.who = Label("", "strong", wrap=True)
        self.file = Button(tr("File"), "primary", icon="file-check", key="Enter")
        self.file.clicked.connect(self.submit)
        self.discard = Button(tr("Discard"), "quiet", icon="trash-2", key="Del")
        self.discard.clicked.connect(self.discardWanted)
        for line in (self.name, self.source):
            line.returnPressed.connect(self.submit)
        self._build()

    def _build(self) -> None:
        body = ScrollColumn(margins=(16, 14, 16, 14))
        body.body.setSpacing(10)
        for widget in (
            self.held,
            Label(tr("Whose is it?"), "section"),
            self.named,
            self.guesses,
            self.nobody,
            self.pick,
            self.checking,
        ):
            body.body.addWidget(widget)
        body.body.addWidget(self.new, 0, Qt.AlignmentFlag.AlignLeft)
        body.body.addWidget(Divider())
        for field in self.form.fields.values():
            body.body.addWidget(field)
            if field is self.links.older_field:
                body.body.addWidget(self.links.trouble)
        body.body.addWidget(self.add_note, 0, Qt.AlignmentFlag.AlignLeft)
        body.body.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.refusal)
        foot.addWidget(self.who)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.discard)
        row.addStretch(1)
        row.addWidget(self.file)
        foot.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(body, 1)
        column.addWidget(Divider())
        column.addLayout(foot)
        self.refusal.hide()
        self.held.hide()
        self._fold_note()

    # What it shows

    def show_file(self, file: IncomingFile | None) -> None:
        """Begin with another file; what was typed for the one before is gone. The same file stays as it is."""
        before, self._file = self._file, file
        self.setEnabled(file is not None)
        if file is not None and before is not None and file.id == before.id:
            if file.named != before.named:
                self._show_named(file)
            return
        self._id = new_id()
        self._seen.stop()
        self.refusal.hide()
        self.held.hide()
        self.form.clear_errors()
        self.pick.search.set_choice(None)
        self.pick.set_help("")
        self._choose(None)
        self.guesses.show_guesses((), self._desk.today())
        self._looking = file is not None
        self.nobody.setText(tr("Looking whose it is"))
        self.nobody.setVisible(file is not None)
        self._fold_note()
        if file is None:
            self.named.hide()
            return
        self._show_named(file)
        self.kind.set_value(file.type_guess)
        self.links.show_kind(file.type_guess)
        self.name.setText(title_of(clean_file_name(file.file_name)))
        day = file.document_date
        self.day.set_value(day if day is not None and day <= self._desk.today() else None)
        self.source.clear()

    def show_guesses(self, file_id: UUID, guesses: Sequence[Guess], *, asked: bool = True) -> None:
        """Offer these for that file; one who is sure is chosen, unless somebody was already. For another file than
        the one that stands here: nothing. Not `asked`: the clinic could not say whose it is."""
        file = self._file
        if file is None or file.id != file_id:
            return
        self._looking = False
        self.guesses.show_guesses(guesses, self._desk.today())
        if self.chosen is not None:
            self.guesses.mark(self.chosen.id)
        words = tr("Nobody of the clinic fits. Search for the patient.")
        if not asked:
            words = tr("Whose it is could not be looked up. Search for the patient.")
        elif not file.named:
            words = tr("Nobody is named in it. Search for the patient.")
        self.nobody.setText(words)
        self.nobody.setVisible(not guesses)
        if self.chosen is None and guesses and guesses[0].sure:
            self.guesses.choose(guesses[0])

    def hold(self, text: str) -> None:
        """The file that stood here left by another hand: the next Enter only says that this one was seen."""
        self.held.set_text(text)
        self.held.show()
        announce(self, text, assertive=True)

    @property
    def ready(self) -> bool:
        """Whether Enter would file now: somebody is chosen who was on the screen long enough to be read."""
        return self._file is not None and self.chosen is not None and self._settled and self.held.isHidden()

    @property
    def _settled(self) -> bool:
        """Whether everything that is asked before filing was answered, and has been seen."""
        asked = not self._looking and (self.chosen is None or (self.checking.done and self.links.done))
        return asked and not self._seen.isActive()

    @property
    def file_id(self) -> UUID | None:
        """Of the file that stands here."""
        return self._file.id if self._file is not None else None

    @property
    def file_name(self) -> str:
        """What that file is called; empty if none stands here."""
        return self._file.file_name if self._file is not None else ""

    @property
    def identifiers(self) -> list[str]:
        """Name, birth date and record number of who is chosen."""
        chosen = self.chosen
        if chosen is None:
            return []
        born = birth_words(chosen.birth_date, self._desk.today())
        return [part for part in (chosen.name, born, chosen.record_number) if part]

    # What it does

    def focus_patient(self) -> None:
        """Where the patient is searched."""
        self.pick.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def register(self) -> None:
        """Register the typed or named person as a new patient, and choose them for this file."""
        file = self._file
        if file is None or not self._desk.actor.may(Permission.REGISTER_PATIENT):
            return

        def registered(patient: Patient) -> None:
            if self._file is not None and self._file.id == file.id:
                self.pick.search.set_choice(Option(patient.id, patient.name, avatar=patient.name))
                self._choose(Chosen(patient.id, patient.name, patient.birth_date, patient.mrn))
                self.settled.emit()

        name = self.pick.search.text().strip() or named_in(file.named).name
        self._desk.go.register(name, registered)

    def submit(self) -> None:
        """Ask to file it, unless something is missing or was not seen yet."""
        file = self._file
        if file is None or self.file.busy:
            return
        if self.chosen is not None and self.checking.failed:
            self.checking.again()
        if not self._settled:
            return
        if not self.held.isHidden():
            self.held.hide()
            self._seen.start()
            return
        if self.chosen is None:
            self.pick.set_error(tr("Choose the patient first."))
            self.focus_patient()
            return
        if self.day.text().strip() and self.day.value() is None:
            self.day.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        command = self.form.build(
            FileIncoming,
            id=file.id,
            version=file.version,
            document_id=self._id,
            patient_id=self.chosen.id,
        )
        if command is not None:
            self.refusal.hide()
            self.wanted.emit(command)

    def show_refusal(self, title: str, text: str, error: ClinicError) -> None:
        """Say why it was not filed; what was typed stays."""
        if not self.form.show(error):
            self.refusal.set_text(text, title)
            self.refusal.show()

    # Who

    def _on_guess(self, guess: Guess) -> None:
        self.pick.search.set_choice(None)
        self.pick.set_help("")
        self._choose(Chosen(guess.patient_id, guess.name, guess.birth_date, guess.record_number))

    def _on_pick(self, line: PatientLine | None) -> None:
        if line is not None:
            self._choose(Chosen(line.id, line.name, line.birth_date, line.mrn))
            self.settled.emit()
        elif self.chosen is not None and all(
            row.guess.patient_id != self.chosen.id for row in self.guesses.rows
        ):
            self._choose(None)

    def _choose(self, chosen: Chosen | None) -> None:
        self.chosen = chosen
        self.guesses.mark(chosen.id if chosen is not None else None)
        self.pick.clear_error()
        self.pick.set_warning("")
        self.refusal.hide()
        self.links.show_patient(chosen.id if chosen is not None else None)
        self.who.setVisible(chosen is not None)
        if chosen is None:
            self._seen.stop()
            self.who.setText("")
            self.checking.clear()
            if self._file is not None:
                self._show_named(self._file)
            return
        self._seen.start()
        self.who.setText(tr("Files with {who}").format(who=", ".join(self.identifiers)))
        if self._file is not None:
            self._show_named(self._file)

    def _show_named(self, file: IncomingFile) -> None:
        """Whom the file names: beside who is chosen, or by itself."""
        chosen = self.chosen
        self.named.setText(tr("The file names {who}").format(who=named_words(file.named)))
        self.named.setVisible(chosen is None and bool(file.named))
        if chosen is not None:
            self.checking.begin(file, chosen.id, chosen.name, chosen.birth_date, chosen.record_number)

    def _on_namesake(self) -> None:
        words = tr("Another patient has the same name. Check: {who}")
        said = words.format(who=", ".join(self.identifiers[1:]))
        self.pick.set_warning(said)
        announce(self, said, assertive=True)

    # What

    def _on_kind(self) -> None:
        kind = self.kind.value()
        if isinstance(kind, DocumentType):
            self.links.show_kind(kind)

    def _fold_note(self) -> None:
        self.note.clear()
        self.form.fields["note"].hide()
        self.add_note.show()

    def _unfold_note(self) -> None:
        self.form.fields["note"].show()
        self.add_note.hide()
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)
