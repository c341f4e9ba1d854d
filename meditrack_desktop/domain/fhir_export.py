"""Handing records out as FHIR R4: what is asked for, and what was written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from meditrack_desktop.domain.patient_lists import SecondPerson
from meditrack_desktop.domain.patients import FindPatients


class FhirForm(StrEnum):
    """One resource a line, or one Bundle of them all. The value is the file's ending."""

    NDJSON = "ndjson"
    BUNDLE = "json"


class ExportFhir(BaseModel):
    """Write everybody whom `find` finds, or one patient, with all that the actor may read of them.

    `find`'s limit and offset do not count. `second` is needed where there is another administrator.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    find: FindPatients = FindPatients()
    patient_id: UUID | None = None
    form: FhirForm = FhirForm.NDJSON
    second: SecondPerson | None = None
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class FhirExport:
    """What was written. `charts_left_out` counts patients whose conditions, medication and measurements the actor
    may not read, `documents_left_out` documents; notes are in no export, for an import cannot sign them."""

    path: str
    patients: int
    resources: int
    size: int
    charts_left_out: int = 0
    documents_left_out: int = 0
