"""A lane of cards. Nothing moves under the pointer, and nobody slips into the place of who has the focus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.domain.today import LaneVisit
from meditrack_desktop.ui.today.card import VisitCard, minutes_of
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import Button, Card, Divider, Label, SectionHeading


class Lane(QWidget):
    """`acted` carries a visit and the name of an act, `opened` a card, `menuWanted` a card and a place.

    More cards than `most` are folded until they are asked for; one that has the keys is always seen.
    """

    acted = Signal(object, str)
    opened = Signal(object)
    menuWanted = Signal(object, object)
    chosen = Signal(object)

    def __init__(
        self, text: str, icon: str, nothing: str, most: int, *, may_act: bool, may_book: bool
    ) -> None:
        super().__init__()
        self._most = most
        self._may_act, self._may_book = may_act, may_book
        self._nothing = nothing
        self.cards: list[VisitCard] = []
        self._latest: tuple[Sequence[LaneVisit], Mapping[UUID, Appointment], datetime] | None = None
        self._why_off = ""
        self.unfolded = False
        self.pointed = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.heading = SectionHeading(text, icon=icon, count=0, large=True)
        self.setAccessibleName(text)
        column.addWidget(self.heading)
        self.ground = Card(padding=0)
        column.addWidget(self.ground)
        column.addStretch(1)
        self._empty = Label(nothing, "body", tone="text3", wrap=True)
        self._empty.setContentsMargins(12, 10, 12, 10)
        self.more = Button("", "link", size="small")
        self.more.clicked.connect(self.unfold)
        self._more_row = QWidget()
        row = QHBoxLayout(self._more_row)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self.more)
        row.addStretch(1)
        self._lay()

    def show_cards(
        self, found: Sequence[LaneVisit], visits: Mapping[UUID, Appointment], now: datetime
    ) -> None:
        """Show these, as far as pointer and focus allow; `visits` are all of the day."""
        self._latest = found, visits, now
        self.heading.set_count(len(found))
        wanted = {card.visit.id: card for card in found}
        held = [card for card in self.cards if card.visit.id not in wanted and self._stays(card)]
        for card in held:
            card.settle(visits.get(card.visit.id))
        kept = {card.visit.id: card for card in self.cards if card.visit.id in wanted or card in held}
        for visit_id, lane_visit in wanted.items():
            if visit_id not in kept:
                kept[visit_id] = self._made(lane_visit)
            kept[visit_id].show_card(lane_visit, minutes_of(lane_visit.visit, now))
        order = self._order(list(wanted), kept)
        gone = [card for card in self.cards if card.visit.id not in kept]
        if [kept[one] for one in order] != self.cards or gone:
            self.cards = [kept[one] for one in order]
            self._lay()
        for card in gone:
            card.hide()
            card.deleteLater()

    def tell_time(self, now: datetime) -> None:
        """Let the minutes follow the clock; the order stays."""
        for card in self.cards:
            if not card.settled:
                card.tell(minutes_of(card.visit, now))

    def set_off(self, why: str) -> None:
        """Switch the acts off and say why, or on again."""
        self._why_off = why
        for card in self.cards:
            card.set_off(why)

    def catch_up(self) -> None:
        """Pointer or focus is gone: let go what was held in its place."""
        if self._latest is not None:
            self.show_cards(*self._latest)

    def unfold(self) -> None:
        """Show every card."""
        self.unfolded = True
        self._lay()

    def card_of(self, visit_id: UUID) -> VisitCard | None:
        return next((card for card in self.cards if card.visit.id == visit_id), None)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed = True

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed = False
        self.catch_up()

    def _stays(self, card: VisitCard) -> bool:
        return self.pointed or card.hasFocus()

    def _order(self, wanted: list[UUID], kept: Mapping[UUID, VisitCard]) -> list[UUID]:
        """Under the pointer what is there stays where it is and new cards come last."""
        before = [card.visit.id for card in self.cards if card.visit.id in kept]
        if self.pointed:
            return before + [one for one in wanted if one not in before]
        order = list(wanted)
        for place, one in enumerate(before):
            if one not in wanted:
                order.insert(min(place, len(order)), one)
        return order

    def _made(self, card: LaneVisit) -> VisitCard:
        made = VisitCard(card, may_act=self._may_act, may_book=self._may_book)
        made.set_off(self._why_off)
        made.acted.connect(lambda act: self.acted.emit(made.visit, act))
        made.opened.connect(partial(self.opened.emit, made))
        made.menuWanted.connect(lambda at: self.menuWanted.emit(made, at))
        made.chosen.connect(partial(self.chosen.emit, made))
        return made

    def _lay(self) -> None:
        body = self.ground.body
        while (item := body.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, Divider):
                widget.hide()
                widget.deleteLater()
        folded = 0 if self.unfolded else max(0, len(self.cards) - self._most)
        for number, card in enumerate(self.cards):
            seen = number < len(self.cards) - folded
            if seen and number:
                body.addWidget(Divider())
            body.addWidget(card)
            card.setVisible(seen)
        if folded:
            body.addWidget(Divider())
            self.more.set_text(tr("{count} more").format(count=folded))
            body.addWidget(self._more_row)
        self._more_row.setVisible(bool(folded))
        body.addWidget(self._empty)
        self._empty.setVisible(not self.cards)
