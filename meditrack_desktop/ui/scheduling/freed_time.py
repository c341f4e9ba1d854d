"""Time that became free: whoever waits for it is looked up, and offered if there is anybody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.front_desk import WaitlistEntry
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.booking_flow import FlowHost
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView, column_of
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.grid_painter import rect_of
from meditrack_desktop.ui.scheduling.waitlist_panel import WaitlistPanel
from meditrack_desktop.ui.scheduling.words import clock_text, short_day
from meditrack_desktop.ui.widgets import Toasts
from meditrack_desktop.ui.widgets.layer import Layer, is_away


class FreedTime(QObject):
    """Opens the panel of the waitlist by itself; nothing opens if nobody fits."""

    def __init__(
        self, desk: Desk, page: QWidget, host: FlowHost, view: CalendarView, acts: VisitActs
    ) -> None:
        super().__init__(page)
        self._desk, self._page, self._host, self._view, self._acts = desk, page, host, view, acts
        self.panel: WaitlistPanel | None = None

    def offer(self, freed: Appointment) -> None:
        """Look up whom the time of this visit fits; `freed` as it was before it was given up."""
        if not self._acts.may(Permission.BOOK_APPOINTMENT):
            return
        desk = self._desk
        fold = to_wall(freed.starts_at, desk.facts.tz).fold
        desk.tasks.query(
            self._page,
            lambda: desk.clinic.waitlist.fitting(
                desk.actor,
                freed.practitioner_id,
                freed.wall_start.replace(fold=fold),
                freed.minutes,
                freed.patient_id,
            ),
            partial(self._on_found, freed),
            failed=lambda _error: None,
            replaces="waitlist",
        )

    def _on_found(self, freed: Appointment, entries: Sequence[WaitlistEntry]) -> None:
        if not entries or is_away(self._page) or not self._page.isVisible():
            return
        toasts = self._page.window().findChild(Toasts)
        if toasts is not None and _something_is_open(self._page):
            # Whoever types there is not to find themselves in another window: it waits to be asked for.
            when = f"{short_day(freed.day)}, {clock_text(minute_of(freed.wall_start))}"
            words = self.tr("Somebody waits for {when}").format(when=when)
            toasts.say(words, partial(self._open, freed, entries), action=self.tr("Show"), icon="clock")
            return
        self._open(freed, entries)

    def _open(self, freed: Appointment, entries: Sequence[WaitlistEntry]) -> None:
        panel = WaitlistPanel(self._page, self._desk, freed, entries)
        panel.chosen.connect(partial(self._fill, panel, freed))
        self.panel = panel
        panel.open_at(self._anchor(freed), side="beside")

    def _fill(self, panel: WaitlistPanel, freed: Appointment, entry: WaitlistEntry) -> None:
        """Give the time to somebody who waits."""
        done, failed = partial(self._on_filled, panel), partial(self._refused, panel)
        if entry.appointment_id is not None:
            self._acts.swap(entry, freed, done, failed)
            return
        command = BookAppointment(
            patient_id=entry.patient_id,
            practitioner_id=freed.practitioner_id,
            wall_start=freed.wall_start,
            fold=to_wall(freed.starts_at, self._desk.facts.tz).fold,
            minutes=entry.minutes,
            visit_type="" if entry.visit_type_id is not None else entry.visit_type or freed.visit_type,
            visit_type_id=entry.visit_type_id,
            hold_id=panel.hold.id,
            waitlist_id=entry.id,
        )
        self._acts.book(command, done, failed)

    def _on_filled(self, panel: WaitlistPanel, visit: Appointment) -> None:
        if isValid(panel):
            panel.close_layer()
        self._host.show_appointment(visit.id, visit.day)

    def _refused(self, panel: WaitlistPanel, error: ClinicError) -> None:
        if isValid(panel) and (panel.isVisible() or panel.aside):
            panel.refuse(error)
        else:
            errors.show(self._page, error)
        self._host.refresh()

    def _anchor(self, freed: Appointment) -> QRect:
        if self._view.isVisible() and column_of(self._view.model, freed.practitioner_id, freed.day):
            block = self._view.anchor_of_visit(freed.id)
            if block.width() > 1:
                return block
            found = column_of(self._view.model, freed.practitioner_id, freed.day)
            if found is not None:
                cell = self._view.calendar.cell(found[0], minute_of(freed.wall_start), freed.minutes)
                return self._view.anchor(rect_of(cell))
        corner = self._page.mapTo(self._page.window(), QPoint(self._page.width() // 2 - 200, 64))
        return QRect(corner.x(), corner.y() + 16, 1, 1)


def _something_is_open(page: QWidget) -> bool:
    """Whether a layer with the keys lies over the window."""
    return any(layer.isVisible() and layer.covers for layer in page.window().findChildren(Layer))
