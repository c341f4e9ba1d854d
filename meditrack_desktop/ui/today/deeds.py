"""What is done with a visit from the Today page: the status at once, everything else where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

import shiboken6
from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import NEXT_STATUSES, Appointment, AppointmentStatus, Confirmation
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.appointment_popover import (
    AppointmentPopover,
    possible_acts,
    visit_menu,
)
from meditrack_desktop.ui.scheduling.cancel_dialog import CancelDialog
from meditrack_desktop.ui.scheduling.visit_steps import STATUS_ACTS, why_not_taken_on
from meditrack_desktop.ui.scheduling.words import whose_visit
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import Menu

_S = AppointmentStatus
_AT_THE_CALENDAR = {
    "move": Permission.MOVE_APPOINTMENT,
    "book": Permission.BOOK_APPOINTMENT,
}


class VisitDeeds(QObject):
    """Statuses, confirmations and cancelling happen here; moving and booking open the calendar at the visit."""

    def __init__(self, desk: Desk, page: QWidget, refresh: Callable[[], object]) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.why_off = ""
        self.acts = VisitActs(desk, page)
        self.acts.changed.connect(lambda _visit: refresh())
        self.acts.undoing.turned.connect(lambda _found: refresh())
        self.details: AppointmentPopover | None = None
        self._menu: Menu | None = None

    def do(self, visit: Appointment, act: str) -> bool:
        """Do an act by its name; False where it makes no sense now or may not be done, which is said."""
        desk = self._desk
        if act in ("chart", "report", "history", "complete"):
            self._show(visit, act)
            return True
        if self.why_off:
            desk.say(self.why_off)
            return False
        need = _AT_THE_CALENDAR.get(
            act, Permission.CANCEL_APPOINTMENT if act == "cancel" else Permission.SET_APPOINTMENT_STATUS
        )
        if not desk.actor.may(need):
            desk.say(tr("Your role may not do this. An administrator can change it."))
            return False
        if act in STATUS_ACTS:
            if STATUS_ACTS[act] not in NEXT_STATUSES[visit.status]:
                desk.say(tr("{name} is not at that step.").format(name=visit.patient_name))
                return False
            if act == "no_show" and visit.starts_at > desk.clock.now():
                desk.say(tr("{name} is not due yet.").format(name=visit.patient_name))
                return False
            if why := why_not_taken_on(visit, act, desk.today()):
                desk.say(why)
                return False
            self.acts.set_status(visit, STATUS_ACTS[act])
        elif act in ("confirm", "unconfirm"):
            confirmed = Confirmation.CONFIRMED if act == "confirm" else Confirmation.UNCONFIRMED
            self.acts.set_confirmation(visit, confirmed)
        elif act == "seen":
            self.acts.mark_seen(visit)
        elif act == "cancel":
            CancelDialog(self._page, visit, partial(self.acts.cancel, visit)).open_layer()
        else:
            desk.go.visit_act(visit, act)
        return True

    def open(self, visit: Appointment, anchor: QRect | QWidget) -> None:
        """The details of a visit beside its card."""
        self.close()
        desk = self._desk
        popover = AppointmentPopover(self._page, visit, desk.actor, desk.clock.now(), desk.today())
        popover.actChosen.connect(self.do)
        self.details = popover
        popover.open_at(anchor, side="beside")

    def close(self) -> None:
        """Close the details, if they are open."""
        if self.details is not None and shiboken6.isValid(self.details):
            self.details.close_layer()
        self.details = None

    def open_menu(self, visit: Appointment, at: QPoint) -> None:
        """Everything that can be done with a visit, and letting its patient wait for an earlier one."""
        acts = possible_acts(visit, self._desk.actor, self._desk.clock.now(), self._desk.today())
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = visit_menu(self._page, acts, partial(self.do, visit))
        if self._desk.actor.may(Permission.BOOK_APPOINTMENT):
            earlier = visit.status is _S.BOOKED and visit.starts_at > self._desk.clock.now()
            self._menu.add(
                tr("Wait for an earlier time") if earlier else tr("Add to the waitlist"),
                partial(self._desk.go.join_waitlist, visit.patient_id, visit if earlier else None),
                icon="hourglass",
            )
            self._menu.add(
                tr("Add a follow-up"),
                partial(self._desk.go.add_follow_up, visit.patient_id, visit.practitioner_id),
                icon="repeat",
            )
        self._menu.popup(at)

    def _show(self, visit: Appointment, act: str) -> None:
        go = self._desk.go
        if act == "history":
            go.history("appointment", visit.id, whose_visit(visit))
        elif act == "complete":
            go.complete(visit.patient_id)
        elif act == "report":
            go.newest_document(visit.patient_id)
        else:
            go.patient(visit.patient_id)

    def show_in_calendar(self, day: date, visit_id: UUID) -> None:
        """The visit, marked in the calendar."""
        self._desk.go.calendar(day, visit_id)
