"""Several phones with their uses: the first has a label of its own, the others come and go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.patients import Phone
from meditrack_desktop.ui.widgets import Button, Combo, IconButton, Option, TextField

MOST = 10
_USES = ("mobile", "home", "work", "other")


class PhonesField(QWidget):
    """`edited` comes when a number or a use is another. Empty rows are no phones."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[PhoneRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.more = Button(self.tr("Add a phone"), "quiet", icon="plus", size="small")
        self.more.clicked.connect(self._add_and_go)
        self.add("", "mobile")
        # After the first row, or Tab would come to it before the number.
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.first)

    @property
    def first(self) -> TextField:
        """The field of the first number."""
        return self.rows[0].number

    def value(self) -> tuple[dict[str, str], ...]:
        """The phones that were typed, in order."""
        typed = ((row.number.text().strip(), row.use.value()) for row in self.rows)
        return tuple({"value": number, "use": str(use)} for number, use in typed if number)

    def set_phones(self, phones: Sequence[Phone]) -> None:
        """Show these, and at least one row."""
        while len(self.rows) > 1:
            self.remove(self.rows[-1])
        for place, phone in enumerate(phones):
            row = self.rows[0] if place == 0 else self.add("", "home")
            row.number.setText(phone.value)
            row.use.set_value(phone.use if phone.use in _USES else "other")

    def set_invalid(self, invalid: bool) -> None:
        """Draw the numbers as wrong."""
        for row in self.rows:
            row.number.set_invalid(invalid and (bool(row.number.text().strip()) or row is self.rows[0]))

    def add(self, number: str, use: str) -> PhoneRow:
        """One row more."""
        row = PhoneRow(number, use, removable=bool(self.rows))
        row.number.setAccessibleName(self.tr("Phone {count}").format(count=len(self.rows) + 1))
        row.number.textChanged.connect(self.edited)
        row.use.valueChanged.connect(lambda _use: self.edited.emit())
        if row.gone is not None:
            row.gone.clicked.connect(lambda: self.remove(row))
        before = self.rows[-1] if self.rows else None
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
        if before is not None:
            QWidget.setTabOrder(before.last, row.number)
            QWidget.setTabOrder(row.number, row.use)
            if row.gone is not None:
                QWidget.setTabOrder(row.use, row.gone)
                QWidget.setTabOrder(row.gone, self.more)
        if len(self.rows) == MOST:
            self.more.hide()
        return row

    def remove(self, row: PhoneRow) -> None:
        """Take a row away; the first stays."""
        place = self.rows.index(row)
        if place == 0:
            return
        self.rows.remove(row)
        self.rows[place - 1].number.setFocus(Qt.FocusReason.OtherFocusReason)
        row.hide()
        row.deleteLater()
        self.more.setVisible(True)
        self.edited.emit()

    def _add_and_go(self) -> None:
        self.add("", "home").number.setFocus(Qt.FocusReason.TabFocusReason)


class PhoneRow(QWidget):
    """A number, what it is used for, and a way to take it out."""

    def __init__(self, number: str, use: str, *, removable: bool) -> None:
        super().__init__()
        words = {
            "mobile": self.tr("Mobile"),
            "home": self.tr("Home"),
            "work": self.tr("Work"),
            "other": self.tr("Other"),
        }
        self.number = TextField(number)
        self.use = Combo([Option(one, words[one]) for one in _USES], value=use, name=self.tr("Use"))
        self.gone: IconButton | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.number, 3)
        row.addWidget(self.use, 2)
        if removable:
            self.gone = IconButton("x", self.tr("Remove this phone"))
            row.addWidget(self.gone)

    @property
    def last(self) -> QWidget:
        """The last stop of the row."""
        return self.gone or self.use
