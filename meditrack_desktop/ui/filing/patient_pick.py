"""The patient a file belongs to: searched as one types, both identifiers shown."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QCoreApplication, Signal

from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.domain.suggestions import Suggestion, SuggestPatients
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.suggestions import suggestion_option
from meditrack_desktop.ui.widgets import LabelledField, SearchSelect, announce
from meditrack_desktop.ui.words import birth_words

SHOWN_MATCHES = 6


class PatientPick(LabelledField):
    """`chosen` carries the patient's line, or None while nobody is. `leave_out` are never offered."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, label: str, *, leave_out: frozenset[UUID] = frozenset()) -> None:
        hint = QCoreApplication.translate("PatientPick", "Name, birth date, phone or MRN")
        self.search = SearchSelect(placeholder=hint, delay=0)
        super().__init__(label, self.search)
        self._desk, self._leave_out = desk, leave_out
        self._found: dict[UUID, PatientLine] = {}
        self.patient: PatientLine | None = None
        self.search.queryChanged.connect(self._ask)
        self.search.picked.connect(self._on_picked)
        self.search.textEdited.connect(lambda _text: self.clear_error())

    def _ask(self, text: str) -> None:
        if not text:
            self.search.set_options([])
            return
        desk, command = self._desk, SuggestPatients(text=text[:200], limit=SHOWN_MATCHES)
        desk.tasks.query(
            self,
            lambda: desk.clinic.patients.suggest(desk.actor, command),
            lambda found: self._on_found(text, found),
            replaces="patients",
        )

    def _on_found(self, text: str, found: tuple[Suggestion, ...]) -> None:
        if text != self.search.text().strip():
            return
        offered = [one for one in found if one.line.id not in self._leave_out]
        self._found = {one.line.id: one.line for one in offered}
        today = self._desk.today()
        options = [suggestion_option(one.line.id, one, today, typed=True) for one in offered]
        count = len(options)
        note = self.tr("1 match") if count == 1 else self.tr("{count} matches").format(count=count)
        self.search.set_options(options, note)
        announce(self.search, note)

    def _on_picked(self, value: object) -> None:
        self.patient = self._found.get(value) if isinstance(value, UUID) else None
        self.clear_error()
        line = self.patient
        self.set_help("" if line is None else ", ".join(_identifiers(line, self._desk)))
        self.chosen.emit(line)


def _identifiers(line: PatientLine, desk: Desk) -> list[str]:
    return [part for part in (birth_words(line.birth_date, desk.today()), line.mrn) if part]
