"""The summary of a chart on paper: allergies first, then what a colleague elsewhere needs to go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.pagesizes import A4, LETTER

from meditrack_desktop.domain.addresses import address_lines
from meditrack_desktop.domain.allergies import AllergyList
from meditrack_desktop.domain.chart import Verification
from meditrack_desktop.domain.charts import Chart
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.medications import MedicationStatus
from meditrack_desktop.domain.notes import NoteStatus
from meditrack_desktop.domain.observations import Interpretation, Observation, ObservationStatus
from meditrack_desktop.domain.patients import Patient
from meditrack_desktop.domain.phones import shown
from meditrack_desktop.domain.scheduling import Appointment
from meditrack_desktop.services.paper import Paper
from meditrack_desktop.services.printing.plain_words import born_text, moment_text, partial_text
from meditrack_desktop.services.recovery_kit_pdf import LETTER_REGIONS

MOST_NOTES = 10
MOST_VALUES = 40
_IN_FORCE = (NoteStatus.SIGNED, NoteStatus.AMENDED)
"""A note that was added to still holds: what was added only says more."""
_TAKEN = (MedicationStatus.ACTIVE, MedicationStatus.ON_HOLD)
_BESIDE_RANGE = {Interpretation.LOW: "low", Interpretation.HIGH: "high", Interpretation.IN_RANGE: "in range"}


@dataclass(frozen=True, slots=True)
class SummaryContents:
    """What goes on the paper. `chart` None: whoever prints may not read it, and the paper says so.

    `visits` are those still to come, the next one first. `at` is on the clinic's clock.
    """

    clinic: ClinicProfile
    at: datetime
    by: str
    patient: Patient
    usual_doctor: str
    allergies: AllergyList
    visits: tuple[Appointment, ...]
    chart: Chart | None


def summary_pdf(contents: SummaryContents) -> bytes:
    """A4 or Letter as the clinic's region prints."""
    patient, clinic = contents.patient, contents.clinic
    day = contents.at.date()
    paper = Paper(
        patient.name,
        f"{born_text(patient, day)}, {patient.gender.value}, MRN {patient.mrn}",
        size=LETTER if clinic.region in LETTER_REGIONS else A4,
        head=f"{clinic.name}: summary of the chart",
        foot=f"{patient.name}, MRN {patient.mrn}. Printed by {contents.by}, {moment_text(contents.at)}.",
    )
    paper.heading("Allergies")
    _allergies(paper, contents.allergies, clinic)
    if contents.chart is None:
        paper.heading("Chart")
        paper.line("Left out: whoever printed this may not read the chart. Ask the patient's doctor for it.")
    else:
        _chart(paper, contents.chart, clinic)
    paper.heading("Visits to come")
    paper.table(
        ("When", "Doctor", "What for"),
        (3, 4, 6),
        [
            (moment_text(visit.wall_start), visit.practitioner_name, visit.visit_type)
            for visit in contents.visits
        ],
    )
    paper.heading("Contact")
    paper.facts(
        (
            *(("Phone", shown(phone.value, clinic.region)) for phone in patient.phones),
            ("E-mail", patient.email),
            ("Address", ", ".join(address_lines(patient.address, clinic.region))),
            ("Language", patient.language),
            ("Usual doctor", contents.usual_doctor),
        )
    )
    return paper.pdf()


def _allergies(paper: Paper, allergies: AllergyList, clinic: ClinicProfile) -> None:
    warnings = allergies.warnings
    if warnings:
        paper.table(
            ("Substance", "Severity", "Reaction", "Certainty"),
            (4, 2, 5, 2),
            [(one.substance, one.severity.value, one.reaction, one.verification.value) for one in warnings],
        )
    elif allergies.none_known is not None:
        asked = allergies.none_known.at.astimezone(clinic.tz)
        paper.line(f"The patient was asked and knows of none ({moment_text(asked)}).")
    else:
        paper.line("Not asked yet. This does not mean that there are none.")


def _chart(paper: Paper, chart: Chart, clinic: ClinicProfile) -> None:
    paper.heading("Conditions")
    paper.table(
        ("Condition", "State", "Since"),
        (7, 3, 3),
        [
            (one.text, one.status.value, partial_text(one.onset))
            for one in chart.conditions
            if one.status.present
            and one.verification not in (Verification.REFUTED, Verification.ENTERED_IN_ERROR)
        ],
    )
    paper.heading("Medication")
    paper.table(
        ("Medication", "Dosage", "Since", "State"),
        (5, 4, 2, 2),
        [
            (one.text, one.dosage, partial_text(one.started), one.status.value)
            for one in chart.medications
            if one.status in _TAKEN
        ],
    )
    paper.heading("Last measured")
    paper.table(
        ("What", "Value", "Range", "", "When"),
        (4, 3, 3, 2, 3),
        [
            (
                one.name,
                _value(one),
                _range(one),
                _BESIDE_RANGE.get(one.interpretation, ""),
                moment_text(one.taken_at.astimezone(clinic.tz)),
            )
            for one in _sound(chart.latest)[:MOST_VALUES]
        ],
    )
    paper.heading("Notes")
    signed = [one for one in chart.notes if one.status in _IN_FORCE and one.signed_at is not None]
    if not signed:
        paper.line("None.")
    for note in signed[:MOST_NOTES]:
        at = moment_text(note.signed_at.astimezone(clinic.tz)) if note.signed_at else ""
        added = " (added to an earlier note)" if note.amends else ""
        paper.line(f"{at}, {note.author_name}: {note.title}".rstrip(": ") + added)
        paper.line(note.body)
    if len(signed) > MOST_NOTES:
        paper.line(f"{len(signed) - MOST_NOTES} older notes are not on this paper.")


def _sound(values: Iterable[Observation]) -> list[Observation]:
    return [one for one in values if one.status is not ObservationStatus.ENTERED_IN_ERROR]


def _value(one: Observation) -> str:
    return f"{one.value} {one.unit}".strip() if one.value is not None else one.text_value


def _range(one: Observation) -> str:
    if one.low is not None and one.high is not None:
        return f"{one.low} to {one.high}"
    if one.low is not None:
        return f"from {one.low}"
    return f"up to {one.high}" if one.high is not None else ""
