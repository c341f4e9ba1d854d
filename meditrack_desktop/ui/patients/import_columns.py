"""The step that says which column is what: guesses to confirm, beside a few cells of each column."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.imports import NAME_FIELDS, CsvField, CsvMapping, DateOrder, FileLook
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.patients.import_words import field_choices
from meditrack_desktop.ui.patients.rows import clear, column
from meditrack_desktop.ui.patients.words import count_text
from meditrack_desktop.ui.widgets import (
    Banner,
    Combo,
    Label,
    LabelledField,
    Option,
    SectionHeading,
    TextField,
)

LEAVE_OUT = ""


class ColumnsStep(QWidget):
    """One part for each table; files that name their parts themselves only say how much they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[TablePart] = []
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(14)
        self._parts = column(18)
        rows.addLayout(self._parts)
        self.order = Combo(
            [
                Option(DateOrder.ASK.value, self.tr("Skip dates that could be either")),
                Option(DateOrder.DAY_FIRST.value, self.tr("Day first: 3 April")),
                Option(DateOrder.MONTH_FIRST.value, self.tr("Month first: 4 March")),
            ],
            value=DateOrder.ASK.value,
        )
        self.order_field = LabelledField(self.tr("How to read a date such as 03/04/2001"), self.order)
        rows.addWidget(self.order_field)
        rows.addStretch(1)

    def show_looks(self, looks: Sequence[FileLook]) -> None:
        """Begin anew with these files."""
        clear(self._parts)
        self.tables = []
        for look in looks:
            if look.columns and not look.problem:
                part = TablePart(look)
                self.tables.append(part)
                self._parts.addWidget(part)
            else:
                self._parts.addWidget(_plain(self, look))
        self.order_field.setVisible(any(look.dates_ambiguous for look in looks))
        self.order.set_value(DateOrder.ASK.value)

    def mappings(self) -> tuple[CsvMapping, ...]:
        return tuple(table.mapping() for table in self.tables)

    def date_order(self) -> DateOrder:
        return DateOrder(str(self.order.value()))

    def complete(self) -> bool:
        """Whether each table has a column with a name; marks those that have none."""
        checked = [table.check() for table in self.tables]
        return all(checked)

    def first(self) -> QWidget | None:
        """Where the keyboard begins."""
        if not self.order_field.isHidden():
            return self.order
        return self.tables[0].source if self.tables else None


class TablePart(QWidget):
    """One table: where it is from, and a choice for each of its columns."""

    def __init__(self, look: FileLook) -> None:
        super().__init__()
        self._look = look
        said = look.remembered
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        words = self.tr("{count} rows").format(count=count_text(look.total))
        rows.addWidget(SectionHeading(look.file, note=words))
        self.source = TextField(said.source if said else "", placeholder=self.tr("For example: old program"))
        help_ = self.tr("Ids of one source are only compared with ids of the same source.")
        rows.addWidget(
            LabelledField(self.tr("Where this list is from"), self.source, help=help_, optional=True)
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(2, 1)
        for place, head in enumerate((self.tr("Column"), self.tr("Holds"), self.tr("First rows"))):
            grid.addWidget(Label(head, "small", tone="text2"), 0, place)
        choices = [Option(LEAVE_OUT, self.tr("Leave out"))]
        choices += [Option(value, text) for value, text in field_choices()]
        self.choices: list[Combo] = []
        for row, each in enumerate(look.columns, start=1):
            guess = said.columns.get(each.key, each.guess) if said else each.guess
            choice = Combo(
                choices,
                value=guess.value if guess else LEAVE_OUT,
                name=self.tr("What {column} holds").format(column=each.key),
            )
            choice.setFixedWidth(theme.current().px(190))
            self.choices.append(choice)
            name = Label(each.key, "emphasis", elide=True)
            name.setFixedWidth(theme.current().px(140))
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(choice, row, 1)
            samples = "  ·  ".join(sample for sample in each.samples if sample)
            grid.addWidget(Label(samples, "small", tone="text2", elide=True), row, 2)
        rows.addLayout(grid)
        self._banner = Banner(
            self.tr("Choose which column holds the family name, or the whole name."), "warn"
        )
        self._banner.hide()
        rows.addWidget(self._banner)

    def mapping(self) -> CsvMapping:
        """What is chosen, to be remembered for tables with the same headings."""
        columns: dict[str, CsvField | None] = {}
        for each, choice in zip(self._look.columns, self.choices, strict=True):
            value = str(choice.value() or LEAVE_OUT)
            columns[each.key] = CsvField(value) if value else None
        return CsvMapping(
            columns=columns,
            source=self.source.text().strip()[:60],
            header=self._look.header,
            fingerprint=self._look.fingerprint,
        )

    def check(self) -> bool:
        """Whether there is a name; says so if not."""
        guessed = any(each.guess is not None for each in self._look.columns)
        named = not NAME_FIELDS.isdisjoint(self.mapping().columns.values())
        # A table of visits or prices is read all the same, and the preview says what it is.
        other = guessed and all(each.guess not in NAME_FIELDS for each in self._look.columns)
        self._banner.setVisible(not named and not other)
        return named or other


def _plain(owner: QWidget, look: FileLook) -> QWidget:
    if look.problem:
        return Banner(look.problem, "danger", lead=look.file)
    words = owner.tr("{count} entries, which say themselves what they are").format(
        count=count_text(look.total)
    )
    return SectionHeading(look.file, note=words)
