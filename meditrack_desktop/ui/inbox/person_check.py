"""Whom the file names beside who was chosen, part by part; what differs is marked."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.birth_dates import BirthDate
from meditrack_desktop.domain.examination import NamedPerson
from meditrack_desktop.domain.name_check import Difference, KnownPerson, compare
from meditrack_desktop.ui.inbox.words import tr
from meditrack_desktop.ui.widgets import IconLabel, Label, format_date
from meditrack_desktop.ui.words import birth_words


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
    """`differences` are those of the two that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.differences: tuple[Difference, ...] = ()
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
        self.hide()

    def clear(self) -> None:
        """Compare nobody."""
        self.differences = ()
        self.hide()

    def compare_with(self, line: str, name: str, born: BirthDate | None, number: str, today: date) -> None:
        """The file's line against the chart's name, birth date and record number."""
        named = named_in(line)
        if not named:
            self.clear()
            return
        known = KnownPerson((name,), born, (number,) if number else ())
        self.differences = compare(named, known).differences
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells = []
        in_file = format_date(named.birth_date) if named.birth_date is not None else ""
        self._row(0, "", tr("In the file"), tr("Chart"), head=True)
        same_number = not named.numbers or number in named.numbers
        rows = (
            (Difference.NAME, named.name, name, True),
            (Difference.BIRTH_DATE, in_file, birth_words(born, today), True),
            (
                Difference.NUMBER,
                number if number in named.numbers else ", ".join(named.numbers),
                number,
                same_number,
            ),
        )
        for at, (kind, left, right, plain) in enumerate(rows, start=1):
            if left:
                mark = "x" if kind in self.differences else "check" if plain else "circle-question-mark"
                self._row(at, mark, left, right)
        self._lead.setText(tr("The file and the chart differ. Compare them.") if self.differences else "")
        self._lead.setVisible(bool(self.differences))
        self._lead.set_tone("danger")
        self.setAccessibleName(
            tr("In the file: {file}. Chart: {chart}.").format(file=named_words(line), chart=name)
            + (" " + self._lead.text() if self.differences else "")
        )
        self.show()

    def _row(self, at: int, mark: str, left: str, right: str, *, head: bool = False) -> None:
        differs = mark == "x"
        tone = "danger" if differs else "text2" if head else ""
        words = [Label(text, "small", tone=tone, wrap=True) for text in (left, right)]
        for place, label in enumerate(words, start=1):
            self._grid.addWidget(label, at, place)
            self._cells.append(label)
        if mark:
            icon = IconLabel(mark, 14, "danger" if differs else "ok" if mark == "check" else "text2")
            self._grid.addWidget(icon, at, 0)
            self._cells.append(icon)
