"""What people left at this desk when somebody else took it: their seats with drafts, or just the place they were at."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from meditrack_desktop.ui.frame.history import Place
    from meditrack_desktop.ui.frame.seat import Seat


class Parked:
    """By account. Seats without drafts are not kept: pages full of patients shall not wait in memory for nobody."""

    def __init__(self) -> None:
        self._seats: dict[UUID, Seat] = {}
        self._places: dict[UUID, Place] = {}

    def leave(self, seat: Seat, window: QWidget) -> bool:
        """Remember what this person needs to go on; False if the seat itself can be thrown away."""
        account = seat.desk.actor.account_id
        if seat.has_unsaved(window):
            self._seats[account] = seat
            return True
        if seat.frame.history.present is not None:
            self._places[account] = seat.frame.history.present
        return False

    def seat(self, account: UUID) -> Seat | None:
        """Take this person's seat with its drafts."""
        return self._seats.pop(account, None)

    def place(self, account: UUID) -> Place | None:
        """Take the place this person was at."""
        return self._places.pop(account, None)

    def take_all(self) -> list[Seat]:
        """Take every seat; places are forgotten as well."""
        seats = self.seats()
        self._seats.clear()
        self._places.clear()
        return seats

    def seats(self) -> list[Seat]:
        """All seats that wait."""
        return list(self._seats.values())
