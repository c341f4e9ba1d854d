"""Writes imported contacts and consents: one that is there in the same words is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from meditrack_desktop.database.queries import chart_imports as queries
from meditrack_desktop.database.tables.around_patients import ConsentRow, RelatedPersonRow
from meditrack_desktop.domain.consents import RecordConsent
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.phones import e164
from meditrack_desktop.domain.text import search_words
from meditrack_desktop.services.imports.chart_outcome import ChartOutcome
from meditrack_desktop.services.imports.fhir_around import FoundRelatedPerson
from meditrack_desktop.services.imports.fhir_entries import Entry
from meditrack_desktop.services.work import Work


def write(
    work: Work,
    batch: Sequence[Entry],
    outcome: ChartOutcome,
    written: dict[UUID, Counter[str]],
    region: str,
) -> None:
    """Add the contacts and consents of the batch that are new."""
    persons = [(entry, entry.command) for entry in batch if isinstance(entry.command, FoundRelatedPerson)]
    consents = [(entry, entry.command) for entry in batch if isinstance(entry.command, RecordConsent)]
    if persons:
        there = _there(work, RelatedPersonRow, (entry.patient_id for entry, _ in persons))
        rows = [_person(work, found, region) for _, found in persons]
        _add(work, RelatedPersonRow, rows, {_of_person(row) for row in there}, _of_person, outcome, written)
    if consents:
        there = _there(work, ConsentRow, (entry.patient_id for entry, _ in consents))
        rows = [_consent(work, command) for _, command in consents]
        _add(work, ConsentRow, rows, {_of_consent(row) for row in there}, _of_consent, outcome, written)


def _there(work: Work, kind: Any, patient_ids: Any) -> list[Mapping[str, Any]]:
    return queries.of_patients(work.session, kind, patient_ids)


def _add(
    work: Work,
    kind: Any,
    rows: Sequence[dict[str, Any]],
    there: set[tuple[Any, ...]],
    words: Any,
    outcome: ChartOutcome,
    written: dict[UUID, Counter[str]],
) -> None:
    fresh: list[dict[str, Any]] = []
    for row in rows:
        if words(row) in there:
            outcome.unchanged += 1
            continue
        there.add(words(row))
        fresh.append(row)
        outcome.added += 1
        written.setdefault(row["patient_id"], Counter())[kind.__tablename__] += 1
    queries.insert_many(work.session, kind, fresh)


def _of_person(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Who a contact is: the name as searching folds it, and what they are to the patient."""
    name = search_words(row["name"]) or (row["name"],)
    return (row["patient_id"], name, row["relationship"])


def _of_consent(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["patient_id"], row["kind"], row["answer"], row["answered_on"], row["note"])


def _person(work: Work, found: FoundRelatedPerson, region: str) -> dict[str, Any]:
    command = found.command
    return {
        "id": new_id(),
        "version": 1,
        "patient_id": command.patient_id,
        "name": command.name,
        "relationship": command.relationship,
        "guardian": command.guardian,
        "emergency_contact": command.emergency_contact,
        "phone": command.phone,
        "phone_e164": e164(command.phone, region) if command.phone else None,
        "email": command.email,
        "note": command.note,
        "linked_patient_id": None,
        "ended_at": found.ended_at,
        "created_at": work.now,
        "created_by": work.actor.account_id,
    }


def _consent(work: Work, command: RecordConsent) -> dict[str, Any]:
    return {
        "id": new_id(),
        "patient_id": command.patient_id,
        "kind": command.kind,
        "answer": command.answer,
        "answered_on": command.answered_on,
        "document_id": None,
        "note": command.note,
        "created_at": work.now,
        "created_by": work.actor.account_id,
    }
