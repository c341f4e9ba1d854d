"""The weekly hours of the chosen doctor: typed, counted against what is booked, and saved. No visit is moved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ChangedMeanwhile, ClinicError
from meditrack_desktop.domain.practitioners import Practitioner, SetWorkingHours
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.doctors.affected import AffectedDialog, booked_words, count_words
from meditrack_desktop.ui.doctors.hours_drafts import HoursDrafts
from meditrack_desktop.ui.doctors.hours_editor import HoursEditor
from meditrack_desktop.ui.doctors.rules_panel import SidePanel
from meditrack_desktop.ui.doctors.save_bar import SaveBar
from meditrack_desktop.ui.doctors.typed_weeks import DAYS, Day, TypedWeeks, kept_weeks
from meditrack_desktop.ui.widgets import Banner, Button, Divider, Label, Menu, ScrollColumn
from meditrack_desktop.ui.words import weekday_words

ASK_AFTER_MS = 350


class HoursTab(QWidget):
    """`saved` carries the doctor as kept, `stale` asks for the doctor anew as somebody else changed them."""

    saved = Signal(object)
    stale = Signal()

    def __init__(self, desk: Desk, side: SidePanel) -> None:
        super().__init__()
        self._desk = desk
        self.drafts = HoursDrafts()
        self._doctor: Practitioner | None = None
        self._may = False
        self._known: tuple[SetWorkingHours, tuple[Appointment, ...]] | None = None
        self._asking = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._asking.timeout.connect(self.ask_affected)
        self.editor = HoursEditor()
        self.editor.edited.connect(self._on_edited)
        self._overtaken = Banner(
            self.tr("What you typed is kept over it. Look at the week, then save."),
            "info",
            lead=self.tr("Somebody else changed these hours meanwhile."),
        )
        self.affected = Banner("", "warn", action=self.tr("Review"))
        self.affected.actionTriggered.connect(self.review)
        self.bar = SaveBar(self.tr("Save hours"))
        self.bar.saveAsked.connect(self.save)
        self.bar.discardAsked.connect(self.discard)
        self.side = side
        self._edge = Divider(vertical=True)
        main = QVBoxLayout()
        main.setContentsMargins(20, 14, 20, 16)
        main.setSpacing(12)
        main.addLayout(self._head())
        main.addWidget(self._overtaken)
        main.addWidget(self.editor)
        main.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(0)
        self._columns.addLayout(main, 1)
        self._columns.addWidget(self._edge)
        self._columns.addWidget(side)
        scroll = ScrollColumn()
        scroll.body.addLayout(self._columns)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        warning = QVBoxLayout()
        warning.setContentsMargins(20, 0, 20, 10)
        warning.addWidget(self.affected)
        self._warning = QWidget()
        self._warning.setLayout(warning)
        column.addWidget(self._warning)  # not in the scrolling part: it has to be seen before Save is pressed
        column.addWidget(self.bar)
        self._overtaken.hide()
        self._warning.hide()

    @property
    def dirty(self) -> bool:
        """Whether the doctor who is shown has hours that are not saved."""
        return self._doctor is not None and self._doctor.id in self.drafts

    def show_doctor(self, doctor: Practitioner, *, may_edit: bool) -> None:
        """Show a doctor's weeks, with what was typed before; what somebody else saved meanwhile lies below it."""
        anew = self._doctor is None or self._doctor.id != doctor.id
        overtaken = self.drafts.renew(doctor)
        self._doctor, self._may = doctor, may_edit
        self.editor.set_editable(may_edit)
        self.copy.setVisible(may_edit)
        self.editor.show_weeks(kept_weeks(doctor), self.drafts.typed(doctor), self._desk.today(), anew=anew)
        if anew:
            self._known = None
            self._show_affected(())
        if anew or overtaken:
            self._overtaken.setVisible(overtaken)
        self._after_edit()

    def save(self) -> None:
        """Keep the typed weeks; where booked visits would lie outside, after they were listed."""
        doctor = self._doctor
        if doctor is None or not self._may or not self.dirty or self.bar.save.busy:
            return
        if self.editor.mark_unreadable():
            return
        command = self._command(doctor, self.editor.typed)
        self.bar.save.set_busy(True)
        self._desk.tasks.query(
            self,
            partial(self._desk.clinic.working_times.affected_by_hours, self._desk.actor, command),
            partial(self._warn_or_send, command),
            failed=partial(self._refused, doctor.id),
            replaces="before saving",
        )

    def discard(self) -> None:
        """Back to what is kept."""
        if self._doctor is not None:
            self.drafts.drop(self._doctor.id)
            self._overtaken.hide()
            self.show_doctor(self._doctor, may_edit=self._may)

    def review(self) -> None:
        """List the visits that the typed weeks leave outside."""
        if self._known is not None and self._known[1]:
            AffectedDialog(self._desk, self, self._known[1]).open_layer()

    def recount(self) -> None:
        """Somebody booked, moved or cancelled: what the typed weeks leave outside may be others."""
        self._known = None
        if self.dirty and self._may:
            self._asking.start()

    def fit(self, *, beside: bool) -> None:
        """Whether there is room for the rules beside the hours; else they stand below them."""
        down = QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if beside else down)
        self._edge.setVisible(beside)
        self.side.set_beside(beside)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Label(self.tr("Weekly hours"), "section"))
        head.addWidget(self.editor.choice.turn)
        head.addStretch(1)
        self.copy = Button("", size="small", icon="copy", trailing_icon="chevron-down")
        self.copy.clicked.connect(self._offer_copies)
        head.addWidget(self.copy)
        return head

    def _offer_copies(self) -> None:
        """The day that was touched last, onto others."""
        day, words = self.editor.current, weekday_words()
        menu = Menu(self)
        rest = [other for other in range(5) if other != day]
        menu.add(self.tr("To Monday to Friday"), lambda: self.editor.copy_day(day, *rest))
        menu.add(self.tr("To every day"), lambda: self.editor.copy_day(day, *DAYS))
        for other in DAYS:
            if other != day:
                menu.add(
                    self.tr("To {day}").format(day=words[other]), partial(self.editor.copy_day, day, other)
                )
        if self.editor.typed.weeks > 1:
            menu.add(self.tr("This whole week to the other weeks"), self.editor.copy_week)
        menu.popup(self.copy.mapToGlobal(self.copy.rect().bottomLeft()))

    def _on_edited(self) -> None:
        if self._doctor is not None:
            self.drafts.put(self._doctor, self.editor.typed)
            self._after_edit()

    def _after_edit(self) -> None:
        words = self.tr("Copy {day} to").format(day=weekday_words()[self.editor.current])
        if self.copy.text() != words:
            self.copy.set_text(words)
        changes = len(self.editor.typed.changed(self.editor.kept))
        changes += self.editor.typed.cycle_changed(self.editor.kept)
        one = self.tr("1 unsaved change")
        self.bar.words.setText(one if changes == 1 else self.tr("{n} unsaved changes").format(n=changes))
        self.bar.setVisible(self.dirty and self._may)
        if self.dirty and self._may:
            self._asking.start()
        else:
            self._asking.stop()
            self._known = None
            self._overtaken.hide()
            self._show_affected(())

    def ask_affected(self) -> None:
        """Count the visits that the typed weeks leave outside; comes by itself a moment after the last key."""
        doctor = self._doctor
        if doctor is None or not self.dirty or self.editor.typed.unreadable():
            return
        command = self._command(doctor, self.editor.typed)
        if self._known is not None and self._known[0] == command:
            return
        self._desk.tasks.query(
            self,
            partial(self._desk.clinic.working_times.affected_by_hours, self._desk.actor, command),
            partial(self._count, command),
            failed=lambda _: None,  # it is asked again, and said, when it is saved
            replaces="affected",
        )

    def _count(self, command: SetWorkingHours, visits: Sequence[Appointment]) -> None:
        if self._doctor is not None and self._doctor.id == command.id and self.dirty:
            self._known = (command, tuple(visits))
            self._show_affected(visits)

    def _show_affected(self, visits: Sequence[Appointment]) -> None:
        by_day: dict[Day, int] = {}
        for visit in visits:
            day = visit.wall_start.date()
            at = (self.editor.typed.week_of(day), day.weekday())
            by_day[at] = by_day.get(at, 0) + 1
        self.editor.show_beside(by_day)
        self._warning.setVisible(bool(visits))
        if visits:
            self.affected.set_text(
                self.tr("They stay where they are until somebody moves them."),
                self.tr("These hours leave {visits} outside.").format(visits=booked_words(len(visits))),
            )
            if self.affected.action is not None:
                self.affected.action.set_text(
                    self.tr("Review {visits}").format(visits=count_words(len(visits)))
                )

    def _warn_or_send(self, command: SetWorkingHours, visits: Sequence[Appointment]) -> None:
        self.bar.save.set_busy(False)
        if self._doctor is None or self._doctor.id != command.id:
            return
        if not visits:
            self._send(command)
            return
        self._count(command, visits)
        AffectedDialog(
            self._desk,
            self,
            visits,
            acts=[(self.tr("Save hours, visits stay"), partial(self._send, command))],
        ).open_layer()

    def _send(self, command: SetWorkingHours) -> None:
        self.bar.save.set_busy(True)
        self._desk.tasks.change(
            self,
            partial(self._desk.clinic.practitioners.set_hours, self._desk.actor, command),
            done=self._kept,
            failed=partial(self._refused, command.id),
            always=lambda: self.bar.save.set_busy(False),
        )

    def _kept(self, doctor: Practitioner) -> None:
        self.drafts.renew(doctor)  # What was typed while it was being saved stays.
        if self._doctor is not None and self._doctor.id == doctor.id:
            self.show_doctor(doctor, may_edit=self._may)
            self._overtaken.hide()
        self._desk.say(self.tr("Hours of {name} saved. Booked visits stay.").format(name=doctor.name))
        self.saved.emit(doctor)

    def _save_again(self, doctor_id: UUID) -> None:
        """Try again; not for whoever else is in front by now."""
        if self._doctor is not None and self._doctor.id == doctor_id:
            self.save()

    def _refused(self, doctor_id: UUID, error: ClinicError) -> None:
        self.bar.save.set_busy(False)
        again = partial(self._save_again, doctor_id)
        errors.show(self, error, retry=None if isinstance(error, ChangedMeanwhile) else again)
        if isinstance(error, ChangedMeanwhile):
            self.stale.emit()

    @staticmethod
    def _command(doctor: Practitioner, typed: TypedWeeks) -> SetWorkingHours:
        return SetWorkingHours(
            id=doctor.id,
            version=doctor.version,
            hours=typed.hours(),
            cycle_weeks=typed.weeks,
            cycle_from=typed.first,
        )
