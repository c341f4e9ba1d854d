"""A visit as FHIR R4 Appointment."""

from __future__ import annotations

from meditrack_desktop.domain.scheduling import Appointment, Confirmation
from meditrack_desktop.services.fhir import systems
from meditrack_desktop.services.fhir.values import Called, Json, extension, instant, reference, resource


def to_fhir(visit: Appointment, called: Called, doctor: str) -> Json:
    """`doctor` is the doctor's id in the file."""
    confirmed = visit.confirmation is not Confirmation.UNCONFIRMED
    return resource(
        "Appointment",
        called.id,
        extension=extension(systems.CONFIRMATION, "Code", visit.confirmation.value if confirmed else ""),
        identifier=list(called.identifiers),
        status=visit.status.value,
        cancelationReason={"text": visit.cancel_reason} if visit.cancel_reason else {},
        description=visit.visit_type,
        start=instant(visit.starts_at),
        end=instant(visit.ends_at),
        minutesDuration=visit.minutes,
        created=instant(visit.created_at),
        comment=visit.reason,
        participant=[
            {"actor": reference("Patient", called.patient), "status": "accepted"},
            {"actor": reference("Practitioner", doctor), "status": "accepted"},
        ],
    )
