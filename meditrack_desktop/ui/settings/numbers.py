"""A section of whole numbers that are saved together: each with its bounds, in words what it does, and its unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import Label, LabelledField, TextField


@dataclass(frozen=True, slots=True)
class Number:
    """`key`: the setting. `low` and `high` are allowed both."""

    key: str
    name: str
    hint: str
    unit: str
    low: int
    high: int


class NumbersSection(Section):
    """Saved together. `words`: what is said once they are."""

    def __init__(self, desk: Desk, title: str, note: str, numbers: Iterable[Number], words: str) -> None:
        super().__init__(desk, title, note)
        self._kept: ClinicSettings | None = None
        self._numbers, self._words = {one.key: one for one in numbers}, words
        self.numbers: dict[str, TextField] = {}
        self.fields: dict[str, LabelledField] = {}
        for one in self._numbers.values():
            number = TextField(name=one.name)
            number.setMaxLength(5)
            number.setFixedWidth(90)
            number.textEdited.connect(lambda _text: self._on_edited())
            number.returnPressed.connect(self.save)
            field = LabelledField(one.name, number)
            field.label.hide()
            self.numbers[one.key], self.fields[one.key] = number, field
            self.add_row(one.name, one.hint, field, Label(one.unit, "body"))

    def load(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.query(
            self, lambda: clinic.settings.read(actor), self._show, failed=self.refused, replaces="settings"
        )

    def save(self) -> None:
        if not self.dirty or self.bar.save.busy or self._kept is None:
            return
        typed, right = self._typed(), True
        for key, value in typed.items():
            one = self._numbers[key]
            wrong = value is None or not one.low <= value <= one.high
            right = right and not wrong
            words = self.tr("A number from {low} to {high}.").format(low=one.low, high=one.high)
            self.fields[key].set_error(words if wrong else "")
        if not right:
            return
        command = ChangeSettings.model_validate(typed)
        self.keep(command, self._saved)

    def _typed(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for key, number in self.numbers.items():
            text = number.text().strip()
            found[key] = int(text) if text.isascii() and text.isdecimal() else None
        return found

    def _on_edited(self) -> None:
        kept = self._kept
        same = kept is not None and all(getattr(kept, key) == value for key, value in self._typed().items())
        self.set_dirty(not same)

    def _show(self, settings: ClinicSettings) -> None:
        if self.dirty:
            return
        self._kept = settings
        for key, number in self.numbers.items():
            number.setText(str(getattr(settings, key)))
            self.fields[key].clear_error()

    def _saved(self, settings: ClinicSettings) -> None:
        self.set_dirty(False)
        self._show(settings)
        self.desk.say(self._words)
        self.saved.emit()
