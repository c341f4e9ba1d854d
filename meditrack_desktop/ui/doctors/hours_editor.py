"""The weekly hours of one doctor: a row per weekday, typed, with the bars beside it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.practitioners import WorkingHours, WorkingHoursInput
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.doctors.hours_bar import HoursBar, HoursScale
from meditrack_desktop.ui.doctors.hours_text import Stretch, format_stretches, parse_stretches
from meditrack_desktop.ui.widgets import Divider, Label, TextField
from meditrack_desktop.ui.words import weekday_words

DAYS = range(7)


class HoursEditor(QWidget):
    """`edited` comes with every change of a day's text. Read-only for those who may only look."""

    edited = Signal()

    def __init__(self, *, editable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._saved: dict[int, tuple[Stretch, ...]] = {}
        self.fields: list[TextField] = []
        self._bars: list[HoursBar] = []
        self._scale = HoursScale()
        self._words: list[Label] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 10, 16, 6)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.addWidget(Label(self.tr("Day"), "small_medium", tone="text2"), 0, 0)
        grid.addWidget(self._scale, 0, 1)
        grid.addWidget(Label(self.tr("Times"), "small_medium", tone="text2"), 0, 2)
        grid.setColumnMinimumWidth(0, 92)
        grid.setColumnStretch(1, 5)
        grid.setColumnStretch(2, 4)
        self._grid = grid
        for day, word in enumerate(weekday_words()):
            row = 1 + day * 3
            grid.addWidget(Divider(), row, 0, 1, 3)
            name = Label(word, "emphasis")
            bar = HoursBar()
            field = TextField(name=self.tr("Hours on {day}").format(day=word), placeholder=self.tr("Closed"))
            name.setBuddy(field)
            field.setReadOnly(not editable)
            field.setToolTip(self.tr("Example: 8 to 12, 12:45 to 16"))
            words = Label("", "hint", tone="danger", wrap=True)
            words.hide()
            grid.addWidget(name, row + 1, 0)
            grid.addWidget(bar, row + 1, 1)
            grid.addWidget(field, row + 1, 2)
            grid.addWidget(words, row + 2, 2)
            field.textEdited.connect(lambda _text, day=day: self._on_edited(day))
            field.editingFinished.connect(lambda day=day: self._tidy(day))
            self.fields.append(field)
            self._bars.append(bar)
            self._words.append(words)

    def set_editable(self, editable: bool) -> None:
        """Whether the times can be typed over."""
        for field in self.fields:
            field.setReadOnly(not editable)

    def show_bars(self, shown: bool) -> None:
        """The bars say nothing that the times do not; where room is short they give way."""
        self._scale.setVisible(shown)
        for bar in self._bars:
            bar.setVisible(shown)
        self._grid.setColumnStretch(1, 5 if shown else 0)
        self._grid.setColumnMinimumWidth(2, theme.current().px(236))

    def show_hours(self, hours: Sequence[WorkingHours], drafts: Mapping[int, str] | None = None) -> None:
        """Show what is saved, with texts typed before but not saved on top."""
        self._saved = {
            day: tuple(sorted((h.starts, h.ends) for h in hours if h.weekday == day)) for day in DAYS
        }
        for day, field in enumerate(self.fields):
            saved = format_stretches(self._saved[day])
            field.setText((drafts or {}).get(day, saved))
            field.setCursorPosition(0)
            self._show_day(day)

    def drafts(self) -> dict[int, str]:
        """The texts of days that differ from what is saved."""
        return {
            day: field.text()
            for day, field in enumerate(self.fields)
            if self._stretches(day) != self._saved.get(day, ())
        }

    def hours(self) -> tuple[WorkingHoursInput, ...] | None:
        """The week as typed; None after marking the days that cannot be read, with focus on the first."""
        bad = [day for day in DAYS if self._stretches(day) is None]
        if bad:
            for day in bad:
                self._show_day(day)
            self.fields[bad[0]].setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return tuple(
            WorkingHoursInput(weekday=day, starts=starts, ends=ends)
            for day in DAYS
            for starts, ends in self._stretches(day) or ()
        )

    def type_day(self, day: int, text: str) -> None:
        """Put a text into a day's field as if typed and left."""
        self.fields[day].setText(text)
        self._on_edited(day)
        self._tidy(day)

    def copy_monday(self) -> None:
        """Give Tuesday to Friday Monday's hours."""
        for day in range(1, 5):
            self.fields[day].setText(self.fields[0].text())
            self._show_day(day)
        self.edited.emit()

    def _stretches(self, day: int) -> tuple[Stretch, ...] | None:
        try:
            return parse_stretches(self.fields[day].text())
        except ValueError:
            return None

    def _on_edited(self, day: int) -> None:
        # While typing a half-written time is no mistake yet; it is marked when the field is left.
        self.fields[day].set_invalid(False)
        self._words[day].hide()
        found = self._stretches(day)
        if found is not None:
            self._bars[day].show_stretches(found, changed=found != self._saved.get(day))
        self.edited.emit()

    def _tidy(self, day: int) -> None:
        found = self._stretches(day)
        if found is not None:
            self.fields[day].setText(format_stretches(found))
            self.fields[day].setCursorPosition(0)
        self._show_day(day)

    def _show_day(self, day: int) -> None:
        field = self.fields[day]
        try:
            found = parse_stretches(field.text())
            problem = ""
        except ValueError as error:
            found = ()
            problem = errors.problem_words(FieldProblem(str(error)), field.accessibleName())
            if str(error) == FieldProblem.NOT_A_TIME:
                problem = self.tr("These are no times. Example: 8 to 12, 12:45 to 16")
        self._bars[day].show_stretches(found, changed=found != self._saved.get(day))
        field.set_invalid(bool(problem))
        field.setAccessibleDescription(problem)
        self._words[day].setText(problem)
        self._words[day].setVisible(bool(problem))
