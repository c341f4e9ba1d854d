"""Every control in every state on one sheet, for the eye and for screenshots. All people in it are invented."""

from collections.abc import Sequence
from datetime import date, time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from meditrack_desktop.ui import theme
from meditrack_desktop.ui.widgets.badge import Avatar, Badge, KeyCap, StatusPill, Tag
from meditrack_desktop.ui.widgets.button import Button, IconButton, SplitButton
from meditrack_desktop.ui.widgets.card import Card, Divider, IconLabel, SectionHeading
from meditrack_desktop.ui.widgets.chips import FilterChip
from meditrack_desktop.ui.widgets.choice import Combo, SearchSelect
from meditrack_desktop.ui.widgets.date_field import DateField
from meditrack_desktop.ui.widgets.feedback import Banner, StateView
from meditrack_desktop.ui.widgets.focus_ring import FocusRing
from meditrack_desktop.ui.widgets.gallery_layers import DOCTORS, PATIENTS, VISITS, LayerKind, open_layer
from meditrack_desktop.ui.widgets.label import Label, Variant
from meditrack_desktop.ui.widgets.layer import Layer
from meditrack_desktop.ui.widgets.month_view import MonthView
from meditrack_desktop.ui.widgets.password_field import PasswordField
from meditrack_desktop.ui.widgets.record_model import Cell, CellTag, Column, RecordModel
from meditrack_desktop.ui.widgets.record_table import RecordTable
from meditrack_desktop.ui.widgets.status import STATUSES
from meditrack_desktop.ui.widgets.text_field import (
    LabelledField,
    SearchBox,
    TextField,
)
from meditrack_desktop.ui.widgets.time_field import SlotChips, TimeField
from meditrack_desktop.ui.widgets.toast import Toasts
from meditrack_desktop.ui.widgets.toggles import CheckBox, Radio, Segmented, Switch, TabStrip
from meditrack_desktop.ui.widgets.waiting import ProgressBar, Skeleton

_ROWS = (
    ("Amara Apeere", "004-0912", "19 Jul 2001", "Today 13:15", "0.00", "booked"),
    ("Ida Eksempel", "001-0034", "30 Sep 1948", "16 Dec 08:00", "0.00", "confirmed"),
    ("Mara Fictanova", "002-3371", "5 Apr 1988", "None", "$45.00", "inroom"),
    ("Theo Mockridge", "004-0455", "28 Feb 2010", "9 Dec 08:00", "$260.00", "arrived"),
    ("Zeynep Örnek", "003-2750", "6 Jan 2008", "None", "0.00", "cancelled"),
)


class Gallery(QWidget):
    """The sheet. `today` is the day that its date controls show; show it at 1440 px width or more."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.setAutoFillBackground(True)
        self.toasts = Toasts(self, bottom=12)
        self.ring = FocusRing(self)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(20, 20, 20, 20)
        columns.setSpacing(12)
        stacks: tuple[tuple[int, Sequence[QWidget]], ...] = (
            (5, (self._buttons(), self._fields(), self._chips(), self._table(), self._tabs())),
            (4, (self._type(), self._feedback(), self._waiting(), self._states())),
            (3, (self._dates(), self._times(), self._choices(), self._people())),
        )
        for stretch, cards in stacks:
            column = QVBoxLayout()
            column.setSpacing(12)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            columns.addLayout(column, stretch)

    def open_layer(self, kind: LayerKind) -> Layer | None:
        """Open one of the floating layers over the sheet."""
        return open_layer(self, kind)

    def _buttons(self) -> Card:
        card = Card("Buttons")
        hover, off, busy = Button("Hover", "primary"), Button("Off", "primary"), Button("Busy", "primary")
        hover.forced_state = "hover"
        off.setEnabled(False)
        busy.set_busy(True)
        kinds = (
            Button("Primary", "primary"),
            hover,
            off,
            busy,
            Button("Secondary"),
            Button("Quiet", "quiet"),
            Button("Delete", "danger"),
            Button("Stop import", "danger_secondary"),
        )
        card.body.addLayout(_row(*kinds))
        card.body.addLayout(
            _row(
                Button("Open chart", "primary", key="Enter"),
                Button("Show all", "link"),
                Button("Book", icon="calendar-plus", key="B"),
                Button("Check in", "primary", size="small"),
                Button("Send in", size="small"),
            )
        )
        card.body.addLayout(
            _row(
                SplitButton("New appointment", icon="plus"),
                IconButton("printer", "Print", kind="secondary"),
                _dotted(IconButton("bell", "Notifications", icon_size=18)),
            )
        )
        return card

    def _fields(self) -> Card:
        card = Card("Fields")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(14)
        wrong = LabelledField("Email", TextField("hana@"))
        wrong.set_error("Add the part after @")
        off = TextField("Locked by the administrator")
        off.setEnabled(False)
        secret = PasswordField(icon="key-round")
        secret.setText("not-a-secret")
        password = LabelledField("Password", secret)
        password.set_warning("Caps Lock is on")
        fields = (
            LabelledField("Name", TextField("Hana Mihon")),
            LabelledField("Phone", TextField("+1 555 0103"), help="With country code", optional=True),
            wrong,
            LabelledField("Born", DateField(lambda: self._today, date(1997, 7, 1), quick=False)),
            LabelledField("Visit", Combo(VISITS, value="follow-up")),
            password,
            LabelledField("Doctor", Combo(DOCTORS, value="shili")),
            LabelledField("Patient", SearchSelect(options=PATIENTS, placeholder="Name or birth date")),
            LabelledField("Clinic", off),
        )
        for number, field in enumerate(fields):
            grid.addWidget(field, number // 3, number % 3, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(grid)
        card.body.addWidget(SearchBox("Name, birth date, phone or MRN", key="Ctrl F"))
        return card

    def _chips(self) -> Card:
        card = Card("Chips, tags, badges")
        card.body.addLayout(
            _row(
                FilterChip("Coming today", icon="calendar-days", active=True),
                FilterChip("Doctor"),
                FilterChip("Filter", adds=True),
                Tag("New", "accent"),
                Badge("12"),
                Badge("4", "warn"),
                KeyCap("Ctrl K"),
            )
        )
        card.body.addLayout(
            _row(
                Tag("Penicillin", "danger", icon="circle-alert"),
                Tag("$45.00 due", "warn", icon="wallet"),
                Tag("Paid", "ok", icon="circle-check"),
                Tag("Part paid", "info", icon="circle-dot"),
                Tag("Draft", icon="pencil"),
            )
        )
        card.body.addLayout(_row(*(StatusPill(status) for status in STATUSES)))
        return card

    def _table(self) -> Card:
        card = Card(padding=0)
        columns = (
            Column("name", "Name", 190, stretch=True),
            Column("mrn", "MRN", 90, priority=3),
            Column("born", "Born", 116),
            Column("status", "Status", 132, priority=1),
            Column("balance", "Balance", 90, priority=2, align_right=True),
        )
        model = RecordModel(columns, _cell, identity=lambda row: row[1], checkable=True)
        model.set_records(_ROWS)
        model.toggle(0)
        table = RecordTable(model, "Patients")
        table.set_sort("name")
        table.select_row(2)
        table.setFixedHeight(theme.current().row_height * len(_ROWS) + theme.current().px(31))
        card.body.addWidget(table)
        return card

    def _tabs(self) -> Card:
        card = Card()
        card.body.addWidget(
            TabStrip(
                [("overview", "Overview", None), ("visits", "Visits", 9), ("documents", "Documents", 12)],
                "overview",
                name="Chart",
            )
        )
        card.body.addLayout(
            _row(
                Segmented(
                    [("day", "Day"), ("week", "Week"), ("month", "Month"), ("agenda", "Agenda")], "day"
                ),
                IconButton("panel-left", "Side panel", checkable=True),
            )
        )
        return card

    def _type(self) -> Card:
        card = Card("Type, Inter")
        lines: tuple[tuple[Variant, str], ...] = (
            ("display", "$48,240"),
            ("title", "Wednesday 18 November"),
            ("section", "Waiting"),
            ("body", "Annual check-up with Dr. Ines Modelo"),
            ("emphasis", "Consent signed"),
            ("small", "5 Apr 1988 (38), 002-3371"),
            ("micro", "08:00"),
            ("hint", "Type 1115 or 11:15. Taken times are struck through."),
        )
        for variant, text in lines:
            card.body.addWidget(Label(text, variant))
        card.body.setSpacing(4)
        card.body.addWidget(SectionHeading("Due next", count=9, icon="clock", note="next 60 min", large=True))
        card.body.addWidget(Divider())
        card.body.addWidget(SectionHeading("Recent", action="All 12 documents"))
        names: tuple[str, ...] = (
            "sun",
            "calendar-days",
            "users",
            "receipt-text",
            "stethoscope",
            "chart-column",
            "settings",
        )
        names += (
            "search",
            "armchair",
            "check-check",
            "user-x",
            "ban",
            "circle-dashed",
            "database-backup",
            "wifi-off",
        )
        card.body.addLayout(_row(*(IconLabel(name, 18) for name in names)))
        return card

    def _feedback(self) -> Card:
        card = Card("Feedback")
        card.body.addWidget(Banner("Backup is 26 h old", "warn", action="Back up"))
        card.body.addWidget(
            Banner(
                "The clinic server did not answer in 10 s. Your entries are kept here.",
                "danger",
                lead="The appointment was not saved.",
                action="Try again",
                stacked=True,
            )
        )
        card.body.addWidget(Banner("Noah Stubson is editing this day, too.", "info"))
        card.body.addWidget(Banner("The restore test of last night went well.", "ok"))
        return card

    def _waiting(self) -> Card:
        card = Card("Long work")
        card.body.addWidget(Label("1,284 of 4,218, about 40 s left", tone="text2"))
        bar = ProgressBar("Importing patients")
        bar.set_share(0.3)
        card.body.addWidget(bar)
        skeleton = Skeleton()
        skeleton.setFixedHeight(theme.current().row_height * 3)
        card.body.addWidget(skeleton)
        return card

    def _states(self) -> Card:
        card = Card()
        view = StateView(
            "empty",
            "No patients yet",
            "Add the first one, or bring your list from a spreadsheet.",
            icon="users",
        )
        view.add_action("New patient", lambda: None, kind="primary", icon="user-plus")
        view.add_action("Import a list", lambda: None, icon="file-up")
        card.body.addWidget(view)
        return card

    def _dates(self) -> Card:
        card = Card("Date picker")
        month = MonthView(self._today, self._today)
        month.set_marks({self._today.replace(day=25)})
        card.body.addWidget(month)
        card.body.addLayout(
            _row(*(Button(text, size="small") for text in ("Today", "Tomorrow", "In 6 weeks")))
        )
        return card

    def _times(self) -> Card:
        card = Card("Time picker")
        card.body.addWidget(TimeField(time(11, 15), name="Time"))
        chips = SlotChips()
        taken = {time(11, 0), time(12, 0)}
        moments = [time(10 + (45 + 15 * step) // 60, (45 + 15 * step) % 60) for step in range(8)]
        chips.set_slots([(moment, moment not in taken) for moment in moments], time(11, 15))
        card.body.addWidget(chips)
        card.body.addWidget(Label("Type 1115 or 11:15. Taken times are struck through.", "hint", wrap=True))
        return card

    def _choices(self) -> Card:
        card = Card("Choices")
        off = CheckBox("Not for this role", True)
        off.setEnabled(False)
        part = CheckBox("Some of them")
        part.setTristate(True)
        part.setCheckState(Qt.CheckState.PartiallyChecked)
        card.body.addLayout(_row(CheckBox("By text", True), CheckBox("By email")))
        card.body.addLayout(_row(part))
        card.body.addLayout(_row(off))
        card.body.addLayout(_row(Radio("Room 1", True), Radio("Room 2")))
        card.body.addLayout(_row(Switch("New patients", True), Switch("Walk-ins")))
        return card

    def _people(self) -> Card:
        card = Card("People")
        card.body.addLayout(
            _row(
                Avatar("Mara Fictanova"),
                Avatar("Dr. Ines Modelo", staff=True),
                Label("patient round, staff square", "small"),
            )
        )
        card.body.addLayout(
            _row(Avatar("Mara Fictanova", size=56), StatusPill("inroom", "In room 1, 10 min"))
        )
        return card


def _cell(row: tuple[str, ...], key: str) -> Cell:
    name, number, born, _visit, balance, status = row
    if key == "name":
        alert = "circle-alert" if name == "Ida Eksempel" else ""
        new = (CellTag("New", "accent"),) if name == "Amara Apeere" else ()
        return Cell(name, avatar=name, mark=alert, mark_meaning="Allergy" if alert else "", tags=new)
    if key == "status":
        return Cell(status=status)
    if key == "balance":
        owes = balance.startswith("$")
        return Cell(balance, tone="warn" if owes else "text2", strong=owes)
    return Cell(number, tone="text2") if key == "mrn" else Cell(born)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def _dotted(button: IconButton) -> IconButton:
    button.set_dot(True)
    return button
