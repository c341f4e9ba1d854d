"""The chart's part of a patient's export: contacts, consents, allergies, and what only the reading rule opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from meditrack_desktop.database.queries import allergies as allergy_queries
from meditrack_desktop.database.queries import consents as consent_queries
from meditrack_desktop.database.queries import observations as observation_queries
from meditrack_desktop.database.queries import related_persons as person_queries
from meditrack_desktop.domain.allergies import AllergyList
from meditrack_desktop.domain.chart import PartialDate
from meditrack_desktop.domain.charts import Chart
from meditrack_desktop.domain.consents import Consent
from meditrack_desktop.domain.notes import Note
from meditrack_desktop.domain.observations import FormerValue, Observation, exact
from meditrack_desktop.domain.related_persons import RelatedPerson
from meditrack_desktop.services import reading_rule
from meditrack_desktop.services.chart import charts
from meditrack_desktop.services.fhir import (
    allergies,
    around,
    conditions,
    medications,
    notes,
    observations,
)
from meditrack_desktop.services.fhir.values import Called, Json
from meditrack_desktop.services.paper import Paper
from meditrack_desktop.services.work import Look


@dataclass(frozen=True, slots=True)
class ChartContents:
    """`chart` is None where whoever exports may not read it; it has no drafts to give."""

    allergies: AllergyList
    contacts: tuple[RelatedPerson, ...]
    consents: tuple[Consent, ...]
    chart: Chart | None
    former: tuple[FormerValue, ...]


def gather(look: Look, patient_id: UUID) -> ChartContents:
    session = look.session
    chart = (
        charts.gather(look, patient_id, whole=True) if reading_rule.may_read_chart(look, patient_id) else None
    )
    measured = [one.id for one in chart.observations] if chart else []
    return ChartContents(
        allergies=allergy_queries.of_patient(session, patient_id),
        contacts=person_queries.of_patient(session, patient_id, include_ended=True),
        consents=consent_queries.of_patient(session, patient_id),
        chart=chart,
        former=observation_queries.former(session, measured),
    )


def resources(contents: ChartContents, patient: str) -> Iterator[Json]:
    """As FHIR R4; `patient` is the patient's id in the file."""
    yield from (around.related_person(one, patient) for one in contents.contacts)
    yield from (around.consent(one, patient) for one in contents.consents)
    yield from (allergies.to_fhir(one, Called(str(one.id), patient)) for one in contents.allergies.allergies)
    if contents.chart is None:
        return
    yield from (conditions.to_fhir(one, Called(str(one.id), patient)) for one in contents.chart.conditions)
    yield from (medications.to_fhir(one, Called(str(one.id), patient)) for one in contents.chart.medications)
    yield from (
        observations.to_fhir(one, Called(str(one.id), patient)) for one in contents.chart.observations
    )
    yield from (notes.to_fhir(one, patient) for one in contents.chart.notes)


def print_on(paper: Paper, contents: ChartContents, zone: ZoneInfo) -> None:
    """The same to read; times on the clinic's clock."""
    _print_around(paper, contents)
    _print_allergies(paper, contents.allergies)
    if contents.chart is None:
        paper.heading("Chart")
        paper.line("Left out, because whoever made this may not read it.")
        return
    _print_entries(paper, contents.chart)
    _print_observations(paper, contents, zone)
    _print_notes(paper, contents.chart.notes, zone)


def _print_around(paper: Paper, contents: ChartContents) -> None:
    paper.heading("Contacts")
    paper.table(
        ("Name", "Relationship", "Phone", "E-mail", "Note"),
        (4, 2, 3, 3, 4),
        [
            (
                one.name,
                ", ".join(
                    part
                    for part in (
                        one.relationship.value,
                        "guardian" if one.guardian else "",
                        "emergency contact" if one.emergency_contact else "",
                        "ended" if one.ended_at else "",
                    )
                    if part
                ),
                one.phone,
                one.email,
                one.note,
            )
            for one in contents.contacts
        ],
    )
    paper.heading("Consents")
    paper.table(
        ("What", "Answer", "On", "Note"),
        (4, 2, 2, 6),
        [
            (one.kind.value, one.answer.value, one.answered_on.isoformat(), one.note)
            for one in contents.consents
        ],
    )


def _print_allergies(paper: Paper, listed: AllergyList) -> None:
    paper.heading("Allergies")
    if not listed.allergies and listed.none_known is not None:
        paper.line("The patient was asked and knows of none.")
        return
    paper.table(
        ("Substance", "Reaction", "Severity", "State", "Since", "Note"),
        (4, 4, 2, 3, 2, 4),
        [
            (
                one.substance,
                one.reaction,
                one.severity.value,
                f"{one.status.value}, {one.verification.value}",
                _day(one.onset),
                one.note,
            )
            for one in listed.allergies
        ],
    )


def _print_entries(paper: Paper, chart: Chart) -> None:
    paper.heading("Conditions")
    paper.table(
        ("Condition", "Code", "State", "From", "Until", "Note"),
        (5, 2, 3, 2, 2, 4),
        [
            (
                one.text,
                one.coding.code,
                f"{one.status.value}, {one.verification.value}",
                _day(one.onset),
                _day(one.abated),
                one.note,
            )
            for one in chart.conditions
        ],
    )
    paper.heading("Medication")
    paper.table(
        ("Medicine", "Dosage", "State", "From", "Until", "Why, note"),
        (5, 4, 3, 2, 2, 4),
        [
            (
                one.text,
                one.dosage,
                f"{one.status.value}, {one.intent.value}",
                _day(one.started),
                _day(one.ended),
                "\n".join(part for part in (one.reason, one.note) if part),
            )
            for one in chart.medications
        ],
    )


def _print_observations(paper: Paper, contents: ChartContents, zone: ZoneInfo) -> None:
    paper.heading("Measurements")
    former: dict[UUID, list[FormerValue]] = {}
    for was in contents.former:
        former.setdefault(was.observation_id, []).append(was)
    paper.table(
        ("When", "What", "Value", "Range", "Source, note"),
        (3, 5, 4, 3, 5),
        [
            (
                one.taken_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                one.name,
                "\n".join(
                    (
                        _amount(one) + (f" ({one.status.value})" if one.status.value != "final" else ""),
                        *(
                            f"before {was.replaced_at.astimezone(zone):%Y-%m-%d %H:%M}: {_amount(was)}"
                            for was in former.get(one.id, ())
                        ),
                    )
                ),
                _range(one),
                "\n".join(part for part in (one.source, one.note) if part),
            )
            for one in (contents.chart.observations if contents.chart else ())
        ],
    )


def _print_notes(paper: Paper, signed: tuple[Note, ...], zone: ZoneInfo) -> None:
    paper.heading("Notes")
    if not signed:
        paper.line("None.")
    for note in signed:
        at = (note.signed_at or note.changed_at).astimezone(zone)
        said = {"amended": "amended later", "entered-in-error": f"marked wrong: {note.error_reason}"}
        parts = (note.title, f"signed {at:%Y-%m-%d %H:%M} by {note.author_name}", said.get(note.status, ""))
        paper.subheading(", ".join(part for part in parts if part))
        paper.line(note.body)


def _day(day: PartialDate | None) -> str:
    return day.iso() if day else ""


def _amount(value: Observation | FormerValue) -> str:
    number = exact(value.value) if value.value is not None else ""
    return " ".join(part for part in (number, value.unit if number else "", value.text_value) if part)


def _range(one: Observation) -> str:
    low = exact(one.low) if one.low is not None else ""
    high = exact(one.high) if one.high is not None else ""
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else (f"up to {high}" if high else "")
