"""Carries out one batch of imported entries in one transaction: allergies, conditions, medication, measurements,
visits, contacts and consents of people whom this run has just recognised.

Nothing that is there is changed: the same entry again is left, one that says something else is reported. Writing
under IMPORT_PATIENTS gives nobody the right to read what was written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from meditrack_desktop.database.queries import chart_imports as queries
from meditrack_desktop.domain.allergies import RecordAllergy, stands_in_band
from meditrack_desktop.domain.changes import Change
from meditrack_desktop.domain.clinic import ClinicProfile
from meditrack_desktop.domain.ids import new_id
from meditrack_desktop.services.audit_trail import Line
from meditrack_desktop.services.imports import around_writing, visit_writing
from meditrack_desktop.services.imports.chart_columns import Stored, stored
from meditrack_desktop.services.imports.chart_outcome import ChartOutcome
from meditrack_desktop.services.imports.fhir_entries import Entry
from meditrack_desktop.services.work import Look, Work

OTHER_WORDS = "It is in the chart already and says something else there. Nothing was changed; compare."
ARCHIVED = "Its patient is archived here. Nothing was added."
RESTRICTED = "Its patient's record is restricted here. Nothing was added."
GONE = "Its patient's record is no longer here."


def write_entries(
    work: Work, batch: Sequence[Entry], clinic: ClinicProfile, tick: Callable[[], None]
) -> ChartOutcome:
    """Take a batch of entries. Conflict if another desk was first with one: do the batch again.

    `tick` is called for each entry; what it raises undoes the batch.
    """
    outcome = ChartOutcome()
    open_ones = _open(queries.standings(work.session, _patients(batch)), batch, outcome)
    written: dict[UUID, Counter[str]] = {}
    _write_chart(work, open_ones, outcome, written, tick)
    around_writing.write(work, open_ones, outcome, written, clinic.region)
    visit_writing.write(work, open_ones, outcome, clinic, tick)
    for patient_id, counts in written.items():
        told = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
        work.noted(
            Line("chart.imported", "chart", patient_id, patient_id, told),
            Change("chart", patient_id, patient=patient_id),
        )
    return outcome


def check_entries(look: Look, batch: Sequence[Entry]) -> list[tuple[Entry, str]]:
    """Which of the batch could not be taken, without writing anything: records that are closed, and entries that
    say something else here. Whether a doctor's time is taken is seen when it is written."""
    outcome = ChartOutcome()
    nobody_yet = dict.fromkeys(_patients(batch), queries.Standing())
    standings = {**nobody_yet, **queries.standings(look.session, _patients(batch), hold=False)}
    _plan(look, _open(standings, batch, outcome), outcome)
    return outcome.refused


def _patients(batch: Sequence[Entry]) -> set[UUID]:
    return {entry.patient_id for entry in batch}


def _open(
    standings: Mapping[UUID, queries.Standing], batch: Sequence[Entry], outcome: ChartOutcome
) -> list[Entry]:
    """The entries whose patients' records may be written to."""
    kept: list[Entry] = []
    for entry in batch:
        standing = standings.get(entry.patient_id)
        if standing is None or standing.purged or standing.merged:
            outcome.refused.append((entry, GONE))
        elif standing.archived:
            outcome.refused.append((entry, ARCHIVED))
        elif standing.restricted:
            outcome.refused.append((entry, RESTRICTED))
        else:
            kept.append(entry)
    return kept


def _plan(
    work: Work | Look, batch: Sequence[Entry], outcome: ChartOutcome
) -> list[tuple[Entry, list[Stored]]]:
    """The entries that are new, with their rows; the others are counted."""
    wanted = [(entry, stored(entry)) for entry in batch]
    there = _there(work, wanted)
    fresh: list[tuple[Entry, list[Stored]]] = []
    for entry, rows in wanted:
        if not rows:
            continue
        known = [there.get((row.kind.__tablename__, entry.patient_id, row.foreign_id)) for row in rows]
        if not any(known):
            fresh.append((entry, rows))
            # The same entry again in this batch meets itself.
            there.update(
                ((row.kind.__tablename__, entry.patient_id, row.foreign_id), row.says) for row in rows
            )
        elif all(before is not None and _same(before, row) for before, row in zip(known, rows, strict=True)):
            outcome.unchanged += 1
        else:
            outcome.refused.append((entry, OTHER_WORDS))
    return fresh


def _there(
    work: Work | Look, wanted: Iterable[tuple[Entry, list[Stored]]]
) -> dict[tuple[str, UUID, str], Mapping[str, Any]]:
    asked: dict[queries.Named, set[tuple[UUID, str]]] = {}
    for entry, rows in wanted:
        for row in rows:
            asked.setdefault(row.kind, set()).add((entry.patient_id, row.foreign_id))
    return {
        (kind.__tablename__, patient_id, foreign_id): says
        for kind, names in asked.items()
        for (patient_id, foreign_id), says in queries.named(work.session, kind, names).items()
    }


def _same(before: Mapping[str, Any], row: Stored) -> bool:
    return all(before[column] == value for column, value in row.says.items())


def _write_chart(
    work: Work,
    batch: Sequence[Entry],
    outcome: ChartOutcome,
    written: dict[UUID, Counter[str]],
    tick: Callable[[], None],
) -> None:
    rows: dict[queries.Named, list[dict[str, Any]]] = {}
    warned: set[UUID] = set()
    for entry, parts in _plan(work, batch, outcome):
        tick()
        outcome.added += 1
        for part in parts:
            rows.setdefault(part.kind, []).append(
                {
                    "id": new_id(),
                    "version": 1,
                    "patient_id": entry.patient_id,
                    "foreign_id": part.foreign_id,
                    "created_at": work.now,
                    "created_by": work.actor.account_id,
                    **part.says,
                    **part.beside,
                }
            )
        written.setdefault(entry.patient_id, Counter())[parts[0].kind.__tablename__] += 1
        command = entry.command
        if isinstance(command, RecordAllergy):
            work.changes.append(Change("patient", entry.patient_id, patient=entry.patient_id))
            if stands_in_band(command.status, command.verification):
                warned.add(entry.patient_id)
    for kind, many in rows.items():
        queries.insert_many(work.session, kind, many)
    queries.withdraw_none_known(work.session, warned)
