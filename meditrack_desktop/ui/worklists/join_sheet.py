"""Letting a patient wait: for a place, or with a visit for an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QHBoxLayout, QWidget

from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.front_desk import JoinWaitlist, Urgency, WaitlistEntry
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.waitlist_panel import urgency_words
from meditrack_desktop.ui.scheduling.words import clock_text, short_day
from meditrack_desktop.ui.widgets import (
    Banner,
    CheckBox,
    Combo,
    DateField,
    FlowRow,
    Label,
    LabelledField,
    Option,
    Segmented,
    TextField,
    TimeField,
)
from meditrack_desktop.ui.worklists.patient_sheet import PatientSheet
from meditrack_desktop.ui.worklists.taking_back import undo_of

_LENGTHS = (10, 15, 20, 30, 45, 60, 90, 120)


class JoinSheet(PatientSheet):
    """Enter or Ctrl+S adds. What is left empty means any."""

    def __init__(
        self, desk: Desk, host: QWidget, patient_id: UUID | None = None, visit: Appointment | None = None
    ) -> None:
        doctor_id = None if visit is None else visit.practitioner_id
        super().__init__(desk, host, host.tr("Add to the waitlist"), doctor_id, width=440)
        self._visit = visit
        self.minutes = Combo(
            [Option(length, self.tr("{count} min").format(count=length)) for length in _LENGTHS],
            value=30,
            name=self.tr("Length"),
        )
        self.urgency = Segmented(
            [(one, urgency_words(one)) for one in (Urgency.ROUTINE, Urgency.SOON, Urgency.URGENT)],
            Urgency.ROUTINE,
            name=self.tr("Urgency"),
        )
        self.first, self.last = DateField(desk.today, None), DateField(desk.today, None)
        self.start, self.until = TimeField(None), TimeField(None)
        self.days = [CheckBox(_day(day)) for day in range(7)]
        self.note = TextField()
        self.form = Form(
            {
                "patient_id": self.patient,
                "practitioner_id": LabelledField(self.tr("Doctor"), self.doctor),
                "visit_type_id": LabelledField(self.tr("Kind of visit"), self.kind),
                "minutes": LabelledField(self.tr("Length"), self.minutes),
                "first_day": LabelledField(self.tr("Not before"), self.first, optional=True),
                "last_day": LabelledField(self.tr("Not after"), self.last, optional=True),
                "from_time": LabelledField(self.tr("From"), self.start, optional=True),
                "until_time": LabelledField(self.tr("Until"), self.until, optional=True),
                "note": LabelledField(self.tr("Note"), self.note, optional=True),
            }
        )
        self._lay_out()
        self._finish(self.tr("Add to the waitlist"), patient_id)
        if visit is not None:
            self._of_visit(visit)

    def _work(self, patient_id: UUID) -> Callable[[], WaitlistEntry] | None:
        command = self.form.build(
            JoinWaitlist,
            id=self._id,
            patient_id=patient_id,
            urgency=self.urgency.value(),
            weekdays=tuple(number for number, box in enumerate(self.days) if box.isChecked()),
            appointment_id=None if self._visit is None else self._visit.id,
        )
        if command is None:
            return None
        return partial(self._desk.clinic.waitlist.join, self._desk.actor, command)

    def _added(self, one: WaitlistEntry) -> None:
        host = self.parentWidget()
        self.close_layer()
        words = self.tr("{name} waits for a place").format(name=one.patient_name)
        back = self.tr("{name} no longer waits").format(name=one.patient_name)
        self._desk.say(words, undo_of(self._desk, host or self, DeedKind.WAITLIST_JOINED, one.id, back))

    def _lay_out(self) -> None:
        fields = self.form.fields
        self.body.addWidget(self.patient)
        if self._visit is not None:
            when = f"{short_day(self._visit.day)}, {clock_text(minute_of(self._visit.wall_start))}"
            text = self.tr("Would come earlier than {when}. That visit stays until an earlier one is found.")
            self.body.addWidget(Banner(text.format(when=when), "info"))
        self.body.addWidget(Label(self.tr("Urgency"), "emphasis"))
        self.body.addWidget(self.urgency)
        self.body.addWidget(fields["practitioner_id"])
        for left, right in (
            ("visit_type_id", "minutes"),
            ("first_day", "last_day"),
            ("from_time", "until_time"),
        ):
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(fields[left], 1)
            row.addWidget(fields[right], 1)
            self.body.addLayout(row)
        self.body.addWidget(Label(self.tr("Days; none chosen means any"), "emphasis"))
        days = FlowRow(spacing=8)
        for box in self.days:
            days.flow.addWidget(box)
        self.body.addWidget(days)
        self.body.addWidget(fields["note"])
        self.body.addStretch(1)

    def _of_visit(self, visit: Appointment) -> None:
        """The visit's own kind and length count."""
        for name in ("visit_type_id", "minutes"):
            self.form.fields[name].hide()


def open_join(
    desk: Desk, host: QWidget, patient_id: UUID | None = None, visit: Appointment | None = None
) -> JoinSheet:
    """Open the sheet, for a patient and a visit of theirs if given."""
    sheet = JoinSheet(desk, host, patient_id, visit)
    sheet.open_layer()
    sheet.load()
    return sheet


def _day(number: int) -> str:
    return QLocale().toString(QDate(2024, 1, 1).addDays(number), "ddd")
