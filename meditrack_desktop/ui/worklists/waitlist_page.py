"""Who waits for a place: filter by doctor or name, book the next free time, or take somebody off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QHBoxLayout

from meditrack_desktop.domain.deeds import DeedKind
from meditrack_desktop.domain.front_desk import MOST_LISTED, LeaveWaitlist, Urgency, WaitlistEntry
from meditrack_desktop.domain.permissions import Permission
from meditrack_desktop.domain.practitioners import Practitioner
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.waitlist_panel import urgency_words
from meditrack_desktop.ui.scheduling.words import birth_text, date_text, length_text
from meditrack_desktop.ui.widgets import Button, Cell, CellTag, Column, Combo, Option, SearchBox, matches
from meditrack_desktop.ui.worklists.list_page import ListPage
from meditrack_desktop.ui.worklists.taking_back import undo_of
from meditrack_desktop.ui.worklists.words import tr

_TONES = {Urgency.URGENT: "danger", Urgency.SOON: "warn", Urgency.ROUTINE: "neutral"}
Found = tuple[tuple[WaitlistEntry, ...], tuple[Practitioner, ...]]


class WaitlistPage(ListPage):
    """Urgent ones first, then who has waited longest."""

    about = ("waitlist_entry", "patient", "appointment", "practitioner")

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            tr("Waitlist"),
            [
                Column("patient", tr("Patient"), 220, stretch=True, sortable=False),
                Column("phone", tr("Phone"), 160, sortable=False),
                Column("what", tr("Wants"), 180, sortable=False),
                Column("doctor", tr("With"), 180, 1, sortable=False),
                Column("times", tr("When"), 200, 2, sortable=False),
                Column("urgency", tr("Urgency"), 110, sortable=False),
            ],
            nothing=tr("Nobody waits for a place"),
            nothing_text=tr("Who would come earlier is added here; cancelling a visit asks here by itself."),
        )
        self._all: tuple[WaitlistEntry, ...] = ()
        self._names: dict[UUID, str] = {}
        self.search = SearchBox(tr("Name or phone"), name=tr("Find on the waitlist"))
        self.doctor = Combo([Option(None, tr("All doctors"))], name=tr("Doctor"))
        self.search.searched.connect(lambda _text: self._filter())
        self.doctor.valueChanged.connect(lambda _value: self._filter())
        row = QHBoxLayout()
        row.setContentsMargins(20, 0, 20, 12)
        row.setSpacing(10)
        row.addWidget(self.search, 2)
        row.addWidget(self.doctor, 1)
        row.addStretch(2)
        self.below_head.addLayout(row)
        if desk.actor.may(Permission.BOOK_APPOINTMENT):
            self.join = Button(tr("Add to the waitlist"), "primary", icon="plus")
            self.join.clicked.connect(lambda: desk.go.join_waitlist())
            self.head.addWidget(self.join)
            self.bind("book", tr("Book"), "B", desk.go.book_for)
            self.bind("leave", tr("Take off"), "X", self._leave)
            self.bind("leave", "", "Del", self._leave, shown=False)
            self.table.opened.connect(lambda _row: desk.go.book_for(self.chosen()))

    def ask(self) -> Found:
        clinic, actor = self.desk.clinic, self.desk.actor
        doctors = clinic.practitioners.list(actor) if actor.may(Permission.VIEW_DOCTORS) else ()
        return clinic.waitlist.list(actor), tuple(doctors)

    def show_answer(self, found: Found) -> None:
        self._all, doctors = found
        self._names = {doctor.id: doctor.name for doctor in doctors}
        chosen = self.doctor.value()
        self.doctor.set_options(
            [Option(None, tr("All doctors"))]
            + [Option(doctor.id, doctor.name, avatar=doctor.name, staff=True) for doctor in doctors]
        )
        self.doctor.set_value(chosen)
        self.say_cut(len(self._all), MOST_LISTED)
        self._filter()

    def cell(self, record: WaitlistEntry, key: str) -> Cell:
        if key == "patient":
            born = birth_text(record.patient_birth_date, self.desk.today())
            return Cell(record.patient_name, f"{born}, {record.patient_mrn}", strong=True)
        if key == "phone":
            return Cell(record.patient_phone or "–", strong=bool(record.patient_phone))
        if key == "what":
            earlier = tr("has a later visit") if record.appointment_id is not None else record.note
            what = record.visit_type or tr("Visit")
            return Cell(f"{what}, {length_text(record.minutes)}", earlier)
        if key == "doctor":
            name = self._names.get(record.practitioner_id, "") if record.practitioner_id else ""
            return Cell(name or tr("Anybody"), avatar=name, staff=True) if name else Cell(tr("Anybody"))
        if key == "times":
            since = tr("since {day}").format(day=date_text(record.created_at.date()))
            return Cell(times_text(record), since)
        return Cell(tags=(CellTag(urgency_words(record.urgency), _TONES[record.urgency]),))

    def _filter(self) -> None:
        doctor, text = self.doctor.value(), self.search.text().strip()
        shown: Sequence[WaitlistEntry] = [
            entry
            for entry in self._all
            if (doctor is None or entry.practitioner_id in (None, doctor))
            and (not text or matches(text, f"{entry.patient_name} {entry.patient_phone} {entry.patient_mrn}"))
        ]
        self.show_records(shown)

    def _leave(self, entry: WaitlistEntry) -> None:
        desk = self.desk
        command = LeaveWaitlist(id=entry.id, version=entry.version)

        def told(gone: WaitlistEntry) -> None:
            back = tr("{name} waits again").format(name=gone.patient_name)
            undo = undo_of(desk, self, DeedKind.WAITLIST_LEFT, gone.id, back)
            desk.say(tr("{name} no longer waits").format(name=gone.patient_name), undo)

        desk.tasks.change(self, partial(desk.clinic.waitlist.leave, desk.actor, command), done=told)
        self.next_row()


def times_text(entry: WaitlistEntry) -> str:
    """`Mon, Wed, 09:00 to 12:00, until 4 Dec 2026`; `any time` where nothing is said."""
    parts: list[str] = []
    if entry.weekdays:
        monday = QDate(2024, 1, 1)
        parts.append(", ".join(QLocale().toString(monday.addDays(day), "ddd") for day in entry.weekdays))
    if entry.from_time and entry.until_time:
        parts.append(
            tr("{start} to {end}").format(start=f"{entry.from_time:%H:%M}", end=f"{entry.until_time:%H:%M}")
        )
    elif entry.from_time:
        parts.append(tr("from {time}").format(time=f"{entry.from_time:%H:%M}"))
    elif entry.until_time:
        parts.append(tr("until {time}").format(time=f"{entry.until_time:%H:%M}"))
    if entry.first_day:
        parts.append(tr("from {day}").format(day=date_text(entry.first_day)))
    if entry.last_day:
        parts.append(tr("until {day}").format(day=date_text(entry.last_day)))
    return ", ".join(parts) or tr("any time")
