"""The calendar page: asks for the visits of a day or a week and lays panel, head and calendar out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Literal
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from meditrack_desktop.domain.changes import ChangeSet
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError, NotAllowed
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, CalendarRange
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.day_model import (
    EMPTY,
    DayModel,
    Period,
    day_of_doctors,
    monday_of,
    week_of_doctor,
)
from meditrack_desktop.ui.scheduling.empty_states import empty_state
from meditrack_desktop.ui.scheduling.go_to_date import GoToDate
from meditrack_desktop.ui.scheduling.page_header import PageHeader
from meditrack_desktop.ui.scheduling.panel_place import PanelPlace
from meditrack_desktop.ui.scheduling.side_panel import SidePanel
from meditrack_desktop.ui.scheduling.visit_flow import VisitFlow
from meditrack_desktop.ui.scheduling.words import count_text, day_title, week_number, week_title
from meditrack_desktop.ui.widgets import (
    Banner,
    Divider,
    Skeleton,
    StateView,
    announce,
)

MINUTE_MS = 20_000
SKELETON_AFTER_MS = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which question an answer belongs to."""

    period: Period
    day: date
    doctors: frozenset[UUID] | None
    doctor: UUID | None


class SchedulingPage(QWidget):
    """Day, doctors and filter are remembered while the page lives, also across day and week."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.title = self.tr("Calendar")
        self.period = Period.DAY
        self.day = desk.today()
        self.doctors: tuple[Practitioner, ...] = ()
        self._chosen: frozenset[UUID] | None = None
        self._doctor: UUID | None = None
        self._visits: tuple[Appointment, ...] = ()
        self._whole = EMPTY
        self._loaded = False
        self._stale = False
        self._turned = False
        self._waiting: list[Callable[[], None]] = []
        self._wanted: UUID | None = None
        self._banner: Banner | None = None
        self.header = PageHeader()
        self.panel = SidePanel(self.day, self)
        self.view = CalendarView()
        self.state = StateView("empty", "")
        self.skeleton = Skeleton()
        self._build()
        self.flow = VisitFlow(desk, self, self, self.view)
        self._connect()

    def _build(self) -> None:
        self.stack = QStackedWidget()
        for widget in (QWidget(), self.skeleton, self.view, self.state):
            self.stack.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.panel)
        row.addWidget(self.stack, 1)
        self._place = PanelPlace(self, self.panel, row, self.stack, self.header.panel)
        self._notices = QVBoxLayout()
        self._notices.setContentsMargins(0, 0, 0, 0)
        self._carry_hint = Banner(
            self.tr("Choose the new time: arrows or mouse, Enter or a click drops it, Escape puts it back."),
            "info",
            icon="move",
            square=True,
        )
        self._carry_hint.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(Divider())
        column.addLayout(self._notices)
        column.addWidget(self._carry_hint)
        column.addLayout(row, 1)
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        header, panel, view = self.header, self.panel, self.view
        header.stepped.connect(self._step)
        header.todayRequested.connect(self._go_today)
        header.periodChosen.connect(self.set_period)
        panel.dayPicked.connect(self._on_day_picked)
        panel.doctorsChosen.connect(self.choose_doctors)
        panel.doctorChosen.connect(self._choose_doctor)
        panel.cancelledToggled.connect(lambda _on: self._show())
        view.periodStepped.connect(self._step)
        view.todayRequested.connect(self._go_today)
        view.periodChosen.connect(self.set_period)
        view.dateRequested.connect(self.ask_date)
        view.columnPicked.connect(self._on_column_picked)
        view.moves.carryEnded.connect(lambda: self._carry_hint.setVisible(False))
        view.moves.carryBegun.connect(lambda: self._carry_hint.setVisible(True))
        self._desk.live.changed.connect(self._on_changed)
        self._tick = QTimer(self, interval=MINUTE_MS)
        self._tick.timeout.connect(self._on_tick)
        self._slow = QTimer(self, singleShot=True, interval=SKELETON_AFTER_MS)
        self._slow.timeout.connect(self._on_slow)

    # What the window asks

    def load(self) -> None:
        """Ask for the first time."""
        own = self._desk.actor.practitioner_id
        if own is not None and not self._loaded:
            self._chosen = frozenset({own})
        self._doctor = self._doctor or own
        self.header.set_period(self.period)
        self.refresh()

    def refresh(self) -> None:
        """Ask again for what is shown; what is there stays until the answer comes."""
        desk, asked = self._desk, self._asked()
        self._stale = False
        first, last = self._days()
        wanted = CalendarRange(first=first, last=last, practitioners=self._practitioners_wanted())

        def work() -> tuple[tuple[Practitioner, ...], tuple[Appointment, ...]]:
            doctors = tuple(desk.clinic.practitioners.list(desk.actor, include_inactive=True))
            return doctors, desk.clinic.scheduling.calendar(desk.actor, wanted)

        if not self._loaded:
            self._slow.start()
        desk.tasks.query(
            self, work, partial(self._on_answer, asked), failed=self._on_failed, replaces="calendar"
        )

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
        self._wanted = appointment_id
        if day == self.day and self._loaded:
            self.refresh()
        else:
            self.go_to(day)

    def start_booking(self, patient_id: UUID | None) -> None:
        """Book the next free time of the doctors shown, for a patient if one is given."""
        if not self._loaded:
            self._waiting.append(partial(self.start_booking, patient_id))
            return
        self.flow.start_booking(patient_id, [doctor.id for doctor in self._doctors_shown() if doctor.active])

    def show_banner(
        self, text: str, tone: str, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Say what is wrong above the calendar; what is shown stays."""
        self._drop_banner()
        self._banner = Banner(text, "danger" if tone == "danger" else "warn", action=action, square=True)
        if then is not None:
            self._banner.actionTriggered.connect(lambda: then())
        self._notices.addWidget(self._banner)
        announce(self, text, assertive=True)

    # What is shown

    def go_to(self, day: date) -> None:
        """Show the period that holds this day."""
        moved = day != self.day
        self.day = day
        self.panel.show_day(day, self._desk.today())
        self.flow.close_details()
        if moved:
            self.refresh()

    def set_period(self, period: str) -> None:
        """Day of many doctors, or week of one."""
        chosen = Period(period)
        if chosen is self.period:
            return
        self.period, self._turned = chosen, self._loaded
        self.header.set_period(chosen)
        self.flow.close_details()
        if chosen is Period.WEEK and self._loaded:
            at, columns = self.view.cursor_at, self.view.model.columns
            if at is not None and at.column < len(columns):
                self._doctor = columns[at.column].practitioner_id
        if self._loaded:
            self.refresh()

    def ask_date(self) -> None:
        """Ask for a date by keyboard and go there."""
        popover = GoToDate(self, self._desk.today, self.day)
        popover.chosen.connect(self.go_to)
        popover.open_at(self.header.title)

    def _asked(self) -> _Asked:
        return _Asked(self.period, self.day, self._chosen, self._doctor)

    def _days(self) -> tuple[date, date]:
        if self.period is Period.DAY:
            return self.day, self.day
        monday = monday_of(self.day)
        return monday, monday + timedelta(days=6)

    def _practitioners_wanted(self) -> tuple[UUID, ...]:
        """Whose visits to ask for; an empty answer means everybody's."""
        if self.period is Period.WEEK:
            return () if self._doctor is None else (self._doctor,)
        return () if self._chosen is None else tuple(sorted(self._chosen))

    def _on_answer(
        self, asked: _Asked, found: tuple[tuple[Practitioner, ...], tuple[Appointment, ...]]
    ) -> None:
        if asked != self._asked():
            return
        self._slow.stop()
        self._drop_banner()
        doctors, self._visits = found
        with_visits = {visit.practitioner_id for visit in self._visits}
        self.doctors = tuple(doctor for doctor in doctors if doctor.active or doctor.id in with_visits)
        known = {doctor.id for doctor in self.doctors}
        if self._doctor not in known:
            self._doctor = self.doctors[0].id if self.doctors else None
            if self.period is Period.WEEK and self._doctor is not None:
                self.refresh()
                return
        first = not self._loaded
        self._loaded = True
        self._show()
        if first:
            self.view.open_here()
        if self._turned and self._doctor is not None:
            self._turned = False
            self.view.stand_on(self._doctor, self.day)
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.view.choose(wanted)
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def _on_failed(self, error: ClinicError) -> None:
        self._slow.stop()
        if isinstance(error, NotAllowed):
            self._show_state("no_permission", str(errors.words(error).title), errors.words(error).text)
            return
        self.show_banner(str(errors.words(error)), "danger", self.tr("Try again"), self.refresh)
        if not self._loaded:
            self.stack.setCurrentIndex(0)

    def _on_slow(self) -> None:
        if not self._loaded:
            self.stack.setCurrentWidget(self.skeleton)

    def _doctors_shown(self) -> list[Practitioner]:
        if self.period is Period.WEEK:
            return [doctor for doctor in self.doctors if doctor.id == self._doctor]
        return [doctor for doctor in self.doctors if self._chosen is None or doctor.id in self._chosen]

    def _show(self) -> None:
        """Lay out what was answered last."""
        shown = self._doctors_shown()
        if self.period is Period.DAY:
            model = day_of_doctors(shown, self.day, self._visits)
        elif shown:
            model = week_of_doctor(shown[0], self.day, self._visits)
        else:
            model = day_of_doctors((), self.day, ())
        self._whole = model
        self._show_words()
        self.panel.show_counts(model.counts())
        chosen = self._chosen if self._chosen is not None else frozenset(d.id for d in self.doctors)
        self.panel.show_doctors(self.doctors, chosen, self._doctor, self.period)
        self.panel.show_day(self.day, self._desk.today())
        if not self.panel.cancelled.isChecked():
            model = model.without_cancelled()
        self._tell_time()
        self.view.show_model(model)
        self.flow.replace_placeholder()
        self._choose_stack(model)

    def _choose_stack(self, model: DayModel) -> None:
        empty = empty_state(model, doctors=bool(self.doctors))
        if empty is None:
            self.stack.setCurrentWidget(self.view)
            return
        self._show_state("empty", empty.title, empty.text)
        if empty.step == "all_doctors":
            self.state.add_action(empty.act, lambda: self.choose_doctors(None))
        elif empty.step == "next":
            self.state.add_action(empty.act, lambda: self._step(1))

    def _show_state(self, kind: Literal["empty", "no_permission"], title: str, text: str) -> None:
        self.state.clear_actions()
        self.state.set_state(kind, title, text, icon="calendar-off")
        self.stack.setCurrentWidget(self.state)

    def _show_words(self) -> None:
        model, short = self._whole, self._place.floating
        if self.period is Period.DAY:
            counts = model.counts()
            count = count_text(counts.total() - counts["cancelled"])
            self.header.show_words(day_title(self.day, short=short), count)
            return
        first = monday_of(self.day)
        last = model.columns[-1].day if model.columns else first + timedelta(days=4)
        doctor = model.columns[0].practitioner.name if model.columns else ""
        info = self.tr("Week {number}, {doctor}").format(number=week_number(self.day), doctor=doctor)
        self.header.show_words(week_title(first, last, short=short), info)

    # What the person asks

    def _step(self, step: int) -> None:
        self.go_to(self.day + timedelta(days=step * (1 if self.period is Period.DAY else 7)))

    def _go_today(self) -> None:
        here = self._desk.today() == self.day
        self.go_to(self._desk.today())
        if here:
            self.view.open_here()

    def _on_day_picked(self, day: date) -> None:
        self.go_to(day)
        self._place.leave()

    def choose_doctors(self, chosen: frozenset[UUID] | None) -> None:
        """Show these doctors side by side; None for all of them."""
        everybody = chosen is not None and all(doctor.id in chosen for doctor in self.doctors)
        self._chosen = None if everybody else chosen
        if self.period is Period.WEEK:
            self.set_period(Period.DAY)
        elif chosen is not None and not chosen:
            self._show()
        else:
            self.refresh()

    def _choose_doctor(self, doctor: UUID) -> None:
        self._doctor = doctor
        self.refresh()

    def _on_column_picked(self, column: int) -> None:
        """A doctor's head opens their week, a weekday's head its day."""
        picked = self.view.model.columns[column]
        if self.period is Period.DAY:
            self._doctor = picked.practitioner_id
            self.view.grid.set_cursor_at(None)
            self.set_period(Period.WEEK)
        else:
            self.set_period(Period.DAY)
            self.go_to(picked.day)

    # News and time

    def _on_changed(self, changes: ChangeSet) -> None:
        days = changes.touches("appointment") and changes.touches_days(*self._days())
        # A patient's name stands on visits; a doctor's hours make the columns.
        if not (days or changes.touches("practitioner", "patient")) or not self._loaded:
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _on_tick(self) -> None:
        self._tell_time()
        self.panel.month.set_today(self._desk.today())

    def _tell_time(self) -> None:
        now = self._desk.clock.now()
        self.view.set_now(now, to_wall(now, self._desk.facts.tz).replace(fold=0))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place.arrange()
        self._tell_time()
        self._tick.start()
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place.arrange()
        if self._loaded:
            self._show_words()

    def _drop_banner(self) -> None:
        if self._banner is not None:
            self._notices.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None
