"""A day on paper, for when the power fails or a doctor wants it in hand: every visit, what became of it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from reportlab.lib.pagesizes import A4, LETTER

from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.domain.scheduling import Appointment, AppointmentStatus
from meditrack_desktop.domain.working_time import DoctorDay
from meditrack_desktop.services.paper import Paper
from meditrack_desktop.services.printing.plain_words import (
    moment_text,
    partial_text,
    status_text,
    stretch_text,
    weekday_text,
)
from meditrack_desktop.services.recovery_kit_pdf import LETTER_REGIONS


@dataclass(frozen=True, slots=True)
class DayOnPaper:
    """What goes on the sheet. `at` is on the clinic's clock; doctors by id in the order in which they are printed."""

    clinic: ClinicProfile
    at: datetime
    by: str
    day: date
    doctors: Mapping[UUID, str]
    days: Mapping[UUID, DoctorDay]
    visits: Sequence[Appointment]
    reasons: bool


def day_sheet_pdf(contents: DayOnPaper) -> bytes:
    """A4 or Letter as the clinic's region prints; black on white."""
    clinic = contents.clinic
    kept = [visit for visit in contents.visits if visit.status is not AppointmentStatus.CANCELLED]
    paper = Paper(
        weekday_text(contents.day),
        f"{_counted(len(kept))}, {len(contents.visits) - len(kept)} cancelled",
        size=LETTER if clinic.region in LETTER_REGIONS else A4,
        head=f"{clinic.name}: day sheet",
        foot=f"{weekday_text(contents.day)}. Printed by {contents.by}, {moment_text(contents.at)}.",
    )
    if not contents.doctors:
        paper.line("No doctor works on this day, and nobody has a visit.")
    for practitioner_id, name in contents.doctors.items():
        own = [visit for visit in kept if visit.practitioner_id == practitioner_id]
        paper.heading(f"{name}: {_counted(len(own))}")
        paper.line(_hours(contents.days[practitioner_id]))
        _visits(paper, own, contents)
    return paper.pdf()


def _visits(paper: Paper, visits: Sequence[Appointment], contents: DayOnPaper) -> None:
    if not visits:
        paper.line("No visits.")
        return
    heads, shares = ["Time", "Patient", "Born", "Phone", "Visit", "Status"], [2.9, 5.0, 2.4, 3.4, 3.4, 2.6]
    if contents.reasons:
        heads, shares = [*heads, "Reason"], [*shares, 4.5]
    rows = []
    for visit in visits:
        new = " (new patient)" if visit.new_patient else ""
        row = [
            f"{visit.wall_start:%H:%M} to {visit.wall_end:%H:%M}",
            f"{visit.patient_name}{new}\nMRN {visit.patient_mrn}",
            partial_text(visit.patient_birth_date) or "not known",
            shown(visit.patient_phone, contents.clinic.region) if visit.patient_phone else "",
            visit.visit_type,
            status_text(visit),
        ]
        rows.append([*row, visit.reason] if contents.reasons else row)
    paper.table(heads, shares, rows)


def _hours(day: DoctorDay) -> str:
    parts = []
    if day.closure is not None and day.special is None:
        parts.append(f"The clinic is closed or opens for less: {day.closure.name}.")
    works = ", ".join(stretch_text(stretch) for stretch in day.open)
    parts.append(f"Works {works}." if works else "Does not work on this day.")
    away = [taken for absence in day.absences if (taken := absence.on(day.day)) is not None]
    if away:
        parts.append(f"Away {', '.join(stretch_text(taken) for taken in away)}.")
    return " ".join(parts)


def _counted(count: int) -> str:
    return f"{count} visit" if count == 1 else f"{count} visits"
