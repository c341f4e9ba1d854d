"""A visit on its way: dragged, nudged by keys or carried; with the ghost that shows it until it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal

from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Appointment
from meditrack_desktop.ui.scheduling.day_model import DayModel, minutes_of
from meditrack_desktop.ui.scheduling.gestures import Ghost, longest_here
from meditrack_desktop.ui.scheduling.grid import CalendarGrid
from meditrack_desktop.ui.scheduling.layout import held_in_day
from meditrack_desktop.ui.scheduling.time_words import spoken_slot
from meditrack_desktop.ui.widgets import announce


class MovedCalendar(Protocol):
    """What moving asks of a calendar."""

    @property
    def model(self) -> DayModel: ...
    def focused_visit(self) -> Appointment | None: ...
    def show_cell(self, column: int, starts: int, minutes: int) -> None: ...


@dataclass(frozen=True, slots=True)
class HeldOver:
    """A place on the calendar that means the same after other columns are shown. `starts`: minute of the day."""

    practitioner_id: UUID
    day: date
    starts: int


class Moves(QObject):
    """Asks for moves and lengths by signals; each is answered by `settle` or `refuse`.

    `asked` counts what has not been answered yet: while it does, further keys go on from the ghost.
    """

    moveRequested = Signal(object, object, int)
    lengthRequested = Signal(object, int)
    carryBegun = Signal()
    carryEnded = Signal()

    def __init__(self, view: MovedCalendar, grid: CalendarGrid) -> None:
        super().__init__(grid)
        self._view = view
        self._grid = grid
        self.asked = 0
        self.nudging = False
        """Whether what is asked for now came from a key that moves a visit by one step."""
        self.carried = False
        """Whether what is asked for now was carried there."""

    @property
    def carrying(self) -> bool:
        return self._grid.carried is not None

    def pick_up(self, visit: Appointment) -> None:
        """Carry a visit: arrows or pointer move it, Enter or a click drops it, Escape puts it back."""
        self._grid.carried = visit
        self._grid.chosen = None
        self.show_carried()
        self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.carryBegun.emit()
        announce(self._grid, self.tr("Picked up. Arrows move it, Enter drops it, Escape puts it back."))

    def put_back(self) -> None:
        """Give up moving: everything stands where it stood."""
        was_carrying = self.carrying
        self._grid.carried = None
        self._grid.clear_ghost()
        if was_carrying:
            self.carryEnded.emit()

    def settle(self) -> None:
        """One thing asked for has been done; the ghost goes when the fresh visits come."""
        self.asked = max(0, self.asked - 1)

    def refuse(self, appointment_id: UUID, reason: str) -> None:
        """Show on the ghost why it could not be done; the visit stands where it stood."""
        ghost = self._grid.ghost
        self.asked = max(0, self.asked - 1)
        if ghost is None or ghost.visit is None or ghost.visit.id != appointment_id:
            self._grid.clear_ghost()
            return
        self._grid.refuse(ghost, reason)
        self._grid.update()

    def carry_on(self, visit: Appointment) -> None:
        """It could not be dropped there: it stays in hand, with the reason on it, for another place."""
        self._grid.carried = visit
        self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.carryBegun.emit()

    def show_at(self, visit: Appointment, column: int, starts: int, minutes: int) -> None:
        """Show a visit where it is asked to go."""
        self._grid.set_ghost(Ghost(visit, column, starts, minutes))

    def drop(self, ghost: Ghost) -> None:
        """Ask for what a ghost means, if it differs from how things are."""
        visit = ghost.visit
        if visit is None:
            return
        column = self._view.model.columns[ghost.column]
        starts, _ = minutes_of(visit)
        stays = column.practitioner_id == visit.practitioner_id and column.day == visit.day
        self.carried = self.carrying
        if self.carrying:
            self._grid.carried = None
            self.carryEnded.emit()
        if ghost.minutes != visit.minutes:
            self._ask_length(ghost)
        elif not stays or ghost.starts != starts or self.asked:
            self.asked += 1
            self.moveRequested.emit(visit, column, ghost.starts)
        else:
            self._grid.clear_ghost()

    def drop_carried(self) -> None:
        """Ask to move what is carried to where its ghost is."""
        if self.carrying and self._grid.ghost is not None:
            self.drop(self._grid.ghost)

    def nudge(self, minutes: int, columns: int = 0) -> None:
        """Move what is carried, or ask to move the focused visit, by so much."""
        if self.carrying:
            self._nudge_carried(minutes, columns)
            return
        now = self._focused()
        if now is None or now.visit is None or not 0 <= now.column + columns < len(self._view.model.columns):
            return
        starts = held_in_day(now.starts + minutes, now.minutes)
        moved = Ghost(now.visit, now.column + columns, starts, now.visit.minutes)
        self._grid.set_ghost(moved)
        self.nudging = True
        self.drop(moved)
        self.nudging = False

    def stretch(self, minutes: int) -> None:
        """Ask to make the focused visit longer or shorter."""
        now = self._focused()
        if now is None:
            return
        length = longest_here(now.starts, max(min(SLOT_MINUTES, now.minutes), now.minutes + minutes))
        if length != now.minutes:
            longer = Ghost(now.visit, now.column, now.starts, length)
            self._grid.set_ghost(longer)
            self._ask_length(longer)

    def held_over(self) -> HeldOver | None:
        """Where the ghost of what is carried is; asked before other columns are shown."""
        ghost, columns = self._grid.ghost, self._view.model.columns
        if not self.carrying or ghost is None or ghost.column >= len(columns):
            return None
        column = columns[ghost.column]
        return HeldOver(column.practitioner_id, column.day, ghost.starts)

    def show_carried(self, was: HeldOver | None = None) -> None:
        """Keep what is carried in sight after the calendar changed: with its doctor, at the time it was held."""
        carried, columns = self._grid.carried, self._view.model.columns
        if carried is None or not columns:
            return
        at = (
            was if was is not None else HeldOver(carried.practitioner_id, carried.day, minutes_of(carried)[0])
        )
        ghost = self._grid.ghost
        if ghost is not None and ghost.refused and ghost.column < len(columns):
            column = columns[ghost.column]
            if (column.practitioner_id, column.day) == (at.practitioner_id, at.day):
                return

        def fits(number: int) -> tuple[bool, bool, bool]:
            one = columns[number]
            same_weekday = one.day.weekday() == at.day.weekday()
            return one.practitioner_id == at.practitioner_id, one.day == at.day, same_weekday

        best = max(range(len(columns)), key=fits)  # Of several alike the first.
        self._grid.set_ghost(Ghost(carried, best, at.starts, carried.minutes))
        self._grid.update()

    def _ask_length(self, ghost: Ghost) -> None:
        self.asked += 1
        self.lengthRequested.emit(ghost.visit, ghost.minutes)

    def _nudge_carried(self, minutes: int, columns: int) -> None:
        ghost, model = self._grid.ghost, self._view.model
        if ghost is None or not model.columns:
            return
        column = max(0, min(ghost.column + columns, len(model.columns) - 1))
        starts = held_in_day(ghost.starts + minutes, ghost.minutes)
        starts = max(model.first, min(starts, model.last - SLOT_MINUTES))
        self._grid.set_ghost(Ghost(ghost.visit, column, starts, ghost.minutes))
        self._view.show_cell(column, starts, ghost.minutes)
        ends = starts + ghost.minutes
        announce(self._grid, spoken_slot(model, column, starts, ends))

    def _focused(self) -> Ghost | None:
        """Where the focused visit is, or is on its way to if it was just asked to move."""
        visit, at = self._view.focused_visit(), self._grid.cursor_at
        if visit is None or at is None:
            return None
        ghost = self._grid.ghost
        if self.asked and ghost is not None and ghost.visit is not None and ghost.visit.id == visit.id:
            return ghost
        return Ghost(visit, at.column, minutes_of(visit)[0], visit.minutes)
