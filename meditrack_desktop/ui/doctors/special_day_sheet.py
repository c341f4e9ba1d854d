"""Other hours of one doctor on a single day, instead of the weekly ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.working_time import DoctorDay, SetSpecialDay, SpecialDay, TimeOfDay
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.bar_edges import stretches_of
from meditrack_desktop.ui.doctors.before_saving import ask_affected
from meditrack_desktop.ui.doctors.hours_text import format_stretches, parse_stretches
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.doctors.words import day_words
from meditrack_desktop.ui.widgets import DateField, LabelledField, TextField


class SpecialDaySheet(RecordSheet):
    """With `special` it changes that day's hours, and can forget them."""

    def __init__(
        self, desk: Desk, host: QWidget, doctor: Practitioner, special: SpecialDay | None = None
    ) -> None:
        self._doctor, self._seen = doctor, special
        self._day, self._note = DateField(desk.today), TextField()
        self._hours = TextField(placeholder=host.tr("Does not work"))
        fields = {
            "day": LabelledField(host.tr("Day"), self._day),
            "hours": LabelledField(
                host.tr("Hours on that day"),
                self._hours,
                optional=True,
                help=host.tr("Example: 8 to 12, 12:45 to 16. Empty: does not work on that day."),
            ),
            "note": LabelledField(host.tr("Note"), self._note, optional=True),
        }
        title = host.tr("Other hours of {name}").format(name=doctor.name)
        super().__init__(desk, host, title, fields, host.tr("Save day"))
        if special is not None:
            fields["day"].field.setEnabled(False)
            self._values = {"day": special.day, "hours": _hours_of(special), "note": special.note}
        else:
            self._values = {}
            self._day.valueChanged.connect(self._look_at)

    def open_filled(self) -> None:
        """Open with the day's hours, if there are any."""
        self.begin(self._values)

    def build(self) -> None:
        values = self.form.values()
        self.form.clear_errors()
        if values["day"] is None:
            self.form.show_problems({"day": FieldProblem.REQUIRED})
            return
        try:
            stretches = parse_stretches(values["hours"])
        except ValueError as error:
            words = self.tr("The times overlap or end before they begin.")
            if str(error) == FieldProblem.NOT_A_TIME:
                words = self.tr("These are no times. Example: 8 to 12, 12:45 to 16")
            self.form.fields["hours"].set_error(words)
            self.form.fields["hours"].field.setFocus()
            return
        command = SetSpecialDay(
            practitioner_id=self._doctor.id,
            day=values["day"],
            stretches=tuple(TimeOfDay(starts=starts, ends=ends) for starts, ends in stretches),
            note=values["note"],
            seen=self._seen,
        )
        send = partial(self._send, command)
        ask_affected(
            self.desk,
            self,
            partial(self.desk.clinic.working_times.affected_by_special_day, self.desk.actor, command),
            send,
            [(self.tr("Save day, visits stay"), send)],
            failed=self.refused,
        )

    def _look_at(self, day: date | None) -> None:
        """A day that has other hours already is changed, not given them a second time."""
        self._seen = None
        self.form.fields["day"].set_warning("")
        if day is None:
            return
        times, actor, doctor = self.desk.clinic.working_times, self.desk.actor, self._doctor.id
        self.desk.tasks.query(
            self,
            lambda: times.of_days(actor, (doctor,), day, day),
            partial(self._on_looked_at, day),
            failed=lambda _error: None,
            replaces="special day",
        )

    def _on_looked_at(self, day: date, found: Sequence[DoctorDay]) -> None:
        special = found[0].special if found else None
        if special is None or self._day.value() != day:
            return
        self._seen = special
        if not self._hours.text() and not self._note.text():
            self._hours.setText(_hours_of(special))
            self._note.setText(special.note)
        self.form.fields["day"].set_warning(self.tr("This day has other hours already. Saving changes them."))

    def _send(self, command: SetSpecialDay) -> None:
        self.send(
            partial(self.desk.clinic.working_times.set_special_day, self.desk.actor, command), self._kept
        )

    def _kept(self, day: DoctorDay) -> None:
        self.desk.say(self.tr("Hours on {day} saved. Booked visits stay.").format(day=day_words(day.day)))


def _hours_of(special: SpecialDay) -> str:
    return format_stretches(stretches_of((one.starts, one.ends) for one in special.stretches))


def open_special_day(
    desk: Desk, host: QWidget, doctor: Practitioner, special: SpecialDay | None = None
) -> SpecialDaySheet:
    """The sheet for other hours on one day."""
    sheet = SpecialDaySheet(desk, host, doctor, special)
    sheet.open_filled()
    return sheet


def forget_special_day(desk: Desk, host: QWidget, special: SpecialDay) -> None:
    """The weekly hours count on that day again; Undo brings the exception back."""
    times, actor = desk.clinic.working_times, desk.actor
    stretches = stretches_of((one.starts, one.ends) for one in special.stretches)
    back = SetSpecialDay(
        practitioner_id=special.practitioner_id,
        day=special.day,
        stretches=tuple(TimeOfDay(starts=starts, ends=ends) for starts, ends in stretches),
        note=special.note,
    )
    forget = SetSpecialDay(
        practitioner_id=special.practitioner_id, day=special.day, stretches=None, seen=special
    )

    def undo() -> None:
        desk.tasks.change(host, partial(times.set_special_day, actor, back))

    def kept(_day: DoctorDay) -> None:
        desk.say(host.tr("Weekly hours count again on {day}").format(day=day_words(special.day)), undo)

    def send() -> None:
        desk.tasks.change(
            host, partial(times.set_special_day, actor, forget), done=kept, failed=partial(errors.show, host)
        )

    ask_affected(
        desk,
        host,
        partial(times.affected_by_special_day, actor, forget),
        send,
        [(host.tr("Forget it, visits stay"), send)],
    )
