"""Whom the file names beside who was chosen, part by part; what differs is marked."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.name_check import Comparison, Difference
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import IconLabel, Label, format_date
from meditrack_desktop.ui.words import born_words

SAME, DIFFERS, OPEN = "check", "x", "circle-question-mark"
"""What stands before a line. `OPEN`: the two could not be compared in this."""


def named_in(line: str) -> NamedPerson:
    """Whom a file names, out of its one line."""
    name, born = "", None
    numbers: list[str] = []
    for part in (each for each in line.split(" · ") if each):
        try:
            day = date.fromisoformat(part)
        except ValueError:
            if not name and not numbers and born is None and any(letter.isalpha() for letter in part):
                name = part
            else:
                numbers.append(part)
        else:
            born = day
    return NamedPerson(name, born, tuple(numbers))


def named_words(line: str) -> str:
    """`Mara Fictanova, 5 Apr 1988, 000-2000`: days as they are written here."""
    named = named_in(line)
    born = format_date(named.birth_date) if named.birth_date is not None else ""
    return ", ".join(part for part in (named.name, born, *named.numbers) if part)


class PersonCheck(QWidget):
    """Shows the two at once, and what differs as soon as the clinic compared them."""

    def __init__(self) -> None:
        super().__init__()
        self.compared: Comparison | None = None
        """What the clinic answered about the two that are shown; None until then."""
        self._lead = Label("", "small_strong", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._lead)
        column.addLayout(self._grid)
        self._cells: list[QWidget] = []
        self._rows: tuple[tuple[Difference, str, str], ...] = ()
        self._said = ""
        self.hide()

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What of the two contradicts, as far as it is known."""
        return self.compared.differences if self.compared is not None else ()

    def clear(self) -> None:
        """Compare nobody."""
        self.compared, self._rows = None, ()
        self.hide()

    def show_two(self, line: str, name: str, born: BirthDate | None, number: str) -> None:
        """The file's line beside the chart's name, birth date and record number; nothing is said of them yet."""
        named = named_in(line)
        if not named:
            self.clear()
            return
        in_file = born_words(BirthDate.of(named.birth_date)) if named.birth_date is not None else ""
        numbers = number if number in named.numbers else ", ".join(named.numbers)
        self._rows = (
            (Difference.NAME, named.name, name),
            (Difference.BIRTH_DATE, in_file, born_words(born)),
            (Difference.NUMBER, numbers, number),
        )
        self._said = tr("In the file: {file}. Chart: {chart}.").format(file=named_words(line), chart=name)
        self._dress(None)
        self.show()

    def show_compared(self, compared: Comparison | None) -> None:
        """What the clinic says of the two; None: it did not say yet."""
        if self._rows:
            self._dress(compared)

    def _dress(self, compared: Comparison | None) -> None:
        self.compared = compared
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = []
        self._row(0, "", tr("In the file"), tr("Chart"), head=True)
        for at, (kind, left, right) in enumerate(self._rows, start=1):
            if left:
                self._row(at, _mark(kind, compared), left, right)
        what = ", ".join(_part_words(kind) for kind, *_ in self._rows if kind in self.differences)
        words = tr("The file and the chart differ: {what}. Compare them.")
        self._lead.setText(words.format(what=what) if what else "")
        self._lead.setVisible(bool(self.differences))
        self._lead.set_tone("danger")
        self.setAccessibleName(f"{self._said} {self._lead.text()}".strip())

    def _row(self, at: int, mark: str, left: str, right: str, *, head: bool = False) -> None:
        differs = mark == DIFFERS
        tone = "danger" if differs else "text2" if head else ""
        words = [Label(text, "small", tone=tone, wrap=True) for text in (left, right)]
        for place, label in enumerate(words, start=1):
            self._grid.addWidget(label, at, place)
            self._cells.append(label)
        if mark:
            icon = IconLabel(mark, 14, "danger" if differs else "ok" if mark == SAME else "text2")
            self._grid.addWidget(icon, at, 0)
            self._cells.append(icon)


def _part_words(kind: Difference) -> str:
    return {
        Difference.NAME: tr("name"),
        Difference.BIRTH_DATE: tr("birth date"),
        Difference.NUMBER: tr("record number"),
    }[kind]


def _mark(kind: Difference, compared: Comparison | None) -> str:
    if compared is None:
        return ""
    return DIFFERS if kind in compared.differences else SAME if kind in compared.same else OPEN
