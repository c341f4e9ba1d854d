"""What stands in front: the view that is on, or why it has nothing to show and what leads on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import Qt

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.agenda_part import AgendaPart
from meditrack_desktop.ui.scheduling.day_model import DayModel, Period
from meditrack_desktop.ui.scheduling.empty_states import Empty, empty_state
from meditrack_desktop.ui.scheduling.page_header import PageHeader
from meditrack_desktop.ui.scheduling.shown import Shown
from meditrack_desktop.ui.scheduling.views import Views
from meditrack_desktop.ui.widgets import Button


class FrontHost(Protocol):
    """What this asks of the page."""

    @property
    def shown(self) -> Shown: ...
    @property
    def day(self) -> date: ...
    @property
    def doctors(self) -> tuple[Practitioner, ...]: ...
    @property
    def agenda(self) -> AgendaPart: ...
    @property
    def header(self) -> PageHeader: ...
    @property
    def stack(self) -> Views: ...
    def step(self, step: int) -> None: ...
    def choose_doctors(self, chosen: frozenset[UUID] | None) -> None: ...


class Front:
    def __init__(self, desk: Desk, host: FrontHost) -> None:
        self._desk, self._host = desk, host

    def show(self, model: DayModel) -> None:
        """Bring the view to the front, or say why there is nothing to see. `model`: what day or week would show."""
        stack, empty = self._host.stack, self._empty(model)
        if empty is None:
            stack.show_view(self._host.shown.period)
            return
        had_focus = stack.show_state("empty", empty.title, empty.text)
        then = self._then(empty)
        if then is not None:
            stack.state.add_action(empty.act, then)
            step = stack.state.findChildren(Button)[-1]
            if had_focus:
                step.setFocus(Qt.FocusReason.OtherFocusReason)

    def _empty(self, model: DayModel) -> Empty | None:
        host, period = self._host, self._host.shown.period
        if period is Period.AGENDA and host.doctors:
            return host.agenda.empty(host.day)
        if period is Period.MONTH and host.doctors:
            return None
        return empty_state(model, doctors=bool(host.doctors))

    def _then(self, empty: Empty) -> Callable[[], object] | None:
        return {
            "": None,
            "all_doctors": lambda: self._host.choose_doctors(None),
            "next": lambda: self._host.step(1),
            "clear_filters": self._host.header.filters.clear,
            "hours": lambda: self._desk.go.page("doctors"),
        }[empty.step]
