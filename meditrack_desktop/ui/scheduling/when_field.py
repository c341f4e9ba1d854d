"""Day and time in one field, as they are said at the desk: "11:15", "fri 9:30", "+6w 1400", "18 Nov, 11:00"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.words import clock_text, short_day
from meditrack_desktop.ui.widgets import TextField
from meditrack_desktop.ui.widgets.date_text import parse_date, parse_time


def parse_when(text: str, today: date, now: datetime, day_first: bool = True) -> datetime | None:
    """The day and time that `text` means; what it leaves out is taken from `now`. None if it means nothing."""
    typed = " ".join(text.replace(",", " ").split())
    if not typed:
        return None
    words = typed.split(" ")
    # The time stands last; "2:30 pm" is one time in two words.
    for count in (2, 1):
        moment = parse_time(" ".join(words[-count:])) if count <= len(words) else None
        if moment is None or (count == 2 and not words[-1][:1].isalpha()):
            continue
        before = " ".join(words[:-count])
        if not before:
            if count == 1 and words[0].isdigit() and len(words[0]) > 4:
                continue
            return datetime.combine(now.date(), moment)
        day = _day(before, today, day_first)
        if day is not None:
            return datetime.combine(day, moment)
    day = _day(typed, today, day_first)
    return None if day is None else datetime.combine(day, now.time())


def _day(text: str, today: date, day_first: bool) -> date | None:
    found = parse_date(text, today, day_first)
    if found is None and " " in text:
        # "Wed 18 Nov": the weekday says nothing that the date does not.
        found = parse_date(text.split(" ", 1)[1], today, day_first)
    return found


class WhenField(TextField):
    """Shows `Wed 18 Nov, 11:00`. `whenChanged` comes on Enter, or when the field is left, if it differs."""

    whenChanged = Signal(object)
    problem = Signal(str)

    def __init__(self, value: datetime, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._value = value
        self._today = today
        self.returnPressed.connect(self.commit)
        self.set_when(value)

    def when(self) -> datetime:
        """The last day and time that were understood, on the clinic's clock, naive."""
        return self._value

    def set_when(self, value: datetime) -> None:
        """Show another day and time without a signal."""
        self._value = value
        self.setText(f"{short_day(value.date())}, {clock_text(minute_of(value))}")
        self.setCursorPosition(0)
        self.set_invalid(False)
        self.problem.emit("")

    def commit(self) -> bool:
        """Read what is typed; False if it means nothing."""
        text = self.text().strip()
        if text == f"{short_day(self._value.date())}, {clock_text(minute_of(self._value))}":
            return True
        found = parse_when(text, self._today(), self._value)
        if found is None:
            self.set_invalid(True)
            self.problem.emit(self.tr("This is not a time. Example: 11:15, or Fri 9:30"))
            return False
        changed = found != self._value
        self.set_when(found)
        if changed:
            self.whenChanged.emit(found)
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.commit()
