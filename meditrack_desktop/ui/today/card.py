"""One visit in a lane: how long, who by two identifiers, what for, and its one act."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.today import LaneVisit
from meditrack_desktop.ui import theme
from meditrack_desktop.ui.scheduling.day_model import look_of
from meditrack_desktop.ui.theme import draw_icon
from meditrack_desktop.ui.today import words
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import Button, painting, status_word

_S = AppointmentStatus
_LEFT, _TIME, _GAP = 12, 46, 8
_ACT_OF = {_S.BOOKED: "check_in", _S.ARRIVED: "send_in", _S.CHECKED_IN: "finish", _S.FULFILLED: "book"}


def act_text(act: str) -> tuple[str, str]:
    """Words and key of a card's act."""
    return {
        "check_in": (tr("Check in"), "C"),
        "send_in": (tr("Send in"), "I"),
        "finish": (tr("Finish"), "F"),
        "book": (tr("Book next"), "B"),
    }[act]


class VisitCard(QAbstractButton):
    """`opened` asks for the details, `acted` for its act, `menuWanted` for all acts at a place on the screen.

    A card whose visit went on elsewhere is `settled`: it keeps its place and does nothing.
    """

    opened = Signal()
    acted = Signal(str)
    menuWanted = Signal(QPoint)
    chosen = Signal()

    def __init__(self, card: LaneVisit, *, may_act: bool, may_book: bool) -> None:
        super().__init__()
        self.card = card
        self.settled = ""
        self.going = False
        """Its act is under way: nothing more is asked for until the answer comes."""
        self._may, self._may_book = may_act, may_book
        self._why_off = ""
        self.minutes = card.minutes
        self._marked = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ownFocusEdge", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.addStretch(1)
        self.button = Button("", size="small")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(lambda: self.acted.emit(self.act))
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.clicked.connect(self.opened)
        theme.current().changed.connect(self._on_theme)
        self.show_card(card, card.minutes)

    @property
    def visit(self) -> Appointment:
        return self.card.visit

    @property
    def act(self) -> str:
        """The one act of this card."""
        return _ACT_OF[self.visit.status]

    def show_card(self, card: LaneVisit, minutes: int) -> None:
        """Show the visit as it is now."""
        self.card, self.minutes, self.settled, self.going = card, minutes, "", False
        self._dress()

    def set_going(self, going: bool = True) -> None:
        """Its act was asked for."""
        self.going = going
        self.button.set_busy(going)

    def settle(self, now: Appointment | None) -> None:
        """The visit went on meanwhile (None: it is no longer of this day); nobody slips into its place."""
        said = status_word(look_of(now)) if now is not None else tr("No longer today")
        if said != self.settled:
            self.settled = said
            self._dress()

    def tell(self, minutes: int) -> None:
        """Let the minutes follow the clock."""
        if minutes != self.minutes:
            self.minutes = minutes
            self._name()
            self.update()

    def set_marked(self, marked: bool) -> None:
        """Whether the keys act on this card."""
        self._marked = marked
        self.button.set_kind("primary" if marked else "secondary")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if marked else Qt.FocusPolicy.ClickFocus)
        self.update()

    @property
    def marked(self) -> bool:
        return self._marked

    def set_off(self, why: str) -> None:
        """Switch the act off and say why, or on again."""
        self._why_off = why
        self._dress()

    def may_do(self) -> bool:
        may = self._may_book if self.act == "book" else self._may
        return may and not self._why_off and not self.settled

    def sizeHint(self) -> QSize:
        current = theme.current()
        lines = current.line_height("strong") + 2 * current.line_height("small")
        return QSize(current.px(200), lines + current.px(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A button would walk to its neighbours by itself; the lanes know better where those are.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if not event.isAutoRepeat():
                self.opened.emit()
            return
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # One click chooses, two open.
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menuWanted.emit(self.mapToGlobal(self.rect().center()) if by_key else event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        current = theme.current()
        t, visit = current.tokens, self.visit
        painter = painting.start_mirrored(self)
        rect = QRectF(self.rect())
        if self._marked:
            painter.fillRect(rect, t.selected)
            painter.fillRect(QRectF(0, 0, 3, rect.height()), t.accent)
        elif self.underMouse():
            painter.fillRect(rect, t.surface2)
        if self.hasFocus():
            painting.box(painter, rect.adjusted(1, 1, -1, -1), 6, None, t.focus, 2)
        ink = t.text3 if self.settled else t.text
        top = (rect.height() - self.sizeHint().height()) / 2 + current.px(10)
        line, small = current.line_height("strong"), current.line_height("small")
        big, under, big_ink = self._time(ink)
        time = QRectF(_LEFT, top, current.px(_TIME), line)
        painting.line_text(painter, time, big, current.font(self._time_font()), big_ink)
        time.translate(0, line)
        time.setHeight(small)
        late = not self.settled and visit.status is _S.BOOKED and self.minutes < 0
        painting.line_text(painter, time, under, current.font("micro"), t.warn if late else t.text2)
        x = _LEFT + current.px(_TIME) + _GAP
        right = rect.width() - 10 - (self.button.width() + 8 if self.button.isVisibleTo(self) else 0)
        icons = [
            (name, colour)
            for name, colour, on in (
                ("circle-alert", t.danger, visit.allergies),
                ("sparkles", t.text2, visit.new_patient),
            )
            if on
        ]
        size = current.px(14)
        width = right - x
        name_width = min(
            painting.text_width(visit.patient_name, current.font("strong")),
            width - len(icons) * (size + 5),
        )
        name = QRectF(x, top, name_width, line)
        painting.line_text(painter, name, visit.patient_name, current.font("strong"), ink)
        at = name.right() + 6
        for icon, colour in icons:
            draw_icon(painter, at, top + (line - size) / 2, icon, size, colour)
            at += size + 5
        words_ = QRectF(x, top + line, width, small)
        painting.line_text(painter, words_, words.born(visit), current.font("small"), t.text2)
        words_.translate(0, small)
        what = words.what_for(visit, self.card.room)
        painting.line_text(painter, words_, self.settled or what, current.font("small"), t.text2)
        painter.end()

    def _time_font(self) -> theme.FontRole:
        return "section" if self.visit.status in (_S.ARRIVED, _S.CHECKED_IN) else "strong"

    def _time(self, ink: QColor) -> tuple[str, str, QColor]:
        t = theme.current().tokens
        visit = self.visit
        if visit.status is _S.BOOKED:
            return words.clock(visit.wall_start), words.until_text(self.minutes), ink
        if visit.status is _S.FULFILLED:
            left = visit.left_at or visit.ends_at
            return words.clock(to_wall(left, ZoneInfo(visit.zone))), tr("done"), ink
        long = visit.status is _S.ARRIVED and self.minutes >= self.card.long_wait and not self.settled
        return str(self.minutes), tr("min"), t.warn if long else ink

    def _dress(self) -> None:
        act = self.act
        self.button.set_busy(self.going)
        text, key = act_text(act)
        self.button.set_text(text)
        self.button.setAccessibleName(f"{text}: {words.two_identifiers(self.visit)}")
        self.button.setToolTip(self._why_off or f"{text} ({key})")
        self.button.setEnabled(not self._why_off)
        self.button.setVisible((self._may_book if act == "book" else self._may) and not self.settled)
        self._name()
        self.update()

    def _name(self) -> None:
        visit = self.visit
        parts = [words.clock(visit.wall_start), words.two_identifiers(visit)]
        if visit.allergies:
            parts.append(tr("allergies"))
        if visit.new_patient:
            parts.append(tr("new patient"))
        parts += [part for part in (visit.visit_type, visit.practitioner_name, self.card.room) if part]
        if self.settled:
            parts.append(self.settled)
        elif visit.status is _S.BOOKED:
            confirmed = visit.confirmation is Confirmation.CONFIRMED
            parts += [tr("confirmed")] if confirmed else []
            parts.append(words.spoken_until(self.minutes))
        else:
            parts.append(words.spoken_since(visit.status, self.minutes))
        self.setAccessibleName(", ".join(parts))
        self.setToolTip(", ".join(parts))

    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


def minutes_of(visit: Appointment, now: datetime) -> int:
    """What stands on a card: minutes until it begins, or since the patient waits, is in the room, left."""
    if visit.status is _S.BOOKED:
        return int((visit.starts_at - now).total_seconds() // 60)
    since = {_S.ARRIVED: visit.arrived_at, _S.CHECKED_IN: visit.roomed_at, _S.FULFILLED: visit.left_at}.get(
        visit.status
    )
    return max(0, int((now - since).total_seconds() // 60)) if since is not None else 0
