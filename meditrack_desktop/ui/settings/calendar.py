"""The clinic's rules of time: what cancelling late is, when a patient's calendar rings, and what a long wait is."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication

from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.settings.numbers import Number, NumbersSection

LATE, REMINDER, WAIT = "late_cancel_hours", "reminder_minutes", "long_wait_minutes"


class CalendarSection(NumbersSection):
    """They count at every desk from the next cancelling, calendar file and look at the day on."""

    word = "calendar"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "CalendarSection")
        late = tr(
            "Who cancels later than this before the visit has cancelled late. 0: only who cancels after it began."
        )
        reminder = tr(
            "So long before the visit the file for the patient's calendar rings. A day is 1440; 0: never."
        )
        wait = tr("From then on the Today page says that somebody has waited long.")
        super().__init__(
            desk,
            tr("Calendar"),
            tr("for everybody, on every desk"),
            (
                Number(LATE, tr("Cancelling is late within"), late, tr("hours"), 0, 336),
                Number(REMINDER, tr("Patients are reminded"), reminder, tr("minutes"), 0, 20160),
                Number(WAIT, tr("A long wait"), wait, tr("minutes"), 1, 240),
            ),
            tr("Settings of the calendar saved"),
        )
