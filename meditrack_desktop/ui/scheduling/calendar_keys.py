"""The keys of the calendar grid.

On a visit letters act on it, on free time they begin a booking with the name that is typed: see docs/decisions/0020.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from meditrack_desktop.domain.scheduling import SLOT_MINUTES, Appointment
from meditrack_desktop.ui.scheduling import cursor as cursors
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.layout import CalendarLayout
from meditrack_desktop.ui.scheduling.moves import Moves
from meditrack_desktop.ui.scheduling.period_keys import PeriodKeys

_Key = Qt.Key
_Modifier = Qt.KeyboardModifier
VISIT_LETTERS = {
    _Key.Key_B: "book",
    _Key.Key_C: "check_in",
    _Key.Key_I: "send_in",
    _Key.Key_S: "seen",
    _Key.Key_F: "finish",
    _Key.Key_N: "no_show",
    _Key.Key_X: "cancel",
    _Key.Key_M: "move",
    _Key.Key_O: "report",
}
VISIT_KEYS = {**VISIT_LETTERS, _Key.Key_Delete: "cancel"}
_ARROWS = {_Key.Key_Up: (-1, 0), _Key.Key_Down: (1, 0), _Key.Key_Left: (0, -1), _Key.Key_Right: (0, 1)}
_LENGTHS = {"+": SLOT_MINUTES, "-": -SLOT_MINUTES}


class KeyedCalendar(Protocol):
    """What the keys ask of a calendar."""

    @property
    def moves(self) -> Moves: ...
    @property
    def going(self) -> PeriodKeys: ...
    @property
    def cursor_at(self) -> Cursor | None: ...
    def layoutDirection(self) -> Qt.LayoutDirection: ...
    def focused_visit(self) -> Appointment | None: ...
    def refuses_changes(self) -> bool: ...
    def ask_act(self, visit: Appointment, act: str) -> None: ...
    def press_enter(self) -> None: ...
    def book_here(self, text: str = "") -> None: ...
    def step_cursor(self, step: Callable[[CalendarLayout, Cursor], Cursor]) -> None: ...
    def stretch(self, minutes: int) -> None: ...
    def step_gap(self, step: int) -> None: ...


def handle_key(view: KeyedCalendar, event: QKeyEvent) -> bool:
    """Do what a key asks; False if it means nothing here."""
    key = _Key(event.key())
    modifiers = event.modifiers() & ~_Modifier.KeypadModifier
    control, shift = modifiers == _Modifier.ControlModifier, modifiers == _Modifier.ShiftModifier
    plain = modifiers == _Modifier.NoModifier
    if key in _ARROWS:
        return _arrow(view, *_ARROWS[key], control=control, shift=shift, plain=plain)
    if key == _Key.Key_Escape and view.moves.carrying:
        view.moves.put_back()
        return True
    if view.moves.carrying and event.text() == "+":
        view.going.dateTyped.emit("+")
        return True
    if control and key in (_Key.Key_X, _Key.Key_V):
        return _tray(view, key)
    if key == _Key.Key_F3 and (plain or shift):
        view.step_gap(-1 if shift else 1)
        return True
    if _on_free_time(view) and _type(view, event):
        return True
    if not plain:
        return False
    return _letter(view, key) or _place(view, key) or view.going.take(event)


def types_text(event: QKeyEvent) -> bool:
    """Whether a key press writes a letter. Ctrl+Alt is how AltGr arrives on some systems, Alt on others."""
    text = event.text()
    if not text.isalpha():
        return False
    held = event.modifiers() & (_Modifier.ControlModifier | _Modifier.AltModifier | _Modifier.MetaModifier)
    if held == _Modifier.NoModifier:
        return True
    level3 = _Modifier.ControlModifier | _Modifier.AltModifier
    return not text.isascii() and held in (level3, _Modifier.AltModifier)


def _on_free_time(view: KeyedCalendar) -> bool:
    return view.cursor_at is not None and view.focused_visit() is None and not view.moves.carrying


def _type(view: KeyedCalendar, event: QKeyEvent) -> bool:
    """Letters begin a booking here, plus and minus make the chosen time longer and shorter."""
    if types_text(event):
        view.book_here(event.text())
    elif event.text() in _LENGTHS and not event.modifiers() & _Modifier.ControlModifier:
        view.stretch(_LENGTHS[event.text()])
    else:
        return False
    return True


def _arrow(view: KeyedCalendar, down: int, right: int, *, control: bool, shift: bool, plain: bool) -> bool:
    if view.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        right = -right
    if control or (plain and view.moves.carrying):
        if not view.refuses_changes():
            view.moves.nudge(down * SLOT_MINUTES, right)
    elif shift and down:
        view.stretch(down * SLOT_MINUTES)
    elif plain and down:
        view.step_cursor(cursors.down if down > 0 else cursors.up)
    elif plain:
        view.step_cursor(lambda layout, at: cursors.sideways(layout, at, right))
    else:
        return False
    return True


def _tray(view: KeyedCalendar, key: Qt.Key) -> bool:
    """Cut and paste: the visit is carried, over days as well, until it is dropped."""
    visit = view.focused_visit()
    if key == _Key.Key_V and view.moves.carrying:
        view.moves.drop_carried()
    elif key == _Key.Key_X and visit is not None and not view.moves.carrying:
        view.ask_act(visit, "move")
    else:
        return False
    return True


def _place(view: KeyedCalendar, key: Qt.Key) -> bool:
    """Keys that go to a place on the grid."""
    opens = key == _Key.Key_Space and view.focused_visit() is not None
    if opens or key in (_Key.Key_Return, _Key.Key_Enter):
        view.press_enter()
    elif key == _Key.Key_Home:
        view.step_cursor(cursors.first)
    elif key == _Key.Key_End:
        view.step_cursor(cursors.last)
    else:
        return False
    return True


def _letter(view: KeyedCalendar, key: Qt.Key) -> bool:
    if key not in VISIT_KEYS or view.moves.carrying:
        return False
    visit = view.focused_visit()
    if visit is not None:
        view.ask_act(visit, VISIT_KEYS[key])
    return visit is not None
