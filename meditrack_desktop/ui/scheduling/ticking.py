"""The calendar and the clock: the line of now, holds that run out, and since when what is shown is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.holds import Hold
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.agenda_part import AgendaPart
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.day_model import Period, minute_of
from meditrack_desktop.ui.scheduling.page_host import PageHost
from meditrack_desktop.ui.scheduling.question import Question
from meditrack_desktop.ui.scheduling.side_panel import SidePanel
from meditrack_desktop.ui.scheduling.words import clock_text

MINUTE_MS = 20_000
SECOND_MS = 1000


class TickingHost(PageHost, Protocol):
    """What the clock asks of the page."""

    @property
    def view(self) -> CalendarView: ...
    @property
    def panel(self) -> SidePanel: ...
    @property
    def agenda(self) -> AgendaPart: ...
    @property
    def question(self) -> Question: ...


class Ticking(QObject):
    """Runs while the page is seen."""

    def __init__(self, desk: Desk, page: QWidget, host: TickingHost) -> None:
        super().__init__(page)
        self._desk, self._host = desk, host
        self._holds: tuple[Hold, ...] = ()
        self._fresh_at: datetime | None = None
        self._offline: datetime | None = None
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._on_minute)
        self._second = QTimer(self, interval=SECOND_MS)
        self._second.timeout.connect(self._on_second)
        desk.tasks.answered.connect(self._on_anything_answered)

    def begin(self) -> None:
        """The page is seen."""
        self.tell_time()
        self._minute.start()
        if self._holds:
            self._second.start()

    def end(self) -> None:
        """The page is hidden."""
        self._minute.stop()
        self._second.stop()

    def tell_time(self) -> None:
        """Put the line of now where it belongs."""
        now = self._desk.clock.now()
        self._host.view.set_now(now, self._wall(now))

    def watch(self, holds: Sequence[Hold]) -> None:
        """Count these holds down; when one is over, ask what is still held."""
        self._holds = tuple(holds)
        if not self._holds:
            self._second.stop()
        elif not self._second.isActive() and self._minute.isActive():
            self._second.start()

    def answered(self) -> None:
        """What is shown is fresh."""
        self._fresh_at, self._offline = self._desk.clock.now(), None
        self._host.view.no_changes = ""

    def failed(self) -> None:
        """It could not be asked for: from now on it ages."""
        self._offline = self._offline or self._desk.clock.now()
        self._host.show_words()

    def offline_since(self) -> str:
        """`10:31`: when it could not be asked for the first time; nothing while it is fresh."""
        return "" if self._offline is None else clock_text(minute_of(self._wall(self._offline)))

    def as_of(self) -> str:
        """`as of 10:31` while nothing newer could be had; nothing while it is fresh."""
        if self._offline is None or self._fresh_at is None:
            return ""
        return self.tr("as of {time}").format(time=clock_text(minute_of(self._wall(self._fresh_at))))

    def _on_minute(self) -> None:
        self.tell_time()
        self._host.panel.month.set_today(self._desk.today())
        if self._host.shown.period is Period.AGENDA:
            self._host.agenda.tell_time()

    def _on_second(self) -> None:
        now = self._desk.clock.now()
        if any(hold.expires_at <= now for hold in self._holds):
            self._holds = tuple(hold for hold in self._holds if hold.expires_at > now)
            self._host.question.ask_holds()
        self._host.view.grid.count_down(now)
        if not self._holds:
            self._second.stop()

    def _on_anything_answered(self) -> None:
        """The server answers again, whoever asked: so does this page."""
        if self._offline is not None and not self._host.question.pending:
            self._offline = None
            self._host.refresh()

    def _wall(self, now: datetime) -> datetime:
        return to_wall(now, self._desk.facts.tz).replace(fold=0)
