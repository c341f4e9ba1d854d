"""Asking for the list of patients: as many lines as are shown, how many match, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass

from meditrack_desktop.domain.patients import FindPatients, PatientLine
from meditrack_desktop.ui.desk import Desk

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Found:
    """Answer to a search: the lines so far, how many match, and how many patients there are in all."""

    lines: tuple[PatientLine, ...]
    total: int | None
    everybody: int | None


def search(desk: Desk, command: FindPatients, wanted: int, everybody: int | None) -> Found:
    """Read `wanted` lines if there are as many, and count `everybody` unless known; in a working thread."""
    clinic = desk.clinic
    lines: list[PatientLine] = []
    total: int | None = None
    while len(lines) < wanted:
        limit = min(MOST_AT_ONCE, wanted - len(lines))
        page = clinic.patients.find(
            desk.actor, command.model_copy(update={"offset": len(lines), "limit": limit})
        )
        total = page.total
        lines.extend(page.lines)
        if len(page.lines) < limit:
            break
    if everybody is None:
        everybody = clinic.patients.find(desk.actor, FindPatients(limit=1)).total
    return Found(tuple(lines), total, everybody)
