"""What needs somebody: a banner with the first three, and the list in which every item leads to its place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.today import Attention, AttentionKind
from meditrack_desktop.ui.today import words
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import Banner, Button, Divider, IconLabel, Label, SideSheet

_ICONS = {
    AttentionKind.DOCTOR_LATE: "clock",
    AttentionKind.LONG_WAIT: "armchair",
    AttentionKind.DOCTOR_AWAY: "calendar-off",
    AttentionKind.NO_ROOM: "hospital",
    AttentionKind.UNRESOLVED: "list-todo",
    AttentionKind.TASKS_OVERDUE: "list-checks",
    AttentionKind.CREDENTIAL_EXPIRES: "shield-alert",
}


class AttentionBar(QWidget):
    """Nothing at all while nothing needs anybody."""

    reviewRequested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.found: tuple[Attention, ...] = ()
        self.banner = Banner("", "warn", lead=" ", action=tr("Review all"))
        self.banner.actionTriggered.connect(self.reviewRequested)
        self._column.addWidget(self.banner)
        self.hide()

    def show_all(self, found: Sequence[Attention]) -> None:
        """Say these; the focus stays where it is."""
        if tuple(found) == self.found and self.isVisible() == bool(found):
            return
        self.found = tuple(found)
        self.banner.set_text(words.attention_summary(found), words.things_text(len(found)))
        self.setVisible(bool(found))


class AttentionSheet(SideSheet):
    """`chosen` carries the item somebody wants to see."""

    chosen = Signal(object)

    def __init__(self, host: QWidget, found: Sequence[Attention]) -> None:
        super().__init__(host, words.things_text(len(found)), width=460)
        self.buttons: list[Button] = []
        for number, one in enumerate(found):
            if number:
                self.body.addWidget(Divider())
            self.body.addWidget(self._row(one))
        self.body.addStretch(1)

    def _row(self, one: Attention) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(10)
        row.addWidget(IconLabel(_ICONS[one.kind], 16, "warn", line="body"), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(6)
        said = words.attention_text(one)
        column.addWidget(Label(said, "body", wrap=True))
        button = Button(words.attention_act(one), size="small")
        button.setAccessibleName(f"{words.attention_act(one)}: {said}")
        button.clicked.connect(partial(self._choose, one))
        self.buttons.append(button)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(column, 1)
        return holder

    def _choose(self, one: Attention, _checked: bool = False) -> None:
        self.close_layer()
        self.chosen.emit(one)
