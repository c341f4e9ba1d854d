"""Who is due to be seen again: book the next free time, or say that it is not needed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout

from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.front_desk import MOST_LISTED, EndFollowUp, FollowUp
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.words import birth_text, date_text
from meditrack_desktop.ui.widgets import Button, Cell, CellTag, Column, Segmented
from meditrack_desktop.ui.worklists.list_page import ListPage
from meditrack_desktop.ui.worklists.taking_back import undo_of
from meditrack_desktop.ui.worklists.words import tr

Found = tuple[tuple[FollowUp, ...], dict[UUID, str]]


class FollowUpsPage(ListPage):
    """Who is overdue stands first; `period` is how many days ahead is looked, None for all."""

    about = ("follow_up", "patient", "appointment")

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr("Follow-ups"),
            [
                Column("due", tr("Due"), 190, sortable=False),
                Column("patient", tr("Patient"), 220, stretch=True, sortable=False),
                Column("phone", tr("Phone"), 160, sortable=False),
                Column("what", tr("What for"), 220, sortable=False),
                Column("doctor", tr("With"), 190, 1, sortable=False),
            ],
            nothing=tr("Nobody is due"),
            nothing_text=tr("Look further ahead, or add somebody who should be seen again."),
        )
        self._names: dict[UUID, str] = {}
        self.period = Segmented(
            [
                (0, tr("Due now")),
                (30, tr("Next 30 days")),
                (None, tr("All")),
            ],
            30,
            name=tr("How far ahead"),
        )
        self.period.valueChanged.connect(lambda _value: self.refresh())
        row = QHBoxLayout()
        row.setContentsMargins(20, 0, 20, 12)
        row.addWidget(self.period)
        row.addStretch(1)
        self.below_head.addLayout(row)
        if desk.actor.may(Permission.BOOK_APPOINTMENT):
            self.add = Button(tr("Add a follow-up"), "primary", icon="plus")
            self.add.clicked.connect(lambda: desk.go.add_follow_up())
            self.head.addWidget(self.add)
            self.bind("book", tr("Book"), "B", desk.go.book_for)
            self.bind("end", tr("Not needed"), "X", self._dismiss)
            self.bind("end", "", "Del", self._dismiss, shown=False)
            self.table.opened.connect(lambda _row: desk.go.book_for(self.chosen()))

    def ask(self) -> Found:
        clinic, actor, ahead = self.desk.clinic, self.desk.actor, self.period.value()
        last = self.desk.today() + timedelta(days=ahead) if isinstance(ahead, int) else None
        doctors = clinic.practitioners.list(actor) if actor.may(Permission.VIEW_DOCTORS) else ()
        return clinic.follow_ups.due(actor, None, last), {one.id: one.name for one in doctors}

    def show_answer(self, found: Found) -> None:
        records, self._names = found
        self.say_cut(len(records), MOST_LISTED)
        self.show_records(records)

    def cell(self, record: FollowUp, key: str) -> Cell:
        if key == "due":
            late = record.due_on < self.desk.today()
            tags = (CellTag(tr("overdue"), "warn"),) if late else ()
            return Cell(date_text(record.due_on), strong=True, tags=tags)
        if key == "patient":
            born = birth_text(record.patient_birth_date, self.desk.today())
            return Cell(record.patient_name, f"{born}, {record.patient_mrn}", strong=True)
        if key == "phone":
            return Cell(record.patient_phone or "–", strong=bool(record.patient_phone))
        if key == "what":
            return Cell(record.visit_type or tr("Visit"), record.reason)
        name = self._names.get(record.practitioner_id, "") if record.practitioner_id else ""
        return Cell(name, avatar=name, staff=True) if name else Cell(tr("Anybody"))

    def _dismiss(self, one: FollowUp) -> None:
        desk = self.desk
        command = EndFollowUp(id=one.id, version=one.version)

        def told(ended: FollowUp) -> None:
            words = tr("Follow-up of {name} is not needed").format(name=ended.patient_name)
            back = tr("{name} is due again").format(name=ended.patient_name)
            desk.say(words, undo_of(desk, self, DeedKind.FOLLOW_UP_ENDED, ended.id, back))

        desk.tasks.change(self, partial(desk.clinic.follow_ups.end, desk.actor, command), done=told)
        self.next_row()
