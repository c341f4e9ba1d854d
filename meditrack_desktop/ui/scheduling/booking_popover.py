"""Booking at a slot: type a name, Enter picks, Enter books. Nothing typed is lost when it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment, Slot
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.bookable import Bookable
from meditrack_desktop.ui.scheduling.booking_draft import Draft
from meditrack_desktop.ui.scheduling.booking_hold import EXTEND_KEY, BookingHold
from meditrack_desktop.ui.scheduling.booking_notice import BookingNotice, PlaceRefused
from meditrack_desktop.ui.scheduling.booking_where import BookingWhere, RoomAt
from meditrack_desktop.ui.scheduling.hold_tag import HoldTag
from meditrack_desktop.ui.scheduling.new_caller import NewCaller
from meditrack_desktop.ui.scheduling.next_times import NextTimes
from meditrack_desktop.ui.scheduling.patient_choice import PatientChoice
from meditrack_desktop.ui.scheduling.patient_visits import PatientVisits, same_day_words
from meditrack_desktop.ui.scheduling.series_sheet import BookingSheet
from meditrack_desktop.ui.widgets import Button, LabelledField, Popover, TextArea, TextField, announce

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class BookingPopover(Popover):
    """The popover of a new appointment.

    `placeChanged` carries doctor, clinic's clock and minutes whenever they change; `booked` the new visit. The slot
    is held while it is open: other desks see who is booking there. Enter never books what has not been checked:
    it waits until namesakes and the patient's other visits are known, and stops at a warning nobody has seen.
    """

    placeChanged = Signal(object, object, int)
    booked = Signal(object)

    def __init__(
        self,
        host: QWidget,
        desk: Desk,
        acts: VisitActs,
        doctors: Sequence[Practitioner],
        draft: Draft,
        usual_types: Sequence[str],
        bookable: Bookable,
        room_at: RoomAt = lambda _doctor, _when: None,
    ) -> None:
        super().__init__(host, QCoreApplication.translate("BookingPopover", "New appointment"), width=388)
        self._desk, self._acts, self._bookable = desk, acts, bookable
        self._given = draft
        self._overbooking = self._books_next = self._just_taken_down = False
        self._seen: tuple[str, str] = ("", "")
        self.hold = BookingHold(desk, host, self)
        self.visits = PatientVisits(desk, self)
        self.patient_field = PatientChoice(desk)
        self.patient = self.patient_field.search
        self.caller = NewCaller(desk)
        self.where = BookingWhere(desk, bookable, doctors, draft, usual_types, room_at)
        self.visit_type, self.when = self.where.type_field.search, self.where.when
        self.note = TextArea(draft.note, lines=2)
        self.reason = TextField()
        self.dirty = lambda: self.draft().worth_keeping
        self._fill()
        self._refusal = PlaceRefused(desk, self.notice)
        self._next = NextTimes(desk, self.where)
        self._connect()
        self._start_with(draft)

    def draft(self) -> Draft:
        """What has been entered so far."""
        place, kind, given = self.where.place(), self.where.type_field.kind, self._given
        patient = self.patient_field.patient
        # What was begun for one patient does not end with a visit of another.
        theirs = patient is not None and given.patient is not None and patient.id == given.patient.id
        return Draft(
            practitioner_id=place.practitioner_id,
            when=place.when,
            minutes=place.minutes,
            patient=patient,
            typed=self.patient.text(),
            visit_type=self.where.type_field.text(),
            visit_type_id=None if kind is None or not self.where.type_field.by_hand else kind.id,
            asset_id=place.asset_id,
            note=self.note.toPlainText(),
            length_by_hand=self.where.length_by_hand,
            follow_up_id=given.follow_up_id if theirs else None,
            waitlist_id=given.waitlist_id if theirs else None,
            command_id=given.command_id,
        )

    def dismiss(self) -> None:
        """Close without asking: the page keeps what was entered for a while."""
        self.close_layer()

    def set_aside(self) -> None:
        """Nobody is here to book: the slot is let go until they are back."""
        self.hold.release()
        super().set_aside()

    def bring_back(self) -> None:
        super().bring_back()
        if self.isVisible():
            self._hold_place()

    # Building

    def _fill(self) -> None:
        self.body.setSpacing(12)
        self.hold_tag = HoldTag(self.hold)
        self.head.insertWidget(1, self.hold_tag)
        self.notice = BookingNotice()
        self.body.addWidget(self.notice)
        self.body.addWidget(self.patient_field)
        self.body.addWidget(self.caller)
        self.body.addWidget(self.where)
        self.reason_field = LabelledField(self.tr("Reason to book it all the same"), self.reason)
        self.reason_field.setVisible(False)
        self.body.addWidget(self.reason_field)
        self.note_field = LabelledField(self.tr("Note"), self.note)
        self.body.addWidget(self.note_field)
        self.note_field.setHidden(not self.note.toPlainText())
        self.more = Button(self.tr("More options"), "quiet")
        self.cancel = Button(self.tr("Cancel"))
        self.book = Button(self.tr("Book"), "primary", key="Enter")
        self.book.set_default()
        self.footer.addWidget(self.more)
        self.footer.addStretch(1)
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.book)
        fields = {"visit_type": self.where.type_field, "reason": self.note_field}
        self._form = Form({**fields, "overbook_reason": self.reason_field})

    def _connect(self) -> None:
        self.patient_field.registered.connect(self._focus_book)
        self.patient_field.newWanted.connect(self._ask_caller)
        self.patient_field.chosen.connect(self._on_patient)
        self.patient_field.checked.connect(self._on_checked)
        self.patient.textEdited.connect(lambda _text: self._no_caller())
        self.patient.picked.connect(lambda _value: self._no_caller())
        self.patient.installEventFilter(self)
        self.visits.answered.connect(self._on_visits)
        self._bookable.changed.connect(self._on_bookable)
        self.caller.kept.connect(self._take_caller)
        self.caller.refused.connect(self._not_yet)
        self.where.placeChanged.connect(self._on_place)
        self.where.timeTaken.connect(self._focus_book)
        self.where.grown.connect(self.relayout)
        self.hold.refused.connect(self._on_place_refused)
        self.hold_tag.changed.connect(self.relayout)
        self._refusal.chosen.connect(self._book_at)
        self._refusal.overbookable.connect(self._offer_overbooking)
        self.notice.changed.connect(self.relayout)
        self.more.clicked.connect(self._open_more)
        self.cancel.clicked.connect(self.close_layer)
        self.book.clicked.connect(self._book)
        self.closed.connect(self.hold.release)

    def _start_with(self, draft: Draft) -> None:
        self._bookable.load()
        if self._bookable.known:
            self._on_bookable()
        if draft.patient is not None:
            self.patient_field.choose(draft.patient)
        elif draft.typed and draft.resumed:
            self.patient.setText(draft.typed)
        elif draft.typed:
            # As if it had been typed here: the search begins.
            self.patient.insert(draft.typed)
            self.patient.textEdited.emit(draft.typed)
        if draft.resumed:
            self.notice.say(self.tr("This is what you entered before. Type to begin anew."), "info")
        self._hold_place()
        self.where.ask_others()

    def focus_first(self) -> None:
        """To the patient, or to Book where the patient was given."""
        known = self.patient_field.patient is not None and not self._given.resumed
        stop: QWidget = self.book if known else self.patient
        stop.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._given.resumed:
            self.patient.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tab from a name for which nobody was chosen asks for the phone of a new caller."""
        tabbed = (
            watched is self.patient
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
        )
        if tabbed and self.patient_field.patient is None and self._ask_caller():
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if key == Qt.Key.Key_N and modifiers == control | shift:
            self.patient_field.register()
        elif key in _ENTER and modifiers == control:
            self.book.click()
        elif key == Qt.Key[f"Key_{EXTEND_KEY}"]:
            self.hold.extend()
        elif key == Qt.Key.Key_F3:
            self._next.step(-1 if modifiers == shift else 1)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    # Who

    def _ask_caller(self) -> bool:
        """Whether a phone is asked for: there is a name, and this person may register patients."""
        name = self.patient.text().strip()
        if not self._acts.may(Permission.REGISTER_PATIENT) or not self.caller.ask(name):
            return False
        self.patient_field.clear_error()
        self.relayout()
        return True

    def _no_caller(self) -> None:
        if self.caller.name:
            self.caller.withdraw()
            self.relayout()

    def _take_caller(self, line: PatientLine) -> None:
        # Asked about namesakes before the record was made: a warning now would be about what was said already.
        self.patient_field.choose(line)
        self._just_taken_down = True
        self.book.set_busy(False)
        self.relayout()
        self._book()

    def _not_yet(self) -> None:
        self.book.set_busy(False)
        self.relayout()

    def _on_patient(self, line: PatientLine | None) -> None:
        if self._books_next:
            self.book.set_busy(False)  # It was pressed for somebody else, who was not looked up yet.
        self._books_next = self._just_taken_down = False
        self.visits.ask(None if line is None else line.id)
        self.where.set_patient(None if line is None else line.id, new_patient=False)

    def _on_visits(self) -> None:
        line = self.patient_field.patient
        self.where.set_patient(None if line is None else line.id, new_patient=self.visits.new_patient)
        self._warn_of_same_day()
        self._on_checked()

    def _on_bookable(self) -> None:
        self.where.type_field.suggest(new_patient=self.visits.new_patient)
        self._on_checked()

    def _warn_of_same_day(self) -> None:
        self.patient_field.warn_of_visits(
            [same_day_words(visit) for visit in self.visits.on(self.when.when().date())]
        )
        self.relayout()

    def _focus_book(self) -> None:
        self.book.setFocus(Qt.FocusReason.OtherFocusReason)

    # Where

    def _hold_place(self) -> None:
        place = self.where.place()
        self.hold.place(
            place.practitioner_id, place.when, place.minutes, place.visit_type_id, room=place.asset_id
        )
        self._refusal.look(place, self.where.doctor_name())

    def _on_place(self) -> None:
        self.notice.clear()
        self._refusal.forget()
        self._no_overbooking()
        self._warn_of_same_day()
        place = self.where.place()
        self.placeChanged.emit(place.practitioner_id, place.when, place.minutes)
        self._hold_place()

    def _on_place_refused(self, error: ClinicError) -> None:
        self._refusal.show(error, self.where.place(), self.where.doctor_name())

    def _open_more(self) -> None:
        self.when.commit()
        sheet = BookingSheet(self, self._desk, self._acts, self._bookable, self._command(), self._on_booked)
        sheet.note.setPlainText(self.note.toPlainText())
        sheet.room.set_value(self.where.asset_id())
        sheet.taken.connect(self._take_options)
        sheet.open_layer()

    def _take_options(self, note: str, asset_id: UUID | None) -> None:
        self.note.setPlainText(note)
        self.note_field.setVisible(bool(note.strip()))
        self.where.show_room(asset_id)
        self.relayout()
        self._focus_book()

    # Booking

    def _command(self, reason: str = "") -> BookAppointment | None:
        """The booking as it is entered; None where nobody is chosen or a field is wrong."""
        draft, place, patient = self.draft(), self.where.place(), self.patient_field.patient
        if patient is None:
            return None
        return self._form.build(
            BookAppointment,
            id=draft.command_id,
            patient_id=patient.id,
            practitioner_id=place.practitioner_id,
            wall_start=place.when,
            minutes=place.minutes,
            visit_type=draft.visit_type,
            visit_type_id=place.visit_type_id,
            asset_ids=() if place.asset_id is None else (place.asset_id,),
            hold_id=self.hold.id,
            follow_up_id=draft.follow_up_id,
            waitlist_id=draft.waitlist_id,
            overbook_reason=reason,
        )

    def _book(self) -> None:
        if self.book.busy or not self.when.commit():
            return
        patient = self.patient_field.patient
        if patient is None and self.caller.name:
            self.book.set_busy(True)
            self.caller.take_down(self._on_refused)
            return
        if patient is None:
            self.patient_field.set_error(self.tr("Choose a patient from the list."))
            self.patient.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._overbooking and not self.reason.text().strip():
            self.reason_field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._seen = self.patient_field.warnings
        self._books_next = True
        self.book.set_busy(True)
        self._on_checked()

    def _on_checked(self) -> None:
        """Book what Enter asked for, once everything about the patient is known."""
        if not self._books_next or self.visits.pending or self.patient_field.pending:
            return
        if not self._bookable.known:
            return
        self._books_next = False
        self.book.set_busy(False)
        warned = zip(self.patient_field.warnings, self._seen, strict=True)
        if not self._just_taken_down and any(now and now != then for now, then in warned):
            announce(self, " ".join(self.patient_field.warnings), assertive=True)
            self._focus_book()
            return
        command = self._command(self.reason.text().strip() if self._overbooking else "")
        if command is not None:
            self.book.set_busy(True)
            self._acts.book(command, self._on_booked, self._on_refused)

    def _on_booked(self, visit: Appointment) -> None:
        if shiboken6.isValid(self):
            self.hold.redeemed()
            self.booked.emit(visit)
            self.close_layer()

    def _on_refused(self, error: ClinicError) -> None:
        if not shiboken6.isValid(self) or not (self.isVisible() or self.aside):
            errors.show(self.host, error)  # Whoever closed the window meanwhile is told on the page.
            return
        self.book.set_busy(False)
        self._on_place_refused(error)

    def _book_at(self, slot: Slot) -> None:
        self.where.take_time(slot.wall_start)
        self._book()

    def _offer_overbooking(self) -> None:
        if self._acts.may(Permission.OVERBOOK):
            self._overbooking = True
            self.reason_field.setVisible(True)
            self.relayout()

    def _no_overbooking(self) -> None:
        self._overbooking = False
        self.reason_field.clear_error()
        self.reason_field.setVisible(False)
