"""More about a booking: note, room, and how it repeats, with every date looked at before anything is booked."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment
from meditrack_desktop.domain.series import BookSeries, Occurrence, PreviewSeries
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.bookable import Bookable
from meditrack_desktop.ui.scheduling.booking_notice import BookingNotice
from meditrack_desktop.ui.scheduling.booking_where import room_options
from meditrack_desktop.ui.scheduling.occurrence_rows import OccurrenceRows
from meditrack_desktop.ui.scheduling.repeat_rule import RepeatRule
from meditrack_desktop.ui.scheduling.words import visits_text
from meditrack_desktop.ui.widgets import (
    Button,
    Combo,
    Label,
    LabelledField,
    Layer,
    SideSheet,
    Switch,
    TextArea,
    TextField,
)


class BookingSheet(SideSheet):
    """`taken` carries note and room for a single visit; `booked` is given the first visit of a series.

    It is told even when the sheet was closed before the answer: the booking window must not book it again.
    """

    taken = Signal(str, object)

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        acts: VisitActs,
        bookable: Bookable,
        first: BookAppointment | None,
        booked: Callable[[Appointment], object],
    ) -> None:
        super().__init__(host, host.tr("More options"), width=500)
        self._booked = booked
        self._desk, self._acts, self._first = desk, acts, first
        self._page = host.host if isinstance(host, Layer) else host
        self.notice = BookingNotice()
        self.note = TextArea("", lines=2)
        self.room = Combo(room_options(bookable), value=None)
        self.repeats = Switch(self.tr("Repeat this visit"))
        start = first.wall_start.date() if first is not None else desk.today()
        self.rule = RepeatRule(start, desk.today)
        self.rows = OccurrenceRows(may_overbook=acts.may(Permission.OVERBOOK))
        self.reason = TextField()
        self.reason_field = LabelledField(self.tr("Reason to overbook"), self.reason)
        self.summary = Label("", "small_medium", tone="text2", wrap=True)
        self._fill()
        self.dirty = lambda: False

    def _fill(self) -> None:
        self.body.setSpacing(14)
        self.body.addWidget(self.notice)
        self.body.addWidget(LabelledField(self.tr("Note for the desk"), self.note))
        self.body.addWidget(LabelledField(self.tr("Room or device"), self.room))
        self.body.addWidget(self.repeats)
        self._series = QWidget()
        column = QVBoxLayout(self._series)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.rule)
        column.addWidget(self.summary)
        column.addWidget(self.rows)
        column.addWidget(self.reason_field)
        self.body.addWidget(self._series)
        self.body.addStretch(1)
        self.cancel = Button(self.tr("Back"), key="Esc")
        self.act = Button(self.tr("Take over"), "primary", key="Ctrl Enter")
        self.act.set_default()
        self.footer.addStretch(1)
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.act)
        self._series.setVisible(False)
        self.reason_field.setVisible(False)
        if self._first is None:
            self.repeats.setEnabled(False)
            self.repeats.setToolTip(self.tr("Choose the patient first."))
        self.repeats.toggled.connect(self._on_repeats)
        self.rule.changed.connect(self._look)
        self.rows.changed.connect(self._tell)
        self.room.valueChanged.connect(lambda _value: self._look())
        self.notice.changed.connect(self.relayout)
        self.cancel.clicked.connect(self.dismiss)
        self.act.clicked.connect(self._act)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            event.accept()
            self.act.click()
            return
        super().keyPressEvent(event)

    def _asset_ids(self) -> tuple[UUID, ...]:
        value = self.room.value()
        return (value,) if isinstance(value, UUID) else ()

    def _on_repeats(self, on: bool) -> None:
        self._series.setVisible(on)
        self.notice.clear()
        self._tell()
        if on:
            self._look()
            self.rule.setFocus(Qt.FocusReason.OtherFocusReason)

    def _wanted(self) -> BookAppointment | None:
        if self._first is None:
            return None
        return self._first.model_copy(update={"asset_ids": self._asset_ids()})

    def _look(self) -> None:
        """Ask what every date would be like."""
        first, rule = self._wanted(), self.rule.rule()
        if first is None or rule is None or not self.repeats.isChecked():
            self.rows.show_dates(())
            return
        self.act.set_busy(True)
        desk, command = self._desk, PreviewSeries(first=first, rule=rule)
        desk.tasks.query(
            self,
            lambda: desk.clinic.series.preview(desk.actor, command),
            self._on_dates,
            failed=self._on_failed,
            replaces="series",
        )

    def _on_dates(self, dates: tuple[Occurrence, ...]) -> None:
        self.act.set_busy(False)
        self.rows.show_dates(dates)

    def _on_failed(self, error: ClinicError) -> None:
        if shiboken6.isValid(self):
            self.act.set_busy(False)
            self.notice.say(str(errors.words(error)), "danger")

    def _tell(self) -> None:
        """How many are booked, skipped or moved, in words and on the button."""
        if not self.repeats.isChecked():
            self.act.set_text(self.tr("Take over"))
            return
        count = len(self.rows.starts())
        self.act.set_text(self.tr("Book {visits}").format(visits=visits_text(count)))
        self.act.setEnabled(count > 0)
        self.reason_field.setVisible(self.rows.overbooks())
        self.summary.setText(self.rows.words())
        self.relayout()

    def _act(self) -> None:
        if self.act.busy:
            return
        if not self.repeats.isChecked():
            note, value = self.note.toPlainText(), self.room.value()
            self.close_layer()
            self.taken.emit(note, value if isinstance(value, UUID) else None)
            return
        first, rule, starts = self._wanted(), self.rule.rule(), self.rows.starts()
        if first is None or rule is None or not starts:
            return
        reason = self.reason.text().strip() if self.rows.overbooks() else ""
        if self.rows.overbooks() and not reason:
            self.reason_field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        update = {
            "wall_start": starts[0],
            "reason": self.note.toPlainText().strip() or first.reason,
            "overbook_reason": reason,
        }
        command = BookSeries(first=first.model_copy(update=update), rule=rule, starts=starts)
        self.act.set_busy(True)
        self._acts.book_series(command, self._on_booked, self._on_refused)

    def _on_booked(self, visit: Appointment) -> None:
        if shiboken6.isValid(self):
            self.close_layer()
        self._booked(visit)

    def _on_refused(self, error: ClinicError) -> None:
        """Somebody was first at one of the dates: look at all of them again."""
        if not shiboken6.isValid(self) or not (self.isVisible() or self.aside):
            errors.show(self._page, error)  # Whoever closed the sheet meanwhile is told on the page.
            return
        self._on_failed(error)
        self._look()
