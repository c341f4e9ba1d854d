"""The clinic's limits for documents: how large, how many a day, how long the bin keeps them."""

from __future__ import annotations

from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from meditrack_desktop.domain.settings import ChangeSettings, ClinicSettings
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.section import Section
from meditrack_desktop.ui.widgets import Label, LabelledField, TextField

DOCUMENT, STUDY, A_DAY, BIN = "largest_document_mb", "largest_study_mb", "documents_a_day", "bin_days"
LIMITS = {DOCUMENT: (1, 500), STUDY: (1, 2000), A_DAY: (1, 10_000), BIN: (30, 3650)}


class DocumentsSection(Section):
    """Saved together; they count at every desk from its next file on."""

    word = "documents"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "DocumentsSection")
        super().__init__(desk, tr("Documents"), tr("for everybody, on every desk"))
        self._kept: ClinicSettings | None = None
        self.numbers: dict[str, TextField] = {}
        self.fields: dict[str, LabelledField] = {}
        for key, name, hint, unit in (
            (DOCUMENT, tr("Largest document"), tr("A larger file is refused before it is stored."), tr("MB")),
            (STUDY, tr("Largest DICOM study"), tr("All images of one study together."), tr("MB")),
            (
                A_DAY,
                tr("Documents of one patient a day"),
                tr("A stop for a program that runs wild; people never come near it."),
                tr("a day"),
            ),
            (
                BIN,
                tr("Deleted documents stay for"),
                tr("So long they can be restored from the bin."),
                tr("days"),
            ),
        ):
            number = TextField(name=name)
            number.setMaxLength(5)
            number.setFixedWidth(90)
            number.textEdited.connect(lambda _text: self._on_edited())
            number.returnPressed.connect(self.save)
            field = LabelledField(name, number)
            field.label.hide()
            self.numbers[key], self.fields[key] = number, field
            self.add_row(name, hint, field, Label(unit, "body"))

    def load(self) -> None:
        clinic, actor = self.desk.clinic, self.desk.actor
        self.desk.tasks.query(
            self, lambda: clinic.settings.read(actor), self._show, failed=self.refused, replaces="settings"
        )

    def save(self) -> None:
        if not self.dirty or self.bar.save.busy or self._kept is None:
            return
        typed = self._typed()
        for key, value in typed.items():
            low, high = LIMITS[key]
            wrong = value is None or not low <= value <= high
            words = self.tr("A number from {low} to {high}.").format(low=low, high=high)
            self.fields[key].set_error(words if wrong else "")
        try:
            command = ChangeSettings.model_validate({key: value or 0 for key, value in typed.items()})
        except ValidationError:
            return
        clinic, actor = self.desk.clinic, self.desk.actor
        self.bar.save.set_busy(True)
        self.desk.tasks.change(
            self,
            lambda: clinic.settings.change(actor, command),
            done=self._saved,
            failed=self.refused,
            always=lambda: self.bar.save.set_busy(False),
        )

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
        self.desk.say(self.tr("Limits for documents saved"))
        self.saved.emit()
