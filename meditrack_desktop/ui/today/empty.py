"""What the page says on a day without visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from meditrack_desktop.domain.today import TodayBoard
from meditrack_desktop.ui.scheduling.words import date_text
from meditrack_desktop.ui.today.words import tr


@dataclass(frozen=True, slots=True)
class Nothing:
    title: str
    text: str
    icon: str
    next_day: date | None = None


def state_of(board: TodayBoard) -> Nothing | None:
    """Why there is nothing to show; None where there are visits."""
    if board.counters.visits:
        return None
    following = (
        tr("The next visits are on {day}.").format(day=date_text(board.next_day))
        if board.next_day is not None
        else tr("No visit is booked for later, either.")
    )
    closure = board.closure
    if closure is not None and closure.opens is None:
        title = tr("The clinic is closed today: {name}").format(name=closure.name)
        return Nothing(title, following, "calendar-off", board.next_day)
    return Nothing(tr("No visits today"), following, "calendar-days", board.next_day)
