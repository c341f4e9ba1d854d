"""What a patient agreed to: the card with the answers that count, and the form for a new answer."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.consents import (
    Consent,
    ConsentAnswer,
    ConsentKind,
    RecordConsent,
    counting,
)
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.patients import words
from meditrack_desktop.ui.patients.chart.entry_rows import EntryRow, focus_key, release_keys
from meditrack_desktop.ui.patients.chart.entry_sheet import EntrySheet
from meditrack_desktop.ui.patients.chart_content import ChartContent
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.widgets import (
    Card,
    Combo,
    DateField,
    Label,
    LabelledField,
    Option,
    Segmented,
    TextField,
)


class ConsentSheet(EntrySheet):
    """A new answer follows the old one; former answers stand below."""

    def __init__(self, desk: Desk, host: QWidget, content: ChartContent, kind: ConsentKind) -> None:
        super().__init__(desk, host, content.patient, words.consent_word(kind), host.tr("Record answer"))
        self._kind, self._id = kind, new_id()
        answers = [(answer, words.answer_word(answer)) for answer in ConsentAnswer]
        now = counting(content.consents).get(kind)
        first = ConsentAnswer.WITHDRAWN if _given(now) else ConsentAnswer.GIVEN
        self.answer = Segmented(answers, first, name=self.tr("Answer"))
        self.day = DateField(desk.today, desk.today(), maximum=desk.today())
        signed = [one for one in content.documents if one.type is DocumentType.CONSENT]
        options = [
            Option(one.id, one.title, words.date_text(words.document_day(one, desk.facts.tz)))
            for one in signed
        ]
        self.document = Combo([Option(None, self.tr("None")), *options], value=None)
        self.note = TextField()
        fields = {
            "answer": LabelledField(self.tr("The patient's answer"), self.answer),
            "answered_on": LabelledField(self.tr("On"), self.day),
            "document_id": LabelledField(self.tr("Signed sheet"), self.document),
            "note": LabelledField(self.tr("Note"), self.note, optional=True),
        }
        rows: tuple[tuple[str, ...], ...] = (("answer",), ("answered_on",), ("note",))
        if options:
            rows = (("answer",), ("answered_on",), ("document_id",), ("note",))
        else:
            del fields["document_id"]
        self.lay_out(fields, rows)
        past = [one for one in content.consents if one.kind is kind]
        stretch = self.body.count() - 1
        for number, one in enumerate(past):
            self.body.insertWidget(stretch + number, Label(answer_text(one), "small", wrap=True))

    def focus_first(self) -> None:
        self.answer.button(self.answer.value()).setFocus()

    def command(self) -> RecordConsent | None:
        if self.day.value() is None:
            self.day.setFocus()
            return None
        return self.form.build(RecordConsent, id=self._id, patient_id=self._patient.id, kind=self._kind)

    def send(self, command: RecordConsent) -> Consent:
        return self._desk.clinic.consents.record(self._desk.actor, command)

    def kept(self, record: Consent) -> None:
        text = self.tr("{what}: {answer}, {who}").format(
            what=words.consent_word(record.kind),
            answer=words.answer_word(record.answer).casefold(),
            who=words.two_identifiers(self._patient),
        )
        self._desk.say(text)


class ConsentsCard(QWidget):
    """One line a kind, with the answer that counts now. A line opens the form for a new answer."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content: ChartContent | None = None
        self.sheet: ConsentSheet | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        card = Card(self.tr("Consents"))
        card.body.setSpacing(6)
        self._rows = column(2)
        card.body.addLayout(self._rows)
        whole.addWidget(card)

    def show_content(self, content: ChartContent) -> None:
        """Show a patient's answers."""
        self._content = content
        may = self._desk.actor.may(Permission.EDIT_PATIENT) and content.open_to_change
        key = release_keys(self)
        clear(self._rows)
        now = counting(content.consents)
        for kind in ConsentKind:
            answer = now.get(kind)
            refused = answer is not None and not _given(answer)
            row = EntryRow(
                words.consent_word(kind),
                self.tr("Not asked") if answer is None else answer_text(answer),
                icon="shield-check" if _given(answer) else "shield-alert" if refused else "shield",
                quiet=answer is None,
                key=kind,
            )
            row.setEnabled(may)
            row.clicked.connect(partial(self._on_row, kind))
            self._rows.addWidget(row)
        focus_key(self, key)

    def ask(self, kind: ConsentKind) -> None:
        """Open the form for a new answer."""
        if self._content is not None:
            self.sheet = ConsentSheet(self._desk, self, self._content, kind)
            self.sheet.open_layer()

    def _on_row(self, kind: ConsentKind, _checked: bool = False) -> None:
        self.ask(kind)


def answer_text(consent: Consent) -> str:
    """`Given 2 Nov 2026, Rosa Ontwerp`."""
    day: date = consent.answered_on
    parts = [
        f"{words.answer_word(consent.answer)} {words.date_text(day)}",
        consent.recorded_by_name,
        consent.note,
    ]
    return ", ".join(part for part in parts if part)


def _given(consent: Consent | None) -> bool:
    return consent is not None and consent.answer is ConsentAnswer.GIVEN
