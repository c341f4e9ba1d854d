"""Several of a list: a search box that adds, and a chip for each that was picked, which removes it again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.ui.doctors.tab_order import ask_order
from meditrack_desktop.ui.widgets import FilterChip, FlowRow, Option, SearchSelect, matches


class PickedField(QWidget):
    """`value` is a tuple of the values picked, in that order. `valueChanged` comes with the person's choice."""

    valueChanged = Signal(object)

    def __init__(
        self,
        options: Sequence[Option] = (),
        *,
        name: str = "",
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._values: tuple[object, ...] = ()
        self._read_only = False
        self.chips: list[FilterChip] = []
        self.search = SearchSelect(name=name, placeholder=placeholder, delay=0)
        self.search.queryChanged.connect(self._offer)
        self.search.picked.connect(self._add)
        self._row = FlowRow()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._row)
        self.setFocusProxy(self.search)
        if name:
            self.setAccessibleName(name)
        self._show()

    def value(self) -> tuple[object, ...]:
        return self._values

    def set_value(self, values: Sequence[object]) -> None:
        """Show these without a signal."""
        self._values = tuple(dict.fromkeys(values))
        self._show()

    def words_of(self, values: Sequence[object]) -> str:
        """Picked values in words."""
        words = {option.value: option.text for option in self._options}
        return ", ".join(words.get(value, str(value)) for value in values)

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer others; what was picked stays."""
        self._options = list(options)
        self._show()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.search.setAccessibleName(name)

    def set_invalid(self, invalid: bool) -> None:
        """Draw the field as wrong."""
        self.search.set_invalid(invalid)

    def set_read_only(self, on: bool) -> None:
        """Only show what was picked."""
        self._read_only = on
        self.search.setVisible(not on)
        self._show()

    def _offer(self, typed: str) -> None:
        left = [option for option in self._options if option.value not in self._values]
        found = [option for option in left if matches(typed, f"{option.text} {option.second}")]
        self.search.set_options(found, "" if found else self.tr("None found"))

    def _add(self, value: object) -> None:
        if value is None:
            return
        self.search.set_choice(None)
        if value not in self._values:
            self._take((*self._values, value))

    def _remove(self, value: object) -> None:
        self._take(tuple(one for one in self._values if one != value))
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, values: tuple[object, ...]) -> None:
        self._values = values
        self._show()
        self.valueChanged.emit(values)

    def _show(self) -> None:
        for chip in self.chips:
            self._row.flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = []
        words = {option.value: option.text for option in self._options}
        for value in self._values:
            chip = FilterChip(words.get(value, str(value)), active=True)
            chip.setAccessibleName(self.tr("Remove {name}").format(name=words.get(value, str(value))))
            chip.removed.connect(lambda value=value: self._remove(value))
            chip.clicked.connect(lambda _=False, value=value: self._remove(value))
            chip.setEnabled(not self._read_only)
            self._row.flow.addWidget(chip)
            self.chips.append(chip)
        self._row.setVisible(bool(self.chips))
        ask_order(self)
