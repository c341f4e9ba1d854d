"""When the chosen doctor is away or works otherwise: time off, other hours on single days, and closed days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.domain.working_time import (
    LONGEST_LOOK_DAYS,
    Absence,
    AbsenceKind,
    Closure,
    EndAbsence,
    SpecialDay,
)
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.absence_sheet import open_absence
from meditrack_desktop.ui.doctors.calendar_import import open_absence_import
from meditrack_desktop.ui.doctors.entry_row import EntryList, EntryRow
from meditrack_desktop.ui.doctors.special_day_sheet import forget_special_day, open_special_day
from meditrack_desktop.ui.doctors.words import (
    absence_word,
    absence_words,
    closure_words,
    day_words,
    open_words,
)
from meditrack_desktop.ui.widgets import Button, Label, ScrollColumn

ICONS = {
    AbsenceKind.VACATION: "sun",
    AbsenceKind.SICK: "heart-pulse",
    AbsenceKind.TRAINING: "notebook-pen",
    AbsenceKind.OUT_NOW: "user-x",
    AbsenceKind.OTHER: "calendar-off",
}


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What is ahead of one doctor."""

    absences: tuple[Absence, ...]
    special: tuple[SpecialDay, ...]
    closures: tuple[Closure, ...]


class TimeOffTab(QWidget):
    """`counted` carries how many absences and other days are ahead, `upcoming` carries them."""

    counted = Signal(int)
    upcoming = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._doctor: Practitioner | None = None
        self._may = False
        self.absences = EntryList(self.tr("No time off is planned."))
        self.special = EntryList(self.tr("The weekly hours count on every day."))
        self.closures = EntryList(self.tr("The clinic is open on every day."))
        scroll = ScrollColumn(margins=(20, 16, 20, 16))
        scroll.body.setSpacing(10)
        self.add = Button(self.tr("Add time off"), icon="plus", size="small")
        self.add.clicked.connect(self._add_absence)
        self.bring_in = Button(self.tr("Import calendar"), icon="file-down", size="small")
        self.bring_in.clicked.connect(self._import)
        self.add_special = Button(self.tr("Add a day"), icon="plus", size="small")
        self.add_special.clicked.connect(self._add_special)
        lists: tuple[tuple[str, tuple[Button, ...], EntryList], ...] = (
            (self.tr("Time off"), (self.bring_in, self.add), self.absences),
            (self.tr("Other hours on single days"), (self.add_special,), self.special),
            (self.tr("The clinic is closed"), (), self.closures),
        )
        for heading, buttons, listed in lists:
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(Label(heading, "section"), 1)
            for button in buttons:
                head.addWidget(button)
            scroll.body.addLayout(head)
            scroll.body.addWidget(listed)
            scroll.body.addSpacing(10)
        scroll.body.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def show_doctor(self, doctor: Practitioner, *, may_edit: bool) -> None:
        """Ask what is ahead of a doctor."""
        if self._doctor is None or self._doctor.id != doctor.id:
            # What one doctor has does not stand under the name of another, not even while it is asked for.
            self._show_lists(False)
        self._doctor, self._may = doctor, may_edit
        self.add.setVisible(may_edit)
        self.add_special.setVisible(may_edit)
        self.bring_in.setVisible(may_edit)
        self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        doctor = self._doctor
        if doctor is None:
            return
        clinic, actor, today = self._desk.clinic, self._desk.actor, self._desk.today()
        last = today + timedelta(days=LONGEST_LOOK_DAYS - 1)

        def ask() -> tuple[Upcoming, Practitioner]:
            days = clinic.working_times.of_days(actor, (doctor.id,), today, last)
            absences = clinic.absences.list(actor, (doctor.id,), today, last)
            special = tuple(day.special for day in days if day.special is not None)
            closures = clinic.working_times.closures(actor, today, last)
            return Upcoming(absences, special, closures), doctor

        self._desk.tasks.query(self, ask, self._show, failed=self._cannot, replaces="ahead")

    def _show(self, answer: tuple[Upcoming, Practitioner]) -> None:
        found, doctor = answer
        if self._doctor is None or self._doctor.id != doctor.id:
            return
        now = to_wall(self._desk.clock.now(), self._desk.facts.tz).replace(tzinfo=None)
        ahead = [one for one in found.absences if one.wall_end > now]
        self.absences.show_rows([self._absence_row(one, now) for one in ahead])
        self.special.show_rows([self._special_row(one) for one in found.special])
        self.closures.show_rows(
            [
                EntryRow("calendar-x", f"{day_words(one.day)}, {one.name}", closure_words(one))
                for one in found.closures
            ]
        )
        self._show_lists(True)
        self.counted.emit(len(ahead) + len(found.special))
        self.upcoming.emit(found)

    def _show_lists(self, known: bool) -> None:
        for listed in (self.absences, self.special, self.closures):
            listed.setVisible(known)

    def _absence_row(self, absence: Absence, now: datetime) -> EntryRow:
        under_way = absence.wall_start <= now
        second = absence_word(absence.kind) + (f", {absence.note}" if absence.note else "")
        tag = (self.tr("Away now"), "warn") if under_way else None
        row = EntryRow(ICONS[absence.kind], absence_words(absence), second, tag=tag)
        if self._may:
            row.add_button(
                self.tr("Visits"), lambda: self._desk.go.open_absence_worklist(absence.id)
            ).setToolTip(self.tr("The visits that need another place"))
            words = self.tr("Is back") if under_way else self.tr("Remove")
            row.add_button(words, partial(self._end, absence))
        return row

    def _special_row(self, special: SpecialDay) -> EntryRow:
        second = open_words(special.stretches) + (f", {special.note}" if special.note else "")
        row = EntryRow("calendar-clock", day_words(special.day), second)
        doctor = self._doctor
        if self._may and doctor is not None:
            row.add_icon(
                "pencil", self.tr("Change"), lambda: open_special_day(self._desk, self, doctor, special)
            )
            row.add_icon("x", self.tr("Forget"), partial(forget_special_day, self._desk, self, special))
        return row

    def _end(self, absence: Absence) -> None:
        desk = self._desk
        words = self.tr("Time off on {when} removed").format(when=absence_words(absence))

        def ended(kept: Absence | None) -> None:
            desk.say(words if kept is None else self.tr("The absence ended now"))

        desk.tasks.change(
            self,
            partial(desk.clinic.absences.end, desk.actor, EndAbsence(id=absence.id, version=absence.version)),
            done=ended,
            failed=self._cannot_end,
        )

    def _cannot_end(self, error: ClinicError) -> None:
        errors.show(self, error)
        self.refresh()

    def _cannot(self, error: ClinicError) -> None:
        errors.show(self, error, retry=self.refresh)

    def _add_absence(self) -> None:
        if self._doctor is not None:
            open_absence(self._desk, self, self._doctor)

    def _import(self) -> None:
        if self._doctor is not None:
            open_absence_import(self._desk, self, self._doctor)

    def _add_special(self) -> None:
        if self._doctor is not None:
            open_special_day(self._desk, self, self._doctor)


def next_ahead(found: Upcoming) -> list[tuple[date, str, str, str]]:
    """The next few, in order: (day, icon, when, what)."""
    lines = [
        (one.wall_start.date(), ICONS[one.kind], absence_words(one), absence_word(one.kind))
        for one in found.absences
    ]
    lines += [
        (one.day, "calendar-clock", day_words(one.day), open_words(one.stretches)) for one in found.special
    ]
    lines += [(one.day, "calendar-x", day_words(one.day), one.name) for one in found.closures]
    return sorted(lines)[:4]
