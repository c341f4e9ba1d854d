"""Time off: from, to, why; and "out now". Visits that lie in it are listed first and stay where they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from pydantic import ValidationError
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.absences import AbsenceAdded
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.working_time import AbsenceKind, AddAbsence, EndAbsence
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.before_saving import ask_affected
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.doctors.words import absence_kinds
from meditrack_desktop.ui.widgets import Combo, DateField, LabelledField, Option, TextField, TimeField

_PAIRS = (("first", "from_time"), ("last", "to_time"))


class AbsenceSheet(RecordSheet):
    """Whole days unless times are given; one day unless a last day is."""

    def __init__(self, desk: Desk, host: QWidget, doctor: Practitioner) -> None:
        self._doctor = doctor
        self._command: AddAbsence | None = None
        kinds = [Option(kind, words) for kind, words in absence_kinds()]
        fields = {
            "first": LabelledField(host.tr("First day away"), DateField(desk.today)),
            "from_time": LabelledField(
                host.tr("From"),
                TimeField(),
                optional=True,
                help=host.tr("Empty: from midnight"),
            ),
            "last": LabelledField(
                host.tr("Last day away"),
                DateField(desk.today),
                optional=True,
                help=host.tr("Empty: the same day"),
            ),
            "to_time": LabelledField(
                host.tr("To"), TimeField(), optional=True, help=host.tr("Empty: until the end of the day")
            ),
            "kind": LabelledField(host.tr("Why"), Combo(kinds, value=AbsenceKind.VACATION)),
            "note": LabelledField(
                host.tr("Note"),
                TextField(),
                optional=True,
                help=host.tr("Read by whoever sets these hours, and by the doctor."),
            ),
        }
        title = host.tr("Time off of {name}").format(name=doctor.name)
        super().__init__(desk, host, title, fields, host.tr("Add time off"), pairs=_PAIRS)

    def build(self) -> None:
        values = self.form.values()
        self.form.clear_errors()
        first = values["first"]
        if first is None:
            self.form.show_problems({"first": FieldProblem.REQUIRED})
            return
        last = values["last"] or first
        starts = datetime.combine(first, values["from_time"] or time(0))
        until = values["to_time"]
        ends = datetime.combine(last, until) if until else datetime.combine(last, time(0)) + timedelta(days=1)
        try:
            command = AddAbsence(
                practitioner_id=self._doctor.id,
                wall_start=starts,
                wall_end=ends,
                kind=values["kind"],
                note=values["note"],
            )
        except ValidationError:
            wrong = "to_time" if last == first and until else "last"
            self.form.fields[wrong].set_error(self.tr("The end comes before the beginning."))
            self.form.fields[wrong].field.setFocus()
            return
        self._command = command
        ask_affected(
            self.desk,
            self,
            partial(self.desk.clinic.absences.affected_by, self.desk.actor, command),
            partial(self._add, command, work_off=False),
            [
                (self.tr("Add, work off later"), partial(self._add, command, work_off=False)),
                (self.tr("Add and work off"), partial(self._add, command, work_off=True)),
            ],
            failed=self.refused,
        )

    def _add(self, command: AddAbsence, *, work_off: bool) -> None:
        self.send(
            partial(self.desk.clinic.absences.add, self.desk.actor, command),
            partial(added, self.desk, self.host, self._doctor, work_off=work_off),
        )


def open_absence(desk: Desk, host: QWidget, doctor: Practitioner) -> AbsenceSheet:
    """The sheet for time off of a doctor."""
    sheet = AbsenceSheet(desk, host, doctor)
    sheet.begin()
    return sheet


def ask_out_now(desk: Desk, host: QWidget, doctor: Practitioner) -> None:
    """The doctor is away from this minute until the end of today; at once, if nobody was booked."""
    now = to_wall(desk.clock.now(), desk.facts.tz).replace(second=0, microsecond=0, tzinfo=None, fold=0)
    command = AddAbsence(
        practitioner_id=doctor.id,
        wall_start=now,
        wall_end=datetime.combine(now.date(), time(0)) + timedelta(days=1),
        kind=AbsenceKind.OUT_NOW,
    )

    def add(*, work_off: bool) -> None:
        desk.tasks.change(
            host,
            partial(desk.clinic.absences.add, desk.actor, command),
            done=partial(added, desk, host, doctor, work_off=work_off),
        )

    later: Callable[[], object] = partial(add, work_off=False)
    ask_affected(
        desk,
        host,
        partial(desk.clinic.absences.affected_by, desk.actor, command),
        later,
        [
            (host.tr("Out now, work off later"), later),
            (host.tr("Out now, work off"), partial(add, work_off=True)),
        ],
    )


def added(desk: Desk, host: QWidget, doctor: Practitioner, found: AbsenceAdded, *, work_off: bool) -> None:
    """Say that it was kept, with the way back; go on to the visits that need another place if that is wanted."""
    absence = found.absence
    command = EndAbsence(id=absence.id, version=absence.version)

    def undo() -> None:
        desk.tasks.change(
            host,
            partial(desk.clinic.absences.end, desk.actor, command),
            done=lambda _: desk.say(host.tr("Time off taken back")),
        )

    if absence.kind is AbsenceKind.OUT_NOW:
        desk.say(host.tr("{name} is out for today").format(name=doctor.name), undo)
    else:
        desk.say(host.tr("Time off of {name} added").format(name=doctor.name), undo)
    if work_off and found.affected:
        desk.go.open_absence_worklist(absence.id)
