"""The right side of the inbox: whose file it is and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.documents import clean_file_name, title_of
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.incoming import FileIncoming, Guess, IncomingFile
from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.filing.patient_pick import PatientPick
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.inbox.guesses import GuessList
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
    TextField,
)
from meditrack_desktop.ui.words import birth_words

WIDTH = 340


@dataclass(frozen=True, slots=True)
class Chosen:
    """The patient a file will be filed with, and both identifiers of theirs."""

    id: UUID
    name: str
    birth_date: BirthDate | None
    record_number: str


class FilingForm(QWidget):
    """`wanted` carries the command once everything is there; nobody chosen: the search has the keys."""

    wanted = Signal(object)
    discardWanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._file: IncomingFile | None = None
        self._id = new_id()
        self.chosen: Chosen | None = None
        self.named = Label("", "body", wrap=True)
        self.guesses = GuessList()
        self.guesses.chosen.connect(self._on_guess)
        self.nobody = Label(
            tr("Nobody is named in it. Search for the patient."), "body", tone="text2", wrap=True
        )
        self.pick = PatientPick(desk, tr("Another patient"))
        self.pick.chosen.connect(self._on_pick)
        self.kind = Combo([Option(kind, word) for kind, word in document_types()])
        self.name = TextField()
        self.day = DateField(desk.today, quick=False, maximum=desk.today())
        self.source = TextField()
        self.form = Form(
            {
                "type": LabelledField(tr("Type"), self.kind),
                "title": LabelledField(tr("Title"), self.name),
                "document_date": LabelledField(tr("Date on the document"), self.day, optional=True),
                "source": LabelledField(tr("From"), self.source, optional=True),
            }
        )
        self.refusal = Banner("", "danger")
        self.who = Label("", "strong", wrap=True)
        self.file = Button(tr("File"), "primary", icon="file-check", key="Enter")
        self.file.clicked.connect(self.submit)
        self.discard = Button(tr("Discard"), "quiet", icon="trash-2", key="Del")
        self.discard.clicked.connect(self.discardWanted)
        body = ScrollColumn(margins=(16, 14, 16, 14))
        body.body.setSpacing(10)
        for widget in (
            Label(tr("Whose is it?"), "section"),
            self.named,
            self.guesses,
            self.nobody,
            self.pick,
            Divider(),
            *self.form.fields.values(),
        ):
            body.body.addWidget(widget)
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

    def show_file(self, file: IncomingFile | None) -> None:
        """Begin with another file; what was typed for the one before is gone. The same file stays as it is."""
        before, self._file = self._file, file
        self.setEnabled(file is not None)
        if file is not None and before is not None and file.id == before.id:
            return
        self._id = new_id()
        self.refusal.hide()
        self.form.clear_errors()
        self.pick.search.set_choice(None)
        self._choose(None)
        self.guesses.show_guesses((), self._desk.today())
        self.nobody.hide()
        if file is None:
            return
        self.named.setText(tr("The file names {who}").format(who=file.named) if file.named else "")
        self.named.setVisible(bool(file.named))
        self.kind.set_value(file.type_guess)
        self.name.setText(title_of(clean_file_name(file.file_name)))
        day = file.document_date
        self.day.set_value(day if day is not None and day <= self._desk.today() else None)
        self.source.clear()

    def show_guesses(self, guesses: Sequence[Guess]) -> None:
        """Offer these; one who is sure is chosen, unless somebody was already."""
        self.guesses.show_guesses(guesses, self._desk.today())
        self.nobody.setVisible(not guesses)
        if self.chosen is None and guesses and guesses[0].sure:
            self.guesses.choose(guesses[0])

    def focus_patient(self) -> None:
        """Where the patient is searched."""
        self.pick.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def submit(self) -> None:
        """Ask to file it, unless something is missing."""
        file = self._file
        if file is None or self.file.busy:
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

    def _on_guess(self, guess: Guess) -> None:
        self.pick.search.set_choice(None)
        self.pick.set_help("")
        self._choose(Chosen(guess.patient_id, guess.name, guess.birth_date, guess.record_number))

    def _on_pick(self, line: PatientLine | None) -> None:
        if line is not None:
            self._choose(Chosen(line.id, line.name, line.birth_date, line.mrn))
        elif self.chosen is not None and all(
            row.guess.patient_id != self.chosen.id for row in self.guesses.rows
        ):
            self._choose(None)

    def _choose(self, chosen: Chosen | None) -> None:
        self.chosen = chosen
        self.guesses.mark(chosen.id if chosen is not None else None)
        self.pick.clear_error()
        if chosen is None:
            self.who.setText("")
        else:
            self.who.setText(tr("Files with {who}").format(who=", ".join(self.identifiers)))
        self.who.setVisible(chosen is not None)

    @property
    def identifiers(self) -> list[str]:
        """Name, birth date and record number of who is chosen."""
        chosen = self.chosen
        if chosen is None:
            return []
        born = birth_words(chosen.birth_date, self._desk.today())
        return [part for part in (chosen.name, born, chosen.record_number) if part]
