"""What the desk has to do besides the visits: worklists with their counts, and tasks that are ticked off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.front_desk import AddDeskTask, DeskTask, FinishDeskTask
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.forms import Form
from meditrack_desktop.ui.scheduling.words import short_day
from meditrack_desktop.ui.today import words
from meditrack_desktop.ui.today.words import tr
from meditrack_desktop.ui.widgets import (
    Button,
    Card,
    CheckBox,
    DateField,
    Divider,
    IconLabel,
    Label,
    LabelledField,
    Popover,
    SectionHeading,
    TextField,
    TimeField,
)


@dataclass(frozen=True, slots=True)
class Work:
    """A worklist that waits: its words, and the place where it is worked off; a mere remark has none."""

    icon: str
    text: str
    act: str = ""
    page: str = ""
    ids: tuple[UUID, ...] = ()


class TasksCard(QWidget):
    """`opened` carries a page's word and its ids. Rows are kept as long as they say the same."""

    opened = Signal(str, object)
    refused = Signal()

    def __init__(self, desk: Desk, *, may_edit: bool) -> None:
        super().__init__()
        self._desk, self._may = desk, may_edit
        self._shown: tuple[object, ...] = ()
        self._why_off = ""
        self.boxes: dict[UUID, CheckBox] = {}
        self.acts: dict[str, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.heading = SectionHeading(
            tr("Desk tasks"),
            icon="list-checks",
            count=0,
            action=tr("Add task") if may_edit else "",
            large=True,
        )
        self.heading.actionTriggered.connect(self.add)
        column.addWidget(self.heading)
        self.ground = Card(padding=0)
        column.addWidget(self.ground)
        column.addStretch(1)

    def show_all(self, works: Sequence[Work], tasks: Sequence[DeskTask], wall_now: datetime) -> None:
        """Show what is open, and what was done today below it."""
        shown = (*works, *tasks, wall_now.replace(second=0, microsecond=0) if _any_due(tasks) else None)
        if shown == self._shown:
            return
        self._shown = shown
        focused = self._focused()
        body = self.ground.body
        while (item := body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes, self.acts = {}, {}
        self.heading.set_count(len(works) + sum(task.done_at is None for task in tasks))
        rows = [self._task(task, wall_now) for task in tasks] + [self._work(work) for work in works]
        for number, row in enumerate(rows):
            if number:
                body.addWidget(Divider())
            body.addWidget(row)
        if not rows:
            nothing = Label(tr("Nothing is to do."), "body", tone="text3")
            nothing.setContentsMargins(14, 10, 14, 10)
            body.addWidget(nothing)
        self.set_off(self._why_off)
        if focused in self.boxes:
            self.boxes[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_off(self, why: str) -> None:
        """Switch ticking off and say why, or on again."""
        self._why_off = why
        for box in self.boxes.values():
            box.setEnabled(self._may and not why)
            box.setToolTip(why)
        if self.heading.action is not None:
            self.heading.action.setEnabled(not why)
            self.heading.action.setToolTip(why)

    def add(self) -> None:
        """Ask for a task."""
        popover = AddTask(self._desk, self.window() if self.heading.action is None else self)
        popover.open_at(self.heading.action or self.heading)

    def take_focus(self) -> None:
        """Give the first task the keys."""
        first: QWidget | None = next(iter([*self.boxes.values(), *self.acts.values()]), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused(self) -> UUID | None:
        return next((one for one, box in self.boxes.items() if box.hasFocus()), None)

    def _task(self, task: DeskTask, wall_now: datetime) -> QWidget:
        holder, row = _line()
        done = task.done_at is not None
        box = CheckBox("", done, name=tr("Done: {text}").format(text=task.text))
        box.toggled.connect(partial(self._finish, task))
        self.boxes[task.id] = box
        row.addWidget(box)
        text = task.text if not task.patient_name else f"{task.text} ({task.patient_name})"
        row.addWidget(Label(text, "body", elide=True, tone="text3" if done else "text"), 1)
        if task.due_at is not None and not done:
            late = task.due_at < wall_now
            row.addWidget(Label(_due(task.due_at, wall_now), "small", tone="warn" if late else "text2"))
        elif done:
            row.addWidget(Label(tr("done"), "small", tone="text3"))
        return holder

    def _work(self, work: Work) -> QWidget:
        holder, row = _line()
        row.addWidget(IconLabel(work.icon, 16, "text2"))
        row.addWidget(Label(work.text, "body", elide=True), 1)
        if not work.page:
            return holder
        button = Button(work.act, size="small")
        button.setAccessibleName(f"{work.act}: {work.text}")
        button.clicked.connect(lambda _checked=False: self.opened.emit(work.page, work.ids))
        self.acts[work.page] = button
        row.addWidget(button)
        return holder

    def _finish(self, task: DeskTask, done: bool) -> None:
        desk = self._desk
        command = FinishDeskTask(id=task.id, version=task.version, done=done)

        def told(kept: DeskTask) -> None:
            said = tr("Task done: {text}") if done else tr("Task to do again: {text}")
            desk.say(said.format(text=kept.text), partial(self._finish, kept, not done))

        def refused(error: ClinicError) -> None:
            # The tick says what is so, not what was tried.
            self._shown = ()
            self.refused.emit()
            errors.show(self, error)

        desk.tasks.change(
            self, lambda: desk.clinic.desk_tasks.finish(desk.actor, command), done=told, failed=refused
        )


class AddTask(Popover):
    """A line of text, and by when if that matters."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        super().__init__(host, tr("New task"), width=360)
        self._desk = desk
        self.text = TextField()
        self.day = DateField(desk.today, None)
        self.at = TimeField(None)
        self.form = Form(
            {
                "text": LabelledField(tr("What is to do"), self.text),
                "due_at": LabelledField(tr("By which day"), self.day, optional=True),
                "time": LabelledField(tr("And time"), self.at, optional=True),
            }
        )
        self.body.addWidget(self.form.fields["text"])
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.form.fields["due_at"], 3)
        row.addWidget(self.form.fields["time"], 2)
        self.body.addLayout(row)
        self.dirty = lambda: bool(self.text.text().strip())
        self.save = Button(tr("Add task"), "primary", key="Enter")
        self.save.set_default()
        self.save.clicked.connect(self._save)
        self.footer.addStretch(1)
        self.footer.addWidget(self.save)

    def focus_first(self) -> None:
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        if self.save.busy:
            return
        day, at = self.day.value(), self.at.value()
        if day is None and at is not None:
            day = self._desk.today()
        due = datetime.combine(day, at or time(17)) if day is not None else None
        command = self.form.build(AddDeskTask, due_at=due)
        if command is None:
            return
        desk = self._desk
        self.save.set_busy(True)

        def told(kept: DeskTask) -> None:
            self.close_layer()
            desk.say(tr("Task added: {text}").format(text=kept.text))

        desk.tasks.change(
            self,
            lambda: desk.clinic.desk_tasks.add(desk.actor, command),
            done=told,
            always=lambda: self.save.set_busy(False),
        )


def _line() -> tuple[QWidget, QHBoxLayout]:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(12, 6, 10, 6)
    row.setSpacing(10)
    return holder, row


def _any_due(tasks: Sequence[DeskTask]) -> bool:
    return any(task.due_at is not None and task.done_at is None for task in tasks)


def _due(due: datetime, wall_now: datetime) -> str:
    """`before 12:00`, `since 09:12` once it is late; with the day where that is another."""
    at = words.clock(due) if due.date() == wall_now.date() else f"{short_day(due.date())}, {words.clock(due)}"
    return tr("since {time}").format(time=at) if due < wall_now else tr("before {time}").format(time=at)
