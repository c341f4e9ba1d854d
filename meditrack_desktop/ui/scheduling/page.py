"""The calendar page: asks for what is shown and lays panel, head and views out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, NotAllowed
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.after_answer import AfterAnswer
from meditrack_desktop.ui.scheduling.agenda_part import AgendaPart
from meditrack_desktop.ui.scheduling.asking import Answer
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.day_model import (
    EMPTY,
    DayModel,
    Period,
    day_of_doctors,
    week_of_doctor,
)
from meditrack_desktop.ui.scheduling.doctor_choosing import DoctorChoosing
from meditrack_desktop.ui.scheduling.free_steps import FreeSteps
from meditrack_desktop.ui.scheduling.front import Front
from meditrack_desktop.ui.scheduling.go_to_date import GoToDate
from meditrack_desktop.ui.scheduling.kept_scroll import KeptScroll
from meditrack_desktop.ui.scheduling.memory import Memory
from meditrack_desktop.ui.scheduling.month_part import MonthPart
from meditrack_desktop.ui.scheduling.month_view import MonthCalendar
from meditrack_desktop.ui.scheduling.notices import Notices
from meditrack_desktop.ui.scheduling.page_header import PageHeader
from meditrack_desktop.ui.scheduling.page_keys import bind_page_keys
from meditrack_desktop.ui.scheduling.page_words import count_of, title_of
from meditrack_desktop.ui.scheduling.panel_place import PanelPlace
from meditrack_desktop.ui.scheduling.period_keys import PeriodKeys
from meditrack_desktop.ui.scheduling.question import Question
from meditrack_desktop.ui.scheduling.shown import Shown
from meditrack_desktop.ui.scheduling.side_panel import SidePanel
from meditrack_desktop.ui.scheduling.ticking import Ticking
from meditrack_desktop.ui.scheduling.views import Views
from meditrack_desktop.ui.scheduling.visit_flow import VisitFlow
from meditrack_desktop.ui.widgets import Divider

SKELETON_AFTER_MS = 200


class SchedulingPage(QWidget):
    """View, doctors and filters are kept across views and remembered for the person at this desk."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.title = self.tr("Calendar")
        self.shown = Shown(desk.today(), doctor=desk.actor.practitioner_id)
        if desk.actor.practitioner_id is not None:
            self.shown.chosen = frozenset({desk.actor.practitioner_id})
        self._memory = Memory(desk.remembered, desk.actor.account_id)
        self._memory.recall(self.shown)
        self.question = Question(desk, self, self.shown)
        self._whole = EMPTY
        self._after = AfterAnswer(self)
        self.header = PageHeader()
        self.panel = SidePanel(self.shown.day, self)
        self.view = CalendarView()
        zoom = self._memory.number("zoom")
        if zoom is not None:
            self.view.set_zoom(zoom)
        self.kept_scroll = KeptScroll(desk, self._memory, self.view)
        self.month = MonthPart(desk, self, self, MonthCalendar())
        self.agenda: AgendaPart = AgendaPart(desk, self, self, self.header.filters)
        self.notices = Notices()
        self._build()
        self.flow = VisitFlow(desk, self, self, self.view)
        self.agenda.use(self.flow)
        self.going = PeriodKeys(self)
        self.front = Front(desk, self)
        self.steps = FreeSteps(desk, self, self)
        self.ticking = Ticking(desk, self, self)
        self.choosing = DoctorChoosing(desk, self, self)
        self._connect()
        self.panel.set_cancelled(self.shown.cancelled)

    def _build(self) -> None:
        self.stack = Views(self.view, self.month.view, self.agenda.table)
        self.state = self.stack.state
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.panel)
        row.addWidget(self.stack, 1)
        self._place = PanelPlace(self, self.panel, row, self.stack, self.header.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(Divider())
        column.addWidget(self.notices)
        column.addLayout(row, 1)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        header, panel, view = self.header, self.panel, self.view
        header.stepped.connect(self.step)
        header.todayRequested.connect(self.go_today)
        header.periodChosen.connect(self.set_period)
        panel.dayPicked.connect(self._on_day_picked)
        panel.cancelledToggled.connect(self._show_cancelled)
        for going in (self.going, *self.stack.goings):
            going.stepped.connect(self.step)
            going.todayRequested.connect(self.go_today)
            going.viewChosen.connect(self.set_period)
            going.dateRequested.connect(self.ask_date)
            going.dateTyped.connect(self.ask_date)
        view.columnPicked.connect(self._on_column_picked)
        view.changeRefused.connect(lambda why: self._desk.say(why))
        view.zoomChanged.connect(partial(self._memory.keep_number, "zoom"))
        view.moves.carryEnded.connect(lambda: self.notices.show_carrying(None))
        view.moves.carryBegun.connect(lambda: self.notices.show_carrying(view.grid.carried))
        bind_page_keys(self._desk, self, self)
        self.question.answered.connect(self._on_answer)
        self.question.heldAnswered.connect(self.show_answer)
        self.question.failed.connect(self._on_failed)
        self._slow = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._slow.timeout.connect(lambda: None if self.loaded else self.stack.show_waiting())

    # What the window asks

    @property
    def period(self) -> Period:
        return self.shown.period

    @property
    def day(self) -> date:
        return self.shown.day

    @property
    def doctors(self) -> tuple[Practitioner, ...]:
        """The doctors who can be booked, and those who have visits here."""
        return () if self.answer is None else self.answer.doctors

    @property
    def answer(self) -> Answer | None:
        """What was answered last."""
        return self.question.answer

    @property
    def loaded(self) -> bool:
        return self.answer is not None

    def load(self) -> None:
        """Ask for the first time."""
        self._dress_for(self.period)
        self.flow.new.bookable.load()
        self.refresh()

    def refresh(self) -> None:
        """Ask again for what is shown; what is there stays until the answer comes."""
        if not self.loaded:
            self._slow.start()
        self.question.ask()

    def can_leave(self) -> bool:
        """Nothing here waits for Save; a visit being carried is put back."""
        self.view.moves.put_back()
        self.flow.close_details()
        return True

    def show_day(self, day: date) -> None:
        """Show this day, with many doctors."""
        self.set_period(Period.DAY)
        self.go_to(day)

    def show_appointment(self, appointment_id: UUID, day: date) -> None:
        """Show this visit, marked."""
        self._after.wanted = appointment_id
        if self.period is Period.MONTH:
            self.set_period(Period.DAY)
        if day == self.day and self.loaded:
            self.refresh()
        else:
            self.go_to(day)

    def start_booking(self, patient_id: UUID | None) -> None:
        """Book the next free time of the doctors shown, for a patient if one is given."""

        def begin() -> None:
            active = [doctor.id for doctor in self.shown.of(self.doctors) if doctor.active]
            self.flow.start_booking(patient_id, active)

        self.when_loaded(begin)

    def take_back(self) -> None:
        """Undo what this person did last at the calendar, even before a restart."""
        self.flow.take_back()

    def when_loaded(self, then: Callable[[], None]) -> None:
        """Do it now, or after the answer that is on its way."""
        self._after.do(then)

    def show_banner(
        self, text: str, tone: str, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Say what is wrong above the calendar; what is shown stays."""
        self.notices.say(text, tone, action, then)

    # What is shown

    def go_to(self, day: date) -> None:
        """Show the period that holds this day."""
        before, moved = self.shown.asked(), day != self.day
        self.shown.day = day
        self._mark_day()
        self.flow.close_details()
        if self.shown.asked() != before:
            self.refresh()
        elif moved and self.loaded:
            self.show_answer()

    def set_period(self, period: str) -> None:
        """Day of many doctors, week of one, month, or agenda."""
        chosen = Period(period)
        if chosen is self.period:
            return
        at, columns = self.view.cursor_at, self.view.model.columns
        by_cursor = self.loaded and self.period is Period.DAY and at is not None
        if chosen is Period.WEEK and by_cursor and at is not None and at.column < len(columns):
            self.shown.doctor = columns[at.column].practitioner_id
        self.shown.period, self._after.turned = chosen, self.loaded
        self._dress_for(chosen)
        self.flow.close_details()
        self.keep()
        if self.loaded:
            self.refresh()

    def _dress_for(self, period: Period) -> None:
        self.header.set_period(period)
        self._place.offer(period in (Period.DAY, Period.WEEK))
        self.setFocusProxy(self.stack.view_of(period))

    def ask_date(self, typed: str = "") -> None:
        """Ask for a date by keyboard and go there; `typed` is its beginning, counted from the day shown."""
        popover = GoToDate(self, (lambda: self.day) if typed else self._desk.today, self.day)
        popover.chosen.connect(self.go_to)
        popover.open_at(self.header.title)
        popover.begin_with(typed)

    def _on_answer(self, first: bool) -> None:
        found = self.question.answer
        if found is None:
            return
        self._slow.stop()
        self.notices.drop()
        self.ticking.answered()
        known = {doctor.id for doctor in found.doctors}
        if self.shown.doctor not in known:
            self.shown.doctor = found.doctors[0].id if found.doctors else None
            if self.period is Period.WEEK and self.shown.doctor is not None:
                self.refresh()
                return
        self.show_answer()
        self._after.answered(first)

    def _on_failed(self, error: ClinicError) -> None:
        self._slow.stop()
        said = errors.words(error)
        if isinstance(error, NotAllowed):
            self.stack.show_state("no_permission", str(said.title), said.text)
            return
        self.ticking.failed()
        self._after.failed()
        if error.code is ErrorCode.DATABASE_UNREACHABLE:
            self.notices.say_offline(self.ticking.offline_since(), self.refresh)
            self.view.no_changes = self.tr("No connection to the clinic server: nothing can be changed now.")
        else:
            self.show_banner(str(said), "danger", self.tr("Try again"), self.refresh)
        if not self.loaded:
            self.stack.show_blank()

    def show_answer(self) -> None:
        """Lay out what was answered last."""
        found = self.answer
        if found is None:
            return
        self.ticking.tell_time()
        if self.period is Period.MONTH:
            self.month.show(found.month)
        elif self.period is Period.AGENDA:
            self.agenda.show(found)
        model = self._model_of(found)
        self._whole = model
        self.choosing.show()
        self._mark_day()
        self.show_words()
        self.panel.show_counts(model.counts())
        if self.period in (Period.DAY, Period.WEEK):
            self.view.show_model(model if self.shown.cancelled else model.without_cancelled())
            self.flow.replace_placeholder()
        self.ticking.watch(found.holds)
        self.show_stack()

    def _model_of(self, found: Answer) -> DayModel:
        shown = self.shown.of(found.doctors)
        if self.period is Period.WEEK:
            if not shown:
                return EMPTY
            return week_of_doctor(shown[0], self.day, found.visits, found.times, found.holds)
        return day_of_doctors(shown, self.day, found.visits, found.times, found.holds)

    def show_stack(self) -> None:
        """Bring the view to the front, or say why there is nothing to see."""
        self.front.show(self._whole)

    def _mark_day(self) -> None:
        week = self.shown.days() if self.period is Period.WEEK else None
        self.panel.show_day(self.day, self._desk.today(), week)

    def show_words(self) -> None:
        """Say in the head what is shown, and since when it is not fresh."""
        self.header.set_narrow(self._place.floating)
        count = self.ticking.as_of() or count_of(self.shown, self._whole)
        self.header.show_words(title_of(self.shown, self._whole, short=self._place.floating), count)

    # What the person asks

    def step(self, step: int) -> None:
        """So many periods forth or back."""
        self.go_to(self.shown.stepped(step))

    def go_today(self) -> None:
        """To today; there already, to now."""
        here = self._desk.today() == self.day
        self.go_to(self._desk.today())
        if here:
            self.view.open_here()

    def _on_day_picked(self, day: date) -> None:
        self.go_to(day)
        self._place.leave()

    def choose_doctors(self, chosen: frozenset[UUID] | None) -> None:
        """Show these doctors side by side; None for all of them."""
        self.choosing.choose(chosen)

    def _show_cancelled(self, on: bool) -> None:
        self.shown.cancelled = on
        self.keep()
        self.show_answer()

    def _on_column_picked(self, column: int) -> None:
        """A doctor's head opens their week, a weekday's head its day."""
        picked = self.view.model.columns[column]
        if self.period is Period.DAY:
            self.shown.doctor = picked.practitioner_id
            self.view.grid.set_cursor_at(None)
            self.set_period(Period.WEEK)
        else:
            self.set_period(Period.DAY)
            self.go_to(picked.day)

    def keep(self) -> None:
        """Remember view, doctors and filters for this person."""
        self._memory.keep(self.shown)

    # News and time

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.stack.currentWidget() is not self.state or not self.going.take(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place.arrange()
        self.ticking.begin()
        self.question.ask_if_stale()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.ticking.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place.arrange()
        if self.loaded:
            self.show_words()
