"""The keys of the calendar grid. Letters act on the focused visit and only while the grid has focus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QKeyEvent

from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Appointment
from meditrack_desktop.ui.scheduling import cursor as cursors
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.layout import CalendarLayout
from meditrack_desktop.ui.scheduling.moves import Moves

_Key = Qt.Key
VISIT_LETTERS = {
    _Key.Key_B: "book",
    _Key.Key_C: "check_in",
    _Key.Key_I: "send_in",
    _Key.Key_F: "finish",
    _Key.Key_N: "no_show",
    _Key.Key_X: "cancel",
    _Key.Key_M: "move",
}
_ARROWS = {_Key.Key_Up: (-1, 0), _Key.Key_Down: (1, 0), _Key.Key_Left: (0, -1), _Key.Key_Right: (0, 1)}


class KeyedCalendar(Protocol):
    """What the keys ask of a calendar."""

    @property
    def moves(self) -> Moves: ...
    @property
    def cursor_at(self) -> Cursor | None: ...
    @property
    def statusKeyPressed(self) -> SignalInstance: ...
    @property
    def periodStepped(self) -> SignalInstance: ...
    @property
    def todayRequested(self) -> SignalInstance: ...
    @property
    def dateRequested(self) -> SignalInstance: ...
    @property
    def periodChosen(self) -> SignalInstance: ...
    def layoutDirection(self) -> Qt.LayoutDirection: ...
    def focused_visit(self) -> Appointment | None: ...
    def press_enter(self) -> None: ...
    def request_booking(self, column: int, minute: int) -> None: ...
    def step_cursor(self, step: Callable[[CalendarLayout, Cursor], Cursor]) -> None: ...


def handle_key(view: KeyedCalendar, event: QKeyEvent) -> bool:
    """Do what a key asks; False if it means nothing here."""
    key = _Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    control = modifiers == Qt.KeyboardModifier.ControlModifier
    shift = modifiers == Qt.KeyboardModifier.ShiftModifier
    plain = modifiers == Qt.KeyboardModifier.NoModifier
    if key in _ARROWS:
        return _arrow(view, *_ARROWS[key], control=control, shift=shift, plain=plain)
    if key == _Key.Key_Escape and view.moves.carrying:
        view.moves.put_back()
        return True
    if not plain:
        return False
    return _letter(view, key) or _place(view, key)


def _arrow(view: KeyedCalendar, down: int, right: int, *, control: bool, shift: bool, plain: bool) -> bool:
    if view.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        right = -right
    if control or (plain and view.moves.carrying):
        view.moves.nudge(down * SLOT_MINUTES, right)
    elif shift and down:
        view.moves.stretch(down * SLOT_MINUTES)
    elif plain and down:
        view.step_cursor(cursors.down if down > 0 else cursors.up)
    elif plain:
        view.step_cursor(lambda layout, at: cursors.sideways(layout, at, right))
    else:
        return False
    return True


def _place(view: KeyedCalendar, key: Qt.Key) -> bool:
    """Keys that go to a place or a period."""
    if key in (_Key.Key_Return, _Key.Key_Enter):
        view.press_enter()
    elif key in (_Key.Key_PageUp, _Key.Key_PageDown):
        view.periodStepped.emit(-1 if key == _Key.Key_PageUp else 1)
    elif key == _Key.Key_Home:
        view.step_cursor(cursors.first)
    elif key == _Key.Key_End:
        view.step_cursor(cursors.last)
    elif key == _Key.Key_T:
        view.todayRequested.emit()
    elif key == _Key.Key_G:
        view.dateRequested.emit()
    elif key in (_Key.Key_1, _Key.Key_2):
        view.periodChosen.emit(Period.DAY if key == _Key.Key_1 else Period.WEEK)
    else:
        return False
    return True


def _letter(view: KeyedCalendar, key: Qt.Key) -> bool:
    if key not in VISIT_LETTERS or view.moves.carrying:
        return False
    visit, at = view.focused_visit(), view.cursor_at
    if visit is not None:
        view.statusKeyPressed.emit(visit, VISIT_LETTERS[key])
    elif key == _Key.Key_B and at is not None:
        view.request_booking(at.column, at.minute)
    return True
