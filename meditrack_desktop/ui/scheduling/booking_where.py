"""What a visit is for, how long, with whom, when and in which room: the fields of a booking below the patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.visit_types import VisitType
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.number_field import currency_of
from meditrack_desktop.ui.scheduling.bookable import Bookable
from meditrack_desktop.ui.scheduling.booking_draft import Draft
from meditrack_desktop.ui.scheduling.booking_place import BookingPlace
from meditrack_desktop.ui.scheduling.other_times import OtherTimes
from meditrack_desktop.ui.scheduling.visit_type_choice import VisitTypeChoice
from meditrack_desktop.ui.scheduling.when_field import WhenField
from meditrack_desktop.ui.scheduling.words import length_text
from meditrack_desktop.ui.widgets import Combo, IconLabel, Label, LabelledField, Option

LENGTHS = (10, 15, 20, 30, 45, 60, 90, 120)
USUAL_LENGTH = 30
RoomAt = Callable[[UUID, datetime], int | None]
"""How many minutes are free from there on, as far as the calendar shows it."""


class BookingWhere(QWidget):
    """`placeChanged` comes whenever doctor, time, length, kind or room change; `timeTaken` when a time was picked."""

    placeChanged = Signal()
    timeTaken = Signal()
    grown = Signal()

    def __init__(
        self,
        desk: Desk,
        bookable: Bookable,
        doctors: Sequence[Practitioner],
        draft: Draft,
        usual_types: Sequence[str],
        room_at: RoomAt,
    ) -> None:
        super().__init__()
        self._bookable, self._room_at = bookable, room_at
        self.doctors = {doctor.id: doctor for doctor in doctors}
        self._by_hand = draft.length_by_hand
        self._patient: UUID | None = None
        self.type_field = VisitTypeChoice(bookable, usual_types, currency_of(desk.facts.region))
        self.length = Combo(_length_options(draft.minutes), value=draft.minutes)
        self.doctor = Combo(
            [Option(d.id, d.name, avatar=d.name, staff=True) for d in doctors], value=draft.practitioner_id
        )
        self.when = WhenField(draft.when, desk.today)
        self.room = Combo([], value=draft.asset_id)
        self.others = OtherTimes(desk)
        self._fill()
        self.type_field.offer(draft.practitioner_id)
        self.type_field.choose(draft.visit_type_id, draft.visit_type)
        self._offer_rooms()
        self._connect()

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(12)
        self.when_field = LabelledField(self.tr("Time"), self.when)
        self.length_field = LabelledField(self.tr("Length"), self.length)
        self.room_field = LabelledField(self.tr("Room or device"), self.room)
        grid.addWidget(self.type_field, 0, 0)
        grid.addWidget(self.length_field, 0, 1)
        grid.addWidget(LabelledField(self.tr("Doctor"), self.doctor), 1, 0)
        grid.addWidget(self.when_field, 1, 1)
        grid.addWidget(self.room_field, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self.preparation = QWidget()
        row = QHBoxLayout(self.preparation)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel("info", 14, "info", line="small"), 0, Qt.AlignmentFlag.AlignTop)
        self._prepare = Label("", "small", tone="text2", wrap=True)
        row.addWidget(self._prepare, 1)
        column.addWidget(self.preparation)
        self.preparation.hide()
        column.addWidget(self.others)

    def _connect(self) -> None:
        self.type_field.kindChanged.connect(self._on_kind)
        self.length.valueChanged.connect(self._on_length)
        self.doctor.valueChanged.connect(self._on_doctor)
        self.when.whenChanged.connect(lambda _when: self._changed())
        self.when.problem.connect(self.when_field.set_error)
        self.room.valueChanged.connect(lambda _value: self._changed())
        self.others.picked.connect(self.take_time)
        self.others.grown.connect(self.grown)
        self._bookable.changed.connect(self._on_bookable)

    # What is entered

    def doctor_id(self) -> UUID:
        value = self.doctor.value()
        return value if isinstance(value, UUID) else next(iter(self.doctors))

    def doctor_name(self) -> str:
        return self.doctors[self.doctor_id()].name

    def minutes(self) -> int:
        value = self.length.value()
        return value if isinstance(value, int) else USUAL_LENGTH

    def asset_id(self) -> UUID | None:
        value = self.room.value()
        return value if isinstance(value, UUID) else None

    @property
    def length_by_hand(self) -> bool:
        return self._by_hand

    def place(self) -> BookingPlace:
        kind = self.type_field.kind
        return BookingPlace(
            self.doctor_id(),
            self.when.when(),
            self.minutes(),
            None if kind is None else kind.id,
            self.asset_id(),
            self._patient,
        )

    # What is put in

    def set_patient(self, patient_id: UUID | None, *, new_patient: bool) -> None:
        """For whom: of somebody new another kind of visit is usual."""
        self._patient = patient_id
        self.type_field.suggest(new_patient=new_patient)
        self.ask_others()

    def take_time(self, when: datetime) -> None:
        """This time instead, as if it had been typed."""
        self.when.set_when(when)
        self._changed()
        self.timeTaken.emit()

    def show_room(self, asset_id: UUID | None) -> None:
        """Choose a room or device; None: one is found."""
        self.room.set_value(asset_id)
        self._offer_rooms()
        self._changed()

    def ask_others(self) -> None:
        """Look for other free times."""
        self.others.ask(self.place())

    def _on_kind(self, kind: VisitType | None) -> None:
        if kind is not None and not self._by_hand:
            self._set_minutes(self._fitting(kind.minutes))
        self._tell_length()
        self._offer_rooms()
        self._changed()

    def _fitting(self, minutes: int) -> int:
        """As long as usual, or as is free where the calendar was pointed to."""
        room = self._room_at(self.doctor_id(), self.when.when())
        return minutes if not room else min(minutes, room)

    def _set_minutes(self, minutes: int) -> None:
        self.length.set_options(_length_options(minutes))
        self.length.set_value(minutes)

    def _tell_length(self) -> None:
        kind = self.type_field.kind
        words = kind.preparation.strip() if kind is not None else ""
        self._prepare.setText(self.tr("Tell the patient: {words}").format(words=words))
        self.preparation.setVisible(bool(words))
        other = kind is not None and kind.minutes != self.minutes()
        said = self.tr("Usually {length}").format(length=length_text(kind.minutes)) if kind and other else ""
        self.length_field.set_help(said)

    def _on_length(self, _value: object) -> None:
        self._by_hand = True
        self._tell_length()
        self._changed()

    def _on_doctor(self, _value: object) -> None:
        self.type_field.offer(self.doctor_id())
        self._changed()

    def _on_bookable(self) -> None:
        before = self.type_field.kind
        self.type_field.offer(self.doctor_id())
        if self.type_field.kind != before:
            self._tell_length()
            self._changed()
        self._offer_rooms()

    def _offer_rooms(self) -> None:
        kind, assets = self.type_field.kind, self._bookable.assets
        found = self.tr("One that is free is found") if kind and kind.needs else self.tr("None")
        options = [Option(None, found), *(Option(one.id, one.name, one.group) for one in assets)]
        self.room.set_options(options)
        self.room_field.setVisible(self.asset_id() is not None or bool(kind and kind.needs))
        self.grown.emit()

    def _changed(self) -> None:
        self.placeChanged.emit()
        self.ask_others()


def room_options(bookable: Bookable) -> list[Option]:
    """Rooms and devices to choose by hand, or none of them."""
    found = QCoreApplication.translate("BookingWhere", "Found by itself where one is needed")
    return [Option(None, found), *(Option(one.id, one.name, one.group) for one in bookable.assets)]


def _length_options(minutes: int) -> list[Option]:
    return [Option(length, length_text(length)) for length in sorted({*LENGTHS, minutes})]
