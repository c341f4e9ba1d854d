"""The slot that is being booked, held for whoever books it: counted down, extended by a key, let go in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, Conflict, ErrorCode
from meditrack_desktop.domain.holds import WARN_BEFORE, Hold, PlaceHold
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.ui.desk import Desk

TICK_MS = 1000
EXTEND_KEY = "F2"
_IN_THE_WAY = (ErrorCode.SLOT_HELD, ErrorCode.SLOT_NOT_AVAILABLE, ErrorCode.ROOM_TAKEN)


class BookingHold(QObject):
    """Holds one slot at a time. `ticked` carries the seconds left, or None once nothing is held.

    `refused` carries why a slot could not be held. What cannot be held for another reason (no connection) is
    left: the booking itself will say so. `page` outlives the window of the booking, and with it the letting go.
    """

    ticked = Signal(object)
    warned = Signal(int)
    refused = Signal(object)

    def __init__(self, desk: Desk, page: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._page = desk, page
        self._id = new_id()
        self._wanted: PlaceHold | None = None
        self._hold: Hold | None = None
        self._let_go = self._warned = False
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def id(self) -> UUID:
        """What the booking redeems."""
        return self._id

    @property
    def held(self) -> Hold | None:
        return self._hold

    def place(
        self,
        doctor: UUID,
        when: datetime,
        minutes: int,
        kind: UUID | None,
        *,
        room: UUID | None = None,
        fold: int | None = None,
    ) -> None:
        """Hold this slot instead of what was held; `when` on the clinic's clock, naive.

        `room`: the one chosen by hand. Of a time that clocks show twice `fold` says which.
        """
        wanted = PlaceHold(
            id=self._id,
            practitioner_id=doctor,
            wall_start=when,
            fold=fold,
            minutes=minutes,
            visit_type_id=kind,
            asset_ids=() if room is None else (room,),
        )
        if wanted != self._wanted or self._let_go:
            self._place(wanted)

    def extend(self) -> None:
        """Two minutes from now."""
        if self._wanted is not None:
            self._place(self._wanted)

    def release(self) -> None:
        """Let it go; again and again is no harm."""
        self._timer.stop()
        if self._let_go or self._wanted is None:
            return
        self._let_go, self._hold = True, None
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.change(self._page, lambda: clinic.holds.release(actor), failed=lambda _error: None)

    def redeemed(self) -> None:
        """The booking took it over."""
        self._timer.stop()
        self._let_go, self._hold = True, None

    def _place(self, wanted: PlaceHold) -> None:
        self._wanted, self._let_go = wanted, False
        clinic, actor = self._desk.clinic, self._desk.actor
        self._desk.tasks.change(
            self,
            lambda: clinic.holds.place(actor, wanted),
            done=lambda hold: self._on_held(wanted, hold),
            failed=lambda error: self._on_refused(wanted, error),
        )

    def _on_held(self, wanted: PlaceHold, hold: Hold) -> None:
        if wanted is not self._wanted or self._let_go:
            return
        self._hold, self._warned = hold, False
        self._timer.start()
        self._tick()

    def _on_refused(self, wanted: PlaceHold, error: ClinicError) -> None:
        if wanted is not self._wanted or self._let_go:
            return
        self._hold = None
        self._timer.stop()
        self.ticked.emit(None)
        if isinstance(error, Conflict) and error.code in _IN_THE_WAY:
            self.refused.emit(error)

    def _tick(self) -> None:
        if self._hold is None:
            self._timer.stop()
            return
        left = self._hold.expires_at - self._desk.clock.now()
        seconds = max(0, round(left.total_seconds()))
        if left <= timedelta(0):
            self._hold = None
            self._timer.stop()
            self.ticked.emit(None)
            return
        self.ticked.emit(seconds)
        if left <= WARN_BEFORE and not self._warned:
            self._warned = True
            self.warned.emit(seconds)
