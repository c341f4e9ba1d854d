"""Who waits for the time that just became free: opens by itself, Enter books, the phone number stands beside.

It is a way to book like the booking window: the time is held meanwhile, and nobody is booked before it is known whom
they could be mistaken for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.front_desk import Urgency, WaitlistEntry
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_hold import EXTEND_KEY, BookingHold
from meditrack_desktop.ui.scheduling.booking_notice import BookingNotice, refusal_words
from meditrack_desktop.ui.scheduling.booking_place import BookingPlace
from meditrack_desktop.ui.scheduling.day_model import minutes_of
from meditrack_desktop.ui.scheduling.hold_tag import HoldTag
from meditrack_desktop.ui.scheduling.waiting_checks import WaitingChecks
from meditrack_desktop.ui.scheduling.words import birth_text, date_text, length_text, short_day, span_text
from meditrack_desktop.ui.widgets import Button, Label, Popover, Tag, announce

SHOWN_ENTRIES = 5
NOT_BEFORE_MS = 350
"""An Enter that was meant for what was there before books nobody."""


class WaitlistPanel(Popover):
    """`chosen` carries the entry that is to have the time. Up and Down choose, Enter books, Escape closes.

    The time is held while it is open: other desks see who is filling it. Whoever hears `chosen` closes it, or says by
    `refuse` why not. Enter waits for the checks, and stops at a warning nobody has seen.
    """

    chosen = Signal(object)

    def __init__(
        self, host: QWidget, desk: Desk, freed: Appointment, entries: Sequence[WaitlistEntry]
    ) -> None:
        super().__init__(host, host.tr("Waiting for this time"), width=420)
        self._freed, self._fold = freed, to_wall(freed.starts_at, desk.facts.tz).fold
        self.entries = tuple(entries)[:SHOWN_ENTRIES]
        self.hold = BookingHold(desk, host, self)
        self.checks = WaitingChecks(desk, self.entries, freed.day, self)
        self._wanted: tuple[WaitlistEntry, tuple[str, ...]] | None = None
        self._warnings: list[Label] = []
        self._opened = QElapsedTimer()
        self.hold_tag = HoldTag(self.hold)
        self.head.insertWidget(1, self.hold_tag)
        self.notice = BookingNotice()
        self.body.addWidget(self.notice)
        today = desk.today()
        starts, ends = minutes_of(freed)
        when = f"{short_day(freed.day)}, {span_text(starts, ends)}, {freed.practitioner_name}"
        self.body.setSpacing(10)
        self.body.addWidget(Label(self.tr("{when} is free again.").format(when=when), "body", wrap=True))
        self.buttons: list[Button] = []
        for entry in self.entries:
            self.body.addWidget(self._row(entry, today))
        more = len(entries) - len(self.entries)
        if more:
            self.body.addWidget(Label(self.tr("{count} more on the waitlist").format(count=more), "hint"))
        close = Button(self.tr("Leave it free"), key="Esc")
        close.clicked.connect(self.dismiss)
        self.footer.addStretch(1)
        self.footer.addWidget(close)
        self._mark(0)
        self.hold.refused.connect(self.refuse)
        self.hold_tag.changed.connect(self.relayout)
        self.notice.changed.connect(self.relayout)
        self.checks.answered.connect(self._on_checked)
        self.closed.connect(self.hold.release)

    def open_layer(self) -> None:
        self._opened.start()
        self._hold_time()
        self.checks.ask()
        super().open_layer()

    def set_aside(self) -> None:
        """Nobody is here to book: the time is let go until they are back."""
        self.hold.release()
        super().set_aside()

    def bring_back(self) -> None:
        super().bring_back()
        if self.isVisible():
            self._hold_time()

    def refuse(self, error: ClinicError) -> None:
        """Say why the time cannot be had; whoever is chosen can be tried again."""
        self._stop_waiting()
        freed = self._freed
        place = BookingPlace(freed.practitioner_id, freed.wall_start, freed.minutes)
        words = refusal_words(error, place, freed.practitioner_name)
        self.notice.say(words if words is not None else str(errors.words(error)), "danger")

    def focus_first(self) -> None:
        self.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.accept()
            self._step(1 if key == Qt.Key.Key_Down else -1)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self.buttons[self._at].click()
            return
        if key == Qt.Key[f"Key_{EXTEND_KEY}"]:
            event.accept()
            self.hold.extend()
            return
        # Somebody is typing what was meant for another place: so is the Enter at its end.
        self._opened.restart()
        super().keyPressEvent(event)

    def _row(self, entry: WaitlistEntry, today: date) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(1)
        name = QHBoxLayout()
        name.setSpacing(8)
        name.addWidget(Label(entry.patient_name, "strong", wrap=True), 1)
        if entry.urgency is not Urgency.ROUTINE:
            tone = "danger" if entry.urgency is Urgency.URGENT else "warn"
            name.addWidget(Tag(urgency_words(entry.urgency), tone), 0, Qt.AlignmentFlag.AlignTop)
        words.addLayout(name)
        born = birth_text(entry.patient_birth_date, today)
        words.addWidget(Label(f"{born}, {entry.patient_mrn}", "small", tone="text2", wrap=True))
        words.addWidget(Label(entry.patient_phone or self.tr("No phone number"), "emphasis", selectable=True))
        words.addWidget(Label(what_they_want(entry), "small", tone="text2", wrap=True))
        warning = Label("", "hint", tone="warn", wrap=True)
        warning.hide()
        words.addWidget(warning)
        self._warnings.append(warning)
        row.addLayout(words, 1)
        act = self.tr("Move here") if entry.appointment_id is not None else self.tr("Book")
        book = Button(act, "secondary")
        book.setAccessibleName(f"{act}: {entry.patient_name}, {born}")
        book.clicked.connect(lambda _checked=False, one=entry: self._choose(one))
        self.buttons.append(book)
        book.installEventFilter(self)
        row.addWidget(book, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _choose(self, entry: WaitlistEntry) -> None:
        if self._opened.elapsed() < NOT_BEFORE_MS or self._wanted is not None:
            return
        self._wanted = entry, self.checks.of(entry)
        self._mark(self.entries.index(entry))  # also by the mouse: the keys stay with who was chosen
        for one, button in zip(self.entries, self.buttons, strict=True):
            button.set_busy(one is entry)
        if self.checks.failed(entry) is not None and not self.checks.pending:
            self.checks.ask()
        elif not self.checks.pending:
            self.chosen.emit(entry)

    def _on_checked(self) -> None:
        """What has to be seen stands below the names; what was asked for meanwhile goes on unless it is new."""
        for entry, warning in zip(self.entries, self._warnings, strict=True):
            said = "\n".join(self.checks.of(entry))
            if said and said != warning.text():
                self._opened.restart()  # a key that is on its way was not meant for what is said only now
            warning.setText(said)
            warning.setVisible(bool(said))
        self.relayout()
        if self._wanted is None:
            return
        entry, seen = self._wanted
        error = self.checks.failed(entry)
        if error is not None:
            self._stop_waiting()
            lead = self.tr("{name} could not be checked, and was not booked.")
            self.notice.say(f"{lead.format(name=entry.patient_name)} {errors.words(error)}", "danger")
            return
        if self.checks.of(entry) == seen:
            self.chosen.emit(entry)
            return
        self._stop_waiting()
        announce(self, " ".join(self.checks.of(entry)), assertive=True)

    def _stop_waiting(self) -> None:
        self._wanted = None
        for button in self.buttons:
            button.set_busy(False)
        self.buttons[self._at].setFocus(Qt.FocusReason.TabFocusReason)

    def _hold_time(self) -> None:
        freed = self._freed
        self.hold.place(
            freed.practitioner_id, freed.wall_start, freed.minutes, freed.visit_type_id, fold=self._fold
        )

    def _step(self, step: int) -> None:
        at = next((n for n, button in enumerate(self.buttons) if button.hasFocus()), 0)
        self._mark(max(0, min(len(self.buttons) - 1, at + step)))
        self.buttons[self._at].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Buttons walk by arrows of their own; whoever has the keys is who Enter books.
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, Button):
            self._mark(self.buttons.index(watched))
        return super().eventFilter(watched, event)

    def _mark(self, at: int) -> None:
        self._at = at
        for number, button in enumerate(self.buttons):
            button.set_kind("primary" if number == at else "secondary")


def urgency_words(urgency: Urgency) -> str:
    return {
        Urgency.URGENT: _tr("Urgent"),
        Urgency.SOON: _tr("Soon"),
        Urgency.ROUTINE: _tr("Routine"),
    }[urgency]


def what_they_want(entry: WaitlistEntry) -> str:
    """`Follow-up, 30 min, waits since 2 Nov, can be here in half an hour`."""
    since = date_text(entry.created_at.date())
    parts = [entry.visit_type, length_text(entry.minutes), _tr("waits since {day}").format(day=since)]
    if entry.appointment_id is not None:
        parts.append(_tr("has a later visit"))
    return ", ".join(part for part in (*parts, entry.note) if part)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Calendar", text)
