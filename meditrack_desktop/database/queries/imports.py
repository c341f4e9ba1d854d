"""Questions of an import: who is known by these identifiers, and what their records say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from meditrack_desktop.database.queries.patients import AT_ONCE
from meditrack_desktop.database.tables.patients import PatientIdentifierRow, PatientRow
from meditrack_desktop.database.tables.practitioners import PractitionerIdentifierRow, PractitionerRow

_Value = TypeVar("_Value")
OWN_IDS = frozenset({"urn:meditrack:patient", "urn:meditrack:vcard:uid"})
"""Systems in which an export of this clinic names its patients."""
OWN_DOCTOR_IDS = "urn:meditrack:fhir:Practitioner"
"""The system in which it names its doctors, as any program does that exports FHIR."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Identifier = tuple[str, str]
"""(system, value)."""


def patients_known_by(session: Session, identifiers: Iterable[Identifier]) -> dict[Identifier, UUID]:
    """Which of these identifiers belong to a patient, archived or not, and to whom."""
    found: dict[Identifier, UUID] = {}
    for system, values in _by_system(identifiers):
        query = select(PatientIdentifierRow.value, PatientIdentifierRow.patient_id).where(
            PatientIdentifierRow.system == system, PatientIdentifierRow.value.in_(values)
        )
        found.update(((system, value), patient_id) for value, patient_id in session.execute(query))
        if system in OWN_IDS:
            found.update(_named_by_id(session, system, values))
    return found


def _named_by_id(session: Session, system: str, values: Sequence[str]) -> dict[Identifier, UUID]:
    """Patients of this clinic whose own ids these are; who was merged is the one they became."""
    ids: dict[UUID, str] = {}
    for value in values:
        try:
            ids[UUID(value.removeprefix("urn:uuid:"))] = value
        except ValueError:
            continue
    query = select(PatientRow.id, PatientRow.merged_into).where(PatientRow.id.in_(list(ids)))
    return {(system, ids[row.id]): row.merged_into or row.id for row in session.execute(query)}


def practitioners_known_by(session: Session, identifiers: Iterable[Identifier]) -> dict[Identifier, UUID]:
    """Which of these identifiers belong to a doctor, and to whom."""
    found: dict[Identifier, UUID] = {}
    for system, values in _by_system(identifiers):
        query = select(PractitionerIdentifierRow.value, PractitionerIdentifierRow.practitioner_id).where(
            PractitionerIdentifierRow.system == system, PractitionerIdentifierRow.value.in_(values)
        )
        found.update(((system, value), practitioner_id) for value, practitioner_id in session.execute(query))
        if system == OWN_DOCTOR_IDS:
            ids = {UUID(value): value for value in values if _UUID.fullmatch(value)}
            own = select(PractitionerRow.id).where(PractitionerRow.id.in_(list(ids)))
            found.update(((system, ids[one]), one) for one in session.scalars(own))
    return found


def patients(session: Session, ids: Collection[UUID]) -> dict[UUID, PatientRow]:
    """These patients with phones and identifiers, to compare with a file."""
    found: dict[UUID, PatientRow] = {}
    for some in _portions(list(ids)):
        query = select(PatientRow).where(PatientRow.id.in_(some))
        rows = session.scalars(
            query.options(selectinload(PatientRow.phones), selectinload(PatientRow.identifiers))
        )
        found.update((row.id, row) for row in rows)
    return found


def practitioners(session: Session, ids: Collection[UUID]) -> dict[UUID, PractitionerRow]:
    """These doctors with hours and identifiers."""
    found: dict[UUID, PractitionerRow] = {}
    for some in _portions(list(ids)):
        query = select(PractitionerRow).where(PractitionerRow.id.in_(some))
        rows = session.scalars(
            query.options(selectinload(PractitionerRow.hours), selectinload(PractitionerRow.identifiers))
        )
        found.update((row.id, row) for row in rows)
    return found


def _by_system(identifiers: Iterable[Identifier]) -> Iterable[tuple[str, Sequence[str]]]:
    systems: dict[str, list[str]] = defaultdict(list)
    for system, value in dict.fromkeys(identifiers):
        systems[system].append(value)
    for system, values in systems.items():
        for some in _portions(values):
            yield system, some


def _portions(values: Sequence[_Value]) -> Iterable[Sequence[_Value]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
