"""Visits that an absence keeps from taking place: choose a place for each by number, move all, and call."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from meditrack_desktop.domain.absence_worklists import (
    AbsenceWorklist,
    AffectedVisit,
    ContactOutcome,
    ManyMoved,
    MarkContacted,
    MoveMany,
    MoveTo,
    Proposal,
    ProposalKind,
    RefusedMove,
)
from meditrack_desktop.domain.clock import to_wall
from meditrack_desktop.domain.errors import ClinicError
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.ui import errors
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.printing.acts import may_print
from meditrack_desktop.ui.scheduling.day_model import minute_of
from meditrack_desktop.ui.scheduling.undoing import Undoing
from meditrack_desktop.ui.scheduling.words import clock_text, short_day, visits_text
from meditrack_desktop.ui.widgets import Button, Cell, CellTag, Column, Label, ProgressBar
from meditrack_desktop.ui.worklists.list_page import ListPage
from meditrack_desktop.ui.worklists.visit_cells import visit_cell
from meditrack_desktop.ui.worklists.words import tr

MOST_PROPOSALS = 3
_OUTCOMES = {
    ContactOutcome.REACHED: ("ok", "phone"),
    ContactOutcome.MESSAGE_LEFT: ("info", "message-square"),
    ContactOutcome.NO_ANSWER: ("neutral", "phone"),
}


class AbsencePage(ListPage):
    """1 to 3 choose a place, 0 leaves the visit for now; R, L and N note a call. What was done is kept by the clinic.

    The first place of each visit is chosen to begin with; a choice made here stays as long as the place is offered.
    """

    about = ("appointment", "absence", "patient", "practitioner")

    def __init__(self, desk: Desk, absence_id: UUID) -> None:
        super().__init__(
            desk,
            tr("Visits to move"),
            [
                Column("when", tr("Visit"), 110, sortable=False),
                Column("patient", tr("Patient"), 200, stretch=True, sortable=False),
                Column("phone", tr("Phone"), 150, 1, sortable=False),
                Column("place1", "1", 184, sortable=False),
                Column("place2", "2", 184, sortable=False),
                Column("place3", "3", 184, 2, sortable=False),
                Column("call", tr("Call"), 128, sortable=False),
            ],
            nothing=tr("Every visit has another place"),
            hint=tr("1 to 3 choose a place, 0 leaves it. R, L, N note a call."),
        )
        self.absence_id = absence_id
        self.worklist: AbsenceWorklist | None = None
        self._chosen: dict[UUID, Proposal | None] = {}
        self._keep_banner = False
        self.undoing = Undoing(desk, self)
        self.undoing.turned.connect(lambda _found: self.refresh())
        self.progress = ProgressBar(tr("Worked off"))
        self.progress.setFixedWidth(120)
        self.done = Label("", "small", tone="text2")
        self.printer = Button(tr("Print list of calls"), icon="printer")
        self.printer.setToolTip(tr("Print list of calls (Ctrl+P)"))
        self.printer.clicked.connect(lambda: self.print_calls())
        for part in (self.done, self.progress, self.printer):
            self.head.addWidget(part)
        self.printer.setVisible(may_print(desk))
        self.mover = Button("", "primary", key="Ctrl Enter")
        self.mover.clicked.connect(lambda: self.move_all())
        may = desk.actor.may(Permission.MOVE_APPOINTMENT)
        if desk.actor.may(Permission.SET_APPOINTMENT_STATUS):
            for key, text, outcome in (
                ("R", tr("Reached"), ContactOutcome.REACHED),
                ("L", tr("Left a message"), ContactOutcome.MESSAGE_LEFT),
                ("N", tr("No answer"), ContactOutcome.NO_ANSWER),
            ):
                self.bind(outcome.value, text, key, partial(self._called, outcome))
        if may:
            for number in range(MOST_PROPOSALS + 1):
                self.bind(f"place{number}", "", str(number), partial(self._choose, number), shown=False)
        self.foot.addWidget(self.mover)
        self.mover.setVisible(may)
        for keys, then in (
            (QKeySequence("Ctrl+Return"), self.move_all),
            (QKeySequence("Ctrl+Enter"), self.move_all),
            (QKeySequence(QKeySequence.StandardKey.Print), self.print_calls),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(then)
        self.table.opened.connect(lambda _row: self._open())

    def ask(self) -> AbsenceWorklist:
        return self.desk.clinic.absence_worklists.of_absence(self.desk.actor, self.absence_id)

    def identity(self, record: AffectedVisit) -> object:
        return record.visit.id

    def show_answer(self, found: AbsenceWorklist) -> None:
        self.worklist = found
        for item in found.items:
            before = self._chosen.get(item.visit.id)
            if item.visit.id in self._chosen and (before is None or before in item.proposals):
                continue
            self._chosen[item.visit.id] = next(iter(item.proposals), None)
        self.note.setText(_whose(found))
        self.done.setText(tr("{done} of {total} done").format(done=found.done, total=found.total))
        self.progress.set_share(found.done / found.total if found.total else 1.0)
        self.show_records(found.items)
        self._dress_move()

    def cell(self, record: AffectedVisit, key: str) -> Cell:
        if key.startswith("place"):
            return self._place(record, int(key.removeprefix("place")))
        if key == "call":
            return self._call(record)
        return visit_cell(record.visit, key)

    def chosen_place(self, item: AffectedVisit) -> Proposal | None:
        """Where a visit would go."""
        found = self._chosen.get(item.visit.id)
        return found if found in item.proposals else None

    def move_all(self) -> None:
        """Move every visit that has a place chosen, in one go; one Undo takes it back."""
        desk, found = self.desk, self.worklist
        if found is None or self.mover.busy or not desk.actor.may(Permission.MOVE_APPOINTMENT):
            return
        moves = tuple(
            MoveTo(
                id=item.visit.id,
                version=item.visit.version,
                practitioner_id=place.practitioner_id,
                wall_start=place.wall_start,
                fold=to_wall(place.starts_at, desk.facts.tz).fold,
            )
            for item in found.items
            if (place := self.chosen_place(item)) is not None
        )
        if not moves:
            desk.say(tr("No place is chosen. Press 1 to 3 on a visit."))
            return
        command = MoveMany(absence_id=self.absence_id, moves=moves[:200])
        self.mover.set_busy(True)
        desk.tasks.change(
            self,
            partial(desk.clinic.absence_worklists.move_all, desk.actor, command),
            done=self._moved,
            failed=lambda error: errors.show(self, error, retry=self.refresh),
            always=lambda: self.mover.set_busy(False),
        )

    def print_calls(self) -> None:
        """The list of calls, previewed."""
        from meditrack_desktop.ui.printing.sheet_dialog import open_call_list

        if may_print(self.desk) and self.worklist is not None:
            open_call_list(self.desk, self, self.absence_id, _whose(self.worklist))

    def _moved(self, found: ManyMoved) -> None:
        words = tr("{visits} moved").format(visits=visits_text(len(found.moved)))
        undo = partial(self.undoing.take_back, found.moved[0].id) if found.moved else None
        if found.moved or not found.refused:
            self.desk.say(words, undo)
        if found.refused:
            names = {item.visit.id: item.visit for item in self.worklist.items} if self.worklist else {}
            first = found.refused[0]
            who = names.get(first.appointment_id)
            why = errors.words(_refusal(first)).title
            self.show_banner(
                tr("{visits} stayed where they were. {name}: {why} Other places are offered.").format(
                    visits=visits_text(len(found.refused)), name=who.patient_name if who else "", why=why
                ),
                "warn",
            )
            self._keep_banner = True
        self.refresh()

    def _answered(self, found: AbsenceWorklist) -> None:
        kept, self._keep_banner = self._keep_banner, False
        if kept:
            self._loaded = True
            self.show_answer(found)
        else:
            super()._answered(found)

    def _choose(self, number: int, item: AffectedVisit) -> None:
        if number > len(item.proposals):
            return
        self._chosen[item.visit.id] = item.proposals[number - 1] if number else None
        self.repaint_rows()
        self._dress_move()
        self.next_row()

    def _called(self, outcome: ContactOutcome, item: AffectedVisit) -> None:
        desk = self.desk
        command = MarkContacted(absence_id=self.absence_id, appointment_id=item.visit.id, outcome=outcome)
        desk.tasks.change(
            self,
            partial(desk.clinic.absence_worklists.mark_contacted, desk.actor, command),
            done=lambda _none: self.refresh(),
        )
        self.next_row()

    def _place(self, item: AffectedVisit, number: int) -> Cell:
        if number > len(item.proposals):
            nothing = tr("No free place") if number == 1 else ""
            return Cell(nothing, tone="text3")
        place = item.proposals[number - 1]
        taken = self.chosen_place(item) == place
        when = f"{short_day(place.wall_start.date())}, {clock_text(minute_of(place.wall_start))}"
        whom = tr("same doctor") if place.kind is ProposalKind.SAME_DOCTOR else place.practitioner_name
        return Cell(
            when,
            whom,
            strong=taken,
            tone="text" if taken else "text2",
            icon="circle-check" if taken else "circle",
            mark_meaning=tr("chosen") if taken else "",
        )

    def _call(self, item: AffectedVisit) -> Cell:
        if item.contact is None:
            return Cell(tr("To call"), tone="text2")
        tone, icon = _OUTCOMES[item.contact.outcome]
        return Cell(tags=(CellTag(_outcome(item.contact.outcome), tone, icon),))

    def _dress_move(self) -> None:
        items = self.worklist.items if self.worklist is not None else ()
        count = sum(self.chosen_place(item) is not None for item in items)
        self.mover.set_text(tr("Move {visits}").format(visits=visits_text(count)))
        self.mover.setEnabled(bool(count))

    def _open(self) -> None:
        item = self.chosen()
        if item is not None:
            self.desk.go.calendar(item.visit.day, item.visit.id)


def _whose(found: AbsenceWorklist) -> str:
    """`Dr. Ines Modelo, away from Wed 18 Nov, 08:00 to Wed 18 Nov, 13:00`."""
    absence = found.absence

    def when(wall: datetime) -> str:
        return f"{short_day(wall.date())}, {clock_text(minute_of(wall))}"

    return tr("{doctor}, away from {start} to {end}").format(
        doctor=found.practitioner_name, start=when(absence.wall_start), end=when(absence.wall_end)
    )


def _refusal(one: RefusedMove) -> ClinicError:
    return ClinicError(one.code, fields=None, **one.parameters)


def _outcome(outcome: ContactOutcome) -> str:
    return {
        ContactOutcome.REACHED: tr("Reached"),
        ContactOutcome.MESSAGE_LEFT: tr("Message left"),
        ContactOutcome.NO_ANSWER: tr("No answer"),
    }[outcome]
