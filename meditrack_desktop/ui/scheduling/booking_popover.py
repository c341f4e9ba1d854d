"""Booking at a slot: type a name, Enter picks, Enter books. Nothing typed is lost when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError, OutsideHours, SlotTaken
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patients import FindPatients, Patient, PatientLine, PatientPage
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.scheduling import Appointment, BookAppointment, Slot
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.acts import VisitActs
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.when_field import WhenField
from meditrack_desktop.ui.scheduling.words import birth_text, clock_text, length_text, short_day
from meditrack_desktop.ui.widgets import (
    Banner,
    Button,
    Combo,
    Label,
    LabelledField,
    Option,
    Popover,
    SearchSelect,
    TextArea,
    TextField,
    announce,
    fold,
)

Tone = Literal["info", "warn", "danger"]
SHOWN_MATCHES = 8
SHOWN_SLOTS = 3
LENGTHS = (10, 15, 20, 30, 45, 60, 90, 120)
REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a booking holds before it is made; kept when the popover is closed without booking."""

    practitioner_id: UUID
    when: datetime
    minutes: int
    patient: PatientLine | None = None
    typed: str = ""
    visit_type: str = ""
    note: str = ""
    resumed: bool = False
    command_id: UUID = field(default_factory=new_id)

    @property
    def worth_keeping(self) -> bool:
        return self.patient is not None or bool(self.typed.strip() or self.note.strip())


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
        self._patient = draft.patient
        self._resumed = draft.resumed
        self._twins: set[UUID] = set()
        self._found: dict[UUID, PatientLine] = {}
        self._overbooking = False
        self._offer: Slot | None = None
        self._banner: Banner | None = None
        self.patient = SearchSelect(placeholder=self.tr("Name, birth date, phone or MRN"))
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
            patient=self._patient,
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
        self.patient_field = LabelledField(self.tr("Patient"), self.patient)
        self.body.addWidget(self.patient_field)
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
        self._free = QHBoxLayout()
        self._free.setSpacing(8)
        self._free_holder = QWidget()
        self._free_holder.setLayout(self._free)
        self._free.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._free_holder)
        self._free_holder.setVisible(False)
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

    def _connect(self) -> None:
        self.patient.queryChanged.connect(self._search)
        self.patient.picked.connect(self._on_patient)
        self.patient.actionPicked.connect(self._on_action)
        self.patient.textEdited.connect(lambda: self.patient_field.clear_error())
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
            self._choose_patient(draft.patient)
        elif draft.typed:
            self.patient.setText(draft.typed)
        if draft.resumed:
            self._say(self.tr("This is what you entered before. Type to begin anew."), "info")
        self._ask_free()

    def focus_first(self) -> None:
        """To the patient, or to Book where the patient was given."""
        known = self._patient is not None and not self._resumed
        stop: QWidget = self.book if known else self.patient
        stop.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._resumed:
            self.patient.selectAll()

    # Patient

    def _search(self, text: str) -> None:
        if not text:
            self.patient.set_options([])
            return
        desk = self._desk
        command = FindPatients(text=text, limit=SHOWN_MATCHES)
        desk.tasks.query(
            self,
            lambda: desk.clinic.patients.find(desk.actor, command),
            lambda page: self._on_found(text, page),
            replaces="patients",
        )

    def _on_found(self, text: str, page: PatientPage) -> None:
        if text != self.patient.text().strip():
            return
        self._found = {line.id: line for line in page.lines}
        names = [fold(line.name) for line in page.lines]
        self._twins = {line.id for line in page.lines if names.count(fold(line.name)) > 1}
        today = self._desk.today()
        options = [
            Option(line.id, line.name, second=_second_line(line, today), avatar=line.name)
            for line in page.lines
        ]
        if self._desk.actor.may(Permission.REGISTER_PATIENT):
            words = self.tr('New patient "{name}"').format(name=text)
            options.append(
                Option(REGISTER, words, icon="user-plus", keys=("Ctrl", "Shift", "N"), action=True)
            )
        count = page.total if page.total is not None else len(page.lines)
        note = self.tr("1 match") if count == 1 else self.tr("{count} matches").format(count=count)
        self.patient.set_options(options, note)
        announce(self.patient, note)

    def _on_patient(self, value: object) -> None:
        self._patient = self._found.get(value) if isinstance(value, UUID) else None
        warning = ""
        if self._patient is not None:
            warning = _second_line(self._patient, self._desk.today())
            self.patient_field.clear_error()
            if self._patient.id in self._twins:
                self.patient_field.set_help("")
                self.patient_field.set_warning(
                    self.tr("Another patient has the same name. Check the birth date: {who}").format(
                        who=warning
                    )
                )
                return
        self.patient_field.set_warning("")
        self.patient_field.set_help(warning)

    def _choose_patient(self, line: PatientLine) -> None:
        self._patient = line
        self._found[line.id] = line
        self.patient.set_choice(Option(line.id, line.name, avatar=line.name))
        self.patient_field.set_help(_second_line(line, self._desk.today()))
        self.patient_field.clear_error()

    def _on_action(self, _value: object) -> None:
        self.register()

    def register(self) -> None:
        """Register the typed name as a new patient, and go on booking with them."""
        self._desk.go.register(self.patient.text().strip(), self._on_registered)

    def _on_registered(self, patient: Patient) -> None:
        self._choose_patient(line_of(patient))
        self.book.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_N and event.modifiers() == keys:
            event.accept()
            self.register()
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
        return value if isinstance(value, int) else LENGTHS[3]

    def _on_place(self, _value: object = None) -> None:
        self._clear_notice()
        self.placeChanged.emit(self._doctor_id(), self.when.when(), self._minutes())
        self._ask_free()

    def _ask_free(self) -> None:
        """Ask for other times on that day, so that the patient may choose."""
        desk, doctor, when, minutes = self._desk, self._doctor_id(), self.when.when(), self._minutes()
        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.free_slots(desk.actor, doctor, when.date(), minutes),
            self._on_free,
            failed=lambda _error: self._free_holder.setVisible(False),
            replaces="free",
        )

    def _on_free(self, slots: Sequence[Slot]) -> None:
        when = self.when.when()
        now = self._desk.clock.now()
        others = [
            s
            for s in slots
            if abs(s.wall_start - when) >= timedelta(minutes=self._minutes()) and s.starts_at > now
        ]
        after = [slot for slot in others if slot.wall_start > when]
        if after or others:
            self._show_free(self.tr("Also free"), _spread(after or others, SHOWN_SLOTS))
            return
        desk, doctor, minutes = self._desk, self._doctor_id(), self._minutes()
        begin = datetime.combine(when.date() + timedelta(days=1), time(0))
        desk.tasks.query(
            self,
            lambda: desk.clinic.scheduling.next_free(desk.actor, (doctor,), begin, minutes, 1),
            lambda found: self._show_free(self.tr("Next free day"), found),
            failed=lambda _error: self._free_holder.setVisible(False),
            replaces="free",
        )

    def _show_free(self, words: str, slots: Sequence[Slot]) -> None:
        while (item := self._free.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if slots:
            self._free.addWidget(Label(words, "small"))
        for slot in slots:
            chip = Button(_slot_words(slot, self.when.when().date()), size="small")
            chip.setAccessibleName(f"{words}: {chip.text()}")
            chip.clicked.connect(lambda _checked=False, at=slot.wall_start: self._take_time(at))
            self._free.addWidget(chip)
        self._free.addStretch(1)
        self._free_holder.setVisible(bool(slots))

    def _take_time(self, when: datetime) -> None:
        self.when.set_when(when)
        self._on_place()
        self.book.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_note(self) -> None:
        self.note_field.setVisible(True)
        self.more.setVisible(False)
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    # Booking

    def _book(self) -> None:
        if self.book.busy or not self.when.commit():
            return
        if self._patient is None:
            self.patient_field.set_error(self.tr("Choose a patient from the list."))
            self.patient.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        reason = self.reason.text().strip() if self._overbooking else ""
        if self._overbooking and not reason:
            self.reason_field.set_error(self.tr("Say why, in a few words."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        draft = self.draft()
        self.book.set_busy(True)
        self._acts.book(
            BookAppointment(
                id=draft.command_id,
                patient_id=self._patient.id,
                practitioner_id=draft.practitioner_id,
                wall_start=draft.when,
                minutes=draft.minutes,
                visit_type=draft.visit_type,
                reason=draft.note,
                overbook_reason=reason,
            ),
            self._on_booked,
            self._on_refused,
        )

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
        times = ", ".join(_slot_words(slot, day) for slot in slots)
        first = slots[0]
        self._say(
            self.tr("{text} Next free: {times}.").format(text=text, times=times),
            "danger",
            self.tr("Book {time}").format(time=_slot_words(first, day)),
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


def line_of(patient: Patient) -> PatientLine:
    """A patient as the search would show them."""
    return PatientLine(
        id=patient.id,
        mrn=patient.mrn,
        family=patient.family,
        given=patient.given,
        birth_date=patient.birth_date,
        gender=patient.gender,
        phone=patient.phones[0].value if patient.phones else "",
        active=patient.active,
        deceased=patient.deceased,
    )


def _second_line(line: PatientLine, today: date) -> str:
    return ", ".join(part for part in (birth_text(line.birth_date, today), line.phone) if part)


def _slot_words(slot: Slot, day: date) -> str:
    clock = clock_text(minute_of(slot.wall_start))
    return clock if slot.wall_start.date() == day else f"{short_day(slot.wall_start.date())}, {clock}"


def _length_options(minutes: int) -> list[Option]:
    return [Option(length, length_text(length)) for length in sorted({*LENGTHS, minutes})]


def _spread(slots: Sequence[Slot], count: int) -> list[Slot]:
    """A few of many, from the first on and spread over the day."""
    if len(slots) <= count:
        return list(slots)
    return [slots[number * len(slots) // count] for number in range(count)]
