"""The layers that the gallery opens: a dialog, a sheet, a booking, a search. All people in it are invented."""

from datetime import time
from typing import Literal

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QGridLayout, QWidget

from meditrack_desktop.ui.widgets.button import Button
from meditrack_desktop.ui.widgets.choice import Combo, SearchSelect
from meditrack_desktop.ui.widgets.layer import Dialog, Layer
from meditrack_desktop.ui.widgets.option_list import Option
from meditrack_desktop.ui.widgets.popover import Popover, SideSheet
from meditrack_desktop.ui.widgets.text_field import LabelledField, TextArea
from meditrack_desktop.ui.widgets.time_field import SlotChips, TimeField
from meditrack_desktop.ui.widgets.toggles import CheckBox

LayerKind = Literal["popover", "dialog", "sheet", "search"]

PATIENTS = (
    Option(1, "Jonas Testholm", "12 Jun 1984 (42), +1 555 0118", avatar="Jonas Testholm"),
    Option(2, "Max Testholm", "30 Aug 2017 (9), +1 555 0118", avatar="Max Testholm"),
    Option(3, "Ingrid Testholm", "2 Feb 1959 (67), +1 555 0173", avatar="Ingrid Testholm"),
)
VISITS = (Option("follow-up", "Follow-up"), Option("new", "New patient"), Option("check", "Annual check-up"))
DOCTORS = (
    Option("shili", "Dr. Mei Shili", avatar="Dr. Mei Shili", staff=True),
    Option("modelo", "Dr. Ines Modelo", avatar="Dr. Ines Modelo", staff=True),
)


def open_layer(host: QWidget, kind: LayerKind) -> Layer | None:
    """Open one of them over `host`."""
    if kind == "dialog":
        dialog = Dialog(
            host,
            "Cancel 4 visits on 26 November?",
            "Patients get a text message at once. This cannot be undone.",
        )
        dialog.body.addWidget(CheckBox("Offer them the next free time", True))
        dialog.add_action("Keep visits")
        dialog.add_action("Cancel 4 visits", kind="danger")
        dialog.open_layer()
        return dialog
    if kind == "sheet":
        sheet = SideSheet(host, "New appointment")
        sheet.body.addWidget(LabelledField("Note", TextArea(name="Note")))
        sheet.body.addStretch(1)
        sheet.footer.addStretch(1)
        sheet.footer.addWidget(Button("Cancel"))
        sheet.footer.addWidget(Button("Book", "primary", key="Enter"))
        sheet.open_layer()
        return sheet
    popover, search = _booking(host)
    popover.open_at(QRect(host.width() // 2 - 188, 80, 10, 10), "beside")
    if kind == "search":
        search.setText("testh")
        search.setFocus()
        action = Option(0, 'New patient "testh"', icon="user-plus", keys=("Ctrl", "Shift", "N"), action=True)
        search.set_options([*PATIENTS, action], "3 matches")
    return popover


def _booking(host: QWidget) -> tuple[Popover, SearchSelect]:
    popover = Popover(host, "New appointment", width=376)
    search = SearchSelect(name="Patient")
    popover.body.addWidget(LabelledField("Patient", search))
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(12)
    grid.addWidget(LabelledField("Visit", Combo(VISITS, value="follow-up")), 0, 0)
    grid.addWidget(LabelledField("Length", Combo([Option(30, "30 min")], value=30)), 0, 1)
    grid.addWidget(LabelledField("Doctor", Combo(DOCTORS, value="shili")), 1, 0)
    grid.addWidget(LabelledField("Time", TimeField(time(11, 0))), 1, 1)
    popover.body.addLayout(grid)
    free = SlotChips(3)
    free.set_slots([(time(12, 30), True), (time(15, 30), True), (time(16, 45), True)])
    popover.body.addWidget(free)
    popover.footer.addWidget(Button("More options", "quiet"))
    popover.footer.addStretch(1)
    popover.footer.addWidget(Button("Cancel"))
    book = Button("Book", "primary", key="Enter")
    book.set_default()
    popover.footer.addWidget(book)
    return popover, search
