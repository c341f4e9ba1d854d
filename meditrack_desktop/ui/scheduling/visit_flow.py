"""What happens around one visit: its popover, its acts, moving it, cancelling it, and booking a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError, ErrorCode, OutsideHours, SlotTaken
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.domain.series import Scope
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.appointment_popover import AppointmentPopover, possible_acts, visit_menu
from meditrack_desktop.ui.scheduling.booking_flow import BookingFlow, FlowHost
from meditrack_desktop.ui.scheduling.booking_popover import BookingPopover
from meditrack_desktop.ui.scheduling.calendar_view import CalendarView, column_of
from meditrack_desktop.ui.scheduling.cancel_dialog import CancelDialog, OverbookDialog, who_and_when
from meditrack_desktop.ui.scheduling.cursor import Cursor
from meditrack_desktop.ui.scheduling.day_model import Column, minute_of
from meditrack_desktop.ui.scheduling.find_time import FindTime
from meditrack_desktop.ui.scheduling.freed_time import FreedTime
from meditrack_desktop.ui.scheduling.series_scope import ScopeDialog
from meditrack_desktop.ui.scheduling.undoing import Turned
from meditrack_desktop.ui.scheduling.visit_paper import print_slip, save_calendar_file
from meditrack_desktop.ui.scheduling.visit_steps import STATUS_ACTS, why_not_taken_on
from meditrack_desktop.ui.scheduling.words import whose_visit
from meditrack_desktop.ui.widgets import Menu, Toast, Toasts
from meditrack_desktop.ui.widgets.layer import is_away

NUDGE_PAUSE_MS = 150
"""Presses in quicker succession are one move, and one step of Undo."""
_NEEDS = {
    "move": Permission.MOVE_APPOINTMENT,
    "cancel": Permission.CANCEL_APPOINTMENT,
    "book": Permission.BOOK_APPOINTMENT,
}


class VisitFlow(QObject):
    """Answers the calendar's wishes with popovers, dialogs and acts."""

    def __init__(self, desk: Desk, page: QWidget, host: FlowHost, view: CalendarView) -> None:
        super().__init__(page)
        self._desk, self._page, self._host, self._view = desk, page, host, view
        self.acts = VisitActs(desk, page)
        self.new = BookingFlow(desk, page, host, view, self.acts)
        self.freed = FreedTime(desk, page, host, view, self.acts)
        self.details: AppointmentPopover | None = None
        self._refused: Toast | None = None
        self._put_down: Cursor | None = None
        self.finding: FindTime | None = None
        self._menu: Menu | None = None
        self._nudged: Callable[[], None] | None = None
        self._pause = QTimer(self, singleShot=True, interval=NUDGE_PAUSE_MS)
        self._pause.timeout.connect(self.finish_nudge)
        self.acts.changed.connect(lambda _visit: host.refresh())
        self.acts.freed.connect(self.freed.offer)
        self.acts.undoing.turned.connect(self._on_turned)
        redo = self.acts.undoing.redo
        for keys, then in (("Ctrl+Y", redo), ("Ctrl+Shift+Z", redo), ("Ctrl+F", self.find_time)):
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(then)
        view.visitOpened.connect(lambda visit: self.open_visit(visit))
        view.moves.moveRequested.connect(self.move)
        view.moves.lengthRequested.connect(self.change_length)
        view.statusKeyPressed.connect(self.do)
        view.menuRequested.connect(self.open_menu)

    # One visit

    def open_visit(self, visit: Appointment, anchor: QRect | None = None) -> None:
        """Show the details of a visit beside its block, or beside `anchor` in the window's coordinates."""
        self.close_details()
        popover = AppointmentPopover(
            self._page, visit, self._desk.actor, self._desk.clock.now(), self._desk.today()
        )
        popover.actChosen.connect(self.do)
        popover.closed.connect(self._on_details_closed)
        self.details = popover
        if anchor is None:
            anchor = self._view.anchor_of_visit(visit.id)
        popover.open_at(anchor, side="beside")

    def close_details(self) -> None:
        """Close the details, if they are open; a visit on its way by keys gets there.

        What could not be done is no longer shown: it was about what is left now.
        """
        self.finish_nudge()
        ghost, carried = self._view.grid.ghost, self._view.grid.carried
        if ghost is not None and ghost.refused and carried is not None:
            self._view.moves.show_at(carried, ghost.column, ghost.starts, carried.minutes)
        elif ghost is not None and ghost.refused:
            self._view.grid.clear_ghost()
        if self.details is not None and shiboken6.isValid(self.details):
            self.details.close_layer()
        self.details = None

    def open_menu(self, visit: Appointment, at: QPoint) -> None:
        """Everything that can be done with a visit."""
        acts = possible_acts(visit, self._desk.actor, self._desk.clock.now(), self._desk.today())
        if acts:
            if self._menu is not None:
                self._menu.deleteLater()
            self._menu = visit_menu(self._page, acts, partial(self.do, visit))
            if self.acts.may(Permission.BOOK_APPOINTMENT):
                earlier = (
                    visit.status is AppointmentStatus.BOOKED and visit.starts_at > self._desk.clock.now()
                )
                self._menu.add(
                    self.tr("Wait for an earlier time") if earlier else self.tr("Add to the waitlist"),
                    partial(self._desk.go.join_waitlist, visit.patient_id, visit if earlier else None),
                    icon="hourglass",
                )
            self._menu.popup(at)

    def do(self, visit: Appointment, act: str) -> None:
        """Do an act by its name; what the person may not do, or what makes no sense, is said."""
        self.finish_nudge()
        need = _NEEDS.get(
            act,
            None
            if act in ("chart", "report", "history", "complete", "slip", "file")
            else Permission.SET_APPOINTMENT_STATUS,
        )
        if need is not None and not self.acts.may(need):
            self._desk.say(self.tr("Your role may not do this. An administrator can change it."))
        elif why := why_not_taken_on(visit, act, self._desk.today()):
            self._desk.say(why)
        elif act in STATUS_ACTS:
            self.acts.set_status(visit, STATUS_ACTS[act])
        elif act in ("confirm", "unconfirm"):
            confirmed = Confirmation.CONFIRMED if act == "confirm" else Confirmation.UNCONFIRMED
            self.acts.set_confirmation(visit, confirmed)
        elif act == "move":
            self._view.moves.pick_up(visit)
        elif act == "seen":
            self.acts.mark_seen(visit)
        elif act == "cancel":
            self._ask_cancel(visit)
        elif act == "book":
            self.new.book_another(visit)
        elif act == "slip":
            print_slip(self._desk, self._page, visit)
        elif act == "file":
            save_calendar_file(self._desk, self._page, visit)
        elif act == "history":
            self._desk.go.history("appointment", visit.id, whose_visit(visit))
        elif act == "complete":
            self._desk.go.complete(visit.patient_id)
        elif act == "chart":
            self._desk.go.patient(visit.patient_id)
        elif act == "report":
            self._desk.go.newest_document(visit.patient_id)

    def _ask_cancel(self, visit: Appointment) -> None:
        """Ask why; whether it is late by the clinic's policy is said as soon as that is known."""
        desk, now = self._desk, self._desk.clock.now()
        dialog = CancelDialog(self._page, visit, partial(self.acts.cancel, visit))
        dialog.open_layer()
        desk.tasks.query(
            dialog,
            lambda: desk.clinic.settings.read(desk.actor),
            lambda settings: dialog.tell_policy(settings.late_cancel_hours, now),
            failed=lambda _error: None,
        )

    # Moving

    def move(self, visit: Appointment, column: Column, starts: int) -> None:
        """Move a visit to where it was dropped; of a series it is asked which visits, unless keys nudge one."""
        if not self.acts.may(Permission.MOVE_APPOINTMENT):
            self._view.moves.put_back()
            self._desk.say(self.tr("Your role may not move visits. Nothing was changed."))
            return
        if self._view.moves.nudging:
            if self._nudged is not None:
                self._view.moves.settle()
            self._nudged = partial(self._move, visit, column, starts, away=False)
            self._pause.start()
            return
        carried = self._view.moves.carried
        if visit.series_id is None:
            self._move(visit, column, starts, carried=carried)
            return
        dialog = ScopeDialog(
            self._page,
            self.tr("Move which visits of the series?"),
            who_and_when(visit, column, starts),
            self.tr("Move"),
            lambda scope: self._move(visit, column, starts, scope=scope, carried=carried),
        )
        dialog.rejected.connect(lambda: self._put_back(visit))
        dialog.open_layer()

    def finish_nudge(self) -> None:
        """Ask for what keys have moved so far, before anything else is done."""
        self._pause.stop()
        then, self._nudged = self._nudged, None
        if then is not None:
            then()

    def _put_back(self, visit: Appointment) -> None:
        self._view.moves.settle()
        self._view.moves.put_back()

    def _move(
        self,
        visit: Appointment,
        column: Column,
        starts: int,
        *,
        reason: str = "",
        scope: Scope = Scope.THIS,
        away: bool = True,
        carried: bool = False,
    ) -> None:
        """`away`: what the visit leaves is offered to whoever waits. What was `carried` stays in hand if refused."""

        def moved(after: Appointment) -> None:
            self._view.moves.settle()
            self._drop_refused()
            if carried:
                self._stand_on(after)
            if away and _left(visit, after):
                self.freed.offer(visit)

        def failed(error: ClinicError) -> None:
            self._view.moves.refuse(visit.id, self.acts.short_reason(error))
            if carried and _is_about_the_place(error) and not is_away(self._page):
                self._view.moves.carry_on(visit)
            who = who_and_when(visit, column, starts)
            self._say_refused(error, who, lambda why: self._again(visit, column, starts, why, scope))

        self.acts.move(visit, column, starts, reason=reason, scope=scope, done=moved, failed=failed)

    def change_length(self, visit: Appointment, minutes: int, reason: str = "") -> None:
        """Give a visit the length that was drawn."""

        def failed(error: ClinicError) -> None:
            self._view.moves.refuse(visit.id, self.acts.short_reason(error))
            who = who_and_when(visit, minutes=minutes)
            self._say_refused(error, who, lambda why: self.change_length(visit, minutes, why))

        if not self.acts.may(Permission.MOVE_APPOINTMENT):
            self._view.moves.put_back()
            self._desk.say(self.tr("Your role may not change visits. Nothing was changed."))
            return
        self.acts.change_length(
            visit, minutes, reason=reason, done=lambda _visit: self._view.moves.settle(), failed=failed
        )

    def _again(
        self, visit: Appointment, column: Column, starts: int, reason: str, scope: Scope = Scope.THIS
    ) -> None:
        self._view.moves.put_back()
        found = column_of(self._view.model, column.practitioner_id, column.day)
        if found is not None:
            self._view.moves.show_at(visit, found[0], starts, visit.minutes)
        self._move(visit, column, starts, reason=reason, scope=scope)

    def _say_refused(self, error: ClinicError, who: str, again: Callable[[str], object]) -> None:
        """Say why; who may overbook is offered to do it all the same, with a reason."""
        if is_away(self._page):
            return
        self._host.refresh()
        toasts = self._page.window().findChild(Toasts)
        if not self.acts.may_overbook(error) or toasts is None:
            errors.show(self._page, error)
            return
        said = errors.words(error)

        def ask() -> None:
            OverbookDialog(self._page, said.title, who, self.tr("Do it all the same"), again).open_layer()

        self._drop_refused()
        where = who.rpartition("\n")[2]
        self._refused = toasts.say(
            f"{where}: {said.title}", ask, action=self.tr("Do it all the same"), icon="circle-alert"
        )

    def _drop_refused(self) -> None:
        """What was refused before is no longer offered: it was about an older wish."""
        if self._refused is not None and shiboken6.isValid(self._refused):
            self._refused.leave()
        self._refused = None

    def _stand_on(self, visit: Appointment) -> None:
        """Let the cursor stand on what was just put down, as soon as it is shown there."""
        found = column_of(self._view.model, visit.practitioner_id, visit.day)
        if found is not None:
            self._put_down = Cursor(found[0], minute_of(visit.wall_start), visit.id)
            self._view.set_cursor_at(self._put_down)

    def _say_put_down(self) -> None:
        """Say where the cursor is once the visit is shown there, unless the person went on."""
        at = self._put_down
        if at is not None and at == self._view.cursor_at and self._view.focused_visit() is not None:
            self._put_down = None
            self._view.set_cursor_at(at)

    # Booking

    @property
    def booking(self) -> BookingPopover | None:
        """The booking window, while it is open."""
        return self.new.popover

    def start_booking(self, patient_id: UUID | None, doctors: Sequence[UUID]) -> None:
        """Book the next free time of these doctors, for a patient if one is given."""
        self.new.start(patient_id, doctors)

    def replace_placeholder(self) -> None:
        """Mark the place of the booking again after the calendar changed; the cursor is on what was put down."""
        self.new.replace_placeholder()
        self._say_put_down()

    def find_time(self) -> None:
        """Look for a free time, first of the doctors who stand side by side."""
        shown = [doctor.id for doctor in self._host.shown.of(self._host.doctors) if doctor.active]
        doctors = [doctor for doctor in self._host.doctors if doctor.active]
        if not doctors or not self.acts.may(Permission.BOOK_APPOINTMENT):
            return
        finding = FindTime(self._page, self._desk, self.new.bookable, doctors, shown)
        finding.looked.connect(lambda found: self._host.steps.show_slot(found.slot, finding.keep_clear_of))
        finding.chosen.connect(self.new.open_found)
        self.finding = finding
        corner = self._page.mapTo(self._page.window(), QPoint(self._page.width() - 8, 60))
        finding.open_at(QRect(corner.x(), corner.y(), 1, 1))

    # Back and forth

    def take_back(self) -> None:
        """Undo the newest deed of this person at the calendar."""
        self.finish_nudge()
        self.acts.undoing.undo()

    def _on_turned(self, found: Turned) -> None:
        """Show where the deed was undone or done again; what was in hand is as it was before it."""
        self._view.moves.put_back()
        self._host.refresh()
        shown = found.visits[0] if found.visits else None
        if shown is not None:
            self._host.show_appointment(shown.id, shown.day)
        elif found.taken.day is not None:
            self._host.go_to(found.taken.day)

    def _on_details_closed(self) -> None:
        self.details = None
        self._view.grid.chosen = None
        self._view.grid.update()


def _left(before: Appointment, after: Appointment) -> bool:
    """Whether a visit that was moved left its time altogether."""
    other = before.practitioner_id != after.practitioner_id
    return other or after.ends_at <= before.starts_at or before.ends_at <= after.starts_at


def _is_about_the_place(error: ClinicError) -> bool:
    """Whether another place would do."""
    return isinstance(error, SlotTaken | OutsideHours) or error.code in (
        ErrorCode.SLOT_HELD,
        ErrorCode.ROOM_TAKEN,
        ErrorCode.RULE_BROKEN,
    )
