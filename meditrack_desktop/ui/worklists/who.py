"""The patient of a sheet: found while one types, shown by two identifiers once chosen."""

from __future__ import annotations

from uuid import UUID

from meditrack_desktop.domain.patients import Patient, PatientLine
from meditrack_desktop.ui.desk import Desk
from meditrack_desktop.ui.scheduling.booking_draft import line_of
from meditrack_desktop.ui.scheduling.patient_choice import PatientChoice


def choose_by_id(desk: Desk, field: PatientChoice, patient_id: UUID) -> None:
    """Ask who it is and choose them."""

    def known(patient: Patient) -> None:
        line: PatientLine = line_of(patient)
        field.choose(line)

    desk.tasks.query(field, lambda: desk.clinic.patients.get(desk.actor, patient_id), known)
