"""What the calendar remembers of one person at this desk: view, doctors, zoom, and for today where it was scrolled to.
No patient, and no day that was looked at.

What is remembered may come from a damaged or foreign file: whatever is no choice is passed over.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from PySide6.QtCore import QSettings

from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.shown import Shown

MOST_DOCTORS = 200
EVERYBODY = "all"


class Memory:
    """Reads and writes the settings of one account."""

    def __init__(self, remembered: QSettings | None, account: UUID) -> None:
        self._remembered = remembered
        self._prefix = f"calendar/{account}"

    def recall(self, shown: Shown) -> None:
        """Set what was remembered; the day stays."""
        period = self._text("view")
        if period in set(Period):
            shown.period = Period(period)
        shown.doctor = _id(self._text("doctor")) or shown.doctor
        doctors = self._text("doctors")
        if doctors == EVERYBODY:
            shown.chosen = None
        elif doctors:
            known = [_id(word) for word in doctors.split(" ")[:MOST_DOCTORS]]
            shown.chosen = frozenset(each for each in known if each is not None) or shown.chosen
        shown.cancelled = self._text("cancelled") != "0"

    def keep(self, shown: Shown) -> None:
        """Note what is shown now."""
        self._set("view", shown.period.value)
        self._set("doctor", "" if shown.doctor is None else str(shown.doctor))
        chosen = EVERYBODY if shown.chosen is None else " ".join(map(str, sorted(shown.chosen)))
        self._set("doctors", chosen)
        self._set("cancelled", "1" if shown.cancelled else "0")

    def number(self, key: str) -> int | None:
        """A whole number kept under a word, such as the zoom."""
        text = self._text(key)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None

    def keep_number(self, key: str, value: int) -> None:
        self._set(key, str(value))

    def top(self, today: date) -> int | None:
        """The minute of the day that stood at the top, if it was today: a new day begins an hour before now."""
        day, _, minute = self._text("top").partition(" ")
        right = minute.isascii() and minute.isdigit() and len(minute) < 5
        return int(minute) if right and day == today.isoformat() else None

    def keep_top(self, today: date, minute: int) -> None:
        self._set("top", f"{today.isoformat()} {minute}")

    def _text(self, key: str) -> str:
        if self._remembered is None:
            return ""
        return str(self._remembered.value(f"{self._prefix}/{key}", ""))

    def _set(self, key: str, value: str) -> None:
        if self._remembered is not None:
            self._remembered.setValue(f"{self._prefix}/{key}", value)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
