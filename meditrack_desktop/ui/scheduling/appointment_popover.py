"""The details of one visit beside its block: who, when, what for, and the next step as the one filled button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.accounts import Actor
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import (
    CHANGEABLE,
    NEXT_STATUSES,
    Appointment,
    AppointmentStatus,
    Confirmation,
)
from meditrack_desktop.ui.scheduling.calendar_keys import VISIT_LETTERS
from meditrack_desktop.ui.scheduling.day_model import look_of, minutes_of
from meditrack_desktop.ui.scheduling.visit_steps import why_not_taken_on
from meditrack_desktop.ui.scheduling.words import (
    birth_text,
    length_text,
    short_day,
    span_text,
    spoken_visit,
    status_text,
)
from meditrack_desktop.ui.widgets import (
    Avatar,
    Button,
    FlowRow,
    IconButton,
    IconLabel,
    Label,
    Menu,
    Popover,
    StatusPill,
    Tag,
)

_S = AppointmentStatus


def next_step(visit: Appointment, today: date, actor: Actor) -> str:
    """What the desk does next with a visit: the name of an act, or "chart"."""
    if not actor.may(Permission.SET_APPOINTMENT_STATUS):
        return "chart"
    if visit.status is _S.BOOKED:
        if visit.day <= today:
            return "check_in"
        return "confirm" if visit.confirmation is not Confirmation.CONFIRMED else "chart"
    return {_S.ARRIVED: "send_in", _S.CHECKED_IN: "finish", _S.NOSHOW: "rebook"}.get(visit.status, "chart")


def possible_acts(visit: Appointment, actor: Actor, now: datetime, today: date) -> list[str]:
    """Every act that this person may do with this visit, in the order of a menu.

    `now` (an instant): nobody can have missed a visit that has not begun. `today` (the clinic's clock): nobody is
    taken on before the day of the visit.
    """
    found: list[str] = []
    if actor.may(Permission.SET_APPOINTMENT_STATUS):
        then = NEXT_STATUSES[visit.status]
        if visit.starts_at > now:
            then -= {_S.NOSHOW}
        found += [
            act
            for act, status in (
                ("check_in", _S.ARRIVED),
                ("send_in", _S.CHECKED_IN),
                ("finish", _S.FULFILLED),
            )
            if status in then and not why_not_taken_on(visit, act, today)
        ]
        if visit.status is _S.FULFILLED:
            found.append("reopen")
        if visit.status in (_S.ARRIVED, _S.CHECKED_IN) and visit.seen_at is None:
            found.append("seen")
        if visit.status is _S.BOOKED:
            found.append("confirm" if visit.confirmation is not Confirmation.CONFIRMED else "unconfirm")
        if _S.BOOKED in then:
            found.append("rebook")
        if _S.NOSHOW in then:
            found.append("no_show")
    if visit.status in CHANGEABLE:
        if actor.may(Permission.MOVE_APPOINTMENT):
            found.append("move")
        if actor.may(Permission.CANCEL_APPOINTMENT):
            found.append("cancel")
    if actor.may(Permission.BOOK_APPOINTMENT):
        found.append("book")
    if visit.provisional and actor.may(Permission.EDIT_PATIENT):
        found.append("complete")
    if actor.may(Permission.DISCLOSE_PATIENT):
        if visit.status in CHANGEABLE:
            found.append("slip")
        found.append("file")
    if actor.may(Permission.VIEW_CALENDAR):
        found.append("history")
    if actor.may(Permission.LIST_DOCUMENTS):
        found.append("report")
    if actor.may(Permission.VIEW_PATIENTS):
        found.append("chart")
    return found


class AppointmentPopover(Popover):
    """Shows one visit. `actChosen` carries the visit and the name of an act; the popover then closes."""

    actChosen = Signal(object, str)

    def __init__(self, host: QWidget, visit: Appointment, actor: Actor, now: datetime, today: date) -> None:
        super().__init__(host, width=324, margin=14)
        self._actor = actor
        self.visit = visit
        self._acts = possible_acts(visit, actor, now, today)
        self._next = next_step(visit, today, actor)
        self.setAccessibleName(spoken_visit(visit, now))
        self.body.setSpacing(10)
        self.body.addLayout(self._head())
        self.body.addWidget(self._tags(now))
        self.body.addLayout(self._lines())
        self.primary: Button | None = None
        self._menu: Menu | None = None
        self._foot()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Only the letters whose buttons stand here: a name typed by mistake must not become a no-show.
        act = VISIT_LETTERS.get(Qt.Key(event.key()))
        # Reading changes nothing, so its letter works without a button.
        shown = [shown for shown in (self._next, "move", "report") if shown in self._acts]
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and act in shown:
            event.accept()
            self._choose(act or "")
            return
        super().keyPressEvent(event)

    def _choose(self, act: str) -> None:
        self.close_layer()
        self.actChosen.emit(self.visit, act)

    def _head(self) -> QHBoxLayout:
        visit = self.visit
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Avatar(visit.patient_name, size=36), 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Label(visit.patient_name, "section", wrap=True))
        born = birth_text(visit.patient_birth_date, visit.day)
        second = self.tr("{born}, MRN {mrn}").format(born=born, mrn=visit.patient_mrn)
        names.addWidget(Label(second, "small", wrap=True))
        row.addLayout(names, 1)
        if "history" in self._acts:
            history = IconButton("history", self.tr("History: who booked or moved it"), extent=28)
            history.clicked.connect(lambda: self._choose("history"))
            row.addWidget(history, 0, Qt.AlignmentFlag.AlignTop)
        close = IconButton("x", self.tr("Close"), key="Esc", extent=28)
        close.clicked.connect(self.dismiss)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def focus_first(self) -> None:
        """The next step is under Enter, whatever else can be done stands above it."""
        if self.primary is not None:
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().focus_first()

    def _tags(self, now: datetime) -> FlowRow:
        visit = self.visit
        tags = FlowRow(spacing=8)
        row = tags.flow
        row.addWidget(StatusPill(look_of(visit), status_text(visit, now)))
        if visit.new_patient:
            row.addWidget(Tag(self.tr("New patient"), "neutral", icon="sparkles"))
        if "complete" in self._acts:
            complete = Button(self.tr("Complete the record"), icon="pencil", size="small")
            complete.setAccessibleName(
                self.tr("Complete the record of {name}").format(name=visit.patient_name)
            )
            complete.setToolTip(self.tr("Taken down by name and phone: ask for the rest"))
            complete.clicked.connect(lambda: self._choose("complete"))
            row.addWidget(complete)
        elif visit.provisional:
            row.addWidget(Tag(self.tr("To complete"), "info", icon="circle-dashed"))
        if visit.series_id is not None:
            row.addWidget(Tag(self.tr("Series"), "neutral", icon="repeat"))
        if visit.late_cancel:
            row.addWidget(Tag(self.tr("Cancelled late"), "warn", icon="clock"))
        if visit.overbooked:
            row.addWidget(Tag(self.tr("Overbooked"), "warn", icon="layers"))
        if visit.confirmation is Confirmation.MESSAGE_LEFT:
            row.addWidget(Tag(self.tr("Message left"), "neutral", icon="message-square"))
        return tags

    def _lines(self) -> QVBoxLayout:
        visit = self.visit
        starts, ends = minutes_of(visit)
        when = f"{short_day(visit.day)}, {span_text(starts, ends)}, {length_text(visit.minutes)}"
        what = ", ".join(part for part in (visit.visit_type, visit.practitioner_name) if part)
        column = QVBoxLayout()
        column.setSpacing(5)
        lines = [("clock", when), ("stethoscope", what), ("smartphone", visit.patient_phone)]
        lines.append(("file-text", visit.reason))
        if visit.status is _S.CANCELLED:
            lines.append(("ban", visit.cancel_reason))
        for icon, text in lines:
            if text:
                row = QHBoxLayout()
                row.setSpacing(10)
                row.addWidget(IconLabel(icon, 15, "text2", line="body"), 0, Qt.AlignmentFlag.AlignTop)
                row.addWidget(Label(text, "body", wrap=True), 1)
                column.addLayout(row)
        return column

    def _foot(self) -> None:
        icon, text, key = act_words()[self._next]
        if self._next in self._acts:
            self.primary = Button(text, "primary", key=key, icon="" if key else icon)
            self.primary.clicked.connect(lambda: self._choose(self._next))
            self.primary.set_default()
            self.footer.addWidget(self.primary, 1)
        if "move" in self._acts:
            move = Button(self.tr("Move"), icon="calendar-clock")
            move.setToolTip(self.tr("Move (M)"))
            move.clicked.connect(lambda: self._choose("move"))
            self.footer.addWidget(move)
        if not self._acts:
            self.footer.addStretch(1)
            return
        self._more = IconButton("ellipsis", self.tr("More"), kind="secondary", key="Shift+F10")
        self._more.clicked.connect(self._open_menu)
        self.footer.addWidget(self._more)

    def _open_menu(self) -> None:
        self._menu = visit_menu(self, self._acts, self._choose)
        self._menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height() + 4)))


def act_words() -> dict[str, tuple[str, str, str]]:
    """Icon, words and key of every act."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Calendar", text)

    return {
        "check_in": ("armchair", tr("Check in"), "C"),
        "send_in": ("stethoscope", tr("Send in"), "I"),
        "seen": ("user-check", tr("With the doctor"), "S"),
        "finish": ("check-check", tr("Finish"), "F"),
        "reopen": ("undo-2", tr("Reopen: back in the room"), ""),
        "confirm": ("circle-check", tr("Mark as confirmed"), ""),
        "unconfirm": ("circle-dashed", tr("Mark as not confirmed"), ""),
        "rebook": ("undo-2", tr("Back to booked"), ""),
        "no_show": ("user-x", tr("No-show"), "N"),
        "move": ("calendar-clock", tr("Move"), "M"),
        "cancel": ("ban", tr("Cancel visit"), "X"),
        "book": ("calendar-plus", tr("Book another visit"), "B"),
        "complete": ("pencil", tr("Complete the record"), ""),
        "slip": ("printer", tr("Print &slip"), ""),
        "file": ("download", tr("Save &calendar file…"), ""),
        "history": ("history", tr("History"), ""),
        "report": ("file-text", tr("Newest report"), "O"),
        "chart": ("user", tr("Open chart"), ""),
    }


def visit_menu(parent: QWidget, acts: list[str], choose: Callable[[str], object]) -> Menu:
    """The menu of a visit. The caller keeps it, or it is gone before it is seen."""
    menu = Menu(parent)
    for act in acts:
        icon, text, key = act_words()[act]
        menu.add(text, partial(choose, act), icon=icon, key=key)
    return menu
