"""The details of a visit show all they have without scrolling where the window has room."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea

from tests.makers.people import a_patient
from tests.makers.visits import Room
from tests.ui.scheduling.conftest import CalendarWindow


def test_nothing_of_the_details_is_cut_off(room: Room, calendar: CalendarWindow) -> None:
    mina = room.clinic.patients.register(
        room.desk, a_patient("Tesuto", "Mina", "020 7946 0142", birth_date="1958-07-19")
    )
    visit = room.book("2026-11-18 11:00", patient_id=mina.id, visit_type="Adjustment")
    calendar.settle()
    calendar.page.flow.open_visit(visit)
    calendar.settle()
    details = calendar.page.flow.details
    assert details is not None
    [area] = details.findChildren(QScrollArea)
    assert area.verticalScrollBar().maximum() == 0 and not area.verticalScrollBar().isVisible()
    details.close_layer()
