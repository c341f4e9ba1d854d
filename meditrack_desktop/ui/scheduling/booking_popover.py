"""Booking at a slot: type a name, Enter picks, Enter books. Nothing typed is lost when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, OutsideHours, SlotTaken
from meditrack_desktop.domain.patients import PatientLine
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment, Slot
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.booking_draft import Draft
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.new_caller import NewCaller
from meditrack_desktop.ui.scheduling.other_times import SHOWN_SLOTS, OtherTimes, slot_words
from meditrack_desktop.ui.scheduling.patient_choice import PatientChoice
from meditrack_desktop.ui.scheduling.when_field import WhenField
from meditrack_desktop.ui.scheduling.words import clock_text, length_text, short_day
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    LabelledField,
    Option,
    Popover,
    SearchSelect,
    TextArea,
    TextField,
    announce,
)

Tone = Literal["info", "warn", "danger"]
LENGTHS = (10, 15, 20, 30, 45, 60, 90, 120)
USUAL_LENGTH = 30


class BookingPopover(Popover):
    """The popover of a new appointment.

    `placeChanged` carries doctor, clinic's clock and minutes whenever they change; `booked` the new visit.
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
    ) -> None:
        super().__init__(host, QCoreApplication.translate("BookingPopover", "New appointment"), width=388)
        self._desk, self._acts = desk, acts
        self._doctors = {doctor.id: doctor for doctor in doctors}
        self._command_id = draft.command_id
        self._resumed = draft.resumed
        self._overbooking = False
        self._banner: Banner | None = None
        self.patient_field = PatientChoice(desk)
        self.patient = self.patient_field.search
        self.caller = NewCaller(desk)
        self.visit_type = SearchSelect(
            options=[Option(kind, kind) for kind in usual_types], icon="", placeholder=self.tr("What for")
        )
        self.length = Combo(_length_options(draft.minutes), value=draft.minutes)
        self.doctor = Combo(
            [Option(d.id, d.name, avatar=d.name, staff=True) for d in doctors], value=draft.practitioner_id
        )
        self.when = WhenField(draft.when, desk.today)
        self.note = TextArea(draft.note, lines=2)
        self.reason = TextField()
        self.dirty = lambda: self.draft().worth_keeping
        self._fill()
        self._connect()
        self._start_with(draft)

    def draft(self) -> Draft:
        """What has been entered so far."""
        when = self.when.when()
        return Draft(
            practitioner_id=self._doctor_id(),
            when=when,
            minutes=self._minutes(),
            patient=self.patient_field.patient,
            typed=self.patient.text(),
            visit_type=self.visit_type.text().strip(),
            note=self.note.toPlainText(),
            command_id=self._command_id,
        )

    def dismiss(self) -> None:
        """Close without asking: the page keeps what was entered for a while."""
        self.close_layer()

    # Building

    def _fill(self) -> None:
        self.body.setSpacing(12)
        self._notice = QVBoxLayout()
        self.body.addLayout(self._notice)
        self.body.addWidget(self.patient_field)
        self.body.addWidget(self.caller)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(12)
        self.when_field = LabelledField(self.tr("Time"), self.when)
        self.type_field = LabelledField(self.tr("Visit"), self.visit_type)
        grid.addWidget(self.type_field, 0, 0)
        grid.addWidget(LabelledField(self.tr("Length"), self.length), 0, 1)
        grid.addWidget(LabelledField(self.tr("Doctor"), self.doctor), 1, 0)
        grid.addWidget(self.when_field, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.others = OtherTimes(self._desk)
        self.body.addWidget(self.others)
        self.reason_field = LabelledField(self.tr("Reason to book it all the same"), self.reason)
        self.reason_field.setVisible(False)
        self.body.addWidget(self.reason_field)
        self.note_field = LabelledField(self.tr("Note"), self.note)
        self.body.addWidget(self.note_field)
        self.note_field.setHidden(not self.note.toPlainText())
        self.more = Button(self.tr("Add note"), "quiet")
        self.cancel = Button(self.tr("Cancel"))
        self.book = Button(self.tr("Book"), "primary", key="Enter")
        self.book.set_default()
        self.footer.addWidget(self.more)
        self.footer.addStretch(1)
        self.footer.addWidget(self.cancel)
        self.footer.addWidget(self.book)
        self.more.setHidden(bool(self.note.toPlainText()))
        self._form = Form(
            {
                "visit_type": self.type_field,
                "reason": self.note_field,
                "overbook_reason": self.reason_field,
            }
        )

    def _connect(self) -> None:
        self.patient_field.registered.connect(self._focus_book)
        self.patient_field.newWanted.connect(self._ask_caller)
        self.patient.textEdited.connect(lambda _text: self._no_caller())
        self.patient.picked.connect(lambda _value: self._no_caller())
        self.patient.installEventFilter(self)
        self.caller.kept.connect(self._take_caller)
        self.caller.refused.connect(self._not_yet)
        self.others.picked.connect(self._take_time)
        self.length.valueChanged.connect(self._on_place)
        self.doctor.valueChanged.connect(self._on_place)
        self.when.whenChanged.connect(self._on_place)
        self.when.problem.connect(self.when_field.set_error)
        self.more.clicked.connect(self._show_note)
        self.cancel.clicked.connect(self.close_layer)
        self.book.clicked.connect(self._book)

    def _start_with(self, draft: Draft) -> None:
        self.visit_type.setText(draft.visit_type)
        if draft.patient is not None:
            self.patient_field.choose(draft.patient)
        elif draft.typed:
            if draft.resumed:
                self.patient.setText(draft.typed)
            else:
                # As if it had been typed here: the search begins.
                self.patient.insert(draft.typed)
        if draft.resumed:
            self._say(self.tr("This is what you entered before. Type to begin anew."), "info")
        self.others.ask(draft.practitioner_id, draft.when, draft.minutes)

    def focus_first(self) -> None:
        """To the patient, or to Book where the patient was given."""
        known = self.patient_field.patient is not None and not self._resumed
        stop: QWidget = self.book if known else self.patient
        stop.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._resumed:
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
        self.patient_field.choose(line)
        self.book.set_busy(False)
        self.relayout()
        self._book()

    def _not_yet(self) -> None:
        self.book.set_busy(False)
        self.relayout()

    def _focus_book(self) -> None:
        self.book.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_N and event.modifiers() == keys:
            event.accept()
            self.patient_field.register()
            return
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            event.accept()
            self.book.click()
            return
        super().keyPressEvent(event)

    # Place

    def _doctor_id(self) -> UUID:
        value = self.doctor.value()
        return value if isinstance(value, UUID) else next(iter(self._doctors))

    def _minutes(self) -> int:
        value = self.length.value()
        return value if isinstance(value, int) else USUAL_LENGTH

    def _on_place(self, _value: object = None) -> None:
        self._clear_notice()
        doctor, when, minutes = self._doctor_id(), self.when.when(), self._minutes()
        self.placeChanged.emit(doctor, when, minutes)
        self.others.ask(doctor, when, minutes)

    def _take_time(self, when: datetime) -> None:
        self.when.set_when(when)
        self._on_place()
        self._focus_book()

    def _show_note(self) -> None:
        self.note_field.setVisible(True)
        self.more.setVisible(False)
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    # Booking

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
        reason = self.reason.text().strip() if self._overbooking else ""
        if self._overbooking and not reason:
            self.reason_field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        draft = self.draft()
        command = self._form.build(
            BookAppointment,
            id=draft.command_id,
            patient_id=patient.id,
            practitioner_id=draft.practitioner_id,
            wall_start=draft.when,
            minutes=draft.minutes,
            visit_type=draft.visit_type,
            overbook_reason=reason,
        )
        if command is not None:
            self.book.set_busy(True)
            self._acts.book(command, self._on_booked, self._on_refused)

    def _on_booked(self, visit: Appointment) -> None:
        self.booked.emit(visit)
        self.close_layer()

    def _on_refused(self, error: ClinicError) -> None:
        self.book.set_busy(False)
        if isinstance(error, SlotTaken):
            self._on_taken()
        elif isinstance(error, OutsideHours):
            doctor = self._doctors[self._doctor_id()].name
            when = self.when.when()
            text = self.tr("{doctor} does not work at {time}. Your entries are kept.").format(
                doctor=doctor, time=f"{short_day(when.date())}, {clock_text(minute_of(when))}"
            )
            self._say(text, "warn")
            self._offer_overbooking()
        else:
            self._say(str(errors.words(error)), "danger")

    def _on_taken(self) -> None:
        """Somebody else has the time: keep everything and offer the next free ones."""
        desk, when = self._desk, self.when.when()
        doctor, minutes = self._doctor_id(), self._minutes()
        text = self.tr("{time} is taken by now. Your entries are kept.").format(
            time=clock_text(minute_of(when))
        )
        self._say(text, "danger")
        self._offer_overbooking()
        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.next_free(desk.actor, (doctor,), when, minutes, SHOWN_SLOTS),
            lambda slots: self._on_next_free(text, slots),
            failed=lambda _error: None,
            replaces="next",
        )

    def _on_next_free(self, text: str, slots: Sequence[Slot]) -> None:
        if not slots:
            self._say(self.tr("{text} No other free time in the next 90 days.").format(text=text), "danger")
            return
        day = self.when.when().date()
        times = ", ".join(slot_words(slot, day) for slot in slots)
        first = slots[0]
        self._say(
            self.tr("{text} Next free: {times}.").format(text=text, times=times),
            "danger",
            self.tr("Book {time}").format(time=slot_words(first, day)),
            lambda: self._book_at(first),
        )

    def _book_at(self, slot: Slot) -> None:
        self.when.set_when(slot.wall_start)
        self._on_place()
        self._book()

    def _offer_overbooking(self) -> None:
        if self._acts.may(Permission.OVERBOOK):
            self._overbooking = True
            self.reason_field.setVisible(True)

    def _say(
        self,
        text: str,
        tone: Tone,
        action: str = "",
        then: Callable[[], object] | None = None,
    ) -> None:
        self._drop_banner()
        self._banner = Banner(text, tone, action=action, stacked=True)
        if then is not None:
            self._banner.actionTriggered.connect(lambda: then())
        self._notice.addWidget(self._banner)
        announce(self, text, assertive=tone == "danger")
        self.relayout()

    def _clear_notice(self) -> None:
        self._drop_banner()
        self._overbooking = False
        self.reason_field.clear_error()
        self.reason_field.setVisible(False)

    def _drop_banner(self) -> None:
        if self._banner is not None:
            self._notice.removeWidget(self._banner)
            self._banner.hide()
            self._banner.deleteLater()
            self._banner = None


def _length_options(minutes: int) -> list[Option]:
    return [Option(length, length_text(length)) for length in sorted({*LENGTHS, minutes})]
