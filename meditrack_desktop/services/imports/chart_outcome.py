"""What came of one batch of imported entries."""

from __future__ import annotations

from dataclasses import dataclass, field

from meditrack_desktop.services.imports.fhir_entries import Entry


@dataclass(slots=True)
class ChartOutcome:
    """`refused` pairs each entry not taken with the reason."""

    added: int = 0
    unchanged: int = 0
    refused: list[tuple[Entry, str]] = field(default_factory=list)
