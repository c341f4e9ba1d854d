"""What is stored of an entry of a chart that came from a file: kinds of rows and their columns, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from meditrack_desktop.database.queries.chart_imports import Named
from meditrack_desktop.database.tables.chart import AllergyRow, ConditionRow, MedicationRow, ObservationRow
from meditrack_desktop.domain.allergies import RecordAllergy
from meditrack_desktop.domain.chart import PartialDate
from meditrack_desktop.domain.conditions import RecordCondition
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.medications import RecordMedication
from meditrack_desktop.domain.observations import exact
from meditrack_desktop.services.imports.fhir_entries import Entry
from meditrack_desktop.services.imports.fhir_observations import FoundObservation


@dataclass(frozen=True, slots=True)
class Stored:
    """One row to be: `says` is what is compared with a row that is there, `beside` what is not."""

    kind: Named
    foreign_id: str
    says: dict[str, Any]
    beside: dict[str, Any]


def stored(entry: Entry) -> list[Stored]:
    """The rows of an allergy, a condition, a medication or an observation; [] for what has rows of its own kind."""
    command = entry.command
    if isinstance(command, RecordAllergy):
        return [Stored(AllergyRow, entry.foreign_id, _allergy(command), {})]
    if isinstance(command, RecordCondition):
        return [Stored(ConditionRow, entry.foreign_id, _condition(command), {})]
    if isinstance(command, RecordMedication):
        return [Stored(MedicationRow, entry.foreign_id, _medication(command), {})]
    if isinstance(command, FoundObservation):
        return _observations(command)
    return []


def _allergy(command: RecordAllergy) -> dict[str, Any]:
    return {
        "substance": command.substance,
        "system": command.system,
        "code": command.code,
        "category": command.category,
        "severity": command.severity,
        "reaction": command.reaction,
        "status": command.status,
        "verification": command.verification,
        "onset": _iso(command.onset),
        "note": command.note,
    }


def _condition(command: RecordCondition) -> dict[str, Any]:
    return {
        "text": command.text,
        "system": command.system,
        "code": command.code,
        "status": command.status,
        "verification": command.verification,
        "onset": _iso(command.onset),
        "abated": _iso(command.abated),
        "note": command.note,
    }


def _medication(command: RecordMedication) -> dict[str, Any]:
    return {
        "text": command.text,
        "system": command.system,
        "code": command.code,
        "dosage": command.dosage,
        "intent": command.intent,
        "status": command.status,
        "started": _iso(command.started),
        "ended": _iso(command.ended),
        "reason": command.reason,
        "note": command.note,
    }


def _observations(found: FoundObservation) -> list[Stored]:
    panel_id = new_id() if found.together else None
    return [
        Stored(
            ObservationRow,
            foreign_id,
            {
                "panel": found.panel,
                "name": value.name,
                "system": value.system,
                "code": value.code,
                "value": _number(value.value),
                "text_value": value.text_value,
                "unit": value.unit,
                "low": _number(value.low),
                "high": _number(value.high),
                "status": found.status,
                "taken_at": found.taken_at,
                "source": found.source,
                "note": value.note,
            },
            {"panel_id": panel_id},
        )
        for foreign_id, value in found.values
    ]


def _iso(day: PartialDate | None) -> str | None:
    return day.iso() if day is not None else None


def _number(number: Decimal | None) -> str | None:
    return exact(number) if number is not None else None
