"""The four lanes side by side, one stop of Tab: arrows walk the cards, letters act on the marked one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.today import Lanes
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.today.card import VisitCard
from meditrack_desktop.ui.today.lane import Lane
from meditrack_desktop.ui.today.words import tr

TWO_COLUMNS_BELOW = 1040
_LETTERS = {
    Qt.Key.Key_C: "check_in",
    Qt.Key.Key_I: "send_in",
    Qt.Key.Key_F: "finish",
    Qt.Key.Key_N: "no_show",
    Qt.Key.Key_B: "book",
    Qt.Key.Key_M: "move",
    Qt.Key.Key_X: "cancel",
    Qt.Key.Key_O: "report",
}


class LanesBoard(QWidget):
    """`acted` carries a visit and an act, `opened` and `menuWanted` a card; `nextWanted`: send in who is next."""

    acted = Signal(object, str)
    opened = Signal(object)
    menuWanted = Signal(object, object)
    nextWanted = Signal()

    def __init__(self, beside: QWidget, *, may_act: bool, may_book: bool) -> None:
        super().__init__()
        may = {"may_act": may_act, "may_book": may_book}
        self.due = Lane(tr("Due next"), "clock", tr("Nobody is due in the next 60 minutes."), 6, **may)
        self.waiting = Lane(tr("Waiting"), "armchair", tr("Nobody waits."), 6, **may)
        self.in_room = Lane(tr("In room"), "stethoscope", tr("Every room is empty."), 4, **may)
        self.check_out = Lane(tr("To check out"), "wallet", tr("Nobody has left yet."), 3, **may)
        self.lanes = (self.due, self.waiting, self.in_room, self.check_out)
        self._beside = beside
        self._may_act = may_act
        self.marked: VisitCard | None = None
        self._wide: bool | None = None
        self.alone = False
        """Whether the lanes are hidden, and what stands beside them has the whole width."""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(16)
        for lane in self.lanes:
            lane.acted.connect(self._on_act)
            lane.opened.connect(self.opened)
            lane.menuWanted.connect(self.menuWanted)
            lane.chosen.connect(self._on_chosen)
        self.arrange(1400)

    def arrange(self, width: int) -> None:
        """Four lanes in a row with the tasks below the last two; in a narrow window two and two."""
        wide = width >= theme.current().px(TWO_COLUMNS_BELOW) and not self.alone
        if wide == self._wide:
            return
        self._wide = wide
        for part in (*self.lanes, self._beside):
            self._grid.removeWidget(part)
        top = Qt.AlignmentFlag(0)
        places = (
            ((0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 1, 1), (0, 3, 1, 1), (1, 2, 1, 2))
            if wide
            else ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1), (2, 0, 1, 2))
        )
        for part, place in zip((*self.lanes, self._beside), places, strict=True):
            self._grid.addWidget(part, *place, top)
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if wide or column < 2 else 0)
        for row in range(3):
            self._grid.setRowStretch(row, 1 if row == 1 and wide else 0)

    def show_lanes(self, lanes: Lanes, visits: Mapping[UUID, Appointment], now: datetime) -> None:
        """Show who is where; focus and mark stay."""
        for lane, found in zip(
            self.lanes, (lanes.due_next, lanes.waiting, lanes.in_room, lanes.to_check_out), strict=True
        ):
            lane.show_cards(found, visits, now)
        self.waiting.heading.set_note(self._longest())
        self.due.heading.set_note(tr("next 60 min") if lanes.due_next else "")
        if self.marked is None or not self._holds(self.marked):
            self.mark(self._first())

    def tell_time(self, now: datetime) -> None:
        for lane in self.lanes:
            lane.tell_time(now)
        self.waiting.heading.set_note(self._longest())

    def set_off(self, why: str) -> None:
        for lane in self.lanes:
            lane.set_off(why)

    def release(self) -> None:
        """Something was refused: nothing is under way any more."""
        for lane in self.lanes:
            for card in lane.cards:
                if card.going:
                    card.set_going(False)

    def mark(self, card: VisitCard | None) -> None:
        """Let the keys act on this card."""
        if self.marked is not None and self._holds(self.marked):
            self.marked.set_marked(False)
        self.marked = card
        if card is not None:
            card.set_marked(True)

    def take_focus(self) -> None:
        """Give the marked card the keys."""
        if self.marked is not None:
            self.marked.setFocus(Qt.FocusReason.OtherFocusReason)

    def card_of(self, visit_id: UUID) -> VisitCard | None:
        """The card of a visit, wherever it is."""
        return next((card for lane in self.lanes if (card := lane.card_of(visit_id)) is not None), None)

    def go_to(self, visit_id: UUID) -> bool:
        """Give the card of a visit the keys; False if it has none."""
        card = self.card_of(visit_id)
        if card is None:
            return False
        lane = self._lane_of(card)
        if lane is not None and not card.isVisibleTo(self):
            lane.unfold()
        card.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        card = self.marked
        if not plain:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            forth = (key == Qt.Key.Key_Right) != (self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
            self._step_lane(1 if forth else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and card is not None:
            lane = self._lane_of(card)
            self._focus(lane, 0 if key == Qt.Key.Key_Home else len(lane.cards) - 1 if lane else 0)
        elif key == Qt.Key.Key_W and self._may_act:
            if not event.isAutoRepeat():
                self.nextWanted.emit()
        elif key in _LETTERS and card is not None:
            # A key that is held down acts on one person, not on the whole lane.
            if not event.isAutoRepeat():
                self._on_act(card.visit, _LETTERS[key])
        else:
            super().keyPressEvent(event)

    def step_on(self, visit_id: UUID) -> None:
        """Somebody is being dealt with by key: mark who comes next in the lane."""
        card = self.card_of(visit_id)
        lane = self._lane_of(card) if card is not None else None
        if card is None or lane is None or card is not self.marked:
            return
        at = lane.cards.index(card)
        others = [one for one in lane.cards[at + 1 :] + lane.cards[:at][::-1] if not one.settled]
        following = others[0] if others else self._first(but=lane)
        if following is None:
            return
        had_focus = card.hasFocus()
        self.mark(following)
        if had_focus:
            following.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_act(self, visit: Appointment, act: str) -> None:
        self.acted.emit(visit, act)

    def _on_chosen(self, card: VisitCard) -> None:
        before = self._lane_of(self.marked) if self.marked is not None else None
        if card is not self.marked:
            self.mark(card)
        if before is not None and not before.pointed and any(one.settled for one in before.cards):
            before.catch_up()

    def _step(self, step: int) -> None:
        card = self.marked
        lane = self._lane_of(card) if card is not None else None
        if card is not None and lane is not None:
            self._focus(lane, max(0, min(len(lane.cards) - 1, lane.cards.index(card) + step)))

    def _step_lane(self, step: int) -> None:
        lane = self._lane_of(self.marked) if self.marked is not None else None
        if lane is None or self.marked is None:
            return
        row = lane.cards.index(self.marked)
        at = self.lanes.index(lane) + step
        while 0 <= at < len(self.lanes):
            other = self.lanes[at]
            if other.cards:
                self._focus(other, min(row, len(other.cards) - 1))
                return
            at += step

    def _focus(self, lane: Lane | None, at: int) -> None:
        if lane is None or not lane.cards:
            return
        card = lane.cards[at]
        if not card.isVisibleTo(self):
            lane.unfold()
        card.setFocus(Qt.FocusReason.TabFocusReason)

    def _first(self, but: Lane | None = None) -> VisitCard | None:
        return next((card for lane in self.lanes if lane is not but for card in lane.cards), None)

    def _holds(self, card: VisitCard) -> bool:
        return self._lane_of(card) is not None

    def _lane_of(self, card: VisitCard | None) -> Lane | None:
        return next((lane for lane in self.lanes if card in lane.cards), None)

    def _longest(self) -> str:
        waits = [card.minutes for card in self.waiting.cards if not card.settled]
        return tr("longest {count} min").format(count=max(waits)) if waits else ""

    def has_keys(self) -> bool:
        """Whether one of its cards has the focus."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)
