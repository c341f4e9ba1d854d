"""Field by field: what either record says, and whose value the kept one shall have."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.patient_merges import (
    JOINABLE,
    FieldChoice,
    MergeChoice,
    MergeField,
    MergePreview,
    says,
    value_of,
)
from meditrack_desktop.ui.patients.choice_value import ChoiceValue, drop
from meditrack_desktop.ui.patients.twins import words
from meditrack_desktop.ui.widgets import Divider, Label, Radio


class MergeFields(QWidget):
    """One row a field. Where both say the same there is nothing to choose. `changed` when a choice was made."""

    changed = Signal()

    def __init__(self, preview: MergePreview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview = preview
        self.choices: dict[MergeField, dict[MergeChoice, Radio]] = {}
        self.results: dict[MergeField, Label] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        for column, stretch in ((1, 3), (2, 3), (3, 3)):
            self._grid.setColumnStretch(column, stretch)
        heads = (
            (self.tr("Stays: MRN {number}").format(number=preview.kept.mrn), 1),
            (self.tr("Goes: MRN {number}").format(number=preview.gone.mrn), 2),
            (self.tr("The merged record says"), 3),
        )
        for text, column in heads:
            self._grid.addWidget(Label(text, "small_medium", tone="text2"), 0, column)
        for line in preview.fields:
            self._add(line)

    def chosen(self) -> dict[MergeField, MergeChoice]:
        """What was chosen of each field in which the records differ."""
        return {
            field: next((choice for choice, radio in radios.items() if radio.isChecked()), MergeChoice.KEPT)
            for field, radios in self.choices.items()
        }

    def first(self) -> QWidget | None:
        """Where choosing begins."""
        for radios in self.choices.values():
            return next(radio for radio in radios.values() if radio.isChecked())
        return None

    def _add(self, line: FieldChoice) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(Divider(), row, 0, 1, 4)
        row += 1
        label = words.field_label(line.field)
        top = Qt.AlignmentFlag.AlignTop
        result = Label("", "emphasis", wrap=True)
        # The first line stands level with the radio buttons', where there are some.
        space = drop(Radio("")) if line.differs else 0
        self._grid.addWidget(_lowered(Label(label, tone="text2"), space), row, 0, top)
        self._grid.addWidget(_lowered(result, space), row, 3, top)
        self.results[line.field] = result
        kept, gone = self._preview.kept, self._preview.gone
        mine, other = words.value_text(kept, line.field), words.value_text(gone, line.field)
        if not line.differs:
            self._grid.addWidget(Label(mine, wrap=True, tone="text2"), row, 1, top)
            self._grid.addWidget(Label(other, wrap=True, tone="text2"), row, 2, top)
            result.setText(mine)
            return
        radios = {
            MergeChoice.KEPT: Radio(
                "", name=self.tr("{label}, stays: {value}").format(label=label, value=mine)
            ),
            MergeChoice.GONE: Radio(
                "", name=self.tr("{label}, goes: {value}").format(label=label, value=other)
            ),
        }
        joinable = (
            line.field in JOINABLE and says(value_of(kept, line.field)) and says(value_of(gone, line.field))
        )
        if joinable:
            radios[MergeChoice.BOTH] = Radio(
                self.tr("Both"), name=self.tr("{label}: both, one under the other").format(label=label)
            )
        group = QButtonGroup(self)
        for radio in radios.values():
            group.addButton(radio)
        self.choices[line.field] = radios
        self._grid.addWidget(ChoiceValue(radios[MergeChoice.KEPT], mine), row, 1, top)
        self._grid.addWidget(ChoiceValue(radios[MergeChoice.GONE], other), row, 2, top)
        if joinable:
            self._grid.addWidget(radios[MergeChoice.BOTH], row + 1, 1, 1, 2)
        radios[line.suggested].setChecked(True)
        self._show(line.field)
        group.buttonToggled.connect(lambda *_args: self._show(line.field))

    def _show(self, field: MergeField) -> None:
        kept, gone = self._preview.kept, self._preview.gone
        choice = self.chosen()[field]
        mine, other = words.value_text(kept, field), words.value_text(gone, field)
        said = {MergeChoice.KEPT: mine, MergeChoice.GONE: other, MergeChoice.BOTH: f"{mine}; {other}"}
        self.results[field].setText(said[choice])
        self.changed.emit()


def _lowered(label: Label, space: int) -> QWidget:
    around = QWidget()
    column = QVBoxLayout(around)
    column.setContentsMargins(0, space, 0, 0)
    column.addWidget(label)
    return around
