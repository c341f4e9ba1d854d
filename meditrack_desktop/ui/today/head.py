"""The head of the page: how many come, wait, are in a room and are done; finding somebody of the day; two acts."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.today import Counters
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.words import count_text
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import Button, IconLabel, Label, SearchSelect

_KINDS = (
    ("to_come", "circle-check", "info"),
    ("waiting", "armchair", "warn"),
    ("in_room", "stethoscope", "accent"),
    ("done", "check-check", "text2"),
    ("no_show", "user-x", "danger"),
)


def _words(kind: str) -> str:
    return {
        "to_come": tr("to come"),
        "waiting": tr("waiting"),
        "in_room": tr("in room"),
        "done": tr("done"),
        "no_show": tr("no-show"),
    }[kind]


class TodayHead(QWidget):
    """Numbers with their words; `narrow` hides words, which stay as tooltips."""

    def __init__(self, *, may_book: bool, may_print: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.title = Label(tr("Today"), "title")
        row.addWidget(self.title)
        row.addSpacing(8)
        self.total = Label("", "body", tone="text2")
        row.addWidget(self.total)
        row.addSpacing(12)
        self.numbers: dict[str, Label] = {}
        self._said: list[Label] = []
        for kind, icon, colour in _KINDS:
            mark = IconLabel(icon, 17, colour)
            number, said = Label("0", "section"), Label(_words(kind), "body", tone="text2")
            self.numbers[kind] = number
            self._said.append(said)
            for part in (mark, number, said):
                part.setToolTip(_words(kind))
                row.addWidget(part)
            row.addSpacing(8)
        row.addStretch(1)
        self.finder = SearchSelect(
            placeholder=tr("Find in the day"), name=tr("Find somebody of the day (Ctrl+F)")
        )
        self.finder.setFixedWidth(theme.current().px(172))
        row.addWidget(self.finder)
        row.addSpacing(2)
        self.walk_in = Button(tr("Walk-in"), icon="footprints")
        self.walk_in.setToolTip(tr("Walk-in: book now with the next free doctor (Ctrl+Shift+W)"))
        row.addWidget(self.walk_in)
        self.printer = Button(tr("Print day list"), icon="printer")
        self.printer.setToolTip(tr("Print day list (Ctrl+P)"))
        row.addWidget(self.printer)
        self.walk_in.setVisible(may_book)
        self.printer.setVisible(may_print)

    def show_counters(self, counters: Counters) -> None:
        """The numbers of the day."""
        self.total.setText(count_text(counters.visits))
        for kind, label in self.numbers.items():
            count = getattr(counters, kind)
            label.setText(str(count))
            label.setAccessibleName(f"{count} {_words(kind)}")

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window icons and numbers alone."""
        self.total.setVisible(not narrow)
        for said in self._said:
            said.setVisible(not narrow)
        self.printer.set_text(tr("Print") if narrow else tr("Print day list"))
        self.printer.setAccessibleName(tr("Print day list"))

    def set_off(self, why: str) -> None:
        """Switch booking off and say why, or on again."""
        self.walk_in.setEnabled(not why)
        walk = tr("Walk-in: book now with the next free doctor (Ctrl+Shift+W)")
        self.walk_in.setToolTip(why or walk)
