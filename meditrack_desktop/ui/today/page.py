"""The Today page: asks for the day, shows it, follows the clock and other desks, and leads to what is to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, NotAllowed, Unavailable
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.domain.today import Attention, AttentionKind, DoctorNow, TodayBoard
from meditrack_desktop.ui import errors, theme
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing.acts import may_print
from meditrack_desktop.ui.scheduling.notices import Notices
from meditrack_desktop.ui.scheduling.words import date_text
from meditrack_desktop.ui.today import empty, words
from meditrack_desktop.ui.today.asking import Answer
from meditrack_desktop.ui.today.attention import AttentionBar, AttentionSheet
from meditrack_desktop.ui.today.card import VisitCard
from meditrack_desktop.ui.today.deeds import VisitDeeds
from meditrack_desktop.ui.today.head import TodayHead
from meditrack_desktop.ui.today.lanes import LanesBoard
from meditrack_desktop.ui.today.question import Question
from meditrack_desktop.ui.today.ribbon import Ribbon
from meditrack_desktop.ui.today.tasks_card import TasksCard
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.today.works import works_of
from meditrack_desktop.ui.widgets import Option, ScrollColumn, Skeleton, StateView

NARROW_BELOW = 1120


class TodayPage(QWidget):
    """`refresh` asks again; what is there stays, and so do focus and mark."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.title = tr("Today")
        self.setAccessibleName(self.title)
        actor = desk.actor
        books = actor.may(Permission.BOOK_APPOINTMENT)
        acts = actor.may(Permission.SET_APPOINTMENT_STATUS)
        self.head = TodayHead(may_book=books, may_print=may_print(desk))
        self.ribbon = Ribbon(may_book=books)
        self.attention = AttentionBar()
        self.tasks = TasksCard(desk, may_edit=books)
        self.lanes = LanesBoard(self.tasks, may_act=acts, may_book=books)
        self.notices = Notices()
        self.state = StateView("empty", "")
        self.deeds = VisitDeeds(desk, self, self.refresh)
        self.question = Question(desk, self)
        self._build()
        self._connect()

    @property
    def answer(self) -> Answer | None:
        """What was answered last."""
        return self.question.answer

    @property
    def day(self) -> date:
        return self._desk.today()

    def load(self) -> None:
        """Ask for the first time."""
        self.question.ask()

    def refresh(self) -> None:
        """Ask again."""
        self.question.ask()

    def can_leave(self) -> bool:
        """Always: nothing is typed on the page itself."""
        self.deeds.close()
        return True

    def show_banner(
        self, text: str, tone: str, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Say what is wrong above the day; what is shown stays."""
        self.notices.say(text, tone, action, then)

    def start_walk_in(self) -> None:
        """Book now with the next free doctor."""
        if self.deeds.why_off:
            self._desk.say(self.deeds.why_off)
        elif self._desk.actor.may(Permission.BOOK_APPOINTMENT):
            self._desk.go.walk_in()

    def print_day(self) -> None:
        """The day's list, previewed."""
        from meditrack_desktop.ui.printing.sheet_dialog import open_day_sheet

        if may_print(self._desk):
            open_day_sheet(self._desk, self, self.day)

    def review(self) -> None:
        """Everything that needs somebody, as a list."""
        sheet = AttentionSheet(self, self.attention.found)
        sheet.chosen.connect(self.go_to)
        sheet.open_layer()

    def go_to(self, one: Attention) -> None:
        """Where an item of the list is dealt with."""
        go, kind = self._desk.go, one.kind
        if kind is AttentionKind.LONG_WAIT and one.appointment_id is not None:
            self.lanes.go_to(one.appointment_id)
        elif kind in (AttentionKind.DOCTOR_AWAY, AttentionKind.NO_ROOM):
            go.calendar(self.day, one.appointment_id)
        elif kind is AttentionKind.DOCTOR_LATE:
            visit = self._next_of(one.practitioner_id)
            go.calendar(self.day, None if visit is None else visit.id)
        elif kind is AttentionKind.UNRESOLVED:
            go.page("today/unresolved")
        elif kind is AttentionKind.TASKS_OVERDUE:
            self.tasks.take_focus()
        else:
            go.page("doctors")

    def find_somebody(self) -> None:
        """Type a name of the day; Enter gives the card the keys."""
        self.head.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.head.finder.selectAll()

    def send_in_next(self) -> None:
        """Send in who has waited longest for a doctor whose room is empty."""
        answer = self.answer
        if answer is None:
            return
        busy = {row.doctor.id for row in answer.board.doctors if row.now is DoctorNow.IN_ROOM}
        busy |= {card.visit.practitioner_id for card in self.lanes.in_room.cards if not card.settled}
        waiting = [card for card in self.lanes.waiting.cards if not card.settled and not card.going]
        card = next((one for one in waiting if one.visit.practitioner_id not in busy), None)
        if card is None:
            self._desk.say(
                tr("Whoever waits, waits for a doctor who has somebody in the room.")
                if waiting
                else tr("Nobody waits.")
            )
            return
        self._act(card.visit, "send_in")

    # Building

    def _build(self) -> None:
        self.sheet = ScrollColumn(margins=(20, 0, 20, 20))
        body = self.sheet.body
        body.setSpacing(12)
        for part in (self.ribbon, self.attention, self.lanes):
            body.addWidget(part)
        body.addStretch(1)
        self.stack = QStackedWidget()
        self.skeleton = Skeleton()
        for page in (QWidget(), self.skeleton, self.state, self.sheet):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        top = QVBoxLayout()
        top.setContentsMargins(20, 14, 20, 12)
        top.addWidget(self.head)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocusEdge", True)

    def _connect(self) -> None:
        head, lanes = self.head, self.lanes
        head.walk_in.clicked.connect(lambda: self.start_walk_in())
        head.printer.clicked.connect(lambda: self.print_day())
        head.finder.picked.connect(self._on_found)
        self.attention.reviewRequested.connect(self.review)
        self.ribbon.visitOpened.connect(self._open_by_id)
        self.ribbon.freeChosen.connect(self._book_at)
        self.tasks.opened.connect(self._open_work)
        self.tasks.refused.connect(self.refresh)
        lanes.acted.connect(self._act)
        lanes.opened.connect(self._open_card)
        lanes.menuWanted.connect(lambda card, at: self.deeds.open_menu(card.visit, at))
        lanes.nextWanted.connect(self.send_in_next)
        self._desk.tasks.refused.connect(lambda _error: lanes.release())
        self.question.answered.connect(self._on_answer)
        self.question.failed.connect(self._on_failed)
        self.question.waited.connect(lambda: self.stack.setCurrentWidget(self.skeleton))
        self.question.ticked.connect(self.tell_time)
        self.sheet.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self.arrange())
        keys = (
            ("Ctrl+Shift+W", self.start_walk_in),
            (QKeySequence(QKeySequence.StandardKey.Print), self.print_day),
            (QKeySequence(QKeySequence.StandardKey.Find), self.find_somebody),
            ("Ctrl+Y", self.deeds.acts.undoing.redo),
            ("Ctrl+Shift+Z", self.deeds.acts.undoing.redo),
        )
        for key, then in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(then)

    # What is shown

    def _on_answer(self, first: bool) -> None:
        found = self.answer
        if found is None:
            return
        self.notices.drop()
        self._set_off("")
        self.head.finder.set_own_options([_option(visit) for visit in found.visits])
        self.show_board(found.board)
        if first and self.hasFocus():
            self.lanes.take_focus()

    def show_board(self, board: TodayBoard) -> None:
        """Show a board, with everything else as it was answered last."""
        found, now = self.answer, self._desk.clock.now()
        if found is None:
            return
        self.head.show_counters(board.counters)
        nothing = empty.state_of(board)
        if nothing is not None:
            self.state.clear_actions()
            self.state.set_state("empty", nothing.title, nothing.text, icon=nothing.icon)
            if nothing.next_day is not None:
                show = partial(self._desk.go.calendar, nothing.next_day, None)
                self.state.add_action(
                    tr("Show {day}").format(day=date_text(nothing.next_day)), show, kind="primary"
                )
        self.ribbon.show_board(board)
        self.attention.show_all(board.attention)
        self.lanes.show_lanes(board.lanes, found.by_id, now)
        self.tasks.show_all(works_of(found), found.tasks, self._wall(now))
        front: QWidget = self.sheet if nothing is None or works_of(found) or found.tasks else self.state
        self._show_nothing(nothing, front)
        self.stack.setCurrentWidget(front)
        self.arrange()

    def _show_nothing(self, nothing: empty.Nothing | None, front: QWidget) -> None:
        """Without visits, but with other work, the sentence stands where the day would."""
        in_page = nothing is not None and front is self.sheet
        self.ribbon.setVisible(not in_page)
        self.lanes.alone = in_page
        for lane in self.lanes.lanes:
            lane.setVisible(not in_page)
        body = self.sheet.body
        if in_page and body.indexOf(self.state) < 0:
            self.stack.removeWidget(self.state)
            body.insertWidget(0, self.state)
            self.state.show()
        elif not in_page and body.indexOf(self.state) >= 0:
            body.removeWidget(self.state)
            self.stack.addWidget(self.state)

    def tell_time(self, now: datetime) -> None:
        """Let minutes and the line of now follow the clock; nothing changes its place."""
        self.lanes.tell_time(now)
        self.ribbon.tell_time(self._wall(now))

    def _on_failed(self, error: ClinicError, since: datetime | None) -> None:
        said = errors.words(error)
        if isinstance(error, NotAllowed):
            self.state.clear_actions()
            self.state.set_state("no_permission", str(said.title), said.text)
            self.stack.setCurrentWidget(self.state)
            return
        if isinstance(error, Unavailable) and since is not None:
            at = words.clock(self._wall(since))
            why = tr("No connection since {time}. Nothing can be changed until the server answers.").format(
                time=at
            )
            self._set_off(why)
            self.show_banner(
                tr("{why} You see the day as of {time}.").format(why=why, time=at),
                "warn",
                tr("Try now"),
                self.refresh,
            )
            return
        self.show_banner(str(said), "danger", tr("Try again"), self.refresh)

    def _set_off(self, why: str) -> None:
        if why == self.deeds.why_off:
            return
        self.deeds.why_off = why
        self.head.set_off(why)
        self.lanes.set_off(why)
        self.ribbon.set_off(why)
        self.tasks.set_off(why)

    def arrange(self) -> None:
        """Fit the width: fewer words above, lanes two and two."""
        width = self.width()
        self.head.set_narrow(width < theme.current().px(NARROW_BELOW))
        self.lanes.arrange(width - 40)
        bar = self.sheet.verticalScrollBar()
        # What stands below the head ends where the head ends, with a scroll bar or without.
        right = max(4, 20 - (bar.sizeHint().width() if bar.maximum() else 0))
        self.sheet.body.setContentsMargins(20, 0, right, 20)

    # What is done

    def _act(self, visit: Appointment, act: str) -> None:
        card = self.lanes.card_of(visit.id)
        if card is not None and (card.settled or card.going):
            return
        if self.deeds.do(visit, act) and act in ("check_in", "send_in", "finish", "no_show"):
            if card is not None:
                card.set_going()
            self.lanes.step_on(visit.id)

    def _open_card(self, card: VisitCard) -> None:
        self.deeds.open(card.visit, _rect_in_window(card))

    def _open_by_id(self, visit_id: UUID) -> None:
        visit = self.answer.by_id.get(visit_id) if self.answer is not None else None
        row = next((row for row in self.ribbon.rows if row.underMouse() or row.hasFocus()), self.ribbon)
        if visit is not None:
            self.deeds.open(visit, _rect_in_window(row))

    def _on_found(self, visit_id: object) -> None:
        if not isinstance(visit_id, UUID):
            return
        self.head.finder.set_choice(None)
        if not self.lanes.go_to(visit_id):
            visit = self.answer.by_id.get(visit_id) if self.answer is not None else None
            if visit is not None:
                self.deeds.open(visit, _rect_in_window(self.head.finder))

    def _book_at(self, practitioner_id: UUID, when: datetime) -> None:
        self._desk.go.book_at(practitioner_id, when)

    def _open_work(self, page: str, ids: tuple[UUID, ...]) -> None:
        if page == "today/absence" and ids:
            self._desk.go.open_absence_worklist(ids[0])
        else:
            self._desk.go.page(page)

    def _next_of(self, practitioner_id: UUID | None) -> Appointment | None:
        waits = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN)
        visits = self.answer.visits if self.answer is not None else ()
        return next(
            (visit for visit in visits if visit.practitioner_id == practitioner_id and visit.status in waits),
            None,
        )

    def _wall(self, now: datetime) -> datetime:
        return to_wall(now, self._desk.facts.tz).replace(fold=0)

    # News and time

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.question.begin()
        self.tell_time(self._desk.clock.now())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.question.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def focusInEvent(self, event: object) -> None:
        self.lanes.take_focus()


def _option(visit: Appointment) -> Option:
    second = f"{words.born(visit)}, {words.clock(visit.wall_start)}, {words.what_for(visit)}"
    return Option(visit.id, visit.patient_name, second, avatar=visit.patient_name)


def _rect_in_window(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), widget.rect().topLeft()), widget.size())
