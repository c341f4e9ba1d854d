"""One weekday of the hours: open or closed, its bars, its typed times, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.doctors.hours_bar import HoursBar
from meditrack_desktop.ui.doctors.hours_text import Stretch, format_stretches, parse_stretches
from meditrack_desktop.ui.widgets import Label, Switch, TextField

USUAL = "08:00 to 12:00"
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1}


class DayRow(QObject):
    """Widgets of one row; they lie on the grid they are placed in.

    `edited` carries the text after every change, `left` comes when the field is left, `touched` when one of them
    has the focus, `stepped` with -1 or 1 and whether the bars asked, when the arrows go to another day.
    """

    edited = Signal(str)
    left = Signal()
    touched = Signal()
    stepped = Signal(int, bool)

    def __init__(self, day: str) -> None:
        super().__init__()
        self.day = day
        self._before = ""
        self.switch = Switch(day, name=self.tr("Works on {day}").format(day=day))
        self.state = Label("", "micro", tone="warn")
        self.bar = HoursBar(day)
        self.field = TextField(name=self.tr("Hours on {day}").format(day=day), placeholder=self.tr("Closed"))
        self.field.setToolTip(self.tr("Example: 8 to 12, 12:45 to 16"))
        self.problem = Label("", "hint", tone="danger", wrap=True)
        self.switch.toggled.connect(self._on_switched)
        self.bar.edited.connect(self._on_bar)
        self.bar.leftUp.connect(lambda step: self.stepped.emit(step, True))
        self.field.textEdited.connect(self._on_typed)
        self.field.editingFinished.connect(self.left)
        for widget in (self.field, self.bar):
            widget.installEventFilter(self)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Lay the row out, what is wrong below its field."""
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.switch)
        self.state.setContentsMargins(39, 0, 0, 0)  # below the day's name, not below the switch
        words.addWidget(self.state)
        words.addStretch(1)
        grid.addLayout(words, row, 0)
        grid.addWidget(self.bar, row, 1)
        grid.addWidget(self.field, row, 2)
        grid.addWidget(self.problem, row + 1, 2)
        self.state.hide()
        self.problem.hide()

    def set_editable(self, editable: bool) -> None:
        """Whether the hours can be changed."""
        self.field.setReadOnly(not editable)
        self.bar.editable = editable
        self.switch.setEnabled(editable)
        self.bar.update()

    def show_text(self, text: str) -> None:
        """Put a text into the field, marked if it means no hours."""
        if self.field.text() != text:
            self.field.setText(text)
            self.field.setCursorPosition(0)
        self.show_problem(text)

    def show_bar(
        self, found: tuple[Stretch, ...] | None, saved: Sequence[Stretch], changed: bool, beside: int
    ) -> None:
        """The bars of what was understood, over what is kept."""
        # While a text cannot be read, nothing of what is kept is going yet.
        self.bar.show_stretches(saved if found is None else found, saved, beside)
        self.switch.blockSignals(True)
        self.switch.setChecked(found is None or bool(found))
        self.switch.blockSignals(False)
        self.switch.update()
        self.state.setText(self.tr("Changed"))
        self.state.setVisible(changed)

    def show_problem(self, text: str) -> None:
        """Say what is wrong with a text, if anything is."""
        words = ""
        try:
            parse_stretches(text)
        except ValueError as error:
            words = errors.problem_words(FieldProblem(str(error)), self.field.accessibleName())
            if str(error) == FieldProblem.NOT_A_TIME:
                words = self.tr("These are no times. Example: 8 to 12, 12:45 to 16")
            elif str(error) == FieldProblem.OUT_OF_RANGE:
                words = self.tr("The times overlap or end before they begin. Example: 8 to 12, 12:45 to 16")
        self.field.set_invalid(bool(words))
        self.field.setAccessibleDescription(words)
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def type(self, text: str) -> None:
        """As if typed and left."""
        self.field.setText(text)
        self._on_typed(text)
        self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.touched.emit()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.stepped.emit(step, False)
                return True
        return False

    def _on_typed(self, text: str) -> None:
        # While typing a half-written time is no mistake yet; it is marked when the field is left.
        self.field.set_invalid(False)
        self.problem.hide()
        self.edited.emit(text)

    def _on_bar(self, stretches: tuple[Stretch, ...]) -> None:
        text = format_stretches(stretches)
        self.show_text(text)
        self.edited.emit(text)

    def _on_switched(self, on: bool) -> None:
        if not on:
            self._before = self.field.text()
        text = (self._before or USUAL) if on else ""
        self.show_text(text)
        self.edited.emit(text)
