"""What was asked of the calendar while an answer was on its way, and is done when it has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol
from uuid import UUID

from meditrack_desktop.ui.scheduling.agenda_part import AgendaPart
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView
from meditrack_desktop.ui.scheduling.day_model import Period
from meditrack_desktop.ui.scheduling.kept_scroll import KeptScroll
from meditrack_desktop.ui.scheduling.question import Question
from meditrack_desktop.ui.scheduling.shown import Shown


class AnsweredPage(Protocol):
    """What this asks of the page."""

    @property
    def shown(self) -> Shown: ...
    @property
    def day(self) -> date: ...
    @property
    def view(self) -> CalendarView: ...
    @property
    def agenda(self) -> AgendaPart: ...
    @property
    def question(self) -> Question: ...
    @property
    def kept_scroll(self) -> KeptScroll: ...


class AfterAnswer:
    """`turned`: the view was changed, and the cursor goes along. `wanted`: a visit to mark."""

    def __init__(self, host: AnsweredPage) -> None:
        self._host = host
        self._waiting: list[Callable[[], None]] = []
        self.turned = False
        self.wanted: UUID | None = None

    def do(self, then: Callable[[], None]) -> None:
        """Do it now, or after the answer that is on its way."""
        question = self._host.question
        if question.answer is not None and not question.pending:
            then()
        else:
            self._waiting.append(then)

    def answered(self, first: bool) -> None:
        """The answer is shown: bring what was wanted into sight and do what waits."""
        host, view = self._host, self._host.view
        if first:
            host.kept_scroll.open()
        if self.turned and host.shown.doctor is not None:
            self.turned = False
            view.stand_on(host.shown.doctor, host.day)
        if self.wanted is not None:
            wanted, self.wanted = self.wanted, None
            if host.shown.period is Period.AGENDA:
                host.agenda.table.choose(wanted)
            else:
                view.choose(wanted)
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def failed(self) -> None:
        """No answer came: what waited would only surprise later, except before the first one."""
        if self._host.question.answer is not None:
            self._waiting = []
