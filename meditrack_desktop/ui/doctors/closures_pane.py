"""Days on which the clinic is closed or opens for less, and bringing holidays in from a calendar file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from meditrack_desktop.domain.errors import FieldProblem
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.working_time import LONGEST_LOOK_DAYS, Closure, RemoveClosure, SetClosure
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.before_saving import ask_affected
from meditrack_desktop.ui.doctors.calendar_import import open_closure_import
from meditrack_desktop.ui.doctors.list_pane import ListPane
from meditrack_desktop.ui.doctors.record_sheet import RecordSheet
from meditrack_desktop.ui.doctors.words import closure_words, day_words
from meditrack_desktop.ui.widgets import (
    Button,
    Cell,
    Column,
    DateField,
    LabelledField,
    TextField,
    TimeField,
    confirm,
)


class ClosuresPane(ListPane):
    about = ("closure",)
    icon = "calendar-x"

    def __init__(self, desk: Desk) -> None:
        tr = partial(QCoreApplication.translate, "ClosuresPane")
        super().__init__(
            desk,
            tr("Holidays and closures"),
            [
                Column("day", tr("Day"), 150, sortable=False),
                Column("name", tr("Why"), 200, stretch=True, sortable=False),
                Column("what", tr("Clinic"), 200, sortable=False),
            ],
            add=tr("Add closed day"),
            nothing=tr("The clinic is open on every day"),
            next_step=tr("Add a closed day, or bring in the holidays of a calendar file."),
            note=tr("from today on"),
            may=desk.actor.may(Permission.EDIT_HOURS),
        )
        self.bring_in = Button(tr("Import holidays"), icon="file-down")
        self.bring_in.clicked.connect(self.start_import)
        self.head.insertWidget(self.head.count() - 1, self.bring_in)
        self.bring_in.setVisible(self.may)

    def ask(self) -> Sequence[Closure]:
        today = self.desk.today()
        last = today + timedelta(days=LONGEST_LOOK_DAYS - 1)
        return self.desk.clinic.working_times.closures(self.desk.actor, today, last)

    def cell(self, record: Closure, key: str) -> Cell:
        if key == "day":
            return Cell(day_words(record.day), strong=True)
        if key == "name":
            return Cell(record.name)
        return Cell(closure_words(record), tone="text2")

    def open(self, record: Closure | None) -> None:
        ClosureSheet(self.desk, self, record).open_filled()

    def start_import(self) -> None:
        """Ask for a calendar file and show what it would bring."""
        open_closure_import(self.desk, self)


class ClosureSheet(RecordSheet):
    """Without `one` it adds. Visits of that day are listed first and stay."""

    def __init__(self, desk: Desk, host: QWidget, one: Closure | None) -> None:
        self._one = one
        fields = {
            "day": LabelledField(host.tr("Day"), DateField(desk.today)),
            "name": LabelledField(
                host.tr("Why"), TextField(), help=host.tr("Example: New Year, Staff training")
            ),
            "opens": LabelledField(
                host.tr("Open from"), TimeField(), optional=True, help=host.tr("Empty: closed all day")
            ),
            "closes": LabelledField(host.tr("Open to"), TimeField(), optional=True),
        }
        title = host.tr("New closed day") if one is None else host.tr("Closed day")
        super().__init__(desk, host, title, fields, host.tr("Save closed day"), pairs=[("opens", "closes")])
        if one is not None:
            self.version = one.version
            self.latest = self._ask_latest
            remove = Button(self.tr("Remove"), "danger_secondary")
            remove.clicked.connect(self._ask_remove)
            self.footer.insertWidget(0, remove)

    def open_filled(self) -> None:
        """Open with what is kept."""
        self.begin({} if self._one is None else self.values_of(self._one))

    def values_of(self, record: Any) -> Mapping[str, Any]:
        return {name: getattr(record, name) for name in ("day", "name", "opens", "closes")}

    def build(self) -> None:
        values = self.form.values()
        opens, closes = values["opens"], values["closes"]
        if (opens is None) != (closes is None):
            self.form.clear_errors()
            self.form.show_problems({"closes" if closes is None else "opens": FieldProblem.REQUIRED})
            return
        if opens is not None and closes is not None and closes <= opens:
            self.form.clear_errors()
            self.form.fields["closes"].set_error(self.tr("The end comes before the beginning."))
            self.form.fields["closes"].field.setFocus()
            return
        given = {} if self._one is None else {"id": self._one.id, "version": self.version}
        command = self.form.build(SetClosure, **given)
        if command is None:
            return
        send = partial(self._send, command)
        ask_affected(
            self.desk,
            self,
            partial(self.desk.clinic.working_times.affected_by_closure, self.desk.actor, command),
            send,
            [(self.tr("Save closed day, visits stay"), send)],
            failed=self.refused,
        )

    def _send(self, command: SetClosure) -> None:
        self.send(
            partial(self.desk.clinic.working_times.set_closure, self.desk.actor, command),
            lambda kept: self.desk.say(
                self.tr("{name} on {day} saved. Booked visits stay.").format(
                    name=kept.name, day=day_words(kept.day)
                )
            ),
        )

    def _ask_latest(self) -> Closure | None:
        one = self._one
        if one is None:
            return None
        first = min(one.day, self.desk.today())
        last = first + timedelta(days=LONGEST_LOOK_DAYS - 1)
        known = self.desk.clinic.working_times.closures(self.desk.actor, first, last)
        return next((other for other in known if other.id == one.id), None)

    def _ask_remove(self) -> None:
        if self._one is None or self.version is None:
            return
        command = RemoveClosure(id=self._one.id, version=self.version)
        words = self.tr("The clinic is open on {day}").format(day=day_words(self._one.day))
        confirm(
            self,
            self.tr("Open the clinic on {day}?").format(day=day_words(self._one.day)),
            self.tr("The doctors' hours count on that day again."),
            self.tr("Remove closed day"),
            lambda: self.send(
                partial(self.desk.clinic.working_times.remove_closure, self.desk.actor, command),
                lambda _: self.desk.say(words),
            ),
            keep=self.tr("Keep it closed"),
        )
