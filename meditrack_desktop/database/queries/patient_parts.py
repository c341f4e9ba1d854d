"""What hangs on a patient: counted, hung on another record, and sent back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from meditrack_desktop.database.base import Base
from meditrack_desktop.database.queries.row_changes import RowChange, RowChanges, Values, rows, set_values
from meditrack_desktop.domain.documents import DocumentType
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.domain.patient_merges import MergePart
from meditrack_desktop.domain.patient_twins import TwinState

PARTS: Mapping[str, MergePart] = {
    "appointment": MergePart.APPOINTMENTS,
    "document": MergePart.DOCUMENTS,
    "care_team": MergePart.CARE_TEAM,
    "allergy_intolerance": MergePart.ALLERGIES,
    "condition": MergePart.CONDITIONS,
    "medication": MergePart.MEDICATIONS,
    "observation": MergePart.OBSERVATIONS,
    "clinical_note": MergePart.NOTES,
    "related_person": MergePart.RELATED_PERSONS,
    "consent": MergePart.CONSENTS,
    "disclosure": MergePart.DISCLOSURES,
    "emergency_access": MergePart.ACCESS,
    "access_grant": MergePart.ACCESS,
    "patient_identifier": MergePart.IDENTIFIERS,
    "patient_phone": MergePart.PHONES,
    "waitlist_entry": MergePart.WAITLIST,
    "follow_up": MergePart.FOLLOW_UPS,
    "desk_task": MergePart.TASKS,
}
"""The tables whose rows hang on a patient by `patient_id`, and what a person calls them."""

STAYS = frozenset({"patient_key", "patient_phone"})
"""What stays with the gone record: the keys its files are encrypted to, and its phones, which the kept one copies."""

OTHERWISE = frozenset({"patient_twin", "patient_merge", "recent_patient", "purge_request"})
"""What names patients in other ways than hanging on one; each has its own few lines here."""


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def reattach(changes: RowChanges, kept: UUID, gone: UUID, now: datetime, photo: UUID | None) -> None:
    """Hang on `kept` what hangs on `gone`. `photo`: the portrait that comes along; others stay where they are."""
    pair = _Pair(kept, gone, now, photo)
    for name in PARTS:
        if name not in STAYS and name not in _BY_HAND:
            _as_it_is(changes, name, pair)
    for move in _BY_HAND.values():
        move(changes, pair)


@dataclass(frozen=True, slots=True)
class _Pair:
    kept: UUID
    gone: UUID
    now: datetime
    photo: UUID | None


def _documents(changes: RowChanges, pair: _Pair) -> None:
    table = _table("document")
    for row in rows(changes.session, table, patient_id=pair.gone):
        if row["type"] is not DocumentType.PORTRAIT or row["id"] == pair.photo:
            changes.change(
                table, row, patient_id=pair.kept, key_patient_id=row["key_patient_id"] or pair.gone
            )


def _care_team(changes: RowChanges, pair: _Pair) -> None:
    table = _table("care_team")
    live = [row for row in rows(changes.session, table, patient_id=pair.kept) if row["ended_at"] is None]
    doctors = {row["practitioner_id"] for row in live}
    has_usual = any(row["usual"] for row in live)
    for row in rows(changes.session, table, patient_id=pair.gone):
        values: Values = {"patient_id": pair.kept}
        if row["ended_at"] is None and row["practitioner_id"] in doctors:
            # Nobody is on a team twice: this membership ends where the other one goes on.
            values |= {"ended_at": max(pair.now, row["started_at"]), "usual": False}
        elif row["ended_at"] is None and has_usual:
            values["usual"] = False
        changes.change(table, row, **values)


def _as_it_is(changes: RowChanges, name: str, pair: _Pair) -> None:
    """Rows of which a patient has any number. What both records imported is imported once from now on."""
    table = _table(name)
    known: set[Any] = set()
    if "foreign_id" in table.c:
        known = {row["foreign_id"] for row in rows(changes.session, table, patient_id=pair.kept)} - {None}
    for row in rows(changes.session, table, patient_id=pair.gone):
        values: Values = {"patient_id": pair.kept}
        if known and row["foreign_id"] in known:
            values["foreign_id"] = None
        changes.change(table, row, **values)


def _related_persons(changes: RowChanges, pair: _Pair) -> None:
    table = _table("related_person")
    for row in rows(changes.session, table, patient_id=pair.gone):
        link = row["linked_patient_id"]
        changes.change(
            table, row, patient_id=pair.kept, linked_patient_id=None if link == pair.kept else link
        )
    for row in rows(changes.session, table, linked_patient_id=pair.gone):
        # Nobody is their own related person.
        changes.change(table, row, linked_patient_id=None if row["patient_id"] == pair.kept else pair.kept)


def _recents(changes: RowChanges, pair: _Pair) -> None:
    table = _table("recent_patient")
    kept = {row["account_id"]: row for row in rows(changes.session, table, patient_id=pair.kept)}
    for row in rows(changes.session, table, patient_id=pair.gone):
        changes.remove(table, row)
        mine = kept.get(row["account_id"])
        if mine is None:
            changes.add(table, {**row, "patient_id": pair.kept})
        elif row["opened_at"] > mine["opened_at"]:
            changes.change(table, mine, opened_at=row["opened_at"])


def _purge_requests(changes: RowChanges, pair: _Pair) -> None:
    table = _table("purge_request")
    for row in rows(changes.session, table, patient_id=pair.gone):
        changes.change(table, row, patient_id=pair.kept)


def _twins(changes: RowChanges, pair: _Pair) -> None:
    """The pair itself is settled; what was said of the gone one and others holds for the kept one."""
    table = _table("patient_twin")
    found = {
        (row["first_id"], row["second_id"]): row
        for row in (
            *rows(changes.session, table, first_id=pair.gone),
            *rows(changes.session, table, second_id=pair.gone),
        )
    }
    for (first, second), row in found.items():
        other = second if first == pair.gone else first
        if other == pair.kept:
            changes.change(table, row, state=TwinState.MERGED, decided_at=pair.now)
            continue
        lower, higher = sorted((pair.kept, other))
        if rows(changes.session, table, first_id=lower, second_id=higher):
            changes.remove(table, row)
        else:
            changes.change(table, row, first_id=lower, second_id=higher)


def _earlier_merges(changes: RowChanges, pair: _Pair) -> None:
    """Who was merged into the gone record is found under the kept one: no link leads to a link."""
    table = _table("patient")
    for row in rows(changes.session, table, merged_into=pair.gone):
        changes.change(table, row, merged_into=pair.kept)


_BY_HAND: Mapping[str, Callable[[RowChanges, _Pair], None]] = {
    "document": _documents,
    "care_team": _care_team,
    "related_person": _related_persons,
    "recent_patient": _recents,
    "purge_request": _purge_requests,
    "patient_twin": _twins,
    "patient": _earlier_merges,
}


def usual_once(session: Session, changes: Sequence[RowChange]) -> list[RowChange]:
    """The changes to take back, without the usual doctor's place of a team on which another doctor has it by now:
    whoever was given it while the records were one keeps it."""
    table = _table("care_team")
    back = [change for change in changes if change.table == table.name and change.before]
    holders = {
        row["id"]
        for change in back
        for row in rows(session, table, **change.key)
        if row["usual"] and row["ended_at"] is None
    }
    if not holders:
        return list(changes)
    return [_but_usual(change) if change in back else change for change in changes]


def _but_usual(change: RowChange) -> RowChange:
    before = {name: value for name, value in (change.before or {}).items() if name != "usual"}
    return replace(change, before=before)


def send_after(session: Session, kept: UUID, gone: UUID, since: datetime) -> None:
    """Let what was written on the kept record `since` and speaks of something that went back go after it: the
    amendments of a note, the notes of a visit, the consents that a document shows."""
    visits = _ids(session, "appointment", gone)
    documents = _ids(session, "document", gone)
    for row in rows(session, _table("consent"), patient_id=kept):
        if row["document_id"] in documents:
            set_values(session, _table("consent"), {"id": row["id"]}, {"patient_id": gone}, None)
    table = _table("clinical_note")
    left = [row for row in rows(session, table, patient_id=kept) if row["created_at"] >= since]
    notes = _ids(session, "clinical_note", gone)
    while follow := [row for row in left if _speaks_of(row, notes, visits)]:
        for row in follow:
            set_values(session, table, {"id": row["id"]}, {"patient_id": gone}, row["version"])
            notes.add(row["id"])
        left = [row for row in left if row not in follow]
    for mine, theirs in ((kept, visits), (gone, _ids(session, "appointment", kept))):
        for row in rows(session, table, patient_id=mine):
            if row["appointment_id"] in theirs:
                # It amends a note of one and was written at a visit of the other: no chart names another's visit.
                set_values(session, table, {"id": row["id"]}, {"appointment_id": None}, row["version"])


def _speaks_of(note: Values, notes: Collection[UUID], visits: Collection[UUID]) -> bool:
    return note["amends"] in notes or (note["amends"] is None and note["appointment_id"] in visits)


def _ids(session: Session, name: str, patient_id: UUID) -> set[UUID]:
    table = _table(name)
    return set(session.scalars(select(table.c.id).where(table.c.patient_id == patient_id)))


def photo_again(session: Session, photo: UUID | None, replaced: str) -> bool:
    """Whether a record's photo can be seen again: one that only gave way to another one leaves the bin."""
    found = rows(session, _table("document"), id=photo) if photo is not None else []
    if not found or (found[0]["deleted_at"] is not None and found[0]["delete_reason"] != replaced):
        return False
    if found[0]["deleted_at"] is not None:
        out: Values = {"deleted_at": None, "deleted_by": None, "delete_reason": ""}
        set_values(session, _table("document"), {"id": photo}, out, found[0]["version"])
    return True


def remember_number(changes: RowChanges, kept: UUID, system: str, number: str) -> None:
    """Let `kept` be known by the record number of the one that went."""
    if not rows(changes.session, _table("patient_identifier"), system=system, value=number):
        values = {"id": new_id(), "patient_id": kept, "system": system, "value": number}
        changes.add(_table("patient_identifier"), values)


def counts(session: Session, patient_id: UUID) -> dict[MergePart, int]:
    """How much of each part hangs on a patient."""
    found: dict[MergePart, int] = {}
    for name, part in PARTS.items():
        table = _table(name)
        query = select(func.count()).select_from(table).where(table.c.patient_id == patient_id)
        if name == "document":
            query = query.where(table.c.type != DocumentType.PORTRAIT)
        found[part] = found.get(part, 0) + (session.scalar(query) or 0)
    return {part: count for part, count in found.items() if count}


def added_since(session: Session, patient_id: UUID, since: datetime) -> int:
    """Entries made on a patient's record after `since`."""
    total = 0
    for name in PARTS:
        table = _table(name)
        if "created_at" in table.c:
            query = select(func.count()).select_from(table)
            query = query.where(table.c.patient_id == patient_id, table.c.created_at > since)
            total += session.scalar(query) or 0
    return total
