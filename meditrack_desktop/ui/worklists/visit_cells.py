"""How a visit looks in these lists: who by two identifiers, when, what for, where to call."""

from __future__ import annotations

from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.ui.scheduling.day_model import look_of, minute_of
from meditrack_desktop.ui.scheduling.words import birth_text, clock_text, length_text, short_day
from meditrack_desktop.ui.widgets import Cell, status_word


def visit_cell(visit: Appointment, key: str) -> Cell:
    """The cells that all lists of visits share; nothing for a key of their own."""
    if key == "when":
        return Cell(clock_text(minute_of(visit.wall_start)), short_day(visit.day), strong=True)
    if key == "patient":
        born = birth_text(visit.patient_birth_date, visit.day)
        return Cell(visit.patient_name, f"{born}, {visit.patient_mrn}", strong=True)
    if key == "phone":
        return Cell(visit.patient_phone or "–", strong=bool(visit.patient_phone))
    if key == "what":
        return Cell(visit.visit_type or "–", length_text(visit.minutes))
    if key == "doctor":
        return Cell(visit.practitioner_name, avatar=visit.practitioner_name, staff=True)
    if key == "status":
        look = look_of(visit)
        return Cell(status=look, status_text=status_word(look))
    return Cell()
